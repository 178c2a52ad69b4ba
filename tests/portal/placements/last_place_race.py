"""Run alone, in a database of its own: four admissions to one place at once, told as JSON."""

import json
import sys
import threading
from pathlib import Path

import django

PLACE, MANY = 7, 4


def main() -> None:
    here = Path(__file__).parent
    sys.path[:0] = [str(here), str(here.parent)]
    django.setup()
    from django.core.exceptions import ValidationError
    from django.core.management import call_command
    from django.db import connections
    from placement_samples import FROM, NOW, agreed, moment, seller
    from world import build_world

    from rammevaerk.portal.placements import operations
    from rammevaerk.portal.placements.models import Placement, Stay

    world = build_world()
    rows = [agreed(world) for _at in range(MANY)]
    by = seller(world)
    barrier = threading.Barrier(MANY)
    told: list[str] = []

    def work(row: Placement) -> None:
        barrier.wait()
        try:
            operations.admit(row, place=PLACE, moment=moment(FROM), by=by, at=NOW)
        except ValidationError as problem:
            told.append(" ".join(problem.messages))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(row,)) for row in rows]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
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
