"""Model fields with a rule of their own: text without CPR numbers, dates of known precision."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models
from django.utils.translation import gettext as _

from rammevaerk.engine.cpr import CprMatch, find_cpr
from rammevaerk.engine.periods import PartialDate


class CprFound(ValidationError):
    """A text holds what looks like a CPR number. The message says where, never the number."""

    def __init__(self, matches: list[CprMatch], *, where: str = "") -> None:
        self.matches = matches
        first = matches[0]
        place = _("linje %(line)s, tegn %(column)s") % {"line": first.line, "column": first.column}
        if where:
            place = f"{where}, {place}"
        more = _(" og %(count)s steder mere") % {"count": len(matches) - 1} if matches[1:] else ""
        super().__init__(
            _(
                "Teksten indeholder noget, der ligner et CPR-nummer: %(masked)s"
                " (%(place)s%(more)s). Fjern det, eller skriv borgerens pseudonym. Intet er gemt."
            )
            % {"masked": first.masked, "place": place, "more": more},
            code="cpr",
        )


def refuse_cpr(text: str, *, where: str = "") -> None:
    """Raise CprFound when the text holds a CPR number."""
    if matches := find_cpr(text):
        raise CprFound(matches, where=where)


if TYPE_CHECKING:
    _Column = models.Field[Any, Any]
else:
    _Column = object


class Guarded(_Column):
    """A column that holds no CPR number: no writer, form or command gets past the guard."""

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        ProhibitNullCharactersValidator()(str(value))
        refuse_cpr(str(value))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            refuse_cpr(value)
        return super().get_db_prep_save(value, connection)


class GuardedCharField(Guarded, models.CharField):
    """One line written by a person."""


class GuardedSlugField(Guarded, models.SlugField):
    """A word for an address, chosen by a person."""


class GuardedEmailField(Guarded, models.EmailField):
    """An e-mail address."""


class GuardedURLField(Guarded, models.URLField):
    """An address on the web."""


class GuardedTextField(Guarded, models.TextField):
    """Text written by a person; always with a max_length, checked by forms and operations."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django itself leaves the length of a TextField to its form fields.
        self.validators.append(MaxLengthValidator(self.max_length))


if TYPE_CHECKING:
    _JsonColumn = models.JSONField[Any, Any]
else:
    _JsonColumn = models.JSONField


class GuardedJSONField(_JsonColumn):
    """JSON in which no text holds a CPR number; `not_asked` are names with numbers of their own."""

    not_asked: ClassVar[frozenset[str]] = frozenset()

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        self._refuse_cpr(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        self._refuse_cpr(value)
        return super().get_db_prep_save(value, connection)

    def _refuse_cpr(self, value: Any) -> None:
        for text in self._texts(value):
            if _holds_cpr(text):
                refuse_cpr(text)

    def _texts(self, value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name not in self.not_asked:
                    yield name
                    yield from self._texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from self._texts(inner)


@lru_cache(maxsize=4_096)
def _holds_cpr(text: str) -> bool:
    """The same standard clauses stand in every contract."""
    return bool(find_cpr(text))


if TYPE_CHECKING:
    _DateColumn = models.CharField[PartialDate | None, PartialDate | None]
else:
    _DateColumn = models.CharField


class PartialDateField(_DateColumn):
    """A date as precise as it is known, kept so that text order is the order of its last day.

    Python side: ``PartialDate`` or None. Column: ``2025-03-31:quarter``; empty when not known.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 18
        kwargs["blank"] = True
        kwargs["default"] = None
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "blank", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def from_db_value(self, value: str, _expression: Any, _connection: Any) -> PartialDate | None:
        return PartialDate.from_sort_code(value) if value else None

    def to_python(self, value: Any) -> PartialDate | None:
        if value in (None, "") or isinstance(value, PartialDate):
            return value or None
        return PartialDate.from_sort_code(value)

    def run_validators(self, value: Any) -> None:
        """A PartialDate is right by construction; the column's length is not its length."""

    def get_prep_value(self, value: Any) -> str:
        if isinstance(value, PartialDate):
            return value.sort_code
        return value or ""

    def value_to_string(self, obj: models.Model) -> str:
        """As in the column, for the audit trail and for Django's own serialisers."""
        return self.get_prep_value(self.value_from_object(obj))


if TYPE_CHECKING:
    # Some may be empty and some may not; the models say which.
    _MomentColumn = models.CharField[datetime | None, Any]
else:
    _MomentColumn = models.CharField


class CivilMomentField(_MomentColumn):
    """A moment on the Danish clock, to the minute: when somebody came or left.

    Python side: a ``datetime`` without a zone, or None. Column: ``2026-03-01T20:00``, so that text
    order is the order of time and the days on which clocks change are ordinary days.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 16
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> Any:
        return datetime.fromisoformat(value) if value else None

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if found.tzinfo is not None:
            raise ValidationError(_("Tidspunktet skal skrives som dansk tid uden tidszone."))
        return found

    def run_validators(self, value: Any) -> None:
        """A datetime is right by construction; the column's length is not its length."""

    def get_prep_value(self, value: Any) -> Any:
        found = self.to_python(value)
        return found.isoformat(timespec="minutes") if found else None

    def value_to_string(self, obj: models.Model) -> str:
        """As in the column, for the audit trail and for Django's own serialisers."""
        return self.get_prep_value(self.value_from_object(obj)) or ""
