"""Small files of every kind, made by hand so that a test can put anything anywhere in them."""

import io
import zipfile

import docx
import xlsxwriter

OPEN_XML = "application/vnd.openxmlformats-officedocument"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CPR = "010190-1234"


def zipped(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


def changed(content: bytes, members: dict[str, str | bytes | None]) -> bytes:
    """The package with members added, replaced, or (None) left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        before: dict[str, str | bytes | None] = {n: package.read(n) for n in package.namelist()}
    after = before | members
    return zipped({name: data for name, data in after.items() if data is not None})


def member(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def excel(cells: dict[str, object], sheet: str = "Status") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for place, value in cells.items():
            worksheet.write(place, value)
    return buffer.getvalue()


def relationships(*links: tuple[str, str, str, bool]) -> str:
    """A .rels part of (id, type, target, external)."""
    inner = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if external else "/>")
        for key, kind, target, external in links
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE_RELS}">{inner}</Relationships>'


def content_types(*overrides: tuple[str, str]) -> str:
    inner = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in overrides
    )
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<?xml version="1.0"?><Types xmlns="{space}">{inner}</Types>'


def powerpoint(slides: list[str], notes: str = "") -> bytes:
    """A presentation whose slide files are numbered against the order they are shown in."""
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    count = len(slides)
    main = f"{OPEN_XML}.presentationml.presentation.main+xml"
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(("ppt/presentation.xml", main)),
        "_rels/.rels": relationships(
            ("r1", f"{RELATIONSHIPS}/officeDocument", "ppt/presentation.xml", False)
        ),
        "ppt/presentation.xml": (
            f'<p:presentation xmlns:p="p" xmlns:r="{RELATIONSHIPS}"><p:sldIdLst>'
            + "".join(f'<p:sldId id="{256 + i}" r:id="s{i}"/>' for i in range(count))
            + "</p:sldIdLst></p:presentation>"
        ),
        "ppt/_rels/presentation.xml.rels": relationships(
            *(
                (f"s{i}", f"{RELATIONSHIPS}/slide", f"slides/slide{count - i}.xml", False)
                for i in range(count)
            )
        ),
        "ppt/notesSlides/notesSlide1.xml": (
            f'<p:notes xmlns:p="p" {a}><a:p><a:r><a:t>{notes}</a:t></a:r></a:p></p:notes>'
        ),
        f"ppt/slides/_rels/slide{count}.xml.rels": relationships(
            ("n1", f"{RELATIONSHIPS}/notesSlide", "../notesSlides/notesSlide1.xml", False)
        ),
    }
    for i, text in enumerate(slides):
        members[f"ppt/slides/slide{count - i}.xml"] = (
            f'<p:sld xmlns:p="p" {a}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>'
        )
    return zipped(members)


_ODF = "application/vnd.oasis.opendocument"
_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("presentation", "presentation"),
        ("meta", "meta"),
        ("style", "style"),
        ("manifest", "manifest"),
    )
)


def open_document(kind: str, body: str, **parts: str | bytes) -> bytes:
    """An ODF file of `kind` ("text", "spreadsheet", "presentation") with `body` as its content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", f"{_ODF}.{kind}", zipfile.ZIP_STORED)
        package.writestr("content.xml", odf_xml(f"<office:{kind}>{body}</office:{kind}>"))
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def odf_xml(inner: str) -> str:
    return f'<?xml version="1.0"?><office:root {_SPACES}>{inner}</office:root>'


def pdf(text: str = "", *, extra: str = "", catalog: str = "", trailer: str = "") -> bytes:
    """A PDF of one page with `text`; `extra` adds objects from number 7 on."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
    objects = [
        f"1 0 obj <</Type/Catalog/Pages 2 0 R {catalog}>> endobj",
        "2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj",
        "3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Annots[6 0 R]/Resources<</Font<</F1 5 0 R>>>>>> endobj",
        f"4 0 obj <</Length {len(stream)}>> stream\n{stream}\nendstream endobj",
        "5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj",
        "6 0 obj <</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(En note)>> endobj",
        extra,
    ]
    body = "%PDF-1.7\n"
    offsets = []
    for item in objects[:6]:
        offsets.append(len(body))
        body += item + "\n"
    body += extra + "\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(body)
    body += f"xref\n0 7\n0000000000 65535 f \n{table}trailer <</Size 7/Root 1 0 R {trailer}>>\n"
    return (body + f"startxref\n{start}\n%%EOF\n").encode("latin-1")
