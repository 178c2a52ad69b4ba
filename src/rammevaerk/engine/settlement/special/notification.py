"""A shelter's notice to the acting municipality (SEL § 110), and who pays for a self-referral."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.deadlines import Weekdays, weekdays_after
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.parameter_types import whole
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Trace


class DischargeCondition(StrEnum):
    """What must all be in place before the municipality may decide a discharge (stk. 5)."""

    PLAN = "plan"
    HOME_OR_STAY_DECIDED = "home_or_stay_decided"
    SUPPORT_DECIDED = "support_decided"
    LEASE_SIGNED = "lease_signed"
    STAY_CAN_BEGIN = "stay_can_begin"


_CONDITION_DA = {
    DischargeCondition.PLAN: "handleplan eller helhedsorienteret plan",
    DischargeCondition.HOME_OR_STAY_DECIDED: "anvist bolig eller afgørelse om ophold",
    DischargeCondition.SUPPORT_DECIDED: "afgørelse om støtte",
    DischargeCondition.LEASE_SIGNED: "underskrevet lejekontrakt, så borgeren kan flytte ind",
    DischargeCondition.STAY_CAN_BEGIN: "plads i botilbuddet, så opholdet kan begynde",
}


@dataclass(frozen=True, slots=True)
class Notification:
    """The last day for the notice (Saturday no working day) and the day to be warned by."""

    deadline: date
    warn_by: date
    trace: Trace
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ShelterPayer:
    """Who pays for a stay, and whether a stop of payment has effect."""

    payer: str
    stop_is_effective: bool
    trace: Trace
    findings: tuple[Finding, ...]


NOTICE: Rule[[date, int, Weekdays], date] = Rule("deadlines.shelter_notice")
PAYER: Rule[[str], str] = Rule("payer.self_referral")


@NOTICE.edition(date(2023, 10, 1), source="sel-110")
def _last_working_day(admitted: date, count: int, weekdays: Weekdays) -> date:
    return weekdays_after(admitted, count, weekdays)[-1]


@PAYER.edition(date(2024, 1, 1), source="rsl-9")
def _acting_municipality(acting_municipality: str) -> str:
    return acting_municipality


def shelter_notice(
    admitted: date, parameters: Parameters, *, given: date | None = None, on: date | None = None
) -> Notification:
    """Return the limit for notice after an admission was decided on `admitted`.

    The law does not say whether Saturday is a "hverdag", so both are counted: the later is the
    deadline, the earlier the day to be warned by. `given` is the day notice was given; without it
    `on` is the day asked about. `NoRuleForDate` for an admission before the rule.
    """
    edition = NOTICE.on(admitted)
    days = parameters.on("deadlines/notification_weekdays", admitted)
    deadline = edition.calculate(admitted, whole(days), Weekdays.MONDAY_TO_FRIDAY)
    warn_by = edition.calculate(admitted, whole(days), Weekdays.MONDAY_TO_SATURDAY)
    steps = (
        step("Optagelsen besluttet", admitted, "date", edition),
        step("Frist, når lørdag ikke er hverdag", deadline, "date", edition, days),
        step("Frist, når lørdag er hverdag", warn_by, "date", edition, days),
    )
    findings = _notice_findings(deadline, warn_by, given, on)
    return Notification(deadline, warn_by, Trace(steps), findings)


def shelter_payer(
    acting_municipality: str,
    day: date,
    *,
    stopped: bool = False,
    met: Collection[DischargeCondition] = (),
) -> ShelterPayer:
    """Say who pays for a stay the leader decided, also when the citizen came without referral.

    The acting municipality pays without having referred. Its own stop of payment has effect only
    when all conditions of stk. 5 are met. Finding the acting municipality is not done here.
    `NoRuleForDate` before 2024.
    """
    edition = PAYER.on(day)
    payer = edition.calculate(acting_municipality)
    missing = [condition for condition in DischargeCondition if condition not in met]
    effective = stopped and not missing
    steps = [step("Betaler", payer, "text", edition)]
    if stopped:
        steps.append(step("Betalingsstop har virkning", effective, "flag", edition))
    findings = (_stop_without_effect(payer, missing),) if stopped and missing else ()
    return ShelterPayer(payer, effective, Trace(tuple(steps)), findings)


def _stop_without_effect(payer: str, missing: list[DischargeCondition]) -> Finding:
    return Finding(
        code="payer.stop-without-effect",
        severity=Severity.ERROR,
        place=f"Betalingsstop fra {payer}",
        message="Stoppet har ingen virkning, så længe lederen holder borgeren indskrevet og disse "
        "betingelser i § 110, stk. 5, mangler.",
        found="; ".join(_CONDITION_DA[condition] for condition in missing),
        expected="Alle betingelser er opfyldt",
    )


def _notice_findings(
    deadline: date, warn_by: date, given: date | None, on: date | None
) -> tuple[Finding, ...]:
    seen = given or on
    if seen is None or seen <= warn_by:
        return ()
    found = f"underrettet {date_text_da(given)}" if given else "ikke underrettet endnu"
    late = seen > deadline
    message = (
        "Fristen for at underrette handlekommunen er overskredet."
        if late
        else "Fristen er overskredet, hvis lørdag er en hverdag; loven siger det ikke."
    )
    return (
        Finding(
            code="deadlines.notice-late" if late else "deadlines.notice-perhaps-late",
            severity=Severity.ERROR if late else Severity.WARNING,
            place="Forsorgshjem, underretning af handlekommunen",
            message=message,
            found=found,
            expected=f"senest {date_text_da(deadline if late else warn_by)}",
        ),
    )
