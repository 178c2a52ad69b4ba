"""An agenda or minutes read in: the file as a proposal that travels, sealed, in the page.

Nothing is stored between showing and confirming. The seal is bound to the person and the body and
holds for two hours; what the person corrects stands beside it, in the form.
"""

import hashlib
from dataclasses import asdict, replace
from datetime import date, time
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.engine.documents.consistency import check, packaged_register
from rammevaerk.engine.documents.meeting import Item, Kind, MeetingDocument, Table
from rammevaerk.engine.documents.meeting_findings import DocumentFinding
from rammevaerk.engine.findings import Severity
from rammevaerk.exchange.errors import RefusedFile, UnreadableFile
from rammevaerk.exchange.filetype import safe_name
from rammevaerk.exchange.meeting_documents import read
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, authorise
from rammevaerk.portal.common.documents import refuse_cpr_in_file
from rammevaerk.portal.common.fields import refuse_cpr
from rammevaerk.portal.meetings.models import Body
from rammevaerk.portal.meetings.reading_content import Doubt, Reading, ReadItem, ReadTable
from rammevaerk.portal.meetings.reading_words import hours_in, kind_of_section, point_of, same_body
from rammevaerk.portal.meetings.rich_text import clean_html

SALT = "meetings.document-in"
HOURS_TO_CONFIRM = 2
MOST_ITEMS = 200
LONGEST = 500_000  # characters; some 200 pages
LONGEST_PRESENTATION = 60_000
MOST_POINTS = 20
LONGEST_POINT, LONGEST_PRESENTERS, LONGEST_ANNEX = 1000, 300, 200
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_KINDS = {
    Kind.AGENDA: gettext_lazy("en dagsorden"),
    Kind.MINUTES: gettext_lazy("et referat"),
    Kind.ACTION_PLAN: gettext_lazy("en handlingsplan"),
    Kind.AGREEMENT: gettext_lazy("en aftale"),
    Kind.NOTE: gettext_lazy("et notat"),
}


def propose(body: Body, content: bytes, name: str, *, by: Actor) -> Reading:
    """Read a file for a body. ValidationError in Danish for whatever cannot be read in.

    That is a file of a wrong kind, damaged, without text, with a CPR number, without items, or
    with too much of anything.
    """
    authorise(by, Action.AGENDA_EDIT, body)
    refuse_cpr(safe_name(name), where=_("filnavnet"))
    try:
        document = read(content, name)
        refuse_cpr_in_file(content, name)
    except (RefusedFile, UnreadableFile) as refusal:
        raise ValidationError(refusal.reason_da, code="file") from refusal
    _refuse_other(document)
    _refuse_large(document)
    names = names_of(body)
    doubts = [Doubt(one.line, one.what, _line(document, one.line)) for one in document.unsure]
    items = _items(document, names, doubts)
    starts, ends = hours_in(document.lines[: document.items[0].line])
    return Reading(
        file=safe_name(name),
        digest=hashlib.sha256(content).hexdigest(),
        minutes=document.kind is Kind.MINUTES,
        body=_plain(document.body),
        other_body=bool(document.body) and not same_body(document.body, names),
        day=document.day,
        day_text=_plain(document.day_text),
        starts=starts,
        ends=ends,
        place=_plain(document.place),
        items=items,
        doubts=[one for one in doubts if document.item_at(one.line) is None],
        findings=_findings(document),
        tables=[_table(one) for one in document.tables if document.item_at(one.line) is None],
    )


def names_of(body: Body) -> list[str]:
    """Everything the body has been called, in full and for short."""
    rows = body.organisation.names.all()
    return [name for row in rows for name in (row.name, row.short) if name]


def _refuse_other(document: MeetingDocument) -> None:
    if document.items:
        return
    kind = _KINDS.get(document.kind)
    told = _("Der blev ikke fundet nogen punkter i filen.")
    if kind:
        told = _("Filen ligner %s, men der blev ikke fundet nogen punkter i den.") % kind
    raise ValidationError(
        told
        + _(
            " Her læses dagsordener og referater ind. Se, om det er den rigtige fil, og om"
            " punkterne har numre eller overskrifter. Intet er gemt."
        ),
        code="no-items",
    )


def _refuse_large(document: MeetingDocument) -> None:
    count, length = len(document.items), sum(map(len, document.lines))
    if count > MOST_ITEMS:
        raise ValidationError(
            _(
                "Dokumentet har %(count)s punkter; der kan højst læses %(most)s ind ad gangen. Del"
                " det i flere filer. Intet er gemt."
            )
            % {"count": count, "most": MOST_ITEMS},
            code="too-many",
        )
    if length > LONGEST:
        raise ValidationError(
            _(
                "Dokumentet har mere tekst, end der kan læses ind ad gangen (omkring 200 sider)."
                " Læs kun dagsordenen eller referatet ind; bilag lægges op for sig. Intet er gemt."
            ),
            code="too-long",
        )


def _line(document: MeetingDocument, line: int) -> str:
    text = " ".join(_plain(document.lines[line - 1]).split()) if document.lines else ""
    return text if len(text) <= 160 else f"{text[:159]}…"


def _plain(text: str) -> str:
    # What a database cannot keep, and nobody can see.
    return text.replace("\x00", "")


# --- items ---


def _items(document: MeetingDocument, names: list[str], doubts: list[Doubt]) -> list[ReadItem]:
    called = [*names, document.body] if document.body else names
    found = []
    for section in document.sections:
        points = {
            item.line: [point_of(_plain(text), called) for text in item.recommendation]
            for item in section.items
        }
        verbs = [verb for one in points.values() for verb, _words, known in one if known]
        kind, told = kind_of_section(section.title, verbs)
        for item in section.items:
            inside = [one for one in doubts if document.item_at(one.line) is item]
            if not told and item is section.items[0]:
                inside.append(_section_doubt(section.title, section.line, document))
            tables = [_table(one) for one in document.tables if document.item_at(one.line) is item]
            heading = _plain(section.title)
            found.append(_item(item, heading, kind, points[item.line], inside, tables))
    return found


def _section_doubt(title: str, line: int, document: MeetingDocument) -> Doubt:
    what = (
        _("Overskriften «%s» svarer ikke til et af portalens afsnit. Se, om afsnittet er rigtigt.")
        % _plain(title)
        if title
        else _("Punkterne står ikke under nogen overskrift. Se, om afsnittet er rigtigt.")
    )
    return Doubt(line, what, _line(document, line))


def _item(
    item: Item,
    heading: str,
    kind: str,
    points: list[tuple[str, str, bool]],
    doubts: list[Doubt],
    tables: list[ReadTable],
) -> ReadItem:
    presenters = _plain(", ".join(item.presenters))
    annexes = [
        _plain(annex.title) or _("Bilag %s") % (annex.number or "") for annex in item.annexes
    ]
    fit = [one for one in points[:MOST_POINTS] if len(one[1]) <= LONGEST_POINT]
    moved = [_("Indstilling: %s") % one[1] for one in points if one not in fit]
    moved += [_("Bilag: %s") % title for title in annexes if len(title) > LONGEST_ANNEX]
    if len(presenters) > LONGEST_PRESENTERS:
        moved.append(_("Ved %s") % presenters)
        presenters = ""
    found = ReadItem(
        number=item.number,
        title=" ".join(_plain(item.title).split()),
        heading=heading,
        kind=kind,
        presenters=presenters,
        points=fit,
        presentation=_plain(item.presentation),
        annexes=[
            title if len(title) <= LONGEST_ANNEX else f"{title[: LONGEST_ANNEX - 1]}…"
            for title in annexes
        ],
        decision=_plain(item.decision),
        closed=item.closed,
        line=item.line,
        moved=moved,
        doubts=doubts,
        tables=tables,
    )
    return _judged(found)


def _judged(item: ReadItem) -> ReadItem:
    """The item with what stands in its way; CprFound when its words make up a CPR number."""
    if len(clean_html(item.html)) <= LONGEST_PRESENTATION:
        return item
    problem = _(
        "Punktets tekst er længere, end et punkt kan have (60.000 tegn). Det kan ikke tages med;"
        " skriv det selv, eller læg teksten op som bilag."
    )
    return replace(item, problem=problem)


def _table(table: Table) -> ReadTable:
    return ReadTable(
        line=table.line,
        title=_plain(table.title),
        header=[_plain(cell) for cell in table.header],
        rows=[[_plain(cell) for cell in row] for row in table.rows],
    )


# --- what the check found ---


def _findings(document: MeetingDocument) -> list[dict[str, str]]:
    found = check(document, packaged_register())
    found.sort(key=lambda one: (_SEVERITIES.index(one.severity), one.line))
    return [_finding(one) for one in found]


def _finding(one: DocumentFinding) -> dict[str, str]:
    place = _("Linje %s") % one.line
    if one.item:
        place = _("Punkt %(item)s, linje %(line)s") % {"item": one.item, "line": one.line}
    shown = {"code": one.code, "severity": one.severity.value, "place": place, "url": ""}
    return {**shown, "message": one.message, "found": one.found, "expected": one.expected}


# --- between showing and confirming ---


def seal(reading: Reading, body: Body, actor: Actor) -> str:
    """The reading as a text that only this installation can have made, for this person and body."""
    content = asdict(reading)
    content["day"] = reading.day and reading.day.isoformat()
    content["starts"] = reading.starts and reading.starts.isoformat()
    content["ends"] = reading.ends and reading.ends.isoformat()
    bound = {"body": body.pk, "person": actor.person_id, "reading": content}
    return signing.dumps(bound, salt=SALT, compress=True)


def opened(sealed: str, body: Body, actor: Actor) -> Reading:
    """What was sealed; ValidationError when it is too old, changed, or another's."""
    try:
        bound = signing.loads(sealed, salt=SALT, max_age=HOURS_TO_CONFIRM * 3600)
    except signing.SignatureExpired as expired:
        raise ValidationError(
            _("Der er gået mere end to timer. Læs dokumentet ind igen. Intet er gemt.")
        ) from expired
    except signing.BadSignature as bad:
        raise ValidationError(
            _("Det læste kan ikke genkendes. Læs dokumentet ind igen. Intet er gemt.")
        ) from bad
    if (bound["body"], bound["person"]) != (body.pk, actor.person_id):
        raise ValidationError(
            _("Det læste hører til et andet forum eller en anden person. Intet er gemt.")
        )
    return _reading(bound["reading"])


def _reading(content: dict[str, Any]) -> Reading:
    return Reading(
        **{
            **content,
            "day": content["day"] and date.fromisoformat(content["day"]),
            "starts": content["starts"] and time.fromisoformat(content["starts"]),
            "ends": content["ends"] and time.fromisoformat(content["ends"]),
            "items": [_read_item(one) for one in content["items"]],
            "doubts": [Doubt(**one) for one in content["doubts"]],
            "tables": [ReadTable(**one) for one in content["tables"]],
        }
    )


def _read_item(content: dict[str, Any]) -> ReadItem:
    return ReadItem(
        **{
            **content,
            "points": [(verb, words, known) for verb, words, known in content["points"]],
            "doubts": [Doubt(**one) for one in content["doubts"]],
            "tables": [ReadTable(**one) for one in content["tables"]],
        }
    )
