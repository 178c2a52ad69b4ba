"""Files that are no agenda, or worse: refused with a Danish reason, and never half read."""

import io
import zipfile

import docx
import pypdfium2
import pytest
from office_samples import changed, pdf, saved, zipped

from rammevaerk.engine.documents.meeting import Kind
from rammevaerk.exchange.meeting_documents import RefusedFile, UnreadableFile, read, read_text


def pictures(pages: int) -> bytes:
    """A PDF as a scanner makes it: pages without any text."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    return saved(document)


@pytest.mark.parametrize("pages", [1, 200])
def test_a_scan_without_text_is_told_to_be_one(pages: int) -> None:
    with pytest.raises(UnreadableFile, match=r"ingen tekst.*tekstgenkendelse"):
        read(pictures(pages), "scan.pdf")


def test_a_word_file_that_explodes_is_refused() -> None:
    huge = "<a>" + " " * 60_000_000 + "</a>"
    with pytest.raises(RefusedFile, match="ikke kan behandles sikkert"):
        read(changed(word("x"), {"word/document.xml": huge}), "bombe.docx")


def test_entities_in_a_word_file_are_never_unfolded() -> None:
    start = '<!DOCTYPE a [<!ENTITY b "xxxxxxxx"><!ENTITY c "&b;&b;">]>'
    body = "<w:document xmlns:w='urn:w'><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:document>"
    with pytest.raises(UnreadableFile, match="beskadiget"):
        read(changed(word("x"), {"word/document.xml": start + body}), "a.docx")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "tom.txt", "er tom"),
        (b"MZ\x00\x00program", "referat.txt", "Windows-program"),
        (b"\x89PNG\r\n", "referat.pdf", "billede"),
        (b"<html><body>1. Velkomst</body></html>", "dagsorden.txt", "webside"),
        (b"a;b\n1;2\n", "tal.csv", "kan ikke bruges|som ikke"),
        (zipped({"a.txt": "a"}), "dagsorden.docx", "zip-arkiv"),
        (b"1. Velkomst\n", "dagsorden.docx", "endelsen"),
        (b"%PDF-1.7 nothing", "dagsorden.pdf", "beskadiget"),
    ],
)
def test_other_files_are_refused_with_a_reason(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(RefusedFile, match=reason):
        read(content, name)


@pytest.mark.parametrize("content", [b"\n \n", b"\x0c\n"])
def test_a_file_of_nothing_but_space_has_no_text(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="ingen tekst"):
        read(content, "tom.txt")


def test_too_much_text_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="for meget tekst"):
        read(b"Ord og atter ord.\n" * 300_000, "lang.txt")


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="for mange linjer"):
        read(b"a\n" * 100_001, "stor.txt")


def test_a_damaged_word_document_is_told_to_be() -> None:
    broken = changed(word("x"), {"word/document.xml": "<w:document><w:p>"})
    with pytest.raises((RefusedFile, UnreadableFile), match="beskadiget"):
        read(broken, "brudt.docx")


def test_lists_that_a_word_document_names_wrongly_are_left_out() -> None:
    with zipfile.ZipFile(io.BytesIO(word("Tekst"))) as package:
        styles = package.read("word/styles.xml").decode()
    looped = styles.replace('<w:basedOn w:val="Normal"/>', '<w:basedOn w:val="Heading1"/>')
    document = read(changed(word("Tekst"), {"word/styles.xml": looped}), "a.docx")
    assert document.lines[0] == "Tekst"


def test_pages_without_text_among_others_are_told_of() -> None:
    text = pypdfium2.PdfDocument(pdf("1. Velkomst"))
    text.new_page(595, 842)
    buffer = io.BytesIO()
    text.save(buffer)
    doubts = [doubt.what for doubt in read(buffer.getvalue(), "a.pdf").unsure]
    assert any("Side 2 har ingen tekst" in what for what in doubts)


def test_a_text_that_is_no_meeting_is_said_to_be_none() -> None:
    document = read_text("Kære kollega\n\nTak for sidst. Vi ses.\n")
    assert (document.kind, document.items) == (Kind.UNKNOWN, ())
    assert [doubt.what for doubt in document.unsure] == [
        "Der blev ikke fundet nogen punkter i dokumentet."
    ]
