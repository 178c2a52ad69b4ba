"""Texts from people, without what a file cannot hold or what disguises the rest."""

import re

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Marks that turn the direction of whatever follows, also in the next field.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def cleaned(text: str) -> str:
    """Return `text` with LF line ends and without control characters and turned directions."""
    return _TURNING.sub("", _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text)))


def on_one_line(text: str) -> str:
    """Return `text` cleaned, all white space as single blanks: for titles, names and places."""
    return " ".join(cleaned(text).split())
