"""A program of its own that issues invoices, and kills itself doing it as often as asked.

Commands: build, issue, kill <seed> <times> <statements>, race <what> …, idle, tell; with
the portal's environment set. Says what came of it as lines.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
os.environ["DJANGO_SETTINGS_MODULE"] = "rammevaerk.portal.settings"

import django  # noqa: E402

django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from invoice_samples import (  # noqa: E402
    CLERK,
    DAY,
    a_run,
    a_statement,
    in_the_trail,
    lines_for,
    party,
    placements,
    reversal_of,
)
from world import build_world  # noqa: E402

from rammevaerk.portal.access.verification import verify  # noqa: E402
from rammevaerk.portal.settlement.models import (  # noqa: E402
    BillingJob,
    Invoice,
    InvoiceDocument,
    InvoiceSeries,
    LineStanding,
    SettlementRun,
)
from rammevaerk.portal.settlement.operations import billing_jobs  # noqa: E402
from rammevaerk.portal.settlement.operations.billing_jobs import start_issuing  # noqa: E402
from rammevaerk.portal.settlement.operations.crediting import credit_invoice  # noqa: E402
from rammevaerk.portal.settlement.operations.issuing import issue_agreed  # noqa: E402

# A payer with a citizen on each invoice, and two with all on one.
CITIZENS = 60


def build() -> None:
    """A run with hundreds of invoices and some credit notes to come, and the work that waits."""
    build_world()
    party("egenby", 0)
    earlier, run = a_run(number=899), a_run()
    for number, grouping in enumerate(("placement", "payer", "facility"), start=1):
        key = f"kunde-{number}"
        party(key, number, grouping=grouping)
        rows = placements("egenby", key, CITIZENS + 5)
        before = a_statement(earlier, key)
        taken_back = lines_for(before, rows[:20])
        lines_for(before, rows[CITIZENS:])
        issue_agreed(earlier, by=CLERK, at=timezone.now(), day=DAY)
        statement = a_statement(run, key)
        for line in taken_back:
            reversal_of(statement, line)
        lines_for(statement, rows[:CITIZENS])
    BillingJob.objects.create(run=run, kind="issue", day=DAY, started_at=timezone.now())
    in_the_trail()
    connection.close()


def work() -> None:
    """Do what waits, from wherever it was left."""
    job = BillingJob.objects.get(state="working")
    billing_jobs.issue(job.pk, at=timezone.now())


def issue() -> None:
    """Do what waits undisturbed, and say how many statements it put to the database."""
    asked = Statements()
    with connection.execute_wrapper(asked):
        work()
    sys.stdout.write(f"{asked.count}\n")


class Statements:
    """Counts what is put to the database; at the last one allowed the process is killed soon."""

    def __init__(self, allowed: int | None = None, grace: float = 0.0) -> None:
        self.count, self.allowed, self.grace = 0, allowed, grace

    def __call__(self, execute: Callable[..., object], *arguments: object) -> object:
        self.count += 1
        if self.count == self.allowed:
            # A little later: also in the middle of a commit, or of writing a file.
            threading.Timer(self.grace, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return execute(*arguments)


def in_a_child(do: Callable[[], object], killed_at: Statements | None = None) -> int:
    """Do it in a process of its own, and tell its exit status; that of a killed one is -9."""
    connection.close()
    child = os.fork()
    if not child:
        with connection.execute_wrapper(killed_at or Statements()):
            do()
        connection.close()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill(seed: str, times: str, statements: str) -> None:
    """Begin the work again and again, killed each time, and let it come to its end at last.

    `statements` is what it asks of the database undisturbed. The kills together leave it less
    than half of that, so it cannot be done before the last of them on any machine.
    """
    moments = random.Random(seed)
    longest = int(statements) // (2 * int(times))
    ended = [
        in_a_child(work, Statements(moments.randint(1, longest), moments.uniform(0.0, 0.01)))
        for _ in range(int(times))
    ]
    made = Invoice.objects.filter(run__number=900).count()
    sys.stdout.write(f"{ended.count(-signal.SIGKILL)} killed, {made} invoices by then\n")
    assert in_a_child(work) == 0


def race(*whats: str) -> None:
    """Do several things at once, each in a process of its own; says what came of each."""
    connection.close()
    waiting, start = os.pipe()
    children = []
    for what in whats:
        child = os.fork()
        if not child:
            os.close(start)
            os.read(waiting, 1)
            try:
                said = RACES[what]()
            except ValidationError as problem:
                said = " ".join(problem.messages)
            sys.stdout.write(f"{what}: {said}\n")
            sys.stdout.flush()
            connection.close()
            os._exit(0)
        children.append(child)
    time.sleep(0.3)
    # Everybody reads the end of the pipe at the same time.
    os.close(start)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(children)


def race_issue() -> str:
    run = SettlementRun.objects.get(number=900)
    return f"{len(issue_agreed(run, by=CLERK, at=timezone.now(), day=DAY).invoices)} issued"


def race_begin() -> str:
    run = SettlementRun.objects.get(number=900)
    return start_issuing(run, by=CLERK, at=timezone.now()).state


def race_credit() -> str:
    invoice = Invoice.objects.filter(run__number=899, kind="invoice").latest("number")
    return credit_invoice(invoice, reason="Prøve", by=CLERK, at=timezone.now()).kind


def idle() -> None:
    """Let nothing wait: whoever begins is the first."""
    BillingJob.objects.filter(state="working").update(state="done")
    in_the_trail()


RACES = {"issue": race_issue, "begin": race_begin, "credit": race_credit}


def tell() -> None:
    """Everything that is the same however often the work was begun."""
    invoices = Invoice.objects.order_by("operator_id", "year", "number")
    told = {
        "invoices": [
            [
                *(one.label, one.kind, one.payer_id, one.total_ore),
                *(one.sha256, one.key, one.credits_id, one.run.number),
            ]
            for one in invoices.select_related("run")
        ],
        "lines": list(
            invoices.values_list("label", "lines__position", "lines__line_id").order_by(
                "label", "lines__position"
            )
        ),
        "series": list(
            InvoiceSeries.objects.order_by("pk").values_list("operator", "year", "last")
        ),
        "standings": list(
            LineStanding.objects.order_by("line_id").values_list("line_id", "state", "claim")
        ),
        "documents": list(
            InvoiceDocument.objects.order_by("invoice__label", "pk").values_list(
                "invoice__label", "sha256", "outcome"
            )
        ),
        "jobs": list(BillingJob.objects.filter(run__number=900).values_list("state", "failure")),
        "odd": [one.as_dict() for one in verify() if one.code != "audit.no-head-file"],
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    what, *more = sys.argv[1:]
    {"build": build, "issue": issue, "kill": kill, "race": race, "tell": tell, "idle": idle}[what](
        *more
    )
