"""Registering what the cap is judged by: index choices, supplements and arrears."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.engine.tariffs.registers import packaged_indices
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise, require_grant
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.tariffs.models import IndexChoice, SupplementTurnover, UnmetReduction

FIRST_YEAR = 2007  # the municipal reform; nobody has figures from before it
MONTHS_OF_A_QUARTER = 3


@transaction.atomic
def choose_index(
    cooperation_id: int,
    operator_id: int,
    *,
    series: tuple[str, ...],
    valid_from: date,
    reason: str,
    decision: str,
    by: Actor,
    at: datetime,
) -> IndexChoice:
    """Let an operator regulate by these series from a day until the next choice.

    The choice in force ends there; one from the same day is put right. The audit trail keeps
    what it said.
    """
    require_grant(by, Action.TARIFF_REPORT)
    _refuse_unknown(series)
    rows = IndexChoice.objects.select_for_update().filter(
        cooperation_id=cooperation_id, operator_id=operator_id
    )
    chosen = list(rows.order_by("valid_from"))
    before = next((row for row in reversed(chosen) if row.valid_from < valid_from), None)
    after = next((row for row in chosen if row.valid_from > valid_from), None)
    if before and (before.valid_to is None or before.valid_to > valid_from):
        authorise(by, Action.TARIFF_REPORT, before)
        store_changes(before, {"valid_to": valid_from}, Action.TARIFF_REPORT, by=by, at=at)
    values = {"series": ",".join(series), "reason": reason, "decision": decision}
    same = next((row for row in chosen if row.valid_from == valid_from), None)
    if same:
        authorise(by, Action.TARIFF_REPORT, same)
        store_changes(same, values, Action.TARIFF_REPORT, by=by, at=at)
        return same
    stored = store_new(
        IndexChoice(
            cooperation_id=cooperation_id,
            operator_id=operator_id,
            valid_from=valid_from,
            valid_to=after.valid_from if after else None,
            **values,
        ),
        Action.TARIFF_REPORT,
        by=by,
        at=at,
    )
    # Only a stored row can be decided on; a refusal here takes everything back with it.
    authorise(by, Action.TARIFF_REPORT, stored)
    return stored


def _refuse_unknown(series: tuple[str, ...]) -> None:
    known = {one.key for one in packaged_indices().series}
    unknown = [key for key in series if key not in known]
    if unknown or not series or len(set(series)) < len(series):
        raise ValidationError({"series": _("Vælg mindst én indeksserie, og hver kun én gang.")})


@transaction.atomic
def report_supplements(
    cooperation_id: int,
    operator_id: int,
    *,
    year: int,
    quarter: int,
    supplements_ore: int,
    turnover_ore: int,
    citizens: int,
    by: Actor,
    at: datetime,
) -> SupplementTurnover:
    """Report what a quarter brought in supplements and in all; the newest figure holds.

    Earlier figures stay beside it. The same figures once more are refused, and so is a quarter
    that has not begun.
    """
    require_grant(by, Action.TARIFF_REPORT)
    if not 1 <= quarter <= 4 or not FIRST_YEAR <= year <= day_of(at).year:
        raise ValidationError({"year": _("Vælg et år og et kvartal, der har været.")})
    if date(year, MONTHS_OF_A_QUARTER * (quarter - 1) + 1, 1) > day_of(at):
        raise ValidationError({"quarter": _("Kvartalet er ikke begyndt endnu.")})
    if supplements_ore > turnover_ore:
        raise ValidationError(
            {"supplements": _("Tillæggene kan ikke være større end hele omsætningen.")}
        )
    figures = {
        "supplements_ore": supplements_ore,
        "turnover_ore": turnover_ore,
        "citizens": citizens,
    }
    whose = {"cooperation_id": cooperation_id, "operator_id": operator_id}
    newest = SupplementTurnover.objects.filter(**whose, year=year, quarter=quarter).first()
    if newest and all(getattr(newest, name) == value for name, value in figures.items()):
        raise ValidationError(_("De samme tal er allerede indberettet for kvartalet."))
    stored = store_new(
        SupplementTurnover(**whose, year=year, quarter=quarter, **figures, registered_at=at),
        Action.TARIFF_REPORT,
        by=by,
        at=at,
    )
    authorise(by, Action.TARIFF_REPORT, stored)
    return stored


@transaction.atomic
def record_unmet(
    cooperation_id: int,
    operator_id: int,
    *,
    year: int,
    basis_points: int,
    source: str,
    by: Actor,
    at: datetime,
) -> UnmetReduction:
    """Record what an operator lacks of an earlier cap, as a share of its level in that year.

    A figure for the same year is put right; the audit trail keeps what it was.
    """
    require_grant(by, Action.TARIFF_CHECK)
    if not FIRST_YEAR <= year <= day_of(at).year:
        raise ValidationError({"year": _("Vælg et år, der har været.")})
    whose = {"cooperation_id": cooperation_id, "operator_id": operator_id, "year": year}
    found = UnmetReduction.objects.select_for_update().filter(**whose).first()
    values = {"basis_points": basis_points, "source": source}
    if found:
        authorise(by, Action.TARIFF_CHECK, found)
        store_changes(found, values, Action.TARIFF_CHECK, by=by, at=at)
        return found
    stored = store_new(UnmetReduction(**whose, **values), Action.TARIFF_CHECK, by=by, at=at)
    authorise(by, Action.TARIFF_CHECK, stored)
    return stored
