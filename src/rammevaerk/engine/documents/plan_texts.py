"""Checks of a plan's free text: placeholders, abbreviations, spelling, dates gone by."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from rammevaerk.engine.documents.abbreviations import Abbreviation, undefined_abbreviations
from rammevaerk.engine.documents.expectations import find_expectations
from rammevaerk.engine.documents.placeholders import find_placeholders
from rammevaerk.engine.documents.plan_content import (
    Plan,
    PlanInitiative,
    PlanText,
    all_texts,
    initiative_texts,
)
from rammevaerk.engine.documents.texts import TextDate
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.periods import PartialDate


def placeholders(plan: Plan, *, as_of: date) -> Iterator[Finding]:
    """text.placeholder: something was left to be filled in; one finding per text."""
    for text in all_texts(plan, as_of):
        raw = list(dict.fromkeys(found.raw for found in find_placeholders(text.text)))
        if raw:
            listed = ", ".join(f"«{one}»" for one in raw)
            yield Finding(
                code="text.placeholder",
                severity=Severity.WARNING,
                place=text.place,
                message=f"Her står stadig en pladsholder: {listed}. Udfyld den, eller slet den.",
                found="; ".join(raw),
                expected="den endelige tekst",
                target=text.key,
            )


def abbreviations(plan: Plan, *, as_of: date, known: Mapping[str, str]) -> Iterator[Finding]:
    """text.undefined-abbreviation: used in the plan, introduced nowhere in it; one each."""
    texts = list(all_texts(plan, as_of))
    for found in undefined_abbreviations([text.text for text in texts], known):
        yield _undefined(found, texts[found.first])


def _undefined(found: Abbreviation, first: PlanText) -> Finding:
    times = "én gang" if found.uses == 1 else f"{found.uses} gange"
    full = f"{found.long_name or 'Det fulde navn'} ({found.written})"
    return Finding(
        code="text.undefined-abbreviation",
        severity=Severity.NOTE,
        place=first.place,
        message=f"Forkortelsen {found.written} bruges {times} i planen, men forklares ikke. "
        f"Skriv «{full}» første gang.",
        found=found.written,
        expected=full,
        target=first.key,
    )


_MONTH = r"(?:Januar|Februar|Marts|April|Maj|Juni|Juli|August|September|Oktober|November|December)"
# "Maj", "Juni", "August" are also people's names: only what can be nothing but a date counts.
_CAPITAL_MONTH = re.compile(
    rf"(?<=[a-zæøå,)] ){_MONTH}\.? (?:19|20)[0-9]{{2}}\b"
    rf"|(?<!punkt )(?<!bilag )(?<!nr\. )\b[0-9]{{1,2}}\. ?{_MONTH}\b(?! ?[A-ZÆØÅ-])"
    rf"|\b(?:i|primo|medio|ultimo) {_MONTH}\b(?! ?[A-ZÆØÅ-])"
    rf"|(?<=[a-zæøå]: ){_MONTH} (?:19|20)[0-9]{{2}}(?=[).,;]|\s*$)",
    re.MULTILINE,
)


def month_spelling(plan: Plan, *, as_of: date) -> Iterator[Finding]:
    """text.spelling-variant: a month in mid-sentence begins with a capital; one per text."""
    for text in all_texts(plan, as_of):
        raw = list(dict.fromkeys(match.group() for match in _CAPITAL_MONTH.finditer(text.text)))
        if raw:
            found, expected = "; ".join(raw), "; ".join(one.lower() for one in raw)
            yield Finding(
                code="text.spelling-variant",
                severity=Severity.NOTE,
                place=text.place,
                message=f"Måneder skrives med lille begyndelsesbogstav: skriv «{expected}» i "
                f"stedet for «{found}».",
                found=found,
                expected=expected,
                target=text.key,
            )


def text_dates(plan: Plan, *, as_of: date) -> Iterator[Finding]:
    """plan.text-date: a text of an open initiative still expects something of a passed date.

    A date that a milestone of the initiative also has, planned or reached, is not repeated.
    """
    for initiative in plan.in_order():
        status = initiative.status_on(as_of)
        if status is not None and status.state == "closed":
            continue
        for text in initiative_texts(initiative, as_of):
            is_status = status is not None and status.text.strip() == text.text.strip()
            written_on = status.effective_on if status and is_status else None
            late = [
                found
                for found in find_expectations(text.text, written_on=written_on)
                if found.when.passed(as_of) and not _covered(initiative, found.when)
            ]
            if late:
                yield _passed_in_text(text, late)


def _covered(initiative: PlanInitiative, when: PartialDate) -> bool:
    dates = [(milestone.planned, milestone.reached) for milestone in initiative.milestones]
    return any(known and known.period.overlaps(when.period) for pair in dates for known in pair)


def _passed_in_text(text: PlanText, late: list[TextDate]) -> Finding:
    written = list(dict.fromkeys(found.raw for found in late))
    listed = " og ".join(f"«{raw}»" for raw in written)
    return Finding(
        code="plan.text-date",
        severity=Severity.WARNING,
        place=text.place,
        message=f"Teksten venter stadig på noget til {listed}, som er passeret. Skriv, hvad der "
        "skete, eller sæt en ny dato.",
        found="; ".join(written),
        expected="hvad der skete, eller en ny dato",
        target=text.key,
    )
