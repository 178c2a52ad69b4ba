"""Looking for signs of irregularity, and following up on them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.audit import prints_of, record, snapshot
from rammevaerk.portal.access.bulk import store_rows
from rammevaerk.portal.access.policy import Actor, Decision, Refused, authorise, require_grant
from rammevaerk.portal.access.queries import actor_of, cooperations, organisations_with
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.settlement import tasks
from rammevaerk.portal.settlement.calculate.irregularities import FoundSign, signs_in
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.models import IrregularitySign, SignFollowUp, SignSearch
from rammevaerk.portal.settlement.queries.evidence import evidence_for

MONTHS_BACK = 12
_ACTION = Action.IRREGULARITY_MANAGE
_State = SignSearch.State
_COLUMNS = ("facility_id", "placement_id", "place", "found", "expected", "proof", "unverified")
_BATCH = 500


@transaction.atomic
def ask_search(*, by: Actor, at: datetime) -> SignSearch:
    """Look through the last year: the actor's own purchases, or his cooperation's facilities.

    A search that is under way is begun again, so that one that was stopped does not stand for ever.
    """
    require_grant(by, _ACTION)
    return _begin(_whose(by), by=by, at=at)


def search_due(*, at: datetime) -> int:
    """Begin the searches that have not been made of the months until now; returns how many.

    For every organisation and cooperation where somebody may follow up on what is found. Done
    again in the same month it begins only what failed.
    """
    system = Actor.system(_("Søgning efter tegn"))
    whose: list[dict[str, int]] = [
        {"organisation_id": pk} for pk in organisations_with(_ACTION, on=day_of(at))
    ]
    whose += [{"cooperation_id": one.pk} for one in cooperations(system).order_by("pk")]
    made = SignSearch.objects.filter(end=day_of(at).replace(day=1)).exclude(state=_State.FAILED)
    due = [one for one in whose if not made.filter(**one).exists()]
    for one in due:
        with transaction.atomic():
            _begin(one, by=system, at=at)
    return len(due)


def _begin(whose: dict[str, int], *, by: Actor, at: datetime) -> SignSearch:
    asked = {
        "first": after_month(day_of(at), -MONTHS_BACK),
        "end": day_of(at).replace(day=1),
        "state": _State.WORKING,
        "asked_at": at,
        "asked_by_id": by.person_id,
        "assignment_id": by.assignment_id,
    }
    working = SignSearch.objects.select_for_update().filter(**whose, state=_State.WORKING).first()
    if working is not None:
        store_changes(working, asked, _ACTION, by=by, at=at)
        search = working
    else:
        search = store_new(SignSearch(**whose, **asked), _ACTION, by=by, at=at)
    transaction.on_commit(lambda: tasks.search_signs.enqueue(search.pk))
    return search


def _whose(by: Actor) -> dict[str, int]:
    """The column that says whose signs they are."""
    if by.scope(_ACTION) is Scope.OWN and by.organisation_id is not None:
        return {"organisation_id": by.organisation_id}
    if len(by.cooperation_ids) == 1:
        return {"cooperation_id": next(iter(by.cooperation_ids))}
    raise Refused(Decision(False, _("Du kan kun søge for et samarbejde ad gangen.")))


def work(search_id: int, *, at: datetime) -> None:
    """Carry a search out. May be begun again: what is found again is the same sign."""
    search = SignSearch.objects.select_related("assignment__person").get(pk=search_id)
    if search.state != _State.WORKING:
        return
    by = _actor(search, at)
    try:
        require_grant(by, _ACTION)
        found = _without_own(search, look(search))
    except Refused as refusal:
        _fail(search, str(refusal), by=by, at=at)
    except Exception:
        text = _("Der skete en fejl, som ikke er din. Prøv igen; hjælper det ikke, så sig til.")
        _fail(search, text, by=by, at=at)
        raise
    else:
        _store(search, found, by=by, at=at)


def _actor(search: Any, at: datetime) -> Actor:
    """Who asked, in the role of then; with no right at all when he has it no more."""
    assignment = search.assignment
    if assignment is None:
        return Actor(label=_("Uden rolle")) if search.asked_by_id else Actor.system(_("Systemet"))
    found = actor_of(assignment.person, on=day_of(at), assignment_id=assignment.pk)
    return found if found.assignment_id == assignment.pk else Actor(label=found.label)


def look(search: SignSearch) -> list[tuple[FoundSign, set[int]]]:
    """The signs, each with those who run its facility."""
    evidence = evidence_for(
        search.first,
        search.end,
        payer_id=search.organisation_id,
        cooperation_id=search.cooperation_id,
    )
    run_by: dict[int, set[int]] = {}
    for one in evidence.services.values():
        run_by.setdefault(one.facility_id, set()).update({one.operator_id, one.reporter_id})
    for place in evidence.places.values():
        run_by.setdefault(place.facility_id, set()).update({place.operator_id, place.reporter_id})
    return [(one, run_by.get(one.facility_id, set())) for one in signs_in(evidence)]


def _without_own(
    search: SignSearch, found: Sequence[tuple[FoundSign, set[int]]]
) -> list[FoundSign]:
    """Whoever runs a facility is shown no sign about it, and so none is kept for him."""
    return [one for one, run_by in found if search.organisation_id not in run_by]


@transaction.atomic
def _store(search: SignSearch, found: Sequence[FoundSign], *, by: Actor, at: datetime) -> None:
    stored = SignSearch.objects.select_for_update().get(pk=search.pk)
    if stored.state != _State.WORKING:
        return
    whose = {"organisation_id": stored.organisation_id, "cooperation_id": stored.cooperation_id}
    rows = IrregularitySign.objects.select_for_update(of=("self",)).filter(**_filter(whose))
    held = {(one.kind, one.key): one for one in rows.order_by("pk")}
    seen = {(one.kind, one.key) for one in found}
    new, changed = [], []
    for one in found:
        values = {name: getattr(one, name) for name in _COLUMNS}
        row = held.get((one.kind, one.key))
        if row is None:
            new.append(IrregularitySign(**whose, **values, kind=one.kind, key=one.key, found_at=at))
        elif row.gone_at is not None or any(
            getattr(row, name) != value for name, value in values.items()
        ):
            for name, value in values.items():
                setattr(row, name, value)
            row.gone_at = None
            changed.append(row)
    for key, row in held.items():
        if key not in seen and row.gone_at is None:
            row.gone_at = at
            changed.append(row)
    store_rows(new)
    names = [name.removesuffix("_id") for name in _COLUMNS]
    IrregularitySign.objects.bulk_update(changed, [*names, "gone_at"], batch_size=_BATCH)
    before = snapshot(stored)
    stored.state, stored.found, stored.finished_at = _State.DONE, len(found), at
    stored.save(update_fields=["state", "found", "finished_at"])
    touched = [*new, *changed]
    loaded = {"settlement.irregularitysign": prints_of(touched)} if touched else None
    record(by, _ACTION, stored, at=at, before=before, loaded=loaded)


def _filter(whose: dict[str, int | None]) -> dict[str, int]:
    return {name: value for name, value in whose.items() if value is not None}


@transaction.atomic
def _fail(search: SignSearch, text: str, *, by: Actor, at: datetime) -> None:
    stored = SignSearch.objects.select_for_update().get(pk=search.pk)
    values = {"state": _State.FAILED, "failure": text[:500], "finished_at": at}
    store_changes(stored, values, _ACTION, by=by, at=at)


@transaction.atomic
def follow_up(
    sign: IrregularitySign, state: str, *, reason: str, on: date, by: Actor, at: datetime
) -> SignFollowUp:
    """Say what was done about a sign: explained, taken up with the supervision, or open again.

    ValidationError without a reason, for a day that has not come, or when it is said already.
    """
    authorise(by, _ACTION, sign)
    IrregularitySign.objects.select_for_update(no_key=True).get(pk=sign.pk)
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv en begrundelse.")})
    if on > day_of(at):
        raise ValidationError({"on": _("Datoen er ikke kommet endnu.")})
    said = {"state": state, "reason": reason.strip(), "on": on}
    newest = sign.follow_ups.order_by("-at", "-pk").first()
    if newest and all(getattr(newest, name) == value for name, value in said.items()):
        raise ValidationError(_("Det er allerede noteret."))
    row = SignFollowUp(
        sign=sign,
        **said,
        by_label=by.label[:200],
        by_id=by.person_id,
        at=at,
    )
    return store_new(row, _ACTION, by=by, at=at)
