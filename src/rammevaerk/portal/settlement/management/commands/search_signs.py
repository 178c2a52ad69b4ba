"""``rammevaerk search_signs``: begin the month's searches for signs of irregularity."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from rammevaerk.portal.settlement.operations.irregularities import search_due


class Command(BaseCommand):
    help = (
        "Queues a search for signs of irregularity for everybody who may follow up on them and "
        "for whom the last twelve months have not been searched. For a timer, once a month."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"searches begun: {search_due(at=timezone.now())}")
