"""Text that somebody meant to fill in later: "(indsæt link)", "xx.xx.xxxx", "TBD", "[dato]"."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder found at `start` up to `end` in a text, where `raw` is what stands there."""

    start: int
    end: int
    raw: str


# "indsæt" as it is read from scans: the letter æ becomes ae, ze, zx, ee, z, a or e.
_INSERT = r"inds(?:æ|ae|ze|zx|ee|z|e|ä)t"
_INSERT_OCR = r"inds(?:æ|ae|ze|zx|ee|z|e|ä|a)t"
_THING = (
    r"(?:links?|tekst|dato(?:er)?|navne?|tal|beløb|belgb|belob|antal|henvisning(?:er)?|adresse|"
    r"billede|figur|tabel|logo|titel|kilde|bilag|kommune|organisation|forvaltning|sted|"
    r"telefon(?:nummer)?|mail|e-mail|måned|afsnit|oplysninger|beskrivelse)"
)
_HTML = (
    r"(?!/?(?:a|b|i|u|p|s|br|hr|em|strong|ul|ol|li|td|th|tr|table|span|div|h[1-6]|sub|sup)\b[^>]*>)"
)

_ANY_CASE = (
    # (indsæt …), [indsæt …], «indsat link»: an order to insert, in any kind of brackets
    rf"[(\[{{<«]\s*{_INSERT}\b[^()\[\]{{}}<>«»]{{0,80}}[)\]}}>»]",
    rf"[(\[{{<«]\s*{_INSERT_OCR}\s+{_THING}(?:\s+her)?\s*[)\]}}>»]",
    rf"\b{_INSERT}\s+{_THING}\b(?:\s+her\b)?",
    r"[\[{<](?!https?:)\s*(?:udfyld|tilføj|skriv|angiv|vælg|mangler|kommer|opdateres)\w*\b"
    r"[^\[\]{}<>]{0,80}[\]}>]",
    rf"[\[{{<]\s*(?:{_THING}|år|udestår)\s*[\]}}>](?!\()",
    rf"\((?:{_THING}\s+)?(?:mangler|følger|kommer|kommer senere|(?:skal )?udfyldes(?: senere)?)\)",
    # the same words without brackets only where nothing else stands on the line
    rf"^[^\w\n]*(?:{_THING}\s+)?(?:(?:skal )?udfyldes|kommer|følger)(?: senere)?[^\w\n]*$",
    rf"(?:^|:)[ \t]*{_THING} mangler[ \t.]*$",
    r"^[^.\n]{0,40}\b(?:udfyldes|tilføjes|indsættes) senere[.)\]]*$",
    # a promise of a link, where no address follows
    r"[(\[]\s*link(?:\s+(?:her|kommer|mangler|følger))?\s*[)\]](?!\s*\(?\s*(?:https?:|www\.))",
    r"\b(?:klik(?: eller tryk)? her for at (?:angive|skrive|tilføje) tekst|skriv (?:tekst )?her"
    r"|(?:din )?tekst her)\b",
    r"\blorem ipsum\b",
    r"\bx{1,2}[./-]x{1,2}(?:[./-](?:x{2,4}|(?:20)?x{2}|[0-9]{2,4}))\b|\bxx[./-]xx\b",
    r"\b(?:dd[./-]mm[./-](?:å{2,4}|aa(?:aa)?|y{2,4}))\b",
    r"(?<![\w-])x{2,}(?:[ .:]x{2,})*(?![\w-])",
    r"\b20(?:xx|[0-9]x)\b",
    r"\b(?:t\.b\.d|t\.b\.a)\b\.?",
    # Word's and Excel's own words for a reference that leads nowhere
    r"\bfejl! (?:henvisningskilde|bogmærke|hyperlink|ukendt)[^.\n]{0,60}",
    r"#(?:REFERENCE!|REF!|NAVN\?|NAME\?|I/T|N/A|VÆRDI!|VALUE!)",
    rf"<{_HTML}[a-zæøå][a-zæøå .-]{{0,38}}[a-zæøå]>",
)
_EXACT_CASE = (
    r"(?<![\w.-])(?:TBD|TBA|TBC|TODO|FIXME|NN|N\.N\.)(?![\w-])",
    r"\?{3,}|(?<!\S)\(?\?\?\)?(?!\S)",
    # nothing but dots on the line, or after a colon ("Ansvarlig: …"); not a table of contents
    r"^[ \t]*(?:…+|\.{3,})[ \t]*$",
    r"(?<=:)[ \t]*(?:…+|\.{3,})[ \t]*$",
    r"_{3,}",
)
_PATTERNS = tuple(
    [re.compile(pattern, re.IGNORECASE | re.MULTILINE) for pattern in _ANY_CASE]
    + [re.compile(pattern, re.MULTILINE) for pattern in _EXACT_CASE]
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]{1,120}")
_RULE_ACROSS = re.compile(r"^[ \t]*_{20,}[ \t]*$", re.MULTILINE)
_ROMAN_CONTEXT = re.compile(
    r"\b(?:kapitel|afsnit|del|bind|artikel|hovedstykke|kong|konge|christian|frederik|pave)\s+$",
    re.IGNORECASE,
)
_OTHER_ROMAN = re.compile(r"\b(?:XIX|XXI|XVIII|XXII|XVI{0,2}|XI[IV]?)\b")


def find_placeholders(text: str) -> list[Placeholder]:
    """Find what was left to be filled in, in order; where two overlap, the longer one.

    Case does not matter and scanned forms of "indsæt" count. Ordinary sentences with the same
    words ("beløbet indsættes på kontoen", "skemaet udfyldes af kommunen"), addresses, dividing
    lines and the Roman number XX do not.
    """
    spared = [match.span() for rule in (_ADDRESS, _RULE_ACROSS) for match in rule.finditer(text)]
    spans = sorted(
        {match.span() for pattern in _PATTERNS for match in pattern.finditer(text)},
        key=lambda span: (span[0] - span[1], span),
    )
    chosen: list[tuple[int, int]] = []
    for start, end in spans:
        clear = all(end <= first or last <= start for first, last in [*chosen, *spared])
        if clear and not _roman(text, start, end):
            chosen.append((start, end))
    return [Placeholder(start, end, text[start:end].strip()) for start, end in sorted(chosen)]


def _roman(text: str, start: int, end: int) -> bool:
    if text[start:end] not in {"XX", "XXX"}:
        return False
    return bool(_ROMAN_CONTEXT.search(text[:start]) or _OTHER_ROMAN.search(text))
