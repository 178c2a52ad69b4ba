"""Stays where the citizen may come by himself, and the leader decides (SEL §§ 109 and 110)."""

from typing import Any

_NUMBERS = ("109", "110")


def is_self_referral(paragraph: Any) -> bool:
    """Whether the provision is one of a crisis centre or a shelter."""
    return paragraph.law == "SEL" and paragraph.number.partition(",")[0].strip() in _NUMBERS
