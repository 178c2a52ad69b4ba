"""What people wrote, shown back to them: short, on one line and never with a full CPR number."""

from rammevaerk.engine.cpr import find_cpr


def without_cpr(text: str) -> str:
    """Return `text` with every CPR number masked, so that a message can be shown and logged."""
    parts, done = [], 0
    for match in sorted(find_cpr(text), key=lambda found: found.start):
        if match.start >= done:
            parts += [text[done : match.start], match.masked]
        done = max(done, match.end)
    return "".join(parts) + text[done:]


def quoted(text: str, longest: int = 60) -> str:
    """Return `text` in Danish quotation marks, masked, on one line and at most `longest` long."""
    line = " ".join(without_cpr(text).split())
    return f"«{line[: longest - 1]}…»" if len(line) > longest else f"«{line}»"
