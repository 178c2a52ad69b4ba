"""Invoices a buyer has received: taken in from files, approved or objected to."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.money import format_kroner
from rammevaerk.exchange.errors import RefusedFile, UnreadableFile
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.exchange.invoice.paper import InvoicePaper, InvoiceRow, ReadInvoice, is_cvr
from rammevaerk.exchange.invoice.reading import read_invoices
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import prints_of, record
from rammevaerk.portal.access.bulk import store_rows
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.access.saving import lock_seen, store_changes
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.fields import refuse_cpr
from rammevaerk.portal.placements.queries.controlling import PaidPlacement, paid_references
from rammevaerk.portal.settlement.calculate.charges import MOST_MONTHS
from rammevaerk.portal.settlement.calculate.received import Addressees, seller_of
from rammevaerk.portal.settlement.calculate.snapshot import after_month
from rammevaerk.portal.settlement.models import (
    BillingParty,
    Invoice,
    ReceivedInvoice,
    ReceivedLine,
)
from rammevaerk.portal.settlement.operations.control import ask_control, payer_of
from rammevaerk.portal.settlement.queries.charges import received_charge

MOST_FILES = 50
_ACTION = Action.INVOICE_CONTROL
_State = ReceivedInvoice.State
_YEARS = range(2000, 2101)
_LENGTHS = {"name": 200, "text": 500, "unit": 40, "file": 150}


@dataclass(slots=True)
class TakenIn:
    """What became of some files: the invoices that are new, and what was told of others."""

    stored: list[ReceivedInvoice] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Given:
    """One invoice of one file."""

    name: str
    sha256: str
    read: ReadInvoice

    @property
    def paper(self) -> InvoicePaper:
        return self.read.paper


def take_in_invoices(files: Sequence[tuple[str, bytes]], *, by: Actor, at: datetime) -> TakenIn:
    """Read invoices from files and keep them for control, all of them or none.

    ValidationError with a Danish sentence for every file that cannot be taken in, and then nothing
    is stored. One that is here already is told of and left. The bytes themselves are not kept.
    """
    payer = payer_of(by)
    if len(files) > MOST_FILES:
        raise ValidationError(_("Vælg højst %s filer ad gangen.") % MOST_FILES)
    problems: list[str] = []
    given = [one for name, content in files for one in _read(name, content, problems)]
    addressees = _addressees(payer)
    for one in given:
        if problem := addressees.problem_of(one.paper) or _odd(one.paper):
            problems.append(_("%(file)s: %(why)s") % {"file": one.name, "why": problem})
    if problems:
        raise ValidationError([*problems, _("Intet er gemt.")])
    return _stored(payer, given, addressees, by=by, at=at)


def _read(name: str, content: bytes, problems: list[str]) -> list[_Given]:
    shown = safe_name(name)
    try:
        refuse_cpr(shown, where=_("filnavnet"))
    except ValidationError as refusal:
        # A name with a CPR number is not repeated.
        problems.append(" ".join(refusal.messages))
        return []
    try:
        found = read_invoices(content, name)
    except (RefusedFile, UnreadableFile) as refusal:
        problems.append(_("%(file)s: %(why)s") % {"file": shown, "why": refusal.reason_da})
        return []
    digest = hashlib.sha256(content).hexdigest()
    return [_Given(shown[: _LENGTHS["file"]], digest, one) for one in found]


def _odd(paper: InvoicePaper) -> str:
    """What keeps an invoice from being kept, whoever it is for."""
    if len(paper.number) > 60:
        return _("Nummeret er længere end 60 tegn.")
    if paper.issued_on.year not in _YEARS:
        return _("Udstedelsesdatoen ligger ikke mellem 2000 og 2100.")
    if len({day for row in paper.rows for day in _months(*_days(row, paper))}) > MOST_MONTHS:
        return _("Linjerne er for flere end %s forskellige måneder.") % MOST_MONTHS
    return ""


def _addressees(payer: int) -> Addressees:
    """Everybody's numbers, to tell whom an invoice is for and from; only the payer's are shown."""
    rows = BillingParty.objects.order_by("organisation_id").values_list(
        "organisation_id", "cvr", "gln"
    )
    return Addressees(payer, tuple(rows.distinct()))


@transaction.atomic
def _stored(
    payer: int, given: Sequence[_Given], addressees: Addressees, *, by: Actor, at: datetime
) -> TakenIn:
    references = {row.reference for one in given for row in one.paper.rows if row.reference}
    places = paid_references(payer, references)
    taken = TakenIn()
    months: set[date] = set()
    for one in given:
        if told := _told_already(payer, one):
            taken.told.append(told)
            continue
        invoice = _invoice(payer, one, addressees, by=by, at=at)
        lines = _lines(invoice, one.paper, places)
        store_rows([invoice])
        for line in lines:
            line.invoice = invoice
        store_rows(lines)
        loaded = {"settlement.receivedline": prints_of(lines)}
        record(by, _ACTION, invoice, at=at, loaded=loaded)
        taken.stored.append(invoice)
        months |= {day for line in lines for day in received_charge(line).months}
    for part in _in_parts(sorted(months), MOST_MONTHS):
        ask_control(part, by=by, at=at)
    return taken


def _in_parts(days: Sequence[date], count: int) -> list[Sequence[date]]:
    return [days[first : first + count] for first in range(0, len(days), count)]


def _told_already(payer: int, one: _Given) -> str:
    """What to say of an invoice that is here already; ValidationError when it was another."""
    paper = one.paper
    number, cvr = paper.number, _cvr(paper)
    issued = Invoice.objects.filter(payer_id=payer, label=number)
    if any(row.seller.get("cvr", "") in {cvr, ""} for row in issued):
        return _(
            "%(file)s: Regning %(number)s er udstedt her i systemet og regnes med i forvejen."
        ) % {"file": one.name, "number": number}
    held = ReceivedInvoice.objects.filter(payer_id=payer, seller_cvr=cvr, label=number).first()
    if held is None:
        return ""
    same = (held.total_ore, held.issued_on, held.credit, held.lines.count())
    if same != (paper.total_ore, paper.issued_on, paper.kind == "credit", len(paper.rows)):
        raise ValidationError(
            _(
                "%(file)s: Der er en anden regning med nummer %(number)s fra samme sælger, "
                "modtaget %(day)s på %(ore)s. En sælger må ikke bruge et nummer to gange. Intet er "
                "gemt."
            )
            % {
                "file": one.name,
                "number": number,
                "day": date_text_da(day_of(held.received_at)),
                "ore": format_kroner(held.total_ore),
            }
        )
    return _(
        "%(file)s: Regning %(number)s er modtaget i forvejen, %(day)s, og er ikke gemt igen."
    ) % {
        "file": one.name,
        "number": number,
        "day": date_text_da(day_of(held.received_at)),
    }


def _cvr(paper: InvoicePaper) -> str:
    return paper.seller.cvr if is_cvr(paper.seller.cvr) else ""


def _invoice(
    payer: int, one: _Given, addressees: Addressees, *, by: Actor, at: datetime
) -> ReceivedInvoice:
    paper = one.paper
    remarks = [*one.read.remarks, *addressees.remarks_of(paper)]
    if not _cvr(paper):
        remarks.append(_("Sælgers CVR-nummer mangler eller er ikke gyldigt."))
    unusable = sum(
        row.start is not None and _days(row, paper) == (None, None) for row in paper.rows
    )
    if unusable:
        told = ngettext(
            "%(n)s linje har datoer, der ikke kan være rigtige.",
            "%(n)s linjer har datoer, der ikke kan være rigtige.",
            unusable,
        )
        remarks.append(told % {"n": unusable})
    due = paper.due_on
    if due is not None and due.year not in _YEARS:
        remarks.append(_("Betalingsdagen %s kan ikke være rigtig.") % date_text_da(due))
        due = None
    name = paper.seller.name.strip()[: _LENGTHS["name"]]
    return ReceivedInvoice(
        payer_id=payer,
        seller_cvr=_cvr(paper),
        seller_name=name or _("Ukendt sælger"),
        seller_id=seller_of(addressees, paper),
        label=paper.number,
        credit=paper.kind == "credit",
        issued_on=paper.issued_on,
        due_on=due,
        credits=paper.credits[:60],
        total_ore=paper.total_ore,
        remarks=remarks[:50],
        file_name=one.name,
        sha256=one.sha256,
        format=str(one.read.format),
        received_at=at,
        received_by_id=by.person_id,
    )


def _lines(
    invoice: ReceivedInvoice, paper: InvoicePaper, places: dict[str, PaidPlacement]
) -> list[ReceivedLine]:
    own_numbers = len({row.position for row in paper.rows}) == len(paper.rows)
    found = []
    for at, row in enumerate(paper.rows, start=1):
        first, end = _days(row, paper)
        place = places.get(row.reference)
        values: dict[str, Any] = {
            "position": row.position if own_numbers else at,
            "text": row.text[: _LENGTHS["text"]],
            "reference": row.reference[:60],
            "placement_id": place.pk if place else None,
            "valid_from": first,
            "valid_to": end,
            "quantity": row.quantity,
            "unit": row.unit[: _LENGTHS["unit"]],
            "amount_ore": row.amount_ore,
        }
        found.append(ReceivedLine(invoice=invoice, **values))
    return found


def _days(row: InvoiceRow, paper: InvoicePaper) -> tuple[date, date] | tuple[None, None]:
    """The line's days, or the whole invoice's; none where they cannot be meant."""
    first, end = (row.start, row.end) if row.start and row.end else (paper.start, paper.end)
    if first is None or end is None or end <= first:
        return None, None
    if first.year not in _YEARS or end > after_month(first, MOST_MONTHS):
        return None, None
    return first, end


def _months(first: date | None, end: date | None) -> list[date]:
    found: list[date] = []
    while first is not None and end is not None and first < end:
        found.append(first.replace(day=1))
        first = after_month(first)
    return found


@transaction.atomic
def approve(
    row: ReceivedInvoice, *, note: str, seen: str | None = None, by: Actor, at: datetime
) -> None:
    """Say that an invoice may be paid, with a note if there is one."""
    _decide(row, _State.APPROVED, note, seen, by=by, at=at)


@transaction.atomic
def object_to(
    row: ReceivedInvoice, *, reason: str, seen: str | None = None, by: Actor, at: datetime
) -> None:
    """Refuse to pay an invoice as it is; ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Skriv, hvorfor I ikke kan godkende regningen.")})
    _decide(row, _State.OBJECTED, reason, seen, by=by, at=at)


@transaction.atomic
def reopen(row: ReceivedInvoice, *, seen: str | None = None, by: Actor, at: datetime) -> None:
    """Take an approval or an objection back: the invoice is to be controlled again."""
    _decide(row, _State.OPEN, "", seen, by=by, at=at)


def _decide(
    row: ReceivedInvoice, state: str, text: str, seen: str | None, *, by: Actor, at: datetime
) -> None:
    stored = lock_seen(row, _ACTION, seen=seen, by=by)
    if state != _State.OPEN and stored.state != _State.OPEN:
        raise ValidationError(
            _("Regningen er allerede afgjort: %(state)s af %(who)s.")
            % {"state": stored.get_state_display().lower(), "who": stored.decided_by_label}
        )
    decided = state != _State.OPEN
    values = {
        "state": state,
        "verdict": text.strip(),
        "decided_at": at if decided else None,
        "decided_by_label": by.label[:200] if decided else "",
    }
    store_changes(stored, values, _ACTION, by=by, at=at)
