"""What people do with bodies, cases, meetings and what is decided there."""

from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.meetings.operations.annexes import (
    add_annex,
    remove_annex,
    rename_annex,
    replace_annex_file,
    shift_annex,
)
from rammevaerk.portal.meetings.operations.approvals import (
    answer_minutes,
    approve_minutes,
)
from rammevaerk.portal.meetings.operations.bodies import (
    add_body,
    add_seat,
    adopt_charter,
    end_mandate,
    end_seat,
    give_mandate,
    revise_body,
)
from rammevaerk.portal.meetings.operations.carrying import carry_item
from rammevaerk.portal.meetings.operations.cases import (
    close_case,
    consult,
    item_from_consultation,
    open_case,
    revise_case,
)
from rammevaerk.portal.meetings.operations.closing import (
    Undecided,
    close_meeting,
)
from rammevaerk.portal.meetings.operations.decisions import (
    decide,
    note_remaining,
    revise_decision,
)
from rammevaerk.portal.meetings.operations.dispatch import (
    dispatch_agenda,
    next_document,
    sha256_of,
)
from rammevaerk.portal.meetings.operations.feeds import open_feed, revoke_feed
from rammevaerk.portal.meetings.operations.inputs import (
    NOTHING_GIVEN,
    give_input,
    item_from_round,
    open_round,
    revise_round,
)
from rammevaerk.portal.meetings.operations.items import (
    add_item,
    item_fingerprint,
    place_item,
    revise_item,
    shift_item,
    written,
)
from rammevaerk.portal.meetings.operations.minutes import (
    add_guest,
    attendance_mark,
    begin_minutes,
    drop_exception,
    except_from_item,
    mark_of,
    remove_guest,
    set_attendance,
    write_minute,
)
from rammevaerk.portal.meetings.operations.obligations import (
    add_obligation,
    meet_obligation,
    reopen_obligation,
    revise_obligation,
)
from rammevaerk.portal.meetings.operations.planning import (
    cancel_meeting,
    items_due,
    move_meeting,
    plan_meeting,
    revise_meeting,
)
from rammevaerk.portal.meetings.operations.reading import (
    TakenIn,
    refuse_known,
    take_in_document,
)
from rammevaerk.portal.meetings.operations.reviews import (
    answer_review,
    ask_for_review,
    end_review,
)
from rammevaerk.portal.meetings.operations.standing import (
    fill_standing_items,
    plan_meeting_with_standing_items,
    stale_standing_items,
)

__all__ = [
    "NOTHING_GIVEN",
    "RevisionConflict",
    "TakenIn",
    "Undecided",
    "add_annex",
    "add_body",
    "add_guest",
    "add_item",
    "add_obligation",
    "add_seat",
    "adopt_charter",
    "answer_minutes",
    "answer_review",
    "approve_minutes",
    "ask_for_review",
    "attendance_mark",
    "begin_minutes",
    "cancel_meeting",
    "carry_item",
    "close_case",
    "close_meeting",
    "consult",
    "decide",
    "dispatch_agenda",
    "drop_exception",
    "end_mandate",
    "end_review",
    "end_seat",
    "except_from_item",
    "fill_standing_items",
    "fingerprint",
    "give_input",
    "give_mandate",
    "item_fingerprint",
    "item_from_consultation",
    "item_from_round",
    "items_due",
    "mark_of",
    "meet_obligation",
    "move_meeting",
    "next_document",
    "note_remaining",
    "open_case",
    "open_feed",
    "open_round",
    "place_item",
    "plan_meeting",
    "plan_meeting_with_standing_items",
    "refuse_known",
    "remove_annex",
    "remove_guest",
    "rename_annex",
    "reopen_obligation",
    "replace_annex_file",
    "revise_body",
    "revise_case",
    "revise_decision",
    "revise_item",
    "revise_meeting",
    "revise_obligation",
    "revise_round",
    "revoke_feed",
    "set_attendance",
    "sha256_of",
    "shift_annex",
    "shift_item",
    "stale_standing_items",
    "take_in_document",
    "write_minute",
    "written",
]
