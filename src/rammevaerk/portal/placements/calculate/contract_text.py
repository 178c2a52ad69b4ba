"""A contract's text: fields into clauses, the frozen content with its fingerprint, differences."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rammevaerk.portal.access.audit import canonical
from rammevaerk.portal.placements.contract_fields import FIELDS, WORDS

_PLACEHOLDER = re.compile(r"\{([a-zæøå_-]+)\}")
_NOTHING = "–"
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it is agreed; `deviates` from the standard, and then why."""

    key: str
    heading: str
    text: str
    deviates: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StandardClause:
    """A clause of a template, with its placeholders."""

    key: str
    heading: str
    text: str


def unknown_names(text: str) -> list[str]:
    """The placeholders of a clause that no field answers to."""
    return [name for name in _PLACEHOLDER.findall(text) if name not in WORDS]


def filled(text: str, fields: Mapping[str, str]) -> str:
    """The text with each placeholder's value; one without a value shows a dash.

    A line whose fields are all without a value is left out, and with them a last line that only led
    to them («Målene er:»), unless nothing would be left.
    """
    lines = text.strip().split("\n")
    kept = [line for line in lines if not _empty(line, fields)]
    if kept and kept[-1] != lines[-1] and kept[-1].endswith(":"):
        kept.pop()
    return "\n".join(
        _PLACEHOLDER.sub(lambda found: _value(found, fields), line) for line in kept or lines
    )


def _empty(line: str, fields: Mapping[str, str]) -> bool:
    names = [WORDS[word] for word in _PLACEHOLDER.findall(line) if word in WORDS]
    return bool(names) and not any(fields.get(name) for name in names)


def _value(found: re.Match[str], fields: Mapping[str, str]) -> str:
    name = WORDS.get(found[1])
    return found[0] if name is None else fields.get(name) or _NOTHING


def clauses_of(
    standard: Sequence[StandardClause], own: Mapping[str, Mapping[str, str]]
) -> list[Clause]:
    """The clauses with their placeholders: the standard's, as the parties changed them.

    A clause of the standard with an empty text is left out of the contract, and stands as such;
    what is in `own` and not in the standard comes last. Without a standard nothing deviates.
    """
    found = []
    keys = set()
    deviates = bool(standard)
    for one in standard:
        keys.add(one.key)
        changed = own.get(one.key)
        if changed is None:
            found.append(Clause(one.key, one.heading, one.text.strip()))
            continue
        text = changed["text"].strip()
        found.append(
            Clause(
                one.key,
                changed.get("heading") or one.heading,
                text,
                deviates=text != one.text.strip(),
                reason=changed.get("reason", ""),
            )
        )
    found += [
        Clause(key, one["heading"], one["text"].strip(), deviates, one.get("reason", ""))
        for key, one in own.items()
        if key not in keys
    ]
    return found


def content_of(
    fields: Mapping[str, str], standard: Sequence[StandardClause], written: Mapping[str, Any]
) -> dict[str, Any]:
    """What is frozen when a contract is sent: fields, and clauses with the fields in them.

    `written` is what the parties wrote (a draft); it is kept, so that an addendum can begin there.
    """
    fields = {name: fields.get(name, "") for name in FIELDS}
    clauses = clauses_of(standard, written["clauses"])
    return {
        "fields": fields,
        "clauses": [{**asdict(one), "text": filled(one.text, fields)} for one in clauses],
        "summary": written.get("summary", "").strip(),
        "written": {
            "fields": dict(written["fields"]),
            "clauses": dict(written["clauses"]),
            "valid_to": written.get("valid_to"),
        },
    }


def fingerprint_of(contract: str, number: int, valid_from: date, content: Content) -> str:
    """SHA-256 of a version: the contract's number, the addendum's, its first day and the text."""
    whole = {
        "contract": contract,
        "number": number,
        "valid_from": valid_from.isoformat(),
        "content": content,
    }
    return hashlib.sha256(canonical(whole).encode()).hexdigest()


def deviations_in(content: Content) -> int:
    """How many clauses are not the standard's."""
    return sum(bool(one["deviates"]) for one in content["clauses"])


def clause_changes(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Clauses before and after by their keys, for components/difference.html; only the changed."""
    old = {one["key"]: one for one in before}
    new = {one["key"]: one for one in after}
    rows = []
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key), new.get(key)
        if _said(one) == _said(other):
            continue
        heading = (other or one or {})["heading"]
        rows.append(_row(_("Vilkår: %s") % heading, _shown(one, heading), _shown(other, heading)))
    return rows


def content_changes(before: Content, after: Content) -> list[dict[str, Any]]:
    """What one version changes of another: fields and clauses, only the changed ones.

    A clause that differs only by the fields in it is not told again.
    """
    old, new = before["fields"], after["fields"]
    fields = [
        _row(str(FIELDS[name].label) if name in FIELDS else name, old.get(name, ""), value)
        for name, value in new.items()
        if old.get(name, "") != value
    ]
    return fields + clause_changes(before["clauses"], after["clauses"])


def _said(clause: Mapping[str, Any] | None) -> tuple[str, str] | None:
    return (clause["heading"], clause["text"].strip()) if clause else None


def _shown(clause: Mapping[str, Any] | None, heading: str) -> str:
    if clause is None:
        return ""
    text: str = clause["text"].strip() or _("(udgår)")
    return text if clause["heading"] == heading else f"{clause['heading']}: {text}"


def _row(name: str, before: str, after: str) -> dict[str, Any]:
    return {"name": name, "before": before, "after": after, "changed": True}
