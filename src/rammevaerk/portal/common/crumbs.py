"""Bread crumbs: where a page lies in the house."""

from django.urls import reverse
from django.utils.translation import gettext as _

Crumb = dict[str, str]


def trail(*steps: tuple[str, str] | str) -> list[Crumb]:
    """Steps from the top: (label, address), and the page itself as a plain label at the end."""
    home = {"label": _("Overblik"), "url": reverse("publishing:home")}
    rest = [
        {"label": step, "url": ""} if isinstance(step, str) else {"label": step[0], "url": step[1]}
        for step in steps
    ]
    return [home, *rest]
