"""What the cap is judged by in the invented region: index choices, arrears and supplements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rammevaerk.portal.demonstration.region.chance import dice_for
from rammevaerk.portal.demonstration.region.homes import REGION, Home
from rammevaerk.portal.demonstration.region.indices import ADDITION, ORIGINAL, load_estimates
from rammevaerk.portal.demonstration.region.offers import Offer, offers
from rammevaerk.portal.demonstration.region.prices import LEVELS, lines_of
from rammevaerk.portal.demonstration.region.services import TODAY, moment
from rammevaerk.portal.tariffs.operations import cap

Entry = dict[str, Any]
_DAYS = {"day": 365, "day_attended": 235, "month": 12}
# What is lacking of the cap before, in hundredths of a percent of the level of 2022.
_UNMET = {"kommune-0730": 80, "kommune-0661": 150}


def load_cap_figures(
    cooperation: Any, found: Sequence[Home], ids: Mapping[str, int], **how: Any
) -> None:
    """Record estimates, index choices and arrears, through the operations that people use."""
    load_estimates(cooperation, **how)
    operators = sorted({home.reporter for home in found})
    for operator in operators:
        _choose(cooperation, operator, ids[operator], **how)
    for operator, points in _UNMET.items():
        source = "Opgørelsen af takstaftalen 2019-22 (opdigtet)"
        cap.record_unmet(
            cooperation.pk, ids[operator], year=2022, basis_points=points, source=source, **how
        )


def _choose(cooperation: Any, operator: str, operator_id: int, **how: Any) -> None:
    cap.choose_index(
        cooperation.pk,
        operator_id,
        series=(ORIGINAL,),
        valid_from=date(2022, 1, 1),
        reason="Det fælles skøn, som aftalen bygger på",
        decision="Budgettet for 2022 (opdigtet)",
        **how,
    )
    if operator == REGION:
        cap.choose_index(
            cooperation.pk,
            operator_id,
            series=(ORIGINAL,),
            valid_from=date(2024, 1, 1),
            reason="Det oprindelige indeks fastholdes; tillægget for trepartsaftalen bruges ikke",
            decision="Regionsrådets budget 2024 (opdigtet)",
            **how,
        )
        return
    cap.choose_index(
        cooperation.pk,
        operator_id,
        series=(ORIGINAL, ADDITION),
        valid_from=date(2024, 1, 1),
        reason="Lønnen er steget med trepartsaftalen, og det skal taksten kunne dække",
        decision="Byrådets budget 2024 (opdigtet)",
        **how,
    )


def supplement_entries(found: Sequence[Home]) -> list[Entry]:
    """What each authority took in supplements and in all, quarter by quarter, until today."""
    turnover: dict[tuple[str, int], int] = defaultdict(int)
    for home in found:
        if home.ownership == "private":
            continue
        for year in range(2023, 2027):
            if home.opened.year <= year and (not home.closed or home.closed.year > year):
                turnover[home.reporter, year] += sum(
                    _turnover(home, offer, year) for offer in offers(home)
                )
    return [
        row
        for (operator, year), ore in sorted(turnover.items())
        for row in _quarters(operator, year, ore)
    ]


def _quarters(operator: str, year: int, turnover_ore: int) -> list[Entry]:
    rows = []
    # Hundredths of a percent: the share grows slowly, and faster with a few.
    usual = dice_for("supplements", operator).randint(90, 420)
    for quarter in range(1, 5):
        end = date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
        if end > TODAY:
            continue
        dice = dice_for("supplements", operator, str(year), str(quarter))
        share = usual + (year - 2023) * dice.randint(5, 35) + dice.randint(-20, 20)
        quarter_ore = turnover_ore // 4 * dice.randint(985, 1_015) // 1_000
        supplements = quarter_ore * share // 10_000
        rows.append({
            "operator": operator, "year": year, "quarter": quarter, "supplements_ore": supplements,
            "turnover_ore": quarter_ore, "citizens": max(1, supplements // 3_900_000),
            "registered_at": moment(end.replace(day=20)),
        })  # fmt: skip
    return rows


def _turnover(home: Home, offer: Offer, year: int) -> int:
    """A year of the service's places at 95 percent; with hours, the basis is a good half."""
    lines = [
        one
        for one in lines_of(home, offer, year)
        if one.component not in ("supplement", "objective")
    ]
    by_unit = [one for one in lines if one.unit in _DAYS]
    if not by_unit:
        return 0
    levels = max(1, len([one for one in by_unit if one.label in LEVELS]))
    year_ore = sum(one.ore * _DAYS[one.unit] for one in by_unit) // levels
    if any(one.component == "hour" for one in lines):
        year_ore = year_ore * 100 // 46
    return offer.places * year_ore * 95 // 100
