"""``rammevaerk replay_run``: does a stored run still come to the same, to the øre?"""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.settlement.models import SettlementRun
from rammevaerk.portal.settlement.operations.runs import Replay, replay


class Command(BaseCommand):
    help = "Settles stored runs again from their snapshots: exit code 1 names each that differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "owner", nargs="?", help="key of the organisation that ran; without it every run"
        )
        parser.add_argument("number", nargs="?", type=int, help="the run's number")

    def handle(self, *_args: Any, **options: Any) -> None:
        runs = self._asked(options["owner"], options["number"])
        differs = False
        for run in runs.iterator():
            name = f"{run.owner.key} {run.number}, {run.month:%Y-%m}"
            try:
                found = replay(run, by=Actor.system("replay_run"))
            except ValidationError as problem:
                self.stdout.write(f"{name}: {' '.join(problem.messages)}")
                differs = True
                continue
            self.stdout.write(f"{name}: {_told(found)}")
            differs |= not found.same
        if differs:
            raise SystemExit(1)

    def _asked(self, owner: str | None, number: int | None) -> "QuerySet[SettlementRun]":
        runs = SettlementRun.objects.filter(snapshot__isnull=False).select_related("owner")
        if owner:
            runs = runs.filter(owner__key=owner)
        if number is not None:
            runs = runs.filter(number=number)
        if not runs.exists():
            raise CommandError("There is no such run with a snapshot.", returncode=1)
        return runs.order_by("owner__key", "number")


def _told(found: Replay) -> str:
    if found.same:
        return f"the same: {found.lines_now} lines, {found.total_now_ore} øre, {found.sha256_now}"
    if not found.snapshot_sound:
        return "the stored snapshot has been changed"
    return (
        f"differs by {found.difference_ore} øre: {found.sha256_then} then, {found.sha256_now} now; "
        f"engine {found.engine_then} then, {found.engine_now} now; "
        f"rules {found.rules_then[:16]} then, {found.rules_now[:16]} now"
    )
