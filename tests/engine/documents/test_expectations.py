from datetime import date

import pytest

from rammevaerk.engine.documents.expectations import find_expectations


def raws(text: str, written_on: date | None = None) -> list[str]:
    return [found.raw for found in find_expectations(text, written_on=written_on)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Forventes drøftet i styregruppen 1/11/24", ["1/11/24"]),
        ("Et udkast er sendt til godkendelse i SSG 20/9/24.", ["20/9/24"]),
        ("Skrives nu. Forventet behandling 1. kvartal 2025.", ["1. kvartal 2025"]),
        (
            "Sagen undersøges mhp. svar til gruppen i november og udvalget i december 2024.",
            ["november", "december 2024"],
        ),
        ("Afventer opstart 2026", ["2026"]),
        ("Det forventes, at aftalen er godkendt i november 2024", ["november 2024"]),
        ("I november 2024 forventes modellen klar", ["november 2024"]),
        ("Senest 1. november 2024 skal svaret foreligge", ["1. november 2024"]),
        ("Behandles i KKR 3/9/24", ["3/9/24"]),
        ("Er udskudt til 1. kvartal 2025.", ["1. kvartal 2025"]),
        ("Aftalen skal være fuldt implementeret ultimo 2024", ["ultimo 2024"]),
        ("Afventer svar fra regionen i november 2024", ["november 2024"]),
        ("Gruppen bliver nedsat i marts 2025", ["marts 2025"]),
        ("Frist: 1. maj 2024", ["1. maj 2024"]),
        ("Godkendt i SSU 1/12/23\nForventes indført 1/5/24", ["1/5/24"]),
        ("Startede i maj 2021 og ventes slut i foråret 2022", ["foråret 2022"]),
        ("Forventet behandling af rapporten i november 2024", ["november 2024"]),
    ],
)
def test_open_expectations_are_found(text: str, expected: list[str]) -> None:
    assert raws(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Godkendt i SSU 19/12/22. Opstart 1/5/23.",
        "De udgående sygeplejersker startede 1. oktober 2020.",
        "Arbejdet skal bygge videre på analysen fra november 2023",
        "Forventes behandlet 1/11/24, men blev taget af dagsordenen",
        "Forventes behandlet 1/11/24. Drøftet og godkendt 1/11/24.",
        "Forventet klar i maj 2024, men er udsat",
        "Beslutningen i KKR i juni 2023 skal følges op",
        "Gruppen skal følge op på beslutningen i KKR i juni 2023",
        "Fra 1. januar 2024 skal alle kommuner bruge kontrakten",
        "Det var forventet i november 2024",
        "Som planlagt i maj 2024 gik det godt",
        "På mødet den 4. april 2024 blev det aftalt, at gruppen skal arbejde videre",
        "Kortlægningen fra 2023 skal inddrages",
        "Rammeaftale 2023-24 skal følges",
        "Aftalen af 3. maj 2023 skal revideres",
        "Forventes ikke behandlet i november 2024",
        "Afholdt i maj 2024 og skal evalueres",
        "Der er i september 2021 afholdt workshop om metoden.",
        "Pilotprojektet begyndte i oktober 2019 med tre borgere.",
        "Status pr. september 2021 er, at otte borgere deltager.",
        "Initiativet har siden januar 2023 været i drift.",
        "Serviceloven § 108 og aftalen om 10 pladser skal overholdes.",
    ],
)
def test_what_happened_or_only_names_a_date_expects_nothing(text: str) -> None:
    assert raws(text) == []


def test_a_date_without_year_is_expected_the_next_time_it_comes() -> None:
    text = "Forventes behandlet i november."
    assert raws(text) == []
    found = find_expectations(text, written_on=date(2024, 9, 1))
    assert [one.when.code for one in found] == ["2024-11"]
