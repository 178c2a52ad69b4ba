"""``rammevaerk findings``: what an edition's action plan has to mend, as of a day."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.agreement.calculate import plan_findings
from rammevaerk.portal.agreement.models import Edition
from rammevaerk.portal.common.clock import day_of


class Command(BaseCommand):
    help = "Lists the findings on an edition's action plan as it stood on a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--edition", required=True, help="period (2025-26) or address")
        parser.add_argument("--as-of", type=_day, help="YYYY-MM-DD; today when left out")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *_args: Any, **options: Any) -> None:
        wanted = options["edition"]
        editions = list(Edition.objects.filter(Q(label=wanted) | Q(slug=wanted)))
        if not editions:
            known = ", ".join(Edition.objects.values_list("slug", flat=True))
            raise CommandError(f"No edition is called «{wanted}». There is: {known or 'none'}.")
        as_of = options["as_of"] or day_of(timezone.now())
        clerk = Actor.system("rammevaerk findings")
        found = [
            {"edition": edition.slug, **finding.as_dict()}
            for edition in editions
            for finding in plan_findings(edition, clerk, as_of=as_of)
        ]
        if options["json"]:
            content = {"as_of": as_of.isoformat(), "findings": found}
            self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2))
            return
        for one in found:
            self.stdout.write(
                f"{one['severity']:8}{one['code']:28}{one['edition']}: {one['place']}"
            )
            self.stdout.write(f"        {one['message']}")
        self.stdout.write(f"{len(found)} findings as of {as_of.isoformat()}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(f"«{text}» is not a day: {problem}") from problem
