"""A sender's columns as they are kept, and as the exchange reads them."""

import json
from collections.abc import Mapping
from typing import Any

from rammevaerk.exchange.tariff_file.columns import BY_KEY
from rammevaerk.exchange.tariff_file.mapping import ColumnMap
from rammevaerk.portal.tariffs.models import ColumnMapping


def map_of(row: ColumnMapping) -> ColumnMap:
    """The kept columns; what is no longer a column of ours is left out."""
    content = json.loads(row.content)
    columns = {key: text for key, text in content.get("columns", {}).items() if key in BY_KEY}
    words = {key: dict(one) for key, one in content.get("words", {}).items() if key in BY_KEY}
    return ColumnMap(content.get("sheet", ""), int(content.get("header_row", 1)), columns, words)


def content_of_map(chosen: ColumnMap) -> Mapping[str, Any]:
    """What is kept of a map."""
    return {
        "sheet": chosen.sheet,
        "header_row": chosen.header_row,
        "columns": dict(chosen.columns),
        "words": {key: dict(words) for key, words in chosen.words.items()},
    }
