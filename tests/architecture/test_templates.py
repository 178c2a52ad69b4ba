"""Templates hold no script, no style and nothing from elsewhere: the CSP would refuse it."""

import re
from pathlib import Path

import pytest
from work_tree import templates

FORBIDDEN = {
    "a style element": r"<style\b",
    "a style attribute": r"""\sstyle\s*=\s*["'{]""",
    "a script without a file": r"<script\b(?![^>]*\ssrc=)",
    "a script with content": r"<script\b[^>]*>\s*[^<\s]",
    "an event handler": r"""\son[a-z]+\s*=\s*["'{]""",
    "an htmx event handler": r"\shx-on[:-]",
    "a script address": r"javascript:",
    "an address elsewhere": r"""\b(?:src|href|action|srcset|hx-[a-z]+)\s*=\s*["']?(?:https?:)?//""",
    "an unescaped value": r"\|\s*safe\b|\{%\s*autoescape\s+off",
}


def faults(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.name)
def test_the_template_is_clean(template: Path) -> None:
    assert faults(template.read_text(encoding="utf-8")) == []


def test_there_are_templates_to_look_at() -> None:
    assert len(templates()) > 20


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<style>p{}</style>", "a style element"),
        ('<p style="color:red">', "a style attribute"),
        ("<script>alert(1)</script>", "a script without a file"),
        ('<script src="a.js">alert(1)</script>', "a script with content"),
        ('<a onclick="go()">', "an event handler"),
        ('<a hx-on:click="go()">', "an htmx event handler"),
        ('<a href="javascript:go()">', "a script address"),
        ('<img src="https://example.org/a.png">', "an address elsewhere"),
        ('<link href="//example.org/a.css">', "an address elsewhere"),
        ("{{ text|safe }}", "an unescaped value"),
    ],
)
def test_each_fault_is_seen(text: str, fault: str) -> None:
    assert fault in faults(text)
