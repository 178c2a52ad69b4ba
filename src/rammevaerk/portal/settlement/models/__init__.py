"""Rows of settlement, by concept; a module knows only those before it.

parties (who is billed where) → runs (run, snapshot, statement) → lines (line, standing, answer, the
buyer's own record) → invoices (series, invoice, lines, documents, hand-over) → jobs (work with
invoices in the background) → received (invoices from others, control) → budgets (what a buyer
expects to spend) → irregularities (signs that somebody looks into).
"""

from rammevaerk.portal.settlement.models.budgets import SpendBudget
from rammevaerk.portal.settlement.models.claims import ClaimWatch
from rammevaerk.portal.settlement.models.invoices import (
    HandOver,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    InvoiceSeries,
)
from rammevaerk.portal.settlement.models.irregularities import (
    IrregularitySign,
    SignFollowUp,
    SignSearch,
)
from rammevaerk.portal.settlement.models.jobs import BillingJob
from rammevaerk.portal.settlement.models.lines import (
    BuyerRecord,
    LineAnswer,
    LineStanding,
    SettlementLine,
)
from rammevaerk.portal.settlement.models.parties import BillingParty
from rammevaerk.portal.settlement.models.received import (
    ControlMonth,
    ReceivedInvoice,
    ReceivedLine,
)
from rammevaerk.portal.settlement.models.runs import RunSnapshot, SettlementRun, Statement
from rammevaerk.portal.settlement.models.specials import SpecialKind, SpecialPayment

__all__ = [
    "BillingJob",
    "BillingParty",
    "BuyerRecord",
    "ClaimWatch",
    "ControlMonth",
    "HandOver",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceSeries",
    "IrregularitySign",
    "LineAnswer",
    "LineStanding",
    "ReceivedInvoice",
    "ReceivedLine",
    "RunSnapshot",
    "SettlementLine",
    "SettlementRun",
    "SignFollowUp",
    "SignSearch",
    "SpecialKind",
    "SpecialPayment",
    "SpendBudget",
    "Statement",
]
