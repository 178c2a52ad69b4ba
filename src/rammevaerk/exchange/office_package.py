"""What an Office or OpenDocument package is, and the dangers inside it that are refused."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from rammevaerk.exchange.errors import DAMAGED_DA, ENCRYPTED_DA, Objection
from rammevaerk.exchange.file_kinds import (
    OPEN_DOCUMENT_KINDS,
    OPEN_XML_KINDS,
    FileKind,
)
from rammevaerk.exchange.package import Package
from rammevaerk.exchange.quoting import quoted
from rammevaerk.exchange.safe_xml import attribute, walk

CONTENT_TYPES = "[Content_Types].xml"
DEEPEST_NESTING = 2
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_PACKAGED_FILE = "\x01Ole10Native".encode("utf-16-le")
_MAIN_TYPES = {f"{kind.media_type}.main+xml": kind for kind in OPEN_XML_KINDS}
_OTHER_MAIN_TYPES = {
    "wordprocessingml.template.main": "en Word-skabelon (dotx)",
    "spreadsheetml.template.main": "en Excel-skabelon (xltx)",
    "presentationml.template.main": "en PowerPoint-skabelon (potx)",
    "presentationml.slideshow.main": "et PowerPoint-show (ppsx)",
    "vnd.ms-visio": "en Visio-tegning",
}
_MACRO_MARKS = ("macroenabled", "vbaproject", "macrosheet", "activex")
_HARMLESS_LINKS = ("/hyperlink", "/externallinkpath", "/xlpathmissing", "/xlexternallinkpath")
_REMOTE_SCHEMES = ("http", "https", "ftp", "ftps", "webdav")
_MACROS_DA = (
    "indeholder makroer eller andet, der kan køre. "
    "Gem den uden makroer (docx, xlsx, pptx, odt, ods eller odp), og prøv igen."
)


def kind_of_package(package: Package) -> FileKind:
    """Say what the package is, from its own declaration; `Objection` when it is none of ours."""
    if package.has(CONTENT_TYPES):
        return _open_xml_kind(package)
    if package.has("mimetype"):
        return _open_document_kind(package)
    raise Objection(
        "er et zip-arkiv. Pak det ud, og læg filerne i det op hver for sig.", "wrong-type"
    )


def refuse_dangers(package: Package, depth: int = 0) -> None:
    """Raise `Objection` for macros, programs, hidden files, encryption and remote content."""
    _refuse_macros(package)
    _refuse_encrypted_parts(package)
    _refuse_remote_content(package)
    for name in package.names:
        _refuse_member(package, name, depth)


def nested_packages(package: Package) -> Iterator[str]:
    """Yield the members that are packages themselves, such as the workbook behind a chart."""
    for name in package.names:
        if package.beginning(name, 4) == _ZIP:
            yield name


def _open_xml_kind(package: Package) -> FileKind:
    declared = {content_type for content_type, part in _content_types(package) if part}
    kinds = {_MAIN_TYPES[found] for found in declared if found in _MAIN_TYPES}
    if len(kinds) == 1:
        return kinds.pop()
    joined = " ".join(content_type for content_type, _ in _content_types(package))
    _refuse_macro_marks(joined)
    for mark, label in _OTHER_MAIN_TYPES.items():
        if mark in joined:
            raise Objection(
                f"er {label}. Gem den som et almindeligt dokument, og prøv igen.", "wrong-type"
            )
    raise Objection(DAMAGED_DA, "corrupt")


def _content_types(package: Package) -> Iterator[tuple[str, str]]:
    """Yield (content type in lower case, part name or "" for a default by extension)."""
    with package.open(CONTENT_TYPES) as source:
        for _, element in walk(source, ("end",), ("Override", "Default")):
            part = attribute(element, "PartName").lstrip("/")
            if not part or package.has(part):
                yield attribute(element, "ContentType").strip().lower(), part


def _open_document_kind(package: Package) -> FileKind:
    declared = package.beginning("mimetype", 200).decode("ascii", "replace").strip()
    for kind in OPEN_DOCUMENT_KINDS:
        if declared == kind.media_type and package.has("content.xml"):
            return kind
    raise Objection(
        f"er af typen {quoted(declared)}, som ikke kan bruges. "
        "Gem den som et almindeligt dokument (fx odt, docx eller PDF), og prøv igen.",
        "wrong-type",
    )


def _refuse_macros(package: Package) -> None:
    _refuse_macro_marks(" ".join(package.names).lower())
    if package.has(CONTENT_TYPES):
        _refuse_macro_marks(" ".join(found for found, _ in _content_types(package)))
    for name in package.names:
        folder, _, rest = name.partition("/")
        # LibreOffice writes an index of libraries even where no library has any code.
        index = rest in {"script-lc.xml", "dialog-lc.xml"}
        if folder in {"Basic", "Scripts", "Dialogs"} and rest and not index:
            raise Objection(_MACROS_DA, "macros")


def _refuse_macro_marks(text: str) -> None:
    if any(mark in text for mark in _MACRO_MARKS):
        raise Objection(_MACROS_DA, "macros")


def _refuse_encrypted_parts(package: Package) -> None:
    if not package.has("META-INF/manifest.xml"):
        return
    with package.open("META-INF/manifest.xml") as source:
        for _ in walk(source, ("end",), ("encryption-data",)):
            raise Objection(ENCRYPTED_DA, "encrypted")


def _refuse_remote_content(package: Package) -> None:
    for name in package.names:
        if not name.lower().endswith(".rels"):
            continue
        with package.open(name) as source:
            for _, link in walk(source, ("end",), ("Relationship",)):
                kind = attribute(link, "Type").lower()
                if attribute(link, "TargetMode").lower() == "external" and not kind.endswith(
                    _HARMLESS_LINKS
                ):
                    _refuse_remote_target(attribute(link, "Target"))


def _refuse_remote_target(target: str) -> None:
    """Addresses on the net are refused; files on the author's own drive are never fetched."""
    tidy = unquote(target).strip().lower()
    if tidy.startswith("mhtml:"):
        tidy = tidy.removeprefix("mhtml:")
    over_web_folder = "@ssl" in tidy or "davwwwroot" in tidy
    scheme = tidy.partition(":")[0]
    if scheme in _REMOTE_SCHEMES or over_web_folder:
        host = urlsplit(tidy).hostname if scheme in _REMOTE_SCHEMES else ""
        place = f" ({host})" if host else ""
        raise Objection(
            f"henter indhold fra nettet{place}, når den åbnes. Sæt billedet, skabelonen eller "
            "objektet ind i selve filen, gem den, og prøv igen.",
            "remote-content",
        )


def _refuse_member(package: Package, name: str, depth: int) -> None:
    start = package.beginning(name)
    if start.startswith(_PROGRAMS):
        raise Objection(
            "indeholder et program, der er gemt inde i den. Fjern det, gem filen, og prøv igen.",
            "embedded-program",
        )
    if start.startswith(_OLE):
        raise Objection(_embedded_da(package.read(name)), "embedded-object")
    if start.startswith(_ZIP):
        _refuse_nested(package.read(name), depth)


def _embedded_da(content: bytes) -> str:
    if _PACKAGED_FILE in content:
        return (
            "har en anden fil gemt inde i sig. Fjern den fra dokumentet, gem filen, og læg den "
            "anden fil op for sig."
        )
    return (
        "har et indlejret objekt i et ældre format, som ikke kan læses igennem. Sæt det ind som "
        "tekst, tabel eller billede, gem filen, og prøv igen."
    )


def _refuse_nested(content: bytes, depth: int) -> None:
    if depth >= DEEPEST_NESTING:
        raise Objection("har filer inde i filer i for mange lag. Læg dem op hver for sig.", "bomb")
    inner = Package(content)
    try:
        kind_of_package(inner)
    except Objection as objection:
        if objection.code in {"macros", "bomb", "encrypted"}:
            raise
        raise Objection(
            "har en anden fil gemt inde i sig. Fjern den fra dokumentet, gem filen, og læg den "
            "anden fil op for sig.",
            "embedded-object",
        ) from objection
    refuse_dangers(inner, depth + 1)
