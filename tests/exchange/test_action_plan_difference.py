"""An uploaded plan changes what a person changed in it, and nothing else."""

from dataclasses import replace

from plan_samples import ROWS, exported, plan_row, read_in, with_texts

from rammevaerk.exchange.action_plan.difference import PlanDifference, compare
from rammevaerk.exchange.action_plan.rows import COLUMNS, PlanRow
from rammevaerk.exchange.sheets import column_letter


def against(current: tuple[PlanRow, ...], cells: dict[str, str]) -> PlanDifference:
    """The difference when `cells` are changed in the file of ROWS and the plan is `current`."""
    return compare(current, read_in(with_texts(exported(), cells)))


def with_first(**texts: str) -> tuple[PlanRow, ...]:
    return (replace(ROWS[0], **texts), *ROWS[1:])


def test_an_untouched_file_changes_nothing():
    assert against(ROWS, {}).empty


def test_an_old_untouched_file_changes_nothing_though_everything_has_moved_on():
    now = tuple(
        replace(row, title=f"Nyt {row.number}", status="Afsluttet", planned_start="", number="9")
        for row in reversed(ROWS)
    )
    assert against((*now, plan_row(initiative_id="21")), {}).empty


def test_a_changed_cell_is_told_with_before_and_after():
    difference = against(ROWS, {"C3": "Forsøg", "M5": "1/9-2026"})
    first, second = difference.changed
    assert (first.initiative_id, first.row_number, first.number) == ("18", 3, "1.2.1")
    assert (first.column.key, first.before, first.after) == ("title", "Pilotprojekt", "Forsøg")
    assert not first.overtaken
    assert (second.column.key, second.after) == ("next_step_due", "1. september 2026")
    assert not difference.empty
    assert not difference.readonly + difference.new + difference.missing + difference.unknown


def test_a_cell_can_be_emptied():
    (change,) = against(ROWS, {"O2": ""}).changed
    assert (change.before, change.after) == ("Venter på regionen", "")


def test_the_same_said_in_another_way_is_no_change():
    same = {"J2": "Januar 2025", "N2": "ikke IGANGSAT", "C2": "Botilbudsteams  ", "P2": "8/4-25"}
    assert against(ROWS, same).empty


def test_a_cell_changed_in_both_places_is_overtaken():
    now = with_first(title="Systemets", status_text="Ny status i systemet")
    (change,) = against(now, {"C2": "Filens"}).changed
    assert (change.before, change.after, change.overtaken) == ("Systemets", "Filens", True)


def test_a_cell_changed_only_in_the_file_is_not_overtaken_by_its_neighbours():
    (change,) = against(with_first(title="Systemets"), {"O2": "Filens"}).changed
    assert (change.column.key, change.overtaken) == ("status_text", False)


def test_a_cell_changed_to_the_same_in_both_places_is_no_change():
    assert against(with_first(title="Fælles"), {"C2": "Fælles"}).empty


def test_a_cell_put_back_to_what_it_was_changes_nothing():
    assert against(with_first(title="Systemets"), {"C2": "Botilbudsteams"}).empty


def test_a_change_in_a_read_only_column_is_told_apart():
    difference = against(ROWS, {"B2": "9.9", "E2": "Andet mål"})
    assert difference.changed == ()
    assert [(one.column.key, one.after) for one in difference.readonly] == [
        ("number", "9.9"),
        ("goal", "Andet mål"),
    ]
    assert not difference.empty


def test_a_row_without_a_key_is_new_and_its_own_key_is_missed():
    difference = against(ROWS, {"A2": ""})
    assert [found.row.title for found in difference.new] == ["Botilbudsteams"]
    assert [row.initiative_id for row in difference.missing] == ["17"]
    assert not difference.changed


def test_a_row_added_at_the_end_is_new():
    difference = against(ROWS, {"C6": "Nyt", "D6": "Mental sundhed", "J6": "q2 2026"})
    (new,) = difference.new
    assert (new.row_number, new.row.title, new.row.planned_start) == (6, "Nyt", "2. kvartal 2026")
    assert not difference.changed + difference.missing + difference.unknown


def test_a_removed_row_is_missing_and_one_added_in_the_system_since_is_not():
    gone = {f"{letter}2": "" for letter in "ABCDEFGHIJKLMNOP"}
    difference = against((*ROWS, plan_row(initiative_id="21")), gone)
    assert [row.initiative_id for row in difference.missing] == ["17"]


def test_a_row_whose_key_the_plan_does_not_have_is_unknown():
    difference = against(ROWS[1:], {})
    assert [found.row.initiative_id for found in difference.unknown] == ["17"]
    assert not difference.changed + difference.new + difference.missing
    assert [one.row.initiative_id for one in against(ROWS, {"A2": "abc"}).unknown] == ["abc"]


def test_a_row_typed_with_the_key_of_one_added_since_is_compared_with_it():
    added = plan_row(initiative_id="21", title="Tilføjet")
    cells = {"A6": "21", "C6": "Tilføjet", "H6": "Anden beskrivelse"}
    keys = {one.column.key for one in against((*ROWS, added), cells).changed}
    assert "description" in keys
    assert "title" not in keys


def test_rows_may_be_sorted_in_the_file():
    first_and_last = {
        f"{column_letter(index)}{number}": getattr(row, column.key)
        for index, column in enumerate(COLUMNS)
        for number, row in ((2, ROWS[3]), (5, ROWS[0]))
    }
    assert against(ROWS, first_and_last).empty
