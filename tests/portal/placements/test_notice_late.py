"""A notice given or withdrawn after the citizen has left: what is agreed by date follows."""

from datetime import date

import pytest
from placement_samples import NOW, admitted, buyer, moment, seller
from world import World

from rammevaerk.portal.placements import operations as placing
from rammevaerk.portal.placements.models import Placement

pytestmark = pytest.mark.django_db


def test_payer_and_price_follow_a_notice_given_and_withdrawn_after_the_citizen_left(
    world: World,
) -> None:
    row = admitted(world)
    at = NOW
    placing.discharge(row, moment=moment(date(2025, 5, 20)), by=seller(world), at=at)
    assert _ends(row) == {date(2025, 5, 21)}
    told = {"given_on": date(2025, 5, 15)}
    notice = placing.give_notice(row, told, by=buyer(world), at=at)
    assert notice.ends_on == date(2025, 7, 1)
    assert _ends(row) == {date(2025, 7, 1)}
    row.refresh_from_db()
    stay = row.stays.get(superseded_at__isnull=True)
    placing.correct_stay(
        stay, valid_from=stay.valid_from, valid_to=moment(date(2025, 5, 22)), reason="Rettet",
        by=seller(world), at=at,
    )  # fmt: skip
    assert _ends(row) == {date(2025, 7, 1)}
    placing.withdraw_notice(notice, by=buyer(world), at=at)
    assert _ends(row) == {date(2025, 5, 23)}


def _ends(row: Placement) -> set[date | None]:
    return {
        one.valid_to
        for rows in (row.payers, row.hours, row.prices)
        for one in rows.filter(superseded_at__isnull=True)
    }
