"""docs/generated is what the code says today."""

import shutil
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from work_tree import DOCS

from rammevaerk.portal.publishing.management.commands.write_docs import pages


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(DOCS / "generated", tmp_path / "generated")
    return tmp_path / "generated"


def stale(folder: Path) -> str:
    """What --check complains of; empty when it passes."""
    complaints = StringIO()
    with suppress(SystemExit):
        call_command("write_docs", "--check", folder=folder, stderr=complaints)
    return complaints.getvalue()


def test_the_committed_pages_are_fresh() -> None:
    assert stale(DOCS / "generated") == ""


def test_the_same_code_gives_the_same_pages() -> None:
    assert pages() == pages()


@pytest.mark.parametrize("name", ["permissions.md", "rules.md", "data-model.md", "urls.md"])
def test_a_changed_or_missing_page_is_named_and_left_alone(copy: Path, name: str) -> None:
    (copy / name).write_text("# Changed by hand\n", encoding="utf-8")
    assert name in stale(copy)
    assert (copy / name).read_text(encoding="utf-8") == "# Changed by hand\n"
    (copy / name).unlink()
    assert name in stale(copy)


def test_a_stale_page_ends_the_check_with_exit_code_one(copy: Path) -> None:
    (copy / "urls.md").unlink()
    with pytest.raises(SystemExit, match=r"^1$"):
        call_command("write_docs", "--check", folder=copy, stderr=StringIO())


def test_a_page_that_nothing_writes_is_named(copy: Path) -> None:
    (copy / "old.md").touch()
    assert "old.md" in stale(copy)


def test_writing_mends_what_check_names(copy: Path) -> None:
    (copy / "old.md").touch()
    (copy / "rules.md").unlink()
    call_command("write_docs", folder=copy, stdout=StringIO())
    assert stale(copy) == ""
    assert sorted(path.name for path in copy.iterdir()) == sorted(pages())


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no folder"):
        call_command("write_docs", folder=tmp_path / "nowhere")
