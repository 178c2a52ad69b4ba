"""The location numbers of organisations, as contracts ask for them."""

from collections.abc import Collection
from datetime import date

from rammevaerk.portal.common.validity import in_force
from rammevaerk.portal.settlement.models import BillingParty


def location_numbers(organisation_ids: Collection[int], on: date) -> dict[int, str]:
    """The number that each organisation has on the day.

    Asks nobody's leave: a payer's number is what his bills are sent to, and no secret.
    """
    rows = BillingParty.objects.filter(in_force(on), organisation_id__in=organisation_ids).exclude(
        gln=""
    )
    return dict(rows.values_list("organisation_id", "gln"))
