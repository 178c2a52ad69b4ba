"""What is settled, received and handed over in the invented region, to be asked where it is loaded.

The loading takes most of a minute, so the questions are put by the one module that does it.
"""

from collections import Counter
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Sum
from pytest_django import Settings

from rammevaerk.engine.settlement.control import ControlCause
from rammevaerk.exchange.invoice.paper import Format
from rammevaerk.exchange.invoice.validation import validate
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.demonstration.region.handed_over import load_documents
from rammevaerk.portal.settlement.models import (
    BuyerRecord,
    ControlMonth,
    HandOver,
    Invoice,
    InvoiceDocument,
    IrregularitySign,
    LineAnswer,
    LineStanding,
    ReceivedInvoice,
    SettlementLine,
    SettlementRun,
    SignSearch,
    SpecialPayment,
    SpendBudget,
    Statement,
)
from rammevaerk.portal.settlement.operations.documents import rules_folder
from rammevaerk.portal.settlement.operations.handing_over import file_name
from rammevaerk.portal.settlement.queries.control import changes_since, parts_of, summed

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOW: dict[str, Any] = {"by": Actor.system("Prøve"), "at": AT}
VIBORG = "kommune-0791"


class WhatIsSettled:
    """Questions to the settled months; `folder` is a fixture: where e-invoices are laid."""

    def test_september_is_invoiced_and_october_lies_with_the_buyers(self) -> None:
        september, october = SettlementRun.objects.order_by("month")
        assert (september.month, september.state) == (date(2026, 9, 1), "invoiced")
        assert (october.month, october.state) == (date(2026, 10, 1), "reviewed")
        assert [september.findings, october.findings] == [[], []]
        for run in (september, october):
            assert run.statements.count() > 300
            assert SettlementLine.objects.filter(statement__run=run).count() > 9_000

    def test_the_invoices_are_the_lines_of_september(self) -> None:
        september = SettlementRun.objects.get(month=date(2026, 9, 1))
        lines = SettlementLine.objects.filter(statement__run=september)
        statements = Statement.objects.filter(run=september)
        between = statements.exclude(state="internal")
        totals = [
            rows.aggregate(sum=Sum("total_ore"))["sum"]
            for rows in (
                lines,
                statements,
                lines.filter(statement__in=between),
                Invoice.objects.all(),
            )
        ]
        assert totals[0] == totals[1] > 40_000_000_000
        # What an authority buys from itself is nobody's invoice.
        assert totals[2] == totals[3] > 20_000_000_000
        standings = LineStanding.objects.filter(line__statement__run=september)
        assert set(standings.values_list("state", flat=True)) == {"invoiced", "internal"}

    def test_october_is_answered_by_some_and_disputed_by_some(self) -> None:
        october = LineStanding.objects.filter(line__statement__run__month=date(2026, 10, 1))
        found = Counter(october.values_list("state", flat=True))
        assert set(found) == {"open", "agreed", "disputed", "internal"}
        assert found["disputed"] >= 5
        for answer in LineAnswer.objects.filter(verdict="disputed"):
            assert answer.day is not None
            assert (answer.day.year, answer.day.month) == (2026, 10)
        assert BuyerRecord.objects.count() > 80

    def test_one_dispute_is_conceded_one_upheld_and_others_wait(self) -> None:
        october = LineAnswer.objects.filter(line__statement__run__month=date(2026, 10, 1))
        conceded, upheld = (october.get(verdict=verdict) for verdict in ("conceded", "upheld"))
        assert conceded.line.standing.state == "disputed"
        assert conceded.line.statement.payer.key == VIBORG
        assert upheld.line.standing.state == "open"
        waiting = LineStanding.objects.filter(
            line__statement__run__month=date(2026, 10, 1), state="disputed"
        ).exclude(line__answers__verdict="conceded")
        assert all(one.waits_for_id == one.line.statement.reporter_id for one in waiting)
        assert waiting.count() >= 3

    def test_special_payments_are_on_the_statements_and_shared_to_the_ore(self) -> None:
        september = SpecialPayment.objects.filter(month=date(2026, 9, 1))
        shared = september.get(kind="objective")
        assert "opdigtet" in shared.label
        lines = SettlementLine.objects.filter(
            kind="special", statement__run__month=date(2026, 9, 1), part=f"S-{shared.pk}"
        )
        assert lines.count() == 19
        assert lines.aggregate(sum=Sum("total_ore"))["sum"] == shared.data["total_ore"]
        assert september.filter(kind="health").count() == 4

    def test_each_municipality_has_a_budget_for_the_year(self) -> None:
        budgets = SpendBudget.objects.filter(year=2026)
        assert budgets.count() == 19
        assert all("pdigtet" in one.note for one in budgets)
        for one in budgets:
            month = Statement.objects.filter(
                run__month=date(2026, 9, 1), payer=one.organisation_id
            ).aggregate(sum=Sum("total_ore"))["sum"]
            assert 11 * month < one.amount_ore < 13 * month

    def test_every_cause_is_among_what_was_received_from_outside(self) -> None:
        received = ReceivedInvoice.objects.filter(payer__key=VIBORG)
        assert set(received.values_list("format", flat=True)) == {"oioubl", "xlsx"}
        assert set(received.values_list("credit", flat=True)) == {True, False}
        assert set(received.values_list("state", flat=True)) == {"open"}
        month = ControlMonth.objects.get(payer__key=VIBORG)
        assert (month.month, month.state) == (date(2026, 9, 1), "done")
        found = summed(parts_of(month))
        assert {one.cause for one in found.causes} == {str(cause) for cause in ControlCause}
        assert sum(one.ore for one in found.causes) == found.difference_ore
        # What is wrong was made so: the rest of the month fits to the øre.
        assert sum(one.count for one in found.causes) == len(ControlCause)
        assert changes_since(month) == []

    def test_signs_are_there_to_look_at(self) -> None:
        assert SignSearch.objects.get().state == "done"
        own = IrregularitySign.objects.filter(organisation__key=VIBORG)
        assert {"double-charge", "occupancy"} <= set(own.values_list("kind", flat=True))

    def test_e_invoices_are_what_the_rules_and_the_folder_said_of_them(self, folder: Path) -> None:
        made = InvoiceDocument.objects.filter(invoice__payer__key=VIBORG)
        assert made.count() == 8
        for one in made:
            judged = validate(bytes(one.content), Format(one.format), rules_folder(one.format))
            assert one.outcome == str(judged.outcome)
        handed = HandOver.objects.all()
        valid = made.filter(outcome="valid")
        assert handed.count() == min(4, valid.count())
        assert {path.name for path in folder.iterdir()} == {
            file_name(one.document) for one in handed
        }
        for one in handed:
            content = (folder / file_name(one.document)).read_bytes()
            assert one.outcome == "handed_over"
            assert sha256(content).hexdigest() in one.receipt
            assert content == bytes(one.document.content)

    def test_nothing_is_handed_over_where_it_is_no_demonstration(self, settings: Settings) -> None:
        settings.DEMONSTRATION = False
        settings.INVOICE_HAND_OVER = "/invented"
        before = HandOver.objects.count()
        run = SettlementRun.objects.get(month=date(2026, 9, 1))
        with transaction.atomic():
            load_documents(run, "kommune-0751", **HOW)
            transaction.set_rollback(True)
        assert HandOver.objects.count() == before
