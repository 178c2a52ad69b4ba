"""The words of the takstfil: fixed lists by column, and the national vocabularies."""

from collections.abc import Mapping, Sequence

from rammevaerk.portal.catalogue.queries import file_vocabulary
from rammevaerk.portal.tariffs.models import Component, DaysBasis, Unit

WORD_JOINT = "; "


def choices() -> dict[str, list[tuple[str, str]]]:
    """The choices of each column that has a fixed list, as (key, Danish)."""
    lists = {"component": Component, "unit": Unit, "days_basis": DaysBasis}
    own = {name: [(key, str(label)) for key, label in one.choices] for name, one in lists.items()}
    return own | file_vocabulary.fixed_lists()


def words() -> Mapping[str, Sequence[str]]:
    """The national words, by the name of their list."""
    return file_vocabulary.national_words()
