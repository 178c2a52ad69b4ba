"""Run as a program: a portal of its own with a settlement run that waits to be made.

``python run_seed.py <placements>``; the folder is in the environment.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "rammevaerk.portal.settings"


def seed(placements: int) -> None:
    from datetime import date, timedelta

    import django

    django.setup()

    from run_samples import CLERK, Home, invoice_all, noon
    from world import build_world

    from rammevaerk.portal.placements.models import PayerPeriod
    from rammevaerk.portal.settlement.operations import runs

    build_world()
    home = Home(places=placements).build()
    stays = [
        home.admit(date(2025, 1, 1) + timedelta(days=one % 28), payer="naboby")
        for one in range(placements)
    ]
    # March is invoiced and then changed: the run takes back, and bills anew.
    first = home.run(date(2025, 3, 1), months_back=0)
    runs.review(first, by=CLERK, at=noon(date(2025, 4, 1)))
    invoice_all(first)
    for stay in stays[:5]:
        PayerPeriod.objects.filter(placement=stay).update(valid_to=date(2025, 3, 15))
    runs.start(home.request(date(2025, 4, 1), months_back=1), by=CLERK, at=noon(date(2025, 5, 1)))


if __name__ == "__main__":
    seed(int(sys.argv[1]))
