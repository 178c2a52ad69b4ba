"""The papers of a meeting as files: agenda, supplement and minutes, as one reader may see them.

Which items are in a paper is asked of the queries that show the pages, so that a file never holds
what its page would not show. Every edition but the whole one bears a fingerprint of its own, also
where nothing was left out: one that differs only then would tell that there are closed items.
"""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.agenda_documents import bundle, pdf, word
from rammevaerk.exchange.agenda_documents.outline import KINDS_DA
from rammevaerk.exchange.agenda_documents.texts import (
    AgendaDocument,
    AnnexText,
    AttendanceText,
    DocumentKind,
    ItemText,
    Presence,
    SectionText,
)
from rammevaerk.exchange.file_names import safe_name
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, decide, visible
from rammevaerk.portal.common import documents
from rammevaerk.portal.meetings.agenda_content import (
    AGENDAS,
    FORMAT,
    Content,
    in_agenda_order,
    sent_so_far,
)
from rammevaerk.portal.meetings.minutes_content import meeting_content, sealed
from rammevaerk.portal.meetings.models import (
    AgendaItem,
    DecisionKind,
    Dispatch,
    ItemAnnexVersion,
    Meeting,
    Seat,
)
from rammevaerk.portal.meetings.queries.agenda import (
    DRAFT,
    agenda_of,
    meeting_body_name,
    meeting_short_name,
)
from rammevaerk.portal.meetings.queries.dispatches import (
    agendas_public,
    public_number,
    version_view,
    versions_of,
)
from rammevaerk.portal.meetings.queries.minutes import exceptions_text, minutes_view
from rammevaerk.portal.meetings.queries.minutes_versions import versions_public, versions_seen
from rammevaerk.portal.meetings.rich_text import for_page


@dataclass(frozen=True, slots=True)
class Paper:
    """What one edition says: ``content`` holds nothing that its reader may not see.

    ``edition`` says what sets it apart from what was sent out; "" for the very words. A draft has
    no fingerprint, and ``sent_at`` is None.
    """

    content: Content
    meeting: Meeting
    edition: str
    fingerprint: str
    sent_at: datetime | None
    suffix: str = ""

    @property
    def starts_at(self) -> datetime:
        return _moment(self.content["meeting"]["starts_at"])

    @property
    def kind(self) -> DocumentKind:
        return DocumentKind(self.content["kind"])

    @property
    def name(self) -> str:
        """What its file is called, without extension: «DASSOS 2026-02-27 Dagsorden»."""
        number = f" {self.content['version']}" if self.kind is DocumentKind.SUPPLEMENT else ""
        title = f"{KINDS_DA[self.kind]}{number}{self.suffix}"
        # A body may have a stroke in its name; what is before it would be taken for a folder.
        body = re.sub(r"[/\\]", "-", meeting_short_name(self.meeting))
        return safe_name(f"{body} {self.starts_at:%Y-%m-%d} {title}")


class DamagedAnnex(Exception):
    """The file of an annex that belongs in a zip cannot be had; says which, in Danish."""


# --- which edition ---


def version_paper(row: Dispatch, actor: Actor, *, public: bool = False) -> Paper | None:
    """A version that was sent out; None when it has nothing that the actor may see."""
    content = {**json.loads(row.content), "version": public_number(row) if public else row.number}
    if row.kind in AGENDAS:
        shown = version_view(row, actor)
        ids = {one["id"] for section in shown.sections for one in section.items}
        gone = {one["id"] for one in shown.withdrawn}
    else:
        minutes = minutes_view(row, actor)
        seen = [one for section in minutes.sections for one in section.items]
        ids, gone = {one.content["id"] for one in seen}, set()
    content["items"] = [one for one in content["items"] if one["id"] in ids]
    content["withdrawn"] = [one for one in content["withdrawn"] if one["id"] in gone]
    if public:
        return _public(content, row.meeting, row.registered_at)
    whole = decide(actor, Action.AGENDA_EDIT, row).allowed
    return _of_actor(content, row.meeting, row.registered_at, whole=whole)


def minutes_paper(meeting: Meeting, actor: Actor, *, public: bool = False) -> Paper | None:
    """The newest minutes; None before they are sent out."""
    rows = versions_public(meeting) if public else versions_seen(meeting, actor)
    return version_paper(rows[-1], actor, public=public) if rows else None


def agenda_paper(meeting: Meeting, actor: Actor, *, public: bool = False) -> Paper | None:
    """The agenda as it is now: the draft for those who write it, what was sent for the rest.

    The public edition is of what was sent out, whoever asks. None when there is nothing to show.
    """
    sent = sent_so_far(meeting)
    agenda = agenda_of(meeting, actor)
    draft = not meeting.sent_out or bool(agenda.pending)
    if public:
        rows = visible(AgendaItem.objects.filter(meeting=meeting), actor, Action.MEETING_READ)
        ids = set(rows.values_list("pk", flat=True))
        items = [one for pk, one in sent.items.items() if pk in ids]
    else:
        items = [one.content for one in agenda.items if one.state != DRAFT]
    told = agendas_public(meeting) if public else versions_of(meeting, actor)[::-1]
    newest = told[-1] if told else None
    content = {
        "format": FORMAT,
        "kind": Dispatch.Kind.AGENDA,
        "version": newest.number if newest else 1,
        "body": meeting_body_name(meeting),
        "meeting": meeting_content(meeting),
        "sections": [
            {"position": row.position, "kind": row.kind, "title": row.title}
            for row in meeting.sections.order_by("position")
        ],
        "items": sorted(items, key=in_agenda_order),
        "withdrawn": [],
    }
    if draft and not public:
        return _draft(content, meeting)
    if newest is None:
        return None
    if public:
        return _public(content, meeting, newest.registered_at)
    fingerprints = {row.sha256 for row in told}
    return _of_actor(content, meeting, newest.registered_at, whole=agenda.writes, sent=fingerprints)


def _draft(content: Content, meeting: Meeting) -> Paper | None:
    edition = (
        _("Kladde med ændringer, der ikke er udsendt")
        if meeting.sent_out
        else _("Kladde, ikke udsendt")
    )
    if not content["items"]:
        return None
    return Paper(
        {**_without_cases(content), "version": 1}, meeting, edition, "", None, _(", kladde")
    )


def _of_actor(
    content: Content,
    meeting: Meeting,
    sent_at: datetime,
    *,
    whole: bool,
    sent: Collection[str] = (),
) -> Paper | None:
    """``sent`` are fingerprints of what went out, where the content may be another."""
    if not content["items"] and not content["withdrawn"]:
        return None
    if not whole:
        edition = _("Med de punkter, som modtageren har adgang til")
        return _set_apart(content, meeting, edition, sent_at)
    digest = sealed(content)[1]
    now = _("Samlet dagsorden med tillæg og ændringer") if sent and digest not in sent else ""
    return Paper(content, meeting, now, digest, sent_at)


def _public(content: Content, meeting: Meeting, sent_at: datetime) -> Paper | None:
    """What anybody may see: neither what was closed when it was sent, nor what is closed now."""
    told = [*content["items"], *content["withdrawn"]]
    rows = AgendaItem.objects.filter(pk__in=[one["id"] for one in told], closed=False)
    still_open = set(rows.exclude(sent_closed=True).values_list("pk", flat=True))
    kept = {
        part: [one for one in content[part] if one["id"] in still_open and not one["closed"]]
        for part in ("items", "withdrawn")
    }
    if not any(kept.values()):
        return None
    edition = _("Offentlig udgave uden lukkede punkter")
    return _set_apart({**content, **kept}, meeting, edition, sent_at, _(", offentlig udgave"))


def _set_apart(
    content: Content, meeting: Meeting, edition: str, sent_at: datetime, suffix: str = ""
) -> Paper:
    content = {**_without_cases(content), "edition": edition}
    return Paper(content, meeting, edition, sealed(content)[1], sent_at, suffix)


def _without_cases(content: Content) -> Content:
    """Cases stand in no paper and may be closed themselves: not in its fingerprint either."""
    return {**content, "items": [{**one, "case": None} for one in content["items"]]}


# --- files ---


def as_word(paper: Paper) -> bytes:
    return word.write(document(paper))


def as_pdf(paper: Paper) -> bytes:
    return pdf.write(document(paper))


def as_zip(paper: Paper, actor: Actor) -> bytes:
    """The paper and the files of its annexes that the actor may see, in the items' order.

    DamagedAnnex when the file of one is missing or not what was handed in; then there is no zip.
    """
    annexes = list(_annex_files(paper, actor))
    file = document(paper)
    return bundle.write(pdf.write(file), word.write(file), annexes, _title(paper))


def _title(paper: Paper) -> str:
    return f"{KINDS_DA[paper.kind]}{paper.suffix}"


def _annex_files(paper: Paper, actor: Actor) -> Iterable[bundle.AnnexFile]:
    told = [
        (item, annex)
        for item in paper.content["items"]
        for annex in item.get("annexes", ())
        if annex["file"]
    ]
    rows = ItemAnnexVersion.objects.filter(pk__in=[annex["file"]["id"] for _item, annex in told])
    seen = dict(visible(rows, actor, Action.MEETING_READ).values_list("pk", "sha256"))
    for item, annex in told:
        if annex["file"]["id"] not in seen:
            continue
        number, title, file_name = str(annex["number"]), annex["title"], annex["file"]["name"]
        try:
            content = documents.fetch(seen[annex["file"]["id"]])
        except documents.DamagedDocument as damage:
            raise DamagedAnnex(
                _("Bilag %(number)s «%(title)s» findes ikke længere eller er beskadiget.")
                % {"number": number, "title": title}
            ) from damage
        yield bundle.AnnexFile(item["number"], number, title, file_name, content)


# --- words ---


def document(paper: Paper) -> AgendaDocument:
    """The paper as plain values for the writers of files."""
    content = paper.content
    ends_at = _moment(content["meeting"]["ends_at"])
    sent_at = timezone.localtime(paper.sent_at) if paper.sent_at else None
    return AgendaDocument(
        kind=paper.kind,
        body=meeting_body_name(paper.meeting),
        day_text=_day(paper.starts_at.date()),
        time_text=f"kl. {paper.starts_at:%H.%M}–{ends_at:%H.%M}",
        place=content["meeting"]["place"],
        version=content["version"],
        attendance=tuple(_attendance(one) for one in content.get("attendance", ())),
        dispatched_text=f"{_day(sent_at.date())} kl. {sent_at:%H.%M}" if sent_at else "",
        edition=paper.edition,
        fingerprint=paper.fingerprint,
        written_at=paper.sent_at,
        sections=tuple(_sections(paper)),
    )


def _sections(paper: Paper) -> Iterable[SectionText]:
    """The sections with something in them: «Ingen punkter» would be said of closed ones too."""
    content, body = paper.content, meeting_short_name(paper.meeting)
    for section in content["sections"]:
        items = [one for one in content["items"] if one["section"] == section["position"]]
        if items:
            texts = tuple(_item(one, body) for one in items)
            yield SectionText(section["title"], texts, f"{section['position']}.")
    if content["withdrawn"]:
        gone = tuple(ItemText(one["number"], one["title"]) for one in content["withdrawn"])
        yield SectionText(_("Udgår"), gone)


def _item(one: Content, body: str) -> ItemText:
    decision = one.get("decision") or {}
    return ItemText(
        number=one["number"],
        title=one["title"],
        presenters=one["presenters"],
        purpose=str(AgendaItem.Purpose(one["purpose"]).label),
        closed=one["closed"],
        closed_ground=one.get("legal_ground", ""),
        recommendation_lead=_("Det indstilles, at %s") % body,
        recommendation=tuple(
            f"{point['verb']} {point['text']}" for point in one.get("recommendation", ())
        ),
        presentation_html=for_page(one.get("presentation", "")),
        annexes=tuple(_annex(annex) for annex in one.get("annexes", ())),
        decision_kind=str(DecisionKind(decision["kind"]).label) if decision else "",
        decision_text=_decision(decision) if decision else "",
        excerpt_number=decision.get("excerpt", ""),
        exceptions=tuple(exceptions_text(one.get("exceptions", ()))),
        duration=one.get("duration"),
    )


def _decision(decision: Content) -> str:
    if decision["revision"] == 1:
        return str(decision["text"])
    return f"{decision['text']}\n\n" + _("Rettet: %s") % decision["reason"]


def _annex(annex: Content) -> AnnexText:
    file: dict[str, Any] | None = annex["file"]
    name = file["name"] if file else ""
    # A file that is called as its annex is not named twice.
    shown = name if name.rpartition(".")[0] != annex["title"] else None
    return AnnexText(str(annex["number"]), annex["title"], shown or None)


def _attendance(one: Content) -> AttendanceText:
    presence = Presence(one["state"])
    if one["function"] == "guest":
        return AttendanceText(one["name"], _("Gæst"), presence, one["substitute"])
    words = [one["organisation"]]
    if one["function"] != Seat.Function.MEMBER:
        words.append(str(Seat.Function(one["function"]).label).lower())
    return AttendanceText(one["name"], ", ".join(filter(None, words)), presence, one["substitute"])


def _moment(text: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(text))


def _day(day: date) -> str:
    return date_text_da(day)
