from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from rammevaerk.engine.documents.plan import (
    Plan,
    PlanInitiative,
    PlanMilestone,
    PlanStatus,
    StatusState,
    find,
)
from rammevaerk.engine.findings import Finding
from rammevaerk.engine.periods import PartialDate, Period

LABELS: dict[StatusState, str] = {
    "open_not_started": "Ikke igangsat",
    "open_started": "I gang",
    "closed": "Afsluttet",
}


def status(state: StatusState, on: date, text: str = "") -> PlanStatus:
    return PlanStatus(state, LABELS[state], on, text, state)


def found(plan: Plan, as_of: date) -> list[Finding]:
    return find(plan, as_of=as_of, abbreviations={})


partial_dates = st.builds(
    PartialDate.from_code,
    st.sampled_from(["2030", "2030-Q4", "2030-11", "2031", "2031-Q1", "2031-01", "2031-02-15"]),
)
milestones = st.builds(
    PlanMilestone,
    key=st.sampled_from(["milestone:1", "milestone:2", "milestone:3"]),
    title=st.sampled_from(["Udkast", "Møde i SSG"]),
    kind=st.sampled_from(["start", "decision", "delivery", "completion"]),
    planned=st.none() | partial_dates,
    reached=st.none() | partial_dates,
    dropped=st.booleans(),
)
statuses = st.builds(
    status,
    st.sampled_from(sorted(LABELS)),
    st.dates(date(2030, 1, 1), date(2031, 6, 1)),
    st.sampled_from(["", "Forventes i SSU 1/2/31", "TBD", "Afventer svar i marts"]),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    size = draw(st.integers(0, 4))
    initiatives = tuple(
        PlanInitiative(
            f"initiative:{n}",
            str(n),
            "Fælles indsats",
            tuple(draw(st.lists(milestones, max_size=3, unique_by=lambda one: one.key))),
            draw(st.none() | statuses),
        )
        for n in range(size)
    )
    return Plan("Plan", initiatives, period=Period(date(2030, 6, 1), None))


days = st.dates(date(2030, 1, 1), date(2032, 1, 1))
ABOUT_DATES = {
    "plan.passed-date",
    "plan.not-started",
    "plan.start-unrecorded",
    "plan.started-contradiction",
    "plan.no-status",
    "plan.stale-status",
    "plan.text-date",
}


@settings(max_examples=60)
@given(plans(), days, days)
def test_a_passed_date_stays_passed_as_long_as_nothing_changes(
    plan: Plan, one: date, other: date
) -> None:
    known = max([one, *(i.status.effective_on for i in plan.initiatives if i.status)])
    sooner, later = (
        {
            (finding.code, finding.target)
            for finding in found(plan, day)
            if finding.code in ABOUT_DATES
        }
        for day in (known, max(known, other))
    )
    assert sooner <= later


@settings(max_examples=60)
@given(plans(), days)
def test_closing_an_initiative_removes_its_findings_about_dates(plan: Plan, day: date) -> None:
    closed = tuple(
        replace(one, status=status("closed", date(2030, 1, 1))) for one in plan.initiatives
    )
    assert {
        one.code for one in found(replace(plan, initiatives=closed), day)
    } & ABOUT_DATES == set()


@settings(max_examples=60)
@given(plans(), days)
def test_another_initiative_never_removes_a_finding(plan: Plan, day: date) -> None:
    other = PlanInitiative("initiative:99", "99", "Noget helt andet")
    more = replace(plan, initiatives=(other, *plan.initiatives))
    assert set(found(plan, day)) <= set(found(more, day))


@settings(max_examples=60)
@given(plans(), days, st.randoms(use_true_random=False))
def test_the_order_of_the_initiatives_is_irrelevant(
    plan: Plan, day: date, shuffler: Random
) -> None:
    shuffled = list(plan.initiatives)
    shuffler.shuffle(shuffled)
    assert found(replace(plan, initiatives=tuple(shuffled)), day) == found(plan, day)
