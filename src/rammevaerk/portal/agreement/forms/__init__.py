"""Forms of editions, plans, statuses and participation."""

from rammevaerk.portal.agreement.forms.editions import (
    AgreementForm,
    AnnexForm,
    ChapterForm,
    EditionForm,
    FileForm,
    NewEditionForm,
    PartyForm,
    PlanFileForm,
)
from rammevaerk.portal.agreement.forms.participation import (
    CountForm,
    EndForm,
    JoinForm,
)
from rammevaerk.portal.agreement.forms.plan import (
    AreaForm,
    ForumForm,
    GoalForm,
    InitiativeForm,
    LinkForm,
    ReviseAreaForm,
    ReviseForumForm,
    ReviseInitiativeForm,
)
from rammevaerk.portal.agreement.forms.removal import RemovalForm
from rammevaerk.portal.agreement.forms.status import (
    MilestoneForm,
    ReviseMilestoneForm,
    StatusForm,
)

__all__ = [
    "AgreementForm",
    "AnnexForm",
    "AreaForm",
    "ChapterForm",
    "CountForm",
    "EditionForm",
    "EndForm",
    "FileForm",
    "ForumForm",
    "GoalForm",
    "InitiativeForm",
    "JoinForm",
    "LinkForm",
    "MilestoneForm",
    "NewEditionForm",
    "PartyForm",
    "PlanFileForm",
    "RemovalForm",
    "ReviseAreaForm",
    "ReviseForumForm",
    "ReviseInitiativeForm",
    "ReviseMilestoneForm",
    "StatusForm",
]
