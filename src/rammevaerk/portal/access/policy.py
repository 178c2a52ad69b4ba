"""The one rule about who may do what: as a filter on rows, and as a decision with a reason.

``visible`` and ``decide`` are the same filter, so a list can never show what a page would refuse.
Every model says with an ``AccessPath`` what its rows belong to; this module knows no models.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _

from rammevaerk.portal.access.actions import GRANTS, SCOPE_DA, Action, Role, Scope

View = Callable[..., HttpResponseBase]
ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class AccessPath:
    """What a model's rows belong to, as look-up paths ending in an id.

    ``read`` is the action that makes a row exist for somebody: without it the answer is 404.
    What two parties share has several organisations; ``sides`` then says whose an action is: the
    seller admits, the buyer answers. ``many`` says that a path crosses a to-many relation.
    ``limit`` narrows further what an actor may see, whatever he is granted: a closed item, a
    draft, somebody's own answer.
    """

    read: Action
    organisation: str | tuple[str, ...] | None = None
    cooperation: str | None = None
    many: bool = False
    limit: "Limit | None" = None
    sides: Mapping[Action, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def organisations(self, action: Action) -> tuple[str, ...]:
        """The paths to the organisations to whose rows the action belongs."""
        if action in self.sides:
            return self.sides[action]
        one = self.organisation
        return one if isinstance(one, tuple) else (one,) if one else ()


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting in one role for one organisation on one day."""

    label: str
    person_id: int | None = None
    role: Role | None = None
    organisation_id: int | None = None
    organisation_label: str = ""
    cooperation_ids: frozenset[int] = frozenset()
    assignment_id: int | None = None
    is_system: bool = False

    @classmethod
    def system(cls, label: str) -> "Actor":
        """A command run on the machine itself; ``label`` is what the audit trail shows."""
        return cls(label=label, is_system=True)

    def scope(self, action: Action) -> Scope | None:
        """How far this actor's grant of the action reaches; None when there is no grant."""
        if self.is_system:
            return Scope.EVERYWHERE
        return GRANTS[self.role].get(action) if self.role else None


Limit = Callable[[Actor], Q]
_ALL = Q()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something may be done, and why."""

    allowed: bool
    reason: str


class Refused(PermissionDenied):
    """An operation was refused; carries the decision."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(decision.reason)


def access_of(model: type[Model]) -> AccessPath:
    """The model's declared path; a model without one may not be a target."""
    path: AccessPath = model.access  # type: ignore[attr-defined]
    return path


def cooperation_of(target: Model) -> int | None:
    """The id of the cooperation the row belongs to; None when it belongs to none or to many.

    A column of a cooperation that is empty says the row is an organisation's own.
    """
    path = access_of(target.__class__)
    if path.cooperation is None or path.many:
        return None
    value: Any = target
    for step in path.cooperation.split("__"):
        value = getattr(value, step)
    return None if value is None else int(value)


def reach(model: type[Model], actor: Actor, action: Action) -> Q | None:
    """The rows of the model on which the actor may do the action; None for no row at all."""
    scope = actor.scope(action)
    path = access_of(model)
    if scope is Scope.EVERYWHERE:
        return Q()
    if scope is Scope.OWN and (paths := path.organisations(action)) and actor.organisation_id:
        return Q(*((one, actor.organisation_id) for one in paths), _connector=Q.OR)
    if scope is Scope.COOPERATION and path.cooperation and actor.cooperation_ids:
        return Q(**{f"{path.cooperation}__in": actor.cooperation_ids})
    return None


def visible(
    queryset: "QuerySet[ModelT]", actor: Actor, action: Action, *, among: Q = _ALL
) -> "QuerySet[ModelT]":
    """The rows on which the actor may do the action, and which he may also read.

    `among` may say which rows the query is about: then only those are looked at where a path
    crosses to-many relations, and not every row of the table.
    """
    model = queryset.model
    path = access_of(model)
    for wanted in {action, path.read}:
        rows = reach(model, actor, wanted)
        if rows is None:
            return queryset.none()
        if rows and path.many:
            rows = Q(pk__in=model._default_manager.filter(among, rows).values("pk"))  # noqa: SLF001
        queryset = queryset.filter(rows)
    if path.limit and (narrowed := path.limit(actor)):
        # By id, since a limit may cross to-many relations.
        allowed = model._default_manager.filter(among, narrowed).values("pk")  # noqa: SLF001
        queryset = queryset.filter(pk__in=allowed)
    return queryset


def decide(actor: Actor, action: Action, target: Model) -> Decision:
    """May the actor do this to that stored row? With the reason, in Danish."""
    scope = actor.scope(action)
    if scope is None:
        role = actor.role.label if actor.role else _("uden rolle")
        return Decision(False, _("Rollen «%s» giver ikke ret til det.") % role)
    row = Q(pk=target.pk)
    rows = target.__class__._default_manager.filter(row)  # noqa: SLF001
    if visible(rows, actor, action, among=row).exists():
        return Decision(True, _("Rollen giver ret inden for: %s.") % SCOPE_DA[scope])
    return Decision(False, _("Rollen giver kun ret inden for: %s.") % SCOPE_DA[scope])


def authorise(actor: Actor, action: Action, target: Model) -> None:
    """Raise Refused unless the actor may do the action to the row."""
    decision = decide(actor, action, target)
    if not decision.allowed:
        raise Refused(decision)


def require_grant(actor: Actor, action: Action) -> None:
    """Raise Refused unless the actor's role gives the action anywhere at all."""
    if actor.scope(action) is None:
        raise Refused(Decision(False, _("Din rolle giver ikke ret til at %s.") % action.label))


def abilities(actor: Actor, target: Model, *actions: Action) -> dict[str, bool]:
    """For templates: ``can.status_update`` and the like."""
    return {action.name.lower(): decide(actor, action, target).allowed for action in actions}


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a view declares: an action, and the row it is about when it is about one."""

    action: Action
    target: type[Model] | str | None = None
    field: str = "pk"
    kwarg: str = ""
    row_action: Action | None = None

    @property
    def model(self) -> type[Model] | None:
        """The model; another app's is declared by its name, as in a foreign key."""
        return apps.get_model(self.target) if isinstance(self.target, str) else self.target


def requires(
    action: Action,
    target: type[Model] | str | None = None,
    kwarg: str = "",
    field: str = "pk",
    row_action: Action | None = None,
) -> Callable[[View], View]:
    """Declare the view's action. With a model, the view gets the row in place of the kwarg.

    A row that the actor may not read does not exist (404); a row he may read but not act on is
    refused with the reason (403). ``row_action`` is what must be allowed on the row where the
    action itself is about something that is yet to be made under it.
    """
    requirement = Requirement(action, target, field, kwarg, row_action or action)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, **kwargs: Any) -> HttpResponseBase:
            model = requirement.model
            if model is None:
                require_grant(request.actor, action)
                return view(request, **kwargs)
            row = _find(model, request.actor, {field: kwargs.pop(kwarg)})
            require_grant(request.actor, action)
            authorise(request.actor, row_action or action, row)
            request.target = row
            return view(request, row, **kwargs)

        guarded.requirement = requirement  # type: ignore[attr-defined]
        return guarded

    return decorate


def _find(model: type[Model], actor: Actor, lookup: dict[str, Any]) -> Model:
    wanted, read = Q(**lookup), access_of(model).read
    rows = visible(model._default_manager.filter(wanted), actor, read, among=wanted)  # noqa: SLF001
    row = rows.first()
    if row is None:
        raise Http404
    return row


def public(view: View) -> View:
    """Declare that anybody may see the view, logged in or not."""
    opened = login_not_required(view)
    opened.is_public = True  # type: ignore[attr-defined]
    return opened


def for_any_member(view: View) -> View:
    """Declare that the view concerns only the person who is logged in (log out, own roles)."""
    view.is_personal = True  # type: ignore[attr-defined]
    return view
