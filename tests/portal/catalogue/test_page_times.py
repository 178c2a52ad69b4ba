"""The measurement of page times: what it prints, and that every page it asks for answers."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from world import World

from rammevaerk.portal.access.actions import Role


def _loaded() -> Any:
    """The script by its file: bench/ is no package of the tests."""
    path = Path(__file__).parents[3] / "bench" / "pages.py"
    spec = importlib.util.spec_from_file_location("page_times", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["page_times"] = module
    spec.loader.exec_module(module)
    return module


bench = _loaded()


def measured(*times: float, budget: float = 150.0) -> Any:
    page = bench.Page("studio", lambda _round: "/", budget)
    return bench.Measured(page, list(times), queries=3)


def test_the_json_holds_exactly_what_is_promised() -> None:
    found = json.loads(bench.as_json([measured(10.0, 20.0, 30.04)]))
    assert found == {"pages": {"studio": {"p50_ms": 20.0, "p95_ms": 30.0, "queries": 3}}}


def test_the_95th_percentile_is_a_time_that_was_measured() -> None:
    assert measured(*map(float, range(1, 101))).p95_ms == 95.0
    assert measured(7.0).p95_ms == 7.0


def test_a_page_over_its_budget_is_marked() -> None:
    assert not measured(150.0).over
    assert measured(150.1).over
    assert "over" in bench.as_table([measured(151.0)], 1).splitlines()[-1]


@pytest.mark.usefixtures("world")
def test_each_page_answers_and_is_counted(world: World) -> None:
    client: Client = world.client(Role.SECRETARIAT, "sekretariatet")
    client.defaults["SERVER_NAME"] = "localhost"
    found = [page for page in bench.pages(client) if not page.name.startswith("studio")]
    assert len({page.name for page in found}) == len(found) > 15
    rows = bench.measure(
        lambda _who: client, [page for page in found if page.name != "tariff-file"][:6], 2
    )
    assert all(len(one.times_ms) == 2 and one.queries > 0 for one in rows)


def test_a_page_that_fails_ends_the_run() -> None:
    page = bench.Page("gone", lambda _round: "/findes-ikke/")
    with pytest.raises(SystemExit, match="gone: /findes-ikke/ answers"):
        bench.measure(lambda _who: Client(), [page], 1)
