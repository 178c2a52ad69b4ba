"""Findings: order and plain form."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.engine.findings import Finding, Severity, sort_findings

WORDS = st.text("ab1 ", max_size=3)
FINDINGS = st.builds(
    Finding,
    code=WORDS,
    severity=st.sampled_from(Severity),
    place=WORDS,
    message=WORDS,
    found=WORDS,
    expected=WORDS,
    target=WORDS,
)
FIRST = Finding("plan.passed-date", Severity.ERROR, "Initiativ 1.2", "Datoen er passeret.")


def test_the_gravest_come_first_then_place_then_code() -> None:
    wanted = [
        FIRST,
        replace(FIRST, code="plan.x"),
        replace(FIRST, place="Initiativ 1.10"),
        replace(FIRST, severity=Severity.WARNING, place="A"),
        replace(FIRST, severity=Severity.NOTE, place="A"),
    ]
    assert sort_findings(reversed(wanted)) == wanted


@given(st.lists(FINDINGS), st.randoms())
def test_the_order_given_is_irrelevant(findings: list[Finding], random: object) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sort_findings(shuffled) == sort_findings(findings)


@given(FINDINGS)
def test_a_finding_becomes_plain_text_and_back(finding: Finding) -> None:
    values = finding.as_dict()
    assert {type(value) for value in values.values()} == {str}
    assert Finding(**{**values, "severity": Severity(values["severity"])}) == finding
