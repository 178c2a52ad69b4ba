"""The vendored files are what they were when they came, complete, licensed, and found by pages."""

import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

PORTAL = Path(__file__).parents[2] / "src" / "rammevaerk" / "portal"
STATIC = PORTAL / "static"
VENDOR = STATIC / "vendor"
OUR_OWN = {"README.md", "CHECKSUMS"}
PACKAGES = sorted(path for path in VENDOR.iterdir() if path.is_dir())
TEMPLATES = sorted(PORTAL.rglob("templates/**/*.html"))
STYLE_SHEETS = sorted(STATIC.rglob("*.css"))
DANISH = PORTAL / "common" / "templatetags" / "danish.py"


def listed_checksums() -> dict[str, str]:
    lines = (VENDOR / "CHECKSUMS").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def test_every_vendored_file_is_listed_and_every_listed_file_is_there() -> None:
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert present - OUR_OWN == set(listed_checksums())


@pytest.mark.parametrize(("name", "digest"), sorted(listed_checksums().items()))
def test_a_vendored_file_has_its_checksum(name: str, digest: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_vendored_package_has_a_licence_and_stands_in_the_table(package: Path) -> None:
    assert list(package.glob("LICENSE*"))
    assert f"`{package.name}`" in (VENDOR / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("sheet", STYLE_SHEETS, ids=lambda path: path.name)
def test_everything_a_style_sheet_points_at_is_there(sheet: Path) -> None:
    css = sheet.read_text(encoding="utf-8")
    urls = {url.strip("\"'") for url in re.findall(r"url\(([^)]*)\)", css)}
    missing = {url for url in urls if not (sheet.parent / url.partition("#")[0]).is_file()}
    assert not missing
    assert "@import" not in css


@pytest.mark.parametrize(
    "file", [*STYLE_SHEETS, *sorted(STATIC.rglob("*.js"))], ids=lambda path: path.name
)
def test_no_file_points_at_a_source_map_we_do_not_carry(file: Path) -> None:
    assert "sourceMappingURL" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_names_only_static_files_and_icons_that_exist(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    files = re.findall(r"""\{% static ['"]([^'"]+)""", text)
    files += re.findall(r"""(?:href|src)="/static/([^"]+)""", text)
    assert [name for name in files if not (STATIC / name).is_file()] == []
    icons = set(re.findall(r"""\{% icon ['"]([^'"]+)""", text))
    assert icons <= icons_in_the_sprite()


def icons_in_the_sprite() -> set[str]:
    named = re.search(r'^SPRITE = "([^"]+)"', DANISH.read_text(encoding="utf-8"), re.MULTILINE)
    assert named is not None
    tree = ElementTree.parse(STATIC / named[1])
    return {symbol.get("id", "") for symbol in tree.iter("{http://www.w3.org/2000/svg}symbol")}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_or_script(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    inline = re.findall(
        r"""<style|\sstyle=|\son[a-z]+=["']|\shx-on|javascript:|<script(?![^>]*\ssrc=)""", text
    )
    assert inline == []
