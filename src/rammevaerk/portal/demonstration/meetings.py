"""Loads the demonstration's bodies, cases and meetings, through the operations people use."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.meetings import operations

Entry = Mapping[str, Any]
# When exactly agendas were sent out is not told; they were a week before the meeting at the latest.
_SENT_BEFORE = timedelta(days=7)


def load_meetings(
    folder: Path, cooperation: Any, ids: Mapping[str, int], people: Mapping[str, int], **how: Any
) -> None:
    """Load a cooperation's meetings folder; one without such a folder has no bodies.

    ``ids`` are those of organisations by key, ``people`` those of persons; ``how`` is who loads
    (``by``) and when (``at``).
    """
    if folder.is_dir():
        _Meetings(cooperation, ids, people, how).load(folder)


def read_meetings(folder: Path) -> list[Entry]:
    """The meetings that have a file of their own, oldest first."""
    entries = [_read(path)["meeting"] for path in folder.glob("*-20[0-9][0-9]-*.toml")]
    return sorted(entries, key=lambda entry: entry["starts_at"])


def _read(path: Path) -> Entry:
    return tomllib.loads(path.read_text(encoding="utf-8"))


class _Meetings:
    """The bodies of one cooperation, its cases, and its meetings with what was decided there."""

    def __init__(
        self,
        cooperation: Any,
        ids: Mapping[str, int],
        people: Mapping[str, int],
        how: dict[str, Any],
    ) -> None:
        self.cooperation, self.ids, self.people, self.how = cooperation, ids, people, how
        self.bodies: dict[str, Any] = {}
        self.cases: dict[str, Any] = {}
        # By case, in their order: a case may come to one body more than once.
        self.consultations: dict[str, list[Any]] = {}
        self.to_fill: list[Any] = []

    def load(self, folder: Path) -> None:
        for body in _read(folder / "bodies.toml")["body"]:
            self._body(body)
        cases = _read(folder / "cases.toml")["case"]
        for case in cases:
            self._case(case)
        for planned in _read(folder / "calendar.toml")["meeting"]:
            self._meeting(planned)
        for meeting in read_meetings(folder):
            self._meeting(meeting)
        self._backlog(_read(folder / "backlog.toml"))
        for meeting in self.to_fill:
            operations.fill_standing_items(meeting, **self.how)
        for case in cases:
            self._close_case(case)

    def _body(self, entry: Entry) -> None:
        values = {
            "organisation_id": self.ids[entry["key"]],
            "kind": entry["kind"],
            "parent": self.bodies[entry["parent"]] if "parent" in entry else None,
            "passes_on_to": self.bodies.get(entry.get("passes_on_to", "")),
            "task": entry["task"].strip(),
            "item_days": entry.get("item_days"),
            "term_months": entry.get("term_months"),
            "follows_edition": entry.get("follows_edition", False),
            "source": entry["source"],
        }
        body = operations.add_body(self.cooperation, values, **self.how)
        self.bodies[entry["key"]] = body
        for seat in entry.get("seat", ()):
            self._seat(body, entry, seat)
        for charter in entry.get("charter", ()):
            operations.adopt_charter(body, charter, **self.how)

    def _seat(self, body: Any, entry: Entry, seat: Entry) -> None:
        period = {
            "valid_from": seat.get("valid_from", entry["seats_from"]),
            "valid_to": entry.get("seats_to"),
            "source": entry["seats_source"],
        }
        values = {
            "organisation_id": self.ids[seat["organisation"]],
            "function": seat.get("function", "member"),
            "label": seat.get("label", ""),
        }
        row = operations.add_seat(body, values | period, **self.how)
        holder = {"name": seat["holder"], "person_id": self.people.get(seat.get("person", ""))}
        mandate = operations.give_mandate(row, holder | period, **self.how)
        if "last_day" in seat:
            operations.end_mandate(mandate, seat["last_day"], **self.how)

    def _case(self, entry: Entry) -> None:
        values = {
            "title": entry["title"],
            "summary": entry["summary"],
            "owner_id": self.ids[entry["owner"]],
            "opened_on": entry["opened_on"],
        }
        case = operations.open_case(self.cooperation, values, **self.how)
        self.cases[entry["key"]] = case
        self.consultations[entry["key"]] = [
            operations.consult(
                case,
                self.bodies[one["body"]],
                authoritative=one.get("authoritative", False),
                wanted=PartialDate.from_code(one["wanted"]) if "wanted" in one else None,
                **self.how,
            )
            for one in entry["consultation"]
        ]

    def _close_case(self, entry: Entry) -> None:
        if "closed_on" in entry:
            operations.close_case(
                self.cases[entry["key"]],
                closed_on=entry["closed_on"],
                outcome=entry["outcome"],
                **self.how,
            )

    def _meeting(self, entry: Entry) -> None:
        told = {name: entry[name] for name in ("place", "note", "items_due") if name in entry}
        values = {
            **told,
            "starts_at": _moment(entry["starts_at"]),
            "ends_at": _moment(entry["ends_at"]),
            "series": entry["series"],
            "source": entry["source"],
        }
        meeting = operations.plan_meeting(self.bodies[entry["body"]], values, **self.how)
        if "moved" in entry:
            self._move(meeting, entry["moved"])
        if entry.get("standing_items"):
            self.to_fill.append(meeting)
        items = [(self._item(meeting.body, one, meeting), one) for one in entry.get("item", ())]
        if entry.get("dispatched"):
            sent_at = min(self.how["at"], meeting.starts_at - _SENT_BEFORE)
            operations.dispatch_agenda(meeting, **{**self.how, "at": sent_at})
        if any("decision" in one for _item, one in items):
            self._minutes(meeting, entry, items)

    def _move(self, meeting: Any, entry: Entry) -> None:
        operations.move_meeting(
            meeting,
            starts_at=_moment(entry["starts_at"]),
            ends_at=_moment(entry["ends_at"]),
            place=entry["place"],
            items_due=meeting.items_due,
            reason=entry["reason"],
            **self.how,
        )

    def _item(self, body: Any, entry: Entry, meeting: Any = None) -> Any:
        values = {
            "title": entry["title"],
            "purpose": entry["purpose"],
            "presenters": entry.get("presenters", ""),
            "presentation": _html(entry.get("presentation", ())),
            "standing": entry.get("standing", ""),
            "closed": entry.get("closed", False),
            "legal_ground": entry.get("legal_ground", ""),
            "submitted_by_id": self.ids.get(entry.get("submitted_by", "")),
        }
        if "case" in entry:
            values["case_id"] = self.cases[entry["case"]].pk
            place = entry.get("consultation")
            if place is not None:
                values["consultation"] = self.consultations[entry["case"]][place - 1]
        section = meeting.sections.get(kind=entry["section"]) if meeting else None
        item = operations.add_item(
            body,
            values,
            section=section,
            recommendation=[(verb, text) for verb, text in entry.get("recommendation", ())],
            readers=([self.ids[key] for key in entry.get("readers", ())], []),
            **self.how,
        )
        for title in entry.get("annexes", ()):
            operations.add_annex(item, title, _stand_in(title), f"{title}.txt", **self.how)
        return item

    def _minutes(self, meeting: Any, entry: Entry, items: list[tuple[Any, Entry]]) -> None:
        # Approved minutes were sent out after the meeting, and nobody objected in time; those that
        # wait for answers are sent out now.
        approved = entry.get("approved", True)
        how = {**self.how, "at": meeting.ends_at} if approved else self.how
        operations.begin_minutes(meeting, **how)
        for guest in entry.get("guests", ()):
            operations.add_guest(meeting, guest, **how)
        for item, one in items:
            said = one["decision"]
            operations.decide(item, said["kind"], "\n\n".join(said["text"]), **how)
            for obligation in one.get("obligation", ()):
                self._obligation(item, obligation)
        operations.close_meeting(meeting, **how)
        if approved:
            due = timedelta(days=meeting.body.approval_days)
            settled_at = meeting.ends_at + due + timedelta(days=1)
            operations.approve_minutes(meeting, **{**how, "at": settled_at})

    def _obligation(self, item: Any, entry: Entry) -> None:
        values = {
            "owner_id": self.ids[entry["owner"]],
            "text": entry["text"],
            "due": PartialDate.from_code(entry["due"]),
            "due_said": entry.get("due_said", ""),
            "source": entry["source"],
        }
        row = operations.add_obligation(item.body, values, item=item, **self.how)
        if "met_on" in entry:
            operations.meet_obligation(
                row, met_on=entry["met_on"], note=entry["met_note"], **self.how
            )

    def _backlog(self, content: Entry) -> None:
        for item in content["item"]:
            self._item(self.bodies[item["body"]], item)
        for entry in content["round"]:
            values = {name: value for name, value in entry.items() if name != "body"}
            operations.open_round(self.bodies[entry["body"]], values, **self.how)


def _moment(civil: datetime) -> datetime:
    """A Danish time of day as a moment."""
    return timezone.make_aware(civil)


def _html(blocks: Iterable[Any]) -> str:
    """Paragraphs, bulleted lists and tables as the HTML of a presentation."""
    return format_html_join("\n", "{}", ((_block(block),) for block in blocks))


def _block(block: Any) -> str:
    if isinstance(block, str):
        return format_html("<p>{}</p>", block)
    if isinstance(block, list):
        return format_html("<ul>{}</ul>", _each("<li>{}</li>", block))
    rows = [_each("<td>{}</td>", row) for row in block["rows"]]
    return format_html(
        "<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        block["caption"],
        _each('<th scope="col">{}</th>', block["header"]),
        _each("<tr>{}</tr>", rows),
    )


def _each(form: str, values: Iterable[str]) -> str:
    return format_html_join("", form, ((value,) for value in values))


def _stand_in(title: str) -> bytes:
    """A file in the place of an annex, which we have not got."""
    return f"{title}\n\nSelve bilaget er ikke med i demonstrationen.\n".encode()
