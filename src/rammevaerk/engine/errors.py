"""The errors of the engine: each carries its data as attributes and a message one can act on."""

from datetime import date

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.findings import Finding


class EngineError(Exception):
    """What makes a result wrong or impossible; never raised for mere poor data (see findings)."""


class MoneyError(EngineError):
    """An amount or a split that cannot be carried out exactly."""


class AmountOverflow(MoneyError):
    """An array calculation that would not fit in int64."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} does not fit in 64 bits")


class UnreadableAmount(MoneyError, ValueError):
    """A text that is not an amount in kroner."""

    def __init__(self, text: str, reason_da: str) -> None:
        self.text = text
        self.reason_da = reason_da
        super().__init__(f"«{text}» er ikke et beløb: {reason_da}")


class EmptyPeriod(EngineError, ValueError):
    """A period that ends on or before the day it starts."""

    def __init__(self, start: date, end: date) -> None:
        self.start = start
        self.end = end
        super().__init__(f"the period [{start}, {end}) holds no day")


class OpenPeriod(EngineError):
    """A question that only a period with an end can answer."""

    def __init__(self, start: date) -> None:
        self.start = start
        super().__init__(f"the period from {start} has no end")


class UnreadableDate(EngineError, ValueError):
    """A text or code that is not a date; `reason_da` is a whole Danish sentence."""

    def __init__(self, text: str, reason_da: str) -> None:
        self.text = text
        self.reason_da = reason_da
        super().__init__(reason_da)


class ParameterError(EngineError):
    """Parameter files that cannot be used: every problem, each with its file and key."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class UnknownParameter(EngineError, LookupError):
    """A key that no parameter file has."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"Der er ingen parameter {key}")


class NoRuleForDate(EngineError, LookupError):
    """A parameter or rule that has no value or edition on the date asked for."""

    def __init__(self, key: str, day: date, note: str = "") -> None:
        self.key = key
        self.day = day
        self.note = note
        text = f"{key} har ingen regel den {date_text_da(day)}"
        super().__init__(text + (f" ({note})" if note else ""))


class RuleError(EngineError):
    """A rule whose editions cannot be told apart or do not say where they come from."""

    def __init__(self, rule: str, problem: str) -> None:
        self.rule = rule
        self.problem = problem
        super().__init__(f"rule {rule}: {problem}")


class UnusableModel(EngineError):
    """A tariff model that cannot be used: every problem, a Danish line with its place."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class UnpricedPlacements(EngineError):
    """Placements that a tariff model has no price for; `findings` says which and why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("\n".join(f"{found.place}: {found.message}" for found in findings))


class NoNeutralRate(EngineError):
    """No rate within its bounds makes the change zero; `reason_da` is a whole Danish sentence."""

    def __init__(self, reason_da: str) -> None:
        self.reason_da = reason_da
        super().__init__(reason_da)


class UnfitCase(EngineError):
    """A case to which a rule cannot be applied; `reason_da` is a whole Danish sentence."""

    def __init__(self, reason_da: str) -> None:
        self.reason_da = reason_da
        super().__init__(reason_da)
