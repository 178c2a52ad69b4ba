"""Wherever in a file a number stands, the guard gets to see it, with a place people can find."""

import io

import docx
import pytest
import xlsxwriter
from office_samples import (
    CPR,
    changed,
    excel,
    member,
    odf_xml,
    open_document,
    pdf,
    powerpoint,
    relationships,
    saved,
    word,
)

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.exchange.plaintext import UnreadableFile, read_places

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def places(content: bytes, name: str) -> set[str]:
    """The places where a CPR number stands."""
    return {found.place for found in read_places(content, name) if find_cpr(found.text)}


def texts(content: bytes, name: str) -> list[tuple[str, str]]:
    return [(found.place, found.text) for found in read_places(content, name)]


def with_body(inner: str) -> bytes:
    """A Word document whose main text is `inner`."""
    document = f"<w:document {W}><w:body>{inner}</w:body></w:document>"
    return changed(word("x"), {"word/document.xml": document})


def run(text: str, tag: str = "t") -> str:
    return f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"


def test_word_paragraphs_are_counted_as_people_see_them():
    content = word("Første", "", "Andet", f"Nummeret er {CPR}.")
    assert places(content, "notat.docx") == {"afsnit 3"}


def test_a_number_split_between_runs_is_put_together():
    hyphen = "<w:r><w:noBreakHyphen/></w:r>"
    number = run("01") + run("0190") + hyphen + run("12") + run("34")
    content = with_body(f"<w:p>{run('0101')}<w:r><w:br/></w:r></w:p><w:p>{number}</w:p>")
    assert places(content, "notat.docx") == {"afsnit 2"}


def test_a_comment_in_the_xml_does_not_split_a_number():
    content = with_body(f"<w:p>{run('010190-<!-- x -->1234')}</w:p>")
    assert places(content, "notat.docx") == {"afsnit 1"}


def test_word_tables_say_row_and_cell():
    document = docx.Document()
    document.add_paragraph("Før")
    table = document.add_table(2, 3)
    table.cell(1, 2).text = CPR
    assert places(saved(document), "notat.docx") == {"tabel 1, række 2, celle 3"}


def test_deleted_text_is_still_in_the_file():
    deleted = f"<w:del>{run('1234', 'delText')}</w:del>"
    content = with_body(f"<w:p>{run('010190-')}<w:ins>{run('XX')}</w:ins>{deleted}</w:p>")
    assert places(content, "notat.docx") == {"afsnit 1 (før rettelser)"}


def test_text_boxes_are_read_apart_from_the_paragraph_they_hang_on():
    box = f"<w:txbxContent><w:p>{run(CPR)}</w:p></w:txbxContent>"
    content = with_body(f"<w:p>{run('Før ')}<w:r>{box}</w:r>{run('efter')}</w:p>")
    assert places(content, "notat.docx") == {"afsnit 1, tekstboks"}
    assert ("afsnit 1", "Før efter") in texts(content, "notat.docx")


@pytest.mark.parametrize(
    ("part", "inner", "place"),
    [
        ("header1.xml", f"<w:hdr {W}><w:p>{run(CPR)}</w:p></w:hdr>", "sidehoved"),
        ("footer2.xml", f"<w:ftr {W}><w:p>{run(CPR)}</w:p></w:ftr>", "sidefod"),
        (
            "comments.xml",
            f'<w:c {W}><w:comment w:id="0"><w:p>{run("a")}</w:p></w:comment>'
            f'<w:comment w:id="1"><w:p>{run(CPR)}</w:p></w:comment></w:c>',
            "noter, kommentar 2",
        ),
        (
            "footnotes.xml",
            f'<w:f {W}><w:footnote w:id="1"><w:p>{run(CPR)}</w:p></w:footnote></w:f>',
            "noter, fodnote 1",
        ),
        ("glossary/document.xml", f"<w:g {W}><w:p>{run(CPR)}</w:p></w:g>", "autotekst"),
        ("charts/chart1.xml", f"<c:c xmlns:c='c'><c:v>{CPR}</c:v></c:c>", "diagram"),
        (
            "settings.xml",
            f'<w:s {W}><w:docVar w:name="a" w:val="{CPR}"/></w:s>',
            "en skjult del af filen (word/settings.xml)",
        ),
    ],
)
def test_the_other_parts_of_a_word_document_are_read(part, inner, place):
    content = changed(word("Hej"), {f"word/{part}": inner})
    assert places(content, "notat.docx") == {place}


def test_alternative_texts_and_link_addresses_are_read():
    content = with_body(f'<w:p><w:r><w:docPr descr="{CPR}"/></w:r></w:p>')
    assert places(content, "notat.docx") == {"afsnit 1 (alternativ tekst eller felt)"}
    link = relationships(("r9", "http://x/hyperlink", "mailto:a%20010190-1234", True))
    content = changed(word("Hej"), {"word/_rels/settings.xml.rels": link})
    assert places(content, "notat.docx") == {"link"}


def test_document_properties_are_named_in_danish():
    document = docx.Document()
    document.core_properties.title = CPR
    document.core_properties.author = CPR
    document.core_properties.keywords = CPR
    found = places(saved(document), "notat.docx")
    assert found == {f"dokumentegenskaben {name}" for name in ("titel", "forfatter", "nøgleord")}


def test_custom_properties_and_custom_xml_are_read():
    custom = f'<P><property name="Sagsnr"><lpwstr>{CPR}</lpwstr></property></P>'
    content = changed(word("Hej"), {"docProps/custom.xml": custom})
    assert places(content, "notat.docx") == {"dokumentegenskaben Sagsnr"}
    content = changed(word("Hej"), {"customXml/item1.xml": f"<a><b>{CPR}</b></a>"})
    assert places(content, "notat.docx") == {"skjulte data i dokumentet"}


def test_excel_cells_say_sheet_and_cell():
    assert places(excel({"A1": "Hej", "C5": CPR}), "tal.xlsx") == {"ark «Status», celle C5"}


def test_a_number_that_lost_its_zero_is_seen_all_the_same():
    content = excel({"B2": 101901234, "B3": 1012})
    assert ("ark «Status», celle B2", "101901234") in texts(content, "tal.xlsx")
    assert places(content, "tal.xlsx") == {"ark «Status», celle B2"}


def full_workbook() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Tal")
        sheet.write("A1", "Hej")
        sheet.write_comment("B2", f"Se {CPR}")
        sheet.set_header(f"&L{CPR}")
        sheet.insert_textbox("D4", f"Se {CPR}")
        sheet.write_formula("A9", f'=LEN("{CPR}")', value=11)
        sheet.set_row(6, None, None, {"hidden": True})
        sheet.write("A7", CPR)
        sheet.set_column("F:F", None, None, {"hidden": True})
        sheet.write_rich_string("F1", "010190-", book.add_format({"bold": True}), "1234")
        sheet.data_validation("A3", {"validate": "any", "input_message": CPR})
        hidden = book.add_worksheet("Gemt")
        hidden.hide()
        hidden.write("A1", CPR)
        book.define_name("Navn", f'="{CPR}"')
        book.set_custom_property("Sag", CPR)
    return buffer.getvalue()


def test_nothing_in_a_workbook_hides():
    assert places(full_workbook(), "tal.xlsx") == {
        "ark «Tal», celle A9",
        "ark «Tal», celle A7 (skjult)",
        "ark «Tal», celle F1 (skjult)",
        "ark «Tal», sidehoved",
        "ark «Tal», hjælpetekst ved A3",
        "ark «Gemt» (skjult), celle A1",
        "kommentarer i regnearket, celle B2",
        "tekstboks eller figur i regnearket",
        "navne i projektmappen",
        "dokumentegenskaben Sag",
    }


def test_the_hidden_copy_behind_a_pivot_table_is_read():
    cache = f'<c xmlns="m"><sharedItems><s v="{CPR}"/><n v="101901234"/></sharedItems></c>'
    content = changed(excel({"A1": 1}), {"xl/pivotCache/pivotCacheDefinition1.xml": cache})
    assert places(content, "tal.xlsx") == {"pivottabellens gemte data"}


def test_presentations_are_read_in_the_order_of_the_show():
    content = powerpoint(["Et", CPR, "Tre"], notes=CPR)
    assert places(content, "oplæg.pptx") == {"dias 2", "dias 1, noter"}


def test_a_slide_that_is_not_shown_is_read_too():
    slide = f'<p:sld xmlns:p="p" {A}><a:p><a:t>{CPR}</a:t></a:p></p:sld>'
    content = changed(powerpoint(["Et"]), {"ppt/slides/slide9.xml": slide})
    assert places(content, "oplæg.pptx") == {"dias uden for rækkefølgen"}


def test_a_workbook_inside_a_document_is_read():
    content = changed(word("Hej"), {"word/embeddings/tal.xlsx": excel({"C5": CPR})})
    assert places(content, "notat.docx") == {"indlejret fil 1, ark «Status», celle C5"}


def test_opendocument_text_is_read_with_notes_and_annotations():
    body = (
        "<text:p>Et</text:p>"
        f"<text:p>To <office:annotation><text:p>{CPR}</text:p></office:annotation>tre</text:p>"
        "<text:p>010190<text:s/>12<text:span>34</text:span></text:p>"
        f"<text:p>Fire<text:note><text:p>{CPR}</text:p></text:note></text:p>"
    )
    content = open_document("text", body)
    assert places(content, "notat.odt") == {
        "afsnit 1, kommentar",
        "afsnit 3",
        "afsnit 3, fodnote",
    }
    assert ("afsnit 2", "To tre") in texts(content, "notat.odt")


def test_opendocument_headers_and_properties_are_read():
    content = changed(
        open_document("text", ""),
        {
            "styles.xml": odf_xml(f"<style:header><text:p>{CPR}</text:p></style:header>"),
            "meta.xml": odf_xml(
                f"<meta:keyword>{CPR}</meta:keyword>"
                f'<meta:user-defined meta:name="Sag">{CPR}</meta:user-defined>'
            ),
        },
    )
    found = places(content, "notat.odt")
    assert found == {"sidehoved", "dokumentegenskaben nøgleord", "dokumentegenskaben Sag"}


def test_opendocument_cells_are_found_behind_repeated_rows_and_columns():
    body = (
        '<table:table table:name="Tal"><table:table-row table:number-rows-repeated="3">'
        "<table:table-cell/></table:table-row><table:table-row>"
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="float" office:value="101901234">'
        "<text:p>101.901.234</text:p></table:table-cell>"
        f"<table:table-cell><text:p>{CPR}</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    content = open_document("spreadsheet", body)
    assert places(content, "tal.ods") == {"ark «Tal», celle C4", "ark «Tal», celle D4"}


def test_opendocument_slides_and_their_notes_are_read():
    page = f"<draw:page><text:p>{CPR}</text:p></draw:page>"
    notes = f"<presentation:notes><text:p>{CPR}</text:p></presentation:notes>"
    body = f"<draw:page/>{page}<draw:page>{notes}</draw:page>"
    content = open_document("presentation", body)
    assert places(content, "oplæg.odp") == {"dias 2", "dias 3, noter"}


def test_pdf_pages_notes_and_properties_are_read():
    content = pdf(f"Nummer {CPR}")
    assert places(content, "notat.pdf") == {"side 1"}
    assert ("side 1, note eller felt 1", "En note") in texts(content, "notat.pdf")
    info = pdf("Hej", trailer="/Info 7 0 R", extra=f"7 0 obj <</Title({CPR})>> endobj")
    info = info.replace(b"startxref", b"startxrex")  # let PDFium find object 7 by reading
    assert places(info, "notat.pdf") == {"dokumentegenskaben titel"}


def test_lines_of_text_and_csv_are_counted():
    content = f"Kommune;Nr\r\nÅrhus;1\r\nViborg;{CPR}\r\n".encode("cp1252")
    assert places(content, "tal.csv") == {"linje 3"}
    assert places(content, "tal.txt") == {"linje 3"}


def test_too_much_text_is_an_error_and_not_a_pass():
    long = b"a" * 999 + b"\n"
    with pytest.raises(UnreadableFile, match="for meget tekst"):
        list(read_places(long * 20_021, "lang.txt"))


@pytest.mark.parametrize(
    "document",
    [
        "<w:document",
        f'<!DOCTYPE a [<!ENTITY n "{CPR}">]><w:document {W}><w:p>&n;</w:p></w:document>',
        f"<w:document {W}>" + "<w:p>" * 5000 + "</w:p>" * 5000 + "</w:document>",
    ],
    ids=["broken", "entities", "too-deep"],
)
def test_xml_that_cannot_be_read_in_full_is_an_error(document):
    content = changed(word("Hej"), {"word/document.xml": document})
    with pytest.raises(UnreadableFile, match=r"«notat\.docx» er beskadiget"):
        list(read_places(content, "notat.docx"))


def test_entities_do_not_explode():
    lol = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY a0 "ha">{lol}]><w:document {W}>&a9;</w:document>'
    with pytest.raises(UnreadableFile):
        list(read_places(changed(word("Hej"), {"word/document.xml": bomb}), "notat.docx"))


def test_a_damaged_part_is_an_error():
    content = changed(excel({"A1": "Hej"}), {"xl/sharedStrings.xml": "<sst/>"})
    assert "sharedStrings" in member(content, "xl/_rels/workbook.xml.rels")
    with pytest.raises(UnreadableFile):
        list(read_places(content, "tal.xlsx"))
