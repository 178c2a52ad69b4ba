"""Editions, their parties and their annexes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.http import Request
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import (
    cooperations,
    members_on,
    names_on,
    organisation_register,
)
from rammevaerk.portal.agreement.models import (
    Agreement,
    Annex,
    AnnexVersion,
    Edition,
    EditionParty,
)


def editions(actor: Actor) -> "QuerySet[Edition]":
    """The editions the actor may see, newest first."""
    rows = visible(Edition.objects.all(), actor, Action.EDITION_READ)
    return rows.select_related("agreement").order_by("agreement__slug", "-valid_from")


def current_edition(actor: Actor, *, on: date) -> Edition | None:
    """The edition in force on the day, else the newest one."""
    rows = editions(actor)
    in_force = rows.filter(valid_from__lte=on, valid_to__gt=on).first()
    return in_force or rows.order_by("-valid_from").first()


def last_day_of_edition(cooperation_id: int, on: date) -> date | None:
    """The last day of the cooperation's edition in force on the day; None between editions."""
    rows = Edition.objects.filter(agreement__cooperation_id=cooperation_id)
    found = rows.filter(valid_from__lte=on, valid_to__gt=on).first()
    return found.period.last if found else None


def may_read_editions(request: Request) -> bool:
    return request.actor.scope(Action.EDITION_READ) is not None


def edition_switch(request: Request) -> list[dict[str, Any]]:
    """The editions of the frame's switch; leads to the same kind of page where there is one."""
    match = request.resolver_match
    page, here = "agreement:edition", ""
    edition = _edition_of(getattr(request, "target", None))
    if edition is not None:
        here = edition.slug
    if match and match.view_name in {"agreement:plan", "agreement:participation"}:
        page = match.view_name
    return [
        {
            "label": row.title,
            "url": reverse(page, kwargs={"edition": row.slug}),
            "current": row.slug == here,
        }
        for row in editions(request.actor)
    ]


def _edition_of(target: Any) -> Edition | None:
    # What has no edition itself belongs to something that has one.
    for owner in ("initiative", "area", "annex", "successor"):
        target = getattr(target, owner, target)
    edition = target if isinstance(target, Edition) else getattr(target, "edition", None)
    return edition if isinstance(edition, Edition) else None


def party_names(edition: Edition, *, on: date) -> list[tuple[str, str]]:
    """Key and name of each party on the day, by name."""
    parties = list(edition.parties.select_related("organisation"))
    names = names_on([party.organisation_id for party in parties], on=on)
    found = [(party.organisation.key, names[party.organisation_id]) for party in parties]
    return sorted(found, key=lambda pair: pair[1])


def parties_of(edition: Edition, *, on: date) -> list[tuple[str, EditionParty]]:
    """Each party with its name on the day, by name."""
    rows = list(edition.parties.select_related("organisation"))
    names = names_on([row.organisation_id for row in rows], on=on)
    return sorted(((names[row.organisation_id], row) for row in rows), key=lambda pair: pair[0])


def possible_parties(
    edition: Edition, actor: Actor, *, on: date
) -> list[tuple[str, list[tuple[int, str]]]]:
    """Who exists in the edition's period and is no party to it, the cooperation's members first."""
    taken = set(edition.parties.values_list("organisation_id", flat=True))
    members = set(party_ids(edition.agreement, on=edition.valid_from))
    groups: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
    for one in organisation_register(actor, on=on):
        row = one.organisation
        lives = row.valid_from < edition.valid_to and (
            row.valid_to is None or row.valid_to > edition.valid_from
        )
        if lives and row.pk not in taken:
            groups[row.pk in members].append((row.pk, one.name))
    labels = {True: _("Medlemmer af samarbejdet"), False: _("Andre organisationer")}
    return [(labels[key], found) for key, found in groups.items() if found]


def annex_register(edition: Edition) -> list[tuple[Annex, list[AnnexVersion]]]:
    """Each annex with its files, newest version first."""
    rows = edition.annexes.prefetch_related("versions__uploaded_by")
    return [(annex, list(annex.versions.all())) for annex in rows]


def party_ids(agreement: Agreement, *, on: date) -> list[int]:
    """The parties of a new edition: the cooperation's members that day, without its secretariat."""
    members = members_on(agreement.cooperation_id, on=on)
    return [member.organisation_id for member in members if not member.is_secretariat]


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement with its editions; ``may_manage`` says whether the actor may begin another."""

    agreement: Agreement
    editions: list[tuple[Edition, str]]
    may_manage: bool


def agreements_with_editions(actor: Actor, *, on: date) -> list[AgreementRow]:
    """Each agreement the actor may see, its editions newest first with where they are in time."""
    grouped: dict[Agreement, list[tuple[Edition, str]]] = {}
    for row in visible(Agreement.objects.all(), actor, Action.EDITION_READ):
        grouped[row] = []
    for edition in editions(actor):
        grouped[edition.agreement].append((edition, _phase(edition, on)))
    manageable = set(
        visible(Agreement.objects.all(), actor, Action.EDITION_MANAGE).values_list("pk", flat=True)
    )
    return [AgreementRow(row, found, row.pk in manageable) for row, found in grouped.items()]


def cooperations_without_agreement(actor: Actor) -> "QuerySet[Any]":
    """The cooperations for which the actor may begin a first agreement."""
    rows = visible(cooperations(actor), actor, Action.EDITION_MANAGE)
    return rows.filter(agreements__isnull=True)


def _phase(edition: Edition, on: date) -> str:
    if edition.period.contains(on):
        return "current"
    return "coming" if on < edition.valid_from else "past"
