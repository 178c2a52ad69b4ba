"""``rammevaerk add_person``: the first administrator of an organisation; the rest in the portal."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.management.passwords import ask_password
from rammevaerk.portal.access.models import Organisation, Person
from rammevaerk.portal.access.operations import add_person
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.common.clock import day_of


class Command(BaseCommand):
    help = (
        "Gives somebody a role in an organisation. A new person's password is asked for, or read"
        " from stdin; somebody who exists keeps his own."
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
        known = Person.objects.filter(email__iexact=options["email"]).exists()
        try:
            assignment = add_person(
                organisation,
                email=options["email"],
                name=options["name"],
                role=Role(options["role"]),
                valid_from=day_of(at),
                password=None if known else ask_password(),
                by=Actor.system("rammevaerk add_person"),
                at=at,
            )
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        self.stdout.write(f"{assignment.person.email}: {assignment.get_role_display()}")
