"""What our files in Word have in common: the page, its numbers, type, language, properties."""

from datetime import UTC, date, datetime, time
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from rammevaerk.exchange.agenda_documents.word_form import add_field

LANGUAGE = "da-DK"
TEXT_WIDTH_CM = 25.7  # between the margins
UPRIGHT_WIDTH_CM = 17.0
_PROPERTY_LIMIT = 255  # characters; what Office allows in a document property


def lay_down(file: Document, *, title: str, author: str, day: date, subject: str = "") -> None:
    """Give a new document A4 lying down, our type and language, numbered pages and properties."""
    section = file.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    _set_up(file, title=title, author=author, day=day, subject=subject)


def stand_up(file: Document, *, title: str, author: str, day: date, subject: str = "") -> None:
    """As `lay_down`, but A4 standing up, for what is mostly text."""
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    _set_up(file, title=title, author=author, day=day, subject=subject)


def _set_up(file: Document, *, title: str, author: str, day: date, subject: str) -> None:
    section = file.sections[0]
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2))
    style: Any = file.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10)
    style.paragraph_format.space_after = Pt(4)
    for place in file.styles.element.iter(qn("w:lang")):
        place.set(qn("w:val"), LANGUAGE)
    facts = file.core_properties
    facts.title, facts.author = title[:_PROPERTY_LIMIT], author[:_PROPERTY_LIMIT]
    facts.subject, facts.language, facts.comments = subject[:_PROPERTY_LIMIT], LANGUAGE, ""
    facts.created = facts.modified = datetime.combine(day, time(12), tzinfo=UTC)
    _number_pages(section.footer.paragraphs[0])


def _number_pages(paragraph: Any) -> None:
    """«Side 2 af 7», kept by Word's own fields."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run("Side ")
    add_field(paragraph, "PAGE", "1")
    paragraph.add_run(" af ")
    add_field(paragraph, "NUMPAGES", "1")
