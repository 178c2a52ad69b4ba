"""A version of a contract as the paper that is handed out, in Word or as PDF."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.exchange.contract.paper import (
    ContractPaper,
    PaperAnswer,
    PaperChange,
    PaperClause,
    PaperSection,
)
from rammevaerk.portal.placements.calculate.contract_text import content_changes
from rammevaerk.portal.placements.contract_fields import SECTIONS
from rammevaerk.portal.placements.models import ContractApproval, ContractVersion
from rammevaerk.portal.placements.queries.contracts import (
    answers_of,
    current_version,
    held_before,
    is_agreed,
)


def name_of_version(version: ContractVersion) -> str:
    """ "Kontrakt" or "Tillæg 1"."""
    return _("Tillæg %s") % version.number if version.number else _("Kontrakt")


def paper_of(version: ContractVersion) -> ContractPaper:
    """The version with what both parties have said of it until now."""
    contract: Any = version.contract
    content = version.content
    before = held_before(version) if version.number else None
    changes = content_changes(before.content, content) if before else []
    unverified = contract.template is not None and contract.template.unverified
    return ContractPaper(
        title=_("Tillæg %s til kontrakt") % version.number if version.number else _("Kontrakt"),
        number=contract.number,
        standard=_standard(contract),
        state=state_of(version),
        validity=_validity(version),
        summary=content.get("summary", ""),
        changes=tuple(PaperChange(one["name"], one["before"], one["after"]) for one in changes),
        sections=tuple(sections_of(content["fields"])),
        clauses=tuple(
            PaperClause(one["heading"], one["text"], one["deviates"], one["reason"])
            for one in content["clauses"]
        ),
        answers=tuple(_answers(version)),
        note=_("Standardkontraktens ordlyd er ikke efterprøvet; teksten er en gengivelse.")
        if unverified
        else "",
        sha256=version.sha256,
        written_at=localtime(version.sent_at),
    )


def sections_of(fields: dict[str, str]) -> list[PaperSection]:
    """The fields as they are read together."""
    return [
        PaperSection(
            str(section.title),
            tuple((str(one.label), fields.get(one.name, "")) for one in section.fields),
        )
        for section in SECTIONS
    ]


def state_of(version: ContractVersion) -> str:
    """Whether it is agreed, as a sentence on paper."""
    if is_agreed(version):
        return _("Godkendt af begge parter")
    answers = answers_of(version).values()
    if any(not one.approved for one in answers):
        return _("Afvist; gælder ikke")
    contract: Any = version.contract
    newest = current_version(contract)
    if contract.under_way == contract.UnderWay.SENT and newest == version:
        return _("Til godkendelse; gælder ikke endnu")
    return _("Taget tilbage; gælder ikke")


def _standard(contract: Any) -> str:
    if contract.template is None:
        return _("Uden for standarden: %s") % contract.outside_reason
    return _("%(title)s, version %(version)s") % {
        "title": contract.template.title,
        "version": contract.template.version,
    }


def _validity(version: ContractVersion) -> str:
    contract: Any = version.contract
    text = _("Fra %s") % date_text_da(version.valid_from)
    if contract.valid_to:
        text += _(" til og med %s") % date_text_da(contract.valid_to - timedelta(days=1))
    return text


def _answers(version: ContractVersion) -> list[PaperAnswer]:
    answers = answers_of(version)
    found = []
    for side in ContractApproval.Side:
        one = answers.get(side)
        if one is None:
            found.append(PaperAnswer(str(side.label), _("Har ikke svaret")))
            continue
        at = localtime(one.at)
        said = _("Godkendt") if one.approved else _("Afvist")
        day = f"{date_text_da(at.date())} kl. {at:%H.%M}"
        reason = f": {one.reason}" if one.reason else ""
        found.append(PaperAnswer(str(side.label), f"{said} {day}{reason}", one.by_label))
    return found
