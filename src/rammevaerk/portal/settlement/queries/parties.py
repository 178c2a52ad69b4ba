"""Reads of how organisations are billed and paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.access.queries import names_on
from rammevaerk.portal.settlement.models import BillingParty


@dataclass(frozen=True, slots=True)
class PartyRow:
    """Details that hold, with the organisation's name and who keeps them."""

    party: BillingParty
    organisation: str
    keeper: str

    @property
    def lacks(self) -> list[str]:
        """What an invoice to or from it would lack."""
        wanted = (("gln", "EAN-nummer"), ("bank_account", "konto"))
        return [name for column, name in wanted if not getattr(self.party, column)]


def seen_parties(actor: Actor) -> "QuerySet[BillingParty]":
    """The details the actor may read."""
    return visible(BillingParty.objects.all(), actor, Action.INVOICE_READ)


def parties_on(actor: Actor, *, on: date, text: str = "") -> list[PartyRow]:
    """What holds on the day or begins later, by the organisation's name."""
    rows = seen_parties(actor).exclude(valid_to__lte=on)
    found = party_rows(rows, on=on)
    wanted = text.casefold()
    hits = [
        one
        for one in found
        if wanted in one.organisation.casefold()
        or wanted in one.party.name.casefold()
        or wanted in (one.party.gln, one.party.cvr)
    ]
    return sorted(hits, key=lambda one: (one.organisation.casefold(), one.party.valid_from))


def party_rows(rows: Iterable[BillingParty], *, on: date) -> list[PartyRow]:
    """Details with names."""
    found = list(rows)
    names = names_on(
        sorted({pk for one in found for pk in (one.organisation_id, one.keeper_id)}), on=on
    )
    return [
        PartyRow(
            one,
            names[one.organisation_id],
            names[one.keeper_id] if one.keeper_id != one.organisation_id else "",
        )
        for one in found
    ]


def versions_of(party: BillingParty, actor: Actor) -> list[BillingParty]:
    """Everything registered for the same organisation, the newest first."""
    rows = seen_parties(actor).filter(organisation_id=party.organisation_id)
    return list(rows.order_by("-valid_from"))
