"""Who takes part, with how many, and who may say and see it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from agreement_samples import (
    all_text_of,
    edition_page,
    initiative_page,
    stored,
)
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from reading_pages import (
    html,
    secretariat,
    words,
)
from world import AT, HOW, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, Organisation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.calculate import plan_findings
from rammevaerk.portal.agreement.models import (
    Edition,
    Initiative,
    Participation,
)
from rammevaerk.portal.agreement.queries.participation import participation_matrix

YEAR = {"period_from": date(2025, 1, 1), "period_to": date(2026, 1, 1)}
OF_OTHERS = Role.READER, "naboby"


def join(row: Initiative, key: str, **given: Any) -> Participation:
    values = {"valid_from": TODAY, **HOW, **given}
    return operations.join_initiative(row, Organisation.objects.get(key=key).pk, **values)


def report(row: Participation, value: int, unit: str = "borgere", **given: Any) -> Any:
    values = {**YEAR, "as_of": TODAY, **HOW, **given}
    return operations.report_count(row, value=value, unit=unit, **values)


def counts_shown(response: HttpResponse) -> list[str]:
    found = re.findall(r'class="count">([^<]*)<', html(response))
    return [" ".join(one.split()) for one in found]


def test_a_director_joins_his_own_municipality_and_no_other(world: World) -> None:
    row = Initiative.objects.get(number="1.2", edition=world.first(Edition))
    director = world.actor(Role.DIRECTOR, "egenby")
    before = stored(), Participation.objects.count()
    with pytest.raises(ValidationError, match="egen organisation"):
        join(world.first(Initiative), "naboby", by=director)
    assert (stored(), Participation.objects.count()) == before
    assert join(row, "egenby", by=director).organisation.key == "egenby"


def test_the_secretariat_joins_any_party(world: World) -> None:
    secretary = world.actor(Role.SECRETARIAT, "sekretariatet")
    assert join(world.first(Initiative), "naboby", by=secretary).organisation.key == "naboby"


@pytest.mark.parametrize(
    ("role", "key"),
    [
        (Role.READER, "egenby"),
        (Role.PROVIDER, "egenby"),
        (Role.ADMINISTRATOR, "egenby"),
        (Role.SECRETARIAT, "fjernsekretariatet"),
        (Role.DIRECTOR, "fjernby"),
    ],
)
def test_nobody_else_joins_anybody(world: World, role: Role, key: str) -> None:
    row = Initiative.objects.get(number="1.2", edition=world.first(Edition))
    before = stored(), Participation.objects.count()
    own = key if key != "fjernsekretariatet" else "egenby"
    with pytest.raises(Refused):
        join(row, own, by=world.actor(role, key))
    assert (stored(), Participation.objects.count()) == before


@pytest.mark.parametrize(
    ("first", "end"),
    [(date(2025, 6, 1), None), (None, None), (date(2020, 1, 1), date(2025, 1, 2)), (None, TODAY)],
)
def test_an_organisation_takes_part_once_at_a_time(
    world: World, first: date | None, end: date | None
) -> None:
    before = Participation.objects.count()
    with pytest.raises(ValidationError, match="deltager allerede"):
        join(world.first(Initiative), "egenby", valid_from=first, valid_to=end)
    assert Participation.objects.count() == before


def test_it_may_come_back_on_the_day_after_it_left(world: World) -> None:
    row = world.first(Initiative)
    operations.end_participation(row.participations.get(), last_day=date(2025, 3, 31), **HOW)
    with pytest.raises(ValidationError):
        join(row, "egenby", valid_from=date(2025, 3, 31))
    again = join(row, "egenby", valid_from=date(2025, 4, 1))
    assert row.participations.count() == 2
    assert again.valid_to is None


def test_a_participation_ends_once_and_not_before_it_begins(world: World) -> None:
    row = world.first(Participation)
    before = stored()
    with pytest.raises(ValidationError):
        operations.end_participation(row, last_day=date(2024, 12, 31), **HOW)
    assert stored() == before
    operations.end_participation(row, last_day=date(2025, 1, 1), **HOW)
    row.refresh_from_db()
    assert row.valid_to == date(2025, 1, 2)
    with pytest.raises(ValidationError, match="allerede afsluttet"):
        operations.end_participation(row, last_day=TODAY, **HOW)


def test_what_was_counted_stays_when_the_participation_ends(world: World) -> None:
    row = world.first(Participation)
    counts = list(row.counts.values_list("pk", "value"))
    operations.end_participation(row, last_day=TODAY, **HOW)
    assert list(row.counts.values_list("pk", "value")) == counts != []


def test_a_newer_count_follows_the_older_one(world: World) -> None:
    row = world.first(Participation)
    report(row, 12)
    report(row, 14)
    assert sorted(row.counts.values_list("value", flat=True)) == [3, 12, 14]


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": -1},
        {"as_of": date(2025, 6, 3)},
        {"unit": "x" * 61},
        {"unit": "010190-1234"},
        {"period_to": None},
        {"period_to": date(2025, 1, 1)},
    ],
)
def test_a_count_that_makes_no_sense_is_refused(world: World, wrong: dict[str, Any]) -> None:
    before = stored()
    values = {"value": 7, **wrong}
    with pytest.raises(ValidationError):
        report(world.first(Participation), **values)
    assert stored() == before


def test_a_director_counts_his_own_and_not_his_neighbours(world: World) -> None:
    director = world.actor(Role.DIRECTOR, "egenby")
    rows = {row.organisation.key: row for row in Participation.objects.all()}
    assert report(rows["egenby"], 8, by=director).registered_by_id == director.person_id
    for key in ("naboby", "fjernby"):
        with pytest.raises(Refused):
            report(rows[key], 8, by=director)


# --- what others may see of small counts ---


@pytest.mark.parametrize("value", [1, 4])
def test_a_small_count_is_hidden_from_other_municipalities(world: World, value: int) -> None:
    row = world.first(Participation)
    report(row, value, "små")
    page = initiative_page(row.initiative)
    seen = {
        who: counts_shown(world.client(*who).get(page))
        for who in [(Role.READER, "naboby"), (Role.DIRECTOR, "naboby"), (Role.READER, "egenby")]
    }
    # Even at home only those who report the count see it.
    assert {tuple(one) for one in seen.values()} == {
        ("færre end 5 Hjemlig borgere", "færre end 5 små")
    }
    for who in [(Role.DIRECTOR, "egenby"), (Role.BUYER, "egenby")]:
        assert f"{value} små" in counts_shown(world.client(*who).get(page))
    assert f"{value} små" in counts_shown(secretariat(world).get(page))


@pytest.mark.parametrize("value", [0, 5, 6])
def test_none_at_all_and_five_or_more_are_shown_to_everybody(world: World, value: int) -> None:
    row = world.first(Participation)
    report(row, value, "store")
    shown = counts_shown(world.client(*OF_OTHERS).get(initiative_page(row.initiative)))
    assert f"{value} store" in shown


def test_the_matrix_hides_the_same_counts_as_the_page(world: World) -> None:
    page = edition_page(world, "participation")
    assert counts_shown(world.client(*OF_OTHERS).get(page)) == ["færre end 5", "færre end 5"]
    assert counts_shown(secretariat(world).get(page)) == ["3", "3"]
    assert sorted(counts_shown(world.client(Role.DIRECTOR, "naboby").get(page))) == [
        "3",
        "færre end 5",
    ]


def test_the_matrix_counts_who_takes_part_on_the_day(world: World) -> None:
    row = world.first(Participation)
    join(row.initiative, "naboby", valid_from=date(2025, 3, 1))
    operations.end_participation(row, last_day=date(2025, 3, 31), **HOW)
    reader, edition = world.actor(*OF_OTHERS), world.first(Edition)
    for day, totals in (
        (date(2025, 2, 28), (1, 1)),
        (date(2025, 3, 31), (2, 1)),
        (date(2025, 4, 1), (1, 1)),
    ):
        matrix = participation_matrix(edition, reader, as_of=day, today=TODAY)
        assert matrix.totals == totals, day
        assert sum(one.total for one in matrix.rows) == sum(totals)
        assert [one.name for one in matrix.rows] == ["Egenby", "Naboby"]


def test_no_count_travels_in_the_files_of_the_plan(world: World) -> None:
    report(world.first(Participation), 4, "særligt mål")
    for name in ("plan_workbook", "plan_word"):
        for client in (world.client(*OF_OTHERS), secretariat(world)):
            content = all_text_of(client.get(edition_page(world, name)).content)
            assert "Hjemlig initiativ" in content
            assert "særligt mål" not in content


def test_the_findings_tell_of_equal_counts_only_to_those_who_report_them(world: World) -> None:
    first = world.first(Participation)
    other = Initiative.objects.get(number="1.2", edition=world.first(Edition))
    for row in (first, join(other, "egenby", valid_from=date(2025, 1, 1))):
        report(row, 37, "unge")

    def told(role: Role, key: str) -> bool:
        found = plan_findings(world.first(Edition), world.actor(role, key), as_of=TODAY)
        return "plan.identical-figures" in {one.code for one in found}

    assert told(Role.SECRETARIAT, "sekretariatet")
    assert told(Role.DIRECTOR, "egenby")
    assert not told(Role.DIRECTOR, "naboby")
    assert not told(Role.READER, "egenby")


# --- the forms ---


def test_the_form_offers_only_whom_one_may_report_for(world: World) -> None:
    row = Initiative.objects.get(number="1.2", edition=world.first(Edition))
    page = initiative_page(row, "join")

    def offered(response: HttpResponse) -> list[str]:
        return re.findall(r'<option value="\d+"[^>]*>([^<]*)<', html(response))

    assert offered(world.client(Role.DIRECTOR, "egenby").get(page)) == ["Egenby"]
    # The neighbour takes part already.
    assert offered(world.client(Role.DIRECTOR, "naboby").get(page)) == []
    assert offered(secretariat(world).get(page)) == ["Egenby"]


def test_joining_counting_and_leaving_by_the_forms(world: World) -> None:
    row = Initiative.objects.get(number="1.2", edition=world.first(Edition))
    client = world.client(Role.DIRECTOR, "egenby")
    own = Organisation.objects.get(key="egenby")
    answer = client.post(
        initiative_page(row, "join"), {"organisation": own.pk, "valid_from": "1. marts 2025"}
    )
    assert answer.status_code == 302
    joined = row.participations.get(organisation=own)
    count = reverse("agreement:count_new", kwargs={"participation_id": joined.pk})
    answer = client.post(
        count,
        {
            "value": "17",
            "unit": "borgere",
            "period_from": "1. marts 2025",
            "period_last": "31. marts 2025",
            "as_of": "8. april 2025",
        },
    )
    assert answer.status_code == 302
    counted = joined.counts.get()
    assert (counted.value, counted.period_to) == (17, date(2025, 4, 1))
    end = reverse("agreement:participation_end", kwargs={"participation_id": joined.pk})
    assert client.post(end, {"last_day": "30. april 2025"}).status_code == 302
    page = words(client.get(initiative_page(row)))
    assert "17 borgere 1. marts 2025 til og med 31. marts 2025" in page
    assert "30. april 2025" in page


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"value": "syv"}, "Indtast et heltal"),
        ({"value": "-1"}, "0"),
        ({"unit": "010190-1234"}, "CPR-nummer: 010190-••••"),
        ({"period_last": "1. januar 2025"}, "Perioden slutter, før den begynder."),
        ({"period_from": "31. februar 2025"}, "februar 2025 har 28 dage"),
        ({"period_from": "marts 2025"}, "er ikke en bestemt dag"),
        ({"as_of": "1. januar 2090"}, "opgjort ude i fremtiden"),
    ],
)
def test_a_count_that_cannot_be_used_comes_back_with_what_to_mend(
    world: World, wrong: dict[str, str], message: str
) -> None:
    row = world.first(Participation)
    address = reverse("agreement:count_new", kwargs={"participation_id": row.pk})
    fine = {
        "value": "7",
        "unit": "borgere",
        "period_from": "1. marts 2025",
        "period_last": "31. marts 2025",
        "as_of": "",
    }
    before = stored()
    answer = secretariat(world).post(address, {**fine, **wrong})
    assert answer.status_code == 422
    assert message in words(answer)
    assert stored() == before


def test_leaving_before_joining_is_refused_in_danish(world: World) -> None:
    row = world.first(Participation)
    address = reverse("agreement:participation_end", kwargs={"participation_id": row.pk})
    day = row.valid_from - timedelta(days=10)
    before = stored()
    answer = secretariat(world).post(address, {"last_day": day.strftime("%d-%m-%Y")})
    assert answer.status_code == 422
    assert "Deltagelsen kan ikke slutte, før den begynder." in words(answer)
    assert stored() == before


def test_a_small_count_is_hidden_in_the_trail_from_those_who_may_not_report_it(
    world: World,
) -> None:
    organisation = Organisation.objects.get(key="sekretariatet")
    own = operations.report_count(
        world.first(Participation),
        value=2,
        unit="borgere",
        period_from=date(2025, 1, 1),
        period_to=date(2025, 2, 1),
        as_of=None,
        by=world.actor(Role.SECRETARIAT, "sekretariatet"),
        at=AT,
    )
    entry = AuditRecord.objects.get(target_type="agreement.participationcount", target_id=own.pk)
    assert entry.organisation_id == organisation.pk
    address = reverse("access:audit_detail", kwargs={"sequence": entry.pk})
    hidden = world.client(Role.ADMINISTRATOR, "sekretariatet").get(address)
    shown = world.client(Role.SECRETARIAT, "sekretariatet").get(address)
    rows = [
        {one.name: one.after for one in page.context["account"].fields} for page in (hidden, shown)
    ]
    assert [row["Antal"] for row in rows] == ["(skjult)", "2"]
    assert "2 borgere" not in hidden.content.decode()


def test_a_newer_report_of_the_same_period_takes_the_place_of_the_older(world: World) -> None:
    row = world.first(Participation)
    period = {"period_from": date(2025, 1, 1), "period_to": date(2025, 4, 1), "as_of": None}
    for value in (21, 12):
        operations.report_count(row, value=value, unit="borgere", **period, **HOW)
    text = words(secretariat(world).get(initiative_page(row.initiative)))
    assert "12 borgere" in text
    assert "21 borgere" not in text
