"""Obligations: promised, late, met by a person or a machine, and back on the next agenda."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from minutes_samples import (
    AFTER,
    HELD,
    SECRET,
    by,
    closed_meeting,
    held_meeting,
    item_called,
    items_of,
    on,
    organisation,
    promise,
    words,
)
from world import World

from rammevaerk.engine.periods import parse_due_da
from rammevaerk.portal.access.actions import Action, Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused, visible
from rammevaerk.portal.meetings import conditions, operations
from rammevaerk.portal.meetings.forms.obligations import DueField
from rammevaerk.portal.meetings.models import AgendaItem, Body, Meeting, Obligation
from rammevaerk.portal.meetings.queries.obligations import (
    ObligationFilter,
    obligation_view,
    obligations,
)

LATER = HELD + timedelta(days=300)


def next_meeting(world: World, starts: object = LATER) -> Meeting:
    """Planned without anything on it, so that what is tried is what fills it."""
    meeting = operations.plan_meeting(
        world.first(Body), {"starts_at": starts, "ends_at": starts.replace(hour=11)}, **by(world)
    )
    for item in AgendaItem.objects.filter(meeting=meeting):
        operations.place_item(item, None, **by(world))
    AgendaItem.objects.filter(meeting=None, standing__gt="").delete()
    return meeting


def standing(meeting: Meeting, kind: str, *, closed: bool = False) -> AgendaItem | None:
    return AgendaItem.objects.filter(meeting=meeting, standing=kind, closed=closed).first()


@pytest.fixture
def counting() -> Iterator[dict[str, int]]:
    """A condition whose count the test decides."""
    found = {"n": 0}

    def check(target: str, threshold: int | None, _on: date) -> conditions.ConditionState:
        met = found["n"] >= (threshold or 1)
        return conditions.ConditionState(met, f"{found['n']} talt i {target}")

    conditions.register("counted", "Talt", check, targets=lambda _actor: [("a", "A")])
    yield found
    conditions._registered.pop("counted")


def test_a_time_limit_is_kept_as_it_was_said_and_as_it_is_read(world: World) -> None:
    due, said = DueField().clean("ultimo 2022")
    row = promise(world, due=due, due_said=said)
    row.refresh_from_db()
    assert (row.due.code, row.due_said) == ("2022-12", "ultimo 2022")
    view = obligation_view(row, on=on("2022-12-31"))
    assert view.due_text == "ultimo 2022 (læst som december 2022)"
    assert not view.late
    assert obligation_view(row, on=on("2023-01-01")).late


def test_a_plain_date_is_not_said_twice() -> None:
    assert DueField().clean("1. maj 2026") == (parse_due_da("1. maj 2026"), "")
    with pytest.raises(ValidationError, match="kan ikke læses som en dato"):
        DueField().clean("snarest")


def test_what_is_promised_at_an_item_is_agreed_on_the_day_of_the_meeting(world: World) -> None:
    item = items_of(held_meeting(world, "Et punkt"))[0]
    assert promise(world, item).agreed_on == HELD.date()


def test_an_obligation_has_a_time_limit_and_a_known_condition(world: World) -> None:
    with pytest.raises(ValidationError, match="skal have en frist"):
        promise(world, due=None)
    with pytest.raises(ValidationError, match="Betingelsen findes ikke"):
        promise(world, condition="nothing-known")


def test_a_condition_has_a_threshold(world: World, counting: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="hvor mange der skal til"):
        promise(world, condition="counted", condition_target="a")


def test_only_its_owner_and_the_secretariat_say_that_it_is_met(world: World) -> None:
    row = promise(world)
    how = {"met_on": HELD.date(), "note": "Sendt", "at": AFTER}
    with pytest.raises(Refused):
        operations.meet_obligation(row, by=world.actor(Role.DIRECTOR, "naboby"), **how)
    with pytest.raises(Refused):
        operations.meet_obligation(row, by=world.actor(Role.READER, "egenby"), **how)
    operations.meet_obligation(row, by=world.actor(Role.DIRECTOR, "egenby"), **how)
    row.refresh_from_db()
    assert (row.met_on, row.met_note) == (HELD.date(), "Sendt")
    with pytest.raises(ValidationError, match="allerede meldt opfyldt"):
        operations.meet_obligation(row, by=world.actor(Role.DIRECTOR, "egenby"), **how)


@pytest.mark.parametrize(
    ("day", "note", "reason"),
    [
        (HELD.date() + timedelta(days=1), "Sendt", "ikke kommet endnu"),
        (HELD.date() - timedelta(days=1), "Sendt", "før den, hvor det blev aftalt"),
        (HELD.date(), "  ", "hvordan"),
    ],
)
def test_when_and_how_it_was_met_must_make_sense(
    world: World, day: date, note: str, reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        operations.meet_obligation(promise(world), met_on=day, note=note, **by(world))


def test_what_was_met_by_mistake_is_opened_again_and_the_trail_keeps_it(world: World) -> None:
    row = promise(world)
    operations.meet_obligation(row, met_on=HELD.date(), note="Ved en fejl", **by(world))
    with pytest.raises(ValidationError, match="Genåbn den"):
        operations.revise_obligation(row, {"text": "Andet"}, **by(world))
    operations.reopen_obligation(row, **by(world))
    row.refresh_from_db()
    assert (row.met_on, row.met_note) == (None, "")
    trail = AuditRecord.objects.filter(target_type="meetings.obligation", target_id=str(row.pk))
    assert "Ved en fejl" in "".join(one.after for one in trail)


def test_of_two_who_correct_an_obligation_the_second_is_told(world: World) -> None:
    row = promise(world)
    seen = operations.fingerprint(Obligation.objects.get(pk=row.pk))
    operations.revise_obligation(row, {"text": "Den første"}, seen=seen, **by(world))
    with pytest.raises(operations.RevisionConflict):
        operations.revise_obligation(row, {"text": "Den anden"}, seen=seen, **by(world))


def test_a_machine_s_condition_meets_and_unmeets_it(world: World, counting: dict[str, int]) -> None:
    row = promise(world, condition="counted", condition_target="a", condition_threshold=19)
    late = on("2026-02-01")
    assert obligation_view(row, on=late).late
    counting["n"] = 19
    view = obligation_view(row, on=late)
    assert (view.met, view.met_by_machine, view.late) == (True, True, False)
    assert view.check.text_da == "19 talt i a"


def test_a_condition_that_nobody_knows_any_longer_leaves_it_open(
    world: World, counting: dict[str, int]
) -> None:
    row = promise(world, condition="counted", condition_target="a", condition_threshold=1)
    conditions._registered.pop("counted")
    view = obligation_view(row, on=on("2026-02-01"))
    assert (view.check, view.met, view.late) == (None, False, True)
    counting["n"] = 1
    conditions.register("counted", "Talt", lambda *_a: conditions.ConditionState(True, ""))


def test_the_register_shows_what_is_late_first_and_narrows(world: World) -> None:
    Obligation.objects.all().delete()
    far = promise(world, text="Om længe", due=parse_due_da("2030"))
    late = promise(world, text="For sent", due=parse_due_da("ultimo 2022"))
    soon = promise(
        world,
        text="Snart",
        due=parse_due_da("1. marts 2026"),
        owner_id=organisation("naboby").pk,
    )
    met = promise(world, text="Gjort", due=parse_due_da("2025"))
    operations.meet_obligation(met, met_on=HELD.date(), note="Gjort", **by(world))
    actor = world.actor(Role.DIRECTOR, "egenby")

    def shown(**narrowed: object) -> list[int]:
        found = obligations(actor, ObligationFilter(**narrowed), on=on("2026-01-01"))
        return [view.row.pk for view in found]

    assert shown() == [late.pk, soon.pk, far.pk]
    assert shown(state="due") == [late.pk]
    assert shown(state="met") == [met.pk]
    assert shown(mine=True) == [late.pk, far.pk]
    assert shown(state="all", text="NABOBY") == [soon.pk]
    assert shown(body_id=0) == []


def test_a_due_obligation_returns_on_the_next_agenda_until_it_is_met(world: World) -> None:
    Obligation.objects.all().delete()
    meeting = next_meeting(world)
    row = promise(world, due=parse_due_da("ultimo 2025"), due_said="ultimo 2025")
    promise(world, text="Ikke forfalden", due=parse_due_da("2030"))
    operations.fill_standing_items(meeting, **by(world))
    item = standing(meeting, "obligations")
    assert item.section.kind == "decision"
    assert "Vejledningen lægges frem igen" in item.presentation
    assert "ultimo 2025 (læst som december 2025)" in item.presentation
    assert "Egenby" in item.presentation
    assert "Ikke forfalden" not in item.presentation
    operations.meet_obligation(row, met_on=HELD.date(), note="Gjort", **by(world))
    operations.fill_standing_items(meeting, **by(world))
    item.refresh_from_db()
    assert "Vejledningen" not in item.presentation
    assert "Ingen forpligtelser er forfaldne" in item.presentation


def test_what_is_due_after_the_meeting_is_not_on_its_agenda(world: World) -> None:
    Obligation.objects.all().delete()
    meeting = next_meeting(world)
    held_on = LATER.date()
    promise(world, text="På dagen", due=parse_due_da(held_on.isoformat()))
    promise(world, text="Dagen efter", due=parse_due_da(str(held_on + timedelta(days=1))))
    operations.fill_standing_items(meeting, **by(world))
    text = standing(meeting, "obligations").presentation
    assert "På dagen" in text
    assert "Dagen efter" not in text


def test_what_was_promised_in_a_closed_item_returns_in_one_just_as_closed(world: World) -> None:
    Obligation.objects.all().delete()
    closed_meeting(world, "Åbent", closed=SECRET, readers=("egenby",))
    promise(world, item_called(SECRET), text="HEMMELIGT-LØFTE")
    promise(world, item_called("Åbent"), text="Åbent løfte")
    meeting = next_meeting(world)
    operations.fill_standing_items(meeting, **by(world))
    opened = standing(meeting, "obligations")
    secret = standing(meeting, "obligations", closed=True)
    assert "HEMMELIGT" not in opened.presentation
    assert "Åbent løfte" in opened.presentation
    assert "HEMMELIGT-LØFTE" in secret.presentation
    assert "HEMMELIG" not in secret.title
    assert secret.legal_ground == "forvaltningslovens § 27"
    operations.fill_standing_items(meeting, **by(world))
    assert meeting.items.filter(standing="obligations").count() == 2
    operations.dispatch_agenda(meeting, **by(world))
    seen = [
        visible(AgendaItem.objects.all(), world.actor(Role.DIRECTOR, key), Action.MEETING_READ)
        .filter(pk=secret.pk)
        .exists()
        for key in ("egenby", "naboby")
    ]
    assert seen == [True, False]


def test_nobody_but_the_readers_sees_what_was_promised_in_a_closed_item(world: World) -> None:
    closed_meeting(world, "Åbent", closed=SECRET, readers=("egenby",))
    secret = promise(world, item_called(SECRET), owner_id=organisation("naboby").pk)
    opened = promise(world, item_called("Åbent"))

    def seen(key: str) -> set[int]:
        actor = world.actor(Role.DIRECTOR, key)
        rows = visible(Obligation.objects.all(), actor, Action.OBLIGATION_READ)
        return set(rows.values_list("pk", flat=True))

    assert {secret.pk, opened.pk} <= seen("egenby")
    assert seen("naboby") & {secret.pk, opened.pk} == {opened.pk}


def test_what_is_promised_waits_for_its_minutes(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    row = promise(world, items_of(meeting)[0])
    actor = world.actor(Role.DIRECTOR, "egenby")
    rows = visible(Obligation.objects.filter(pk=row.pk), actor, Action.OBLIGATION_READ)
    assert not rows.exists()
    later = next_meeting(world)
    operations.fill_standing_items(later, **by(world))
    waiting = standing(later, "obligations")
    assert waiting is None or row.text not in waiting.presentation


def test_earlier_minutes_stand_first_on_the_next_agenda(world: World) -> None:
    closed_meeting(world, "Et punkt")
    meeting = next_meeting(world)
    operations.add_item(
        meeting.body,
        {"title": "Et andet punkt", "purpose": "decision"},
        section=meeting.sections.get(kind="decision"),
        **by(world),
    )
    operations.fill_standing_items(meeting, **by(world))
    item = standing(meeting, "minutes")
    assert item.number == "1.1"
    assert "mødet 20. maj 2025" in item.presentation


def test_the_next_meeting_and_what_is_expected_of_it_are_written(world: World) -> None:
    meeting = next_meeting(world)
    starts = LATER + timedelta(days=60)
    operations.plan_meeting(
        meeting.body,
        {"starts_at": starts, "ends_at": starts.replace(hour=11), "place": "Viborg"},
        **by(world),
    )
    operations.add_item(
        meeting.body, {"title": "<b>Venter</b> åbent", "purpose": "decision"}, **by(world)
    )
    operations.add_item(
        meeting.body,
        {
            "title": SECRET,
            "purpose": "decision",
            "closed": True,
            "legal_ground": "forvaltningslovens § 27",
        },
        **by(world),
    )
    operations.fill_standing_items(meeting, **by(world))
    text = standing(meeting, "next_meeting").presentation
    assert "Næste møde er 15. maj 2026 kl. 10.00, Viborg." in text
    assert "Frist for punkter er 27. april 2026." in text
    assert "&lt;b&gt;Venter&lt;/b&gt; åbent" in text
    assert SECRET not in text
    assert standing(meeting, "other") is not None


def test_the_secretariat_s_own_words_under_a_heading_are_kept(world: World) -> None:
    meeting = next_meeting(world)
    operations.fill_standing_items(meeting, **by(world))
    item = standing(meeting, "next_meeting")
    own = item.presentation + "<h4>Temadrøftelse</h4><p>Vi begynder kl. 9.</p>"
    operations.revise_item(item, {"presentation": own}, **by(world))
    operations.fill_standing_items(meeting, **by(world))
    item.refresh_from_db()
    assert item.presentation.endswith("<h4>Temadrøftelse</h4><p>Vi begynder kl. 9.</p>")
    assert item.presentation.count("Næste møde") == 1


def test_written_orientations_are_taken_on_at_the_body_s_next_meeting_only(world: World) -> None:
    first = next_meeting(world, HELD + timedelta(days=30))
    second = next_meeting(world)
    waiting = operations.add_item(
        first.body, {"title": "Skriftligt", "purpose": "written"}, **by(world)
    )
    operations.fill_standing_items(second, **by(world))
    waiting.refresh_from_db()
    assert waiting.meeting is None
    operations.fill_standing_items(first, **by(world))
    waiting.refresh_from_db()
    assert (waiting.meeting_id, waiting.section.kind) == (first.pk, "upcoming")


def test_an_agenda_that_is_out_is_not_written_in(world: World) -> None:
    meeting = held_meeting(world, "Et punkt")
    promise(world, due=parse_due_da("2020"), agreed_on=on("2019-01-01"))
    assert operations.fill_standing_items(meeting, **by(world)) == 0
    with pytest.raises(Refused):
        operations.fill_standing_items(
            next_meeting(world), by=world.actor(Role.DIRECTOR, "egenby"), at=AFTER
        )


def test_what_is_not_up_to_date_is_counted_without_writing_anything(world: World) -> None:
    meeting = next_meeting(world)
    promise(world)
    closed_meeting(world, "Åbent", closed=SECRET, readers=("egenby",))
    promise(world, item_called(SECRET))
    before = AuditRecord.objects.count(), AgendaItem.objects.count()
    with CaptureQueriesContext(connection) as queries:
        stale = operations.stale_standing_items(meeting, at=AFTER)
    assert (AuditRecord.objects.count(), AgendaItem.objects.count()) == before
    assert all(one["sql"].startswith("SELECT") for one in queries)
    assert operations.fill_standing_items(meeting, **by(world)) == stale > 2
    assert operations.stale_standing_items(meeting, at=AFTER) == 0


def test_the_page_that_sends_out_survives_what_cannot_be_written_in(world: World) -> None:
    """So much waits that its titles are longer than an item may be: only filling refuses it."""
    meeting = next_meeting(world)
    waiting = [
        AgendaItem(body=meeting.body, position=n, title="x" * 300, purpose="discussion")
        for n in range(1000, 1210)
    ]
    AgendaItem.objects.bulk_create(waiting)
    client = world.client(Role.SECRETARIAT, "sekretariatet")
    page = client.get(reverse("meetings:dispatch", kwargs={"meeting_id": meeting.pk}))
    assert page.status_code == 200
    assert "ikke ajour" in words(page)
    fill = reverse("meetings:standing_items", kwargs={"meeting_id": meeting.pk})
    assert client.post(fill, {"do": "fill"}).status_code == 422
