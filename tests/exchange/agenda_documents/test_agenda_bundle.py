"""All papers of a meeting in one zip, in order, under names that any system can hold."""

import io
import zipfile
from pathlib import PurePosixPath, PureWindowsPath

from hypothesis import given
from hypothesis import strategies as st

from rammevaerk.exchange.agenda_documents import bundle
from rammevaerk.exchange.agenda_documents.bundle import AnnexFile


def names(*annexes: AnnexFile, document_name: str = "Dagsorden") -> list[str]:
    content = bundle.write(b"pdf", b"docx", annexes, document_name)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return package.namelist()


def annex(item: str, number: str, title: str = "Titel", file_name: str = "fil.pdf") -> AnnexFile:
    return AnnexFile(item, number, title, file_name, f"{item}/{number}".encode())


def test_the_agenda_comes_first_and_the_annexes_in_the_order_of_the_items():
    assert names(
        annex("2.1", "4", "Økonomi", "regneark.XLSX"),
        annex("1.2", "3", "Æblegrød"),
        annex("1.1", "1"),
    ) == [
        "01 Dagsorden.pdf",
        "01 Dagsorden.docx",
        "1.1 Bilag 1 Titel.pdf",
        "1.2 Bilag 3 Æblegrød.pdf",
        "2.1 Bilag 4 Økonomi.xlsx",
    ]


def test_names_sort_as_the_meeting_goes_also_after_the_ninth():
    found = names(*(annex(f"1.{n}", str(n)) for n in range(12, 0, -1)), annex("2", "13"))
    assert found[2:] == sorted(found[2:])
    assert found[2] == "01.01 Bilag 01 Titel.pdf"
    assert found[-1] == "02 Bilag 13 Titel.pdf"
    assert min(found) == "001 Dagsorden.docx"


def test_an_item_without_a_number_comes_last():
    assert names(annex("", "2"), annex("1.1", "1"))[-1] == "Bilag 2 Titel.pdf"


def test_two_papers_of_one_name_are_both_there():
    found = names(
        annex("1.1", "1", "titel"), annex("1.1", "1", "Titel"), annex("1.1", "1", "Titel")
    )
    assert found[2:] == [
        "1.1 Bilag 1 Titel.pdf",
        "1.1 Bilag 1 Titel (2).pdf",
        "1.1 Bilag 1 titel (3).pdf",
    ]


def test_the_content_lies_under_its_own_name():
    content = bundle.write(b"pdf", b"docx", [annex("1.1", "1"), annex("1.1", "2")], "Referat")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.read("01 Referat.pdf") == b"pdf"
        assert package.read("01 Referat.docx") == b"docx"
        assert package.read("1.1 Bilag 2 Titel.pdf") == b"1.1/2"


def test_the_same_papers_are_the_same_bytes_and_tell_no_clock():
    papers = [annex("1.1", "1")]
    content = bundle.write(b"a", b"b", papers)
    assert content == bundle.write(b"a", b"b", iter(papers))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_title_with_a_path_in_it_is_no_path():
    found = names(
        annex("../..", "../", "../../etc/passwd", "../../x"),
        annex("1.1", "1", "C:\\Windows\\system32", "a/b.exe"),
        annex("1.1", "2", "...", "..."),
        annex("1.1", "3", "", ""),
    )
    assert all(is_safe(name) for name in found)
    assert "1.1 Bilag 3" in found


def is_safe(name: str) -> bool:
    return (
        PurePosixPath(name).name == PureWindowsPath(name).name == name
        and ".." not in name
        and not name.startswith(".")
        and name == name.strip(". ")
        and len(name) <= 120
        and name.isprintable()
        and not set(name) & set('<>:"/\\|?*')
    )


_TEXT = st.text(st.characters(codec=None), max_size=150)
_NUMBER = st.one_of(_TEXT, st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,2})?", fullmatch=True))


@given(st.lists(st.tuples(_NUMBER, _NUMBER, _TEXT, _TEXT), max_size=6), _TEXT)
def test_whatever_the_titles_every_paper_has_a_safe_name_of_its_own(annexes, document_name):
    papers = [AnnexFile(*texts, b"x") for texts in annexes]
    found = names(*papers, document_name=document_name)
    assert len({name.casefold() for name in found}) == len(papers) + 2
    assert all(is_safe(name) for name in found), found
