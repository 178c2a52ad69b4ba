"""A run's statements agreed to together: the same lines as one by one, with one line of trail."""

import pytest
from agreeing_samples import AT, Agreement, buyer, civil
from run_samples import CLERK
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.settlement.operations.answers import agree_statements, dispute
from rammevaerk.portal.settlement.queries.reconciliation import agreeable, agreeable_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(world: World) -> Agreement:
    found = Agreement(4).sent()
    # Of the second the buyer has another day, of the third the same; the fourth is disputed.
    found.buyer_says(1, civil(28))
    found.buyer_says(2, civil(29, 10))
    dispute(found.line(3), day=None, reason="Ikke vores borger", by=buyer(world), at=AT)
    return found


def test_many_are_agreed_to_as_each_would_be(world: World, made: Agreement) -> None:
    by = buyer(world)
    one_by_one = agreeable(made.statement, by)
    assert agreeable_lines([made.statement], by) == set(one_by_one.line_ids)
    before = AuditRecord.objects.count()
    assert agree_statements(made.run, [made.statement.pk], by=by, at=AT) == 2
    assert made.states() == ["agreed", "open", "agreed", "disputed"]
    assert AuditRecord.objects.count() == before + 1
    # Done again there is nothing left to agree to.
    assert agree_statements(made.run, [made.statement.pk], by=by, at=AT) == 0
    assert not [one for one in verify() if one.place.startswith(("linjens", "opgørelse", "svar"))]


def test_the_run_is_agreed_when_nothing_waits(world: World) -> None:
    made = Agreement(2).sent()
    assert agree_statements(made.run, [made.statement.pk], by=CLERK, at=AT) == 2
    made.run.refresh_from_db()
    made.statement.refresh_from_db()
    assert (made.run.state, made.statement.state) == ("agreed", "answered")


def test_who_is_not_the_buyer_agrees_to_nothing(world: World, made: Agreement) -> None:
    for role, who in ((Role.BUYER, "fjernby"), (Role.TARIFF_OFFICER, "egenby")):
        with pytest.raises(Refused):
            agree_statements(made.run, [made.statement.pk], by=world.actor(role, who), at=AT)
    assert made.states() == ["open", "open", "open", "disputed"]
