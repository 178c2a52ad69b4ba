"""Annex files: taken in whole or not at all, and given out as they came."""

from pathlib import Path
from typing import Any

import pytest
from agreement_samples import (
    CPR,
    MASKED,
    edition_page,
    excel,
    kept_files,
    pdf,
    stored,
    word,
)
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings
from reading_pages import (
    secretariat,
    words,
)
from world import HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Annex, AnnexVersion
from rammevaerk.portal.common.documents import path_of

MEGABYTE = 1024 * 1024


@pytest.fixture
def shelf(world: World, settings: Settings, tmp_path: Path) -> World:
    """The world with an empty folder for its files."""
    settings.MEDIA_ROOT = tmp_path / "documents"
    return world


def upload(world: World, content: bytes, name: str = "bilag.pdf") -> Any:
    address = reverse("agreement:annex_file_new", kwargs={"annex_id": world.first(Annex).pk})
    # A browser always sends the token of the form, also when the file is let go of.
    form = {"csrfmiddlewaretoken": "x", "file": SimpleUploadedFile(name, content)}
    return secretariat(world).post(address, form)


def download(world: World, version: AnnexVersion) -> Any:
    address = reverse("agreement:annex_file", kwargs={"version_id": version.pk})
    return world.client(Role.READER, "naboby").get(address)


def newest(world: World) -> AnnexVersion:
    return world.first(Annex).versions.latest("version")


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (pdf(), "bilag.pdf", "application/pdf"),
        (
            word("Styringsaftale"),
            "bilag.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            excel("Takster"),
            "bilag.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("navn;antal\nÆrø;7\n".encode(), "bilag.csv", "text/csv"),
        ("Ærø".encode("cp1252"), "bilag.txt", "text/plain"),
    ],
)
def test_a_file_comes_out_as_it_went_in(
    shelf: World, content: bytes, name: str, media_type: str
) -> None:
    assert upload(shelf, content, name).status_code == 302
    answer = download(shelf, newest(shelf))
    assert answer.content == content
    assert answer["Content-Type"].split(";")[0] == media_type
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_second_file_is_version_two_and_the_first_can_still_be_fetched(shelf: World) -> None:
    assert upload(shelf, pdf("Udkast")).status_code == 302
    assert upload(shelf, pdf("Endelig")).status_code == 302
    annex = shelf.first(Annex)
    # The world itself has put version 1 there.
    assert list(annex.versions.values_list("version", flat=True)) == [3, 2, 1]
    assert download(shelf, annex.versions.get(version=2)).content == pdf("Udkast")
    assert download(shelf, annex.versions.get(version=3)).content == pdf("Endelig")
    page = words(secretariat(shelf).get(edition_page(shelf, "edition")))
    assert "version 3" in page
    assert "version 1" in page


def test_the_same_bytes_lie_there_once(shelf: World) -> None:
    upload(shelf, pdf(), "a.pdf")
    upload(shelf, pdf(), "b.pdf")
    assert len(kept_files()) == 1
    assert newest(shelf).name == "b.pdf"


ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 64
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (
            b"MZ\x90\x00\x03" + b"\x00" * 200,
            "bilag.pdf",
            "et Windows-program, uanset hvad den hedder",
        ),
        (b"MZ\x90\x00\x03" + b"\x00" * 200, "bilag.exe", "et Windows-program"),
        (ELF, "bilag.docx", "et program"),
        (PNG, "bilag.pdf", "et billede (PNG)"),
        (b"<html><script>alert(1)</script></html>", "bilag.txt", "en webside"),
        (b"<html><script>alert(1)</script></html>", "bilag.csv", "en webside"),
        (pdf(), "bilag.docx", "efter sit indhold en PDF-fil, men navnet ender på «.docx»"),
        (b"PK\x03\x04 ikke en pakke", "bilag.docx", "bilag.docx"),
        (b"%PDF-1.7 afbrudt", "bilag.pdf", "bilag.pdf"),
        (b"", "bilag.pdf", "tom"),
        (word(f"Borgeren {CPR} flytter"), "bilag.docx", f"CPR-nummer: {MASKED}"),
        (excel("Navn", f"Borger {CPR}"), "bilag.xlsx", f"CPR-nummer: {MASKED}"),
        (pdf(f"Borger {CPR}"), "bilag.pdf", f"CPR-nummer: {MASKED}"),
        (f"navn;cpr\nBo;{CPR}\n".encode(), "bilag.csv", f"CPR-nummer: {MASKED}"),
        (b"Borger 010190\n1234 flytter", "bilag.txt", f"CPR-nummer: {MASKED}"),
        (b"Borger 010190-\r\n1234 flytter", "bilag.txt", f"CPR-nummer: {MASKED}"),
        (b"navn;borger 010190-\n1234;x\n", "bilag.csv", f"CPR-nummer: {MASKED}"),
        (pdf(), f"{CPR}.pdf", f"CPR-nummer: {MASKED}"),
    ],
)
def test_what_may_not_be_taken_in_is_explained_and_nothing_is_kept(
    shelf: World, content: bytes, name: str, message: str
) -> None:
    before = stored()
    answer = upload(shelf, content, name)
    assert answer.status_code == 422
    assert message in words(answer)
    assert CPR not in words(answer)
    assert stored() == before
    assert kept_files() == []


def test_a_file_of_25_megabytes_is_refused_in_danish_and_nothing_is_kept(shelf: World) -> None:
    before = stored()
    answer = upload(shelf, pdf() + b"\n" * (25 * MEGABYTE), "stor.pdf")
    assert answer.status_code == 422
    assert "Filen «stor.pdf» er større end 20 MB og er ikke taget imod." in words(answer)
    assert "Intet er gemt." in words(answer)
    assert stored() == before
    assert kept_files() == []


def test_nearly_twenty_megabytes_are_not_too_many(shelf: World) -> None:
    content = pdf(size=20 * MEGABYTE - 2_000)
    assert upload(shelf, content, "stor.pdf").status_code == 302
    assert newest(shelf).size == len(content) > 20 * MEGABYTE - 2_000


def test_no_file_at_all_comes_back(shelf: World) -> None:
    address = reverse("agreement:annex_file_new", kwargs={"annex_id": shelf.first(Annex).pk})
    answer = secretariat(shelf).post(address, {"csrfmiddlewaretoken": "x"})
    assert answer.status_code == 422
    assert "skal udfyldes" in words(answer)


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\bilag.pdf", "bilag.pdf"),
        ("bi\u202elag.pdf", "bilag.pdf"),
        ('"onmouseover=x.pdf', "-onmouseover=x.pdf"),
        ("<script>.pdf", "-script-.pdf"),
        ("ærø 🙂.pdf", "ærø 🙂.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie- x.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_file_name_is_only_a_name(shelf: World, name: str, kept_as: str) -> None:
    """The operation is called itself too: a browser may send what no form field lets through."""
    version = operations.upload_annex_file(shelf.first(Annex), pdf(), name, **HOW)
    assert version.name == kept_as
    assert [
        path.relative_to(path_of(version.sha256).parent.parent).as_posix() for path in kept_files()
    ] == [f"{version.sha256[:2]}/{version.sha256}"]
    answer = download(shelf, version)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer
    page = secretariat(shelf).get(edition_page(shelf, "edition"))
    assert b"<script>.pdf" not in page.content


def test_a_path_in_an_uploaded_name_leads_nowhere(shelf: World) -> None:
    assert upload(shelf, pdf(), "../../x.pdf").status_code == 302
    assert newest(shelf).name == "x.pdf"
    assert len(kept_files()) == 1


@pytest.mark.parametrize("damage", ["changed", "cut off", "gone"])
def test_a_damaged_file_is_not_given_out_as_if_it_were_whole(shelf: World, damage: str) -> None:
    upload(shelf, pdf())
    version = newest(shelf)
    path = path_of(version.sha256)
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"X" + content[1:] if damage == "changed" else content[:-9])
    assert download(shelf, version).status_code == 404


def test_nobody_outside_the_cooperation_fetches_the_file(shelf: World) -> None:
    upload(shelf, pdf())
    address = reverse("agreement:annex_file", kwargs={"version_id": newest(shelf).pk})
    for role in (Role.SECRETARIAT, Role.READER):
        key = "fjernsekretariatet" if role is Role.SECRETARIAT else "fjernby"
        assert shelf.client(role, key).get(address).status_code == 404


def test_a_file_from_somebody_without_the_right_is_not_even_read(shelf: World) -> None:
    actor = shelf.actor(Role.DIRECTOR, "egenby")
    with pytest.raises(Refused):
        operations.upload_annex_file(shelf.first(Annex), b"", "x.pdf", **{**HOW, "by": actor})
    assert kept_files() == []


def test_the_operation_itself_refuses_what_the_form_would(shelf: World) -> None:
    for content, name in (
        (b"", "x.pdf"),
        (pdf(CPR), "x.pdf"),
        (b"%PDF-" + b" " * 21 * MEGABYTE, "x.pdf"),
    ):
        with pytest.raises(ValidationError):
            operations.upload_annex_file(shelf.first(Annex), content, name, **HOW)
    assert kept_files() == []
