"""One contract as its page shows it: what is next, what deviates, and what has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.placements.calculate.contract_text import clause_changes, filled
from rammevaerk.portal.placements.models import Contract, ContractApproval, ContractVersion
from rammevaerk.portal.placements.queries.contract_drafts import standard_of
from rammevaerk.portal.placements.queries.contract_paper import name_of_version
from rammevaerk.portal.placements.queries.contracts import answers_of, sides_of

Side = ContractApproval.Side


@dataclass(frozen=True, slots=True)
class Step:
    """A button: its words, its address, and whether it is the one to press."""

    text: str
    url: str
    primary: bool = True


@dataclass(frozen=True, slots=True)
class Next:
    """What is to happen with a contract now, and what this person may do about it."""

    title: str
    text: str
    steps: tuple[Step, ...] = ()


def _at(name: str, contract: Contract) -> str:
    return reverse(f"placements:{name}", kwargs={"contract_id": contract.pk})


def next_of(
    contract: Contract,
    version: ContractVersion | None,
    actor: Actor,
    *,
    writes: bool,
    missing: Sequence[str],
    on: date,
) -> Next:
    """The next step, said to whoever looks."""
    if contract.under_way == Contract.UnderWay.DRAFT:
        return _drafting(contract, version, writes=writes, missing=missing)
    if contract.under_way == Contract.UnderWay.SENT and version is not None:
        return _approving(contract, version, actor, writes=writes)
    if contract.agreed_at is None:
        return Next(
            _("Opgivet"),
            _("Kladden er opgivet. En ny kontrakt laves fra indskrivningen."),
            _anew(contract, writes=writes),
        )
    if contract.valid_to is not None and contract.valid_to <= on:
        last = date_text_da(contract.valid_to - timedelta(days=1))
        text = _("Kontrakten gjaldt til og med %s.") % last
        return Next(_("Ophørt"), text, _anew(contract, writes=writes))
    change = Step(_("Nyt tillæg"), _at("contract_addendum", contract), primary=False)
    end = Step(_("Lad den ophøre"), _at("contract_end", contract), primary=False)
    text = _("Begge parter har godkendt. Ændringer aftales i et tillæg.")
    if contract.valid_to is not None:
        last = date_text_da(contract.valid_to - timedelta(days=1))
        text = _("Begge parter har godkendt. Den gælder til og med %s.") % last
    return Next(_("Intet udestår"), text, (change, end) if writes else ())


def _anew(contract: Contract, *, writes: bool) -> tuple[Step, ...]:
    kwargs = {"placement_id": contract.placement_id}
    url = reverse("placements:contract_new", kwargs=kwargs)
    return (Step(_("Ny kontrakt"), url, primary=False),) if writes else ()


def _drafting(
    contract: Contract, version: ContractVersion | None, *, writes: bool, missing: Sequence[str]
) -> Next:
    number = contract.draft["number"]
    what = _("Tillæg %s") % number if number else _("Kontrakten")
    refusal = _refusal(version) if version and version.number == number else None
    if refusal is not None:
        side = str(Side(refusal.side).label)
        text = _("%(side)s har afvist: «%(reason)s» Ret, og send igen.") % {
            "side": side,
            "reason": refusal.reason,
        }
    elif missing:
        text = _("%(what)s er en kladde. Der mangler: %(missing)s.") % {
            "what": what,
            "missing": ", ".join(missing),
        }
    else:
        text = _("%s er en kladde og kan sendes til godkendelse hos begge parter.") % what
    if not writes:
        return Next(_("Bliver skrevet"), text)
    steps = (
        Step(_("Gennemse og send"), _at("contract_send", contract), primary=not missing),
        Step(_("Udfyld felter"), _at("contract_fields", contract), primary=bool(missing)),
        Step(_("Ret vilkår"), _at("contract_clauses", contract), primary=False),
        Step(_("Opgiv kladden"), _at("contract_drop", contract), primary=False),
    )
    return Next(_("Gør kladden færdig"), text, steps)


def _refusal(version: ContractVersion) -> ContractApproval | None:
    return next((one for one in version.approvals.all() if not one.approved), None)


def _approving(contract: Contract, version: ContractVersion, actor: Actor, *, writes: bool) -> Next:
    answers = answers_of(version)
    waiting = [side for side in Side if side not in answers]
    own = [side for side in sides_of(actor, contract) if side not in answers]
    kwargs = {"contract_version_id": version.pk}
    names = {Side.BUYER: "contract_answer_buyer", Side.SELLER: "contract_answer_seller"}
    steps = [
        Step(
            _("Svar som %s") % str(Side(side).label).lower(),
            reverse(f"placements:{names[Side(side)]}", kwargs=kwargs),
        )
        for side in own
    ]
    if writes:
        steps.append(Step(_("Tag tilbage"), _at("contract_recall", contract), primary=False))
    who = _(" og ").join(str(side.label).lower() for side in waiting)
    text = _("%(what)s er sendt %(day)s og venter på svar fra %(who)s.") % {
        "what": _("Tillæg %s") % version.number if version.number else _("Kontrakten"),
        "day": date_text_da(localtime(version.sent_at).date()),
        "who": who,
    }
    return Next(_("Dit svar mangler") if own else _("Venter på svar"), text, tuple(steps))


def deviations_of(contract: Contract, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Clauses that are not the standard's, with the standard's text before and the reason."""
    standard = {one.key: one for one in standard_of(contract.template)}
    found = []
    for clause in content["clauses"]:
        if not clause["deviates"]:
            continue
        usual = standard.get(clause["key"])
        before = (
            [{
                "key": usual.key,
                "heading": usual.heading,
                "text": filled(usual.text, content["fields"]),
            }]
            if usual
            else []
        )  # fmt: skip
        found.append(
            {
                "heading": clause["heading"],
                "reason": clause["reason"],
                "own": usual is None,
                "changes": clause_changes(before, [clause]),
            }
        )
    return found


def timeline_of(contract: Contract, versions: Sequence[ContractVersion]) -> list[dict[str, Any]]:
    """What has happened, the newest first, for components/timeline.html."""
    told = [(contract.created_at, {"title": _("Kladden er begyndt")})]
    for version in versions:
        name = name_of_version(version)
        attempt = _(", %s. udkast") % version.attempt if version.attempt > 1 else ""
        url = reverse("placements:contract_version", kwargs={"contract_version_id": version.pk})
        told.append(
            (
                version.sent_at,
                {
                    "title": _("%s er sendt til godkendelse") % f"{name}{attempt}",
                    "url": url,
                    "text": version.content.get("summary", ""),
                    "who": version.sent_by_label,
                },
            )
        )
        for one in version.approvals.all():
            said = _("%s har godkendt") if one.approved else _("%s har afvist")
            told.append(
                (
                    one.at,
                    {
                        "title": said % str(Side(one.side).label),
                        "text": one.reason,
                        "who": one.by_label,
                    },
                )
            )
    entries = [
        {"day": localtime(at).date(), **entry}
        for at, _number, entry in sorted(
            ((at, number, entry) for number, (at, entry) in enumerate(told)),
            key=lambda one: one[:2],
            reverse=True,
        )
    ]
    if contract.valid_to is not None and contract.agreed_at is not None:
        end = {
            "day": contract.valid_to,
            "title": _("Ophører (første dag uden kontrakt)"),
            "text": contract.ended_reason,
        }
        return [end, *entries]
    return entries
