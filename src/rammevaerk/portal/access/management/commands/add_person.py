"""``rammevaerk add_person``: the first administrator of an organisation; the rest in the portal."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.access.operations import add_person
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.common.clock import day_of


class Command(BaseCommand):
    help = (
        "Gives somebody a role in an organisation. The password is asked for, or read from stdin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("organisation", help="key, e.g. kommune-0791")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMINISTRATOR)

    def handle(self, *_args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(key=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"No organisation has the key «{options['organisation']}».")
        at = timezone.now()
        try:
            assignment = add_person(
                organisation,
                email=options["email"],
                name=options["name"],
                role=Role(options["role"]),
                valid_from=day_of(at),
                password=_password(),
                by=Actor.system("rammevaerk add_person"),
                at=at,
            )
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        self.stdout.write(f"{assignment.person.email}: {assignment.get_role_display()}")


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password (at least 12 characters): ")
    return sys.stdin.readline().rstrip("\n")
