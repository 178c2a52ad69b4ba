"""Files are judged by content; whatever cannot be looked through is refused in plain Danish."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_samples import (
    CPR,
    OLE_START,
    OPEN_XML,
    RELATIONSHIPS,
    changed,
    content_types,
    excel,
    member,
    odf_xml,
    open_document,
    pdf,
    powerpoint,
    relationships,
    word,
    zipped,
)

from rammevaerk.exchange.filetype import FileKind, RefusedFile, judge, safe_name

MEGABYTE = 1024 * 1024
GOOD = {
    "notat.pdf": (pdf("Hej"), FileKind.PDF),
    "notat.docx": (word("Hej"), FileKind.DOCX),
    "tal.XLSX": (excel({"A1": 1}), FileKind.XLSX),
    "oplæg.pptx": (powerpoint(["Hej"]), FileKind.PPTX),
    "notat.odt": (open_document("text", ""), FileKind.ODT),
    "tal.ods": (open_document("spreadsheet", ""), FileKind.ODS),
    "oplæg.odp": (open_document("presentation", ""), FileKind.ODP),
    "tal.csv": ("Kommune;Antal\nÅrhus;26\n".encode(), FileKind.CSV),
    "note.txt": ("Rød grød\n".encode("cp1252"), FileKind.TEXT),
}


def refused(content, name, **options) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        judge(content, name, **options)
    return caught.value


def judged(content, name) -> FileKind | RefusedFile:
    try:
        return judge(content, name)
    except RefusedFile as error:
        return error


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_is_known_by_its_content(name):
    content, kind = GOOD[name]
    assert judge(content, name) is kind
    assert judge(io.BytesIO(content), name) is kind


@pytest.mark.parametrize("name", GOOD)
def test_a_kind_that_is_not_asked_for_is_refused_with_what_is(name):
    content, kind = GOOD[name]
    wanted = FileKind.PDF if kind is not FileKind.PDF else FileKind.XLSX
    error = refused(content, name, allowed=frozenset({wanted}))
    assert error.code == "wrong-type"
    assert kind.indefinite_da in error.reason_da
    assert wanted.label_da in error.reason_da


@pytest.mark.parametrize(
    ("content", "name", "word_in_reason"),
    [
        (b"MZ\x90\x00\x03\x00" + b"\x00" * 200, "notat.pdf", "Windows-program"),
        (b"\x7fELF\x02\x01" + b"\x00" * 50, "notat.pdf", "program"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "notat.pdf", "billede"),
        (b"\x00\x00\x00 ftypmp42", "notat.docx", "video"),
        (b"<!DOCTYPE html><html></html>", "notat.pdf", "webside"),
        (b"\xef\xbb\xbf <svg xmlns='x'/>", "tegning.txt", "SVG"),
        (b"<?xml version='1.0'?><a/>", "data.csv", "XML"),
        (b"Hej <script>alert(1)</script>", "note.txt", "script"),
        (b"#!/bin/sh\nrm -rf /\n", "note.txt", "script"),
        (b"{\\rtf1 Hej}", "notat.docx", "RTF"),
        (zipped({"brev.docx": b"x"}), "arkiv.docx", "zip-arkiv"),
    ],
)
def test_other_types_are_refused_by_content_whatever_the_name(content, name, word_in_reason):
    error = refused(content, name)
    assert error.code == "wrong-type"
    assert word_in_reason in error.reason_da
    assert name in error.reason_da


@pytest.mark.parametrize(
    ("stream", "advice"),
    [("WordDocument", "docx"), ("Workbook", "xlsx"), ("PowerPoint Document", "pptx")],
)
def test_old_office_files_are_refused_with_what_to_save_as(stream, advice):
    error = refused(OLE_START + b"\x00" * 600 + stream.encode("utf-16-le"), "gammel.doc")
    assert error.code == "legacy"
    assert "Gem som" in error.reason_da
    assert advice in error.reason_da


def test_a_text_that_begins_with_bm_or_mz_is_still_a_text():
    assert judge(b"BMI og andre tal\n", "note.txt") is FileKind.TEXT
    assert judge(b"MZ;antal\n1;2\n", "tal.csv") is FileKind.CSV


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (OLE_START + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "notat.docx"),
        (
            pdf(
                trailer="/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + "41" * 32 + ">"
                "/U<" + "42" * 32 + ">>>/ID[<00><00>]"
            ),
            "notat.pdf",
        ),
        (
            changed(
                open_document("text", ""),
                {"META-INF/manifest.xml": odf_xml("<manifest:encryption-data/>")},
            ),
            "notat.odt",
        ),
    ],
    ids=["office", "pdf", "odf"],
)
def test_a_locked_file_is_refused_because_it_cannot_be_read(content, name):
    error = refused(content, name)
    assert error.code == "encrypted"
    assert "adgangskode" in error.reason_da


def _with_type(content: bytes, content_type: str) -> dict[str, str]:
    types = member(content, "[Content_Types].xml")
    extra = f'<Override PartName="/x.bin" ContentType="{content_type}"/></Types>'
    return {"[Content_Types].xml": types.replace("</Types>", extra), "x.bin": "x"}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (changed(word("Hej"), {"word/vbaProject.bin": OLE_START}), "notat.docx"),
        (
            changed(word("Hej"), _with_type(word("Hej"), "application/vnd.ms-office.vbaProject")),
            "notat.docx",
        ),
        (
            changed(
                excel({}),
                {
                    "[Content_Types].xml": content_types(
                        (
                            "xl/workbook.xml",
                            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                        )
                    )
                },
            ),
            "tal.xlsx",
        ),
        (
            changed(excel({}), _with_type(excel({}), "application/vnd.ms-excel.macrosheet+xml")),
            "tal.xlsx",
        ),
        (changed(open_document("text", ""), {"Basic/Standard/Module1.xml": "x"}), "notat.odt"),
        (
            pdf(catalog="/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert)>>]>>>>"),
            "notat.pdf",
        ),
    ],
    ids=["vba", "vba-type", "xlsm", "xlm", "basic", "pdf-script"],
)
def test_macros_are_refused(content, name):
    assert refused(content, name).code == "macros"


def test_an_index_of_no_basic_libraries_is_not_a_macro():
    content = changed(open_document("text", ""), {"Basic/script-lc.xml": "<x/>"})
    assert judge(content, "notat.odt") is FileKind.ODT


def test_25_megabytes_are_refused_with_size_and_limit_in_danish():
    error = refused(b"%PDF-" + b"\x00" * (25 * MEGABYTE - 5), "stor.pdf")
    assert error.code == "too-large"
    assert "fylder 25,0 MB" in error.reason_da
    assert "højst fylde 20 MB" in error.reason_da


def test_one_byte_over_the_limit_never_reads_as_being_on_it():
    assert "20,1 MB" in refused(b" " * (20 * MEGABYTE + 1), "stor.txt").reason_da
    assert judge(b" " * (20 * MEGABYTE), "stor.txt") is FileKind.TEXT


def test_an_open_file_that_is_too_large_is_not_read():
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size=-1):
            data = super().read(size)
            self.taken += len(data)
            return data

    source = Counting(b" " * 5000)
    assert refused(source, "stor.txt", limit=4096).code == "too-large"
    assert source.taken == 0


def test_an_empty_file_is_refused():
    assert refused(b"", "tom.pdf").code == "empty"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (word("Hej")[:-200], "notat.docx"),
        (zipped({"[Content_Types].xml": "<broken"}), "notat.docx"),
        (zipped({"[Content_Types].xml": content_types()}), "notat.docx"),
        (b"%PDF-1.7\nnot really", "notat.pdf"),
        (changed(word("Hej"), {"../uden.xml": "x"}), "notat.docx"),
    ],
)
def test_a_damaged_file_is_refused(content, name):
    assert refused(content, name).code == "corrupt"


def test_two_main_parts_in_one_package_are_refused():
    both = content_types(
        ("a.xml", f"{OPEN_XML}.wordprocessingml.document.main+xml"),
        ("b.xml", f"{OPEN_XML}.spreadsheetml.sheet.main+xml"),
    )
    content = zipped({"[Content_Types].xml": both, "a.xml": "<a/>", "b.xml": "<b/>"})
    assert refused(content, "notat.docx").code == "corrupt"


@pytest.mark.parametrize(
    "members",
    [
        {"word/media/stor.xml": b"0" * (30 * MEGABYTE)},
        {f"word/media/{number}.xml": b"x" for number in range(5001)},
    ],
    ids=["ratio", "members"],
)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(members):
    assert refused(changed(word("Hej"), members), "notat.docx").code == "bomb"


def test_packages_within_packages_are_followed_only_so_far():
    content = word("inderst")
    for _ in range(4):
        content = changed(word("Hej"), {"word/embeddings/a.docx": content})
    assert refused(content, "notat.docx").code == "bomb"


def test_the_workbook_behind_a_chart_is_allowed():
    content = changed(word("Hej"), {"word/embeddings/tal.xlsx": excel({"A1": 1})})
    assert judge(content, "notat.docx") is FileKind.DOCX


@pytest.mark.parametrize(
    ("embedded", "code"),
    [
        (b"MZ\x90\x00", "embedded-program"),
        (OLE_START + "\x01Ole10Native".encode("utf-16-le"), "embedded-object"),
        (OLE_START + "WordDocument".encode("utf-16-le"), "embedded-object"),
        (zipped({"hemmelig.exe": b"MZ"}), "embedded-object"),
        (changed(word("Hej"), {"word/vbaProject.bin": OLE_START}), "macros"),
    ],
)
def test_files_hidden_inside_a_document_are_refused(embedded, code):
    content = changed(word("Hej"), {"word/embeddings/objekt.bin": embedded})
    assert refused(content, "notat.docx").code == code


def test_files_attached_to_a_pdf_are_refused():
    content = pdf(
        catalog="/Names<</EmbeddedFiles<</Names[(a.xlsx) 7 0 R]>>>>",
        extra="7 0 obj <</Type/Filespec/F(a.xlsx)/EF<</F 8 0 R>>>> endobj\n"
        "8 0 obj <</Type/EmbeddedFile/Length 1>> stream\nx\nendstream endobj",
    )
    # The table of objects does not list 7 and 8; without it PDFium finds them by reading.
    content = content.replace(b"startxref", b"startxrex")
    assert refused(content, "notat.pdf").code == "embedded-object"


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "image", "frame"])
@pytest.mark.parametrize(
    "target",
    ["https://example.org/a.dotm", "HTTP://example.org/a", r"\\example.org@SSL\DavWWWRoot\a.dotm"],
)
def test_content_fetched_from_the_net_is_refused(kind, target):
    link = relationships(("r9", f"{RELATIONSHIPS}/{kind}", target, True))
    content = changed(word("Hej"), {"word/_rels/settings.xml.rels": link})
    assert refused(content, "notat.docx").code == "remote-content"


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://example.org/"),
        ("attachedTemplate", "file:///C:/Skabeloner/Kommune.dotx"),
    ],
)
def test_ordinary_links_and_the_authors_own_template_are_no_danger(kind, target):
    link = relationships(("r9", f"{RELATIONSHIPS}/{kind}", target, True))
    content = changed(word("Hej"), {"word/_rels/settings.xml.rels": link})
    assert judge(content, "notat.docx") is FileKind.DOCX


@pytest.mark.parametrize(
    ("name", "said"),
    [("notat.docx", "«.docx»"), ("notat", "ingen endelse"), ("notat.pdf.exe", "«.exe»")],
)
def test_a_name_that_disagrees_with_the_content_is_refused(name, said):
    error = refused(pdf("Hej"), name)
    assert error.code == "name-mismatch"
    assert said in error.reason_da
    assert "en PDF-fil" in error.reason_da
    assert "«.pdf»" in error.reason_da


@pytest.mark.parametrize(
    "content",
    [b"a;b\x00;c", "a;b".encode("utf-16"), b"a\x81b", b"\x1ba" * 3 + b"\x02"],
    ids=["nul", "utf-16", "not-cp1252", "control"],
)
def test_text_must_be_utf_8_or_cp1252_without_control_characters(content):
    assert refused(content, "tal.csv").code == "not-text"


def test_a_message_masks_a_cpr_number_in_the_name():
    error = refused(b"", f"Afgørelse {CPR}.pdf")
    assert "1234" not in error.reason_da
    assert "010190" in error.reason_da


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\x\notat.pdf", "notat.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("regnskab\u202efdp.exe", "regnskabfdp.exe"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1", "_lpt1"),
        ("  .. ", "fil"),
        ("", "fil"),
        ("a<b>:c?.pdf", "a-b--c-.pdf"),
        ("Bilag 3 – økonomi.pdf", "Bilag 3 – økonomi.pdf"),
    ],
)
def test_names_are_cleaned_for_showing_and_storing(name, clean):
    assert safe_name(name) == clean


@given(st.text())
def test_a_clean_name_is_always_short_visible_and_stays_as_it_is(name):
    clean = safe_name(name)
    assert 0 < len(clean) <= 121
    assert not set(clean) & set('/\\\x00\n\r\t<>:"|?*')
    assert clean not in {".", ".."}
    assert safe_name(clean) == clean


def test_a_very_long_name_keeps_its_extension():
    assert safe_name("å" * 500 + ".docx").endswith(".docx")
    assert len(safe_name("å" * 500 + ".docx")) == 120


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", OLE_START]))
def test_any_bytes_are_judged_or_refused_and_never_crash(content, start):
    outcome = judged(start + content, "note.txt")
    assert outcome is FileKind.TEXT or str(outcome).endswith(".")


@given(st.data())
def test_a_document_with_any_byte_changed_is_judged_or_refused(data):
    content = bytearray(GOOD["oplæg.pptx"][0])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    outcome = judged(bytes(content), "oplæg.pptx")
    assert outcome is FileKind.PPTX or str(outcome).endswith(".")


def test_stored_members_are_fine():
    content = changed(powerpoint(["Hej"]), {})
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        plain = zipped({n: package.read(n) for n in package.namelist()}, zipfile.ZIP_STORED)
    assert judge(plain, "oplæg.pptx") is FileKind.PPTX
