"""Settling on Spark: it hands out buckets of whole facilities, and the engine settles each.

Rows do not pass through the JVM: a task reads the files of its bucket and writes its lines. On a
cluster, the folder of the buckets must be one that every machine sees.
"""

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rammevaerk.engine.errors import EngineError
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.engine.settlement.kernel import Kernel, price_blocks
from rammevaerk.engine.settlement.months import Months
from rammevaerk.engine.settlement.settle import Rounding, Settlement
from rammevaerk.exchange.buckets import join_buckets, settle_bucket, write_buckets

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# A task of so many stays is worth the second it takes to start it.
STAYS_PER_BUCKET = 50_000
BUCKETS_PER_CORE = 4


class NoSpark(EngineError):
    """Spark was asked for, and it, or the Java it needs, cannot be started."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            'Spark kan ikke startes. Det kræver pip install "rammevaerk[spark]" og Java 17 eller'
            f" nyere. ({reason})"
        )


def start_session() -> "SparkSession":
    """Start Spark, or return the session there is; its master is Spark's own setting.

    `NoSpark` when it cannot be started.
    """
    # The workers are to have the same Python, where nobody has said otherwise.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.appName("rammevaerk settle")
        session = builder.config("spark.ui.enabled", "false").getOrCreate()
    except (
        Exception
    ) as error:  # what a Java that is missing becomes differs from version to version
        raise NoSpark(str(error).partition("\n")[0]) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def settle_on_spark(
    tables: SettlementTables,
    months: Months,
    *,
    work: Path,
    rounding: Rounding = Rounding.LINE,
    compiled: bool = False,
    buckets: int | None = None,
    session: "SparkSession | None" = None,
) -> Settlement:
    """Settle a period on Spark; the lines and totals are those of `settle`, to the øre.

    `work` is an empty folder for the buckets, which is left for the caller to remove. Of one kind
    of finding, each bucket tells its first hundred.
    """
    spark = session or start_session()
    count = write_buckets(tables, work, buckets or _buckets(tables, spark))
    task = partial(_settled, str(work.resolve()), months.first, months.count, rounding, compiled)
    # One partition each: the data frames of Spark would want pandas to hand out a number.
    found = spark.sparkContext.parallelize(range(count), count).map(task).collect()
    return join_buckets(tables, work, months, rounding, [findings for _, findings in found])


def _buckets(tables: SettlementTables, spark: "SparkSession") -> int:
    stays = len(tables.placements.placement)
    cores = int(spark.sparkContext.defaultParallelism)
    return max(cores, min(BUCKETS_PER_CORE * cores, stays // STAYS_PER_BUCKET))


def _settled(
    folder: str, first: int, count: int, rounding: Rounding, compiled: bool, number: int
) -> tuple[int, str]:
    """In a worker: settle a bucket; its number of lines and its findings."""
    return settle_bucket(Path(folder), number, Months(first, count), rounding, _kernel(compiled))


def _kernel(compiled: bool) -> Kernel:
    if not compiled:
        return price_blocks
    from rammevaerk.engine.settlement.compiled import price_compiled

    return price_compiled
