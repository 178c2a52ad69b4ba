"""``rammevaerk audit verify``: does the audit trail hold, and do the rows agree with it?"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from rammevaerk.portal.access.queries import audit_head
from rammevaerk.portal.access.verification import unsound_file, verify


class Command(BaseCommand):
    help = "Verifies the audit trail: exit code 1 names every record or row that does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if damage := unsound_file():
                self.stderr.write(f"The database file itself is damaged: {damage}")
            found = verify()
        except DatabaseError as problem:
            raise CommandError(f"The database cannot be read: {problem}", returncode=1) from problem
        if options["json"]:
            content = {"findings": [one.as_dict() for one in found]}
            self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2))
        else:
            for one in found:
                self.stdout.write(f"{one.place}: {one.message}")
        if found or damage:
            raise SystemExit(1)
        head = audit_head()
        if head and not options["json"]:
            self.stdout.write(f"{head.sequence} records hold. Head: {head.hash}")
