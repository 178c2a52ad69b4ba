"""Reading a budget: every unusable line is named with its key, and nothing is guessed."""

from fractions import Fraction
from pathlib import Path

import pytest

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.facility import facility_tariff
from rammevaerk.exchange.tariff_budget import engine_problem, read_budget
from rammevaerk.exchange.toml_tables import UnusableTable, key_lines

PARAMETERS = Parameters.load()
BUDGETS = Path(__file__).parents[2] / "examples" / "tariffs" / "budgets"
PLAIN = """\
facility = "Tilbud A"
operator = "Kommune A"
agreement = "nordjylland"
year = 2025
unit = "day"
days_basis = "calendar"
places = 10
rounding = "nearest_ore"

[occupancy]
kind = "day_and_night"
budgeted = "95 %"
[occupancy.actual]
2023 = "96 %"
2024 = "94 %"

[[cost]]
label = "Løn"
kind = "direct"
amount = "8.000.000,00 kr."
"""


def problems(text: str | bytes) -> list[str]:
    """What is said of a file, wherever it was found out."""
    content = text if isinstance(text, bytes) else text.encode()
    try:
        budget, noted = read_budget(content, "b.toml", PARAMETERS)
    except UnusableTable as error:
        return list(error.problems)
    try:
        facility_tariff(budget, PARAMETERS)
    except TariffError as error:
        return [engine_problem(noted, error)]
    return []


def changed(old: str, new: str) -> str:
    assert PLAIN.count(old) == 1
    return PLAIN.replace(old, new)


def test_a_plain_budget_has_no_problems_and_its_tariff() -> None:
    budget, _ = read_budget(PLAIN.encode(), "b.toml", PARAMETERS)
    found = facility_tariff(budget, PARAMETERS)
    assert found.price
    assert found.price.ore == 2_307_14
    assert found.findings == ()


@pytest.mark.parametrize("amount", ["800000000", '"8.000.000,00 kr."', '"kr. 8000000"'])
def test_an_amount_is_whole_ore_or_danish_text(amount: str) -> None:
    text = changed('"8.000.000,00 kr."', amount)
    assert read_budget(text.encode(), "b.toml", PARAMETERS)[0].lines[0].ore == 8_000_000_00


def test_places_may_be_parts_of_one() -> None:
    budget, _ = read_budget(changed("places = 10", 'places = "7,5"').encode(), "b", PARAMETERS)
    assert budget.volume.places == Fraction(15, 2)


def test_a_byte_order_mark_and_windows_lines_are_no_problem() -> None:
    assert problems(b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode()) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('"8.000.000,00 kr."', "8000000.00", 20, "cost[1].amount: skriv beløbet som hele øre"),
        ('"8.000.000,00 kr."', "1e999999999", 20, "ikke som et tal med decimalpunktum"),
        ('"8.000.000,00 kr."', "nan", 20, "cost[1].amount"),
        ('"8.000.000,00 kr."', "true", 20, "ikke som true"),
        ('"8.000.000,00 kr."', "-1", 20, "cost[1].amount: beløbet er negativt"),
        ('"8.000.000,00 kr."', '"-1,00 kr."', 20, "beløbet er negativt"),
        ('"8.000.000,00 kr."', "1000000000000001", 20, "beløbet er for stort"),
        ('"8.000.000,00 kr."', '"99.999.999.999.999.999.999 kr."', 20, "det er for stort"),
        ('"8.000.000,00 kr."', '"8000000.00"', 20, "er ikke et beløb"),
        ('"8.000.000,00 kr."', '"otte mio."', 20, "er ikke et beløb"),
        ('"8.000.000,00 kr."', "[1]", 20, "ikke som den slags værdi"),
        ('amount = "8.000.000,00 kr."', "", 17, "cost[1].amount: mangler"),
        ('"Løn"', '" "', 18, "cost[1].label: skal være en tekst"),
        ('"direct"', '"direkte"', 19, "«direkte» kendes ikke. Vælg mellem"),
        ('"direct"', '"surplus"', 19, "efterregulering regnes ud af [[result]]"),
        ('"direct"', '"direct"\nbeloeb = 1', 20, "cost[1].beloeb: nøglen kendes ikke"),
        ('"direct"', '"direct"\nshare_of_direct = "6 %"', 20, "hører til overhead uden beløb"),
        ('"direct"', '"direct"\nvat = "9.000.000,00 kr."', 20, "momsen er større end beløbet"),
        ('"direct"', '"direct"\ncomponent = "supplement"', 20, "et tillæg skrives som"),
        ("places = 10", "places = 10\nplads = 1", 8, "plads: nøglen kendes ikke"),
        ("places = 10", 'places = "ti"', 7, "places: skal være et tal"),
        ("places = 10", "places = 7.5", 7, "ikke et tal med decimalpunktum"),
        ("places = 10", "places = 0", 7, "places: antallet af pladser er ikke over nul"),
        ("places = 10", "places = 100001", 7, "der kan højst være"),
        ("places = 10", f"places = {'9' * 50}", 7, "ikke et kæmpetal"),
        ("places = 10", "", None, "places: antallet af pladser mangler"),
        ("year = 2025", "year = 20250", 4, "year: skal ligge fra 1900 til 2199"),
        ("year = 2025", 'year = "2025"', 4, "year: skal være et helt tal, ikke «2025»"),
        ("year = 2025", "", None, "year: mangler"),
        ('"nordjylland"', '"midtjyland"', 3, "agreement: aftalen kendes ikke. Vælg mellem"),
        ('rounding = "nearest_ore"', "", None, "rounding: mangler"),
        ('days_basis = "calendar"', "", None, "days_basis: det er ikke sagt"),
        ('days_basis = "calendar"', 'days_basis = "opening_days"', None, "opening_days"),
        ('budgeted = "95 %"', "", 10, "occupancy.budgeted: den forudsatte belægning mangler"),
        ('budgeted = "95 %"', 'budgeted = "0 %"', 12, "er ikke over nul"),
        ('budgeted = "95 %"', "budgeted = 0.95", 12, 'skriv en procent som "95 %"'),
        ('budgeted = "95 %"', "budgeted = 95", 12, "ikke «95»"),
        ('budgeted = "95 %"', 'budgeted = "-5 %"', 12, "occupancy.budgeted"),
        ('budgeted = "95 %"', 'budgeted = "950 %"', 12, "belægningen er over 200 %"),
        ('2024 = "94 %"', 'forrige = "94 %"', 15, "actual.forrige: skal være et årstal"),
        ('2024 = "94 %"', "", 13, "occupancy.actual.2024: den faktiske belægning i 2024 mangler"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_line_and_key(
    old: str, new: str, line: int | None, said: str
) -> None:
    found = problems(changed(old, new))
    assert len(found) == 1
    place = f"b.toml, linje {line}: " if line else "b.toml: "
    assert found[0].startswith(place)
    assert said in found[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("cost = 1", "b.toml, linje 1: cost: skal være en række tabeller"),
        ("[[occupancy]]", "occupancy: skal være en tabel"),
        ('[[supplement]]\nlabel = "A"\nunit = "km"', "enten price eller både cost og quantity"),
        ('[[supplement]]\nlabel = "A"\nunit = "km"\ncost = 1\nquantity = 0', "over nul"),
        ('[[supplement]]\nlabel = "A"\nunit = "km"\ncost = 1\nquantity = 2\nprice = 1', "enten"),
        ('[[hours]]\nlabel = "A"\ncitizen = 1', "hours[1].organisation: mangler"),
        (
            '[[hours]]\nlabel = "A"\ncitizen = 1.5\norganisation = 0\ndocumentation = 0\n'
            "holiday_absence = 100001",
            "hours[1].citizen: skal være et helt tal",
        ),
        (
            '[[hours]]\nlabel = "A"\ncitizen = 1\norganisation = 0\ndocumentation = 0\n'
            "holiday_absence = 0",
            "hour_rate: der er timer, men ingen timepris",
        ),
        ('[hour_rate]\nparameter = "x"', "hour_rate.parameter: kendes ikke"),
        ("[hour_rate]\namount = 308.0\nwage_level = 2025", "hour_rate.amount"),
        ("[[result]]\nyear = 2023", "result[1].tariff_base: mangler"),
        (
            "[[result]]\nyear = 2023\ntariff_base = 0\nincome = 2\ncosts = 1",
            "takstberegningsgrundlaget er ikke over nul",
        ),
        (
            "[[result]]\nyear = 2023\ntariff_base = 9\nincome = 2\ncosts = 1",
            "result[1].set_aside: driftsherrens beslutning",
        ),
        (
            "[[result]]\nyear = 2023\ntariff_base = 9\nincome = 9\ncosts = 1\nset_aside = 0\n"
            "regulate_in = 2026",
            "result[1].regulate_in: overskuddet skal nedsætte en takst fra 2024 til 2025",
        ),
        (
            "[[result]]\nyear = 2023\ntariff_base = 9\nincome = 9\ncosts = 1\nset_aside = 0\n"
            "equalised = 9",
            "result[1].equalised: der kan højst udlignes 0,08 kr",
        ),
        (
            "[[result]]\nyear = 2023\ntariff_base = 9\nincome = 9\ncosts = 1\nadded = 0",
            "result[1].added: regnskabet viser ikke underskud",
        ),
        (
            "[[result]]\nyear = 2023\ntariff_base = 9\nincome = 1\ncosts = 9\nset_aside = 0",
            "result[1].set_aside: regnskabet viser underskud",
        ),
        (
            "[[result]]\nyear = 2023\ntariff_base = 9\nincome = 1\ncosts = 9\nregulate_in = 2024",
            "result[1].regulate_in: kun et overskud",
        ),
        (
            '[[reserve_use]]\nfacility = "A"\ncovered = 1\nyear = 2025\namount = 1',
            "reserve_use[1].covered: skal være true eller false",
        ),
        (
            '[[reserve_use]]\nfacility = "A"\ncovered = true\nyear = 2025\namount = 0',
            "reserve_use[1]",
        ),
        (
            '[[cost]]\nlabel = "A"\nkind = "overhead"\nshare_of_direct = "600 %"',
            "share_of_direct: er over 100 %",
        ),
        ('[[stated]]\nname = "x"\nvalue = "5 %"\nsource = "brev"', "stated[1].name: kan ikke"),
        ('[[stated]]\nname = "surplus_limit"\nvalue = 5\nsource = "brev"', "stated[1].value"),
        ('[[stated]]\nname = "surplus_lag"\nvalue = 0\nsource = "brev"', "stated[1].value"),
        ('[[stated]]\nname = "surplus_limit"\nvalue = "5 %"', "stated[1].source: mangler"),
        (
            "[occupancy.dispensation]\noccupancy = \"93 %\"\ndecision = \"punkt 4\"\n"
            'decided = "i maj"',
            "occupancy.dispensation.decided: skal være en dato",
        ),
        (
            "[occupancy.dispensation]\noccupancy = \"93 %\"\ndecision = \"punkt 4\"\n"
            "decided = 2024-05-01\nyears = 2025",
            "occupancy.dispensation.years: skal være takstårene",
        ),
        (
            "[[result]]\nyear = 2025\ntariff_base = 9\nincome = 9\ncosts = 1\nset_aside = 0",
            "result[1].year: regnskabet for 2025",
        ),
        (
            "[[result]]\nyear = 2023\ntariff_base = 9\nincome = 9\ncosts = 1\nset_aside = 0\n"
            "regulated = 9",
            "result[1].regulated: der kan højst være reguleret 0,08 kr",
        ),
        (
            "[occupancy.dispensation]\noccupancy = \"93 %\"\ndecided = 2025-05-01",
            "occupancy.dispensation.decision: mangler",
        ),
    ],
)  # fmt: skip
def test_the_optional_parts_are_checked_too(more: str, said: str) -> None:
    if more.startswith("[[occupancy]]"):
        text = PLAIN.replace("[occupancy]\n", "[[occupancy]]\n").replace("[occupancy.actual]\n", "")
    elif more.startswith("cost"):
        text = f"{more}\n{PLAIN.partition('[[cost]]')[0]}"
    else:
        text = f"{PLAIN}\n{more}\n"
    assert any(said in problem for problem in problems(text)), problems(text)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"facility = ", "b.toml, linje 1: filen"),
        (b'a = 1\nb = "x', "b.toml, linje 2: filen"),
        (b"a = 1\na = 2\nb = 3", "b.toml, linje 2, tegn 6: filen er ikke gyldig TOML"),
        (b"a = 1\na = 2\nb = 3", "TOML: den samme nøgle eller tabel står to gange."),
        (b"a = 1\nb = 5 %", "linje 2, tegn 7: filen er ikke gyldig TOML: efter værdien står der "),
        (b"a = 'x", "TOML: en tekst mangler anførselstegnet til sidst."),
        (b'a = "x\nb = 2', "TOML: en tekst mangler anførselstegnet til sidst på linjen."),
        (b'a = "\\q"', "TOML: en omvendt skråstreg i en tekst skal skrives to gange."),
        (b"a = 2025-02-31", "TOML: datoen findes ikke."),
        (b"[a\nb = 1", "TOML: en tabels navn skal sluttes med ] eller ]]."),
        (b"a = 1\nb = \"L\xf8n\"", "b.toml, linje 2: filen er ikke i UTF-8"),
        (b"a = " + b"9" * 5000, "ikke gyldig TOML"),
        (b"a = " + b"[" * 100_000, "ikke gyldig TOML"),
        (b"a = 1e" + b"9" * 100, "ikke gyldig TOML"),
        (b"\x00", "ikke gyldig TOML"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_toml_is_refused_with_its_place(content: bytes, said: str) -> None:
    found = problems(content)
    assert len(found) == 1
    assert said in found[0]


def test_an_empty_file_lacks_everything_at_once() -> None:
    found = problems("")
    assert {line.split(": ")[1] for line in found} == {
        "facility", "operator", "agreement", "year", "unit", "rounding",
    }  # fmt: skip


def test_every_problem_is_told_at_once() -> None:
    text = changed("places = 10", "places = true").replace('"direct"', '"x"')
    assert [problem.split(": ")[1] for problem in problems(text)] == ["places", "cost[1].kind"]


def test_a_stated_number_of_the_agreement_is_used_and_marked() -> None:
    text = changed('"nordjylland"', '"hovedstaden"') + (
        '[[stated]]\nname = "occupancy_minimum"\nvalue = "96 %"\nsource = "brev"\n'
        '[[stated]]\nname = "occupancy_maximum"\nvalue = "100 %"\nsource = "brev"\n'
        '[[stated]]\nname = "occupancy_years_back"\nvalue = [1, 2]\nsource = "brev"\n'
    )
    budget, _ = read_budget(text.encode(), "b.toml", PARAMETERS)
    found = facility_tariff(budget, PARAMETERS)
    assert not found.usable
    assert [one.code for one in found.findings] == ["occupancy.needs-approval"]
    assert found.trace.unverified


def test_keys_are_found_below_their_headers() -> None:
    lines = key_lines('a = 1\n[b]\n"c" = 2\n[[d]]\ne = 3\n[[d]]\ne = 4\n[b.f]\n2024 = 5')
    assert lines == {
        "a": 1, "b": 2, "b.c": 3, "d[1]": 4, "d[1].e": 5, "d[2]": 6, "d[2].e": 7,
        "b.f": 8, "b.f.2024": 9,
    }  # fmt: skip


@pytest.mark.parametrize("file", sorted(BUDGETS.glob("*.toml")), ids=lambda file: file.stem)
def test_the_budgets_among_the_examples_can_be_used(file: Path) -> None:
    assert problems(file.read_bytes()) == []
