"""pandas' best form: stays and pieces cut at the months, merged with price segments, summed."""

from typing import Any

import numpy as np
import pandas as pd
from bench.settlement.generate import MINUTE_US, Data

from rammevaerk.engine.tables import OPEN

SUMS = ["days", "basis_ore", "service_ore", "supplement_ore", "total_ore"]


def load(data: Data) -> tuple[dict[str, pd.DataFrame], np.ndarray]:
    """The tables as frames; days and minutes count from the period's first day."""
    frames = {}
    for table, columns in data.tables.items():
        made = {}
        for name, column in columns.items():
            numbers = column
            if name in {"start", "end"}:
                numbers = column // MINUTE_US - data.first_day * 1440
            elif name in {"valid_from", "from", "to"}:
                numbers = column - data.first_day
            made[name] = np.where(column == OPEN, np.int64(2**40), numbers)
        frames[table] = pd.DataFrame(made)
    return frames, data.months.starts()


def settle(native: tuple[dict[str, pd.DataFrame], np.ndarray]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines and totals as frames."""
    tables, starts = native
    days = int(starts[-1])
    stays = tables["placements"].merge(tables["facilities"], on="facility")
    first = stays["start"] // 1440
    hotel = first + (stays["end"] - stays["start"]) // 1440
    last = hotel.where(stays["day_count"] == 1, -(-stays["end"] // 1440))
    stays["a"], stays["b"] = first.clip(lower=0), last.clip(upper=days)
    stays = stays[stays["a"] < stays["b"]]
    stays = stays.assign(schedule=stays["facility"] * 1024 + stays["plan"])
    segments = _segments(tables, stays, starts)
    whole = pd.DataFrame(
        {
            "placement": stays["placement"], "schedule": stays["schedule"],
            "first": stays["a"], "last": stays["b"], "counted": 1,
            "basis_pct": 100, "service_pct": 100, "extra": 0,
        }
    )  # fmt: skip
    own = stays[
        ["placement", "schedule", "a", "b", "absence_full_days", "absence_basis_pct",
         "absence_service_pct"]
    ]  # fmt: skip
    absent = _child(tables["absences"], own, own_days=True)
    absent["basis_pct"] = absent["absence_basis_pct"] - 100
    absent["service_pct"] = absent["absence_service_pct"] - 100
    absent["extra"] = 0
    extra = _child(tables["supplements"], own, own_days=False)
    extra["extra"] = extra["ore_per_day"]
    extra["basis_pct"] = extra["service_pct"] = 0
    pieces = pd.concat([whole, absent[whole.columns], extra[whole.columns]], ignore_index=True)
    lines = _lines(pieces, segments, starts)
    about = stays[["placement", "payer", "operator", "minutes_per_week"]]
    lines = lines.merge(about, on="placement")
    lines["basis_ore"] = (lines["basis"] + 50) // 100
    lines["service_ore"] = (lines["minutes_per_week"] * lines["hours"] + 21_000) // 42_000
    lines["total_ore"] = lines["basis_ore"] + lines["service_ore"] + lines["supplement_ore"]
    totals = lines.groupby(["payer", "operator", "month"], sort=False, as_index=False)[SUMS].sum()
    return lines[["placement", "month", *SUMS]], totals


def _child(table: pd.DataFrame, stays: pd.DataFrame, *, own_days: bool) -> pd.DataFrame:
    found = table.merge(stays, on="placement")
    full = found["absence_full_days"] if own_days else 0
    found["first"] = np.maximum(found["from"] + full, found["a"])
    found["last"] = np.minimum(found["to"], found["b"])
    found["counted"] = 0
    return found[found["first"] < found["last"]].copy()


def _segments(
    tables: dict[str, pd.DataFrame], stays: pd.DataFrame, starts: np.ndarray
) -> pd.DataFrame:
    """Days of one price: schedule, month, first, last, basis, hour."""
    days = int(starts[-1])
    arrivals = stays[["facility", "a"]].rename(columns={"a": "day"}).assign(n=1)
    departures = stays[["facility", "b"]].rename(columns={"b": "day"}).assign(n=-1)
    change = pd.concat([arrivals, departures]).groupby(["facility", "day"], as_index=False)["n"]
    flags = change.sum().merge(tables["facilities"][["facility", "cap"]], on="facility")
    flags["over"] = flags.groupby("facility")["n"].cumsum() > flags["cap"]
    before = flags.groupby("facility")["over"].shift(fill_value=False)
    flags = flags.loc[flags["over"] != before, ["facility", "day", "over"]]
    versions = tables["tariffs"].assign(
        schedule=tables["tariffs"]["facility"] * 1024 + tables["tariffs"]["plan"]
    )
    schedules = versions[["schedule", "facility"]].drop_duplicates()
    months = schedules.merge(pd.DataFrame({"first": starts[:-1]}), how="cross")
    moved = schedules.merge(flags.rename(columns={"day": "first"}), on="facility")
    newer = versions.rename(columns={"valid_from": "first"})
    names = ["schedule", "facility", "first"]
    cuts = pd.concat([months, moved[names], newer[names]]).drop_duplicates()
    cuts = cuts[(cuts["first"] >= 0) & (cuts["first"] < days)].sort_values("first")
    cuts = pd.merge_asof(
        cuts,
        newer.drop(columns=["facility", "plan"]).sort_values("first"),
        on="first",
        by="schedule",
    )
    flags = flags.rename(columns={"day": "first"}).sort_values("first")
    cuts = pd.merge_asof(cuts, flags, on="first", by="facility").sort_values(["schedule", "first"])
    following = cuts.groupby("schedule")["first"].shift(-1, fill_value=days)
    normal, above = cuts["basis_ore"], cuts["basis_over_cap_ore"]
    return pd.DataFrame(
        {
            "schedule": cuts["schedule"],
            "month": np.searchsorted(starts, cuts["first"], side="right") - 1,
            "s_first": cuts["first"],
            "s_last": following,
            "basis": normal.where(cuts["over"].astype("boolean").fillna(False) == False, above),  # noqa: E712
            "hour": cuts["hour_ore"],
        }
    ).dropna()


def _lines(pieces: pd.DataFrame, segments: pd.DataFrame, starts: np.ndarray) -> pd.DataFrame:
    lowest = np.searchsorted(starts, pieces["first"], side="right") - 1
    highest = np.searchsorted(starts, pieces["last"], side="left")
    count = highest - lowest
    cut = pieces.loc[pieces.index.repeat(count)]
    nth = np.arange(len(cut)) - np.repeat(np.cumsum(count) - count, count)
    cut = cut.assign(month=np.repeat(lowest, count) + nth)
    found = cut.merge(segments, on=["schedule", "month"])
    low = np.maximum(found["first"].to_numpy(), found["s_first"].to_numpy())
    days = np.minimum(found["last"].to_numpy(), found["s_last"].to_numpy()) - low
    kept = days > 0
    found, days = found[kept], days[kept]
    sums = pd.DataFrame(
        {
            "placement": found["placement"].to_numpy(),
            "month": found["month"].to_numpy(),
            "days": days * found["counted"].to_numpy(),
            "basis": days * found["basis_pct"].to_numpy() * found["basis"].to_numpy(np.int64),
            "hours": days * found["service_pct"].to_numpy() * found["hour"].to_numpy(np.int64),
            "supplement_ore": days * found["extra"].to_numpy(),
        }
    )
    return sums.groupby(["placement", "month"], sort=False, as_index=False).sum()


def columns(made: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Lines and totals as NumPy columns."""
    lines, totals = made
    return (
        {name: lines[name].to_numpy() for name in lines},
        {name: totals[name].to_numpy() for name in totals},
    )
