"""What waits for somebody: said by each app, shown together on the overview."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for this person: what, where, and the tag beside it."""

    title: str
    url: str
    kind: str
    mark: str
    note: str = ""
