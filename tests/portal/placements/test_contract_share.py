"""The share of contracts on the standard, by municipality and quarter, without small counts."""

import io
from datetime import date
from typing import Any

import pytest
from contract_samples import SYSTEM, moment, placed, templates
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from reading_pages import secretariat, words
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Cooperation
from rammevaerk.portal.placements.calculate.contract_share import (
    HELD,
    NEW,
    TOTAL,
    AgreedContract,
    Quarter,
    quarters_before,
    shares,
)
from rammevaerk.portal.placements.models import Contract
from rammevaerk.portal.placements.operations import load_contracts
from rammevaerk.portal.placements.queries.contract_share import standard_use

QUARTER = Quarter(date(2025, 7, 1), date(2025, 10, 1))
LIMIT = 5
_COUNT = st.integers(0, 12)


def some(buyer: str, count: int, *, standard: bool = True, **more: Any) -> list[AgreedContract]:
    day = date(2025, 8, 1)
    told = {"agreed": day, "begins": day, "ends": None, **more}
    return [AgreedContract(buyer, standard, **told) for _at in range(count)]


def test_quarters_that_have_ended() -> None:
    found = quarters_before(date(2026, 1, 1), 3)
    assert [one.name for one in found] == ["2. kvartal 2025", "3. kvartal 2025", "4. kvartal 2025"]
    assert quarters_before(date(2025, 12, 31), 1) == [QUARTER]


def test_the_share_is_of_new_and_of_those_that_hold() -> None:
    old = some("a", 10, standard=False, agreed=date(2024, 1, 1), begins=date(2024, 1, 1))
    gone = some("a", 7, agreed=date(2024, 1, 1), begins=date(2024, 1, 1), ends=date(2025, 9, 30))
    lasts = some("a", 6, agreed=date(2024, 1, 1), begins=date(2024, 1, 1), ends=QUARTER.after)
    found = shares([*some("a", 8), *old, *gone, *lasts], [QUARTER], LIMIT)
    new, held = found[NEW, "a", QUARTER.first], found[HELD, "a", QUARTER.first]
    assert (new.contracts, new.on_standard, new.percent) == (8, 8, 100)
    assert (held.contracts, held.on_standard, held.percent) == (24, 14, 58)


@pytest.mark.parametrize(
    ("on", "off", "contracts", "percent"),
    [(5, 5, 10, 50), (4, 0, None, None), (2, 2, None, None), (20, 3, 23, None), (3, 20, 23, None)],
)
def test_few_contracts_are_not_shown(
    on: int, off: int, contracts: int | None, percent: int | None
) -> None:
    found = shares([*some("a", on), *some("a", off, standard=False)], [QUARTER], LIMIT)
    share = found[NEW, "a", QUARTER.first]
    assert (share.contracts, share.percent) == (contracts, percent)


def test_one_that_is_hidden_cannot_be_worked_out_from_the_total() -> None:
    rows = [*some("a", 2), *some("b", 8), *some("c", 20)]
    found = shares(rows, [QUARTER], LIMIT)
    shown = {one: found[NEW, one, QUARTER.first].contracts for one in ("a", "b", "c", TOTAL)}
    assert shown == {"a": None, "b": None, "c": 20, TOTAL: 30}


@settings(max_examples=60)
@given(st.lists(st.tuples(_COUNT, _COUNT), max_size=4))
def test_no_small_count_is_ever_shown_or_left_alone_in_a_sum(told: list[tuple[int, int]]) -> None:
    rows = []
    for buyer, (on, off) in zip("abcd", told, strict=False):
        rows += [*some(buyer, on), *some(buyer, off, standard=False)]
    found = shares(rows, [QUARTER], LIMIT)
    buyers = sorted({one.buyer for one in rows})
    cells = {one: found[NEW, one, QUARTER.first] for one in (*buyers, TOTAL)}
    for share in cells.values():
        assert not share.contracts or share.contracts >= LIMIT
        if share.contracts is not None and share.on_standard is not None:
            outside = share.contracts - share.on_standard
            assert all(count == 0 or count >= LIMIT for count in (share.on_standard, outside))
    hidden = [one for one, share in cells.items() if share.contracts is None]
    # One that few are behind is never the only unknown, unless there is nothing to hide beside it.
    if len(hidden) == 1 and cells[TOTAL].contracts is not None:
        others = [one for one in buyers if one not in hidden]
        assert all(cells[one].contracts == 0 for one in others)


@pytest.fixture
def loaded(world: World) -> World:
    templates()
    home = Cooperation.objects.get(key="home")
    yes = [
        {"side": side, "by_label": side, "at": moment(2025, 8, 4, 9)}
        for side in ("buyer", "seller")
    ]
    clauses = {"a": {"heading": "Aftalen", "text": "Eget papir.", "reason": ""}}
    entries = []
    for n in range(14):
        reference = f"2025-AA3{n % 10}-BB4{n // 10}"
        placed(reference)
        entry = {"placement": reference, "valid_from": date(2025, 8, 1)}
        if n < 8:
            entry |= {
                "template": ("voksne-inden-for", "2.0"),
                "versions": [{"approvals": yes}],
            }
        else:
            entry |= {
                "template": None, "outside_reason": "Eget papir",
                "versions": [{"approvals": yes, "clauses": clauses}],
            }  # fmt: skip
        entries.append(entry)
    load_contracts(home, entries, **SYSTEM)
    return world


def test_the_use_of_the_standard(loaded: World) -> None:
    actor = loaded.actor(Role.READER, "egenby")
    use = standard_use(actor, on=date(2025, 10, 1))
    assert use.chosen == QUARTER
    assert "57 %" in use.sentence
    assert [one.name for one in use.buyers] == ["Naboby"]
    foreign = standard_use(loaded.actor(Role.READER, "fjernby"), on=date(2025, 10, 1))
    assert (foreign.total.new.contracts, foreign.buyers) == (0, ())


def test_everybody_sees_the_figures_and_no_contract(loaded: World) -> None:
    number = Contract.objects.order_by("-pk").values_list("number", flat=True)[0]
    share = reverse("placements:contract_share")
    for client in (secretariat(loaded), loaded.client(Role.READER, "egenby")):
        page = client.get(share, {"kvartal": "2025-07-01"})
        text = words(page)
        assert "Kommunerne i 3. kvartal 2025" in text
        assert "Naboby 14 57" in text
        assert number not in text
    book = secretariat(loaded).get(
        reverse("placements:contract_share_workbook"), {"kvartal": "2025-07-01"}
    )
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
    assert sheet.to_python()[1:] == [["Naboby", 14, 8, 14, 8], ["Alle", 14, 8, 14, 8]]


def test_an_address_that_makes_no_sense_shows_the_last_quarter(world: World) -> None:
    page = secretariat(world).get(reverse("placements:contract_share"), {"kvartal": "i går"})
    assert page.status_code == 200
