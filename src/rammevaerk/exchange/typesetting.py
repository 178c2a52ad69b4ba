"""A template set as tagged PDF (PDF/UA-1): the same data give the same bytes on every machine."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typst

_COMPILATIONS_REMEMBERED = 11  # typst keeps what was used in the last ten


def typeset(template: bytes, data: Mapping[str, Any], moment: datetime | None = None) -> bytes:
    """Return the template with `data` as PDF/UA-1, dated `moment` when there is one.

    All texts reach the template as data and are never read as markup. Only the fonts that typst
    brings along are used, so that it looks the same on every machine.
    """
    written = typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        timestamp=int(moment.timestamp()) if moment else 0,
    )
    _forget()
    return written


def _forget() -> None:
    """Let typst drop what it remembers of the document: a server would grow by 100 MB for each."""
    for _ in range(_COMPILATIONS_REMEMBERED):
        typst.compile(b"", format="pdf", ignore_system_fonts=True)
