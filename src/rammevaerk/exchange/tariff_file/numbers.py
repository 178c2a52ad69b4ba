"""Numbers as people write them in tariff files: read exactly, or asked about, never guessed."""

import re
from decimal import Decimal

_SUFFIX = re.compile(r"\s*(?:kr\.?|dkk|%)$|^(?:kr\.?|dkk)\s*", re.IGNORECASE)
_WHOLE_KRONER = re.compile(",-+$")
_BLANKS = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_PLAIN = re.compile(r"[0-9]+")
_DANISH = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]+,[0-9]{1,2}|[0-9]{4,},[0-9]+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_DOT_DECIMALS = re.compile(r"[0-9]+\.[0-9]{1,2}|[0-9]{4,}\.[0-9]+")
_ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}")
_EITHER = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
_LONGEST = 24


class NumberFault(Exception):
    """A number that cannot be used; the message is a Danish sentence."""


def read_number(text: str) -> tuple[Decimal, str]:
    """Return the number and, where its spelling is not Danish, how it was read.

    `NumberFault` for what is no number, is negative, or can be two numbers ("1.234").
    """
    written = _BLANKS.sub("", _SUFFIX.sub("", text.strip())).strip()
    # "2.800,-" says that nothing but øre can follow the comma.
    written = _WHOLE_KRONER.sub(",00", written)
    if len(written) > _LONGEST:
        raise NumberFault("Tallet er for langt. Er der sat to tal sammen?")
    if written[:1] in {"-", "\u2212", "\u2013"} and any(sign.isdigit() for sign in written):
        raise NumberFault("Tallet er negativt. Her skal stå nul eller derover.")
    if _PLAIN.fullmatch(written):
        return Decimal(written), ""
    if _DANISH.fullmatch(written) or _THOUSANDS.fullmatch(written):
        return Decimal(written.replace(".", "").replace(",", ".")), ""
    if _EITHER.fullmatch(written):
        whole = re.sub("[.,]", "", written)
        other = written.replace(".", ",")
        raise NumberFault(
            f"Tallet kan læses på to måder: {whole} eller {other}. Skriv {whole},00, hvis tegnet "
            "skiller tusinder, ellers højst to decimaler med komma."
        )
    if _DOT_DECIMALS.fullmatch(written):
        return Decimal(written), "Tallet har punktum som decimaltegn"
    if _ENGLISH.fullmatch(written):
        return Decimal(written.replace(",", "")), "Tallet er skrevet på engelsk"
    raise NumberFault("Det er ikke et tal. Skriv fx 1.234,50.")


def danish(number: Decimal, decimals: int) -> str:
    """Return the number with dots between thousands and a comma: "1.234,50"."""
    return f"{number:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
