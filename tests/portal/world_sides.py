"""Whose an action is, where two parties share a row: told once more by hand, as an oracle."""

from typing import TYPE_CHECKING

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.placements.models import (
    Absence,
    Citizen,
    Contract,
    ContractApproval,
    ContractVersion,
    Delivery,
    GoalFollowUp,
    Hours,
    Notice,
    PayerPeriod,
    Placement,
    PlacementGoal,
    PlacementStep,
    PriceChoice,
    Stay,
    SupplementGrant,
)
from rammevaerk.portal.settlement.models import (
    BuyerRecord,
    ControlMonth,
    HandOver,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    InvoiceSeries,
    LineAnswer,
    LineStanding,
    ReceivedInvoice,
    ReceivedLine,
    SettlementLine,
    SpecialPayment,
    SpendBudget,
    Statement,
)

if TYPE_CHECKING:
    from world import Belonging

SELLER_S = {
    *(Action.CONTRACT_SELL, Action.PLACEMENT_RUN, Action.TERMS_MANAGE),
    *(Action.SETTLEMENT_RUN, Action.INVOICE_ISSUE),
}
BUYER_S = {
    *(Action.CONTRACT_BUY, Action.PLACEMENT_REQUEST),
    *(Action.SETTLEMENT_ANSWER, Action.INVOICE_CONTROL),
}
OF_BOTH = {Action.PLACEMENT_AGREE, Action.PLACEMENT_GOALS, Action.CONTRACT_WRITE}
OF_PLACEMENTS = {
    *(Placement, PlacementStep, Stay, PayerPeriod, Hours, PriceChoice, Absence, SupplementGrant),
    *(Delivery, Notice, PlacementGoal, GoalFollowUp, Contract, ContractVersion, ContractApproval),
}
OF_STATEMENTS = {Statement, SettlementLine, LineStanding, LineAnswer}
OF_INVOICES = {Invoice, InvoiceLine, InvoiceDocument, HandOver}
# What concerns a citizen, and what a party keeps for itself: no cooperation reaches it.
WITHOUT_CIRCLE = {
    *(Citizen, InvoiceSeries, SpendBudget, ReceivedInvoice, ReceivedLine, ControlMonth),
    *OF_PLACEMENTS,
}


def acting_on(one: "Belonging", action: Action) -> set[str]:
    """The organisations whose own the row is where that is to be done."""
    seller, payer, kind = one.organisation, one.payer, type(one.row)
    if kind in OF_PLACEMENTS:
        for actions, who in (
            (SELLER_S, {seller}),
            (BUYER_S, {one.buyer}),
            (OF_BOTH, {seller, one.buyer}),
        ):
            if action in actions:
                return who
    if kind in OF_STATEMENTS and action in {Action.SETTLEMENT_RUN, Action.INVOICE_ISSUE}:
        return {seller}
    if kind in OF_STATEMENTS and action in {Action.SETTLEMENT_ANSWER, Action.INVOICE_CONTROL}:
        return {payer}
    if kind in OF_INVOICES and action in {Action.INVOICE_ISSUE, Action.INVOICE_CONTROL}:
        return {seller if action is Action.INVOICE_ISSUE else payer}
    if kind is BuyerRecord and action is Action.SETTLEMENT_ANSWER:
        return {payer}
    if kind is SpecialPayment and action is Action.SETTLEMENT_RUN:
        return {seller}
    if kind is Citizen and action is Action.PLACEMENT_REQUEST:
        return {one.buyer}
    return one.parties
