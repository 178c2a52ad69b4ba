import pytest

from rammevaerk.engine.documents.placeholders import find_placeholders


def raws(text: str) -> list[str]:
    return [found.raw for found in find_placeholders(text)]


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("Aftale om mistrivsel (indsæt link)", "(indsæt link)"),
        ("Aftale om mistrivsel (indsaet link)", "(indsaet link)"),
        ("Aftale om mistrivsel (indsat link)", "(indsat link)"),
        ("Aftale om mistrivsel (INDSÆT LINK HER)", "(INDSÆT LINK HER)"),
        ("Holdes [indsæt dato og sted] for alle", "[indsæt dato og sted]"),
        ("Indsæt navn på formanden", "Indsæt navn"),
        ("Mødet er den xx.xx.xxxx kl. 10", "xx.xx.xxxx"),
        ("Mødet er d. xx/xx", "xx/xx"),
        ("I alt XX kommuner deltager", "XX"),
        ("jf. bilag XX", "XX"),
        ("tlf. xx xx xx xx", "xx xx xx xx"),
        ("Senest i 20XX", "20XX"),
        ("Klar dd.mm.åååå", "dd.mm.åååå"),
        ("Tovholder: TBD", "TBD"),
        ("Tovholder: NN", "NN"),
        ("Hvem ???", "???"),
        ("Lorem ipsum dolor", "Lorem ipsum"),
        ("Udfyldes", "Udfyldes"),
        ("Formål\nKommer senere.\nMål", "Kommer senere."),
        ("Tal tilføjes senere.", "Tal tilføjes senere."),
        ("se aftalen (link)", "(link)"),
        ("Ansvarlig: …", "…"),
        ("...", "..."),
        ("Underskrift: ____", "____"),
        ("Kære <navn>", "<navn>"),
        ("[dato]", "[dato]"),
        ("Bilag (mangler)", "(mangler)"),
        ("Klik her for at angive tekst.", "Klik her for at angive tekst"),
        ("Se Fejl! Henvisningskilde ikke fundet.", "Fejl! Henvisningskilde ikke fundet"),
    ],
)
def test_a_placeholder_is_found_with_its_place(text: str, raw: str) -> None:
    assert raws(text) == [raw]
    found = find_placeholders(text)[0]
    assert raw in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "Beløbet indsættes på borgerens konto.",
        "Der indsættes en ny leder (indsat af bestyrelsen).",
        "Sekretariatet kan indsætte et link i planen.",
        "Skemaet udfyldes af kommunen og sendes retur.",
        "Skema B (udfyldes elektronisk) sendes til regionen.",
        "De unge, der kommer senere ind i systemet, har ofte større behov.",
        "Oplysninger kommer senere i forløbet fra lægen.",
        "Hvis en plads mangler. Hvis en dato mangler i registeret, skrives den.",
        "Kapitel XX handler om magtanvendelse",
        "Kapitlerne XIX, XX og XXI udgår",
        "Piger med XX-kromosomer, størrelse XXL",
        "se aftalen (link: https://eksempel.dk/aftale)",
        "se [link](https://eksempel.dk/aftale)",
        "https://eksempel.dk/xx/___ og xx@eksempel.dk og <post@eksempel.dk>",
        "hvor a < b og c > d, og <b>fed</b>",
        "tilbud, botilbud, væresteder …",
        "Hvordan skabes gode prognoser?",
        "Indledning ........ 3",
        "Over\n______________________________\nUnder",
        "citatet [...] fortsætter [1]",
        "for x og y gælder det samme; taxa og maxx",
        "Indsatsen er indsat i planen, og linket virker.",
    ],
)
def test_ordinary_prose_is_no_placeholder(text: str) -> None:
    assert raws(text) == []


def test_of_two_overlapping_placeholders_the_longer_is_told() -> None:
    assert raws("[indsæt dato xx.xx.xxxx] og TBD") == ["[indsæt dato xx.xx.xxxx]", "TBD"]


@pytest.mark.parametrize("piece", ["(", "(indsæt ", "x", "xx ", "_ ", "…", "<a"])
def test_long_dull_text_is_read_in_good_time(piece: str) -> None:
    assert len(find_placeholders(piece * 5_000)) <= 5_000
