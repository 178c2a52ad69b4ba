"""The published table of homes by municipality and ownership, as it is printed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rammevaerk.portal.demonstration.region.homes import Entry, read

# The columns of the data file, and what the catalogue calls them; a row's total has no name.
_COLUMNS = {"municipal": "municipal", "regional": "regional", "private": "non_public", "total": ""}


def published_entries(folder: Path) -> list[Entry]:
    """The cells of the table, blank ones without a number, and its last line."""
    table = read(folder, "residential")
    common = {"kind": "residential", "as_of": table["as_of"], "source": table["source_text"]}
    cells = [cell for row in table["row"] for cell in _cells(row)]
    last = [
        {"ownership": _COLUMNS[column], "count": count}
        for column, count in table["printed"].items()
    ]
    return [{**common, **cell} for cell in (*cells, *last)]


def _cells(row: Entry) -> Iterator[dict[str, Any]]:
    for column, ownership in _COLUMNS.items():
        blank = column in row.get("blank", ())
        yield {
            "municipality": row["municipality"],
            "ownership": ownership,
            "count": None if blank else row[column],
            # What was settled of a row is told once, at its total.
            "note": row.get("taken", "") if column == "total" else "",
        }
