"""The settlement in Polars, in two forms: days and minutes count from the period's first day."""

from dataclasses import dataclass

import polars as pl

SUMS = ("days", "basis_ore", "service_ore", "supplement_ore", "total_ore")
SCHEDULE = pl.col("facility") * 1024 + pl.col("plan")
LINE = ("placement", "month", "payer", "operator")


@dataclass(frozen=True, slots=True)
class Native:
    tables: dict[str, pl.DataFrame]
    months: pl.DataFrame
    days: int


def months_of(starts: list[int]) -> pl.DataFrame:
    """Each month of a period with its first day and the day after its last."""
    return pl.DataFrame(
        {"month": range(len(starts) - 1), "first": starts[:-1], "last": starts[1:]},
        schema={"month": pl.Int32, "first": pl.Int32, "last": pl.Int32},
    )


def _stays(native: Native) -> pl.LazyFrame:
    """Stays with payable days [a, b)."""
    first = pl.col("start").floordiv(1440)
    last = (
        pl.when(pl.col("end").is_null())
        .then(native.days)
        .when(pl.col("day_count") == 1)
        .then(first + (pl.col("end") - pl.col("start")).floordiv(1440))
        .otherwise(-(-pl.col("end")).floordiv(1440))
    )
    return (
        native.tables["placements"]
        .lazy()
        .join(native.tables["facilities"].lazy(), on="facility")
        .with_columns(
            a=first.clip(lower_bound=0).cast(pl.Int32),
            b=pl.min_horizontal(last, pl.lit(native.days)).cast(pl.Int32),
            schedule=SCHEDULE,
        )
        .filter(pl.col("a") < pl.col("b"))
    )


def _flags(native: Native, stays: pl.DataFrame) -> pl.LazyFrame:
    """The days on which a facility goes over its cap or comes back."""
    one = pl.lit(1, pl.Int32)
    change = pl.concat(
        [
            stays.lazy().select("facility", day="a", n=one),
            stays.lazy().select("facility", day="b", n=-one),
        ]
    )
    return (
        change.group_by("facility", "day")
        .agg(pl.col("n").sum())
        .join(native.tables["facilities"].lazy().select("facility", "cap"), on="facility")
        .sort("facility", "day")
        .with_columns(over=pl.col("n").cum_sum().over("facility") > pl.col("cap"))
        .filter(pl.col("over") != pl.col("over").shift(1, fill_value=False).over("facility"))
        .select("facility", "day", "over")
    )


def _segments(native: Native, stays: pl.DataFrame) -> pl.DataFrame:
    """Days of one price within a month: schedule, month, first, last, basis, hour."""
    flags = _flags(native, stays).collect()
    versions = native.tables["tariffs"].with_columns(schedule=SCHEDULE)
    schedules = versions.select("schedule", "facility").unique()
    names = ["schedule", "facility", "first"]
    cuts = pl.concat(
        [
            schedules.join(native.months.select("first"), how="cross").select(names),
            versions.select("schedule", "facility", first="valid_from"),
            schedules.join(flags, on="facility").select("schedule", "facility", first="day"),
        ]
    )
    cuts = (
        cuts.filter(pl.col("first").is_between(0, native.days - 1))
        .unique()
        .sort("schedule", "first")
    )
    versions = versions.drop("facility", "plan").sort("schedule", "valid_from")
    found = (
        cuts.with_columns(s_last=pl.col("first").shift(-1).over("schedule").fill_null(native.days))
        .join_asof(
            versions, left_on="first", right_on="valid_from", by="schedule",
            check_sortedness=False,
        )
        .sort("first")
        .join_asof(
            flags.sort("day"), left_on="first", right_on="day", by="facility",
            check_sortedness=False,
        )
    )  # fmt: skip
    normal, above = pl.col("basis_ore"), pl.col("basis_over_cap_ore")
    return (
        found.with_columns(
            basis=pl.when(pl.col("over").fill_null(False)).then(above).otherwise(normal),
        )
        .join_asof(native.months.select("month", "first"), on="first")
        .drop_nulls("basis")
        .select("schedule", "month", "s_last", "basis", s_first="first", hour="hour_ore")
    )


def _pieces(native: Native, stays: pl.LazyFrame) -> pl.LazyFrame:
    """Signed pieces of days: whole stays, less absences, and supplements without a price."""
    until = pl.min_horizontal("b", pl.col("to").fill_null(native.days))
    zero, about = pl.lit(0, pl.Int32), ["placement", "schedule", "payer", "operator"]
    about = [*about, "minutes_per_week"]
    whole = stays.select(
        *about, lo="a", hi="b", counted=pl.lit(1, pl.Int32), basis_pct=pl.lit(100, pl.Int32),
        service_pct=pl.lit(100, pl.Int32), extra=pl.lit(0, pl.Int64),
    )  # fmt: skip
    absent = (
        native.tables["absences"]
        .lazy()
        .join(stays, on="placement")
        .select(
            *about, lo=pl.max_horizontal("a", pl.col("from") + pl.col("absence_full_days")),
            hi=until, counted=zero, basis_pct=pl.col("absence_basis_pct") - 100,
            service_pct=pl.col("absence_service_pct") - 100, extra=pl.lit(0, pl.Int64),
        )
    )  # fmt: skip
    extra = (
        native.tables["supplements"]
        .lazy()
        .join(stays, on="placement")
        .select(
            *about, lo=pl.max_horizontal("a", "from"), hi=until, counted=zero, basis_pct=zero,
            service_pct=zero, extra="ore_per_day",
        )
    )  # fmt: skip
    return pl.concat([whole, absent, extra]).filter(pl.col("lo") < pl.col("hi"))


def _month_of(native: Native) -> pl.Series:
    return native.months.select(
        pl.col("month").repeat_by(pl.col("last") - pl.col("first")).explode()
    )["month"]


def _rounded(lines: pl.LazyFrame) -> pl.LazyFrame:
    basis = (pl.col("basis") + 50) // 100
    service = (pl.col("hours") * pl.col("minutes_per_week") + 21_000) // 42_000
    return lines.with_columns(basis_ore=basis, service_ore=service).select(
        *LINE, "days", "basis_ore", "service_ore", "supplement_ore",
        total_ore=pl.col("basis_ore") + pl.col("service_ore") + pl.col("supplement_ore"),
    )  # fmt: skip


def _totals(lines: pl.DataFrame) -> pl.DataFrame:
    sums = [pl.col(name).cast(pl.Int64).sum() for name in SUMS]
    return lines.lazy().group_by("payer", "operator", "month").agg(sums).collect(engine="streaming")


def settle_fused(native: Native) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pieces cut at the months, one join with the segments, one group_by, streaming."""
    stays = _stays(native).collect(engine="streaming")
    segments = _segments(native, stays).lazy()
    pieces = _with_months(native, _pieces(native, stays.lazy()))
    days = pl.min_horizontal("hi", "s_last") - pl.max_horizontal("lo", "s_first")
    lines = (
        pieces.with_columns(month=pl.int_ranges("first_month", "until_month", dtype=pl.Int32))
        .explode("month")
        .join(segments, on=["schedule", "month"])
        .with_columns(n=days)
        .filter(pl.col("n") > 0)
        .group_by("placement", "month")
        .agg(
            pl.col("payer").first(),
            pl.col("operator").first(),
            pl.col("minutes_per_week").first(),
            days=(pl.col("n") * pl.col("counted")).sum(),
            basis=(pl.col("n") * pl.col("basis_pct") * pl.col("basis")).sum(),
            hours=(pl.col("n") * pl.col("service_pct") * pl.col("hour")).sum(),
            supplement_ore=(pl.col("n") * pl.col("extra")).sum(),
        )
    )
    made = _rounded(lines).collect(engine="streaming")
    return made, _totals(made)


def _dense(native: Native, stays: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cumulative prices by schedule and day, and where those of each schedule begin."""
    days = native.days
    facilities = native.tables["facilities"].lazy().select("facility", "cap")
    facilities = facilities.with_row_index("place").with_columns(pl.col("place").cast(pl.Int64))
    where = stays.lazy().join(facilities.select("facility", "place"), on="facility")
    change = pl.concat(
        [
            where.select(at=pl.col("place") * (days + 1) + pl.col("a"), n=pl.lit(1, pl.Int32)),
            where.select(at=pl.col("place") * (days + 1) + pl.col("b"), n=pl.lit(-1, pl.Int32)),
        ]
    )
    change = change.group_by("at").agg(pl.col("n").sum()).collect(engine="streaming")
    count = native.tables["facilities"].height
    present = pl.zeros(count * (days + 1), pl.Int32, eager=True).scatter(change["at"], change["n"])
    caps = native.tables["facilities"].select(pl.col("cap").repeat_by(days + 1).explode())["cap"]
    over = present.cum_sum() > caps
    versions = (
        native.tables["tariffs"]
        .lazy()
        .with_columns(schedule=SCHEDULE)
        .sort("schedule", "valid_from")
        .with_columns(
            first=pl.col("valid_from").clip(0, days),
            last=pl.col("valid_from").shift(-1).over("schedule").fill_null(days).clip(0, days),
        )
        .join(facilities.select("facility", "place"), on="facility", maintain_order="left")
    )
    schedules = versions.group_by("schedule", "place", maintain_order=True).agg(
        pl.col("first").min()
    )
    # Days before the first version have no price; no stay that is settled reaches them.
    blank = schedules.filter(pl.col("first") > 0).select(
        "schedule", "place", first=pl.lit(0, pl.Int32), last="first",
        basis_ore=pl.lit(0, pl.Int64), basis_over_cap_ore=pl.lit(0, pl.Int64),
        hour_ore=pl.lit(0, pl.Int64),
    )  # fmt: skip
    laid = pl.concat([blank, versions.select(blank.collect_schema().names())])
    rows = (
        laid.sort("schedule", "first")
        .with_columns(day=pl.int_ranges("first", "last", dtype=pl.Int64))
        .filter(pl.col("first") < pl.col("last"))
        .explode("day")
        .collect()
    )
    full = over.gather(rows["place"] * (days + 1) + rows["day"])
    prices = rows.select(
        basis=pl.when(full).then("basis_over_cap_ore").otherwise("basis_ore").cum_sum(),
        hours=pl.col("hour_ore").cum_sum(),
    )
    zero = pl.DataFrame({"basis": [0], "hours": [0]})
    begins = schedules.select("schedule").with_row_index("rank").collect()
    begins = begins.select("schedule", base=pl.col("rank").cast(pl.Int64) * days)
    return pl.concat([zero, prices]), begins


def settle_gathered(native: Native) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cumulative day prices, of which a line takes the difference of two."""
    stays = _stays(native).collect(engine="streaming")
    prices, begins = _dense(native, stays)
    stays = stays.join(begins, on="schedule", maintain_order="left")
    whole = stays.lazy().select(
        "placement", "payer", "operator", "minutes_per_week", "base", lo="a", hi="b"
    )
    cut = _cut(native, whole)
    lines = _priced(cut, prices).select(
        *LINE, "minutes_per_week", "basis", "hours", days=pl.col("high") - pl.col("low")
    )
    until = pl.min_horizontal("b", pl.col("to").fill_null(native.days))
    absent = (
        native.tables["absences"]
        .lazy()
        .join(stays.lazy(), on="placement")
        .select(
            "placement",
            "base",
            "absence_basis_pct",
            "absence_service_pct",
            lo=pl.max_horizontal("a", pl.col("from") + pl.col("absence_full_days")),
            hi=until,
        )
    )
    gone = (
        _priced(_cut(native, absent), prices)
        .lazy()
        .group_by("placement", "month")
        .agg(
            off_basis=((100 - pl.col("absence_basis_pct")) * pl.col("basis")).sum(),
            off_hours=((100 - pl.col("absence_service_pct")) * pl.col("hours")).sum(),
        )
    )
    extra = (
        native.tables["supplements"]
        .lazy()
        .join(stays.lazy(), on="placement")
        .select("placement", "ore_per_day", lo=pl.max_horizontal("a", "from"), hi=until)
    )
    more = (
        _cut(native, extra)
        .lazy()
        .group_by("placement", "month")
        .agg(supplement_ore=(pl.col("ore_per_day") * (pl.col("high") - pl.col("low"))).sum())
    )
    found = (
        lines.lazy()
        .join(gone, on=["placement", "month"], how="left")
        .join(more, on=["placement", "month"], how="left")
        .with_columns(
            basis=100 * pl.col("basis") - pl.col("off_basis").fill_null(0),
            hours=100 * pl.col("hours") - pl.col("off_hours").fill_null(0),
            supplement_ore=pl.col("supplement_ore").fill_null(0),
        )
    )
    made = _rounded(found).collect(engine="streaming")
    return made, _totals(made)


def _cut(native: Native, spans: pl.LazyFrame) -> pl.DataFrame:
    """Cut [lo, hi) at the months: a row per month with its part [low, high)."""
    starts, ends = native.months["first"], native.months["last"]
    cut = (
        _with_months(native, spans)
        .with_columns(month=pl.int_ranges("first_month", "until_month", dtype=pl.Int32))
        .explode("month")
        .collect(engine="streaming")
    )
    return cut.with_columns(
        low=pl.max_horizontal("lo", starts.gather(cut["month"])),
        high=pl.min_horizontal("hi", ends.gather(cut["month"])),
    )


def _with_months(native: Native, spans: pl.LazyFrame) -> pl.LazyFrame:
    month_of = _month_of(native)
    found = spans.filter(pl.col("lo") < pl.col("hi")).collect(engine="streaming")
    return found.with_columns(
        first_month=month_of.gather(found["lo"]), until_month=month_of.gather(found["hi"] - 1) + 1
    ).lazy()


def _priced(cut: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    low, high = cut["base"] + cut["low"], cut["base"] + cut["high"]
    return cut.with_columns(
        basis=prices["basis"].gather(high) - prices["basis"].gather(low),
        hours=prices["hours"].gather(high) - prices["hours"].gather(low),
    )
