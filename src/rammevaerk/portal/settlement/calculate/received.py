"""Whom a received invoice is for, and who sent it, by CVR and EAN number."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rammevaerk.exchange.invoice.paper import InvoicePaper
from rammevaerk.exchange.quoting import quoted


@dataclass(frozen=True, slots=True)
class Addressees:
    """The numbers of everybody: (organisation, CVR, EAN); `payer` is who has handed in."""

    payer: int
    numbers: Sequence[tuple[int, str, str]]

    def own(self, at: int) -> set[str]:
        """The payer's own CVR (1) or EAN (2) numbers."""
        return {str(row[at]) for row in self.numbers if row[0] == self.payer and row[at]}

    def problem_of(self, paper: InvoicePaper) -> str:
        """Why an invoice is not for the payer; empty when it is, or when that cannot be told."""
        cvr, gln = paper.buyer.cvr, paper.buyer.gln
        others = {row[2] for row in self.numbers if row[0] != self.payer}
        if gln and gln in others and gln not in self.own(2):
            return _(
                "Regning %(number)s er sendt til EAN-nummer %(gln)s, som er en andens. Den er ikke "
                "til jer."
            ) % {"number": quoted(paper.number), "gln": gln}
        if not cvr:
            return ""
        known = self.own(1)
        if known and cvr not in known:
            return _(
                "Regning %(number)s er til %(name)s med CVR-nummer %(cvr)s. Jeres er %(own)s."
            ) % {
                "number": quoted(paper.number),
                "name": quoted(paper.buyer.name),
                "cvr": quoted(cvr),
                "own": ", ".join(sorted(known)),
            }
        if not known and cvr in {row[1] for row in self.numbers}:
            return _("Regning %(number)s er til en anden: CVR-nummer %(cvr)s er ikke jeres.") % {
                "number": quoted(paper.number),
                "cvr": cvr,
            }
        return ""

    def remarks_of(self, paper: InvoicePaper) -> list[str]:
        """What cannot be told of whom the invoice is for."""
        if not paper.buyer.cvr and not paper.buyer.gln:
            return [_("Regningen siger ikke, hvem den er til.")]
        if not self.own(1):
            return [_("Jeres CVR-nummer er ikke registreret, så modtageren er ikke undersøgt.")]
        if not paper.buyer.cvr and paper.buyer.gln not in self.own(2):
            return [_("EAN-nummeret er ikke registreret som jeres, og CVR-nummeret mangler.")]
        return []


def seller_of(addressees: Addressees, paper: InvoicePaper) -> int | None:
    """The organisation that sent it: by EAN number, else by CVR number when only one has it."""
    rows = addressees.numbers
    by_gln = {row[0] for row in rows if row[2] and row[2] == paper.seller.gln}
    by_cvr = {row[0] for row in rows if row[1] and row[1] == paper.seller.cvr}
    for found in (by_gln & by_cvr, by_cvr, by_gln):
        if len(found) == 1:
            return found.pop()
    return None
