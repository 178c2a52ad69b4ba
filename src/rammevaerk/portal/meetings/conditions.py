"""Conditions that a machine can check for an obligation: a registry that the apps fill.

An app that stands above this one registers what it can check in its ``AppConfig.ready``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from rammevaerk.portal.access.policy import Actor

Label = str | Promise


@dataclass(frozen=True, slots=True)
class ConditionState:
    """Whether a condition holds, and what was found, in Danish: «12 af 19 har svaret»."""

    met: bool
    text_da: str


# (target, threshold, day) → how it stands. The target is the row's key as the condition knows it.
Check = Callable[[str, int | None, date], ConditionState]
# What a person can choose between as target: (key, label).
Targets = Callable[[Actor], Sequence[tuple[str, str]]]


def _no_targets(_actor: Actor) -> Sequence[tuple[str, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of thing that can be checked."""

    key: str
    label_da: Label
    check: Check
    targets: Targets


_registered: dict[str, Condition] = {}


def register(key: str, label_da: Label, check: Check, *, targets: Targets = _no_targets) -> None:
    """Let obligations rest on ``check``; the same key twice keeps the last."""
    _registered[key] = Condition(key, label_da, check, targets)


def known(key: str) -> bool:
    return key in _registered


def label_of(key: str) -> str:
    """What the condition asks; the key itself when the app that knew it is gone."""
    return str(_registered[key].label_da) if known(key) else key


def offered(actor: Actor) -> list[tuple[str, str]]:
    """Every condition with every target the actor may choose: («key:target», label)."""
    return [
        (f"{one.key}:{target}", f"{one.label_da}: {label}")
        for one in sorted(_registered.values(), key=lambda one: str(one.label_da))
        for target, label in one.targets(actor)
    ]


def state_of(key: str, target: str, threshold: int | None, on: date) -> ConditionState | None:
    """How a condition stands on a day; None when nobody knows it any longer."""
    return _registered[key].check(target, threshold, on) if known(key) else None
