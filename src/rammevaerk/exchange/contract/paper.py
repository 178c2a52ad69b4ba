"""What the paper of a contract or an addendum holds, as plain values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaperSection:
    """Fields read together: a title and (label, value); a value may have several lines."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PaperClause:
    """A clause; `deviates` from the standard, with the reason. An empty text is left out."""

    heading: str
    text: str
    deviates: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PaperChange:
    """What an addendum changes: before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PaperAnswer:
    """What one party has said: "Køber", "Godkendt 3. juni 2025 kl. 11.05", who."""

    side: str
    said: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class ContractPaper:
    """A version of a contract. `written_at` is when it was sent for approval, as `sha256` tells."""

    title: str
    number: str
    standard: str
    state: str
    validity: str
    summary: str
    changes: tuple[PaperChange, ...]
    sections: tuple[PaperSection, ...]
    clauses: tuple[PaperClause, ...]
    answers: tuple[PaperAnswer, ...]
    note: str
    sha256: str
    written_at: datetime

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What stands at the top; nothing without a value."""
        told = (
            ("Kontraktnummer", self.number),
            ("Grundlag", self.standard),
            ("Tilstand", self.state),
            ("Gyldighed", self.validity),
            ("Hvad tillægget handler om", self.summary),
        )
        return tuple((label, text) for label, text in told if text)


LEFT_OUT_DA = "Vilkåret fra standardkontrakten gælder ikke."
HASH_DA = "Fingeraftryk af teksten (SHA-256)"
HASH_HELP_DA = (
    "Den samme tekst giver altid det samme fingeraftryk; ændres et tegn, bliver det et andet."
)


def deviation_da(clause: PaperClause) -> str:
    """The line below a clause that is not the standard's; "" for one that is."""
    if not clause.deviates:
        return ""
    return f"Afviger fra standardkontrakten: {clause.reason or 'ingen begrundelse'}"
