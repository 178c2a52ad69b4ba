"""Words of the document shown in a sentence about it."""

from rammevaerk.exchange.quoting import quoted


def shown(text: str) -> str:
    """Return a few words of the document in quotation marks."""
    return quoted(text, 60)
