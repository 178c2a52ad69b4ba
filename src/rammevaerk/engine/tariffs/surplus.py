"""A surplus: what the operator may keep, and what must lower a later tariff.

Not the mirror image of a deficit, which has a module of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from types import MappingProxyType

from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.money import format_kroner
from rammevaerk.engine.parameter_types import whole
from rammevaerk.engine.rule import Edition, Rule
from rammevaerk.engine.steps import step
from rammevaerk.engine.tariffs.account import YearAccount
from rammevaerk.engine.tariffs.agreement import AgreementRules, as_share
from rammevaerk.engine.tariffs.errors import TariffError
from rammevaerk.engine.tariffs.rounding import share_text_da
from rammevaerk.engine.trace import Step, Trace

# surplus, limit in øre, what the operator decided to set aside: what is kept
SurplusRule = Rule[[int, int, int | None], int]

NORDJYLLAND: SurplusRule = Rule("tariffs.surplus.nordjylland")
MIDTJYLLAND: SurplusRule = Rule("tariffs.surplus.midtjylland")


@NORDJYLLAND.edition(date(2018, 1, 1), source="nordjylland-surplus")
def _(surplus: int, limit: int, set_aside: int | None) -> int:
    """The operator may set up to the limit aside; the decision is his and must be stated."""
    if set_aside is None:
        raise TariffError(
            "set_aside", "driftsherrens beslutning om hensættelse mangler (0 kr., hvis intet)."
        )
    most = min(surplus, limit)
    if not 0 <= set_aside <= most:
        raise TariffError(
            "set_aside",
            f"{format_kroner(set_aside)} kan ikke hensættes; der må hensættes fra "
            f"{format_kroner(0)} til {format_kroner(most)}",
        )
    return set_aside


@MIDTJYLLAND.edition(date(2010, 1, 1), source="region-surplus-2010")
def _(surplus: int, limit: int, set_aside: int | None) -> int:
    """What lies within the limit is not regulated; there is nothing to decide."""
    if set_aside is not None:
        raise TariffError("set_aside", "aftalen kender ikke til at hensætte et overskud.")
    return min(surplus, limit)


SURPLUS_RULES: Mapping[str, SurplusRule] = MappingProxyType(
    {"nordjylland": NORDJYLLAND, "midtjylland": MIDTJYLLAND}
)


@dataclass(frozen=True, slots=True)
class SurplusOutcome:
    """How a surplus is divided: `kept_ore` + `regulated_ore` is the surplus.

    `may_keep_ore` is the most that could be kept, `latest_year` the last tariff year for the
    rest, `expires` the last year in which what was set aside may be used (None: no such limit).
    """

    surplus_ore: int
    may_keep_ore: int
    kept_ore: int
    regulated_ore: int
    latest_year: int
    expires: int | None
    trace: Trace


def regulate_surplus(
    account: YearAccount, rules: AgreementRules, set_aside: int | None = None
) -> SurplusOutcome:
    """Divide the surplus of a year by the agreement's rule.

    The limit is a share of the tariff base, rounded down to whole øre so that it is never passed.
    `set_aside` is the operator's decision where the agreement leaves him one. `TariffError` when
    there is no surplus or the decision is missing or too large.
    """
    surplus = account.surplus_ore
    if surplus < 0:
        raise TariffError("result", "regnskabet viser underskud; det følger sin egen regel.")
    edition = _edition(rules.agreement, account.day)
    limit_share = rules.on("surplus_limit", account.day)
    lag = rules.on("surplus_lag", account.day)
    limit = floor(as_share(limit_share) * account.tariff_base_ore)
    kept = edition.calculate(surplus, limit, set_aside)
    latest = account.year + whole(lag)
    expires, expiry_steps = _expiry(account, rules, kept)
    steps = [
        Step(f"Overskud {account.year}", surplus, "ore"),
        Step(
            "Overskud i forhold til takstberegningsgrundlaget",
            share_text_da(Fraction(surplus, account.tariff_base_ore)),
            "text",
        ),
        Step("Grænse", limit, "ore", parameters=(limit_share,)),
        step("Beholdes", kept, "ore", edition, limit_share),
        *expiry_steps,
        Step(f"Nedsætter taksten senest i {latest}", surplus - kept, "ore", parameters=(lag,)),
    ]
    return SurplusOutcome(
        surplus, min(surplus, limit), kept, surplus - kept, latest, expires, Trace(tuple(steps))
    )


def _edition(agreement: str, day: date) -> Edition[[int, int, int | None], int]:
    rule = SURPLUS_RULES.get(agreement)
    if rule is None:
        raise NoRuleForDate(
            f"tariffs.surplus.{agreement}", day, "aftalens regel om overskud kendes ikke"
        )
    return rule.on(day)


def _expiry(
    account: YearAccount, rules: AgreementRules, kept: int
) -> tuple[int | None, list[Step]]:
    years = rules.find("surplus_years", account.day)
    if years is None:
        return None, []
    last = account.year + whole(years)
    if not kept:
        return last, []
    return last, [Step("Skal være brugt senest i", str(last), "text", parameters=(years,))]
