"""Looking up parameters: the value of a key on a day, with its source and how sure it is."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from rammevaerk.engine.errors import NoRuleForDate, UnknownParameter
from rammevaerk.engine.parameter_files import (
    Parameter,
    Source,
    Version,
    read_parameters,
    read_sources,
)
from rammevaerk.engine.periods import Period
from rammevaerk.engine.units import UnitSpec, Value, value_text_da


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """What a parameter is on one day, and why one may believe it."""

    key: str
    label_da: str
    layer: str
    unit: UnitSpec
    value: Value
    period: Period
    source: Source
    decided: date | None
    verified: date | None
    unverified: str
    note: str

    @property
    def is_verified(self) -> bool:
        """Whether the value was held up against its source as quoted; no jurist's word."""
        return self.verified is not None

    def text_da(self) -> str:
        """Return the value with its unit in Danish: "308,00 kr. pr. time"."""
        return value_text_da(self.value, self.unit)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; decimals and dates become text."""
        return {
            "key": self.key,
            "label_da": self.label_da,
            "layer": self.layer,
            "unit": plain(self.unit),
            "value": plain(self.value),
            "text_da": self.text_da(),
            "from": self.period.start.isoformat(),
            "to": plain(self.period.end),
            "source": plain(asdict(self.source)),
            "decided": plain(self.decided),
            "verified": plain(self.verified),
            "unverified": self.unverified,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of one folder of rules, checked when they were read."""

    sources: Mapping[str, Source]
    by_key: Mapping[str, Parameter]

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Parameters":
        """Read a folder, by default the packaged rules; `ParameterError` lists every problem."""
        if folder is None:
            return _packaged()
        sources = read_sources(folder)
        return cls(sources, read_parameters(folder, sources))

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.by_key.values())

    def get(self, key: str) -> Parameter:
        """Return the parameter with all versions; `UnknownParameter` when there is none."""
        try:
            return self.by_key[key]
        except KeyError:
            raise UnknownParameter(key) from None

    def on(self, key: str, day: date) -> ParameterValue:
        """Return the value on `day`; `NoRuleForDate` when no version has one then."""
        parameter = self.get(key)
        version = _version_on(parameter, day)
        if version is None or version.value is None:
            raise NoRuleForDate(key, day, version.note if version else "")
        return ParameterValue(
            key=key,
            label_da=parameter.label_da,
            layer=parameter.layer,
            unit=parameter.unit,
            value=version.value,
            period=version.period,
            source=self.sources[version.source],
            decided=version.decided,
            verified=version.verified,
            unverified=version.unverified,
            note=version.note,
        )

    def rules_hash(self) -> str:
        """Return a SHA-256 over all content: the same for the same rules, however written."""
        content = {
            "sources": {key: asdict(source) for key, source in self.sources.items()},
            "parameters": {key: _content(parameter) for key, parameter in self.by_key.items()},
        }
        text = json.dumps(_tagged(content), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def packaged_folder() -> Traversable:
    """Return the folder of rules inside the installed package, wheel or work tree."""
    return resources.files("rammevaerk").joinpath("rules")


@cache
def packaged_sources() -> Mapping[str, Source]:
    """Read the packaged sources once."""
    return read_sources(packaged_folder())


@cache
def _packaged() -> Parameters:
    sources = packaged_sources()
    return Parameters(sources, read_parameters(packaged_folder(), sources))


def plain(value: object) -> Any:
    """Turn frozen values into those that JSON has; decimals and dates become text."""
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _version_on(parameter: Parameter, day: date) -> Version | None:
    return next((found for found in parameter.versions if found.period.contains(day)), None)


def _content(parameter: Parameter) -> dict[str, object]:
    return {
        "label_da": parameter.label_da,
        "description_da": parameter.description_da,
        "unit": parameter.unit,
        "layer": parameter.layer,
        "versions": tuple(
            {
                "from": version.period.start,
                "to": version.period.end,
                "value": version.value,
                "source": version.source,
                "decided": version.decided,
                "verified": version.verified,
                "unverified": version.unverified,
                "note": version.note,
            }
            for version in parameter.versions
        ),
    }


def _tagged(value: object) -> object:
    # The type is part of the content: the text "5", the count 5 and the factor 5 are not alike,
    # while 0.50 and 0.5 are the same number.
    if isinstance(value, Mapping):
        return {name: _tagged(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_tagged(item) for item in value]
    if isinstance(value, Decimal):
        return {"decimal": str(value.normalize())}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value
