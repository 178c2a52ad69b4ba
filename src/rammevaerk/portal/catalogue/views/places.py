"""Where the pages of the catalogue lie in the house."""

from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.portal.catalogue.models import Facility
from rammevaerk.portal.common.crumbs import Crumb, trail

Step = tuple[str, str] | str


def catalogue_trail(*steps: Step) -> list[Crumb]:
    """Overblik › Tilbud › steps; without steps the register itself."""
    if not steps:
        return trail(_("Tilbud"))
    return trail((_("Tilbud"), reverse("catalogue:facilities")), *steps)


def facility_address(facility: Facility) -> str:
    """The address of the facility's page."""
    return reverse("catalogue:facility", kwargs={"facility_id": facility.pk})


def facility_trail(facility: Facility, *steps: Step) -> list[Crumb]:
    """… › the facility › steps."""
    if not steps:
        return catalogue_trail(facility.name)
    return catalogue_trail((facility.name, facility_address(facility)), *steps)
