"""A program of its own that writes when it is told to, for the tests of writers at once.

``python concurrent_writer.py build|status|many|confirm|load`` with the portal's environment set.
It prints "ready", waits for a line, writes, and prints what came of it.
"""

import sys
from datetime import date

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db.models.signals import post_save  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from plan_workbooks import ALL, edited, sealed  # noqa: E402
from reading_pages import words  # noqa: E402
from world import CLERK, build_world  # noqa: E402

from rammevaerk.portal.access.models import AuditRecord, Person  # noqa: E402
from rammevaerk.portal.access.verification import verify  # noqa: E402
from rammevaerk.portal.agreement import operations  # noqa: E402
from rammevaerk.portal.agreement.models import Initiative  # noqa: E402
from rammevaerk.portal.agreement.queries import newest_status  # noqa: E402
from rammevaerk.portal.demonstration.load import load_demonstration  # noqa: E402


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def wait() -> None:
    say("ready")
    sys.stdin.readline()


def update(row: Initiative, text: str, seen: int | None) -> None:
    operations.update_status(
        row,
        status="in_progress",
        text=text,
        effective_on=date(2025, 5, 1),
        latest_seen=seen,
        by=CLERK,
        at=timezone.now(),
    )


def status(text: str) -> None:
    """Update a status on top of the newest one seen before the wait."""
    row = Initiative.objects.order_by("pk").first()
    seen = newest_status(row).pk
    wait()
    try:
        update(row, text, seen)
    except operations.StatusConflict as conflict:
        say(f"conflict with {conflict.newer.text}")
    else:
        say("stored")


def many(name: str) -> None:
    """Six updates one after another, on the same rows as the other writers."""
    rows = list(Initiative.objects.order_by("pk"))
    wait()
    for n in range(6):
        update(rows[n % len(rows)], f"{name} {n}", None)
    say("stored")


def confirm(_name: str) -> None:
    """Confirm, by the pages, the one change that everybody else confirms too."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(
        Person.objects.get(email="secretariat.sekretariatet@example.org"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    plan = "/aftale/home-aftale-2025-26/handlingsplan"
    content = edited(client.get(f"{plan}.xlsx").content, {(2, "title"): "Bekræftet"})
    form = {"csrfmiddlewaretoken": "x", "file": SimpleUploadedFile("plan.xlsx", content)}
    seal = sealed(client.post(f"{plan}/indlaes/", form))
    wait()
    answer = words(client.post(f"{plan}/indlaes/gem/", {"sealed": seal, "take": ALL}, follow=True))
    say("stored" if "1 ændring er gemt." in answer else "refused")


def load(until: str) -> None:
    """Load the demonstration, and stop for ever in the middle of it."""

    def stop(instance: AuditRecord, **_signal: object) -> None:
        if instance.sequence == int(until):
            wait()

    post_save.connect(stop, sender=AuditRecord)
    load_demonstration(at=timezone.now(), with_citizens=False)
    say("stored")


def check(_name: str) -> None:
    """Say what does not hold, and how many records there are."""
    for finding in verify():
        say(f"{finding.code} {finding.place}")
    say(f"{AuditRecord.objects.count()} records")


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build_world()
        say("built")
    else:
        {"status": status, "many": many, "confirm": confirm, "load": load, "check": check}[
            sys.argv[1]
        ](sys.argv[2] if len(sys.argv) > 2 else "")
