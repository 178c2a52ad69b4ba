"""``rammevaerk demonstrate``: load the demonstration data into an empty installation."""

import gc
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from rammevaerk.portal.access.queries import is_empty
from rammevaerk.portal.demonstration.load import load_demonstration
from rammevaerk.portal.demonstration.region.handed_over import lay_out_folder


class Command(BaseCommand):
    help = "Loads the demonstration data; does nothing where there is data already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-citizens",
            action="store_true",
            help="no placements, contracts and settled months: loads sooner",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not is_empty():
            self.stdout.write("The installation holds data already; nothing was loaded.")
            return
        # Where e-invoices are handed over to in a demonstration, also to those made later.
        lay_out_folder()
        # Half a million rows are made and none is in a ring: looking for rings takes a tenth.
        gc.disable()
        try:
            load_demonstration(at=timezone.now(), with_citizens=not options["without_citizens"])
        finally:
            gc.enable()
        self.stdout.write("The demonstration data is loaded.")
