"""When a placement that has been given notice of is no longer paid for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.deadlines import Weekdays, months_later
from rammevaerk.engine.errors import UnfitCase
from rammevaerk.engine.parameter_types import whole
from rammevaerk.engine.parameters import Parameters, ParameterValue
from rammevaerk.engine.rule import Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.trace import Step, Trace

_DAY = timedelta(days=1)
# A length nobody means: a slip of the pen rather than an agreement.
_LONGEST = {"months": 24, "days": 731}


class NoticeSide(StrEnum):
    """Who gave notice, or that the citizen died."""

    BUYER = "buyer"
    SELLER = "seller"
    DEATH = "death"


class NoticeForm(StrEnum):
    """How the length of a notice is counted."""

    RUNNING_MONTH = "running_month"
    MONTHS = "months"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class AgreedNotice:
    """What a contract says of its own: so many months or days, and in which clause."""

    form: NoticeForm
    length: int
    clause: str

    def __post_init__(self) -> None:
        most = _LONGEST["days" if self.form is NoticeForm.DAYS else "months"]
        if not 0 <= self.length <= most:
            raise UnfitCase(f"Et varsel er fra 0 til {most}, ikke {self.length}.")


@dataclass(frozen=True, slots=True)
class NoticeEnd:
    """The first day that is no longer paid for, and what it rests on.

    `rule` is the key of the parameter, or "contract" for what the contract itself says.
    """

    ends_on: date
    rule: str
    clause: str
    unverified: bool
    trace: Trace


RUNNING_MONTH: Rule[[date, int], date] = Rule("notice.running_month")
MONTHS: Rule[[date, int], date] = Rule("notice.months")
DAYS: Rule[[date, int], date] = Rule("notice.days")
RESIDENT: Rule[[date, int], date] = Rule("notice.resident")
_BY_FORM: Mapping[NoticeForm, Rule[[date, int], date]] = {
    NoticeForm.RUNNING_MONTH: RUNNING_MONTH,
    NoticeForm.MONTHS: MONTHS,
    NoticeForm.DAYS: DAYS,
}
_UNIT = {NoticeForm.RUNNING_MONTH: "months", NoticeForm.MONTHS: "months", NoticeForm.DAYS: "days"}
_AGREED_DA = {
    NoticeForm.RUNNING_MONTH: "Kontraktens varsel ud over den løbende måned",
    NoticeForm.MONTHS: "Kontraktens varsel",
    NoticeForm.DAYS: "Kontraktens varsel",
}


@RUNNING_MONTH.edition(date(2023, 1, 1), source="steering-2023-2024")
def _after_running_month(given: date, months: int) -> date:
    """The month notice is given in is paid to its end, and so many whole months after it."""
    return months_later(given.replace(day=1), months + 1)


@MONTHS.edition(date(2023, 1, 1), source="skovbo-terms")
def _same_day(given: date, months: int) -> date:
    """The day of notice is paid for, and so many months from the day after it."""
    return months_later(given + _DAY, months)


@DAYS.edition(date(2023, 1, 1), source="steering-2023-2024")
def _days_after(given: date, days: int) -> date:
    """The day of notice (or of death) is paid for, and so many days after it."""
    return given + timedelta(days=days + 1)


@RESIDENT.edition(date(2024, 1, 1), source="order-residents-rights")
def _first_weekday(given: date, months: int) -> date:
    """The first working day of a month that is at least so many months after the notice."""
    at = months_later(given, months)
    month = at.replace(day=1)
    while (found := _first_working_day(month)) < at:
        month = months_later(month, 1)
    return found


def _first_working_day(month: date) -> date:
    day = month
    while not Weekdays.MONDAY_TO_FRIDAY.holds(day):
        day += _DAY
    return day


def notice_end(
    given: date,
    side: NoticeSide,
    paragraph: str,
    parameters: Parameters,
    *,
    acute: bool = False,
    agreed: AgreedNotice | None = None,
) -> NoticeEnd:
    """Return when a placement given notice of on `given` is no longer paid for.

    `paragraph` is the key of the provision ("sel-107"), `given` the day of notice or of death.
    What the contract says (`agreed`) goes before the agreement. Of the agreement only the buyer's
    ordinary notice is known, and that with little trust; for the rest `NoRuleForDate` asks for what
    the contract says.
    """
    if agreed is not None:
        return _by_contract(given, agreed)
    listed = parameters.on("contract/notice_short_paragraphs", given)
    short = acute or paragraph in _texts(listed)
    key, form = _rule(side, short=short)
    length = parameters.on(key, given)
    return _ended(given, form, whole(length), key, "Styringsaftalen, kapitel 10", length)


def resident_notice_end(given: date, parameters: Parameters) -> NoticeEnd:
    """Return when a resident told of reorganisation or closure must at the earliest move.

    The resident's own right, beside the notice between buyer and seller: three months, in writing,
    to the first working day of a month. Saturday is taken for none, which is the later day.
    """
    key = "contract/resident_notice_months"
    months = parameters.on(key, given)
    edition = RESIDENT.on(given)
    ends_on = edition.calculate(given, whole(months))
    steps = (
        step("Varslet den", given, "date", edition),
        step("Beboeren kan tidligst flyttes", ends_on, "date", edition, months),
    )
    return NoticeEnd(ends_on, key, "§ 20", not months.is_verified, Trace(steps))


def _rule(side: NoticeSide, *, short: bool) -> tuple[str, NoticeForm]:
    if side is NoticeSide.DEATH:
        return "contract/notice_death_days", NoticeForm.DAYS
    if short:
        return "contract/notice_short_days", NoticeForm.DAYS
    if side is NoticeSide.SELLER:
        return "contract/notice_seller_months", NoticeForm.RUNNING_MONTH
    return "contract/notice_months", NoticeForm.RUNNING_MONTH


def _texts(found: ParameterValue) -> tuple[str, ...]:
    return tuple(map(str, found.value)) if isinstance(found.value, tuple) else (str(found.value),)


def _by_contract(given: date, agreed: AgreedNotice) -> NoticeEnd:
    edition = _BY_FORM[agreed.form].on(given)
    ends_on = edition.calculate(given, agreed.length)
    steps = (
        Step("Opsagt den", given, "date"),
        Step(_AGREED_DA[agreed.form], agreed.length, _UNIT[agreed.form], source=agreed.clause),
        Step(_end_da(ends_on), ends_on, "date", source=agreed.clause),
    )
    return NoticeEnd(ends_on, "contract", agreed.clause, unverified=False, trace=Trace(steps))


def _ended(
    given: date, form: NoticeForm, length: int, key: str, clause: str, found: ParameterValue
) -> NoticeEnd:
    edition = _BY_FORM[form].on(given)
    ends_on = edition.calculate(given, length)
    steps = (
        step("Opsagt den", given, "date", edition),
        step(found.label_da, length, _UNIT[form], edition, found),
        step(_end_da(ends_on), ends_on, "date", edition, found),
    )
    return NoticeEnd(ends_on, key, clause, not found.is_verified, Trace(steps))


def _end_da(ends_on: date) -> str:
    last = date_text_da(ends_on - _DAY)
    return f"Første dag uden betaling (der betales til og med {last})"
