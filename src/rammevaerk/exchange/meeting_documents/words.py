"""The words that Danish agendas and minutes are built of: data, and how they are recognised."""

import re
from collections.abc import Iterable
from enum import Enum, auto

# What scanning makes of æ, ø and å is nearly anything, of one or two characters.
_LOST_LETTER = r"[\w@&¢£$°]{1,2}"
_DANISH = re.compile("[æøåéÆØÅÉ]")


class Block(Enum):
    """The parts of an item."""

    PRESENTERS = auto()
    FACTS = auto()
    RECOMMENDATION = auto()
    PRESENTATION = auto()
    ANNEXES = auto()
    DECISION = auto()


SECTIONS = (
    "(?:beslutnings|orienterings|drøftelses|dialog|tema|godkendelses|informations)"
    "(?:punkter|punkt|sager|emner)",
    "(?:punkter|sager|emner) til (?:beslutning|orientering|drøftelse|godkendelse|efterretning"
    "|beslutning og drøftelse|drøftelse og beslutning)",
    "til (?:beslutning|orientering|drøftelse|godkendelse|efterretning)",
    "(?:punkter|sager|emner) til kommende (?:møder|møde)",
    "kommende (?:møder|punkter|sager)",
    "dialogpunkter .{1,40}",
    "(?:åbne|lukkede|faste|indledende|øvrige|afsluttende|generelle) (?:punkter|sager|emner)",
    "(?:åben|lukket|åbent|lukket) (?:dagsorden|møde|del)",
    "(?:ekstra|tillægs|supplerende )dagsorden",
)
CLOSED = (
    "lukket (?:punkt|sag|møde|dagsorden|del)",
    "lukkede (?:punkter|sager)",
    "(?:punktet|sagen|dette punkt) (?:er lukket|behandles for lukkede døre)",
    "fortrolig(?:t|e)?(?: punkt| sag)?",
    "ikke[ -]offentlig(?:t|e)?(?: punkt| sag| referat)?",
    "(?:for|bag) lukkede døre",
    r"\(lukket\)",
    r"\[lukket\]",
    "(?:åbent|åben)/lukket: ?lukket",
    "(?:sagstype|punkttype|status|type|adgang): ?lukket",
    "lukket",
)
HEADINGS: dict[Block, tuple[str, ...]] = {
    Block.RECOMMENDATION: (
        r"indstilling(?:er|en)?",
        r"(?:\w+ ){0,3}(?:indstilling|indstillinger) til (?:beslutning|mødet|udvalget|\w+)",
        r"(?:formandens|formandskabets|sekretariatets|forvaltningens|administrationens"
        r"|direktørens|direktionens|arbejdsgruppens|styregruppens|kommunaldirektørens)"
        r" (?:indstilling|anbefaling|forslag)",
        r"indstilling og beslutning",
        r"forslag til (?:beslutning|indstilling|konklusion)",
        r"beslutningsforslag",
        r"anbefaling(?:er)?",
        r"(?:det|der) indstilles(?:,? at|,)?",
        r"indstilles",
    ),
    Block.PRESENTATION: (
        r"sagsfremstilling(?:en)?",
        r"(?:kort )?(?:resumé|resume|resum)",
        r"sagsbeskrivelse",
        r"sagens (?:baggrund|indhold)",
        r"redegørelse(?:n)? for sagen",
        r"sammendrag",
        r"indledning(?:/| og )baggrund",
        r"fremstilling(?: af sagen)?",
    ),
    Block.DECISION: (
        r"referat(?:et)?(?: (?:af|fra) (?:drøftelsen|punktet|behandlingen|mødet))?",
        r"beslutning(?:er|en)?",
        r"konklusion(?:er|en)?(?: og (?:aftaler|opfølgning))?",
        r"(?:\w+ ){0,2}(?:beslutning|konklusion)",
        r"(?:referat|drøftelse|konklusion)(?:/| og )(?:beslutning|konklusion|aftaler|referat)",
        r"beslutning (?:i|fra|truffet|den|d\.|for) .{3,160}",
        r"(?:beslutning(?:er)?|behandling) (?:[\w,-]+ ){0,6}?\w*(?:udvalget?|rådet?|bestyrelsen"
        r"|nævnet|forum|gruppen)(?:,? (?:den |d\. ?)?\d{1,2}[-./ ].{3,20})?",
        r"afgørelse(?:n)?",
        r"(?:(?!(?:om|med|fra|til|på|i|af|var|blev|er) )[\w,.-]+ ){0,5}\w*"
        r"(?:udvalget|rådet|bestyrelsen|nævnet),? (?:den|d\.) "
        r"\d{1,2}[-./ ].{3,20}",
        r"besluttet",
        r"behandling(?:en)? (?:på mødet|i (?:udvalget|gruppen|udvalg))",
        r"aftalt(?: på mødet)?",
        r"mødets (?:beslutning|konklusion)",
        r"udfald",
    ),
    Block.ANNEXES: (
        r"bilag",
        r"bilagsliste",
        r"bilag(?:sliste)? til (?:punktet|sagen|punkt(?: nr\.?)? [\d.]+)",
        r"(?:vedlagte?|vedhæftede|tilknyttede|øvrige) (?:bilag|filer|dokumenter)",
        r"(?:link|links)(?: og bilag)?",
        r"bilag(?:/link| og links?)",
        r"(?:mødemateriale|materialer?|vedlagt|vedhæftet)",
    ),
    Block.PRESENTERS: (
        r"sagsfremstillere?",
        r"oplægsholdere?",
        r"fremlæggere?",
        r"(?:punkt)?ansvarlige?",
        r"(?:fremlægges|forelægges|præsenteres|fremlagt|indledes|indlæg|oplæg)"
        r" (?:af|ved|v\.|v/)",
        r"(?:oplæg|mundtligt oplæg)",
        r"mødedeltager under punktet",
        r"taler",
    ),
    Block.FACTS: (
        r"(?:sags?[- ]?(?:nr|nummer|nr\.|id|type|gang)|sagsbehandler|sagnr|j\.? ?nr|journalnr"
        r"|journalnummer|kle(?:-nr|-nummer)?|acadre|esdh)",
        r"(?:varighed|tidsforbrug|tidsramme|tid|afsat tid|kl)",
        r"(?:hvem beslutter|beslutningskompetence|kompetence|sagen afgøres i)",
        r"(?:åben(?:t)?/lukket|åbent eller lukket|adgang|punkttype|type|formål med punktet)",
        r"(?:sagsgang og sagstype|sagsforløb)",
    ),
}
# These begin the presentation only alone on a line: "Kompetence: Byrådet" is a fact.
LONE_HEADINGS = (
    r"sagens kerne",
    r"sagsresumé",
    r"anledning",
    r"beslutnings?tema",
    r"(?:beslutnings)?kompetence",
    r"(?:forventet |politisk )?sagsgang",
    r"sagsforløb",
)
# These begin the presentation again after a list of annexes or points; elsewhere they are only
# sub-headings of the text they stand in.
SUB_HEADINGS = (
    r"baggrund(?:en)?",
    r"historik",
    r"hvem beslutter",
    r"beskrivelse(?: af sagen)?",
    r"problemstilling(?:er|en)?",
    r"løsning(?:en)?",
    r"økonomi",
    r"økonomiske (?:konsekvenser|forhold)",
    r"(?:jura|lovgrundlag|retsgrundlag|juridiske (?:konsekvenser|forhold))",
    r"(?:høring|inddragelse|inddragelse og høring)",
    r"alternativer",
    r"tidsperspektiv|tidsplan",
    r"(?:videre|den videre) (?:proces|forløb)",
    r"(?:kommunikation|konsekvenser|vurdering|perspektiver|motivation|indledning|formål)",
    r"(?:administrationens|forvaltningens|sekretariatets) (?:vurdering|bemærkninger)",
    r"(?:supplerende )?(?:bemærkninger|oplysninger)",
)
# A paragraph that itself says it is the case as someone sent it in.
RECEIVED = (r".{0,80}modtaget følgende (?:sagsfremstilling|orientering|redegørelse).{0,80}",)
PROPOSES = (
    r"(?:\S+ ){1,7}?indstiller(?: til \w+)?[:,]?(?: at\b.*|:?\Z)",
    r"(?:det|der) indstilles(?: til \w+)?[:,]?(?: at\b.*|:?\Z|: .*)",
    r"(?:\S+ ){1,7}?(?:anbefaler|foreslår|anbefales|foreslås)[:,]?(?: at)?:?\Z",
)
FIXED_TITLES = (
    r"eventuelt",
    r"evt\.?",
    r"godkendelse af (?:dagsorden(?:en)?|referat(?:et)?|dagsorden og referat)(?: .{1,60})?",
    r"meddelelser",
    r"orientering (?:fra formand(?:en|skabet)|ved formanden)",
    r"skriftlig(?:e)? orientering(?:er)?",
    r"næste møde(?:r)?",
    r"kommende møder",
    r"bordet rundt",
    r"siden sidst",
    r"velkomst(?: .{1,40})?",
)
RECOMMENDING_VERBS = (
    "drøfter", "godkender", "beslutter", "tager", "orienteres", "tilkendegiver", "anbefaler",
    "tiltræder", "indstiller", "udpeger", "giver", "kommenterer", "træffer", "afgiver", "vælger",
    "fastsætter", "nedsætter", "bakker", "opfordrer", "noterer", "vedtager", "udsætter",
    "afholder", "forholder", "tilslutter", "prioriterer", "bemyndiger", "overvejer", "aftaler",
)  # fmt: skip
ORGANISATION_WORDS = (
    r"\w*kommune(?:r|rs|s)?", r"\w*region(?:en|s)?", r"\w*tilsyn(?:et)?", r"\w*sekretariat(?:et)?",
    r"\w*styrelse(?:n)?", r"\w*forvaltning(?:en)?", r"\w*udvalg(?:et)?", r"\w*cent(?:er|ret|eret)",
    r"\w*hospital(?:et)?", r"\w*ministeri(?:um|et)", r"\w*forening(?:en)?", r"psykiatrien?",
    r"midtjylland", r"nordjylland", r"syddanmark", r"sjælland", r"hovedstaden", r"kkr", r"kl",
    r"plo", r"\w*råd(?:et)?", r"afdeling(?:en)?", r"a/s", r"universitet(?:et)?", r"\w*område(?:t)?",
    r"\w*skole(?:n)?", r"\w*gruppe(?:n)?", r"\w*organisation(?:er|erne|en)?",
)  # fmt: skip
ROLE_ENDINGS = (
    "direktør", "direktøren", "chef", "chefen", "leder", "lederen", "formand", "formanden",
    "formandskab", "formandskabet", "næstformand", "næstformanden", "borgmesteren", "direktion",
    "direktionen",
    "konsulent", "konsulenten", "sekretær", "koordinator", "borgmester", "rådmand", "medlem",
    "repræsentant", "overlæge", "læge", "professor", "rektor", "forstander", "referent", "advokat",
)  # fmt: skip
MASTHEAD = {
    "day": (r"møde ?dato(?: og (?:tid|sted))?", "dato(?: og tid(?:spunkt)?)?", "dag og tid",
            r"(?:møde)?tids?punkt", "tid(?: og dato)?", "hvornår", "mødet afholdt",
            "start(?:tidspunkt)?"),
    "both": ("tid(?:spunkt)? og sted", "tid/sted", "tid & sted", "dato og sted",
             "dato, tid og sted", "hvornår og hvor", "tid, sted"),
    "place": ("(?:møde)?sted", "mødelokale", "lokale", "lokation", "hvor", "adresse"),
    "participants": ("(?:møde)?deltagere(?: i mødet)?", "(?:møde)?deltagere:? til stede",
                     "til ?stede",
                     "tilstedeværende", "fremmødte", "medlemmer", "mødt", "deltager(?:ne)?",
                     "deltagerliste", "i mødet deltog", "følgende deltog", "deltog", "mødte",
                     "øvrige deltagere",
                     "gæster", "fra sekretariatet", "sekretariat(?:et)?", "mødeleder", "formand",
                     "ordstyrer", "referent"),
    "absent": ("(?:fraværende )?(?:med |uden )?afbud(?: fra)?", "fraværende", "ikke til ?stede",
               "forfald", "meldt afbud"),
    "body": ("udvalg", "møde(?: i)?", "forum", "gruppe", "mødeforum", "råd"),
    "other": ("slut(?:tidspunkt)?", "punkter", "dagsorden", "emne", "til",
              "kopi til", "vedr\\.?", "indkaldt af", "mødetype", "udsendt", "sagsnr\\.?"),
}  # fmt: skip
# What a page of the web or a viewer puts around the text.
WEB_TRACES = (
    r"abonnér(?: på .{1,60})?",
    r"(?:gå til|skip til primært) (?:hoved)?indhold",
    r"hent (?:som|dagsorden som|referat som) (?:pdf|fil)",
    r"kopiér link",
    r"fold alle (?:ud|ind)",
    r"(?:luk|åbn) alle punkter(?: referat| dagsorden)?",
    r"tilbage til (?:forsiden|oversigten|listen)",
    r"se alle dagsordener og referater.{0,60}",
    r"(?:udskriv|print|læs op|download(?: som)? pdf)",
    r"sbsys dagsorden preview",
    r"[×✕]",
)
KIND_AGENDA = (
    r"(?:møde)?dagsorden(?:en)?",
    r"(?:tillægs|ekstra)dagsorden",
    r"indkaldelse(?: til .*)?",
)
KIND_MINUTES = (
    r"(?:beslutnings|møde|kort |konklusions)?referat(?:et)?",
    r"beslutningsprotokol",
    r"(?:møde)?protokol",
    r"udskrift af (?:protokol|beslutning).*",
)


def tolerant(pattern: str) -> str:
    """Return a pattern that also matches where scanning has lost the Danish letters."""
    return _DANISH.sub(lambda found: rf"(?:{found.group()}|{_LOST_LETTER})", pattern)


def any_of(patterns: Iterable[str]) -> str:
    """Return the patterns as one group, tolerant of lost letters."""
    return "(?:" + "|".join(tolerant(pattern) for pattern in patterns) + ")"


def whole(patterns: Iterable[str], tail: str = r"\s*[:.]?") -> re.Pattern[str]:
    """Return a pattern for a whole line that is one of `patterns`."""
    return re.compile(any_of(patterns) + tail + r"\Z", re.IGNORECASE)


def one_letter_off(word: str, other: str) -> bool:
    """Say whether two words differ by one letter changed, left out or put in."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    rest, other_rest = word[start:], other[start:]
    return rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]
