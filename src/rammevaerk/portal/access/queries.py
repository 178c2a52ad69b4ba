"""Reads of organisations, people, roles and the audit trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import GRANTS, Action, Role, Scope
from rammevaerk.portal.access.models import (
    AuditHead,
    AuditRecord,
    Cooperation,
    CooperationMember,
    Organisation,
    OrganisationName,
    Person,
    RegionMembership,
    RoleAssignment,
    held_on,
)
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.common.clock import beginning_of
from rammevaerk.portal.common.validity import in_force

NOBODY = Actor(label="")


def assignments_of(person_id: int, *, on: date) -> list[RoleAssignment]:
    """The roles a person holds on the day, in a steady order."""
    rows = RoleAssignment.objects.filter(held_on(on), person_id=person_id)
    return list(rows.select_related("organisation").order_by("id"))


def actor_of(user: Any, *, on: date, assignment_id: int | None = None) -> Actor:
    """The actor that a logged-in person is on the day; NOBODY for anyone else."""
    return actor_with(user, assignments_of(user.pk, on=on), on=on, assignment_id=assignment_id)


def actor_with(
    user: Any, held: Sequence[RoleAssignment], *, on: date, assignment_id: int | None
) -> Actor:
    """The same of somebody who holds these roles: in the chosen one, else in the first."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    if not held:
        return Actor(label=user.name, person_id=user.pk)
    chosen = next((row for row in held if row.pk == assignment_id), held[0])
    organisation = chosen.organisation
    circles = CooperationMember.objects.filter(in_force(on), organisation_id=organisation.pk)
    if chosen.role == Role.SECRETARIAT:
        # A secretary acts for the circles whose secretariat it is, not for all it is a member of.
        circles = circles.filter(is_secretariat=True)
    return Actor(
        label=user.name,
        person_id=user.pk,
        role=Role(chosen.role),
        organisation_id=organisation.pk,
        organisation_label=names_on([organisation.pk], on=on)[organisation.pk],
        cooperation_ids=frozenset(circles.values_list("cooperation_id", flat=True)),
        assignment_id=chosen.pk,
    )


def names_on(organisation_ids: list[int], *, on: date, short: bool = False) -> dict[int, str]:
    """The official name each organisation bears on the day; the nearest one outside its life."""
    rows = OrganisationName.objects.filter(
        organisation_id__in=organisation_ids, kind=OrganisationName.Kind.OFFICIAL
    ).order_by("organisation_id", "valid_from")
    found: dict[int, str] = {}
    values = rows.values_list("organisation_id", "valid_from", "name", "short")
    for organisation_id, since, name, abbreviated in values:
        if organisation_id not in found or since <= on:
            found[organisation_id] = (abbreviated if short else "") or name
    return found


def words_for(organisation_id: int, *, on: date) -> frozenset[str]:
    """What tables may call an organisation: its key and its names on the day, folded."""
    rows = OrganisationName.objects.filter(in_force(on), organisation_id=organisation_id)
    words = {word for row in rows for word in (row.name, row.short)}
    words |= set(Organisation.objects.filter(pk=organisation_id).values_list("key", flat=True))
    return frozenset(word.casefold() for word in words if word)


def abbreviations_on(on: date) -> dict[str, str]:
    """Every abbreviation of an organisation in force on the day, with the official name."""
    rows = OrganisationName.objects.filter(
        in_force(on), kind=OrganisationName.Kind.ABBREVIATION
    ).select_related("organisation")
    pairs = [(row.name, row.organisation_id) for row in rows]
    names = names_on([pk for _abbreviation, pk in pairs], on=on)
    return {abbreviation: names.get(pk, "") for abbreviation, pk in pairs}


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register of organisations."""

    organisation: Organisation
    name: str
    also: str
    region: str


def organisation_register(
    actor: Actor, *, on: date, kind: str = "", text: str = ""
) -> list[RegisterRow]:
    """The organisations the actor may see, by name; the text is found in any name, code or CVR."""
    rows = visible(Organisation.objects.all(), actor, Action.ORGANISATION_READ)
    if kind:
        rows = rows.filter(kind=kind)
    rows = rows.prefetch_related(
        "names", Prefetch("regions", RegionMembership.objects.filter(in_force(on)))
    )
    found = [row for row in rows if _is_meant(row, text.strip())]
    region_names = names_on(
        [membership.region_id for row in found for membership in row.regions.all()], on=on
    )
    register = [_register_row(row, region_names, on) for row in found]
    return sorted(register, key=lambda row: row.name.casefold())


def _is_meant(row: Organisation, text: str) -> bool:
    # Folded here, since SQLite's own search knows no capitals beyond A to Z: «Ærø», «ærø».
    return (
        not text
        or text in {row.code.lstrip("0"), row.code, row.cvr} - {""}
        or any(text.casefold() in one.name.casefold() for one in row.names.all())
    )


def _register_row(row: Organisation, region_names: dict[int, str], on: date) -> RegisterRow:
    official = [name for name in row.names.all() if name.kind == OrganisationName.Kind.OFFICIAL]
    name = _name_on(official, on) or row.key
    return RegisterRow(
        organisation=row,
        name=name,
        also=", ".join(dict.fromkeys(one.name for one in row.names.all() if one.name != name)),
        region=", ".join(region_names[one.region_id] for one in row.regions.all()),
    )


def _name_on(names: list[OrganisationName], on: date) -> str:
    begun = [name for name in names if name.valid_from <= on]
    return begun[-1].name if begun else (names[0].name if names else "")


def organisation_facts(organisation: Organisation, actor: Actor, *, on: date) -> dict[str, Any]:
    """What the organisation's page shows: names, regions, cooperations, before and after."""
    regions = list(organisation.regions.select_related("region"))
    members = list(organisation.municipalities.filter(in_force(on)).select_related("municipality"))
    origins = list(organisation.origins.select_related("predecessor"))
    successions = list(organisation.successions.select_related("successor"))
    others = [row.region_id for row in regions] + [row.municipality_id for row in members]
    others += [row.predecessor_id for row in origins] + [row.successor_id for row in successions]
    names = names_on([organisation.pk, *others], on=on)
    return {
        "name": names.get(organisation.pk, organisation.key),
        "names": list(organisation.names.order_by("-valid_from", "id")),
        "regions": [(names[row.region_id], row.region, row) for row in regions],
        "municipalities": sorted(
            ((names[row.municipality_id], row.municipality) for row in members),
            key=lambda pair: pair[0],
        ),
        "origins": [(names[row.predecessor_id], row.predecessor, row) for row in origins],
        "successions": [(names[row.successor_id], row.successor, row) for row in successions],
        "cooperations": list(
            visible(
                organisation.cooperations.select_related("cooperation"), actor, Action.EDITION_READ
            )
        ),
    }


def cooperations(actor: Actor) -> "QuerySet[Cooperation]":
    return visible(Cooperation.objects.all(), actor, Action.EDITION_READ)


def members_on(cooperation_id: int, *, on: date) -> list[CooperationMember]:
    """The members of a cooperation on the day, secretariat last, by key."""
    rows = CooperationMember.objects.filter(in_force(on), cooperation_id=cooperation_id)
    return list(rows.select_related("organisation").order_by("is_secretariat", "organisation__key"))


def circles_of(organisation_ids: Iterable[int], *, on: date) -> dict[int, set[int]]:
    """The cooperations each organisation is a member of on the day, by its id; no key for none."""
    rows = CooperationMember.objects.filter(in_force(on), organisation_id__in=set(organisation_ids))
    found: dict[int, set[int]] = {}
    for organisation_id, cooperation_id in rows.values_list("organisation_id", "cooperation_id"):
        found.setdefault(organisation_id, set()).add(cooperation_id)
    return found


def people_of(organisation: Organisation, actor: Actor) -> "QuerySet[RoleAssignment]":
    rows = RoleAssignment.objects.filter(organisation=organisation).select_related("person")
    return visible(rows, actor, Action.PERSON_READ)


def audit_trail(actor: Actor) -> "QuerySet[AuditRecord]":
    """The records the actor may see, newest first."""
    return visible(AuditRecord.objects.all(), actor, Action.AUDIT_READ)


def trail_of(
    parts: Iterable["QuerySet[Any]"],
    actor: Actor,
    *,
    former: Iterable[tuple[type[Model], str, int]] = (),
) -> "QuerySet[AuditRecord]":
    """What was done to any of the parts' rows, as far as the actor may see it, newest first.

    ``former`` adds rows that are no more: those of the model whose column held the id.
    """
    meant = Q(pk__in=())
    for rows in parts:
        keys = [str(key) for key in rows.values_list("pk", flat=True)]
        meant |= Q(target_type=rows.model._meta.label_lower, target_id__in=keys)  # noqa: SLF001
    for model, column, key in former:
        kind = model._meta.label_lower  # noqa: SLF001
        # The stored text has no spaces; a number ends at the next column or at the end.
        held = [Q(before__contains=f'"{column}":{key}{end}') for end in ",}"]
        removed = AuditRecord.objects.filter(held[0] | held[1], target_type=kind, after="")
        meant |= Q(target_type=kind, target_id__in=removed.values("target_id"))
    return audit_trail(actor).filter(meant)


def narrowed(
    records: "QuerySet[AuditRecord]",
    *,
    text: str = "",
    person: str = "",
    action: str = "",
    target: str = "",
    first: date | None = None,
    last: date | None = None,
) -> "QuerySet[AuditRecord]":
    """The records that fit; ``target`` is ``type:id``, and the days are Danish, both included."""
    if text:
        records = records.filter(target_label__icontains=text)
    if person:
        records = records.filter(actor_label__icontains=person)
    if action:
        records = records.filter(action=action)
    if target:
        kind, _colon, key = target.partition(":")
        records = records.filter(target_type=kind, target_id=key)
    if first:
        records = records.filter(at__gte=beginning_of(first))
    if last:
        records = records.filter(at__lt=beginning_of(last + timedelta(days=1)))
    return records


def audit_head() -> AuditHead | None:
    return AuditHead.objects.filter(pk=1).first()


def last_change(cooperation_id: int | None, actions: Iterable[Action]) -> str:
    """The seal of the last thing done of these in a cooperation: another one, another content.

    None is what belongs to no single cooperation.
    """
    rows = AuditRecord.objects.filter(action__in=list(actions))
    if cooperation_id is None:
        rows = rows.filter(cooperation__isnull=True)
    else:
        rows = rows.filter(cooperation_id=cooperation_id)
    return rows.order_by("-sequence").values_list("hash", flat=True).first() or ""


def organisation_label(organisation: Organisation, *, on: date) -> str:
    return names_on([organisation.pk], on=on).get(organisation.pk) or _("(uden navn)")


def demonstration_people(*, on: date) -> list[dict[str, str]]:
    """The log-ins that the demonstration shows on its log-in page."""
    rows = RoleAssignment.objects.filter(
        held_on(on), person__email__endswith="@demo.example", person__is_active=True
    ).select_related("person")
    found = list(rows.order_by("id"))
    names = names_on([row.organisation_id for row in found], on=on)
    return [
        {
            "name": row.person.name,
            "email": row.person.email,
            "role": row.get_role_display(),
            "organisation": names[row.organisation_id],
        }
        for row in found
    ]


def is_empty() -> bool:
    """Whether the installation is new: no cooperation and nobody who could log in."""
    return not (Cooperation.objects.exists() or Person.objects.exists())


def organisation_ids() -> dict[str, int]:
    """Every organisation's id by its key."""
    return dict(Organisation.objects.values_list("key", "pk"))


def organisations_by_key(keys: Iterable[str]) -> dict[str, Organisation]:
    return {row.key: row for row in Organisation.objects.filter(key__in=set(keys))}


def organisation_id(key: str) -> int | None:
    return Organisation.objects.filter(key=key).values_list("pk", flat=True).first()


def secretariat_of(cooperation_id: int, *, on: date) -> int | None:
    """The organisation that is the cooperation's secretariat on the day."""
    rows = CooperationMember.objects.filter(
        in_force(on), cooperation_id=cooperation_id, is_secretariat=True
    )
    return rows.values_list("organisation_id", flat=True).first()


def roles_ending(actor: Actor, *, after: date, before: date) -> list[tuple[RoleAssignment, date]]:
    """The roles that run out between two days with their last day, the first to end first."""
    rows = RoleAssignment.objects.filter(
        valid_to__gt=after, valid_to__lte=before, withdrawn_at__isnull=True
    )
    rows = rows.select_related("person", "organisation").order_by("valid_to")
    return [
        (row, row.valid_to - timedelta(days=1))
        for row in visible(rows, actor, Action.PERSON_MANAGE)
        if row.valid_to
    ]


def model_of(entry: AuditRecord) -> type[Model] | None:
    """The kind of row the record is about; None for one that no longer exists."""
    try:
        return apps.get_model(entry.target_type)
    except (LookupError, ValueError):
        return None


def hidden_columns(entry: AuditRecord, actor: Actor) -> list[str]:
    """The columns of the recorded row that a model keeps from whoever may not do its action."""
    model = model_of(entry)
    if model is None:
        return []
    sensitive: dict[str, Action] = getattr(model, "audit_sensitive", {})
    rows = model._default_manager.filter(pk=entry.target_id)  # noqa: SLF001
    return [name for name, action in sensitive.items() if not visible(rows, actor, action).exists()]


def living(kind: str, *, on: date) -> list[tuple[int, str]]:
    """The organisations of a kind on the day, with the names they bear then, by name."""
    ids = list(Organisation.objects.filter(in_force(on), kind=kind).values_list("pk", flat=True))
    return sorted(names_on(ids, on=on).items(), key=lambda pair: pair[1].casefold())


def people_with_a_role(organisation_ids: Iterable[int], *, on: date) -> list[tuple[int, str]]:
    """The people who can log in for the organisations on the day, by name."""
    rows = RoleAssignment.objects.filter(held_on(on), organisation_id__in=list(organisation_ids))
    found = {row.person_id: row.person.name for row in rows.select_related("person")}
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def organisations_with(action: Action, *, on: date) -> list[int]:
    """The organisations where somebody has a role on the day that may do it for his own."""
    roles = [role for role, grants in GRANTS.items() if grants.get(action) is Scope.OWN]
    rows = RoleAssignment.objects.filter(held_on(on), role__in=roles).order_by("organisation_id")
    return list(rows.values_list("organisation_id", flat=True).distinct())
