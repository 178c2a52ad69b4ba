"""Run alone, in a database of its own: what is sent twice in the same moment, told as JSON."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "placements"), str(HERE)]
os.environ["DJANGO_SETTINGS_MODULE"] = "rammevaerk.portal.settings"

import django  # noqa: E402

django.setup()

from at_once import told  # noqa: E402
from placement_samples import NOW, TODAY, asked, buyer  # noqa: E402
from world import CLERK, World, build_world  # noqa: E402

from rammevaerk.portal.access.models import Cooperation, Organisation  # noqa: E402
from rammevaerk.portal.catalogue.models import Facility  # noqa: E402
from rammevaerk.portal.placements.models import Placement  # noqa: E402
from rammevaerk.portal.settlement.models import (  # noqa: E402
    IrregularitySign,
    SignFollowUp,
    SpecialPayment,
    SpendBudget,
)
from rammevaerk.portal.settlement.operations.budgets import register_budget  # noqa: E402
from rammevaerk.portal.settlement.operations.irregularities import follow_up  # noqa: E402
from rammevaerk.portal.settlement.operations.specials import register_special  # noqa: E402

TIMES, MANY = 4, 3


def special(_world: World, number: int) -> tuple[Callable[[], object], Callable[[], int]]:
    payer, region = (Organisation.objects.get(key=key) for key in ("naboby", "egenby"))
    label = f"Plads {number}"

    def send() -> object:
        return register_special(
            Cooperation.objects.get(key="home").pk, "health", TODAY.replace(day=1), label,
            {"day": TODAY.isoformat(), "cost_ore": 100_000},
            operator_id=region.pk, payer_id=payer.pk, by=CLERK, at=NOW,
        )  # fmt: skip

    return send, SpecialPayment.objects.filter(label=label).count


def enquiry(world: World, number: int) -> tuple[Callable[[], object], Callable[[], int]]:
    own = {"need": f"Støtte {number}"}
    return lambda: asked(world, **own), Placement.objects.filter(**own).count


def first_budget(world: World, number: int) -> tuple[Callable[[], object], Callable[[], int]]:
    by = buyer(world)
    year = {"organisation_id": by.organisation_id, "year": TODAY.year + 1 + number}
    return (
        lambda: register_budget(**year, amount_ore=7_000, by=by, at=NOW),
        SpendBudget.objects.filter(**year).count,
    )


def word_on_a_sign(world: World, number: int) -> tuple[Callable[[], object], Callable[[], int]]:
    by = buyer(world)
    sign = IrregularitySign.objects.create(
        organisation_id=by.organisation_id, facility=Facility.objects.get(key="egenby-bosted"),
        kind="occupancy", key=f"tegn {number}", place="Prøve", found="1", expected="0",
        found_at=NOW,
    )  # fmt: skip
    return (
        lambda: follow_up(sign, "explained", reason="Ja", on=TODAY, by=by, at=NOW),
        SignFollowUp.objects.filter(sign=sign).count,
    )


def main() -> None:
    world = build_world()
    found: dict[str, Any] = {}
    for what in (special, enquiry, first_budget, word_on_a_sign):
        for number in range(TIMES):
            send, held = what(world, number)
            came = [one.partition(" ")[0] for one in told(*[send] * MANY)]
            found.setdefault(what.__name__, []).append({"came": sorted(came), "held": held()})
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
