"""Files stay readable in one sitting, and none is a drawer for odds and ends."""

from work_tree import files_of_tests, shown, source_files

MOST_LINES = 500
DRAWERS = {"utils", "util", "helpers", "helper", "misc", "tools", "common_utils"}


def test_no_file_is_longer_than_one_can_read() -> None:
    long = {
        shown(path): count
        for path in [*source_files(), *files_of_tests()]
        if "migrations" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_module_is_named_for_nothing() -> None:
    found = [
        shown(path)
        for path in [*source_files(), *files_of_tests()]
        if {path.stem, path.parent.name} & DRAWERS
    ]
    assert found == []
