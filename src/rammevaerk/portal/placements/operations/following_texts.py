"""What followed of placements and contracts, in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def outcome_text(effects: Mapping[str, Any], going: int, ending: int) -> str:
    """How many placements, contracts and enquiries went where."""
    said = []
    if going:
        said.append(
            ngettext(
                "%s indskrivning fortsætter hos efterfølgeren.",
                "%s indskrivninger fortsætter hos efterfølgeren.",
                going,
            )
            % going
        )
    if ending:
        said.append(
            ngettext("%s indskrivning ophører.", "%s indskrivninger ophører.", ending) % ending
        )
    said += _contract_words(effects["contracts"])
    for name, one, many in (
        ("moved", _("%s forespørgsel eller aftale flytter med."),
         _("%s forespørgsler og aftaler flytter med.")),
        ("withdrawn", _("%s forespørgsel eller aftale bortfalder."),
         _("%s forespørgsler og aftaler bortfalder.")),
    ):  # fmt: skip
        count = len(effects[name])
        if count:
            said.append((one if count == 1 else many) % count)
    return " ".join(said) or _("Der er ingen indskrivninger, der rækker til datoen.")


def _contract_words(contracts: Iterable[Mapping[str, Any]]) -> list[str]:
    words = {
        "novated": (_("%s kontrakt fortsætter med den nye part."),
                    _("%s kontrakter fortsætter med den nye part.")),
        "reissued": (_("%s kontrakt ophører og er i kladde på ny."),
                     _("%s kontrakter ophører og er i kladde på ny.")),
        "ended": (_("%s kontrakt ophører."), _("%s kontrakter ophører.")),
    }  # fmt: skip
    counts: dict[str, int] = defaultdict(int)
    for one in contracts:
        counts[one["how"]] += 1
    return [
        (one if counts[how] == 1 else many) % counts[how]
        for how, (one, many) in words.items()
        if counts[how]
    ]
