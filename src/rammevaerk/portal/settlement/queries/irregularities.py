"""Reads of signs of irregularity, each with the newest that was done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.settlement.models import IrregularitySign, SignFollowUp, SignSearch

_READ = Action.IRREGULARITY_READ
_Kind, _State = IrregularitySign.Kind, SignFollowUp.State
# What a sign says, and what it may well be due to: a sign is no accusation.
MEANING_DA = {
    _Kind.OCCUPANCY: _("Der er betalt for flere døgn, end tilbuddets godkendte pladser rummer."),
    _Kind.PRICE: _("Prisen er steget mere end pris- og lønudviklingen og grænsen tilsammen."),
    _Kind.SUPPLEMENT: _("En stor del af det, der er betalt, er tillæg oven i taksten."),
    _Kind.HOURS: _("De visiterede timer ligger langt fra medianen af sammenlignelige ophold."),
    _Kind.DOUBLE: _("De samme døgn for den samme borger er opkrævet mere end én gang."),
    _Kind.OVERLAP: _("Der er betalt for den samme borger to steder i de samme døgn."),
}
ALSO_DA = {
    _Kind.OCCUPANCY: (
        _("aftalt overbelægning, fx i en overgang"),
        _("nye pladser, der er godkendt, men ikke registreret"),
        _("en udskrivning, der er registreret for sent"),
    ),
    _Kind.PRICE: (
        _("regulering af et underskud fra tidligere år"),
        _("en ændret ydelse eller målgruppe"),
        _("færre pladser at dele de faste udgifter på"),
    ),
    _Kind.SUPPLEMENT: (
        _("borgere med særlige behov, som kommunen har bevilget tillæg til"),
        _("en takst, der bevidst holdes lav, så kun få betaler for det særlige"),
    ),
    _Kind.HOURS: (
        _("borgerens behov; visitationen siger hvorfor"),
        _("at de sammenlignelige ophold ikke ligner nok"),
        _("en tastefejl i timerne"),
    ),
    _Kind.DOUBLE: (
        _("en kreditnota, der er på vej"),
        _("en regning, der er sendt igen efter en rettelse"),
    ),
    _Kind.OVERLAP: (
        _("aflastning eller et midlertidigt ophold ved siden af boligen"),
        _("en plads, der holdes under en indlæggelse eller en flytning"),
        _("en udskrivning, der mangler"),
    ),
}


def seen_signs(actor: Actor) -> "QuerySet[Any]":
    """The signs the actor may read, with `stands`: what was done last, open when nothing was."""
    newest = SignFollowUp.objects.filter(sign=OuterRef("pk")).order_by("-at", "-pk")
    rows = visible(IrregularitySign.objects.all(), actor, _READ)
    return rows.annotate(
        stands=Coalesce(Subquery(newest.values("state")[:1]), Value(_State.OPEN.value)),
        stood_on=Subquery(newest.values("on")[:1]),
        stood_reason=Subquery(newest.values("reason")[:1]),
    )


@dataclass(frozen=True, slots=True)
class SignFilter:
    """What the list is narrowed to; signs that were not found again are left out unless asked."""

    text: str = ""
    kind: str = ""
    state: str = ""
    gone: bool = False

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return self != SignFilter()


def signs_found(actor: Actor, wanted: SignFilter) -> "QuerySet[Any]":
    """Those that fit: open ones first, then by kind and place."""
    rows = seen_signs(actor).select_related("facility")
    if wanted.text:
        text = Q(place__icontains=wanted.text) | Q(facility__name__icontains=wanted.text)
        rows = rows.filter(text)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state:
        rows = rows.filter(stands=wanted.state)
    if not wanted.gone:
        rows = rows.filter(gone_at__isnull=True)
    return rows.order_by("kind", "place", "pk")


def open_by_kind(actor: Actor) -> list[tuple[str, str, int]]:
    """How many signs stand open, by kind: (kind, words, count)."""
    rows = seen_signs(actor).filter(gone_at__isnull=True, stands=_State.OPEN.value)
    found = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return [(kind.value, str(kind.label), found.get(kind.value, 0)) for kind in _Kind]


def newest_search(actor: Actor) -> SignSearch | None:
    """The last search the actor may see."""
    rows = visible(SignSearch.objects.all(), actor, _READ)
    return rows.order_by("-asked_at", "-pk").first()


def follow_ups_of(sign: IrregularitySign, actor: Actor) -> list[SignFollowUp]:
    """Everything done about a sign, the newest first."""
    rows = visible(SignFollowUp.objects.filter(sign=sign), actor, _READ)
    return list(rows.order_by("-at", "-pk"))


def states_of(rows: Iterable[Any]) -> list[tuple[Any, str, str]]:
    """Rows with the words and the tag of how they stand."""
    tags = {"open": "awaiting_decision", "explained": "done", "taken_up": "warning"}
    return [(one, str(_State(one.stands).label), tags[one.stands]) for one in rows]
