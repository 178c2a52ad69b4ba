"""There is no superuser here; this says what to do instead."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not used: nobody may do everything. See add_person."

    def handle(self, *_args: Any, **_options: Any) -> None:
        raise CommandError("There is no superuser. Give somebody a role: rammevaerk add_person")
