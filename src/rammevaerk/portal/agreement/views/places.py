"""Where the pages of the agreement lie in the house."""

from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.portal.agreement.models import Edition, Initiative
from rammevaerk.portal.common.crumbs import Crumb, trail

Step = tuple[str, str] | str


def edition_trail(edition: Edition, *steps: Step) -> list[Crumb]:
    """Overblik › Rammeaftaler › the edition › steps."""
    here: Step = edition.title
    if steps:
        here = (edition.title, reverse("agreement:edition", kwargs={"edition": edition.slug}))
    return trail((_("Rammeaftaler"), reverse("agreement:editions")), here, *steps)


def initiative_trail(row: Initiative, *steps: Step) -> list[Crumb]:
    """… › Handlingsplan › the initiative › steps."""
    plan = _("Handlingsplan"), reverse("agreement:plan", kwargs={"edition": row.edition.slug})
    here: Step = row.number
    if steps:
        here = (row.number, reverse("agreement:initiative", kwargs={"initiative_id": row.pk}))
    return edition_trail(row.edition, plan, here, *steps)
