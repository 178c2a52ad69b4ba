"""The kinds of file that exchange knows, and what they are called."""

from enum import Enum

_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"


class FileKind(Enum):
    """A kind of file: `media_type` for the browser, `extension` without dot, `label_da`.

    `indefinite_da` is the label inside a sentence, with its article.
    """

    PDF = ("application/pdf", "pdf", "PDF", "en PDF-fil")
    DOCX = (f"{_OPEN_XML}.wordprocessingml.document", "docx", "Word (docx)", "et Word-dokument")
    XLSX = (f"{_OPEN_XML}.spreadsheetml.sheet", "xlsx", "Excel (xlsx)", "en Excel-projektmappe")
    PPTX = (
        f"{_OPEN_XML}.presentationml.presentation",
        "pptx",
        "PowerPoint (pptx)",
        "en PowerPoint-præsentation",
    )
    ODT = (f"{_OPEN_DOCUMENT}.text", "odt", "OpenDocument-tekst (odt)", "et OpenDocument-dokument")
    ODS = (
        f"{_OPEN_DOCUMENT}.spreadsheet",
        "ods",
        "OpenDocument-regneark (ods)",
        "et OpenDocument-regneark",
    )
    ODP = (
        f"{_OPEN_DOCUMENT}.presentation",
        "odp",
        "OpenDocument-præsentation (odp)",
        "en OpenDocument-præsentation",
    )
    CSV = ("text/csv", "csv", "CSV", "en CSV-fil")
    TEXT = ("text/plain", "txt", "ren tekst (txt)", "en ren tekstfil")

    def __init__(self, media_type: str, extension: str, label_da: str, indefinite_da: str) -> None:
        self.media_type = media_type
        self.extension = extension
        self.label_da = label_da
        self.indefinite_da = indefinite_da


ANNEX_KINDS = frozenset(FileKind)
OPEN_XML_KINDS = frozenset({FileKind.DOCX, FileKind.XLSX, FileKind.PPTX})
OPEN_DOCUMENT_KINDS = frozenset({FileKind.ODT, FileKind.ODS, FileKind.ODP})


def kinds_da(kinds: frozenset[FileKind]) -> str:
    """Return the kinds as a Danish enumeration: "PDF, Word-dokument (docx) eller CSV-fil"."""
    labels = [kind.label_da for kind in FileKind if kind in kinds]
    return labels[0] if len(labels) == 1 else ", ".join(labels[:-1]) + " eller " + labels[-1]
