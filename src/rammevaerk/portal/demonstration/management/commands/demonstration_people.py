"""``rammevaerk demonstration_people``: the log-ins of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from rammevaerk.portal.access.queries import demonstration_people
from rammevaerk.portal.common.clock import day_of


class Command(BaseCommand):
    help = "Lists the people of the demonstration and their common password."

    def handle(self, *_args: Any, **_options: Any) -> None:
        people = demonstration_people(on=day_of(timezone.now()))
        if not people:
            self.stdout.write("There are no demonstration people here.")
            return
        self.stdout.write(f"Log in with the password «{settings.DEMONSTRATION_PASSWORD}» as:")
        for one in people:
            self.stdout.write(f"  {one['email']:36} {one['role']}, {one['organisation']}")
