"""Server time of pages over the whole demonstration: `python -m bench.pages [--json]`.

Django's test client in this process, SQLite in a temporary folder, the demonstration loaded once,
one round to warm up. No network and no browser: what is measured is what the server does. A page
whose name has `studio` in it is a run of the tariff models over the whole region, at levers that
no round has asked for before. `--check` ends with 1 when a page is over its budget.
"""

import argparse
import csv
import io
import json
import math
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

WHO = "sekretariat@demo.example"
# A provider sees who lives with it; a buyer whom it pays for.
SELLER, BUYER = "udbyder.region@demo.example", "koeber.viborg@demo.example"
PREVIEW_MS = 3_000.0
YEAR = "2026"
PAGE_MS, RUN_MS, FILE_MS = 150.0, 1_000.0, 5_000.0
HOUR_ORE, STEP_ORE = 30_800, 50

# A round's number to the address; it differs where a page could keep the answer.
Address = Callable[[int], str]
# An e-mail address to a client that is logged in.
ClientOf = Callable[[str], Any]


@dataclass(frozen=True)
class Page:
    """A page, its budget in milliseconds, and what is sent where it is not only read."""

    name: str
    address: Address
    budget_ms: float = PAGE_MS
    data: dict[str, Any] | None = None
    who: str = WHO


@dataclass
class Measured:
    """What the rounds of one page took."""

    page: Page
    times_ms: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def p50_ms(self) -> float:
        return statistics.median(self.times_ms)

    @property
    def p95_ms(self) -> float:
        """By nearest rank: a time that was measured."""
        return sorted(self.times_ms)[math.ceil(0.95 * len(self.times_ms)) - 1]

    @property
    def over(self) -> bool:
        return self.p95_ms > self.page.budget_ms


def prepare(folder: Path) -> None:
    """Load the demonstration into an empty folder, and do what a server does when it starts."""
    os.environ["RAMMEVAERK_DATA_DIR"] = str(folder)
    os.environ["RAMMEVAERK_DEMONSTRATION"] = "true"
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rammevaerk.portal.settings")
    import django
    from django.core.management import call_command

    django.setup()
    quiet = {"verbosity": 0}
    call_command("migrate", **quiet)
    call_command("collectstatic", interactive=False, **quiet)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        call_command("demonstrate", stdout=nowhere)
        call_command("demonstration_people", stdout=nowhere)
    from rammevaerk.portal.common.readiness import make_ready

    make_ready()


def pages(client: Any) -> list[Page]:
    """The pages of every subject. Later subjects add theirs here."""
    return [
        *_catalogue(), *_tariffs(client), *_studio(), *_placements(), *_settlement(), *_buying(),
    ]  # fmt: skip


def _at(name: str, query: dict[str, Any] | None = None, **kwargs: Any) -> Address:
    from django.urls import reverse

    address = reverse(name, kwargs=kwargs or None)
    if query:
        address += f"?{urlencode(query)}"
    return lambda _round: address


def _catalogue() -> list[Page]:
    from rammevaerk.portal.catalogue.models import Facility, FacilityEvent

    largest = _largest()
    five = [("id", pk) for pk in Facility.objects.filter(valid_to=None).values_list("pk")[:5]]
    event = FacilityEvent.objects.order_by("pk").first()
    municipality = Facility.objects.get(pk=largest).municipality_id
    words = {"q": "bo", "kommune": municipality, "ledige": "1"}
    found = [
        Page("search", _at("catalogue:facilities")),
        Page("search-filtered", _at("catalogue:facilities", words)),
        Page("search-last-page", _at("catalogue:facilities", {"side": 99, "sorter": "-navn"})),
        Page("map", _at("catalogue:map")),
        Page("count", _at("catalogue:count")),
        Page("compare", _with(_at("catalogue:compare"), [(key, pk[0]) for key, pk in five])),
        Page("facility", _at("catalogue:facility", facility_id=largest)),
        Page("facility-each", _each("catalogue:facility", "facility_id", _open_facilities())),
        Page("national", _at("catalogue:national")),
        Page("successions", _at("catalogue:successions")),
        Page("search-workbook", _at("catalogue:facilities_workbook"), FILE_MS),
        Page("successions-workbook", _at("catalogue:successions_workbook"), FILE_MS),
    ]
    if event is not None:
        found.append(Page("succession", _at("catalogue:facility_event", event_id=event.pk)))
    return found


def _open_facilities() -> list[int]:
    from rammevaerk.portal.catalogue.models import Facility

    return list(Facility.objects.filter(valid_to=None).order_by("pk").values_list("pk", flat=True))


def _each(name: str, argument: str, ids: Sequence[int]) -> Address:
    """Another row each round: neither its figures nor its chart are kept from the last."""
    from django.urls import reverse

    step = max(1, len(ids) // 50)
    return lambda number: reverse(name, kwargs={argument: ids[number * step % len(ids)]})


def _largest() -> int:
    """The facility with the most services that is open."""
    from django.db.models import Count

    from rammevaerk.portal.catalogue.models import Facility

    rows = Facility.objects.filter(valid_to=None).annotate(count=Count("services"))
    return int(rows.order_by("-count", "pk").values_list("pk", flat=True)[0])


def _with(address: Address, query: list[tuple[str, Any]]) -> Address:
    return lambda number: f"{address(number)}?{urlencode(query)}"


def _tariffs(client: Any) -> list[Page]:
    from rammevaerk.portal.catalogue.models import Facility, Service
    from rammevaerk.portal.tariffs.models import IndexChoice

    services = list(Service.objects.filter(valid_to=None).values_list("pk", flat=True))
    service = Service.objects.filter(facility_id=_largest()).order_by("pk")[0]
    choice = IndexChoice.objects.order_by("pk").first()
    operator = choice.operator_id if choice else Facility.objects.all()[0].operator_id
    operators = sorted({*Facility.objects.values_list("reporter_id", flat=True)})
    editor = _at("tariffs:report_new", service_id=service.pk)
    return [
        Page("tariffs", _at("tariffs:prices")),
        Page("service-prices", _at("tariffs:service_prices", service_id=service.pk)),
        Page("service-prices-each", _each("tariffs:service_prices", "service_id", services)),
        Page("reports", _at("tariffs:reports")),
        Page("report-choose", _at("tariffs:report_choose")),
        Page("report-editor", editor),
        Page("report-preview", editor, data=_filled(client, editor(0))),
        *_reports(),
        Page("compliance", _at("tariffs:cap")),
        Page("compliance-operator", _at("tariffs:cap_operator", organisation_id=operator)),
        Page("compliance-each", _each("tariffs:cap_operator", "organisation_id", operators)),
        Page("compliance-years", _at("tariffs:cap_years")),
        Page("compliance-agreement", _at("tariffs:cap_agreement")),
        Page("compliance-indices", _at("tariffs:cap_index")),
        Page("findings", _at("tariffs:findings")),
        Page("economy", _at("tariffs:overview")),
        Page("economy-years", _at("tariffs:economy")),
        Page("economy-proof", _at("tariffs:economy_proof")),
        *_files(client),
    ]


def _reports() -> list[Page]:
    from rammevaerk.portal.tariffs.models import TariffReport

    report = TariffReport.objects.exclude(content={}).order_by("pk").first()
    if report is None:
        return []
    return [
        Page("report", _at("tariffs:report", report_id=report.pk)),
        Page("report-proof", _at("tariffs:report_proof", report_id=report.pk)),
    ]


def _files(client: Any) -> list[Page]:
    """What is fetched as a file, and a takstfil that came back with every price changed."""
    year = {"aar": YEAR, "form": "xlsx"}
    found = [
        Page("tariff-files", _at("tariffs:files")),
        Page("tariff-file-new", _at("tariffs:file_new")),
        Page("tariff-file", _at("tariffs:file_fetch", year), FILE_MS),
        Page("tariffs-workbook", _at("tariffs:prices_workbook"), FILE_MS),
        Page("compliance-document", _at("tariffs:cap_report_word"), FILE_MS),
        Page("compliance-workbook", _at("tariffs:cap_report_workbook"), FILE_MS),
        Page("findings-workbook", _at("tariffs:findings_workbook"), FILE_MS),
    ]
    file_id = _handed_in(client)
    if file_id is None:
        return found
    proposal = _at("tariffs:file", file_id=file_id)
    return [
        *found,
        Page("tariff-file-proposal", proposal),
        Page("tariff-file-last-page", _with(proposal, [("side", 999)])),
    ]


def _handed_in(client: Any) -> int | None:
    """Hand the whole region's takstfil in with another price in every row, and have it read."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse
    from django.utils import timezone

    from rammevaerk.portal.tariffs.models import TariffFile
    from rammevaerk.portal.tariffs.operations import files

    fetched = client.get(_at("tariffs:file_fetch", {"aar": YEAR, "form": "csv"})(0))
    rows = list(csv.reader(io.StringIO(fetched.content.decode("utf-8-sig")), delimiter=";"))
    price = rows[0].index("Takst (kr.)")
    for row in rows[1:]:
        row[price] = f"{number}1,00" if (number := row[price].partition(",")[0]) else ""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    page = reverse("tariffs:file_new")
    sent = {
        **_filled(client, page),
        "year": YEAR,
        "file": SimpleUploadedFile("takstfil.csv", text.getvalue().encode("utf-8-sig")),
    }
    client.post(page, {key: value for key, value in sent.items() if value is not None})
    file = TariffFile.objects.order_by("-pk").first()
    if file is None:
        return None
    files.read(file.pk, at=timezone.now())
    return int(file.pk)


def _filled(client: Any, address: str) -> dict[str, Any]:
    """What a browser sends of the form on the page when nothing has been changed."""
    from lxml import html

    answer = client.get(address)
    forms = [one for one in html.fromstring(answer.content).forms if one.method == "POST"]
    editor = max(forms, key=lambda one: len(one.inputs))
    return dict(editor.form_values())


def _studio() -> list[Page]:
    from rammevaerk.portal.tariffs.models import Study

    study = Study.objects.order_by("pk").first()
    found = [
        Page("studies", _at("tariffs:studies")),
        Page("study-new", _at("tariffs:study_new")),
    ]
    if study is None:
        return found
    here = _at("tariffs:study", study_id=study.pk)

    def moved(number: int) -> str:
        return f"{here(number)}?timepris={HOUR_ORE + STEP_ORE * (number + 1)}"

    return [
        *found,
        Page("study-model", _at("tariffs:tariff_model", model_id=study.after_id)),
        Page("study-placements", _at("tariffs:placement_set", set_id=study.placements_id)),
        Page("studio", here, RUN_MS),
        Page("studio-moved", moved, RUN_MS),
    ]


def _placements() -> list[Page]:
    """As a seller sees them; the secretariat sees no single placement."""
    from rammevaerk.portal.placements.models import Contract, Placement

    seller = _organisation(SELLER)
    own = Placement.objects.filter(service__facility__reporter_id=seller, state="admitted")
    contracts = Contract.objects.filter(placement__service__facility__reporter_id=seller)
    ids = list(own.order_by("pk").values_list("pk", flat=True))
    contract_ids = list(contracts.order_by("pk").values_list("pk", flat=True))
    return [
        Page("placements", _at("placements:placements"), who=SELLER),
        Page("placements-today", _at("placements:today"), who=SELLER),
        Page("placements-goals", _at("placements:goals"), who=SELLER),
        Page("placements-workbook", _at("placements:placements_workbook"), FILE_MS, who=SELLER),
        Page("placement-each", _each("placements:placement", "placement_id", ids), who=SELLER),
        Page("contracts", _at("placements:contracts"), who=SELLER),
        Page("contracts-share", _at("placements:contract_share")),
        Page(
            "contract-each", _each("placements:contract", "contract_id", contract_ids), who=SELLER
        ),
        Page("terms", _at("placements:terms")),
    ]


def _organisation(email: str) -> int:
    from rammevaerk.portal.access.models import RoleAssignment

    held = RoleAssignment.objects.filter(person__email=email).first()
    return held.organisation_id if held else 0


def _settlement() -> list[Page]:
    from rammevaerk.portal.settlement.models import Invoice, SettlementLine, SettlementRun

    run = SettlementRun.objects.order_by("-month", "-number").first()
    if run is None:
        return []
    largest = run.statements.exclude(state="internal").order_by("-lines_count", "pk")[0]
    stays = SettlementLine.objects.filter(statement=largest, kind="stay").order_by("pk")
    line_ids = list(stays.values_list("pk", flat=True))
    invoices = list(Invoice.objects.order_by("pk").values_list("pk", flat=True))
    asked = {"maaned": f"{run.month:%Y-%m}", "krav": f"{run.claimed_on:%d-%m-%Y}"}
    return [
        Page("runs", _at("settlement:runs")),
        Page("run", _at("settlement:run", run_id=run.pk)),
        Page("run-lines", _at("settlement:run_lines", run_id=run.pk)),
        Page("run-preview", _at("settlement:run_new", asked), PREVIEW_MS),
        Page("line-each", _each("settlement:line", "line_id", line_ids)),
        Page("line-proof-each", _each("settlement:line_proof", "line_id", line_ids)),
        Page("statements", _at("settlement:statements")),
        Page("statement", _at("settlement:statement", statement_id=largest.pk)),
        Page("statements-workbook", _at("settlement:statements_workbook"), FILE_MS),
        Page("claims", _at("settlement:claims")),
        Page("invoices", _at("settlement:invoices")),
        Page("invoices-workbook", _at("settlement:invoices_workbook"), FILE_MS),
        Page("invoice-each", _each("settlement:invoice", "invoice_id", invoices)),
        Page("irregularities", _at("settlement:signs")),
    ]


def _buying() -> list[Page]:
    """As a buyer sees what it pays for; the newest month that was settled is controlled first."""
    from rammevaerk.portal.settlement.models import ControlMonth

    found = [
        Page("buying", _at("settlement:buying"), who=BUYER),
        Page("buying-workbook", _at("settlement:buying_workbook"), FILE_MS, who=BUYER),
        Page("commitments", _at("settlement:commitments"), who=BUYER),
        Page("forecast", _at("settlement:forecast"), who=BUYER),
        Page("control", _at("settlement:control"), who=BUYER),
    ]
    _have_controlled()
    month = ControlMonth.objects.filter(payer_id=_organisation(BUYER), state="done").first()
    if month is not None:
        found.append(
            Page("control-month", _at("settlement:control_month", control_id=month.pk), who=BUYER)
        )
    return found


def _have_controlled() -> None:
    from django.utils import timezone

    from rammevaerk.portal.access.models import Person
    from rammevaerk.portal.access.queries import actor_of
    from rammevaerk.portal.settlement.models import SettlementRun
    from rammevaerk.portal.settlement.operations import control

    run = SettlementRun.objects.order_by("-month").first()
    buyer = Person.objects.filter(email=BUYER).first()
    if run is None or buyer is None:
        return
    at = timezone.now()
    by = actor_of(buyer, on=at.date())
    asked = control.ask_control([run.month], by=by, at=at)
    control.work([one.pk for one in asked], at=at)


def measure(client_of: ClientOf, found: Iterable[Page], rounds: int) -> list[Measured]:
    """Warm each page up, count its queries, and time it; rounds go through all pages in turn."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    measured = [Measured(page) for page in found]
    for one in measured:
        _ask(client_of(one.page.who), one.page, 0)
        with CaptureQueriesContext(connection) as counted:
            _ask(client_of(one.page.who), one.page, 1)
        one.queries = len(counted)
    for number in range(2, rounds + 2):
        for one in measured:
            one.times_ms.append(_ask(client_of(one.page.who), one.page, number))
    return measured


def _ask(client: Any, page: Page, number: int) -> float:
    """The milliseconds of one answer; anything but a page that was shown ends the run."""
    address = page.address(number)
    start = time.perf_counter()
    if page.data is None:
        answer = client.get(address)
    else:
        answer = client.post(address, page.data, headers={"HX-Request": "true"})
    took = 1_000 * (time.perf_counter() - start)
    if answer.status_code != 200:
        raise SystemExit(f"{page.name}: {address} answers {answer.status_code}")
    return took


def as_json(measured: Iterable[Measured]) -> str:
    """Exactly `{"pages": {name: {"p50_ms", "p95_ms", "queries"}}}`."""
    rows = {
        one.page.name: {
            "p50_ms": round(one.p50_ms, 1),
            "p95_ms": round(one.p95_ms, 1),
            "queries": one.queries,
        }
        for one in measured
    }
    return json.dumps({"pages": rows}, indent=2)


def as_table(measured: Iterable[Measured], rounds: int) -> str:
    """For people: each page with its budget, what is over it marked."""
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()};"
        f" {rounds} rounds after one to warm up",
        "",
        "| page | p50 ms | p95 ms | queries | budget ms | |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for one in measured:
        lines.append(
            f"| {one.page.name} | {one.p50_ms:.0f} | {one.p95_ms:.0f} | {one.queries}"
            f" | {one.page.budget_ms:.0f} | {'over' if one.over else ''} |"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="the figures alone, as JSON")
    parser.add_argument("--check", action="store_true", help="end with 1 when over a budget")
    parser.add_argument("--only", default="", help="pages whose name begins so")
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")
    with tempfile.TemporaryDirectory(prefix="rammevaerk-pages-") as folder:
        prepare(Path(folder))
        measured = measure_logged_in(asked.rounds, asked.only)
    text = as_json(measured) if asked.json else as_table(measured, asked.rounds)
    sys.stdout.write(f"{text}\n")
    return 1 if asked.check and any(one.over for one in measured) else 0


def measure_logged_in(rounds: int, only: str = "") -> list[Measured]:
    """Log in everybody who is asked for, and measure."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    @cache
    def client_of(email: str) -> Any:
        client = Client(SERVER_NAME="localhost")
        person = get_user_model().objects.get(email=email)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    found = [page for page in pages(client_of(WHO)) if page.name.startswith(only)]
    return measure(client_of, found, rounds)


if __name__ == "__main__":
    raise SystemExit(main())
