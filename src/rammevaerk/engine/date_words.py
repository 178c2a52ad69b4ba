"""Dates in Danish words; a module of its own, since periods and their errors both say dates."""

from datetime import date

MONTHS_DA = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)


def date_text_da(day: date) -> str:
    """Return a day as Danes write it: "20. september 2024"."""
    return f"{day.day}. {MONTHS_DA[day.month - 1]} {day.year}"
