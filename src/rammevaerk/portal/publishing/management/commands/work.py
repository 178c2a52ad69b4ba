"""``rammevaerk work``: does what is queued, beginning with what a stopped worker left undone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from rammevaerk.portal.placements.operations import follow_acting


class Command(BaseCommand):
    help = "Does what is queued in the background, such as reading a takstfil, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", action="store_true", help="stop when nothing is queued")
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between looks")
        parser.add_argument(
            "--among-others",
            action="store_true",
            help="other workers are at it: leave alone what looks begun",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["among_others"]:
            # Tasks can be repeated: each begins by looking at how far it had come.
            left = DBTaskResult.objects.running()
            if count := left.update(status=TaskResultStatus.READY):
                self.stderr.write(f"taken up again: {count}")
        if moved := follow_acting(at=timezone.now()):
            self.stderr.write(f"acting municipalities moved: {moved}")
        call_command(
            "db_worker",
            interval=options["interval"],
            batch=options["batch"],
            startup_delay=False,
        )
