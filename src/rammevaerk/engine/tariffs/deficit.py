"""A deficit: what the operator bears, and what may be added to a later tariff.

Not the mirror image of a surplus: it is never set aside, and the addition is a decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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
from rammevaerk.engine.trace import Step, Trace

# deficit, limit in øre, what the operator decided to add: what is added
DeficitRule = Rule[[int, int, int | None], int]

NORDJYLLAND: DeficitRule = Rule("tariffs.deficit.nordjylland")
MIDTJYLLAND: DeficitRule = Rule("tariffs.deficit.midtjylland")


@NORDJYLLAND.edition(date(2018, 1, 1), source="nordjylland-surplus")
def _(deficit: int, limit: int, added: int | None) -> int:
    """What lies beyond the limit may be added; whether it is, the operator decides."""
    if added is None:
        raise TariffError(
            "added", "driftsherrens beslutning om at lægge til taksten mangler (0 kr., hvis intet)."
        )
    most = max(0, deficit - limit)
    if not 0 <= added <= most:
        raise TariffError(
            "added",
            f"{format_kroner(added)} kan ikke lægges til taksten; kun fra {format_kroner(0)} "
            f"til {format_kroner(most)}",
        )
    return added


@MIDTJYLLAND.edition(date(2010, 1, 1), source="region-surplus-2010")
def _(deficit: int, limit: int, added: int | None) -> int:
    """What lies beyond the limit is regulated; there is nothing to decide."""
    if added is not None:
        raise TariffError("added", "aftalen lader ikke driftsherren vælge, hvad der lægges til.")
    return max(0, deficit - limit)


DEFICIT_RULES: Mapping[str, DeficitRule] = MappingProxyType(
    {"nordjylland": NORDJYLLAND, "midtjylland": MIDTJYLLAND}
)


# Agreements whose lag is the latest tariff year and not the only one.
MAY_BE_EARLIER = frozenset({"midtjylland"})


@dataclass(frozen=True, slots=True)
class DeficitOutcome:
    """How a deficit is divided: `borne_ore` + `added_ore` is the deficit (as a positive amount).

    `may_add_ore` is the most that may be added, to the tariff of `tariff_year`,
    or, where the agreement lets it be earlier, of any year from `earliest_year` on.
    """

    deficit_ore: int
    may_add_ore: int
    borne_ore: int
    added_ore: int
    tariff_year: int
    earliest_year: int
    trace: Trace


def regulate_deficit(
    account: YearAccount, rules: AgreementRules, added: int | None = None
) -> DeficitOutcome:
    """Divide the deficit of a year by the agreement's rule.

    The operator's part is a share of the tariff base, rounded down to whole øre. `added` is the
    operator's decision where the agreement leaves him one. `TariffError` when there is no deficit
    or the decision is missing or too large.
    """
    deficit = -account.surplus_ore
    if deficit <= 0:
        raise TariffError("result", "regnskabet viser ikke underskud.")
    edition = _edition(rules.agreement, account.day)
    limit_share = rules.on("deficit_limit", account.day)
    lag = rules.on("deficit_lag", account.day)
    limit = floor(as_share(limit_share) * account.tariff_base_ore)
    add = edition.calculate(deficit, limit, added)
    year = account.year + whole(lag)
    earlier = rules.agreement in MAY_BE_EARLIER
    when = f"senest i {year}" if earlier else f"for {year}"
    steps = (
        Step(f"Underskud {account.year}", deficit, "ore"),
        Step("Grænse", limit, "ore", parameters=(limit_share,)),
        Step("Bæres af driftsherren", deficit - add, "ore", parameters=(limit_share,)),
        step(f"Lægges til taksten {when}", add, "ore", edition, limit_share, lag),
    )
    first = account.year + 1 if earlier else year
    return DeficitOutcome(
        deficit, max(0, deficit - limit), deficit - add, add, year, first, Trace(steps)
    )


def _edition(agreement: str, day: date) -> Edition[[int, int, int | None], int]:
    rule = DEFICIT_RULES.get(agreement)
    if rule is None:
        raise NoRuleForDate(
            f"tariffs.deficit.{agreement}", day, "aftalens regel om underskud kendes ikke"
        )
    return rule.on(day)
