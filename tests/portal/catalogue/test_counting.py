"""Facilities counted by municipality and ownership, and the published table beside them."""

import html
import io
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook
from register_samples import facility
from world import HOW, MARK, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.bulk import fingerprint_of
from rammevaerk.portal.access.models import AuditRecord, Cooperation, Organisation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.catalogue.models import Facility, PublishedCount
from rammevaerk.portal.catalogue.operations import load_published_counts

READER = (Role.READER, "egenby")
DAY = date(2025, 3, 1)
PAGE = "/tilbud/optaelling/"
# Egenby has a home that is municipal, and naboby too (the world); this is a table that says so.
ADDS_UP = {
    ("egenby", "municipal"): 1, ("egenby", "non_public"): 0, ("egenby", ""): 1,
    ("naboby", "municipal"): 1, ("naboby", "non_public"): 0, ("naboby", ""): 1,
    ("", "municipal"): 2, ("", "non_public"): 0, ("", ""): 2,
}  # fmt: skip
Cells = Mapping[tuple[str, str], int | None]


def table(cells: Cells = ADDS_UP, **more: Any) -> list[dict[str, Any]]:
    """Entries of a table by municipality and ownership; "" is the total."""
    common = {"kind": "residential", "as_of": DAY, "source": "Tabel 1 i en dagsorden", **more}
    return [
        {**common, "municipality": municipality, "ownership": ownership, "count": count}
        for (municipality, ownership), count in cells.items()
    ]


def load(cells: Cells = ADDS_UP, **more: Any) -> None:
    load_published_counts(home(), table(cells, **more), **HOW)


def home() -> Cooperation:
    return Cooperation.objects.get(key="home")


def page(world: World, address: str = PAGE, who: tuple[Role, str] = READER) -> str:
    response = world.client(*who).get(address)
    assert response.status_code == 200, address
    return html.unescape(response.content.decode())


def numbers_of(text: str) -> dict[str, list[str]]:
    """The figures of the catalogue by the name of the row."""
    found = {}
    [body] = re.findall(
        r"<table class=\"table table--compact count-table\">.*?</table>", text, re.S
    )
    for name, cells in re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', body, re.S):
        found[name] = re.findall(r'<td class="number[^"]*">(?:<a [^>]*>)?([\d.]+)', cells)
    return found


# --- the count ---


def test_each_cell_counts_what_the_register_then_lists(world: World) -> None:
    for name, ownership in (("A", "private"), ("B", "independent"), ("C", "regional")):
        facility(world, name, ownership=ownership)
    facility(world, "Lukket", ownership="private", valid_to=date(2022, 1, 1))
    facility(world, "Dagtilbud", ownership="private", kind="day")
    text = page(world)
    counted = numbers_of(text)
    assert counted["Egenby"] == ["1", "1", "2", "4"]
    assert counted["I alt"] == ["2", "1", "2", "5"]
    links = re.findall(r'<td class="number"><a href="([^"]+)">(\d+)</a>', text)
    assert len(links) > 6
    for address, count in links:
        listed = page(world, address)
        assert re.search(rf"\b{count} af \d+ tilbud", listed), address


def test_the_day_and_the_kind_are_those_asked_for(world: World) -> None:
    facility(world, "Nyt", valid_from=date(2025, 2, 1))
    assert numbers_of(page(world, f"{PAGE}?pr=2025-01-31"))["I alt"][-1] == "2"
    assert numbers_of(page(world, f"{PAGE}?pr=1.+februar+2025"))["I alt"][-1] == "3"
    assert numbers_of(page(world, f"{PAGE}?art=school"))["I alt"][-1] == "0"
    assert numbers_of(page(world, f"{PAGE}?art=%27"))["I alt"][-1] == "3"
    assert "findes ikke" in page(world, f"{PAGE}?pr=31.+februar+2025")


def test_another_cooperations_facilities_and_tables_are_not_there(world: World) -> None:
    text = page(world, f"{PAGE}?art=secure")
    assert MARK not in text
    assert "Hjemlig tabel" in text
    text = page(world, f"{PAGE}?art=secure&pr=2025-05-01", (Role.READER, "fjernby"))
    assert "Hjemlig" not in text


# --- the published table ---


def test_without_a_table_nothing_is_compared(world: World) -> None:
    text = page(world)
    assert re.search(r"Kataloget har 2 bosteder pr. .*: 2 kommunale, 0 regionale, 0 private m.m.<",
                     text)  # fmt: skip
    assert "Fund i den offentliggjorte tabel" not in text
    assert "tabellen:" not in text


def test_a_table_that_agrees_is_said_to(world: World) -> None:
    load()
    text = page(world)
    assert "Kataloget har 2 bosteder, som den offentliggjorte tabel; alle tal er ens." in text
    assert "Tabellen går op, og kataloget har de samme tal." in text
    assert "Hvad kan forklare det?" not in text
    assert "Tabel 1 i en dagsorden, opgjort pr. 1. marts 2025" in text


def test_a_wrong_total_is_a_finding_with_its_explanations(world: World) -> None:
    load({**ADDS_UP, ("", "municipal"): 3})
    text = page(world)
    said = "som den offentliggjorte tabel; tabellens kommunale kolonne giver 2, men der står 3"
    assert said in text
    assert "I alt, kommunale er 2, ikke 3. Så går alt op. Kataloget har de tal." in text
    assert "Kataloget har 2, tabellen 3." in text
    assert "tabellen: 3" in text


def test_a_lost_cell_is_a_finding_and_is_worked_out(world: World) -> None:
    load({**ADDS_UP, ("naboby", "municipal"): None})
    text = page(world)
    assert "Cellen er tom. Efter resten af tabellen skal der stå 1." in text
    assert "Naboby, kommunale (tom) er 1. Så går alt op." in text
    assert "tabellen: tom" in text


def test_a_table_of_another_day_is_offered_not_compared(world: World) -> None:
    load()
    text = page(world, f"{PAGE}?pr=2025-04-01")
    assert "Fund i den offentliggjorte tabel" not in text
    assert f"?art=residential&pr={DAY.isoformat()}" in text


def test_a_corrected_table_takes_the_place_of_the_first_which_stays(world: World) -> None:
    load({**ADDS_UP, ("", "municipal"): 3})
    later = {**HOW, "at": datetime(2025, 9, 1, tzinfo=UTC)}
    load_published_counts(home(), table(source="Rettet tabel"), **later)
    text = page(world)
    assert "Rettet tabel" in text
    assert "alle tal er ens" in text
    assert PublishedCount.objects.filter(kind="residential").count() == 2 * len(ADDS_UP)


def test_the_workbook_has_the_count_the_table_and_the_findings(world: World) -> None:
    load({**ADDS_UP, ("", "municipal"): 3})
    response = world.client(*READER).get("/tilbud/optaelling.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    rows = book.get_sheet_by_name("Optælling").to_python()
    assert rows[0][:5] == ["Kommune", "Kommunale", "Regionale", "Private m.m.", "I alt"]
    assert rows[-1] == ["I alt", 2, 0, 0, 2, 3, "", 0, 2]
    about = book.get_sheet_by_index(1).to_python()
    assert any("giver 2, men der står 3" in str(line) for line in about)
    assert any("Så går alt op" in str(line) for line in about)


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    def queries() -> int:
        client = world.client(*READER)
        client.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(PAGE)
        return len(found)

    load()
    before = queries()
    for at in range(20):
        facility(world, f"Hus {at}", municipality=Organisation.objects.get(key="naboby"))
    load({**ADDS_UP, ("", "municipal"): 22}, as_of=date(2025, 4, 1))
    assert queries() == before


# --- loading ---


def test_a_table_is_loaded_with_one_line_in_the_trail(world: World) -> None:
    before = AuditRecord.objects.count()
    assert load_published_counts(home(), table(), **HOW) == {"offentliggjorte antal": 9}
    [line] = AuditRecord.objects.order_by("sequence")[before:]
    assert fingerprint_of(table()) in line.reason


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"municipality": "findes-ikke"}, "kendes ikke"),
        ({"ownership": "private"}, "ikke et gyldigt valg"),
        ({"count": -1}, "count: "),
        ({"kind": "slot"}, "ikke et gyldigt valg"),
        ({"source": ""}, "source: "),
        ({"note": "Se 010190-1234"}, "note: "),
    ],
)
def test_a_table_that_cannot_be_stored_is_refused_whole(
    world: World, wrong: dict[str, Any], said: str
) -> None:
    entries = table()
    before = PublishedCount.objects.count()
    with pytest.raises(ValidationError, match=f"(?i){said}"):
        load_published_counts(home(), [*entries[:-1], {**entries[-1], **wrong}], **HOW)
    assert PublishedCount.objects.count() == before


def test_the_same_cell_twice_is_refused(world: World) -> None:
    with pytest.raises(ValidationError, match="to gange"):
        load_published_counts(home(), [*table(), *table()], **HOW)


@pytest.mark.parametrize(
    ("role", "organisation", "may"),
    [
        (Role.SECRETARIAT, "sekretariatet", True),
        (Role.TARIFF_OFFICER, "egenby", False),
        (Role.PROVIDER, "egenby", False),
        (Role.READER, "egenby", False),
    ],
)
def test_only_the_secretariat_registers_a_table(
    world: World, role: Role, organisation: str, *, may: bool
) -> None:
    how = {**HOW, "by": world.actor(role, organisation)}
    if may:
        load_published_counts(home(), table(), **how)
    else:
        with pytest.raises(Refused):
            load_published_counts(home(), table(), **how)


def test_the_register_can_be_narrowed_to_what_is_not_public(world: World) -> None:
    for name, ownership in (("A", "private"), ("B", "independent"), ("C", "regional")):
        facility(world, name, ownership=ownership)
    text = page(world, "/tilbud/?ejerform=non_public")
    assert "Private m.m. (2)" in text
    assert re.search(r"\b2 af 5 tilbud", text)
    assert Facility.objects.filter(ownership="non_public").count() == 0


# --- the form ---

FORM = "/tilbud/home/offentliggjort-tabel/"
SECRETARY = (Role.SECRETARIAT, "sekretariatet")
PASTED = (
    "Kommune\tKommunale\tRegionale\tPrivate\tI alt\n"
    "Egenby Kommune\t1\t-\t–\t1\nNaboby;1;;0;1\n\nI alt\t2\t0\t0\t2"
)


def sent(world: World, who: tuple[Role, str] = SECRETARY, **more: str) -> Any:
    told = {"kind": "residential", "as_of": "1. marts 2025", "source": "Tabel 1", "table": PASTED}
    return world.client(*who).post(FORM, {**told, **more})


def test_a_pasted_table_is_kept_as_it_stands_and_shown(world: World) -> None:
    response = sent(world)
    assert response.status_code == 302
    assert response["Location"] == f"{PAGE}?art=residential&pr=2025-03-01"
    kept = PublishedCount.objects.filter(kind="residential")
    counts = {(row.municipality_id and row.municipality.key, row.ownership): row.count
              for row in kept}  # fmt: skip
    assert len(counts) == 12
    assert counts["naboby", "regional"] is None
    assert counts["egenby", "non_public"] == 0
    assert counts[None, ""] == 2
    assert "Naboby, regionale (tom) er 0. Så går alt op." in page(world, response["Location"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"table": ""}, "skal udfyldes"),
        ({"table": "Kommune\tI alt"}, "ingen linjer med tal"),
        ({"table": "Egenby\t1\t2"}, "Linje 1: der er 2 celler"),
        ({"table": "Egenby\t1\t2\tx\t3"}, "Linje 1: «x» er ikke et helt tal"),
        ({"table": "Egenby\t1\t2\t-1\t3"}, "Linje 1: «-1» er ikke et helt tal"),
        ({"table": "Egenby\t1\t2\t1234567\t3"}, "er ikke et helt tal"),
        ({"table": "Ukendtby\t1\t2\t3\t6"}, "kommunen «Ukendtby» kendes ikke"),
        ({"table": f"{PASTED}\nEgenby;1;1;1;3"}, "Linje 6: «Egenby» er der to gange"),
        ({"table": "Egenby;1;1;1;3\n" * 201}, "flere end 200 linjer"),
        ({"table": "x;1\n" * 30}, "Og 10 linjer mere."),
        ({"as_of": "1. marts 2125"}, "ligger i fremtiden"),
        ({"as_of": "marts 2025"}, "ikke en bestemt dag"),
        ({"kind": "slot"}, "Marker en gyldig valgmulighed|gyldig"),
        ({"source": ""}, "skal udfyldes"),
    ],
)
def test_a_table_that_cannot_be_read_is_shown_with_what_is_wrong(
    world: World, wrong: dict[str, str], said: str
) -> None:
    before = PublishedCount.objects.count()
    response = sent(world, **wrong)
    assert response.status_code == 422
    assert re.search(said, html.unescape(response.content.decode()))
    assert PublishedCount.objects.count() == before


@pytest.mark.parametrize(
    ("role", "organisation", "status"),
    [
        (Role.TARIFF_OFFICER, "egenby", 403),
        (Role.READER, "egenby", 403),
        (Role.SECRETARIAT, "fjernsekretariatet", 404),
    ],
)
def test_the_form_is_the_secretariats(
    world: World, role: Role, organisation: str, status: int
) -> None:
    assert sent(world, (role, organisation)).status_code == status
    assert "offentliggjort-tabel" not in page(world, who=READER)
    assert FORM in page(world, who=SECRETARY)
