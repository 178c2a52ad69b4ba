"""``rammevaerk set_password``: for somebody whom no administrator may give a new password."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rammevaerk.portal.access.management.passwords import ask_password
from rammevaerk.portal.access.models import Person
from rammevaerk.portal.access.operations import set_password
from rammevaerk.portal.access.policy import Actor


class Command(BaseCommand):
    help = (
        "Gives a person a new password and lifts a lock on the log-in. The password is asked for,"
        " or read from stdin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError(f"Nobody has the e-mail «{options['email']}».")
        by = Actor.system("rammevaerk set_password")
        try:
            set_password(person, ask_password(), by=by, at=timezone.now())
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        self.stdout.write(f"{person.email}: new password")
