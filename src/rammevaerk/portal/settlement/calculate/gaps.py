"""What keeps days from being settled, told once with how many it concerns and what to do."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.engine.settlement.segments import Gap, Held
from rammevaerk.portal.catalogue.queries.settling import SettledService

_TOLD = 100
_NAMED = 5
_COMPONENTS = {"whole": gettext_lazy("helhedstakst"), "basis": gettext_lazy("basistakst")}
_HELP = gettext_lazy("Indlæs taksten under Økonomi, eller ret valget på indskrivningen.")


class GapNotes:
    """Gaps as they are met; the same thing is told once."""

    def __init__(self, first: date, end: date) -> None:
        self.first, self.end = first, end
        self._by_service: dict[tuple[str, SettledService, str], set[str]] = defaultdict(set)
        self._single: dict[tuple[str, str, str], Finding] = {}
        self._undelivered: dict[tuple[SettledService, str], list[str]] = defaultdict(list)

    def gap(
        self,
        service: SettledService,
        reference: str,
        gap: Gap,
        chosen: tuple[str, str] | None = None,
    ) -> None:
        """Days of a placement without payer, price or hours."""
        days = self._days(gap.start, gap.end)
        if gap.what == "plan" and chosen is not None:
            self._by_service["no-tariff", service, _choice(chosen)].add(reference)
            return
        code, message = {
            "payer": (
                "no-payer",
                _("Der står ingen betalingskommune %(days)s. Registrér den på indskrivningen."),
            ),
            "plan": (
                "no-price",
                _("Der er ikke valgt nogen takst %(days)s. Vælg den på indskrivningen."),
            ),
            "minutes": (
                "no-hours",
                _("Der står ingen visiterede timer %(days)s. Registrér dem på indskrivningen."),
            ),
        }[gap.what]
        self._one(code, reference, service, message % {"days": days})

    def no_terms(self, service: SettledService, start: date, end: date) -> None:
        """A service without terms of settlement in some months."""
        self._by_service["no-terms", service, self._days(start, end)].add("")

    def unpriced_supplement(
        self, service: SettledService, reference: str, label: str, days: Held[Any]
    ) -> None:
        """A supplement that has no tariff on some of its days."""
        text = _("Tillægget «%(label)s» er bevilget, men har ingen takst alle dage %(days)s.")
        told = text % {"label": label, "days": self._days(days.start, days.end)}
        self._one("no-supplement-price", reference, service, f"{told} {_HELP}")

    def unpriced_delivery(self, service: SettledService, reference: str, row: Any) -> None:
        """Something delivered that has no price in its month."""
        text = _("Der er registreret en leverance («%(label)s») i %(month)s, som ingen takst har.")
        label = row.label or _COMPONENTS.get(row.component, row.component)
        told = text % {"label": label, "month": f"{row.month:%m-%Y}"}
        self._one("no-delivery-price", reference, service, f"{told} {_HELP}")

    def nothing_delivered(self, service: SettledService, reference: str, month: date) -> None:
        """Somebody who is there in a month, is paid for by the piece, and had nothing."""
        self._undelivered[service, f"{month:%m-%Y}"].append(reference)

    def delivery_of_whom(
        self, service: SettledService, reference: str, row: Any, payers: int
    ) -> None:
        """Something delivered in a month of several payers, of none, or to one who is not one."""
        label = row.label or _COMPONENTS.get(row.component, row.component)
        if not payers:
            text = _(
                "Leverancen «%(label)s» i %(month)s er ikke afregnet: ingen kommune betaler i "
                "måneden. Er borgeren udskrevet, så tag leverancen tilbage; ellers registrér, hvem "
                "der betaler."
            )
        elif row.payer_id is None:
            text = _(
                "Leverancen «%(label)s» i %(month)s er ikke afregnet: %(payers)s betaler hver sin "
                "del af måneden. Registrér den delt, med en mængde for hver betalingskommune."
            )
        else:
            text = _(
                "Leverancen «%(label)s» i %(month)s er ikke afregnet: den er registreret på en "
                "kommune, der ikke betaler i måneden. Registrér den igen."
            )
        told = text % {"label": label, "month": f"{row.month:%m-%Y}", "payers": payers}
        self._one("delivery-payer", reference, service, told)

    def findings(self) -> list[Finding]:
        """All of them, those of a service first."""
        return [*self._of_services(), *self._of_undelivered(), *self._of_placements()]

    def _of_services(self) -> Iterator[Finding]:
        for (code, service, what), references in sorted(
            self._by_service.items(), key=lambda pair: (pair[0][0], pair[0][1].key, pair[0][2])
        ):
            count = len(references - {""})
            place = f"{service.facility}: {service.name}"
            if code == "no-terms":
                message = _(
                    "Der er ingen afregningsvilkår %s, så ingen ophold er afregnet. Fastsæt dem "
                    "under Indskrivninger, Vilkår."
                )
                told = message % what
            else:
                message = ngettext(
                    "Der mangler en takst (%(what)s) på nogle dage, så %(count)s indskrivning ikke "
                    "er afregnet dér.",
                    "Der mangler en takst (%(what)s) på nogle dage, så %(count)s indskrivninger "
                    "ikke er afregnet dér.",
                    count,
                )
                told = f"{message % {'what': what, 'count': count}} {_HELP}"
            yield Finding(
                f"run.{code}", Severity.ERROR, place, told, target=f"service:{service.pk}"
            )

    def _of_undelivered(self) -> Iterator[Finding]:
        for (service, month), several in sorted(
            self._undelivered.items(), key=lambda pair: (pair[0][0].key, pair[0][1])
        ):
            who = sorted(set(several))
            named = ", ".join(who[:_NAMED]) + (" …" if len(who) > _NAMED else "")
            text = ngettext(
                "%(count)s indskrivning (%(named)s) afregnes efter mængde og har ingen leverance i "
                "%(month)s, så intet er afregnet for den. Har borgeren været der, så registrér, "
                "hvor meget.",
                "%(count)s indskrivninger (%(named)s) afregnes efter mængde og har ingen leverance "
                "i %(month)s, så intet er afregnet for dem. Har borgerne været der, så registrér, "
                "hvor meget.",
                len(who),
            )
            told = text % {"count": len(who), "named": named, "month": month}
            place = f"{service.facility}: {service.name}"
            target = f"service:{service.pk}" if len(who) > 1 else f"placement:{who[0]}"
            yield Finding("run.no-delivery", Severity.WARNING, place, told, target=target)

    def _of_placements(self) -> Iterator[Finding]:
        told: dict[str, int] = defaultdict(int)
        for (code, _reference, _text), finding in self._single.items():
            told[code] += 1
            if told[code] <= _TOLD:
                yield finding
        for code, count in told.items():
            if count > _TOLD:
                text = _("Og %s indskrivninger mere med samme fund.") % (count - _TOLD)
                yield Finding(f"run.{code}", Severity.ERROR, _("Flere indskrivninger"), text)

    def _one(self, code: str, reference: str, service: SettledService, message: str) -> None:
        place = f"{reference}, {service.facility}"
        self._single.setdefault(
            (code, reference, message),
            Finding(f"run.{code}", Severity.ERROR, place, message, target=f"placement:{reference}"),
        )

    def _days(self, start: date, end: date | None) -> str:
        first = max(start, self.first)
        last = min(end or self.end, self.end) - timedelta(days=1)
        return _("%(first)s-%(last)s") % {
            "first": date_text_da(first),
            "last": date_text_da(last),
        }


def _choice(chosen: tuple[str, str]) -> str:
    component, label = chosen
    name = _COMPONENTS.get(component, component)
    return f"{name} «{label}»" if label else str(name)
