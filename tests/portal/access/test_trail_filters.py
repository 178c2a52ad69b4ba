"""The list of the audit trail: narrowed by thing, person, action, period and target."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from world import MARK, World

from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.agreement.models import Initiative
from rammevaerk.portal.agreement.operations import revise_initiative

SECRETARIAT = Role.SECRETARIAT, "sekretariatet"


def html(world: World, **query: str) -> str:
    return world.client(*SECRETARIAT).get(reverse("access:audit"), query).content.decode()


def words(source: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", source)).split())


def sequences(source: str) -> list[int]:
    return [int(one) for one in re.findall(r'href="/revisionsspor/(\d+)/"', source)]


def changed(world: World, title: str, at: datetime, who: tuple[Role, str] = SECRETARIAT) -> int:
    """Give the initiative a title at a moment; the record's number."""
    revise_initiative(world.first(Initiative), {"title": title}, by=world.actor(*who), at=at)
    newest: Any = AuditRecord.objects.first()
    return int(newest.sequence)


def test_a_row_says_what_kind_of_thing_it_is_and_what_became_of_it(world: World) -> None:
    changed(world, "Nyt navn", datetime(2025, 7, 1, 22, 30, tzinfo=UTC))
    text = words(html(world, q="nyt navn"))
    assert (
        "2. juli 2025 kl. 00.30 Hjemlig Sekretariat i sekretariatet Redigere handlingsplanen"
        " 1.1 Nyt navn Initiativ, ændret" in text
    )


def test_the_period_is_of_danish_days_and_holds_both_its_ends(world: World) -> None:
    first = changed(world, "Den ene", datetime(2025, 7, 1, 22, 0, tzinfo=UTC))
    last = changed(world, "Den anden", datetime(2025, 7, 3, 21, 59, 59, tzinfo=UTC))
    after = changed(world, "Den tredje", datetime(2025, 7, 3, 22, 0, tzinfo=UTC))
    assert sequences(html(world, fra="2. juli 2025", til="03-07-2025")) == [last, first]
    assert sequences(html(world, fra="4. juli 2025")) == [after]
    assert first not in sequences(html(world, til="1. juli 2025"))
    assert sequences(html(world, fra="4. juli 2025", til="3. juli 2025")) == []


@pytest.mark.parametrize("name", ["fra", "til"])
@pytest.mark.parametrize("text", ["hest", "31. februar 2025", "april 2025", "1-1-9999"])
def test_a_day_that_cannot_be_read_is_said_and_narrows_nothing(
    world: World, name: str, text: str
) -> None:
    page = html(world, **{name: text})
    assert "Datoen kan ikke læses" in page
    assert f'value="{text}"' in page
    assert sequences(page) == sequences(html(world))


def test_the_last_day_there_is_can_be_asked_for(world: World) -> None:
    assert sequences(html(world, til="31. december 2199")) == sequences(html(world))


def test_the_person_and_the_thing_are_looked_for_apart(world: World) -> None:
    number = changed(world, "Nyt navn", datetime(2025, 7, 1, 9, 0, tzinfo=UTC))
    assert sequences(html(world, person="hjemlig sekretariat")) == [number]
    assert sequences(html(world, person="nyt navn")) == []
    assert sequences(html(world, q="nyt navn", person="hjemlig sekretariat")) == [number]
    assert sequences(html(world, q="nyt navn", person="prøvedata")) == []


def test_the_actions_are_chosen_by_their_danish_names(world: World) -> None:
    page = html(world, handling=Action.STATUS_UPDATE)
    assert '<option value="status.update" selected>Opdatere et initiativs status</option>' in page
    assert "overview.read" not in page


def test_the_trail_of_one_target_says_what_it_is_about(world: World) -> None:
    row = world.first(Initiative)
    number = changed(world, "Nyt navn", datetime(2025, 7, 1, 9, 0, tzinfo=UTC))
    target = f"agreement.initiative:{row.pk}"
    page = html(world, maal=target)
    own = AuditRecord.objects.filter(target_type="agreement.initiative", target_id=str(row.pk))
    assert sequences(page) == [one.sequence for one in own]
    assert number in sequences(page)
    assert "Kun om initiativ: «1.1 Nyt navn»." in words(page)
    # The form must not lose it.
    assert f'<input type="hidden" name="maal" value="{target}">' in page


def test_another_cooperations_target_gives_nothing_and_no_name(world: World) -> None:
    foreign = world.first(Initiative, "foreign")
    page = html(world, maal=f"agreement.initiative:{foreign.pk}")
    assert sequences(page) == []
    assert MARK not in page
    assert "Ingen spor passer" in page


@pytest.mark.parametrize("target", ["x", ":", "agreement.initiative:", "agreement.initiative:x"])
def test_a_target_that_is_none_gives_nothing(world: World, target: str) -> None:
    assert sequences(html(world, maal=target)) == []


def test_the_record_leads_to_all_records_of_the_same(world: World) -> None:
    row = world.first(Initiative)
    number = changed(world, "Nyt navn", datetime(2025, 7, 1, 9, 0, tzinfo=UTC))
    client = world.client(*SECRETARIAT)
    page = client.get(reverse("access:audit_detail", kwargs={"sequence": number}))
    found = re.search(r'href="(/revisionsspor/\?maal=[^"]+)"', page.content.decode())
    assert found is not None
    answer = client.get(unescape(found[1]))
    assert number in sequences(answer.content.decode())
    assert answer.context["filter"].target == f"agreement.initiative:{row.pk}"
