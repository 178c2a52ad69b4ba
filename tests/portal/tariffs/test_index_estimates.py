"""Index estimates as rows: registered with a source, revised, put right, and missed aloud."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from reading_pages import html, secretariat, words
from test_cap_pages import YEAR, choose, estimate, home, organisation, page, priced
from world import HOW, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, Cooperation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.tariffs.models import IndexChoice, IndexEstimate, UnmetReduction
from rammevaerk.portal.tariffs.operations.estimates import register_estimate
from rammevaerk.portal.tariffs.queries.economy import economy_of

KL = "kl-pris-og-loen"
ADDRESS = "tariffs:cap_estimate_new"


@pytest.fixture
def region(world: World) -> World:
    """Midtjylland with a choice of index and no estimate of its series."""
    Cooperation.objects.filter(key="home").update(key="midtjylland")
    IndexChoice.objects.all().delete()
    UnmetReduction.objects.all().delete()
    choose("egenby")
    return world


def sent(**more: str) -> dict[str, str]:
    return {
        "series": KL, "year": "2024", "growth": "3,5 %", "published_on": "30. juni 2023",
        "source": "KL, budgetvejledning", "is_verified": "on",
    } | more  # fmt: skip


def index_page(world: World) -> str:
    return words(secretariat(world).get(reverse("tariffs:cap_index")))


def test_a_missing_estimate_is_undecided_says_which_and_where_to_register_it(
    region: World,
) -> None:
    priced("a", 10, 1_000_00, 1_000_00)
    estimate(KL, 2023, 300)
    text = page(region)
    assert "Kan ikke afgøres" in text
    assert "Indekset «KL's pris- og lønskøn» for 2024 er ikke registreret." in text
    overview = html(secretariat(region).get(reverse("tariffs:cap"), YEAR))
    assert f"{reverse(ADDRESS)}?serie={KL}&amp;aar=2024" in overview
    # Whoever may not register it is told who may, and has no way to the form.
    reader = html(region.client(Role.READER, "egenby").get(reverse("tariffs:cap"), YEAR))
    assert "Sekretariatet kan registrere det." in reader
    assert reverse(ADDRESS) not in reader
    estimate(KL, 2024, 350)
    assert "Overholdt" in page(region)


def test_the_way_from_what_is_missing_leads_to_a_form_that_knows_it(region: World) -> None:
    answer = html(secretariat(region).get(reverse(ADDRESS), {"serie": "trepart", "aar": "2025"}))
    assert '<option value="trepart" selected' in answer
    assert 'value="2025"' in answer


def test_the_secretariat_registers_and_everybody_reads_it(region: World) -> None:
    before = AuditRecord.objects.count()
    answer = secretariat(region).post(reverse(ADDRESS), sent())
    assert answer.status_code == 302
    row = IndexEstimate.objects.get(series=KL)
    assert (row.growth_points, row.published_on, row.is_verified) == (350, date(2023, 6, 30), True)
    assert AuditRecord.objects.count() == before + 1
    text = words(region.client(Role.READER, "egenby").get(reverse("tariffs:cap_index")))
    assert "KL, budgetvejledning" in text
    assert row.registered_by in text
    assert "3,5" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"growth": "1.5"}, "højst to decimaler"),
        ({"growth": "1,234 %"}, "højst to decimaler"),
        ({"growth": "100"}, "højst to decimaler"),
        ({"growth": ""}, "udfyldes"),
        ({"series": "findes-ikke"}, "findes-ikke"),
        ({"published_on": "1. januar 2031"}, "der har været"),
        ({"published_on": "juni 2023"}, "bestemt dag"),
        ({"year": "2040"}, "fra 2007 til 2028"),
        ({"source": "Oplyst af 010190-1234"}, "CPR"),
        ({"source": ""}, "udfyldes"),
    ],
)
def test_what_cannot_be_an_estimate_is_refused_where_it_stands(
    region: World, change: dict[str, str], said: str
) -> None:
    before = IndexEstimate.objects.count()
    answer = secretariat(region).post(reverse(ADDRESS), sent(**change))
    assert answer.status_code == 422
    assert said in words(answer)
    assert IndexEstimate.objects.count() == before


def test_prices_may_fall(region: World) -> None:
    assert secretariat(region).post(reverse(ADDRESS), sent(growth="-0,5 %")).status_code == 302
    assert IndexEstimate.objects.get(series=KL).growth_points == -50


def test_a_later_publication_revises_and_the_earlier_one_stays(region: World) -> None:
    estimate(KL, 2023, 300)
    estimate(KL, 2024, 350)
    priced("a", 1, 100_000_00, 106_605_00)  # 1,03 · 1,035
    assert "Overholdt" in page(region)
    estimate(KL, 2024, 340, published_on=date(2024, 6, 30), is_verified=True)
    assert "Overskredet" in page(region)
    text = index_page(region)
    assert text.index("3,40 pct.") < text.index("3,50 pct.")
    assert "30. juni 2023 Revideret" in text


def test_the_same_day_once_more_puts_the_registration_right(region: World) -> None:
    estimate(KL, 2024, 530)
    estimate(KL, 2024, 350)
    assert "Rettet" in index_page(region)
    estimate(KL, 2023, 300)
    priced("a", 1, 100_000_00, 106_606_00)
    assert "Overskredet" in page(region)
    with pytest.raises(ValidationError):
        estimate(KL, 2024, 350)


def test_what_was_read_counts_as_verified_and_the_rest_is_marked(region: World) -> None:
    priced("a", 10, 1_000_00, 1_000_00)
    estimate(KL, 2023, 300, is_verified=True)
    estimate(KL, 2024, 350, is_verified=True)
    assert "ikke er efterprøvet hos udgiveren" not in page(region)
    estimate(KL, 2024, 351, published_on=date(2024, 6, 30))
    assert "ikke er efterprøvet hos udgiveren" in page(region)


def test_a_gap_between_years_is_shown(region: World) -> None:
    estimate(KL, 2022, 200)
    estimate(KL, 2025, 200)
    assert "Skønnene for 2023, 2024 mangler" in index_page(region)


@pytest.mark.parametrize(
    "role", [Role.READER, Role.BUYER, Role.PROVIDER, Role.DIRECTOR, Role.TARIFF_OFFICER]
)
def test_nobody_else_registers_an_estimate(region: World, role: Role) -> None:
    client = region.client(role, "egenby")
    assert client.get(reverse(ADDRESS)).status_code == 403
    assert client.post(reverse(ADDRESS), sent()).status_code == 403
    values: dict[str, Any] = {
        "year": 2024, "growth_points": 1, "published_on": date(2023, 6, 30), "source": "x",
        "is_verified": True,
    }  # fmt: skip
    at = HOW["at"]
    with pytest.raises(Refused):
        register_estimate(home().pk, KL, **values, by=region.actor(role, "egenby"), at=at)
    assert not IndexEstimate.objects.filter(series=KL).exists()


def test_no_cooperation_has_another_s_estimates(region: World) -> None:
    foreign = Cooperation.objects.exclude(key="midtjylland")[0]
    actor = region.actor(Role.SECRETARIAT, "sekretariatet")
    values: dict[str, Any] = {
        "year": 2023, "growth_points": 300, "published_on": date(2022, 6, 30), "source": "Fremmed",
        "is_verified": True,
    }  # fmt: skip
    with pytest.raises(Refused):
        register_estimate(foreign.pk, KL, **values, by=actor, at=HOW["at"])
    register_estimate(foreign.pk, KL, **values, **HOW)
    assert "Fremmed" not in index_page(region)


def test_the_economy_says_that_the_index_is_missing(region: World) -> None:
    priced("a", 10, 1_000_00, 1_000_00)
    actor = region.actor(Role.READER, "egenby")
    found = economy_of(actor, home().pk, on=TODAY)
    assert found.index is None
    assert found.index_missing is not None
    assert found.index_missing[0] == KL
    text = words(region.client(Role.READER, "egenby").get(reverse("tariffs:economy")))
    assert "er ikke registreret" in text


def test_the_proof_names_the_series_and_the_source(region: World) -> None:
    priced("a", 10, 1_000_00, 1_000_00)
    estimate(KL, 2023, 300, source="KL's brev af 30. juni 2022")
    estimate(KL, 2024, 350)
    text = page(region)
    assert "KL's pris- og lønskøn 2023, skøn af 30. juni 2022" in text
    assert "KL's brev af 30. juni 2022" in text
    assert organisation("egenby")
