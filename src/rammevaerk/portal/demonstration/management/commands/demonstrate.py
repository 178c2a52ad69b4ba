"""``rammevaerk demonstrate``: load the demonstration data into an empty installation."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from rammevaerk.portal.access.queries import is_empty
from rammevaerk.portal.demonstration.load import load_demonstration


class Command(BaseCommand):
    help = "Loads the demonstration data; does nothing where there is data already."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not is_empty():
            self.stdout.write("The installation holds data already; nothing was loaded.")
            return
        load_demonstration(at=timezone.now())
        self.stdout.write("The demonstration data is loaded.")
