"""Every relative link in our Markdown leads to a file, and to a heading where it names one."""

import re
from pathlib import Path

import pytest
from work_tree import ROOT, shown

PLACES = ("", "docs/**/", "src/rammevaerk/**/", "tests/**/", "examples/**/", "bench/**/")
PAGES = sorted(
    {
        page
        for place in PLACES
        for page in ROOT.glob(f"{place}*.md")
        # What others wrote is carried as it is; only the folder's own README is ours.
        if page.parent.parent.name != "vendor"
    }
)
BLOCK = re.compile(r"^```.*?^```", flags=re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", BLOCK.sub("", text))


def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings, as the usual viewers make them."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+\s+(.+?)\s*$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def broken(page: Path) -> list[str]:
    found = []
    for link in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        # A link out of the work tree leads nowhere in a copy of it.
        lost = not target.exists() or (name and not target.is_relative_to(ROOT))
        if lost or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            found.append(link)
    return found


def test_there_are_pages_to_look_at() -> None:
    names = {shown(page) for page in PAGES}
    assert {"README.md", "docs/README.md", "docs/architecture.md"} <= names


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_relative_link_resolves(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A heading\n[a](nowhere.md) [b](#a-heading) [c](#other) `[d](x.md)`\n", "utf-8"
    )
    assert broken(page) == ["nowhere.md", "#other"]
