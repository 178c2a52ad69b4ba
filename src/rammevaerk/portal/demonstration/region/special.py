"""Special payments of the invented region: what is shared by a key, and help that is repaid.

Places in psychiatry and patients ready for discharge are not among them: their rates of 2026 are
not known, and a payment without a rate is refused.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from rammevaerk.portal.demonstration.region.chance import dice_for
from rammevaerk.portal.demonstration.region.homes import REGION
from rammevaerk.portal.settlement.operations.specials import register_special

# What the secure units cost all municipalities in a month, in øre.
_SECURE_ORE = 3_180_000_00
# Children and young for each of the weights by which the municipalities are drawn.
_CHILDREN = 210
# Where a citizen of a home has had help by the Health Act, who gave it and who repays it.
_REPAID = (
    ("kommune-0791", "kommune-0740"),
    ("kommune-0740", "kommune-0791"),
    ("kommune-0751", "kommune-0791"),
    ("kommune-0657", "kommune-0661"),
)


def load_special(
    cooperation_id: int,
    months: Sequence[date],
    weights: Mapping[str, int],
    ids: Mapping[str, int],
    **how: Any,
) -> None:
    """Register the special payments of some months, before they are settled.

    `weights` are the municipalities' sizes by key.
    """
    shares = {str(ids[key]): weight * _CHILDREN for key, weight in weights.items()}
    for month in months:
        register_special(
            cooperation_id,
            "objective",
            month,
            "Sikrede døgninstitutioner (opdigtet beløb)",
            {
                "scheme": "secure",
                "key": "børn og unge",
                "total_ore": _SECURE_ORE,
                "weights": shares,
            },
            operator_id=ids[REGION],
            payer_id=None,
            **how,
        )
        for gave, repays in _REPAID:
            dice = dice_for("health", gave, repays, f"{month}")
            day = month + timedelta(days=dice.randint(1, 26))
            register_special(
                cooperation_id,
                "health",
                month,
                f"Hjemmesygepleje, sag {dice.randint(100, 999)} (opdigtet)",
                {"day": day.isoformat(), "cost_ore": dice.randint(28, 96) * 100_00},
                operator_id=ids[gave],
                payer_id=ids[repays],
                **how,
            )
