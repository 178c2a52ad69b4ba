"""Run alone, in a database of its own: four admissions to one place at once, told as JSON."""

import json
import sys
from pathlib import Path
from typing import Any

import django

PLACE, MANY = 7, 4


def main() -> None:
    here = Path(__file__).parent
    sys.path[:0] = [str(here), str(here.parent)]
    django.setup()
    from at_once import at_once
    from django.core.exceptions import ValidationError
    from django.core.management import call_command
    from placement_samples import FROM, NOW, agreed, moment, seller
    from world import build_world

    from rammevaerk.portal.placements import operations
    from rammevaerk.portal.placements.models import Placement, Stay

    world = build_world()
    rows = [agreed(world) for _at in range(MANY)]
    by = seller(world)
    at: dict[str, Any] = {"place": PLACE, "moment": moment(FROM), "by": by, "at": NOW}
    came = at_once(*[lambda row=row: operations.admit(row, **at) for row in rows])
    told = [" ".join(one.messages) for one in came if isinstance(one, ValidationError)]
    call_command("audit", "verify", stdout=sys.stderr)
    stored = Placement.objects.filter(pk__in=[row.pk for row in rows])
    admitted = stored.filter(state="admitted").select_related("citizen")
    json.dump(
        {
            "admitted": [row.citizen.pseudonym for row in admitted],
            "stays": Stay.objects.filter(service=rows[0].service, place=PLACE).count(),
            "told": told,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
