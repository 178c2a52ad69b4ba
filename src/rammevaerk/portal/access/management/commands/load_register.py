"""``rammevaerk load_register``: the organisations, and the cooperation that moves in."""

import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.register import load_cooperation, load_organisations, read_register


class Command(BaseCommand):
    help = (
        "Brings the register of organisations in line with its data, and a cooperation with its"
        " file: [cooperation] key, name and [[member]] organisation, valid_from, is_secretariat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cooperation", type=Path, help="a TOML file")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        clerk, at = Actor.system("rammevaerk load_register"), timezone.now()
        count = load_organisations(read_register(), by=clerk, at=at)
        self.stdout.write(f"{count} rows of the register are new or changed.")
        if path := options["cooperation"]:
            try:
                content = tomllib.loads(path.read_text(encoding="utf-8"))
                entry = {**content["cooperation"], "member": content["member"]}
                cooperation = load_cooperation(entry, by=clerk, at=at)
            except (OSError, tomllib.TOMLDecodeError, KeyError) as problem:
                raise CommandError(f"{path} cannot be used: {problem!r}") from problem
            self.stdout.write(f"{cooperation.name}: {len(entry['member'])} members.")
