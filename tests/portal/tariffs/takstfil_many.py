"""Many services with many prices, and a takstfil in which each of them is changed."""

from datetime import date

from takstfil_world import NOW, YEAR, home, rows, workbook

from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.models import Facility, PlaceCapacity, Service
from rammevaerk.portal.tariffs.models import Tariff, TariffFile
from rammevaerk.portal.tariffs.operations import files

FIRST = date(2020, 1, 1)


def many_prices(services: int, labels: int) -> None:
    """Services of Egenby's facility, each with a price for each of the labels, and places."""
    facility = Facility.objects.get(key="egenby-bosted")
    made = Service.objects.bulk_create(
        Service(
            facility=facility, key=f"mange-{n}", name=f"Mange {n}", setting="day_and_night",
            audience="adults", age_from=18, valid_from=FIRST,
        )
        for n in range(services)
    )  # fmt: skip
    PlaceCapacity.objects.bulk_create(
        PlaceCapacity(service=one, places=10, covered=10, valid_from=FIRST, registered_at=NOW)
        for one in made
    )
    Tariff.objects.bulk_create(
        [
            Tariff(
                service=one, component="supplement", label=f"Niveau {n}", unit="day",
                amount_ore=100_000 + n, valid_from=FIRST, registered_at=NOW,
            )
            for one in made
            for n in range(labels)
        ],
        batch_size=1_000,
    )  # fmt: skip


def whole_file(by: Actor) -> TariffFile:
    """Every price of the many services raised, and their places, handed in."""
    found = [row for row in rows(by) if "mange-" in row["service_key"]]
    edits: dict[tuple[int, str], object] = {(n, "amount"): 2_000 for n in range(len(found))}
    edits |= {(n, "places"): 12 for n in range(len(found))}
    return files.hand_in(home().pk, YEAR, workbook(found, edits), "mange.xlsx", by=by, at=NOW)
