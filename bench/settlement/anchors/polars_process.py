"""Parquet to Parquet with Polars: `python polars_process.py FOLDER OUT FIRST_MONTH MONTHS`.

A whole process, with the form of polars_forms that is the faster one.
"""

import sys
from datetime import date
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from polars_forms import Native, months_of, settle_gathered

TABLES = ("facilities", "tariffs", "placements", "absences", "supplements")


def main(folder: Path, out: Path, first_month: str, count: int) -> None:
    """Settle the tables of a folder."""
    out.mkdir(parents=True, exist_ok=True)
    year, month = map(int, first_month.split("-"))
    starts = [
        date(year + (month - 1 + n) // 12, (month - 1 + n) % 12 + 1, 1) for n in range(count + 1)
    ]
    begun = (starts[0] - date(1970, 1, 1)).days
    tables = {name: _numbers(pl.read_parquet(folder / f"{name}.parquet"), begun) for name in TABLES}
    first = [(day - starts[0]).days for day in starts]
    names = pl.Series([f"{day:%Y-%m}" for day in starts[:-1]])
    lines, totals = settle_gathered(Native(tables, months_of(first), first[-1]))
    for name, frame, keys in (
        ("lines", lines.drop("payer", "operator"), ["placement", "month"]),
        ("totals", totals, ["payer", "operator", "month"]),
    ):
        ordered = frame.sort(keys)
        named = ordered.with_columns(names.gather(ordered["month"]).alias("month"))
        named.write_parquet(out / f"{name}.parquet")


def _numbers(frame: pl.DataFrame, begun: int) -> pl.DataFrame:
    """Days and minutes from the period's first day; whole numbers of 32 bits where they fit."""
    made = {}
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if kind == pl.Date:
            made[name] = column.to_physical() - begun
        elif isinstance(kind, pl.Datetime):
            made[name] = (column.dt.epoch("us").floordiv(60_000_000) - begun * 1440).cast(pl.Int32)
        elif name == "day_count":
            made[name] = (column == "hotel").cast(pl.Int32)
        elif "ore" not in name:
            made[name] = column.cast(pl.Int32)
    return frame.with_columns(**made)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
