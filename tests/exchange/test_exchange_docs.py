"""The examples on files are run as they stand."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "file_types.md"


def test_every_example_of_the_page_gives_what_it_says() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert tried >= 5
    assert failed == 0
