"""What each layout holds: by structure, so that a test can say what was read wrongly."""

from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "layouts"


@dataclass(frozen=True)
class Expected:
    """One document: items are (number, title), by section; the rest is by item number."""

    kind: str
    body: str
    day: str
    sections: dict[str, list[tuple[str, str]]]
    place: str = ""
    participants: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    presenters: dict[str, list[str]] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    annexes: dict[str, list[int | None]] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)


EXPECTED = {
    "running_numbers": Expected(
        "minutes",
        "Styregruppen for Botilbud",
        "2024-03-14",
        {
            "": [
                ("1", "Godkendelse af dagsorden"),
                ("2", "Ledige pladser i regionens tilbud"),
                ("3", "Fælles kursus om sansestimulering"),
                ("4", "Eventuelt"),
            ]
        },
        place="Rådhuset i Fjordby, lokale 3",
        participants=[
            "Anne Holm, Fjordby Kommune (formand)",
            "Bent Lyng, Hedelund Kommune",
            "Carla Nørby, Region Vestland",
        ],
        absent=["Dorte Ebbesen, Åstrup Kommune"],
        presenters={"2": ["Carla Nørby"], "3": ["Bent Lyng"]},
        points={"1": 1, "2": 2, "3": 1},
        annexes={"2": [1, 2]},
        decisions={"1": "Godkendt.", "2": "Gruppen drøftede", "3": "Godkendt.", "4": "Intet."},
    ),
    "contents_and_sections": Expected(
        "agenda",
        "Kredsen for Specialtilbud",
        "2025-05-05",
        {
            "Godkendelse": [("1.1", "Godkendelse af dagsorden")],
            "Dialogpunkter med gæster": [
                ("2.1", "Besøg af tilsynet"),
                ("2.2", "Nye tal om ventetider"),
            ],
            "Beslutningspunkter": [
                ("3.1", "Fælles ansøgning til puljen for unge"),
                ("4", "Eventuelt"),
            ],
        },
        place="Kulturhuset, Søvang",
        participants=["Mette Ravn (formand)", "Ole Krag", "Pia Thorup"],
        absent=["Rikke Sand"],
        presenters={"2.1": ["Pia Thorup"], "2.2": ["Ole Krag"], "3.1": ["Mette Ravn", "Ole Krag"]},
        points={"1.1": 1, "2.1": 1, "2.2": 1, "3.1": 2},
        annexes={"2.2": [1], "3.1": [2, 3]},
    ),
    "flat_numbers": Expected(
        "minutes",
        "Direktørnetværket",
        "2024-11-08",
        {
            "": [
                ("1", "Velkomst og godkendelse af referat"),
                ("2", "Budget 2025 for netværket"),
                ("3", "Oplæg om velfærdsteknologi (ref.)"),
                ("4", "Næste møde"),
                ("5", "Evt."),
            ]
        },
        place="Teams",
        participants=[
            "Jens Bak (Lunde)",
            "Kirsten Vad (Mosby)",
            "Lars Due (Nordhavn)",
            "Maja Friis (sekretariatet)",
        ],
        absent=["Niels Garde"],
        decisions={
            "1": "Referatet fra mødet",
            "2": "Maja Friis gennemgik",
            "3": "Oplægget eftersendes",
            "4": "Næste møde er",
            "5": "Kirsten Vad mindede",
        },
    ),
    "chairman_proposes": Expected(
        "minutes",
        "Kontaktforum for Handicap",
        "2023-06-12",
        {
            "": [
                ("1", "Status på tandpleje for borgere på bosteder"),
                ("2", "Ny aftale om transport"),
            ]
        },
        place="Regionsgården, mødelokale B",
        points={"1": 2, "2": 1},
        annexes={"2": [None, None]},
        decisions={"1": "Tiltrådt.", "2": "Drøftet."},
    ),
    "closed_and_columns": Expected(
        "agenda",
        "Fagligt Udvalg for Voksne",
        "2024-08-27",
        {
            "Åbne punkter": [
                ("1", "Godkendelse af dagsorden"),
                ("2", "Kapacitet på aflastning"),
            ],
            "Lukkede punkter": [("3", "Køb af ejendom"), ("4", "Eventuelt")],
        },
        place="Rådhuset, Bakkeby",
        participants=["Sofie Mark", "Tue Bundgaard", "Ulla Skov", "Vagn Aaen"],
        absent=["Winnie Dal"],
        presenters={"2": ["Sofie Mark"], "3": ["Tue Bundgaard"]},
        points={"1": 1, "2": 1, "3": 1},
        annexes={"2": [1]},
        closed=["3", "4"],
    ),
    "fixed_headings": Expected(
        "minutes",
        "Omsorgsudvalget",
        "2025-02-04",
        {
            "": [
                ("3", "Kvalitetsstandard for støtte i eget hjem"),
                ("4", "Sygefravær på bostederne"),
            ]
        },
        place="Mødesalen",
        points={"3": 2, "4": 1},
        annexes={"3": [None, None]},
        decisions={"3": "Godkendt.", "4": "Taget til efterretning."},
    ),
    "scanned": Expected(
        "minutes",
        "KREDSEN",
        "2019-10-02",
        {
            "Beslutningspunkter": [
                ("1.1", "Ny madeplan for kredsen"),
                ("1.2", "Felles vagtordning i weekender"),
                ("1.3", "Opfglgning pa temadag"),
            ],
            "Orienteringspunkter": [("2.1", "Nyt fra tilsynet"), ("2.2", "Eventuelt")],
        },
        presenters={
            "1.1": ["Asta Bgrgesen"],
            "1.2": ["Bo Mgrk", "Cille Hgj"],
            "1.3": ["Asta Bgrgesen"],
            "2.1": ["Bo Mgrk"],
        },
        points={"1.1": 2, "1.2": 1, "1.3": 1, "2.1": 1},
        annexes={"1.3": [1]},
        decisions={
            "1.1": "Kredsen gnsker",
            "1.2": "To kommuner",
            "1.3": "Taget",
            "2.1": "Taget",
            "2.2": "Intet.",
        },
    ),
    "annexes_restart": Expected(
        "minutes",
        "Takstforum",
        "2025-04-03",
        {
            "": [
                ("1", "Godkendelse af referat"),
                ("2", "Takster for 2026"),
                ("3", "Orientering om afregning"),
                ("4", "Eventuelt"),
            ]
        },
        participants=[
            "Erik Lund, Haldby Kommune",
            "Fie Bro, Isager Kommune",
            "Gert Ask, Region Vestland",
        ],
        absent=["Hanne Berg"],
        points={"2": 1},
        annexes={"2": [1, 2], "3": [1]},
        decisions={"1": "Referatet", "2": "Forum", "3": "Taget", "4": "Ingen bemærkninger."},
        tables=[4],
    ),
    "unnumbered": Expected(
        "agenda",
        "Netværk for Unge",
        "2025-01-22",
        {
            "": [
                ("1", "Samarbejde med skolerne"),
                ("2", "Lokaler til sommerkurset"),
                ("3", "Nye medlemmer"),
            ]
        },
        points={"1": 1, "2": 1, "3": 1},
    ),
    "ad_numbers": Expected(
        "minutes",
        "Samrådet for Hjælpemidler",
        "2023-09-19",
        {"": [("1", "Valg af ordstyrer"), ("2", "Lager af kørestole"), ("3", "Eventuelt")]},
        decisions={"1": "Tina Urup", "2": "Lageret", "3": "Intet."},
    ),
    "wide_and_page_breaks": Expected(
        "minutes",
        "Udvalget for Støtte og Bosteder",
        "2025-01-21",
        {
            "": [
                ("12", "Regnskab for dagtilbuddene"),
                ("13", "Fritagelse for egenbetaling"),
            ]
        },
        place="Byrådssalen",
        participants=["Alma Sten", "Bo Rask", "Cilja Munk"],
        points={"12": 2, "13": 1},
        annexes={"12": [1, 2]},
        decisions={"12": "Godkendt. Cilja", "13": "Godkendt."},
        closed=["13"],
        tables=[3],
    ),
    "form_feeds": Expected(
        "agenda",
        "Brugerforum Nord",
        "2024-10-04",
        {
            "": [
                ("1", "Velkomst"),
                ("2", "Nye åbningstider"),
                ("3", "Rundvisning"),
                ("4", "Eventuelt"),
            ]
        },
        presenters={"1": ["formanden"], "2": ["Rosa Lind"]},
        points={"1": 1, "2": 2, "3": 1},
        annexes={"3": [1, 2]},
    ),
    "labels_above": Expected(
        "minutes",
        "Senior- og Støtteudvalget",
        "2024-06-04",
        {
            "": [
                ("49", "Godkendelse af dagsorden"),
                ("50", "Hvad koster et ophold"),
                ("51", "Orienteringer"),
            ]
        },
        place="Torvet 4, lokale 12",
        points={"49": 1, "50": 2},
        annexes={"50": [1]},
        decisions={"49": "Godkendt", "50": "Taget", "51": "Ingen."},
    ),
}
