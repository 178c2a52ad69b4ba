"""Corrections take back and add so that what is billed becomes the truth, and then nothing more."""

from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.settlement.corrections import LineFacts, changes

figures = st.integers(-500_000, 5_000_000)
lines = st.builds(
    lambda claim, month, length, payer, days, amounts, part: LineFacts(
        claim=f"I-{claim}:stay",
        month=f"2026-{month:02d}",
        part=f"I-{claim}/{part}",
        first=date(2026, month, 1),
        end=date(2026, month, 1 + length),
        payer=payer,
        operator="O",
        days=days,
        basis_ore=amounts[0],
        service_ore=amounts[1],
        supplement_ore=amounts[2],
    ),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 20),
    st.sampled_from("AB"),
    st.integers(1, 3),
    st.tuples(figures, figures, figures),
    st.integers(1, 2),
)
some = st.lists(lines, max_size=8)
A_LINE = LineFacts(
    "I-1:stay", "2026-01", "I-1/1", date(2026, 1, 1), date(2026, 2, 1), "A", "O", 31, 100, 20, 3
)


def sums(found: list[LineFacts]) -> Counter[tuple[object, ...]]:
    """Days and øre by claim, month, payer and operator: what everybody owes."""
    total: Counter[tuple[object, ...]] = Counter()
    for line in found:
        place = (line.claim, line.month, line.payer, line.operator)
        for name in ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore"):
            total[*place, name] += getattr(line, name)
    return Counter({key: value for key, value in total.items() if value})


@settings(deadline=None)
@given(standing=some, truth=some)
def test_what_stands_less_what_is_taken_back_and_what_is_added_is_the_truth(
    standing: list[LineFacts], truth: list[LineFacts]
) -> None:
    found = changes(standing, truth)
    turned = [line.turned() for line in found.reversed]
    assert sums([*standing, *turned, *found.added]) == sums(truth)
    left = Counter(standing)
    left.subtract(Counter(found.reversed))
    assert +(left + Counter(found.added)) == Counter(truth)
    assert min(left.values(), default=0) >= 0


@settings(deadline=None)
@given(standing=some, truth=some)
def test_a_second_application_changes_nothing(
    standing: list[LineFacts], truth: list[LineFacts]
) -> None:
    found = changes(standing, truth)
    left = Counter(standing) - Counter(found.reversed)
    again = changes([*left.elements(), *found.added], truth)
    assert not again
    assert again.causes == {}


@settings(deadline=None)
@given(standing=some, truth=some)
def test_what_is_equal_is_not_touched_and_what_is_touched_has_a_cause(
    standing: list[LineFacts], truth: list[LineFacts]
) -> None:
    found = changes(standing, truth)
    touched = {(line.claim, line.month) for line in (*found.reversed, *found.added)}
    assert touched == set(found.causes)
    assert all(found.causes.values())
    for place in {(line.claim, line.month) for line in standing} - touched:
        of_place = [line for line in standing if (line.claim, line.month) == place]
        assert Counter(of_place) == Counter(
            line for line in truth if (line.claim, line.month) == place
        )


def test_the_name_of_the_part_alone_changes_nothing() -> None:
    assert not changes([A_LINE], [replace(A_LINE, part="I-1/2", key=17)])


def test_what_is_taken_back_is_the_standing_line_itself_with_its_key() -> None:
    standing = replace(A_LINE, key=17)
    found = changes([standing], [])
    assert [line.key for line in found.reversed] == [17]
    assert found.reversed[0].turned().total_ore == -123


def test_the_cause_says_days_payer_and_amounts() -> None:
    fewer = replace(A_LINE, days=28, basis_ore=90, end=date(2026, 1, 29), payer="B")
    ((_, cause),) = changes([A_LINE], [fewer]).causes.items()
    assert cause == (
        "Ny betaler, 31 døgn er blevet til 28, andre datoer, basis 1,00 kr. er blevet til 0,90 kr."
    )
    assert set(changes([], [A_LINE]).causes.values()) == {"Ikke afregnet før"}
    assert set(changes([A_LINE], []).causes.values()) == {"Skulle ikke have været afregnet"}
    halves = [
        replace(A_LINE, end=date(2026, 1, 16), days=15, basis_ore=50, service_ore=10),
        replace(
            A_LINE, first=date(2026, 1, 16), days=16, basis_ore=50, service_ore=10, supplement_ore=0
        ),
    ]
    assert "andre datoer" in changes([A_LINE], halves).causes["I-1:stay", "2026-01"].lower()
