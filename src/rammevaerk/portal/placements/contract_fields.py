"""The fields of a contract: what is filled from the placement, and what the parties type."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST_PAYMENT_DAYS = 30  # rules: settlement/payment_days_max_public
MOST_NOTICE_MONTHS = 12
MOST_TEXT = 1_500


class Entry(StrEnum):
    """How a field gets its value: from the placement, or typed as this kind of thing."""

    FILLED = "filled"
    LINE = "line"
    LONG = "long"
    EAN = "ean"
    DAYS = "days"
    MONTHS = "months"
    BILLING = "billing"


@dataclass(frozen=True, slots=True)
class ContractField:
    """A field: its name in rows, and the word that clauses call it by in braces."""

    name: str
    word: str
    label: Any
    entry: Entry = Entry.FILLED
    help: Any = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are read together."""

    key: str
    title: Any
    fields: tuple[ContractField, ...]


BILLING = {
    "månedsvis bagud": _("Månedsvis bagud"),
    "månedsvis forud": _("Månedsvis forud"),
}
YES, NO = "ja", "nej"

SECTIONS = (
    Section(
        "parties",
        _("Parter"),
        (
            ContractField("seller", "sælger", _("Sælger (driftsherre)")),
            ContractField("seller_cvr", "sælgers-cvr", _("Sælgers CVR-nummer")),
            ContractField("seller_contact", "sælgers-kontakt", _("Sælgers kontakt"), Entry.LINE),
            ContractField("facility", "tilbud", _("Tilbud")),
            ContractField("department", "afdeling", _("Afdeling")),
            ContractField("address", "adresse", _("Adresse")),
            ContractField("p_number", "p-nummer", _("P-nummer")),
            ContractField("portal_id", "tilbudsportal-nr", _("Nr. på Tilbudsportalen")),
            ContractField("buyer", "køber", _("Køber (handlekommune)")),
            ContractField("buyer_cvr", "købers-cvr", _("Købers CVR-nummer")),
            ContractField("buyer_contact", "købers-kontakt", _("Købers kontakt"), Entry.LINE),
            ContractField(
                "payer_same", "samme-kommune", _("Handlekommune er den samme som betalingskommune")
            ),
            ContractField("payer", "betaler", _("Betalingskommune")),
            ContractField("payer_cvr", "betalers-cvr", _("Betalingskommunens CVR-nummer")),
            ContractField(
                "payer_ean",
                "ean",
                _("Betalingskommunens EAN-nummer"),
                Entry.EAN,
                _("13 cifre; det er her, regningen skal hen."),
            ),
        ),
    ),
    Section(
        "citizen",
        _("Borger og lovgrundlag"),
        (
            ContractField("citizen", "borger", _("Borger (pseudonym)")),
            ContractField("birth_month", "født", _("Født")),
            ContractField("paragraph", "lovgrundlag", _("Lovgrundlag")),
            ContractField("buyer_reference", "købers-reference", _("Købers reference")),
            ContractField("starts", "gælder-fra", _("Gælder fra")),
            ContractField("ends", "gælder-til", _("Gælder til")),
            ContractField("expected_to", "forventet-varighed", _("Forventet varighed")),
        ),
    ),
    Section(
        "service",
        _("Indsats og mål"),
        (
            ContractField("service", "ydelse", _("Ydelse")),
            ContractField(
                "content",
                "indsats",
                _("Indsatsens indhold"),
                Entry.LONG,
                _("Hvad sælger skal gøre, ud over det, der følger af ydelsen."),
            ),
            ContractField("goals", "mål", _("Mål")),
        ),
    ),
    Section(
        "price",
        _("Pris og timer"),
        (
            ContractField("price", "takst", _("Takst")),
            ContractField("price_unit", "enhed", _("Enhed")),
            ContractField("days_basis", "dagebasis", _("Dagebasis")),
            ContractField("hour_price", "timepris", _("Ydelses- eller timepris")),
            ContractField("hours_citizen", "borgertimer", _("Borgertimer om ugen")),
            ContractField(
                "hours_organisation", "organisatoriske-timer", _("Organisatoriske opgaver om ugen")
            ),
            ContractField("hours_documentation", "dokumentationstimer", _("Dokumentation om ugen")),
            ContractField("hours_absence", "fraværstimer", _("Ferie og fravær om ugen")),
            ContractField("hours_total", "timer-i-alt", _("Timer i alt om ugen")),
            ContractField("supplements", "tillæg", _("Tillæg")),
            ContractField(
                "price_regulation",
                "prisregulering",
                _("Regulering af prisen"),
                Entry.LINE,
                default="med pris- og lønfremskrivningen i den seneste økonomiaftale",
            ),
        ),
    ),
    Section(
        "settlement",
        _("Afregning"),
        (
            ContractField("day_count", "døgnprincip", _("Døgnprincip")),
            ContractField(
                "billing",
                "afregning",
                _("Regningen sendes"),
                Entry.BILLING,
                default="månedsvis bagud",
            ),
            ContractField(
                "payment_days",
                "betalingsfrist",
                _("Betalingsfrist i dage"),
                Entry.DAYS,
                _("Højst 30 dage efter, at regningen er modtaget."),
                default=str(MOST_PAYMENT_DAYS),
            ),
            ContractField("absence", "fravær", _("Fravær")),
        ),
    ),
    Section(
        "further",
        _("Opfølgning, opsigelse og persondata"),
        (
            ContractField(
                "follow_up",
                "opfølgning",
                _("Opfølgning"),
                Entry.LINE,
                default="efter 3 måneder og derefter hver 6. måned",
            ),
            ContractField(
                "notice_months",
                "opsigelse",
                _("Opsigelse: løbende måned og derefter, i måneder"),
                Entry.MONTHS,
                default="1",
            ),
            ContractField(
                "data_contact",
                "brud-kontakt",
                _("Besked om brud på persondatasikkerheden"),
                Entry.LINE,
                default="den anden parts databeskyttelsesrådgiver",
            ),
        ),
    ),
)


def all_fields() -> Iterator[ContractField]:
    """Every field in the order of the sections."""
    for section in SECTIONS:
        yield from section.fields


FIELDS = {field.name: field for field in all_fields()}
TYPED = {name: field for name, field in FIELDS.items() if field.entry is not Entry.FILLED}
# Numbers of registers that look like a CPR number: never typed, and in no clause.
REGISTER_NUMBERS = frozenset({"p_number"})
# What clauses may call fields by.
WORDS = {one.word: one.name for one in all_fields() if one.name not in REGISTER_NUMBERS}
