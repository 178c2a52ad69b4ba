"""Invoices that a buyer has been sent from outside, as papers and files."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from run_samples import Home
from world import World

from rammevaerk.exchange.invoice.oioubl import write_oioubl
from rammevaerk.exchange.invoice.paper import InvoicePaper, InvoiceParty, InvoiceRow
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.settlement.models import BillingParty
from rammevaerk.portal.settlement.operations.received import TakenIn, take_in_invoices

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)
AT = datetime(2025, 6, 20, 9, 0, tzinfo=UTC)
SELLER_CVR, BUYER_CVR = "29189609", "29189668"
DAY_ORE = 100_000


def numbered() -> None:
    """Give the seller and the buyer CVR numbers of their own."""
    for key, cvr in (("egenby", SELLER_CVR), ("naboby", BUYER_CVR)):
        BillingParty.objects.filter(organisation__key=key).update(cvr=cvr)


def party(key: str) -> InvoiceParty:
    """An organisation as it stands on invoices."""
    row = BillingParty.objects.get(organisation=Organisation.objects.get(key=key))
    return InvoiceParty(
        key.title(), row.cvr, row.gln, "Torvet 1", "8800", "Viborg", "", "", "0001", "1234567"
    )


def line(reference: str, ore: int, days: int = 31, position: int = 1, **more: Any) -> InvoiceRow:
    """A stay in May; more says what is other about it."""
    made = InvoiceRow(position, "Ophold", reference, MAY, JUNE, 100 * days, "døgn", ore)
    return replace(made, **more)


def paper(*rows: InvoiceRow, **more: Any) -> InvoicePaper:
    """An invoice from Egenby to Naboby."""
    values: dict[str, Any] = {
        "kind": "invoice", "number": "2025-17", "issued_on": date(2025, 6, 3),
        "due_on": date(2025, 7, 3), "start": MAY, "end": JUNE, "seller": party("egenby"),
        "buyer": party("naboby"), "reference": "", "credits": "", "credits_issued_on": None,
        "rows": rows, "total_ore": sum(one.amount_ore for one in rows), **more,
    }  # fmt: skip
    return InvoicePaper(**values)


def file(one: InvoicePaper, name: str = "regning.xml") -> tuple[str, bytes]:
    return name, write_oioubl(one)


def buyer(world: World) -> Actor:
    return world.actor(Role.BUYER, "naboby")


def take_in(world: World, *papers: InvoicePaper) -> TakenIn:
    files = [file(one, f"regning-{at}.xml") for at, one in enumerate(papers, start=1)]
    return take_in_invoices(files, by=buyer(world), at=AT)


def a_home(citizens: int = 1, **more: Any) -> tuple[Home, list[Any]]:
    """Egenby's home where Naboby pays for some from 1 May on, and nobody for the rest."""
    numbered()
    home = Home(**more).build()
    return home, [home.admit(MAY) for _ in range(citizens)]
