"""What can be done to tariffs, by subject: reports, prices, cap, files, studies."""

from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.tariffs.operations.prices import decide, publish
from rammevaerk.portal.tariffs.operations.reports import move_on, save_draft
from rammevaerk.portal.tariffs.operations.studies import keep_model, keep_placements, keep_study

__all__ = [
    "RevisionConflict",
    "decide",
    "fingerprint",
    "keep_model",
    "keep_placements",
    "keep_study",
    "move_on",
    "publish",
    "save_draft",
]
