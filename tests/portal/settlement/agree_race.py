"""A program of its own in which two people answer the same lines at the same moment.

``python agree_race.py`` with the portal's environment set and its tables made. Says what came of
each race as JSON.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
os.environ["DJANGO_SETTINGS_MODULE"] = "rammevaerk.portal.settings"

import django  # noqa: E402

django.setup()

from agreeing_samples import MAY, Agreement, civil  # noqa: E402
from at_once import told  # noqa: E402
from django.utils import timezone  # noqa: E402
from invoice_samples import in_the_trail, party  # noqa: E402
from run_samples import CLERK, noon  # noqa: E402
from world import build_world  # noqa: E402

from rammevaerk.portal.access.saving import fingerprint  # noqa: E402
from rammevaerk.portal.access.verification import verify  # noqa: E402
from rammevaerk.portal.settlement.models import (  # noqa: E402
    BuyerRecord,
    Invoice,
    LineAnswer,
    LineStanding,
    Statement,
)
from rammevaerk.portal.settlement.operations.answers import (  # noqa: E402
    agree_chosen,
    agree_undisputed,
    dispute,
)
from rammevaerk.portal.settlement.operations.issuing import issue_agreed  # noqa: E402
from rammevaerk.portal.settlement.operations.runs import review  # noqa: E402
from rammevaerk.portal.settlement.queries.reconciliation import agreeable  # noqa: E402

TIMES = 4
HOW: dict[str, Any] = {"by": CLERK}


def sent(number: int, citizens: int, name: str) -> Agreement:
    made = Agreement(citizens, key=f"{name}-{number}", places=100).sent()
    in_the_trail()
    return made


def both_agree_to_all(number: int) -> dict[str, Any]:
    made = sent(number, 30, "alle")
    seen = agreeable(made.statement, CLERK).print
    came = told(
        *[
            lambda: agree_undisputed(made.statement, seen=seen, at=timezone.now(), **HOW)
            for _ in range(2)
        ]
    )
    answers = LineAnswer.objects.filter(line__statement=made.statement).count()
    return {"came": sorted(came), "states": sorted(set(made.states())), "answers": answers}


def one_agrees_and_one_objects(number: int) -> dict[str, Any]:
    made = sent(number, 1, "uenig")
    line, seen = made.line(), fingerprint(made.standing())
    came = told(
        lambda: agree_chosen(made.statement, {line.pk: seen}, at=timezone.now(), **HOW),
        lambda: dispute(line, day=None, reason="Nej", seen=seen, at=timezone.now(), **HOW).verdict,
    )
    return {"came": came, "states": made.states(), "answers": line.answers.count()}


def the_last_of_two_statements(number: int) -> dict[str, Any]:
    made = Agreement(2, key=f"to-{number}")
    for _ in range(2):
        made.home.admit(MAY, payer="udenfor")
    made.run = made.home.run(MAY, months_back=0)
    review(made.run, by=CLERK, at=noon(MAY))
    in_the_trail()
    statements = list(Statement.objects.select_related("run").filter(run=made.run))
    seen = {one.pk: agreeable(one, CLERK).print for one in statements}
    came = told(
        *[
            lambda one=one: agree_undisputed(one, seen=seen[one.pk], at=timezone.now(), **HOW)
            for one in statements
        ]
    )
    made.run.refresh_from_db()
    return {"came": came, "run": made.run.state, "statements": len(statements)}


def one_objects_while_the_other_invoices(number: int) -> dict[str, Any]:
    made = sent(number, 1, "regning")
    seen = agreeable(made.statement, CLERK).print
    agree_undisputed(made.statement, seen=seen, at=timezone.now(), **HOW)
    line = made.line()
    came = told(
        lambda: dispute(line, day=None, reason="Nej", at=timezone.now(), **HOW).verdict,
        lambda: len(issue_agreed(made.run, at=timezone.now(), **HOW).invoices),
    )
    invoices = Invoice.objects.filter(run=made.run).count()
    return {"came": came, "states": made.states(), "invoices": invoices}


def two_register_the_same_citizen(number: int) -> dict[str, Any]:
    made = sent(number, 1, "egne")
    came = told(
        lambda: made.buyer_says(0, civil(28, 10)), lambda: made.buyer_says(0, civil(27, 10))
    )
    held = BuyerRecord.objects.filter(placement=made.placements[0], superseded_at=None)
    return {"came": came, "held": held.count()}


RACES = (
    both_agree_to_all,
    one_agrees_and_one_objects,
    the_last_of_two_statements,
    one_objects_while_the_other_invoices,
    two_register_the_same_citizen,
)


def main() -> None:
    build_world()
    for number, key in enumerate(("egenby", "naboby")):
        party(key, number, valid_from=MAY.replace(month=1))
    in_the_trail()
    found: dict[str, Any] = {
        race.__name__: [race(number) for number in range(TIMES)] for race in RACES
    }
    # The home and its prices were made straight; what the races wrote was not.
    written = {str(one._meta.verbose_name) for one in (LineAnswer, LineStanding, BuyerRecord)}
    found["odd"] = [
        one.as_dict()
        for one in verify()
        if one.code not in {"audit.no-head-file", "audit.unrecorded"}
        or one.place.partition(" nr.")[0] in written
    ]
    sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    main()
