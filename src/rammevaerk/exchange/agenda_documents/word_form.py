"""How the Word file looks: page, styles, head and foot, properties; what python-docx lacks."""

import io
import zipfile
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor, Twips

from rammevaerk.exchange.agenda_documents.outline import Outline

TEXT_WIDTH = Cm(16.6)
_LABEL_WIDTH = Cm(4.8)
_HANGING = Twips(360)  # as python-docx's own template sets its bullets
ACCENT = RGBColor(0x12, 0x3F, 0x4C)
INK = RGBColor(0x1C, 0x1F, 0x21)
QUIET = RGBColor(0x55, 0x5B, 0x60)
LINK = RGBColor(0x1D, 0x5A, 0x6C)
DECISION, DECISION_POINT = "Beslutning", "Beslutning punkt"
FACTS, QUIET_LINE = "Mødefakta", "Punktoplysninger"
PROPERTY_LIMIT = 255  # characters; what Office allows in a document property
_FONT = "Calibri"
_SIZES = {
    "Title": (24, 0, 2),
    "Subtitle": (13, 0, 12),
    "Heading 1": (16, 24, 6),
    "Heading 2": (13, 16, 2),
    "Heading 3": (12, 10, 2),
    "Heading 4": (11, 8, 2),
    "Heading 5": (11, 6, 2),
    "TOC Heading": (13, 16, 2),
}
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: no clock in the file
_THUMBNAIL = "/thumbnail"


def element(tag: str, *children: Any, **attributes: object) -> Any:
    """Return an element of WordprocessingML with its attributes and children."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def set_up(file: Document, content: Outline) -> None:
    """Give an empty file its page, styles, head, foot and properties."""
    section: Any = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    _set_language(file, "da-DK" if content.language == "da" else content.language)
    _style_text(file)
    _style_headings(file)
    _add_styles(file)
    _set_properties(file, content)
    _set_head_and_foot(section, content)


def packed(file: Document) -> bytes:
    """Return the file as bytes that are the same whenever its content is."""
    stream, result = io.BytesIO(), io.BytesIO()
    file.save(stream)
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _FIRST_MOMENT)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(member, source.read(name))
    return result.getvalue()


def _set_language(file: Document, language: str) -> None:
    for place in file.styles.element.iter(qn("w:lang")):
        place.set(qn("w:val"), language)
    settings = file.settings.element
    for place in settings.iter(qn("w:themeFontLang")):
        place.set(qn("w:val"), language)
    for place in settings.iter(qn("w:compatSetting")):
        if place.get(qn("w:name")) == "compatibilityMode":
            place.set(qn("w:val"), "15")  # else Word opens the file as one of an older Word


def _style_text(file: Document) -> None:
    normal: Any = file.styles["Normal"]
    _set_font(normal, 11)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.1
    for name in ("List Bullet", "List Number"):
        for depth in ("", " 2", " 3"):
            file.styles[f"{name}{depth}"].paragraph_format.space_after = Pt(3)
    caption: Any = file.styles["Caption"]
    _set_font(caption, 10)
    caption.font.color.rgb = QUIET
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_after = Pt(3)
    quote: Any = file.styles["Quote"]
    quote.font.color.rgb = QUIET
    quote.paragraph_format.left_indent = Cm(0.8)


def _style_headings(file: Document) -> None:
    for name, (size, before, after) in _SIZES.items():
        style: Any = file.styles[name]
        _set_font(style, size)
        style.font.bold, style.font.italic = name != "Subtitle", name == "Heading 5"
        style.font.color.rgb = QUIET if name == "Subtitle" else INK if size == 11 else ACCENT
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        for spacing in style.element.findall(f".//{qn('w:rPr')}/{qn('w:spacing')}"):
            spacing.getparent().remove(spacing)
        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
    line = element("w:bottom", val="single", sz=6, space=3, color="1D5A6C")
    _insert_border(file.styles["Heading 1"], line)
    none = element("w:bottom", val="nil")
    _insert_border(file.styles["TOC Heading"], none)  # it is made on Heading 1


def _add_styles(file: Document) -> None:
    decision: Any = file.styles.add_style(DECISION, WD_STYLE_TYPE.PARAGRAPH)
    decision.base_style = file.styles["Normal"]
    decision.paragraph_format.left_indent = Cm(0.3)
    point: Any = file.styles.add_style(DECISION_POINT, WD_STYLE_TYPE.PARAGRAPH)
    point.base_style = file.styles["List Bullet"]
    point.paragraph_format.left_indent = Cm(0.3) + _HANGING
    point.paragraph_format.first_line_indent = -_HANGING
    point.paragraph_format.tab_stops.add_tab_stop(_HANGING, WD_TAB_ALIGNMENT.CLEAR)
    for style in (decision, point):
        _insert_border(style, element("w:left", val="single", sz=18, space=8, color="1D5A6C"))
    facts: Any = file.styles.add_style(FACTS, WD_STYLE_TYPE.PARAGRAPH)
    facts.base_style = file.styles["Normal"]
    facts.paragraph_format.space_after = Pt(1)
    facts.paragraph_format.left_indent = _LABEL_WIDTH
    facts.paragraph_format.first_line_indent = -_LABEL_WIDTH
    facts.paragraph_format.tab_stops.add_tab_stop(_LABEL_WIDTH)
    quiet: Any = file.styles.add_style(QUIET_LINE, WD_STYLE_TYPE.PARAGRAPH)
    quiet.base_style = file.styles["Normal"]
    quiet.font.color.rgb = QUIET
    quiet.paragraph_format.keep_with_next = True
    for depth, indent in ((1, 0.0), (2, 0.6)):
        entry: Any = file.styles.add_style(f"toc {depth}", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        entry.base_style = file.styles["Normal"]
        entry.font.bold = depth == 1
        entry.paragraph_format.left_indent = Cm(indent)
        entry.paragraph_format.space_before = Pt(6 if depth == 1 else 0)
        entry.paragraph_format.space_after = Pt(2)
        entry.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    link: Any = file.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb, link.font.underline = LINK, True


def _set_font(style: Any, size: int) -> None:
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # The fonts of the theme would win over the one that is named.
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    style.font.name, style.font.size = _FONT, Pt(size)


def _insert_border(style: Any, line: Any) -> None:
    properties = style.element.get_or_add_pPr()
    after = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")
    properties.insert_element_before(element("w:pBdr", line), *after)


def _set_properties(file: Document, content: Outline) -> None:
    facts = file.core_properties
    facts.title, facts.author = content.title[:PROPERTY_LIMIT], content.body[:PROPERTY_LIMIT]
    facts.subject, facts.comments = content.kind, ""
    facts.language = "da-DK" if content.language == "da" else content.language
    if content.written_at is not None:
        facts.created = facts.modified = content.written_at
    else:
        core: Any = file.part.package.core_properties._element  # noqa: SLF001 - no way to unset
        for name in ("dcterms:created", "dcterms:modified"):
            core.remove(core.find(qn(name)))
    links = file.part.package.rels
    for key in [key for key, link in links.items() if link.reltype.endswith(_THUMBNAIL)]:
        del links[key]  # a picture of the empty template


def _set_head_and_foot(section: Any, content: Outline) -> None:
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = content.running_head
    for foot in (section.first_page_footer, section.footer):
        paragraph = foot.paragraphs[0]
        paragraph.add_run(f"{content.closing}\tSide ")
        add_field(paragraph, "PAGE", "1")
        paragraph.add_run(" af ")
        add_field(paragraph, "NUMPAGES", "1")
    for part in (section.header, section.first_page_footer, section.footer):
        form = part.paragraphs[0].paragraph_format
        for inherited in part.paragraphs[0].style.paragraph_format.tab_stops:
            form.tab_stops.add_tab_stop(inherited.position, WD_TAB_ALIGNMENT.CLEAR)
        form.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        for run in part.paragraphs[0].runs:
            run.font.size, run.font.color.rgb = Pt(9), QUIET


def add_field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field that Word keeps up to date; `shown` stands until it does."""
    for inner in (
        element("w:fldChar", fldCharType="begin"),
        _instruction(code),
        element("w:fldChar", fldCharType="separate"),
        None,
        element("w:fldChar", fldCharType="end"),
    ):
        run = paragraph.add_run(shown if inner is None else "")
        if inner is not None:
            run._r.append(inner)  # noqa: SLF001 - python-docx has no fields


def _instruction(code: str) -> Any:
    made = element("w:instrText")
    made.text = f" {code} "
    return made
