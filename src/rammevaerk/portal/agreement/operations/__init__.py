"""What people do with agreements and plans."""

from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
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
from rammevaerk.portal.agreement.operations.links import link_areas, link_initiatives, unlink
from rammevaerk.portal.agreement.operations.participation import (
    end_participation,
    join_initiative,
    report_count,
)
from rammevaerk.portal.agreement.operations.parties import (
    add_party,
    party_obstacles,
    remove_party,
)
from rammevaerk.portal.agreement.operations.plan import (
    add_area,
    add_forum,
    add_goal,
    add_initiative,
    revise_initiative,
)
from rammevaerk.portal.agreement.operations.removal import initiative_obstacles, remove_initiative
from rammevaerk.portal.agreement.operations.revisions import (
    revise_annex,
    revise_area,
    revise_chapter,
    revise_forum,
    revise_goal,
    revise_milestone,
)

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
    "add_party",
    "create_agreement",
    "create_edition",
    "date_milestone",
    "end_participation",
    "fingerprint",
    "initiative_obstacles",
    "join_initiative",
    "link_areas",
    "link_initiatives",
    "party_obstacles",
    "remove_initiative",
    "remove_party",
    "report_count",
    "revise_annex",
    "revise_area",
    "revise_chapter",
    "revise_edition",
    "revise_forum",
    "revise_goal",
    "revise_initiative",
    "revise_milestone",
    "unlink",
    "update_status",
    "upload_annex_file",
]
