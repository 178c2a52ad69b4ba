"""What is said about a count beside a published table: a sentence, findings, explanations."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rammevaerk.engine.cross_table import Change, Checked, Hypothesis, Problem, ProblemKind
from rammevaerk.engine.findings import Finding, Severity
from rammevaerk.portal.catalogue.models import OwnershipGroup
from rammevaerk.portal.catalogue.models.facilities import FacilityKind
from rammevaerk.portal.catalogue.queries.counting import Count, Place
from rammevaerk.portal.common.templatetags.danish import dato, number

# One facility of the kind and several, in the middle of a sentence.
_NOUNS = {
    FacilityKind.RESIDENTIAL: ("bosted", "bosteder"),
    FacilityKind.CHILD_RESIDENTIAL: ("børne- og ungehjem", "børne- og ungehjem"),
    FacilityKind.SECURE: ("sikret institution", "sikrede institutioner"),
    FacilityKind.DAY: ("dagtilbud", "dagtilbud"),
    FacilityKind.SHELTER: ("forsorgshjem", "forsorgshjem"),
    FacilityKind.CRISIS_CENTRE: ("krisecenter", "krisecentre"),
    FacilityKind.TREATMENT: ("behandlingstilbud", "behandlingstilbud"),
    FacilityKind.SCHOOL: ("undervisningstilbud", "undervisningstilbud"),
    FacilityKind.ADVICE: ("rådgivningstilbud", "rådgivningstilbud"),
}
_COLUMN_WORDS = {
    OwnershipGroup.MUNICIPAL.value: "kommunale kolonne",
    OwnershipGroup.REGIONAL.value: "regionale kolonne",
    OwnershipGroup.NON_PUBLIC.value: "private kolonne",
    None: "kolonne med summer",
}
_DIFFERENCES_TOLD = 10


@dataclass(frozen=True, slots=True)
class Explained:
    """One explanation in words; `of_catalogue` says that the catalogue has these numbers."""

    text: str
    of_catalogue: bool


@dataclass(frozen=True, slots=True)
class OneNumber:
    """One number tried alone: where, what stands, what it should be, and what comes of it."""

    place: str
    printed: int | None
    value: int
    mends: str
    leaves: str


class Words:
    """Names places and tells what was found in one count."""

    def __init__(self, count: Count, kind: str) -> None:
        self.count, self.kind = count, kind
        self.names = dict(count.municipalities)

    def nouns(self, count: int) -> str:
        """«318 bosteder»."""
        one, several = _NOUNS[FacilityKind(self.kind)]
        return f"{number(count)} {one if count == 1 else several}"

    def place(self, at: Place) -> str:
        """«Hedensted, private m.m.», «I alt, kommunale», «Hedensted, i alt»."""
        row, column = at
        name = self.names.get(row, "") if row else _("I alt")
        if column is None:
            return _("%s, i alt") % name if row else _("I alt")
        return f"{name}, {str(OwnershipGroup(column).label).lower()}"

    def sentence(self) -> str:
        """How many there are, whether the table has as many, and its first error."""
        count = self.count
        own = _("Kataloget har %s") % self.nouns(count.total)
        if count.published is None or count.checked is None:
            parts = [
                f"{number(count.numbers.get((None, group.value), 0))} {str(group.label).lower()}"
                for group in OwnershipGroup
            ]
            told = _("%(own)s pr. %(day)s: %(parts)s")
            told %= {"own": own, "day": dato(count.on), "parts": ", ".join(parts)}
            # The last column is called «m.m.».
            return f"{told.rstrip('.')}."
        printed = count.published.table.numbers.get((None, None))
        if printed == count.total:
            own += _(", som den offentliggjorte tabel")
        elif printed is not None:
            own += _(", den offentliggjorte tabel %s") % number(printed)
        wrong = [one for one in count.checked.problems if one.kind is not ProblemKind.MISSING]
        if wrong:
            # A column tells more than the line of totals that is wrong with it.
            first = max(wrong, key=lambda one: one.kind is ProblemKind.COLUMN)
            return f"{own}; {self._sum_told(first)}."
        return own + ("." if count.different else _("; alle tal er ens."))

    def _sum_told(self, problem: Problem) -> str:
        row, column = problem.at
        if problem.kind is ProblemKind.COLUMN:
            what = _("tabellens %s") % _COLUMN_WORDS[column]
        elif row is None:
            what = _("tabellens sidste linje")
        else:
            what = _("tabellens række %s") % self.names.get(row, "")
        return _("%(what)s giver %(sum)s, men der står %(printed)s") % {
            "what": what,
            "sum": number(problem.computed[0]),
            "printed": number(problem.printed),
        }

    def findings(self) -> list[Finding]:
        """What is wrong with the table, then where the catalogue has other numbers."""
        checked = self.count.checked
        if checked is None:
            return []
        wrong = sorted(checked.problems, key=lambda one: one.kind is ProblemKind.MISSING)
        return [*(self._problem(one) for one in wrong), *self._differences()]

    def _problem(self, problem: Problem) -> Finding:
        if problem.kind is ProblemKind.MISSING:
            return self._missing(problem)
        return Finding(
            code=f"count.{problem.kind}-sum",
            severity=Severity.ERROR,
            place=self.place(problem.at),
            message=capfirst(self._sum_told(problem)) + ".",
            found=number(problem.printed),
            expected=number(problem.computed[0]),
        )

    def _missing(self, problem: Problem) -> Finding:
        computed = [number(one) for one in problem.computed]
        if len(computed) > 1:
            message = _(
                "Cellen er tom. Efter rækkens sum skal der stå %(row)s, efter kolonnens %(column)s."
            ) % {"row": computed[0], "column": computed[1]}
        elif computed:
            message = _("Cellen er tom. Efter resten af tabellen skal der stå %s.") % computed[0]
        else:
            message = _("Cellen er tom, og tallet følger ikke af resten af tabellen.")
        return Finding(
            code="count.missing-cell",
            severity=Severity.ERROR if len(computed) > 1 else Severity.WARNING,
            place=self.place(problem.at),
            message=message,
            found=_("tom"),
            expected=_(" eller ").join(computed),
        )

    def _differences(self) -> Iterator[Finding]:
        different = self.count.different
        for one in different[:_DIFFERENCES_TOLD]:
            yield Finding(
                code="count.difference",
                severity=Severity.NOTE,
                place=self.place(one.at),
                message=_("Kataloget har %(own)s, tabellen %(printed)s.")
                % {
                    "own": number(one.counted),
                    "printed": _("intet tal") if one.printed is None else number(one.printed),
                },
            )
        if len(different) > _DIFFERENCES_TOLD:
            yield Finding(
                code="count.difference",
                severity=Severity.NOTE,
                place=_("Flere forskelle"),
                message=_("Og %s til; de er mærket i tabellen.")
                % (len(different) - _DIFFERENCES_TOLD),
            )

    def explanations(self) -> list[Explained]:
        """What would make everything add up: one wrong number, or only totals that are wrong."""
        checked = self.count.checked
        if checked is None:
            return []
        single = [one for one in checked.hypotheses if one.whole]
        told = [Explained(self._told(one), self._agrees(one)) for one in single]
        return told + [
            Explained(_("Cellerne er rigtige: ") + self._told(one), self._agrees(one))
            for one in checked.totals
            if one.whole
        ]

    def _told(self, hypothesis: Hypothesis) -> str:
        parts = [self._changed(one) for one in hypothesis.changes]
        filled = [
            _("%(place)s (tom) er %(value)s")
            % {"place": self.place(one.at), "value": number(one.value)}
            for one in hypothesis.filled
        ]
        return "; ".join([*parts, *filled]) + _(". Så går alt op.")

    def _changed(self, change: Change) -> str:
        return _("%(place)s er %(value)s, ikke %(printed)s") % {
            "place": self.place(change.at),
            "value": number(change.value),
            "printed": number(change.printed),
        }

    def _agrees(self, hypothesis: Hypothesis) -> bool:
        told = (*hypothesis.changes, *hypothesis.filled)
        return all(self.count.numbers.get(one.at, 0) == one.value for one in told)

    def one_by_one(self) -> list[OneNumber]:
        """Every single number that would explain something, but leave something else."""
        checked = self.count.checked or Checked((), (), ())
        return [self._one(one) for one in checked.hypotheses if not one.whole and one.changes]

    def _one(self, hypothesis: Hypothesis) -> OneNumber:
        [change] = hypothesis.changes
        return OneNumber(
            place=self.place(change.at),
            printed=change.printed,
            value=change.value,
            mends=self._places(hypothesis.mends),
            leaves=self._places(hypothesis.leaves),
        )

    def _places(self, problems: Iterable[Problem]) -> str:
        return "; ".join(self.place(one.at) for one in problems)

    def readings(self) -> list[tuple[str, str]]:
        """How rows were read that the print leaves open: the municipalities, and what was done."""
        notes = self.count.published.notes if self.count.published else {}
        found: dict[str, list[str]] = {}
        for row, note in notes.items():
            found.setdefault(note, []).append(self.names.get(row, ""))
        return [(", ".join(names), note) for note, names in found.items()]


def cells_of(count: Count, row: str | None) -> Sequence[tuple[Place, int, int | None, bool]]:
    """The row's places with the catalogue's number, the printed one, and whether they differ."""
    different = {one.at for one in count.different}
    printed = count.published.table.numbers if count.published else {}
    return [
        ((row, column), count.numbers.get((row, column), 0), printed.get((row, column)),
         (row, column) in different)
        for column in (*(group.value for group in OwnershipGroup), None)
    ]  # fmt: skip
