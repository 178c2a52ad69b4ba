"""A takstfil handed in: read, shown, confirmed and stored, so that any step can be repeated."""

import json
import logging
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from rammevaerk.exchange.errors import RefusedFile, UnreadableFile
from rammevaerk.exchange.filetype import judge, safe_name
from rammevaerk.exchange.tariff_file.grid import KINDS, TariffWorkbook
from rammevaerk.exchange.tariff_file.mapping import ColumnMap
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, Decision, Refused, authorise, require_grant
from rammevaerk.portal.access.queries import actor_of, cooperations
from rammevaerk.portal.access.saving import store_changes, store_new
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.documents import DamagedDocument, discard, fetch, keep
from rammevaerk.portal.common.fields import CprFound
from rammevaerk.portal.common.fields import refuse_cpr as refuse_cpr_in_text
from rammevaerk.portal.tariffs import file_proposal, tasks
from rammevaerk.portal.tariffs.file_maps import map_of
from rammevaerk.portal.tariffs.models import ColumnMapping, TariffFile, TariffFileRow
from rammevaerk.portal.tariffs.operations.file_storing import store_service
from rammevaerk.portal.tariffs.queries.file_rows import sources_of

_ACTION = Action.TARIFF_REPORT
_YEARS = range(2000, 2101)
_State = TariffFile.State
_BATCH = 500
_CHOOSABLE = (TariffFileRow.Kind.NEW, TariffFileRow.Kind.CHANGED, TariffFileRow.Kind.GONE)
_log = logging.getLogger(__name__)


def hand_in(
    cooperation_id: int, year: int, content: bytes, name: str, *, by: Actor, at: datetime
) -> TariffFile:
    """Take a file in and have it read in the background.

    ValidationError in Danish for a file of a wrong kind, with macros, links or a password, and for
    a year that is none.
    """
    require_grant(by, _ACTION)
    if not cooperations(by).filter(pk=cooperation_id).exists() or by.organisation_id is None:
        raise Refused(Decision(False, _("Du kan kun lægge takstfiler op i dit eget samarbejde.")))
    if year not in _YEARS:
        raise ValidationError({"year": _("Skriv et år mellem 2000 og 2100.")})
    refuse_cpr_in_text(safe_name(name), where=_("filnavnet"))
    try:
        judge(content, name, allowed=KINDS)
        TariffWorkbook(content, name)
    except (RefusedFile, UnreadableFile) as refusal:
        raise ValidationError({"file": refusal.reason_da}) from refusal
    row = TariffFile(
        cooperation_id=cooperation_id,
        organisation_id=by.organisation_id,
        year=year,
        name=safe_name(name)[:150],
        sha256=keep(content),
        size=len(content),
        state=_State.READING,
        uploaded_at=at,
        uploaded_by_id=by.person_id,
        assignment_id=by.assignment_id,
    )
    with transaction.atomic():
        store_new(row, _ACTION, by=by, at=at)
        transaction.on_commit(lambda: _queue(tasks.read_file, row.pk))
    return row


def _queue(task: Any, file_id: int) -> None:
    task.enqueue(file_id)


def read(file_id: int, *, at: datetime) -> None:
    """Read a file that was handed in, and put what it would change beside it.

    May be begun again at any time: nothing of it is there before all of it is.
    """
    file = TariffFile.objects.get(pk=file_id)
    if file.state != _State.READING:
        return
    by = _actor(file, at)
    try:
        proposal = _proposal(file, by)
    except file_proposal.UnknownColumns:
        text = _("Vælg, hvilke af filens kolonner der er hvilke, så den kan læses.")
        _turn(file, _State.MAPPING, text, by=by, at=at)
    except (RefusedFile, UnreadableFile) as refusal:
        _turn(file, _State.REFUSED, refusal.reason_da, by=by, at=at)
    except CprFound as found:
        # Bytes with a CPR number are not kept, unless another row has a right to them.
        _turn(file, _State.REFUSED, " ".join(found.messages), by=by, at=at)
        if not TariffFile.objects.filter(sha256=file.sha256).exclude(pk=file.pk).exists():
            discard(file.sha256)
    except DamagedDocument:
        text = _("Den gemte fil kan ikke læses mere. Læg den op igen.")
        _turn(file, _State.REFUSED, text, by=by, at=at)
    except PermissionDenied as refusal:
        _turn(file, _State.REFUSED, str(refusal), by=by, at=at)
    except Exception:
        _turn(file, _State.REFUSED, _fault_da(), by=by, at=at)
        raise
    else:
        _show(file, proposal, by=by, at=at)


def _fault_da() -> str:
    return _("Der skete en fejl, som ikke er din. Prøv igen; hjælper det ikke, så sig til.")


def _proposal(file: TariffFile, by: Actor) -> file_proposal.Proposal:
    content = fetch(file.sha256)
    require_grant(by, _ACTION)
    book = TariffWorkbook(content, file.name)
    region = cooperations(by).get(pk=file.cooperation_id).name
    file_proposal.require_year(book.facts(), file, region)
    chosen = file_proposal.column_map(book, _saved(file))
    # Counted before anything is done with every cell: a file that is too long ends here.
    _progress(file.pk, 0, len(book.table(chosen.sheet).rows))
    sources = sources_of(by, file.year, file.cooperation_id)
    file_proposal.refuse_cpr(content, file.name, file_proposal.known_numbers(sources))
    return file_proposal.propose(
        file, book, chosen, sources, by=by, tick=lambda *told: _progress(file.pk, *told)
    )


def _saved(file: TariffFile) -> list[ColumnMap]:
    """The map chosen for this file; else the sender's own, the newest first."""
    if file.mapping is not None:
        return [map_of(file.mapping)]
    rows = ColumnMapping.objects.filter(
        cooperation_id=file.cooperation_id, organisation_id=file.organisation_id
    )
    return [one for row in rows.order_by("-id") if (one := map_of(row)).columns]


def _progress(file_id: int, done: int, total: int) -> None:
    TariffFile.objects.filter(pk=file_id).update(done=done, total=total)


def _actor(file: TariffFile, at: datetime) -> Actor:
    """Who handed it in, in the role of then; with no right at all when he has it no more."""
    assignment: Any = file.assignment
    if assignment is None:
        return Actor(label=_("Uden rolle"))
    found = actor_of(assignment.person, on=day_of(at), assignment_id=assignment.pk)
    return found if found.assignment_id == assignment.pk else Actor(label=found.label)


@transaction.atomic
def _turn(file: TariffFile, state: str, message: str, *, by: Actor, at: datetime) -> None:
    stored = TariffFile.objects.select_for_update().get(pk=file.pk)
    if stored.state == _State.READING:
        values = {"state": state, "message": message[:1000]}
        store_changes(stored, values, _ACTION, by=by, at=at)


@transaction.atomic
def _show(file: TariffFile, proposal: file_proposal.Proposal, *, by: Actor, at: datetime) -> None:
    stored = TariffFile.objects.select_for_update().get(pk=file.pk)
    if stored.state != _State.READING:
        return
    TariffFileRow.objects.filter(file=stored).delete()
    TariffFileRow.objects.bulk_create(proposal.rows, batch_size=_BATCH)
    read_rows = proposal.summary["read"]
    values = {
        "state": _State.PROPOSED,
        "message": "",
        "proposal": json.dumps(proposal.summary, ensure_ascii=False),
        "done": read_rows,
        "total": read_rows,
    }
    store_changes(stored, values, _ACTION, by=by, at=at)


@transaction.atomic
def read_again(file: TariffFile, *, by: Actor, at: datetime) -> None:
    """Have a file read anew against what is here now."""
    stored = _locked(file, by=by)
    if stored.state in {_State.STORING, _State.STORED}:
        raise ValidationError(_("Filen er allerede ved at blive gemt, eller er gemt."))
    values = {"state": _State.READING, "message": "", "assignment_id": by.assignment_id}
    store_changes(stored, {**values, "done": 0}, _ACTION, by=by, at=at)
    transaction.on_commit(lambda: _queue(tasks.read_file, stored.pk))


@transaction.atomic
def drop(file: TariffFile, *, by: Actor, at: datetime) -> None:
    """Give a file up: nothing of it is stored."""
    stored = _locked(file, by=by)
    if stored.state in {_State.STORING, _State.STORED}:
        raise ValidationError(_("Filen er allerede ved at blive gemt, eller er gemt."))
    store_changes(stored, {"state": _State.DROPPED}, _ACTION, by=by, at=at)


@transaction.atomic
def use_columns(
    file: TariffFile, name: str, content: Mapping[str, Any], *, by: Actor, at: datetime
) -> ColumnMapping:
    """Keep how the sender's columns are read, under a name, and read the file with it."""
    stored = _locked(file, by=by)
    if stored.state in {_State.STORING, _State.STORED}:
        raise ValidationError(_("Filen er allerede ved at blive gemt, eller er gemt."))
    values = {"content": json.dumps(content, ensure_ascii=False, sort_keys=True)}
    whose = {"cooperation_id": stored.cooperation_id, "organisation_id": stored.organisation_id}
    row = ColumnMapping.objects.select_for_update().filter(**whose, name=name).first()
    if row is None:
        row = store_new(ColumnMapping(**whose, name=name, **values), _ACTION, by=by, at=at)
    else:
        store_changes(row, values, _ACTION, by=by, at=at)
    store_changes(stored, {"mapping_id": row.pk}, _ACTION, by=by, at=at)
    read_again(stored, by=by, at=at)
    return row


@transaction.atomic
def choose(file: TariffFile, shown: Collection[int], chosen: Collection[int], *, by: Actor) -> None:
    """Of the rows shown on a page, those that are to be stored."""
    rows = _choosable(file, by=by).filter(pk__in=shown)
    rows.filter(pk__in=chosen).update(chosen=True)
    rows.exclude(pk__in=chosen).update(chosen=False)


@transaction.atomic
def choose_all(file: TariffFile, wanted: bool, kinds: Collection[str], *, by: Actor) -> None:
    """Every row of the kinds, or none of them."""
    _choosable(file, by=by).filter(kind__in=kinds).update(chosen=wanted)


def _choosable(file: TariffFile, *, by: Actor) -> Any:
    stored = _locked(file, by=by)
    if stored.state != _State.PROPOSED:
        raise ValidationError(_("Filens rækker kan ikke vælges nu. Genindlæs siden."))
    return TariffFileRow.objects.filter(file=stored, kind__in=_CHOOSABLE)


@transaction.atomic
def confirm(file: TariffFile, *, ends_on: date | None = None, by: Actor, at: datetime) -> int:
    """Have the chosen rows stored in the background; returns how many they are.

    `ends_on` is the day that the chosen prices which are not in the file end.
    """
    stored = _locked(file, by=by)
    if stored.state != _State.PROPOSED:
        raise ValidationError(_("Filen kan ikke bekræftes nu. Genindlæs siden."))
    rows = TariffFileRow.objects.filter(file=stored, chosen=True, kind__in=_CHOOSABLE)
    count = rows.count()
    if not count:
        raise ValidationError(_("Du har ikke valgt nogen rækker. Intet er gemt."))
    gone = rows.filter(kind=TariffFileRow.Kind.GONE)
    if gone.exists():
        if ends_on is None or ends_on.year != stored.year:
            text = _("Skriv den dag i %s, som de valgte priser udgår fra.")
            raise ValidationError({"ends_on": text % stored.year})
        gone.update(ends_on=ends_on)
    values = {"state": _State.STORING, "assignment_id": by.assignment_id}
    store_changes(stored, {**values, "done": 0, "total": count}, _ACTION, by=by, at=at)
    transaction.on_commit(lambda: _queue(tasks.store_file, stored.pk))
    return count


def _locked(file: TariffFile, *, by: Actor) -> TariffFile:
    authorise(by, _ACTION, file)
    if by.organisation_id != file.organisation_id:
        raise Refused(Decision(False, _("Kun afsenderen kan bekræfte eller ændre en takstfil.")))
    return TariffFile.objects.select_for_update().get(pk=file.pk)


def store(file_id: int, *, at: datetime) -> None:
    """Store the chosen rows of a confirmed file, service by service.

    Each service is a transaction of its own that also marks its rows, in the order of their ids.
    Whoever is stopped in the middle begins again with the first that is not marked: the end is the
    same, and nothing is stored twice.
    """
    file = TariffFile.objects.get(pk=file_id)
    if file.state != _State.STORING:
        return
    by = _actor(file, at)
    left = TariffFileRow.objects.filter(file=file, chosen=True, kind__in=_CHOOSABLE, outcome="")
    for service_id in list(
        left.order_by("service_id").values_list("service_id", flat=True).distinct()
    ):
        with transaction.atomic():
            count = store_service(file, service_id, by=by, at=at)
            TariffFile.objects.filter(pk=file.pk).update(done=F("done") + count)
    with transaction.atomic():
        stored = TariffFile.objects.select_for_update().get(pk=file.pk)
        if stored.state == _State.STORING:
            store_changes(stored, {"state": _State.STORED}, _ACTION, by=by, at=at)
