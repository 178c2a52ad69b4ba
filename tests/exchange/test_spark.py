"""Buckets of whole facilities, and Spark settling them: the same øre as the engine alone."""

import logging
import shutil
from collections.abc import Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from engine.settlement.random_tables import random_tables
from pyarrow.parquet import write_table

from rammevaerk.cli import main
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.kernel import price_blocks
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Rounding, Settlement, settle
from rammevaerk.exchange.buckets import join_buckets, settle_bucket, write_buckets

PERIOD = Months.parse("2024-02..2026-03")
# Two tasks, and a Java that starts sooner than it would run long.
SUBMIT = "--master local[2] --driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"


def require_same(found: Settlement, expected: Settlement) -> None:
    for part in ("lines", "totals"):
        for field in fields(getattr(expected, part)):
            own = getattr(getattr(found, part), field.name)
            other = getattr(getattr(expected, part), field.name)
            assert own.dtype == other.dtype
            assert np.array_equal(own, other), (part, field.name)
    assert sorted(found.findings, key=repr) == sorted(expected.findings, key=repr)


def in_buckets(
    tables: SettlementTables, folder: Path, wanted: int, rounding: Rounding = Rounding.LINE
) -> Settlement:
    count = write_buckets(tables, folder, wanted)
    told = [
        settle_bucket(folder, number, PERIOD, rounding, price_blocks)[1] for number in range(count)
    ]
    return join_buckets(tables, folder, PERIOD, rounding, told)


def spoilt(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Rows with what is wrong in every table, and stays that are there twice."""
    stays = rows["placements"]
    stays.append({**stays[0], "facility": stays[1]["facility"]})
    stays.append({**stays[2], "facility": "nowhere"})
    stays.append({**stays[3], "placement": "before", "end": stays[3]["start"].replace(year=2001)})
    stays.append({**stays[4], "placement": "minutes", "minutes_per_week": 20_000})
    rows["absences"].append({**rows["absences"][0], "placement": "nobody"})
    rows["absences"].append(dict(rows["absences"][0]))
    rows["supplements"].append({**rows["supplements"][0], "placement": "nobody"})
    rows["facilities"].append(dict(rows["facilities"][-1]))
    rows["tariffs"][0]["hour_ore"] = 10**12
    return rows


@pytest.mark.parametrize("wanted", [1, 3, 50])
@pytest.mark.parametrize("rounding", list(Rounding))
def test_buckets_give_what_the_whole_gives(tmp_path: Path, wanted: int, rounding: Rounding) -> None:
    rows = random_tables(wanted, facilities=20, placements=120)
    tables = SettlementTables.from_rows(rows)
    found = in_buckets(tables, tmp_path / "work", wanted, rounding)
    require_same(found, settle(tables, PERIOD, rounding=rounding))


@pytest.mark.parametrize("seed", range(5))
def test_buckets_find_what_is_wrong_in_the_whole_with_its_rows(tmp_path: Path, seed: int) -> None:
    tables = SettlementTables.from_rows(spoilt(random_tables(seed, facilities=20, placements=120)))
    expected = settle(tables, PERIOD)
    assert len({finding.code for finding in expected.findings}) > 6
    require_same(in_buckets(tables, tmp_path / "work", 7), expected)


def test_empty_tables_make_one_empty_bucket(tmp_path: Path) -> None:
    tables = SettlementTables.from_rows({})
    require_same(in_buckets(tables, tmp_path / "work", 4), settle(tables, PERIOD))


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def spark(monkeypatch_module: pytest.MonkeyPatch) -> Iterator[Any]:
    if find_spec("pyspark") is None:
        pytest.skip("the extra spark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    from rammevaerk.exchange.spark import start_session

    # Nothing of it leaves this machine, and its wires are quiet when they are taken down.
    monkeypatch_module.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch_module.setenv("PYSPARK_SUBMIT_ARGS", SUBMIT)
    logging.getLogger("py4j").setLevel(logging.WARNING)
    session = start_session()
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")
def test_spark_gives_the_same_ore_and_findings(tmp_path: Path, spark: Any) -> None:
    from rammevaerk.exchange.spark import settle_on_spark

    tables = SettlementTables.from_rows(spoilt(random_tables(8, facilities=20, placements=120)))
    found = settle_on_spark(tables, PERIOD, work=tmp_path / "work", buckets=5, session=spark)
    assert len(list((tmp_path / "work").iterdir())) > 1
    require_same(found, settle(tables, PERIOD))


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")
def test_the_command_writes_the_same_files_with_spark(tmp_path: Path, spark: Any) -> None:
    rows = random_tables(3, facilities=20, placements=120)
    folder = tmp_path / "in"
    folder.mkdir()
    for table, found in rows.items():
        write_table(pa.Table.from_pylist(found), folder / f"{table}.parquet")
    for engine in ("local", "spark"):
        out = str(tmp_path / "out" / engine)
        code = main(
            ["settle", str(folder), "--period", str(PERIOD), "--out", out, "--engine", engine]
        )
        assert code == 0
    for name in ("lines", "totals", "findings"):
        local, spread = (tmp_path / "out" / one / f"{name}.parquet" for one in ("local", "spark"))
        assert spread.read_bytes() == local.read_bytes()
    # What was between the tables and the result is gone.
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"local", "spark"}
