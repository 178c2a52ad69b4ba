"""The editor of a report: what is typed, reckoned, grown, stored, and met by another's."""

import re
from datetime import timedelta

import pytest
from reading_pages import html, words
from report_samples import (
    DAY_ORE,
    NEXT_YEAR,
    NOW,
    address,
    budget,
    client,
    draft,
    last_report,
    new,
    posted,
    reported,
    whole,
)
from world import World

from rammevaerk.portal.access.saving import fingerprint
from rammevaerk.portal.tariffs.calculate.reports import work_out
from rammevaerk.portal.tariffs.models import TariffReport
from rammevaerk.portal.tariffs.price_lines import PriceLine
from rammevaerk.portal.tariffs.report_content import content_of


def test_a_budget_is_saved_as_a_draft_with_the_price_of_the_engine(world: World) -> None:
    answer = client(world).post(new(world), posted())
    row = last_report(world)
    assert answer.url == address("report", row)
    content = content_of(row)
    assert [line.amount_ore for line in content.lines] == [DAY_ORE]
    assert content.budget is not None
    assert work_out(content.budget).lines == content.lines
    assert content.budget["cost"][0]["amount"] == "7.000.000,00 kr."


def test_what_is_typed_is_reckoned_without_being_stored(world: World) -> None:
    answer = client(world).post(new(world), posted(""), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert html(answer).lstrip().startswith('<div id="report_preview"')
    assert "2.117,58 kr. pr. døgn, kalenderåret (365 eller 366)" in words(answer)
    assert "Reglen i Serviceloven § 174" in words(answer)
    assert not TariffReport.objects.filter(valid_from=NEXT_YEAR).exists()


def test_the_button_reckons_too_and_keeps_what_is_typed(world: World) -> None:
    answer = client(world).post(new(world), posted("beregn"))
    assert "2.117,58 kr. pr. døgn" in words(answer)
    assert 'value="7.000.000,00"' in html(answer)


def test_rows_grow_by_a_button_and_nothing_is_judged_yet(world: World) -> None:
    answer = client(world).post(new(world), posted("add-cost", **{"cost-2-amount": "1.5"}))
    assert answer.status_code == 200
    assert 'name="cost-TOTAL_FORMS" value="8"' in html(answer)
    assert 'name="price-TOTAL_FORMS" value="4"' in html(answer)
    assert 'value="1.5"' in html(answer)
    assert "form-error-message" not in html(answer)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("cost-0-amount", "7000.50", "øre skrives efter komma"),
        ("cost-0-amount", "-7.000", "negativt"),
        ("cost-0-amount", "99999999999999999", "for stort"),
        ("cost-0-label", "Løn til 010190-1234", "CPR"),
        ("cost-0-kind", "", "skal udfyldes"),
        ("occupancy_budgeted", "0.96", "er ingen procent"),
        ("places", "ti", "er intet tal"),
        ("valid_from", "31. februar 2027", "findes ikke"),
        ("valid_from", "1. januar 2019", "begynder først"),
        ("price-0-amount", "12", "skal udfyldes"),
        ("cost-TOTAL_FORMS", "10000", "højst 150 rækker"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_stored(
    world: World, field: str, value: str, said: str
) -> None:
    answer = client(world).post(new(world), posted(**{field: value}))
    assert answer.status_code == 422
    assert said in words(answer)
    assert not TariffReport.objects.filter(valid_from=NEXT_YEAR).exists()


@pytest.mark.parametrize(
    ("field", "value", "id_", "said"),
    [
        ("occupancy_budgeted", "", "id_occupancy_budgeted", "mangler"),
        ("cost-1-component", "basis", "", "hører ikke til nogen del"),
        ("cost-0-vat", "8.000.000", "id_cost-0-vat", "større end beløbet"),
        ("opening_days", "220", "id_opening_days", "Åbningsdage hører kun til"),
        ("hours-0-label", "Niveau 1", "id_hour_rate_amount", "ingen timepris"),
    ],
)
def test_what_the_engine_objects_to_stands_at_the_field(
    world: World, field: str, value: str, id_: str, said: str
) -> None:
    answer = client(world).post(new(world), posted("beregn", **{field: value}))
    assert said.casefold() in words(answer).casefold()
    if id_:
        assert f'href="#{id_}"' in html(answer)


def test_a_draft_may_be_stored_before_it_can_be_reckoned(world: World) -> None:
    client(world).post(new(world), posted(occupancy_budgeted=""))
    assert content_of(last_report(world)).lines == ()


def test_a_number_the_rules_do_not_have_is_said_in_danish(world: World) -> None:
    hours = {"hours-0-label": "Niveau 1", "hours-0-citizen": "420", "hour_rate_known": "on"}
    data = posted("beregn", **hours, valid_from="1. januar 2021")
    answer = client(world).post(new(world), data)
    assert "Der er ingen regel tariffs/hour_rate den 1. januar 2021" in words(answer)
    assert "intet er gættet" in words(answer).casefold()


def test_levels_of_hours_give_a_basis_a_service_for_each_and_the_hour(world: World) -> None:
    hours = {
        "hours-0-label": "Niveau 1",
        "hours-0-citizen": "420",
        "hour_rate_amount": "308",
        "hour_rate_wage_level": "2027",
        "hour_rate_source": "Budget 2027",
    }
    client(world).post(new(world), posted(**hours))
    assert [(one.component, one.label) for one in content_of(last_report(world)).lines] == [
        ("basis", ""),
        ("service", "Niveau 1"),
        ("hour", ""),
    ]


def test_special_types_are_stated_without_a_budget(world: World) -> None:
    data = {
        name: value
        for name, value in posted().items()
        if not name.startswith("cost-") or "FORMS" in name
    }
    stated = [
        ("objective", "day", "4.155", "calendar"),
        ("ground", "day", "6.909", "calendar"),
        ("subscription", "year", "12.000.000", ""),
        ("supplement", "km", "9,39", ""),
    ]
    for number, (component, unit, amount, days) in enumerate(stated):
        data |= {
            f"price-{number}-component": component,
            f"price-{number}-unit": unit,
            f"price-{number}-amount": amount,
            f"price-{number}-days_basis": days,
            f"price-{number}-label": "Kørsel" if unit == "km" else "",
        }
    client(world).post(new(world), data)
    content = content_of(last_report(world))
    assert content.budget is None
    assert [(one.component, one.amount_ore) for one in content.lines] == [
        ("objective", 415_500),
        ("ground", 690_900),
        ("subscription", 1_200_000_000),
        ("supplement", 939),
    ]


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send back of the editor, untouched."""
    sent = {}
    editor = page.split("data-guard-unsaved", 1)[1].split("</form>", 1)[0]
    for tag in re.findall(r"<input[^>]*>", editor):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', editor, re.S):
        chosen = re.search(r'value="([^"]*)"\s+selected', options)
        sent[name] = (chosen or re.search(r'value="([^"]*)"', options) or ("", ""))[1]
    for name, text in re.findall(r'<textarea name="([^"]+)".*?>\s?(.*?)</textarea>', editor, re.S):
        sent[name] = text
    return sent


def test_a_draft_opened_and_saved_again_says_the_same(world: World) -> None:
    whole_budget = budget(
        results=None,
        supplement=[{"label": "Ledsagelse", "unit": "hour", "price": "452,00 kr."}],
        result=[
            {
                "year": 2025,
                "tariff_base": "8.000.000,00 kr.",
                "income": "8.100.000,00 kr.",
                "costs": "8.000.000,00 kr.",
            }
        ],
    )
    del whole_budget["results"]
    whole_budget["occupancy"] |= {"actual": {"2025": "93,4 %", "2026": "97 %"}, "portal": "96 %"}
    extra = PriceLine("objective", "day", 415_500, days_basis="calendar", occupancy=9_550)
    row = draft(world, *work_out(whole_budget).lines, extra, budget=whole_budget)
    before = content_of(row)
    officer_client = client(world)
    page = html(officer_client.get(address("report_revise", row)))
    answer = officer_client.post(address("report_revise", row), {**fields_of(page), "do": "gem"})
    assert answer.status_code == 302
    row.refresh_from_db()
    after = content_of(row)
    assert after.lines == before.lines
    kept = {**(after.budget or {})}
    given = {**(before.budget or {})}
    # Whose it is, is told by the catalogue.
    for one in (kept, given):
        one.pop("operator")
        one.pop("facility")
    assert kept == given


def test_two_officers_on_one_draft_meet_on_a_page_of_differences(world: World) -> None:
    row = draft(world)
    officer_client = client(world)
    page = fields_of(html(officer_client.get(address("report_revise", row))))
    draft(world, whole(2_600), at=NOW + timedelta(minutes=1))
    data = {**page, "do": "gem", "price-0-amount": "2.700,00"}
    answer = officer_client.post(address("report_revise", row), data)
    assert answer.status_code == 409
    assert "2.600,00 kr." in words(answer)
    assert "2.700,00 kr." in words(answer)
    row.refresh_from_db()
    assert content_of(row).lines == (whole(2_600),)
    again = officer_client.post(address("report_revise", row), {**data, "seen": fingerprint(row)})
    assert again.status_code == 302


def test_a_draft_of_a_day_that_has_one_is_not_begun_twice(world: World) -> None:
    draft(world)
    answer = client(world).post(new(world), posted())
    assert answer.status_code == 409


def test_what_is_no_draft_is_not_edited(world: World) -> None:
    row = reported(world)
    answer = client(world).get(address("report_revise", row))
    assert answer.url == address("report", row)


def test_an_odd_day_is_a_warning_only(world: World) -> None:
    answer = client(world).post(new(world), posted("beregn", valid_from="12. marts 2027"))
    assert "12. marts 2027 er ikke den første i en måned" in words(answer)
    assert client(world).post(new(world), posted(valid_from="12. marts 2027")).status_code == 302
