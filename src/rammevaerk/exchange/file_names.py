"""File names from strangers, made fit to show, store and send."""

import re
import unicodedata

_LONGEST = 120
_LONGEST_EXTENSION = 10
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)}
)


def safe_name(name: str) -> str:
    """Return a clean name for display and storage: no path, no control or direction marks.

    Keeps the extension, at most 120 characters; a name with nothing left becomes "fil". Names
    that Windows reserves for devices get a line in front.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(letter for letter in last if _is_shown(letter))
    tidy = " ".join(_FORBIDDEN.sub("-", visible).split()).strip(". ")
    if not tidy:
        return "fil"
    stem, dot, extension = tidy.rpartition(".")
    if not dot or len(extension) > _LONGEST_EXTENSION:
        stem, dot, extension = tidy, "", ""
    stem = stem[: _LONGEST - len(dot) - len(extension)].rstrip(". ")
    prefix = "_" if stem.partition(".")[0].strip().lower() in _RESERVED else ""
    return f"{prefix}{stem}{dot}{extension}"


def extension_of(name: str) -> str:
    """Return the extension in lower case, without its dot; "" when there is none."""
    stem, dot, extension = safe_name(name).rpartition(".")
    return extension.strip().lower() if dot and stem else ""


def _is_shown(letter: str) -> bool:
    """Say whether a character is one people can see (Cf holds the marks that turn text around)."""
    return letter.isspace() or not unicodedata.category(letter).startswith("C")
