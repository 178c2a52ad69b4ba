"""What people do with agreements and plans."""

from rammevaerk.portal.agreement.operations.editions import (
    add_annex,
    add_chapter,
    create_agreement,
    create_edition,
    revise_edition,
    upload_annex_file,
)
from rammevaerk.portal.agreement.operations.history import (
    StatusConflict,
    add_milestone,
    date_milestone,
    update_status,
)
from rammevaerk.portal.agreement.operations.participation import (
    end_participation,
    join_initiative,
    report_count,
)
from rammevaerk.portal.agreement.operations.plan import (
    add_area,
    add_forum,
    add_goal,
    add_initiative,
    link_areas,
    link_initiatives,
    revise_initiative,
)
from rammevaerk.portal.agreement.operations.saving import RevisionConflict, fingerprint

__all__ = [
    "RevisionConflict",
    "StatusConflict",
    "add_annex",
    "add_area",
    "add_chapter",
    "add_forum",
    "add_goal",
    "add_initiative",
    "add_milestone",
    "create_agreement",
    "create_edition",
    "date_milestone",
    "end_participation",
    "fingerprint",
    "join_initiative",
    "link_areas",
    "link_initiatives",
    "report_count",
    "revise_edition",
    "revise_initiative",
    "update_status",
    "upload_annex_file",
]
