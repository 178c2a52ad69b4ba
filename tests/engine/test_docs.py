"""The examples in docs/algorithms are run as they stand."""

import doctest
from pathlib import Path

import pytest

ALGORITHMS = Path(__file__).parents[2] / "docs" / "algorithms"
PAGES = (
    "money", "periods", "parameters", "cpr", "special_payments", "tariffs", "model_comparison",
    "coverage", "succession", "settlement_parts", "buyer_control", "payer_and_notice",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_the_page_gives_what_it_says(page: str) -> None:
    failed, tried = doctest.testfile(
        str(ALGORITHMS / f"{page}.md"), module_relative=False, encoding="utf-8"
    )
    assert tried >= 5
    assert failed == 0
