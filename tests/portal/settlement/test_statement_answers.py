"""Lines are agreed, disputed, upheld and conceded, each by the party whose turn it is."""

from datetime import date

import pytest
from agreeing_samples import AT, MAY, Agreement, State, buyer, civil, seller
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from run_samples import CLERK
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.settlement.models import LineAnswer
from rammevaerk.portal.settlement.operations.answers import (
    agree_chosen,
    agree_undisputed,
    answer_by,
    concede,
    dispute,
    uphold,
)
from rammevaerk.portal.settlement.queries.reconciliation import agreeable, comparisons
from rammevaerk.portal.settlement.queries.statements import (
    StatementFilter,
    all_disputes,
    dispute_rows,
    disputes_of,
    list_statements,
    statement_rows,
    waiting_by_statement,
)

pytestmark = pytest.mark.django_db


def test_chosen_lines_are_agreed_and_the_rest_waits(world: World) -> None:
    made = Agreement().sent()
    seen = {made.line(0).pk: fingerprint(made.standing(0))}
    assert agree_chosen(made.statement, seen, by=buyer(world), at=AT) == 1
    assert made.states() == [State.AGREED, State.OPEN, State.OPEN]
    standing = made.standing(0)
    assert (standing.waits_for_id, standing.due_on) == (None, None)
    made.statement.refresh_from_db()
    made.run.refresh_from_db()
    assert (made.statement.state, made.run.state) == ("open", "reviewed")
    assert made.line(0).answers.get().by_label.endswith("Naboby")


def test_the_last_line_agreed_makes_the_statement_answered_and_the_run_agreed(world: World) -> None:
    made = Agreement().sent()
    now = agreeable(made.statement, buyer(world))
    assert (now.count, now.recorded) == (3, 0)
    records = AuditRecord.objects.count()
    assert agree_undisputed(made.statement, seen=now.print, by=buyer(world), at=AT) == 3
    made.statement.refresh_from_db()
    made.run.refresh_from_db()
    assert (made.statement.state, made.statement.answered_at) == ("answered", AT)
    assert made.run.state == "agreed"
    # One line for all that was agreed, and one that the run came so far.
    assert AuditRecord.objects.count() == records + 2
    assert [one for one in verify() if "linestanding" in one.place or "svar" in one.place] == []


def test_agreeing_to_many_asks_the_database_no_more_than_to_few(world: World) -> None:
    counts = []
    for number, citizens in enumerate((2, 30)):
        made = Agreement(citizens, key=f"hjem-{number}", places=40).sent()
        now = agreeable(made.statement, buyer(world))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            agree_undisputed(made.statement, seen=now.print, by=buyer(world), at=AT)
        counts.append(len(asked))
        assert set(made.states()) == {State.AGREED}
    assert counts[0] == counts[1]


def test_lines_about_whose_days_they_differ_are_left_for_an_answer_of_their_own(
    world: World,
) -> None:
    made = Agreement().sent()
    made.buyer_says(1, civil(28, 10))
    made.buyer_says(2, civil(29, 15))
    now = agreeable(made.statement, buyer(world))
    assert (now.count, now.recorded) == (2, 1)
    agree_undisputed(made.statement, seen=now.print, by=buyer(world), at=AT)
    assert made.states() == [State.AGREED, State.OPEN, State.AGREED]
    found = comparisons(made.statement)[made.line(1).pk]
    assert (found.agreed_days, found.all_days, found.buyers_days) == (28, 29, 28)
    assert found.sentence().startswith(
        "Vi er enige om 28 af 29 dage. 29. maj 2025: udskrivningsdagen; sælger tæller den med"
    )


def test_what_has_become_another_set_of_lines_is_not_agreed_unseen(world: World) -> None:
    made = Agreement().sent()
    now = agreeable(made.statement, buyer(world))
    made.buyer_says(0, civil(20))
    with pytest.raises(ValidationError, match="nu er 2 linjer uden forskelle"):
        agree_undisputed(made.statement, seen=now.print, by=buyer(world), at=AT)
    assert set(made.states()) == {State.OPEN}


def test_a_line_that_another_has_answered_meanwhile_is_not_answered_unseen(world: World) -> None:
    made = Agreement().sent()
    line, seen = made.line(), fingerprint(made.standing())
    dispute(line, day=None, reason="Forkert takst", by=buyer(world), at=AT)
    with pytest.raises(ValidationError, match="1 af linjerne er ændret"):
        agree_chosen(made.statement, {line.pk: seen}, by=buyer(world), at=AT)
    with pytest.raises(RevisionConflict):
        dispute(line, day=None, reason="Igen", seen=seen, by=buyer(world), at=AT)
    assert made.states()[0] == State.DISPUTED
    assert LineAnswer.objects.filter(line=line).count() == 1


def test_a_disputed_line_waits_for_the_seller_and_an_upheld_one_for_the_buyer(
    world: World,
) -> None:
    made = Agreement().sent()
    line = made.line()
    dispute(line, day=date(2025, 5, 29), reason="Udskrevet dagen før", by=buyer(world), at=AT)
    standing = made.standing()
    assert standing.waits_for == made.home.organisation
    assert standing.due_on == answer_by(date(2025, 6, 2)) == date(2025, 6, 16)
    assert [one.line_id for one in disputes_of(seller(world))] == [line.pk]
    assert not disputes_of(buyer(world)).exists()

    uphold(line, reason="Han gik kl. 10 den 29.", by=seller(world), at=AT)
    assert made.standing().waits_for == made.statement.payer
    assert not disputes_of(seller(world)).exists()
    (row,) = dispute_rows(disputes_of(buyer(world)), on=date(2025, 7, 1))
    assert (row.owner, row.overdue, row.verdict_label) == ("Naboby", True, "Fastholdt af sælger")
    assert (row.day, row.reason) == (date(2025, 5, 29), "Han gik kl. 10 den 29.")

    # What has been objected to is never swept along with what was not.
    assert line.pk not in agreeable(made.statement, buyer(world)).line_ids
    seen = {line.pk: fingerprint(made.standing())}
    agree_chosen(made.statement, seen, by=buyer(world), at=AT)
    assert made.states()[0] == State.AGREED
    assert not all_disputes(buyer(world)).filter(line=line).exists()
    said = line.answers.order_by("id").values_list("verdict", flat=True)
    assert list(said) == ["disputed", "upheld", "agreed"]


def test_a_conceded_line_stays_with_the_seller_until_it_is_mended(world: World) -> None:
    made = Agreement().sent()
    line = made.line()
    dispute(line, day=None, reason="Borgeren var ikke hos jer", by=buyer(world), at=AT)
    concede(line, by=seller(world), at=AT)
    assert made.states()[0] == State.DISPUTED
    assert made.standing().waits_for == made.home.organisation
    with pytest.raises(ValidationError, match="allerede givet køber ret"):
        concede(line, by=seller(world), at=AT)
    seen = {line.pk: fingerprint(made.standing())}
    agree_chosen(made.statement, seen, by=buyer(world), at=AT)
    assert made.states()[0] == State.AGREED


def test_a_conceded_stay_that_is_mended_is_corrected_by_the_next_run(world: World) -> None:
    made = Agreement().sent()
    line = made.line()
    dispute(line, day=date(2025, 5, 29), reason="Gik den 28.", by=buyer(world), at=AT)
    concede(line, reason="Vi retter", by=seller(world), at=AT)
    for at in (1, 2):
        seen = {made.line(at).pk: fingerprint(made.standing(at))}
        agree_chosen(made.statement, seen, by=buyer(world), at=AT)
    stay = line.placement.stays.get()
    type(stay).objects.filter(pk=stay.pk).update(valid_to=civil(28, 10))
    later = made.home.run(date(2025, 6, 1), months_back=1)
    assert later.state == "draft", later.failure
    assert made.states()[0] == State.REPLACED
    new = later.statements.get().lines.get(placement=line.placement)
    assert (new.days, new.valid_from, new.reverses) == (28, MAY, None)


def test_an_objection_says_why_and_names_a_day_of_the_month(world: World) -> None:
    made = Agreement().sent()
    for values, told in (
        ({"day": None, "reason": " "}, "Skriv hvorfor"),
        ({"day": date(2025, 6, 1), "reason": "Ja"}, "i den måned"),
        ({"day": None, "reason": "Borger 010190-1234 var væk"}, "CPR-nummer"),
    ):
        with pytest.raises(ValidationError, match=told):
            dispute(made.line(), by=buyer(world), at=AT, **values)
    assert made.states()[0] == State.OPEN


def test_nobody_answers_for_the_other_party(world: World) -> None:
    made = Agreement().sent()
    line, now = made.line(), agreeable(made.statement, CLERK)
    for actor in (
        seller(world),
        world.actor(Role.PROVIDER, "egenby"),
        world.actor(Role.BUYER, "fjernby"),
        world.actor(Role.BUYER, "egenby"),
    ):
        with pytest.raises(PermissionDenied):
            agree_undisputed(made.statement, seen=now.print, by=actor, at=AT)
        with pytest.raises(PermissionDenied):
            dispute(line, day=None, reason="Nej", by=actor, at=AT)
    dispute(line, day=None, reason="Nej", by=buyer(world), at=AT)
    for actor in (
        buyer(world),
        world.actor(Role.PROVIDER, "egenby"),
        world.actor(Role.TARIFF_OFFICER, "naboby"),
    ):
        with pytest.raises(PermissionDenied):
            uphold(line, reason="Jo", by=actor, at=AT)
    assert made.states()[0] == State.DISPUTED


def test_a_discarded_run_can_no_longer_be_answered(world: World) -> None:
    made = Agreement().sent()
    now = agreeable(made.statement, buyer(world))
    type(made.run).objects.filter(pk=made.run.pk).update(state="discarded")
    with pytest.raises(ValidationError, match="kasseret"):
        agree_undisputed(made.statement, seen=now.print, by=buyer(world), at=AT)


def test_an_agreed_line_may_be_objected_to_until_it_is_invoiced(world: World) -> None:
    made = Agreement(1).sent()
    now = agreeable(made.statement, buyer(world))
    agree_undisputed(made.statement, seen=now.print, by=buyer(world), at=AT)
    dispute(made.line(), day=None, reason="Vi så forkert", by=buyer(world), at=AT)
    made.run.refresh_from_db()
    made.statement.refresh_from_db()
    assert (made.run.state, made.statement.state) == ("reviewed", "answered")
    made.standing()
    type(made.standing()).objects.filter(line=made.line()).update(state="invoiced")
    with pytest.raises(ValidationError, match="er faktureret"):
        dispute(made.line(), day=None, reason="For sent", by=buyer(world), at=AT)


def test_what_waits_for_the_reader_stands_first(world: World) -> None:
    first = Agreement(2, key="hjem-a").sent()
    second = Agreement(1, key="hjem-b").sent()
    now = agreeable(second.statement, buyer(world))
    agree_undisputed(second.statement, seen=now.print, by=buyer(world), at=AT)
    waiting = waiting_by_statement(buyer(world))
    found = list_statements(buyer(world), StatementFilter(month=MAY), waiting)
    assert found.ids == (first.statement.pk, second.statement.pk)
    assert found.total_ore == first.statement.total_ore + second.statement.total_ore
    mine = StatementFilter(month=MAY, mine=True)
    assert list_statements(buyer(world), mine, waiting).ids == (first.statement.pk,)
    (row, _other) = statement_rows(buyer(world), found.ids, waiting, on=date(2025, 7, 1))
    assert (row.waiting, row.overdue, row.count(State.OPEN)) == (2, True, 2)
    stranger = world.actor(Role.BUYER, "fjernby")
    assert list_statements(stranger, StatementFilter(month=MAY), {}).ids == ()
