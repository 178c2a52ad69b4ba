"""The presentation of an item: what may stand in it, how it is written, and its plain words."""

import re
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe
from lxml import html as lxml_html

from rammevaerk.portal.common.fields import refuse_cpr

# What a presentation may hold: text with headings, lists, tables and links. The rest is taken
# out, with what it would have done.
_TAGS = {
    "p", "br", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td", "caption",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
# Words in angle brackets that are meant as marking; «a < b» and «<navn>» are text.
_MARKING = re.compile(
    r"</?(?:p|br|h[1-6]|[uo]l|li|strong|em|a|b|i|u|blockquote|table|t[hrd]|thead|tbody|caption"
    r"|div|span|img|svg|script|style|iframe|object|embed|form|input|link|meta|html|body)\b[^<]*>",
    re.IGNORECASE,
)
_SIMPLE = re.compile(r"\A(?:<p>(?:[^<]|<br>)*</p>\s*)*\Z")
_BLOCKS = {"p", "h3", "h4", "li", "tr", "caption", "blockquote", "br"}


def clean_html(html: str) -> str:
    """The presentation without anything that could run, load or disguise itself.

    CprFound when its words hold a CPR number, also one that marking has cut in two.
    """
    clean = _sanitised(html)
    refuse_cpr("\n".join(plain_lines(clean)))
    return clean


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    ).strip()


def for_page(html: str) -> SafeString:
    """A stored presentation for a template; cleaned again, wherever it was stored from."""
    return mark_safe(_sanitised(html))  # noqa: S308 - that is what it has just been cleaned for


def as_html(text: str) -> str:
    """What somebody wrote, as HTML: marking as it is, plain text in paragraphs and lists."""
    if _MARKING.search(text):
        return text
    return "\n".join(_block(part) for part in re.split(r"\n\s*\n", text.strip()) if part.strip())


def _block(part: str) -> str:
    lines = [line.strip() for line in part.strip().splitlines()]
    if all(line.startswith(("- ", "• ")) for line in lines):
        return "<ul>" + "".join(f"<li>{escape(line[2:], False)}</li>" for line in lines) + "</ul>"
    return "<p>" + "<br>".join(escape(line, False) for line in lines) + "</p>"


def as_written(html: str) -> str:
    """The stored presentation for its text field: as plain text when it is paragraphs only."""
    if not _SIMPLE.match(html):
        return html
    paragraphs = re.findall(r"<p>.*?</p>", html, re.DOTALL)
    return "\n\n".join("\n".join(plain_lines(one)) for one in paragraphs)


def plain_lines(html: str) -> list[str]:
    """The words of the presentation line by line: a paragraph, list entry or table row each."""
    if not html.strip():
        return []
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for mark in root.iter("td", "th"):
        mark.tail = f"\t{mark.tail or ''}"
    for block in root.iter(*_BLOCKS):
        if block.tag == "br":
            block.tail = f"\n{block.tail or ''}"
        else:
            block.text = f"\n{block.text or ''}"
            block.tail = f"\n{block.tail or ''}"
    lines = (" ".join(line.split(" ")).strip() for line in root.text_content().splitlines())
    return [line for line in lines if line]
