"""Many decided prices and figures for the cap at once: from another system's list, or a plan's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.bulk import record_load, store_rows
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.access.queries import organisation_ids
from rammevaerk.portal.catalogue.queries.services import services_of
from rammevaerk.portal.tariffs.models import SupplementTurnover, Tariff
from rammevaerk.portal.tariffs.price_lines import line_of, problems_of

Entry = Mapping[str, Any]


@transaction.atomic
def load_tariffs(
    cooperation: Any, entries: Sequence[Entry], *, by: Actor, at: datetime
) -> dict[str, int]:
    """Store prices as they were decided, all of them or none; returns how many there are.

    An entry has the columns of a tariff and its ``service`` as "facility/service" by their keys.
    It is for what was decided elsewhere, with the moments it was registered and superseded; a
    price that is decided here comes from a report. ValidationError names the row; the trail has
    one record with the count and the fingerprint of the entries.
    """
    authorise(by, Action.TARIFF_DECIDE, cooperation)
    services = _service_ids(cooperation, by)
    rows = []
    for number, entry in enumerate(entries, start=1):
        values = {name: entry[name] for name in entry if name != "service"}
        service_id = _found(services, entry["service"])
        row = Tariff(service_id=service_id, **{"registered_at": at, **values})
        if problems := problems_of(line_of(row)):
            raise ValidationError(_unfit(number, entry["service"], problems))
        rows.append(row)
    store_rows(rows)
    return record_load(cooperation, Action.TARIFF_DECIDE, entries, {Tariff: rows}, by=by, at=at)


@transaction.atomic
def load_supplements(
    cooperation: Any, entries: Sequence[Entry], *, by: Actor, at: datetime
) -> dict[str, int]:
    """Store quarters' supplements and turnover, all or none, ``operator`` by its key."""
    authorise(by, Action.TARIFF_CHECK, cooperation)
    operators = organisation_ids()
    rows = []
    for entry in entries:
        values = {name: entry[name] for name in entry if name != "operator"}
        operator_id = _found(operators, entry["operator"])
        values = {"registered_at": at, **values}
        rows.append(SupplementTurnover(cooperation=cooperation, operator_id=operator_id, **values))
    store_rows(rows)
    loaded = {SupplementTurnover: rows}
    return record_load(cooperation, Action.TARIFF_CHECK, entries, loaded, by=by, at=at)


def _service_ids(cooperation: Any, by: Actor) -> dict[str, int]:
    rows = services_of(by, on=None).filter(facility__cooperation=cooperation)
    found = rows.values_list("facility__key", "key", "pk")
    return {f"{facility}/{service}": pk for facility, service, pk in found}


def _unfit(number: int, service: str, problems: Mapping[str, str]) -> str:
    return _("Takst, række %(number)s (%(service)s): %(said)s Intet er gemt.") % {
        "number": number,
        "service": service,
        "said": " ".join(problems.values()),
    }


def _found(known: Mapping[str, int], key: str) -> int:
    if key not in known:
        raise ValidationError(_("«%s» kendes ikke. Intet er gemt.") % key)
    return known[key]
