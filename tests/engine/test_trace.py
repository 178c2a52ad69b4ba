"""Traces: order, plain form, and the mark of what is unverified."""

import json
from datetime import date
from decimal import Decimal

from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.trace import Step, Trace

PARAMETERS = Parameters.load()
CHECKED = PARAMETERS.on("tariffs/hour_rate", date(2025, 6, 1))
UNCHECKED = PARAMETERS.on("privacy/small_count", date(2025, 6, 1))
HOURS = Step("Timer", Decimal("12.5"), "factor", source="Indskrivning")
SERVICE = Step(
    "Servicedel",
    3_850_00,
    "ore",
    rule="tariffs.service_part",
    edition=date(2025, 1, 1),
    parameters=(CHECKED,),
)


def test_adding_a_step_leaves_the_first_trace_as_it_was() -> None:
    short = Trace().then(HOURS)
    long = short.then(SERVICE)
    assert list(short) == [HOURS]
    assert list(long) == [HOURS, SERVICE]


def test_a_trace_is_unverified_when_one_of_its_parameters_is() -> None:
    checked = Trace((HOURS, SERVICE))
    assert not checked.unverified
    doubtful = checked.then(Step("Grænse", 5, "count", parameters=(CHECKED, UNCHECKED)))
    assert doubtful.unverified
    assert [step.unverified for step in doubtful] == [False, False, True]


def test_a_trace_can_be_stored_as_json() -> None:
    shown = json.loads(json.dumps(Trace((HOURS, SERVICE)).as_dict()))
    assert shown["unverified"] is False
    hours, service = shown["steps"]
    assert (hours["value"], hours["text_da"], hours["edition"]) == ("12.5", "12,5", None)
    assert (service["text_da"], service["edition"]) == ("3.850,00 kr.", "2025-01-01")
    assert (service["rule"], hours["source"]) == ("tariffs.service_part", "Indskrivning")
    (rate,) = service["parameters"]
    assert (rate["key"], rate["from"], rate["value"]) == ("tariffs/hour_rate", "2025-01-01", 308_00)
    assert rate["source"]["key"] == "dassos-2025-autumn"
