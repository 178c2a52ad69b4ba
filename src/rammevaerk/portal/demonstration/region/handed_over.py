"""E-invoices of the invented region: written, judged by the rules that are here, handed over.

Nothing is said to be done that was not: without rules there is nothing valid to hand over, and
outside a demonstration invented invoices are given to nobody.
"""

from pathlib import Path
from typing import Any

from django.conf import settings

from rammevaerk.portal.settlement.channels import configured
from rammevaerk.portal.settlement.operations.documents import make_document
from rammevaerk.portal.settlement.operations.handing_over import hand_over_document

# So many are written in each format, and so many of those that are valid handed over.
_PEPPOL, _OIOUBL, _HANDED_OVER = 6, 2, 4


def load_documents(run: Any, payer: str, **how: Any) -> None:
    """Make the e-invoices of some of a payer's invoices of a run, and hand some of them over."""
    invoices = run.invoices.filter(payer__key=payer).order_by("issued_on", "label")
    rows = list(invoices[: _PEPPOL + _OIOUBL])
    made = [make_document(one, "peppol", **how) for one in rows[:_PEPPOL]] + [
        make_document(one, "oioubl", **how) for one in rows[_PEPPOL:]
    ]
    valid = [one for one in made if one.outcome == "valid"]
    if lay_out_folder():
        for one in valid[:_HANDED_OVER]:
            hand_over_document(one, **how)


def lay_out_folder() -> bool:
    """Whether e-invoices of a demonstration are laid in a folder; it is made if need be."""
    channel = configured()
    if not settings.DEMONSTRATION or channel is None or channel.kind != "folder":
        return False
    Path(channel.destination).mkdir(parents=True, exist_ok=True)
    return True
