"""Standard phrases: data that suits every kind of item."""

from itertools import product

import pytest

from rammevaerk.portal.meetings.models import AgendaItem, DecisionKind
from rammevaerk.portal.meetings.queries.phrases import phrases_for, usual_phrase


@pytest.mark.parametrize(
    ("purpose", "standing", "kind"),
    list(
        product(AgendaItem.Purpose.values, ["", *AgendaItem.Standing.values], DecisionKind.values)
    ),
)
def test_every_decision_has_a_usual_phrase(purpose: str, standing: str, kind: str) -> None:
    item = AgendaItem(purpose=purpose, standing=standing)
    text = usual_phrase(item, kind, "DASSOS")
    assert text
    assert "{" not in text


@pytest.mark.parametrize(
    ("purpose", "standing", "kind", "text"),
    [
        ("decision", "", "adopted", "KKR godkendte indstillingen."),
        ("orientation", "", "noted", "KKR tog orienteringen til efterretning."),
        ("discussion", "", "noted", "KKR drøftede punktet."),
        ("decision", "minutes", "adopted", "Referatet blev godkendt."),
        ("orientation", "other", "noted", "Der var ikke noget til punktet."),
    ],
)
def test_the_usual_phrase_suits_the_item(purpose: str, standing: str, kind: str, text: str) -> None:
    assert usual_phrase(AgendaItem(purpose=purpose, standing=standing), kind, "KKR") == text


def test_the_phrases_come_by_kind_and_no_standing_one_at_another_item() -> None:
    found = phrases_for(AgendaItem(purpose="decision"))
    kinds = [one.kind for one in found]
    assert kinds == sorted(kinds, key=DecisionKind.values.index)
    assert "Referatet blev godkendt." not in [one.text for one in found]
