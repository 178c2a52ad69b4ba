"""A study shows what the command shows, to the øre, and what may not be seen it does not show."""

import io
import json
import re
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook
from studio_samples import HOURS, LEVELS, PEOPLE, keep, kept_study, placements_csv
from world import AT, CLERK, TODAY, World

from rammevaerk.cli import main
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.calculate.small_cells import protected
from rammevaerk.portal.tariffs.calculate.studies import Levers, prepare, what_if
from rammevaerk.portal.tariffs.models import Study
from rammevaerk.portal.tariffs.queries.study_picture import picture_of

SMALL = ("Egenby", "Hjerneskade")


@pytest.fixture
def study(world: World) -> Study:
    return kept_study(world, CLERK, AT)


def told_by_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (folder / "a.toml").write_text(LEVELS, encoding="utf-8")
    (folder / "b.toml").write_text(HOURS, encoding="utf-8")
    (folder / "placements.csv").write_text(placements_csv(), encoding="utf-8")
    arguments = [str(folder / "a.toml"), str(folder / "b.toml"), "--placements", str(folder)]
    assert main(["compare", *arguments, "--zero-sum", "hour", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def own(study: Study) -> Any:
    return prepare(study.before.content, study.after.content, study.placements.sha256, "")


def test_every_figure_is_the_command_s(
    world: World, study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = told_by_the_command(tmp_path, capsys)
    picture = picture_of(study, CLERK, on=TODAY)
    names = {
        "payer": ["payer"],
        "target_group": ["target_group"],
        "facility": ["facility"],
        "operator": ["operator"],
        "cell": ["payer", "target_group"],
    }
    for kind, keys in names.items():
        rows = told["by_payer_and_target_group" if kind == "cell" else f"by_{kind}"]
        wanted = {
            tuple(row[key] for key in keys): (
                row["placements"],
                row["before_ore"],
                row["after_ore"],
                row["change_ore"],
            )
            for row in rows
        }
        shown = {
            line.labels: (line.count, line.before, line.after, line.change)
            for line in picture.tables[kind].lines
        }
        assert shown == wanted
    assert picture.total == tuple(told["total"].values())
    assert [one.as_dict() for one in picture.prepared.causes] == told["causes"]
    assert picture.solved.hour is not None
    assert [{"group": "", **picture.solved.hour.as_dict()}] == told["zero_sum"]
    assert len(told["identities"]) >= 20
    assert all(one.difference == 0 for one in picture.identities)


def test_moved_levers_are_what_the_moved_model_costs(study: Study) -> None:
    """A model that says the rates itself is the other way to the same figures."""
    prepared = own(study)
    moved = what_if(prepared, Levers(317_77, -12_34))
    said = HOURS.replace('parameter = "tariffs/hour_rate"', 'rate = "317,77"').replace(
        "1.433,77", "1.421,43"
    )
    found = prepare(study.before.content, said, study.placements.sha256, "").found
    assert moved.total == found.total
    assert moved.payer.after.tolist() == found.by["payer"].after.tolist()
    assert moved.both.after.tolist() == found.by_payer_and_group.after.tolist()
    assert moved.both.labels == found.by_payer_and_group.labels


def test_a_comparison_is_kept_by_its_content(study: Study) -> None:
    prepare.cache_clear()
    first = own(study)
    assert own(study) is first
    other = prepare(
        study.before.content, f"{study.after.content}\n# rettet", study.placements.sha256, ""
    )
    assert other is not first
    assert prepare.cache_info().maxsize is not None


def page(world: World, study: Study, role: Role, key: str, query: str = "") -> Any:
    return world.client(role, key).get(reverse("tariffs:study", args=[study.pk]) + query)


def texts_of(world: World, study: Study, role: Role, key: str) -> dict[str, str]:
    """The page with all its tables, the workbook and the document, as text."""
    client = world.client(role, key)
    shown = ""
    for table in ("", "?vis=cost", "?vis=cell", "?vis=facility", "?vis=operator"):
        answer = client.get(reverse("tariffs:study", args=[study.pk]) + table)
        assert answer.status_code == 200
        shown += answer.content.decode()
    return {"page": shown, "xlsx": workbook(client, study), "docx": document(client, study)}


def workbook(client: Client, study: Study) -> str:
    answer = client.get(reverse("tariffs:study_workbook", args=[study.pk]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    cells = [
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    return "\n".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells)


def document(client: Client, study: Study) -> str:
    answer = client.get(reverse("tariffs:study_word", args=[study.pk]))
    file = docx.Document(io.BytesIO(answer.content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in file.paragraphs), *cells])


def spellings(ore: int) -> tuple[str, str]:
    """An amount as pages and documents write it, and as a workbook holds it."""
    text = f"{abs(ore) // 100:,}".replace(",", ".") + f",{abs(ore) % 100:02}"
    return ("-" if ore < 0 else "") + text, f"{ore / 100:.2f}"


@pytest.mark.parametrize(
    ("role", "key", "sees"),
    [
        (Role.READER, "naboby", False),
        (Role.ANALYST, "naboby", False),
        (Role.READER, "egenby", True),
        (Role.SECRETARIAT, "sekretariatet", True),
        (Role.ANALYST, "sekretariatet", True),
    ],
)
def test_few_placements_are_for_the_payer_and_the_study_s_own(
    world: World, study: Study, role: Role, key: str, sees: bool
) -> None:
    everything = picture_of(study, CLERK, on=TODAY).tables["cell"].lines
    small = next(line for line in everything if line.labels == SMALL)
    assert small.count == PEOPLE[SMALL]
    assert small.change is not None
    for where, text in texts_of(world, study, role, key).items():
        if where == "docx":  # the long table is not in it
            continue
        assert any(one in text for one in spellings(small.change)) is sees, where


def test_what_is_hidden_cannot_be_worked_out_from_the_rest(world: World, study: Study) -> None:
    """In each row and column with anything hidden at least two figures are."""
    reader = world.actor(Role.READER, "naboby")
    tables = picture_of(study, reader, on=TODAY).tables
    hidden = {line.labels for line in tables["cell"].lines if not line.shown}
    assert SMALL in hidden
    assert not any(payer == "Naboby" for payer, _group in hidden)
    totals = {line.labels[0] for line in tables["payer"].lines if not line.shown}
    for payer in {payer for payer, _group in hidden}:
        assert sum(one == payer for one, _group in hidden) + (payer in totals) >= 2
    columns = {line.labels[0] for line in tables["target_group"].lines if not line.shown}
    for group in {group for _payer, group in hidden}:
        assert sum(one == group for _payer, one in hidden) + (group in columns) >= 2


def test_the_lines_of_a_table_hide_one_more_where_one_would_be_found() -> None:
    counts: dict[tuple[str, ...], int] = {("a",): 3, ("b",): 9, ("c",): 7, ("d",): 0}
    line: list[tuple[str, ...]] = [("a",), ("b",), ("c",), ("d",)]
    assert protected(counts, [line], 5) == {("a",), ("c",)}
    assert protected(counts, [line], 5, {("c",)}) == {("a",), ("b",)}
    assert protected(counts, [line], 3) == frozenset()
    assert protected({("a",): 2}, [[("a",)]], 5) == {("a",)}


def test_a_hidden_payer_cannot_be_kept_neutral(world: World) -> None:
    few = {("Egenby", "Autisme"): 20, ("Naboby", "Autisme"): 20, ("Fjernvig", "Autisme"): 3}
    made = keep(world, CLERK, AT)
    files = [("placements.csv", placements_csv(few).encode())]
    made["placements"] = operations.keep_placements(name="Få", files=files, **made["whose"])
    whose = made.pop("whose")
    study = operations.keep_study(name="Få", **made, **whose)
    reader = world.actor(Role.READER, "naboby")
    assert picture_of(study, reader, on=TODAY, neutral="Fjernvig").solved.neutral is None
    assert picture_of(study, CLERK, on=TODAY, neutral="Fjernvig").solved.neutral is not None
    text = page(world, study, Role.READER, "naboby").content.decode()
    assert '<option value="Fjernvig"' not in text
    assert '<option value="Naboby"' in text


def test_the_page_says_who_pays_more_and_shows_checks_and_causes(
    world: World, study: Study
) -> None:
    text = page(world, study, Role.READER, "egenby").content.decode()
    assert re.search(r"betaler [\d.,]+ (mio\. )?kr\. (mere|mindre)", text)
    assert "giver det samme på øren" in text
    assert "Valg af prisindeks" in text
    assert text.count("graphics-document") == 3
    assert "style=" not in text


def test_levers_are_in_the_address_and_can_be_shared(world: World, study: Study) -> None:
    client = world.client(Role.READER, "egenby")
    here = reverse("tariffs:study", args=[study.pk])
    sent = {
        "timepris": "30800", "timepris_kr": "317,77", "timepris_foer": "30800",
        "basis": "0", "basis_kr": "0,00", "basis_foer": "0", "betaler": "",
    }  # fmt: skip
    answer = client.get(here, sent)
    assert answer.status_code == 302
    assert answer["Location"] == f"{here}?timepris=31777"
    dragged = {**sent, "timepris": "32000", "timepris_kr": "308,00"}
    assert client.get(here, dragged)["Location"] == f"{here}?timepris=32000"
    picture = picture_of(study, CLERK, on=TODAY, levers=Levers(317_77))
    text = client.get(f"{here}?timepris=31777").content.decode()
    assert picture.sentence in text
    part = client.get(here, sent, headers={"HX-Request": "true"})
    assert part["HX-Push-Url"] == f"{here}?timepris=31777"
    assert "<html" not in part.content.decode()
    assert picture.sentence in part.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "timepris=-1",
        "timepris=1000000000000",
        "timepris=tre",
        "timepris_kr=tre",
        "timepris_kr=308.50",
        "basis=-100000000",
        "basis_kr=" + "9" * 30,
        "basis=12x",
    ],
)
def test_a_lever_that_cannot_be_is_refused_at_the_lever(
    world: World, study: Study, query: str
) -> None:
    answer = page(world, study, Role.READER, "egenby", f"?{query}")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "form-error-message" in text
    assert picture_of(study, world.actor(Role.READER, "egenby"), on=TODAY).sentence in text


def test_asking_for_an_unknown_payer_or_table_is_left_out_of_the_address(
    world: World, study: Study
) -> None:
    answer = page(world, study, Role.READER, "egenby", "?betaler=Ukendt&vis=hemmelig&q=x")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("tariffs:study", args=[study.pk])


def test_the_zero_sum_rate_of_the_page_leaves_the_residual_it_says(study: Study) -> None:
    solved = picture_of(study, CLERK, on=TODAY).solved.hour
    assert solved is not None
    at_best = picture_of(study, CLERK, on=TODAY, levers=Levers(solved.best.rate))
    assert at_best.total[2] == solved.best.residual
    assert sum(share.part for share in at_best.shares("hour")) == -solved.best.residual


def test_the_number_of_queries_does_not_grow_with_the_placements(
    world: World, study: Study
) -> None:
    client = world.client(Role.READER, "egenby")
    many = {key: 10 * count for key, count in PEOPLE.items()} | {("Fjernvig", "Nyt"): 30}
    made = keep(world, CLERK, AT)
    files = [("placements.csv", placements_csv(many).encode())]
    made["placements"] = operations.keep_placements(name="Mange", files=files, **made["whose"])
    whose = made.pop("whose")
    other = operations.keep_study(name="Stort", **made, **whose)
    counts = []
    for one in (study, other):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("tariffs:study", args=[one.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_the_files_are_the_same_whenever_the_study_is(world: World, study: Study) -> None:
    client = world.client(Role.READER, "egenby")
    for name in ("study_workbook", "study_word"):
        address = reverse(f"tariffs:{name}", args=[study.pk])
        assert client.get(address).content == client.get(address).content


def test_a_study_that_cannot_be_worked_out_says_why(world: World) -> None:
    study = world.first(Study)
    client = world.client(Role.READER, "egenby")
    text = client.get(reverse("tariffs:study", args=[study.pk])).content.decode()
    assert "Studiet kan ikke regnes" in text
    answer = client.get(reverse("tariffs:study_workbook", args=[study.pk]))
    assert answer.status_code == 302


def test_a_placement_without_a_price_is_said_when_the_study_is_kept(world: World) -> None:
    made = keep(world, CLERK, AT)
    whose = made.pop("whose")
    poor = LEVELS.replace('plan = "lav"', 'plan = "lavere"')
    made["before"] = operations.keep_model(name="Mangler", content=poor, **whose)
    with pytest.raises(ValidationError) as refusal:
        operations.keep_study(name="Kan ikke", **made, **whose)
    assert "lav" in str(refusal.value)
    assert "helhedstakst" in str(refusal.value)
