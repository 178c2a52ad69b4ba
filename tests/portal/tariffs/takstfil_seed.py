"""Run as a program: a portal of its own with a confirmed takstfil that waits to be stored.

``python takstfil_seed.py <services> <labels>``; the folder is in the environment.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "rammevaerk.portal.settings"


def seed(services: int, labels: int) -> None:
    import django

    django.setup()

    from takstfil_many import many_prices, whole_file
    from takstfil_world import NOW, officer
    from world import build_world

    from rammevaerk.portal.tariffs.operations import files

    world = build_world()
    by = officer(world)
    many_prices(services, labels)
    file = whole_file(by)
    files.read(file.pk, at=NOW)
    files.confirm(file, by=by, at=NOW)


if __name__ == "__main__":
    seed(int(sys.argv[1]), int(sys.argv[2]))
