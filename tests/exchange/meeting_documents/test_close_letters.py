"""A PDF whose letters are drawn closer together than their boxes is read letter by letter."""

from rammevaerk.exchange.meeting_documents import read

LINES = (
    [(72, "Referat"), (115, "fra"), (135, "Havner\u00e5det"), (200, "5. maj 2026")],
    [(72, "1. V"), (90, "elkomst")],
    [(72, "Beslutning")],
    [(72, "T"), (78, "aget"), (105, "til"), (120, "efterretning.")],
)


def pdf(lines: tuple[list[tuple[int, str]], ...]) -> bytes:
    """A page of text, each word at its own place, in points from the left."""
    shown = [
        f"1 0 0 1 {left} {760 - 24 * at} Tm ({word}) Tj"
        for at, line in enumerate(lines)
        for left, word in line
    ]
    stream = ("BT /F1 12 Tf " + " ".join(shown) + " ET").encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n"
    tail = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + head + table + tail


def test_letters_that_overlap_are_read_once() -> None:
    document = read(pdf(LINES), "referat.pdf")
    (item,) = document.items
    assert (document.body, item.title) == ("Havner\u00e5det", "Velkomst")
    assert item.decision == "Taget til efterretning."
