"""The texts of the data files are our own: no sentence is taken from a source document."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

import pytest
from data_files import (
    FILES,
    SEEDS,
    every_value,
    read,
)

RUN_OF_WORDS = 9


def words(text: str) -> list[str]:
    return re.findall(r"[^\s.,:;!?()\[\]«»\"'“”’‘•|/–-]+", text.lower())


def runs(text: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(text[at : at + RUN_OF_WORDS]) for at in range(len(text) - RUN_OF_WORDS + 1))


@cache
def as_scanned(word: str) -> re.Pattern[str]:
    """The word as a scanner may have read it: æ, ø and å come out as almost anything."""
    special = {"æ": ".{1,3}", "ø": ".{1,2}", "å": ".{1,2}"}
    return re.compile("".join(special.get(letter) or re.escape(letter) for letter in word))


def spelt_alike(own: set[str], scanned: set[str]) -> dict[str, str]:
    """Word → one word that stands for all words that may be the same, æ, ø and å apart."""
    stands_for = {word: word for word in own | scanned}
    members = {word: [word] for word in stands_for}
    for here in own:
        if not re.search("[æøå]", here):
            continue
        for there in filter(as_scanned(here).fullmatch, scanned):
            kept, given_up = stands_for[here], stands_for[there]
            if kept != given_up:
                moved = members.pop(given_up)
                members[kept] += moved
                stands_for |= dict.fromkeys(moved, kept)
    return stands_for


def shared_runs(own_texts: list[str], scanned: str) -> set[str]:
    """Runs of nine words that stand both in one of our texts and in a scanned document."""
    own = [words(text) for text in own_texts]
    found: set[str] = set()
    # A hyphen at the end of a line may or may not belong to the word: both are tried.
    for document in (scanned, re.sub(r"-\s*\n\s*", "", scanned)):
        alike = spelt_alike(set(chain.from_iterable(own)), set(words(document)))
        there = set(runs([alike[word] for word in words(document)]))
        for text in own:
            here = zip(runs(text), runs([alike[word] for word in text]), strict=True)
            found |= {" ".join(run) for run, folded in here if folded in there}
    return found


def test_a_copied_sentence_is_found_in_spite_of_scanned_letters_and_broken_words() -> None:
    scanned = "De pr@ver at g@re fglles brug af tvaer-\nfaglige teams for de bprn, der"
    copied = "De prøver at gøre fælles brug af tværfaglige teams for de børn."
    assert shared_runs([copied], scanned) != set()
    assert shared_runs([copied.replace("teams", "hold")], scanned) == set()


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source documents are not beside the repository")
def test_no_text_shares_nine_words_in_a_row_with_a_source_document() -> None:
    own = [
        value
        for path in FILES
        for key, value in every_value(read(path))
        if isinstance(value, str) and key != "published_at"
    ]
    for seed in sorted(SEEDS.glob("*.txt")):
        assert shared_runs(own, seed.read_text(encoding="utf-8")) == set(), seed.name
