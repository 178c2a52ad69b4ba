"""What the studio keeps: made by those who may, checked as a whole, and kept by content."""

import io
import zipfile
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse
from studio_samples import HOURS, LEVELS, keep, placements_csv
from world import AT, CLERK, World

from rammevaerk.engine.tariffs.models import Kind, read_model
from rammevaerk.exchange.placement_files import unpacked
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.access.queries import organisation_id
from rammevaerk.portal.common import documents
from rammevaerk.portal.tariffs import operations
from rammevaerk.portal.tariffs.calculate.model_from_tariffs import PricedService, write_model
from rammevaerk.portal.tariffs.models import PlacementSet, Study, Tariff, TariffModel

# Built here, so that no number that could be somebody's stands in the repository.
CPR = "0101" + "90" + "1234"


def whose(world: World, key: str = "egenby", role: Role = Role.ANALYST) -> dict[str, Any]:
    return {
        "cooperation": world.first(TariffModel).cooperation,
        "organisation_id": organisation_id(key),
        "by": world.actor(role, key),
        "at": AT,
    }


def said(refusal: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(refusal.value.messages)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("name == 1", "linje 1, tegn"),
        ("name = ", "ved slutningen"),
        (LEVELS.replace('rate = "4.800,00"', 'rate = "meget"'), "«meget» er ikke et beløb"),
        (LEVELS.replace('rate = "4.800,00"', 'rate = "meget"'), "(linje 18)"),
        (LEVELS.replace('kind = "levels"', 'kind = "ukendt"'), "«ukendt» er ikke en af"),
        (HOURS.replace("tariffs/hour_rate", "tariffs/findes_ikke"), "ingen parameter i reglerne"),
        ("", "mangler"),
        ("x = " + "9" * 5_000, "ikke gyldig TOML"),
    ],
)
def test_a_model_that_cannot_be_read_is_refused_with_its_place(
    world: World, content: str, expected: str
) -> None:
    before = TariffModel.objects.count()
    with pytest.raises(ValidationError) as refusal:
        operations.keep_model(name="Model", content=content, **whose(world))
    assert expected in said(refusal)
    assert TariffModel.objects.count() == before


def test_a_model_with_very_many_problems_tells_the_first(world: World) -> None:
    rows = '[[rate]]\nfrom = 2024-01-01\nrate = "meget"\n' * 100
    content = LEVELS.split("[[rate]]")[0] + rows
    with pytest.raises(ValidationError) as refusal:
        operations.keep_model(name="Model", content=content, **whose(world))
    assert len(refusal.value.messages) == 31
    assert "fejl mere" in refusal.value.messages[-1]


def test_a_cpr_number_is_kept_nowhere(world: World) -> None:
    with pytest.raises(ValidationError, match="CPR"):
        operations.keep_model(name="M", content=f"{LEVELS}\n# {CPR}", **whose(world))
    text = placements_csv().replace("P007", CPR)
    for content in (text, text.replace(CPR, CPR.removeprefix("0"))):
        with pytest.raises(ValidationError) as refusal:
            operations.keep_placements(
                name="S", files=[("placements.csv", content.encode())], **whose(world)
            )
        assert "række 7, kolonnen placement" in said(refusal)
        assert CPR not in said(refusal)
    assert PlacementSet.objects.filter(name="S").count() == 0


def test_a_cpr_number_in_any_column_or_supplement_is_found(world: World) -> None:
    files = [
        ("placements.csv", placements_csv().encode()),
        ("supplements.csv", f"placement;supplement;days\nP001;nat {CPR};3\n".encode()),
    ]
    with pytest.raises(ValidationError, match="kolonnen supplement"):
        operations.keep_placements(name="S", files=files, **whose(world))
    text = placements_csv().replace("Hjerneskade", f"Hjerneskade {CPR}")
    with pytest.raises(ValidationError, match="kolonnen target_group"):
        operations.keep_placements(
            name="S", files=[("placements.csv", text.encode())], **whose(world)
        )


def zipped(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def parquet(columns: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def test_csv_zip_and_parquet_of_the_same_are_the_same_set(world: World) -> None:
    text = placements_csv()
    lines = [line.split(";") for line in text.splitlines()]
    columns: dict[str, Any] = {
        name: [row[at] for row in lines[1:]] for at, name in enumerate(lines[0])
    }
    files = [
        [("hvad som helst.csv", text.encode())],
        [("mappe.zip", zipped({"a/placements.csv": text, "a/laes.txt": "x"}))],
        [("p.parquet", parquet(columns))],
    ]
    made = [
        operations.keep_placements(name=f"S{at}", files=one, **whose(world))
        for at, one in enumerate(files)
    ]
    assert len({row.sha256 for row in made}) == 1
    assert made[0].size == len(lines) - 1
    assert unpacked(documents.fetch(made[0].sha256)).placement[0] == "P001"


def test_placements_that_changed_are_kept_with_both_sides(world: World) -> None:
    after = placements_csv().replace(";høj;", ";lav;")
    files = [
        ("alt.zip", zipped({"placements.csv": placements_csv(), "placements_after.csv": after}))
    ]
    row = operations.keep_placements(name="S", files=files, **whose(world))
    assert row.after_sha256
    assert row.after_sha256 != row.sha256
    made = keep(world, CLERK, AT)
    made["whose"]["at"] = AT
    study = operations.keep_study(
        name="Med ændring",
        before=made["before"],
        after=made["after"],
        placements=row,
        **made["whose"],
    )
    assert study.placements.after_sha256


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([("x.csv", b"a;b\n1;2\n")], "kolonnen placement: mangler"),
        ([("x.csv", b"")], "er tom"),
        ([("x.zip", b"PK\x03\x04 ikke en zip")], "beskadiget"),
        ([("x.zip", zipped({"laes.txt": "x"}))], "har ingen tabeller"),
        ([("x.parquet", b"PAR1 ikke parquet")], "ikke en gyldig Parquet"),
        ([("a.csv", b"x"), ("b.csv", b"y")], "hedder ikke"),
        ([("placements.csv", b"x"), ("PLACEMENTS.CSV", b"y")], "lagt op to gange"),
        ([("b.zip", zipped({"placements.csv": "0" * 30_000_000}))], "pakker ud til"),
        (
            [("p.csv", placements_csv().replace(";365", ";-1", 1).encode())],
            "række 1, kolonnen days",
        ),
        ([("p.csv", placements_csv().replace(";365", f";{10**12}", 1).encode())], "mere end 3660"),
    ],
)
def test_files_that_cannot_be_used_are_refused_with_what_is_wrong(
    world: World, files: list[tuple[str, bytes]], expected: str
) -> None:
    before = PlacementSet.objects.count()
    with pytest.raises(ValidationError) as refusal:
        operations.keep_placements(name="S", files=files, **whose(world))
    assert expected in said(refusal)
    assert "/tmp" not in said(refusal)
    assert PlacementSet.objects.count() == before


def test_more_placements_than_the_portal_works_on_are_refused(world: World) -> None:
    count = 200_001
    columns: dict[str, Any] = {"placement": pa.array(range(count))}
    with pytest.raises(ValidationError, match="200001 rækker"):
        operations.keep_placements(
            name="S", files=[("p.parquet", parquet(columns))], **whose(world)
        )


@pytest.mark.parametrize(
    ("role", "key", "may"),
    [
        (Role.ANALYST, "egenby", True),
        (Role.TARIFF_OFFICER, "egenby", True),
        (Role.SECRETARIAT, "sekretariatet", True),
        (Role.BUYER, "egenby", False),
        (Role.READER, "egenby", False),
    ],
)
def test_only_those_who_make_models_keep_them(
    world: World, role: Role, key: str, may: bool
) -> None:
    how = whose(world, key, role)
    before = AuditRecord.objects.count()
    if may:
        row = operations.keep_model(name="Model", content=LEVELS, **how)
        assert row.created_by_id == world.person(role, key).pk
        assert AuditRecord.objects.count() == before + 1
        return
    with pytest.raises(Refused):
        operations.keep_model(name="Model", content=LEVELS, **how)
    assert not TariffModel.objects.filter(name="Model")
    assert AuditRecord.objects.count() == before


def test_nobody_keeps_anything_in_another_s_name(world: World) -> None:
    how = {**whose(world), "organisation_id": organisation_id("naboby")}
    with pytest.raises(Refused):
        operations.keep_model(name="Model", content=LEVELS, **how)
    foreign = {**whose(world), "cooperation": world.first(TariffModel, "foreign").cooperation}
    with pytest.raises(Refused):
        operations.keep_model(name="Model", content=LEVELS, **foreign)
    assert not TariffModel.objects.filter(name="Model")


def test_a_study_is_made_only_of_what_its_maker_can_see(world: World) -> None:
    made = keep(world, CLERK, AT)
    made.pop("whose")
    made["after"] = world.first(TariffModel, "foreign")
    with pytest.raises(ValidationError, match="du kan se"):
        operations.keep_study(name="Studie", **made, **whose(world))
    assert not Study.objects.filter(name="Studie")


def test_a_model_can_be_handed_in_as_text_or_file_in_the_form(world: World) -> None:
    client = world.client(Role.ANALYST, "egenby")
    address = reverse("tariffs:model_new")
    base = {"cooperation": world.first(TariffModel).cooperation_id, "name": "Fra formularen"}
    answer = client.post(address, {**base, "content": LEVELS})
    row = TariffModel.objects.get(name="Fra formularen")
    assert answer["Location"] == reverse("tariffs:tariff_model", args=[row.pk])
    file = SimpleUploadedFile("m.toml", LEVELS.encode())
    assert client.post(address, {**base, "name": "Fra fil", "file": file}).status_code == 302
    for wrong in (
        base,
        {**base, "content": LEVELS, "file": SimpleUploadedFile("m.toml", LEVELS.encode())},
        {**base, "file": SimpleUploadedFile("m.toml", b"\xff\xfe\x00")},
        {**base, "content": "name ="},
        {**base, "content": LEVELS, "cooperation": 10**15},
    ):
        answer = client.post(address, wrong)
        assert answer.status_code == 422
        assert "Intet er gemt" in answer.content.decode()
    copy = client.get(address, {"fra": row.pk}).content.decode()
    assert "Fra formularen, rettet" in copy
    foreign = world.first(TariffModel, "foreign")
    assert foreign.name not in client.get(address, {"fra": foreign.pk}).content.decode()
    fetched = client.get(reverse("tariffs:model_file", args=[row.pk])).content.decode()
    assert fetched.strip() == LEVELS.strip()


def test_placements_and_study_are_made_in_their_forms(world: World) -> None:
    client = world.client(Role.ANALYST, "egenby")
    made = keep(world, CLERK, AT)
    base = {"cooperation": world.first(TariffModel).cooperation_id, "name": "Sættet"}
    file = SimpleUploadedFile("mine.csv", placements_csv().encode())
    more = SimpleUploadedFile("x.csv", b"placement;supplement;days\nP001;nat;3\n")
    sent = {**base, "files": file, "supplements": more}
    assert client.post(reverse("tariffs:placements_new"), sent).status_code == 302
    row = PlacementSet.objects.get(name="Sættet")
    assert unpacked(documents.fetch(row.sha256)).supplements == [("P001", "nat", 3)]
    chosen = {"before": made["before"].pk, "after": made["after"].pk}
    refused = client.post(reverse("tariffs:study_new"), {**base, **chosen, "placements": row.pk})
    assert refused.status_code == 422
    assert "tillægget «nat»" in refused.content.decode()
    sent = {**base, "name": "Studiet", **chosen, "placements": made["placements"].pk}
    answer = client.post(reverse("tariffs:study_new"), sent)
    study = Study.objects.get(name="Studiet")
    assert answer["Location"] == reverse("tariffs:study", args=[study.pk])
    listed = client.get(reverse("tariffs:studies")).content.decode()
    for name in ("Studiet", "Sættet", "Niveauer"):
        assert name in listed
    assert client.get(reverse("tariffs:placement_set", args=[row.pk])).status_code == 200


def test_an_empty_studio_says_what_comes_here() -> None:
    text = render_to_string("tariffs/studies.html", {"studies": [], "models": [], "sets": []})
    assert text.count("empty-title") == 3


def priced(facility: str, service: str, *lines: tuple[str, str, int, str]) -> PricedService:
    tariffs = [
        Tariff(
            component=component, label=label, amount_ore=ore, unit=unit,
            valid_from=date(2025, 1, 1),
        )
        for component, label, ore, unit in lines
    ]  # fmt: skip
    return PricedService(facility, service, tariffs)


def test_tariffs_of_every_kind_become_a_model_that_the_engine_reads() -> None:
    services = [
        priced(
            "elme", "ophold", ("whole", "lav", 160_000, "day"), ("whole", "høj", 480_000, "day")
        ),
        priced("birk", "bo", ("basis", "", 144_000, "day"), ("hour", "", 30_800, "hour")),
        priced("eg", "bo", ("basis", "", 90_000, "day"), ("service", "let", 10_000, "day")),
        priced("ask", "a", ("whole", "", 100_000, "month"), ("supplement", "nat", 5_000, "day")),
        priced("ask", "b", ("whole", "", 200_000, "day"), ("supplement", "km", 400, "km")),
        priced("pil", "bo", ("ground", "", 50_000, "day"), ("subscription", "", 100, "year")),
        priced("el", "kun", ("course", "", 1, "course")),
    ]
    services[-1].tariffs[0].component = "subscription"
    written = write_model('Takster "2025"', services, on=date(2025, 6, 1), share="45 %")
    model = read_model(written.content, "model")
    assert model.name == 'Takster "2025"'
    kinds = {part.kind: part for part in model.parts}
    assert {(one.facility, one.plan): one.ore for one in kinds[Kind.LEVELS].rates} == {
        ("elme", "lav"): 160_000,
        ("elme", "høj"): 480_000,
        ("eg", "let"): 100_000,
        ("ask", "a"): 100_000,
        ("ask", "b"): 200_000,
    }
    assert [(one.facility, one.ore) for one in kinds[Kind.BASIS_HOURS].hours] == [("", 30_800)]
    assert [one.facility for one in kinds[Kind.MAIN_SUPPLEMENTS].rates] == ["pil"]
    assert [one.supplement for one in model.supplements] == ["ask/a/nat"]
    told = "\n".join(written.left_out)
    assert "km" in told
    assert told.count("Abonnement") == 2
    assert written.prices == 7
    for one in written.left_out:
        assert f"# {one}" in written.content


def test_a_name_with_a_line_break_cannot_get_out_of_its_place() -> None:
    services = [
        priced("elme", "a", ("whole", 'x"\n[[part]]\n', 1, "day"), ("course", "y\nz", 1, "course"))
    ]
    model = read_model(write_model("M", services, on=date(2025, 6, 1)).content, "model")
    assert len(model.parts) == 1
    assert len(model.parts[0].rates) == 1


def test_a_model_is_built_of_the_tariffs_that_hold(world: World) -> None:
    client = world.client(Role.ANALYST, "egenby")
    sent = {
        "cooperation": world.first(TariffModel).cooperation_id,
        "name": "Gældende", "on": "1. februar 2025", "share": "45",
    }  # fmt: skip
    answer = client.post(reverse("tariffs:model_from_tariffs"), sent)
    assert answer.status_code == 302, answer.content.decode()
    model = read_model(TariffModel.objects.get(name="Gældende").content, "model")
    assert {one.ore for one in model.parts[0].rates} == {245_000}
    assert {one.facility for one in model.parts[0].rates} == {"egenby-bosted", "naboby-bosted"}
    answer = client.post(reverse("tariffs:model_from_tariffs"), {**sent, "on": "1. februar 1999"})
    assert answer.status_code == 422
    assert "ingen takster den dag" in answer.content.decode()
