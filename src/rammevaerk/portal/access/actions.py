"""Every action, every role, and the table of grants that a jurist can read."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is in an organisation."""

    SECRETARIAT = "secretariat", _("Sekretariat")
    TARIFF_OFFICER = "tariff_officer", _("Takstkonsulent")
    BUYER = "buyer", _("Myndighed")
    PROVIDER = "provider", _("Driftsherre")
    DIRECTOR = "director", _("Direktør")
    ANALYST = "analyst", _("Analytiker")
    READER = "reader", _("Læser")
    ADMINISTRATOR = "administrator", _("Administrator")


class Action(TextChoices):
    """What can be done. A view and an operation each name one."""

    ORGANISATION_READ = "organisation.read", _("se organisationer")
    ORGANISATION_MANAGE = "organisation.manage", _("vedligeholde registret over organisationer")
    PERSON_READ = "person.read", _("se personer og roller")
    PERSON_MANAGE = "person.manage", _("oprette personer og give roller")
    AUDIT_READ = "audit.read", _("se revisionssporet")
    EDITION_READ = "edition.read", _("se rammeaftaler")
    EDITION_MANAGE = "edition.manage", _("redigere rammeaftalens kapitler og bilag")
    PLAN_READ = "plan.read", _("se handlingsplanen")
    PLAN_EDIT = "plan.edit", _("redigere handlingsplanen")
    STATUS_UPDATE = "status.update", _("opdatere et initiativs status")
    PARTICIPATION_REPORT = "participation.report", _("indberette deltagelse")
    BODY_READ = "body.read", _("se mødefora")
    BODY_MANAGE = "body.manage", _("vedligeholde mødefora, pladser og mandater")
    CASE_READ = "case.read", _("se sager")
    CASE_MANAGE = "case.manage", _("oprette sager og bestemme deres vej")
    MEETING_READ = "meeting.read", _("se møder, udsendte dagsordener og referater")
    AGENDA_EDIT = "agenda.edit", _("planlægge møder og redigere dagsordener")
    ITEM_SUBMIT = "item.submit", _("melde punkter ind")
    MINUTES_WRITE = "minutes.write", _("skrive referat")
    MINUTES_APPROVE = "minutes.approve", _("godkende referat")
    OBLIGATION_READ = "obligation.read", _("se forpligtelser")
    OBLIGATION_MANAGE = "obligation.manage", _("oprette forpligtelser")
    OBLIGATION_MEET = "obligation.meet", _("melde en forpligtelse opfyldt")
    INPUT_GIVE = "input.give", _("give input til en runde")
    VOCABULARY_READ = "vocabulary.read", _("se paragraffer og målgrupper")
    VOCABULARY_MANAGE = "vocabulary.manage", _("vedligeholde paragraffer og målgrupper")
    FACILITY_READ = "facility.read", _("se tilbud")
    FACILITY_MANAGE = "facility.manage", _("vedligeholde tilbud, ydelser og efterfølgelse")
    PLACES_REPORT = "places.report", _("indberette pladser, belægning og ledighed")
    TARIFF_READ = "tariff.read", _("se takster")
    TARIFF_REPORT = "tariff.report", _("beregne og indberette takster")
    TARIFF_CHECK = "tariff.check", _("kontrollere indberettede takster")
    TARIFF_DECIDE = "tariff.decide", _("registrere beslutningen om takster")
    TARIFF_PUBLISH = "tariff.publish", _("offentliggøre takster")
    STUDY_READ = "study.read", _("se modelstudier")
    STUDY_MANAGE = "study.manage", _("lave takstmodeller og modelstudier")
    TEMPLATE_READ = "template.read", _("se kontraktskabeloner og brugen af dem")
    TEMPLATE_MANAGE = "template.manage", _("vedligeholde kontraktskabeloner")
    CONTRACT_READ = "contract.read", _("se kontrakter")
    CONTRACT_WRITE = "contract.write", _("skrive kontrakter og tillæg")
    CONTRACT_BUY = "contract.buy", _("godkende kontrakter som køber")
    CONTRACT_SELL = "contract.sell", _("godkende kontrakter som sælger")
    PLACEMENT_READ = "placement.read", _("se indskrivninger")
    PLACEMENT_REQUEST = "placement.request", _("forespørge, sige ja og opsige som køber")
    PLACEMENT_RUN = "placement.run", _("tilbyde, indskrive, registrere fravær og udskrive")
    PLACEMENT_AGREE = "placement.agree", _("ændre aftalte timer, takst, tillæg og betaler; opsige")
    PLACEMENT_GOALS = "placement.goals", _("sætte mål og følge op på dem")
    TERMS_MANAGE = "terms.manage", _("fastsætte afregningsvilkår")
    SETTLEMENT_READ = "settlement.read", _("se afregninger")
    SETTLEMENT_RUN = "settlement.run", _("køre og gennemgå afregninger")
    SETTLEMENT_ANSWER = "settlement.answer", _("godkende eller bestride afregnede linjer")
    INVOICE_READ = "invoice.read", _("se regninger og kreditnotaer")
    INVOICE_ISSUE = "invoice.issue", _("udstede, kreditere og aflevere regninger")
    INVOICE_CONTROL = "invoice.control", _("kontrollere modtagne regninger")
    IRREGULARITY_READ = "irregularity.read", _("se indikatorer på økonomiske uregelmæssigheder")
    IRREGULARITY_MANAGE = "irregularity.manage", _("følge op på indikatorer")


class Scope(StrEnum):
    """How far a grant reaches, from the organisation of the role."""

    OWN = "own"
    COOPERATION = "cooperation"
    EVERYWHERE = "everywhere"


SCOPE_DA = {
    Scope.OWN: _("egen organisation"),
    Scope.COOPERATION: _("samarbejdet"),
    Scope.EVERYWHERE: _("alle"),
}

_READS = {
    Action.ORGANISATION_READ: Scope.EVERYWHERE,
    Action.EDITION_READ: Scope.COOPERATION,
    Action.PLAN_READ: Scope.COOPERATION,
    Action.BODY_READ: Scope.COOPERATION,
    Action.CASE_READ: Scope.COOPERATION,
    Action.MEETING_READ: Scope.COOPERATION,
    Action.OBLIGATION_READ: Scope.COOPERATION,
    Action.VOCABULARY_READ: Scope.EVERYWHERE,
    Action.FACILITY_READ: Scope.COOPERATION,
    Action.TARIFF_READ: Scope.COOPERATION,
    Action.STUDY_READ: Scope.COOPERATION,
    Action.TEMPLATE_READ: Scope.COOPERATION,
}

# What concerns citizens is for the two parties to it, each on its own side of the bargain.
_BUYS = {
    Action.CONTRACT_READ: Scope.OWN,
    Action.CONTRACT_WRITE: Scope.OWN,
    Action.CONTRACT_BUY: Scope.OWN,
    Action.PLACEMENT_READ: Scope.OWN,
    Action.PLACEMENT_REQUEST: Scope.OWN,
    Action.PLACEMENT_AGREE: Scope.OWN,
    Action.PLACEMENT_GOALS: Scope.OWN,
    Action.SETTLEMENT_READ: Scope.OWN,
    Action.SETTLEMENT_ANSWER: Scope.OWN,
    Action.INVOICE_READ: Scope.OWN,
    Action.INVOICE_CONTROL: Scope.OWN,
    Action.IRREGULARITY_READ: Scope.OWN,
    Action.IRREGULARITY_MANAGE: Scope.OWN,
}
_SELLS = {
    Action.CONTRACT_READ: Scope.OWN,
    Action.CONTRACT_WRITE: Scope.OWN,
    Action.CONTRACT_SELL: Scope.OWN,
    Action.PLACEMENT_READ: Scope.OWN,
    Action.PLACEMENT_RUN: Scope.OWN,
    Action.PLACEMENT_AGREE: Scope.OWN,
    Action.PLACEMENT_GOALS: Scope.OWN,
    Action.SETTLEMENT_READ: Scope.OWN,
    Action.INVOICE_READ: Scope.OWN,
}
_SETTLES = {
    Action.CONTRACT_READ: Scope.OWN,
    Action.PLACEMENT_READ: Scope.OWN,
    Action.TERMS_MANAGE: Scope.OWN,
    Action.SETTLEMENT_READ: Scope.OWN,
    Action.SETTLEMENT_RUN: Scope.OWN,
    Action.INVOICE_READ: Scope.OWN,
    Action.INVOICE_ISSUE: Scope.OWN,
}

# For those who may hold a mandate; of which body he is a member is asked where he does it.
_AS_MEMBER = {Action.MINUTES_APPROVE: Scope.COOPERATION}

GRANTS: dict[Role, dict[Action, Scope]] = {
    Role.SECRETARIAT: {
        **_READS,
        Action.PERSON_READ: Scope.COOPERATION,
        Action.AUDIT_READ: Scope.COOPERATION,
        Action.EDITION_MANAGE: Scope.COOPERATION,
        Action.PLAN_EDIT: Scope.COOPERATION,
        Action.STATUS_UPDATE: Scope.COOPERATION,
        Action.PARTICIPATION_REPORT: Scope.COOPERATION,
        Action.BODY_MANAGE: Scope.COOPERATION,
        Action.CASE_MANAGE: Scope.COOPERATION,
        Action.AGENDA_EDIT: Scope.COOPERATION,
        Action.ITEM_SUBMIT: Scope.COOPERATION,
        Action.MINUTES_WRITE: Scope.COOPERATION,
        Action.OBLIGATION_MANAGE: Scope.COOPERATION,
        Action.OBLIGATION_MEET: Scope.COOPERATION,
        Action.INPUT_GIVE: Scope.COOPERATION,
        Action.FACILITY_MANAGE: Scope.COOPERATION,
        Action.PLACES_REPORT: Scope.COOPERATION,
        Action.TARIFF_REPORT: Scope.COOPERATION,
        Action.TARIFF_CHECK: Scope.COOPERATION,
        Action.TARIFF_PUBLISH: Scope.COOPERATION,
        Action.STUDY_MANAGE: Scope.COOPERATION,
        Action.TEMPLATE_MANAGE: Scope.COOPERATION,
        # The joint run names references and amounts; a citizen's placement it does not open.
        Action.TERMS_MANAGE: Scope.COOPERATION,
        Action.SETTLEMENT_READ: Scope.COOPERATION,
        Action.SETTLEMENT_RUN: Scope.COOPERATION,
        Action.INVOICE_READ: Scope.COOPERATION,
        Action.INVOICE_ISSUE: Scope.COOPERATION,
        Action.IRREGULARITY_READ: Scope.COOPERATION,
        Action.IRREGULARITY_MANAGE: Scope.COOPERATION,
    },
    Role.TARIFF_OFFICER: {
        **_READS,
        **_AS_MEMBER,
        Action.FACILITY_MANAGE: Scope.OWN,
        Action.PLACES_REPORT: Scope.OWN,
        Action.TARIFF_REPORT: Scope.OWN,
        # The operator decides; he records on which decision.
        Action.TARIFF_DECIDE: Scope.OWN,
        Action.STUDY_MANAGE: Scope.OWN,
        **_SETTLES,
    },
    Role.BUYER: {**_READS, **_AS_MEMBER, **_BUYS, Action.PARTICIPATION_REPORT: Scope.OWN},
    Role.PROVIDER: {
        **_READS,
        **_AS_MEMBER,
        **_SELLS,
        Action.FACILITY_MANAGE: Scope.OWN,
        Action.PLACES_REPORT: Scope.OWN,
    },
    Role.DIRECTOR: {
        **_READS,
        **_AS_MEMBER,
        Action.STATUS_UPDATE: Scope.OWN,
        Action.PARTICIPATION_REPORT: Scope.OWN,
        # Whether he is a member of the body is asked where he does it.
        Action.ITEM_SUBMIT: Scope.COOPERATION,
        Action.OBLIGATION_MEET: Scope.OWN,
        Action.INPUT_GIVE: Scope.COOPERATION,
        Action.TARIFF_DECIDE: Scope.OWN,
    },
    Role.ANALYST: {**_READS, Action.STUDY_MANAGE: Scope.OWN},
    Role.READER: {**_READS},
    Role.ADMINISTRATOR: {
        **_READS,
        Action.PERSON_READ: Scope.OWN,
        Action.PERSON_MANAGE: Scope.OWN,
        Action.AUDIT_READ: Scope.OWN,
    },
}
