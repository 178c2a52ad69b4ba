import pytest
from own_minutes import found, item, minutes

from rammevaerk.engine.documents.consistency.fillings import fillings


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Planen er sendt til XX i kommunen.", "XX"),
        ("Planen er sendt til ??? i kommunen.", "???"),
        ("Planen (indsæt link) er sendt.", "(indsæt link)"),
        ("Planen (link mangler) er sendt.", "(link mangler)"),
        ("Fristen er den __. maj 2026.", "den __. maj"),
        ("Fristen er den ... maj 2026.", "den ... maj"),
        ("Fristen er d. / 2026.", "d. / 2026"),
        ("Mødet er den 3. maj kl. xx.xx i Greve.", "xx.xx"),
        ("Mødet er den 3. maj (kl. ) i Greve.", "(kl. )"),
        ("Planen er bilag X.", "bilag X"),
        ("Planen behandles under punkt ?.", "punkt ?"),
        ("Planen gælder fra 3. maj 20__.", "__"),
        ("Budgettet er TBD.", "TBD"),
    ],
)
def test_what_was_left_to_be_filled_in_is_found(text: str, wrong: str) -> None:
    (one,) = found(fillings, minutes(item("Kajer", "Tekst."), item("Sejlrenden", text)))
    assert wrong in one.found
    assert one.item == "1.2"


def test_a_label_without_a_value_is_found() -> None:
    document = minutes(item("Kajer", "Tekst."), head="Referat\n\nDato:\nSted:\n\n")
    assert [one.line for one in found(fillings, document)] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "Planen (link) er sendt.",  # the address is lost in PDF, not forgotten
        "Fristen er den 3. maj 2026, kl. 12.",
        "Rådet (KL) og Kong Christian XX er hørt.",
        "Beløbet indsættes på kontoen, og skemaet udfyldes af kommunen.",
        "Er det rigtigt? Ja!",
        "Se punkt 3 og bilag 2, side 4.",
        "Fristen er den 3/5 2026.",
        "Dato: 3. maj 2026",
    ],
)
def test_what_is_filled_in_gives_no_finding(text: str) -> None:
    assert found(fillings, minutes(item("Kajer", text))) == []


def test_a_label_with_its_value_on_the_next_line_gives_no_finding() -> None:
    document = minutes(item("Kajer", "Tekst."), head="Referat\n\nDato:\n12. marts 2026\n\n")
    assert found(fillings, document) == []
