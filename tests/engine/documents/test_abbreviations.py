import pytest

from rammevaerk.engine.documents.abbreviations import undefined_abbreviations


def undefined(*texts: str, known: dict[str, str] | None = None) -> list[str]:
    return [found.written for found in undefined_abbreviations(texts, known or {})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Til godkendelse i SSG og SSU, siden i SSG's udvalg og SSGs møde", ["SSG", "SSU"]),
        ("SSG, SSU/KKR: fælles møde", ["SSG", "SSU", "KKR"]),
        ("F-ACT-team og FACT-metoden", ["F-ACT"]),
        ("Møde i KD-Net og KKR-Midtjylland", ["KD", "KKR"]),
        ("Puljen FL20 og planen ÆØÅ", ["FL20", "ÆØÅ"]),
        ("Opgaven løses af kommune og region (KKR)", ["KKR"]),
        ("Samarbejdsaftale om unge i risikogrupper (SSG)", ["SSG"]),
        ("Punktet er på SSG (møde i november)", ["SSG"]),
    ],
)
def test_abbreviations_nobody_introduces_are_listed(text: str, expected: list[str]) -> None:
    assert undefined(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sundhedsstyregruppen (SSG) mødes. SSG holder møde.",
        "Sundhedsstyregruppen i Midtjylland («SSG») mødes.",
        "SSU (Sundhedssamarbejdsudvalget) beslutter.",
        "DASSOS (Den Administrative Styregruppe for Social- og Specialundervisnings-området)",
        "KOSU (Kommunale Styregruppe på Sundhedsområdet)",
        "VISO (Den nationale Videns- og Specialrådgivningsorganisation)",
        "KD-Net (Kommunaldirektørnetværket) og KD",
        "GTM: GovTech Midtjylland",
        "F-ACT (Flexible Assertive Community Treatment) bruges; FACT er F-ACT",
        "Alliancen, i det følgende kaldet ANP, mødes i ANP",
        "Praktiserende Lægers Organisation (PLO, se bilag) og PLO",
    ],
)
def test_an_abbreviation_introduced_with_its_name_is_known(text: str) -> None:
    assert undefined(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "KL, EU, CPR, CVR, PDF, IT og COVID-19 kender alle",
        "tilbud efter SEL § 107, ABL § 105 og kapitel IV, VII og XIV",
        "(NYE INITIATIVER UNDER DET TREDJE OMRÅDE)\nNY INDSATS\nSTATUS",
        "Det er IKKE aftalt, og vi skal HUSKE at huske det",
        "A/S og ApS, H.C. Andersen, type A og B1, § 83A",
        "Udfyldes af NN, TBD og XX",
        "se www.ABC.dk/DEF og post@XYZ.dk",
    ],
)
def test_everyday_words_numbers_and_headings_are_not_abbreviations(text: str) -> None:
    assert undefined(text) == []


def test_an_introduction_anywhere_serves_all_texts() -> None:
    assert undefined("SSG mødes", "Senere: Sundhedsstyregruppen (SSG)") == []


def test_uses_are_counted_and_the_known_name_is_proposed() -> None:
    found = undefined_abbreviations(
        ["Intet her", "SSG og F-ACT", "SSG igen, FACT igen"],
        {"SSG": "Sundhedsstyregruppen", "FACT": "Opsøgende behandling"},
    )
    assert [(one.written, one.first, one.uses, one.long_name) for one in found] == [
        ("SSG", 1, 2, "Sundhedsstyregruppen"),
        ("F-ACT", 1, 2, "Opsøgende behandling"),
    ]


def test_a_known_name_introduces_even_when_the_letters_do_not_fit() -> None:
    text = "Styregruppen for sundhed (DKX) mødes"
    assert undefined(text) == ["DKX"]
    assert undefined(text, known={"DKX": "Styregruppen for sundhed"}) == []


@pytest.mark.parametrize("piece", ["F-", "AB ", "A ", "(AB", "a@", "ABC (X "])
def test_long_dull_text_is_read_in_good_time(piece: str) -> None:
    assert len(undefined(piece * 5_000)) <= 1
