"""What a succession or a closure is to be, and every reason for which it cannot be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.engine.deadlines import years_later
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.succession import (
    Aspect,
    Consequence,
    Kind,
    closes_a_circle,
    consequences,
    proposed,
    unmatched,
)
from rammevaerk.portal.access.actions import Action, Scope
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.catalogue.models import (
    Facility,
    FacilitySuccession,
    PlaceCapacity,
    Service,
    SuccessionKind,
)
from rammevaerk.portal.catalogue.models.facilities import Ownership
from rammevaerk.portal.common.clock import day_of
from rammevaerk.portal.common.validity import in_force

YEARS_AHEAD = 10
AUTHORITIES = {"municipality", "region"}
Problems = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class NewFacility:
    """A successor that does not exist yet; what is None is as the first predecessor's."""

    name: str
    operator_id: int | None = None
    reporter_id: int | None = None
    ownership: str | None = None
    cvr: str = ""
    p_number: str = ""
    portal_id: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A predecessor's service, or some of its places, goes to one of the successors.

    `part` counts the successors from 0. `places` is None for all of them. `into_id` is a service
    that the successor already has, to which the places are added.
    """

    service_id: int
    part: int = 0
    places: int | None = None
    into_id: int | None = None


@dataclass(frozen=True, slots=True)
class SuccessionPlan:
    """Who follows whom from which day; codes that are None are what the rules propose.

    `kind` is a `SuccessionKind`.
    `shares` is None for every service to the only successor; a service without a share ends.
    """

    kind: str
    on: date
    predecessors: tuple[Facility, ...]
    successors: tuple[NewFacility | Facility, ...]
    decision: str
    reason: str
    shares: tuple[Share, ...] | None = None
    contracts: str | None = None
    tariffs: str | None = None
    must_stay_available: bool | None = None
    deviation: str = ""
    buyers_told_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClosurePlan:
    """A facility closes and nothing follows. `end_what_remains` also ends what begins later."""

    facility: Facility
    on: date
    decision: str
    reason: str
    presented_to: str = ""
    presented_on: date | None = None
    residents_told_on: date | None = None
    deviation: str = ""
    end_what_remains: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen to follow, by the rules or in spite of them."""

    contracts: str
    tariffs: str
    must_stay_available: bool
    rules: tuple[Consequence, ...]


def followed_rules(kind: str, on: date) -> tuple[Consequence, ...]:
    """What the rules of the day say follows."""
    return consequences(Kind(kind), on, Parameters.load())


def chosen(plan: SuccessionPlan) -> Chosen:
    """The choices of the plan, filled up from the rules."""
    rules = followed_rules(plan.kind, plan.on)
    by_rule = proposed(rules, Aspect.AVAILABLE) == "yes"
    stays = by_rule if plan.must_stay_available is None else plan.must_stay_available
    return Chosen(
        plan.contracts or proposed(rules, Aspect.CONTRACTS) or "reissue",
        plan.tariffs or proposed(rules, Aspect.TARIFFS) or "continue",
        stays,
        rules,
    )


def refuse_plan(plan: SuccessionPlan, *, by: Actor, at: datetime) -> None:
    """Raise ValidationError with everything that stands in the way of the plan itself."""
    problems: Problems = {}
    _add(problems, "on", day_problems(plan.predecessors, plan.on, at=at))
    _add(problems, "decision", _missing(plan.decision, _("Skriv, hvem der har besluttet det.")))
    _add(problems, "reason", _missing(plan.reason, _("Skriv, hvorfor det sker.")))
    _add(problems, "deviation", _deviations(plan))
    _add(problems, "successors", _number_problems(plan))
    if not problems:
        _add(problems, "on", _existing_problems(plan))
        _add(problems, "successors", _kind_problems(plan))
        _add(problems, "successors", _foreign_problems(plan, by))
        _add(problems, "shares", _share_problems(plan))
    if problems:
        raise ValidationError(problems)


def day_problems(facilities: Iterable[Facility], on: date, *, at: datetime) -> list[str]:
    """Why these facilities cannot end on the day."""
    found = []
    if on > years_later(day_of(at), YEARS_AHEAD):
        found.append(
            _("%(day)s ligger mere end %(years)s år ude i fremtiden. Se årstallet efter.")
            % {"day": date_text_da(on), "years": YEARS_AHEAD}
        )
    for facility in facilities:
        said = {"facility": facility, "day": date_text_da(on)}
        if on <= facility.valid_from:
            said["opened"] = date_text_da(facility.valid_from)
            found.append(
                _("%(facility)s åbner først %(opened)s og kan ikke gå over %(day)s.") % said
            )
        elif followed := facility.successions.first():
            said |= {"next": followed.successor, "then": date_text_da(followed.on)}
            found.append(
                _(
                    "%(facility)s går allerede over til %(next)s %(then)s. Et tilbud kan kun gå"
                    " over én gang; fortryd det første, hvis det ikke skal gælde."
                )
                % said
            )
        elif facility.valid_to is not None:
            said["closed"] = date_text_da(facility.valid_to)
            found.append(
                _(
                    "%(facility)s er lukket fra %(closed)s. Fortryd lukningen først, hvis den"
                    " ikke skal gælde."
                )
                % said
            )
    return found


def places_on(service_ids: Sequence[int], on: date) -> dict[int, PlaceCapacity]:
    """The number of places each service has on the day, as it is believed now."""
    rows = PlaceCapacity.objects.filter(
        in_force(on), service_id__in=service_ids, superseded_at__isnull=True
    )
    return {row.service_id: row for row in rows}


def services_from(facilities: Iterable[Facility], on: date) -> list[Service]:
    """The services of the facilities that are given on the day or later."""
    ids = [one.pk for one in facilities]
    rows = Service.objects.filter(facility_id__in=ids).exclude(valid_to__lte=on)
    return list(rows.select_related("facility", "department").order_by("facility_id", "pk"))


def shares_of(plan: SuccessionPlan, services: Iterable[Service]) -> tuple[Share, ...]:
    """Where each service goes: as the plan says, or all to the only successor."""
    if plan.shares is not None:
        return plan.shares
    return tuple(Share(service.pk) for service in services)


def _add(problems: Problems, field: str, found: list[str]) -> None:
    if found:
        problems.setdefault(field, []).extend(found)


def _missing(text: str, problem: str) -> list[str]:
    return [] if text.strip() else [problem]


def _deviations(plan: SuccessionPlan) -> list[str]:
    made = chosen(plan)
    pairs = [
        (Aspect.CONTRACTS, made.contracts),
        (Aspect.TARIFFS, made.tariffs),
        (Aspect.AVAILABLE, "yes" if made.must_stay_available else "no"),
    ]
    ruled = {one.aspect: one for one in made.rules if one.code}
    strayed = [
        ruled[aspect].label_da.lower()
        for aspect, code in pairs
        if aspect in ruled and code != ruled[aspect].code
    ]
    if not strayed or plan.deviation.strip():
        return []
    return [
        _("Valget for %(what)s er et andet end reglens. Skriv hvorfor.")
        % {"what": _(" og ").join(strayed)}
    ]


def _number_problems(plan: SuccessionPlan) -> list[str]:
    before, after = len(plan.predecessors), len(plan.successors)
    joins_existing = any(isinstance(one, Facility) for one in plan.successors)
    if plan.kind == SuccessionKind.SPLIT:
        return [] if after > 1 and before == 1 else [_("En deling har mindst to efterfølgere.")]
    if after != 1:
        return [_("Der skal være én efterfølger.")]
    if plan.kind == SuccessionKind.MERGER:
        enough = before > 1 or (before == 1 and joins_existing)
        return [] if enough else [_("En sammenlægning er af mindst to tilbud.")]
    return [] if before == 1 else [_("Der skal være ét tilbud, som går over.")]


def _existing_problems(plan: SuccessionPlan) -> list[str]:
    existing = [one for one in plan.successors if isinstance(one, Facility)]
    found = [
        _("%(facility)s er ikke åbent %(day)s og kan ikke tage over.")
        % {"facility": one, "day": date_text_da(plan.on)}
        for one in existing
        if not one.open_on(plan.on)
    ]
    found += [
        _(
            "%(facility)s lukker selv %(day)s og kan ikke tage over før det. Vælg et andet tilbud,"
            " eller fortryd først, at det lukker."
        )
        % {"facility": one, "day": date_text_da(one.valid_to)}
        for one in existing
        if one.valid_to is not None and one.open_on(plan.on)
    ]
    new = [(before.pk, after.pk) for before in plan.predecessors for after in existing]
    pairs = FacilitySuccession.objects.filter(
        predecessor__cooperation_id=plan.predecessors[0].cooperation_id
    )
    if closes_a_circle(pairs.values_list("predecessor_id", "successor_id"), new):
        found.append(_("Et tilbud kan ikke komme efter sig selv: kæden ville løbe i ring."))
    if len({one.cooperation_id for one in (*plan.predecessors, *existing)}) > 1:
        found.append(_("Tilbuddene hører ikke til samme samarbejde."))
    return found


def operator_of(successor: NewFacility | Facility, first: Facility) -> int:
    """The organisation that is to run the successor."""
    return successor.operator_id or first.operator_id


def ownership_of(successor: NewFacility | Facility, first: Facility) -> str:
    """How the successor is owned."""
    return successor.ownership or first.ownership


def _kind_problems(plan: SuccessionPlan) -> list[str]:
    first, successor = plan.predecessors[0], plan.successors[0]
    operator_id, owned = operator_of(successor, first), ownership_of(successor, first)
    if plan.kind == SuccessionKind.OPERATOR and operator_id == first.operator_id:
        return [_("Efterfølgeren har den samme driftsherre; vælg den nye.")]
    if plan.kind == SuccessionKind.LEGAL_FORM and owned == first.ownership:
        return [_("Efterfølgeren har den samme ejerform; vælg den nye.")]
    if plan.kind == SuccessionKind.TAKEOVER:
        model = type(first.operator)
        kind = model._default_manager.get(pk=operator_id).kind  # noqa: SLF001
        if kind not in AUTHORITIES:
            return [_("Kun en kommune eller en region kan overtage; vælg den som driftsherre.")]
        if owned not in {Ownership.MUNICIPAL, Ownership.REGIONAL}:
            return [_("Et tilbud, som en kommune eller region overtager, er selv offentligt.")]
        if operator_id == first.operator_id:
            return [_("Tilbuddet har allerede den driftsherre.")]
    return []


def _foreign_problems(plan: SuccessionPlan, by: Actor) -> list[str]:
    """Whoever acts for one organisation hands nothing over to another's rows."""
    if by.scope(Action.FACILITY_MANAGE) is not Scope.OWN:
        return []
    default = plan.predecessors[0].reporter_id
    if all((one.reporter_id or default) == by.organisation_id for one in plan.successors):
        return []
    return [
        _(
            "Efterfølgeren skal indberettes af en anden organisation end din. Lad sekretariatet"
            " registrere det."
        )
    ]


def _share_problems(plan: SuccessionPlan) -> list[str]:
    services = services_from(plan.predecessors, plan.on)
    shares = shares_of(plan, services)
    known = {service.pk: service for service in services}
    if any(one.service_id not in known or one.part >= len(plan.successors) for one in shares):
        return [_("En af ydelserne hører ikke til de tilbud, der går over.")]
    if len({(one.service_id, one.part, one.into_id) for one in shares}) < len(shares):
        return [_("En ydelse er ført over to gange til det samme.")]
    found = _not_begun(plan, shares, known)
    capacity = places_on(list(known), plan.on)
    held = {pk: capacity[pk].places if pk in capacity else 0 for pk in known}
    return found + _sum_problems(plan, shares, known, held) + _joining_problems(plan, shares)


def _not_begun(
    plan: SuccessionPlan, shares: Iterable[Share], known: Mapping[int, Service]
) -> list[str]:
    whole = {one.service_id for one in shares if one.places is None and one.into_id is None}
    return [
        _("%(service)s begynder først %(day)s og kan kun føres over som den er.")
        % {"service": service, "day": date_text_da(service.valid_from)}
        for pk, service in known.items()
        if service.valid_from >= plan.on and pk not in whole
    ]


def _sum_problems(
    plan: SuccessionPlan,
    shares: Sequence[Share],
    known: Mapping[int, Service],
    held: Mapping[int, int],
) -> list[str]:
    alone = {one.service_id for one in shares if one.places is None}
    parts = [
        (one.service_id, held[one.service_id] if one.places is None else one.places)
        for one in shares
    ]
    off = unmatched(held, parts)
    named = {one.service_id for one in shares}
    if plan.kind not in {SuccessionKind.SPLIT, SuccessionKind.MERGER}:
        # Here a service may be left to end; what goes on goes on whole.
        off = {pk: total for pk, total in off.items() if pk in named}
    return [
        _("%(service)s har %(before)s pladser %(day)s, men delene giver %(after)s.")
        % {
            "service": known[pk] if len(plan.predecessors) == 1 else known[pk].audit_label,
            "before": held[pk],
            "after": total,
            "day": date_text_da(plan.on),
        }
        for pk, total in off.items()
    ] + [
        _("%(service)s er både ført over hel og delt.") % {"service": known[pk]}
        for pk in alone
        if sum(1 for one in shares if one.service_id == pk) > 1 and pk not in off
    ]


def _joining_problems(plan: SuccessionPlan, shares: Iterable[Share]) -> list[str]:
    found = []
    for share in shares:
        if share.into_id is None:
            continue
        successor = plan.successors[share.part]
        services = Service.objects.filter(in_force(plan.on), pk=share.into_id)
        home = services.values_list("facility_id", flat=True).first()
        if not isinstance(successor, Facility) or successor.pk != home:
            found.append(_("Ydelsen, som pladserne skal lægges til, findes ikke den dag."))
    return found
