"""The words a service is described by, as people look for them: old law and new, nested groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor, visible
from rammevaerk.portal.catalogue.models import Paragraph, ParagraphSuccession, TargetGroup


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to look for: its key in the address, its name, and the rows that answer to it.

    `depth` is how far it lies under another choice: a subsection, a group in a main group.
    """

    key: str
    name: str
    ids: frozenset[int]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary: rows by id, and what can be looked for, in the order of the law."""

    paragraphs: Mapping[int, Paragraph]
    target_groups: Mapping[int, TargetGroup]
    paragraph_choices: tuple[Choice, ...]
    target_group_choices: tuple[Choice, ...]

    def paragraph_names(self, ids: Iterable[int]) -> list[str]:
        """The names of the provisions in the order of the law."""
        rows = sorted((self.paragraphs[pk] for pk in ids), key=lambda row: row.position)
        return [str(row) for row in rows]


def words(actor: Actor) -> Words:
    """The vocabulary in three queries."""
    paragraphs = list(visible(Paragraph.objects.all(), actor, Action.VOCABULARY_READ))
    successions = visible(ParagraphSuccession.objects.all(), actor, Action.VOCABULARY_READ)
    links = list(successions.values_list("predecessor_id", "successor_id"))
    groups = list(visible(TargetGroup.objects.all(), actor, Action.VOCABULARY_READ))
    return Words(
        {row.pk: row for row in paragraphs},
        {row.pk: row for row in groups},
        tuple(_paragraph_choices(paragraphs, links)),
        tuple(_group_choices(groups)),
    )


def _paragraph_choices(rows: list[Paragraph], links: list[tuple[int, int]]) -> Iterable[Choice]:
    """Each provision, and before its subsections the whole paragraph where there are several."""
    whole: dict[str, list[Paragraph]] = {}
    for row in rows:
        whole.setdefault(_whole_name(row), []).append(row)
    for name, parts in whole.items():
        several = len(parts) > 1
        if several:
            ids = _with_old_and_new([row.pk for row in parts], links)
            yield Choice(_whole_key(parts[0]), name, ids)
        for row in parts:
            yield Choice(row.key, str(row), _with_old_and_new([row.pk], links), int(several))


def _whole_name(row: Paragraph) -> str:
    return f"{row.law} § {row.number.partition(',')[0]}"


def _whole_key(row: Paragraph) -> str:
    number = row.number.partition(",")[0].replace(" ", "-")
    return f"{row.law}-{number}-alle".lower()


def _with_old_and_new(ids: Iterable[int], links: list[tuple[int, int]]) -> frozenset[int]:
    """The provisions, all they took over from, and all that took over from them."""
    chosen = set(ids)
    return frozenset(_reached(chosen, links) | _reached(chosen, [(new, old) for old, new in links]))


def _reached(start: set[int], links: list[tuple[int, int]]) -> set[int]:
    found = set(start)
    while more := {there for here, there in links if here in found} - found:
        found |= more
    return found


def _group_choices(rows: list[TargetGroup]) -> Iterable[Choice]:
    """Each group with all that lie in it, a main group before its own."""
    children: dict[int | None, list[TargetGroup]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)

    def under(row: TargetGroup, depth: int) -> list[Choice]:
        below = [one for child in children.get(row.pk, []) for one in under(child, depth + 1)]
        ids = frozenset({row.pk}.union(*(one.ids for one in below)))
        return [Choice(row.key, row.name, ids, depth), *below]

    for row in children.get(None, []):
        yield from under(row, 0)
