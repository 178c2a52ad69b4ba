"""Where the pages of the agreement lie in the house."""

from django.urls import reverse
from django.utils.translation import gettext as _

from rammevaerk.portal.access.revising import Place
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


def agreements_place(step: str, heading: str) -> Place:
    """A form that belongs to no edition; back leads to the list of agreements."""
    agreements = reverse("agreement:editions")
    crumbs = trail((_("Rammeaftaler"), agreements), step)
    return {"crumbs": crumbs, "heading": heading, "back": agreements}


def edition_place(edition: Edition, step: str, heading: str, anchor: str = "") -> Place:
    """A form under an edition; back leads to the edition's page, at the anchor."""
    back = reverse("agreement:edition", kwargs={"edition": edition.slug})
    return {
        "crumbs": edition_trail(edition, step),
        "edition": edition,
        "heading": heading,
        "back": f"{back}#{anchor}" if anchor else back,
    }


def initiative_place(row: Initiative, step: str, heading: str) -> Place:
    """A form under an initiative; back leads to the initiative's page."""
    return {
        "crumbs": initiative_trail(row, step),
        "edition": row.edition,
        "heading": heading,
        "back": reverse("agreement:initiative", kwargs={"initiative_id": row.pk}),
    }
