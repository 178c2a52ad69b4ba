"""Agendas and minutes to write: an ordinary one with everything in it, and one of any length."""

from dataclasses import replace
from datetime import UTC, datetime

from rammevaerk.exchange.agenda_documents.texts import (
    AgendaDocument,
    AnnexText,
    AttendanceText,
    DocumentKind,
    ItemText,
    Presence,
    SectionText,
)

PRESENTATION = """
<p>Kommunerne har meldt deres <strong>forventede</strong> pladser ind til sekretariatet. Tallene
er gengivet i <em>tabellen</em>, og metoden står på
<a href="https://eksempel.example/metode?år=2026" rel="noopener">metodesiden</a>.</p>
<h3>Økonomi</h3>
<p>Udgiften deles efter folketal.<br>Beløb er i 2026-priser.</p>
<table><caption>Pladser fordelt på kommuner</caption>
<thead><tr><th scope="col">Kommune</th><th scope="col">Pladser</th><th>Bemærkning</th></tr></thead>
<tbody><tr><td>Ærøskøbing</td><td>1.234</td><td>Åbner i maj, når byggeriet er færdigt</td></tr>
<tr><td>Brædstrup</td><td>56</td><td><ul><li>§ 107</li><li>§ 108</li></ul></td></tr>
<tr><td colspan="2">I alt 1.290</td><td></td></tr></tbody></table>
<h4>Forbehold</h4>
<ol><li>Først læses skemaet<ul><li>og dets vejledning</li></ul></li>
<li><p>Så udfyldes det</p><p>af den, der kender tallene</p></li></ol>
<blockquote><p>Vi ønsker flere pladser.</p></blockquote>
<ol><li>Ny liste begynder forfra</li></ol>
"""

ITEM = ItemText(
    number="1.1",
    title="Pladser til unge med særlige behov",
    presenters="Åse Østergård, afdelingschef",
    purpose="Beslutning",
    recommendation_lead="At DASSOS",
    recommendation=("drøfter tallene", "godkender fordelingen"),
    presentation_html=PRESENTATION,
    annexes=(
        AnnexText("1", "Oversigt over pladser", "oversigt.xlsx"),
        AnnexText("2", "Følgebrev til kommunerne"),
    ),
    duration=25,
)

AGENDA = AgendaDocument(
    kind=DocumentKind.AGENDA,
    body="DASSOS",
    day_text="27. februar 2026",
    time_text="kl. 10.00-12.30",
    place="Regionshuset Viborg, mødelokale Tønder",
    series="DASSOS 2026",
    sections=(
        SectionText(
            "Beslutningspunkter",
            (
                ITEM,
                replace(
                    ITEM,
                    number="1.2",
                    title="Dialogmøde med Socialtilsyn Midt",
                    closed=True,
                    closed_ground="oplysninger om enkeltpersoner",
                    presentation_html="<p>Sekretariatet orienterer på mødet.</p>",
                    annexes=(AnnexText("3", "Forslag til emner", "emner.docx"),),
                    duration=125,
                ),
            ),
            "1",
        ),
        SectionText(
            "Orienteringspunkter",
            (ItemText("2.1", "Nyt fra kommunerne", purpose="Orientering"),),
            "2",
        ),
        SectionText("Punkter til kommende møder", (), "3"),
    ),
    dispatched_text="13. februar 2026",
    fingerprint="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    written_at=datetime(2026, 2, 13, 9, 30, tzinfo=UTC),
)

DECIDED = replace(
    ITEM,
    decision_kind="Godkendt med ændringer",
    decision_text="DASSOS godkendte fordelingen.\n\nDer følges op på:\n- ventetider\n- takster",
    excerpt_number="2026-014",
    exceptions=("Jørn Kjær var inhabil og deltog ikke i behandlingen.",),
)

MINUTES = replace(
    AGENDA,
    kind=DocumentKind.MINUTES,
    version=2,
    attendance=(
        AttendanceText("Åse Østergård", "Viborg Kommune"),
        AttendanceText("Jørn Kjær", "Region Midtjylland", Presence.ABSENT),
        AttendanceText("Bo Bæk", "Aarhus Kommune", Presence.SUBSTITUTE, "Ida Ågård"),
    ),
    sections=(SectionText("Beslutningspunkter", (DECIDED,), "1"),),
)


def long_agenda(items: int) -> AgendaDocument:
    """An agenda of so many items, each with all that an item can have."""
    made = tuple(
        replace(
            ITEM,
            number=f"1.{n}",
            title=f"Punkt nummer {n} om pladser",
            presentation_html=PRESENTATION * 3,
            annexes=(AnnexText(str(n), f"Bilagstitel{n}", f"bilag{n}.pdf"),),
        )
        for n in range(1, items + 1)
    )
    return replace(AGENDA, sections=(SectionText("Beslutningspunkter", made, "1"),))
