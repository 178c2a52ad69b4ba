"""Up to five facilities side by side, line by line, with what differs said in words."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.catalogue.models import Facility
from rammevaerk.portal.catalogue.queries.record import FacilityView, facility_views
from rammevaerk.portal.common.templatetags.danish import kr, number, pct

MOST = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One thing compared: for each facility what it says, in as many lines as it takes."""

    name: str
    cells: tuple[tuple[str, ...], ...]

    @property
    def differs(self) -> bool:
        return len(set(self.cells)) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """The facilities in the order asked for, and the lines."""

    views: tuple[FacilityView, ...]
    lines: tuple[Line, ...]

    @property
    def differences(self) -> int:
        return sum(1 for line in self.lines if line.differs)


def compare(ids: Sequence[int], actor: Actor, *, on: date) -> Comparison:
    """Compare the facilities of these ids that the actor may see, at most five."""
    rows = visible(Facility.objects.filter(pk__in=ids), actor, Action.FACILITY_READ)
    found = {row.pk: row for row in rows}
    chosen = [found[pk] for pk in dict.fromkeys(ids) if pk in found][:MOST]
    views = tuple(facility_views(chosen, actor, on=on))
    lines = [Line(str(name), tuple(tuple(say(one)) for one in views)) for name, say in _LINES]
    years = sorted({row.year for one in views for row in one.occupancy}, reverse=True)[:3]
    for year in years:
        name = _("Belægning %s") % year
        lines.append(Line(name, tuple(tuple(_occupancy(one, year)) for one in views)))
    return Comparison(views, tuple(lines))


def _identity(view: FacilityView) -> list[str]:
    return [str(view.facility.get_kind_display()), str(view.facility.get_ownership_display())]


def _open(view: FacilityView) -> list[str]:
    row = view.facility
    if row.open_on(view.on):
        return [_("ja, siden %s") % date_text_da(row.valid_from)]
    if row.valid_to is not None and row.valid_to <= view.on:
        return [_("nej, lukkede %s") % date_text_da(row.valid_to)]
    return [_("nej, åbner %s") % date_text_da(row.valid_from)]


def _places(view: FacilityView) -> list[str]:
    return [number(view.places)]


def _free(view: FacilityView) -> list[str]:
    return [_("ikke oplyst") if view.free is None else number(view.free)]


def _services(view: FacilityView) -> list[str]:
    return [
        f"{one.service.name} ({one.service.get_setting_display()})" for one in view.services
    ] or ["–"]


def _paragraphs(view: FacilityView) -> list[str]:
    rows = {row for one in view.services for row in one.row.paragraphs}
    return [str(row) for row in sorted(rows, key=lambda row: row.position)] or ["–"]


def _groups(view: FacilityView) -> list[str]:
    rows = {row for one in view.services for row in one.row.target_groups}
    main = {one.row.main_target_group for one in view.services}
    return [
        _("%s (hovedmålgruppe)") % row.name if row in main else row.name
        for row in sorted(rows, key=lambda row: (row not in main, row.position))
    ] or ["–"]


def _ages(view: FacilityView) -> list[str]:
    return _each(view, lambda one: age_range(one.service.age_from, one.service.age_to))


def age_range(youngest: int, too_old: int | None) -> str:
    """«18 år og opefter», «0-17 år», «Alle aldre»."""
    if too_old is None:
        return _("Alle aldre") if youngest == 0 else _("%s år og opefter") % youngest
    return _("%(first)s-%(last)s år") % {"first": youngest, "last": too_old - 1}


def _each(view: FacilityView, say: Callable[..., str]) -> list[str]:
    """One line for all services that say the same, otherwise one for each."""
    said = [say(one) for one in view.services]
    if len(set(said)) <= 1:
        return said[:1] or ["–"]
    pairs = zip(view.services, said, strict=True)
    return [f"{one.service.name}: {text}" for one, text in pairs]


def _approval(view: FacilityView) -> list[str]:
    if view.approval is None:
        return [_("ikke oplyst")]
    said = [str(view.approval.get_status_display())]
    if view.approval.valid_to:
        said.append(_("til %s") % date_text_da(view.approval.valid_to))
    return said


def _coverage(view: FacilityView) -> list[str]:
    if view.coverage is None:
        return [_("ingen kendt regel den dag")]
    return [_("ja") if view.coverage.covered else _("nej"), view.coverage.reason]


def _prices(view: FacilityView) -> list[str]:
    said = []
    for one in view.services:
        for price in one.prices:
            text = f"{price.label}: {kr(price.amount_ore)} pr. {price.unit}"
            said.append(f"{one.service.name}, {text}" if len(view.services) > 1 else text)
    return said or [_("ingen takst")]


def _occupancy(view: FacilityView, year: int) -> list[str]:
    rows = [row for row in view.occupancy if row.year == year]
    said = []
    for row in rows:
        parts = [
            (_("forudsat"), row.budgeted),
            (_("faktisk"), row.actual),
            (_("Tilbudsportalen"), row.portal),
        ]
        text = ", ".join(f"{name} {pct(value)}" for name, value in parts if value is not None)
        said.append(f"{row.service.name}: {text}" if len(rows) > 1 else text)
    return said or ["–"]


_LINES: Sequence[tuple[object, Callable[[FacilityView], Collection[str]]]] = (
    (gettext_lazy("Art og ejerform"), _identity),
    (gettext_lazy("Driftsherre"), lambda view: [view.operator]),
    (gettext_lazy("Kommune"), lambda view: [view.municipality]),
    (gettext_lazy("Åbent"), _open),
    (gettext_lazy("Pladser"), _places),
    (gettext_lazy("Ledige pladser"), _free),
    (gettext_lazy("Ydelser"), _services),
    (gettext_lazy("Paragraffer"), _paragraphs),
    (gettext_lazy("Målgrupper"), _groups),
    (gettext_lazy("Alder"), _ages),
    (gettext_lazy("Godkendelse"), _approval),
    (gettext_lazy("Omfattet af rammeaftalen"), _coverage),
    (gettext_lazy("Priser"), _prices),
)
