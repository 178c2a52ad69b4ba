"""What stands is corrected on screen: changed, recorded, and never over somebody else's words."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from agreement_samples import (
    CPR,
    MASKED,
    edition_page,
    initiative_page,
    stored,
)
from django.db import models
from django.urls import reverse
from reading_pages import (
    html,
    part,
    secretariat,
    words,
)
from world import HOW, TODAY, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import (
    Annex,
    Chapter,
    DevelopmentArea,
    Edition,
    Goal,
    Initiative,
    Milestone,
    OwnerForum,
)
from rammevaerk.portal.agreement.operations.plan_changes import Changes, PlanWriter

READER = Role.READER, "egenby"


@dataclass(frozen=True)
class Part:
    """A page that corrects a row: its form as somebody fills it in, and the field to look at."""

    page: str
    kwarg: str
    model: type[models.Model]
    revise: Callable[..., bool]
    form: dict[str, str]
    field: str

    def address(self, world: World, side: str = "home") -> str:
        return reverse(
            f"agreement:{self.page}", kwargs={self.kwarg: world.first(self.model, side).pk}
        )

    def row(self, world: World) -> Any:
        return self.model._default_manager.get(pk=world.first(self.model).pk)


PARTS = [
    Part(
        "area_revise",
        "area_id",
        DevelopmentArea,
        operations.revise_area,
        {"number": "4", "title": "Et bedre navn", "description": "Hvad det handler om."},
        "title",
    ),
    Part(
        "goal_revise",
        "goal_id",
        Goal,
        operations.revise_goal,
        {"text": "Et klarere mål"},
        "text",
    ),
    Part(
        "chapter_revise",
        "chapter_id",
        Chapter,
        operations.revise_chapter,
        {"number": "10.2", "title": "Takster", "summary": "Kort", "source": "Side 4"},
        "title",
    ),
    Part(
        "annex_revise",
        "annex_id",
        Annex,
        operations.revise_annex,
        {"number": "7", "title": "Tilbudsvifte", "published_at": "https://example.org/bilag-7"},
        "title",
    ),
    Part(
        "forum_revise",
        "forum_id",
        OwnerForum,
        operations.revise_forum,
        {"name": "Styregruppen", "heading": "Initiativer under styregruppen"},
        "heading",
    ),
    Part(
        "milestone_revise",
        "milestone_id",
        Milestone,
        operations.revise_milestone,
        {"kind": "delivery", "title": "Oplæg til drøftelse"},
        "title",
    ),
]
EACH = pytest.mark.parametrize("one", PARTS, ids=lambda one: one.page)


@EACH
def test_a_part_is_corrected_and_the_trail_says_what_it_was(world: World, one: Part) -> None:
    client, before = secretariat(world), one.row(world)
    count = AuditRecord.objects.count()
    answer = client.post(one.address(world), one.form)
    assert answer.status_code == 302, words(answer)
    after = one.row(world)
    assert {name: str(getattr(after, name)) for name in one.form} == one.form
    newest = AuditRecord.objects.latest("sequence")
    assert AuditRecord.objects.count() == count + 1
    assert newest.target_type == one.model._meta.label_lower
    assert json.loads(newest.before)[one.field] == getattr(before, one.field)
    assert json.loads(newest.after)[one.field] == one.form[one.field]
    assert "Ændringerne er gemt." in words(client.get(answer["Location"]))


@EACH
def test_the_form_comes_filled_in_and_sent_back_unchanged_leaves_no_trace(
    world: World, one: Part
) -> None:
    client, row = secretariat(world), one.row(world)
    form = client.get(one.address(world)).context["form"]
    assert form.initial[one.field] == getattr(row, one.field)
    before = AuditRecord.objects.count()
    assert client.post(one.address(world), form.initial).status_code == 302
    assert AuditRecord.objects.count() == before


@EACH
def test_the_second_of_two_sees_both_texts_and_nothing_is_lost(world: World, one: Part) -> None:
    client, address = secretariat(world), one.address(world)
    seen = client.get(address).context["seen"]
    first = {**one.form, one.field: "Den førstes <b>ord</b>", "seen": seen}
    assert client.post(address, first).status_code == 302
    before = AuditRecord.objects.count()
    late = {**one.form, one.field: "Den andens ord", "seen": seen}
    answer = client.post(address, late)
    assert answer.status_code == 409
    compared = part(answer, "<tbody>", "</tbody>")
    assert "Den førstes &lt;b&gt;ord&lt;/b&gt;" in compared
    assert "Den andens ord" in compared
    assert getattr(one.row(world), one.field) == "Den førstes <b>ord</b>"
    assert AuditRecord.objects.count() == before
    # Sent again from that page, it is what the person has decided.
    again = {**late, "seen": answer.context["seen"]}
    assert client.post(address, again).status_code == 302
    assert getattr(one.row(world), one.field) == "Den andens ord"


@EACH
def test_readers_and_other_cooperations_correct_nothing(world: World, one: Part) -> None:
    before = AuditRecord.objects.count()
    for client, status in (
        (world.client(*READER), 403),
        (world.client(Role.SECRETARIAT, "fjernsekretariatet"), 404),
    ):
        assert client.get(one.address(world)).status_code == status
        assert client.post(one.address(world), one.form).status_code == status
    for role, key in (READER, (Role.SECRETARIAT, "fjernsekretariatet")):
        with pytest.raises(Refused):
            one.revise(one.row(world), one.form, **{**HOW, "by": world.actor(role, key)})
    assert AuditRecord.objects.count() == before


@EACH
def test_a_cpr_number_gets_into_no_correction(world: World, one: Part) -> None:
    before = getattr(one.row(world), one.field), AuditRecord.objects.count()
    answer = secretariat(world).post(one.address(world), {**one.form, one.field: f"Om {CPR}"})
    assert answer.status_code == 422
    assert MASKED in words(answer)
    assert (getattr(one.row(world), one.field), AuditRecord.objects.count()) == before


TAKEN: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
    ("area_revise", operations.add_area, {"key": "anden", "number": 4, "title": "B"}),
    ("chapter_revise", operations.add_chapter, {"number": "10.2", "title": "B"}),
    ("annex_revise", operations.add_annex, {"number": 7, "title": "B"}),
]


@pytest.mark.parametrize(("page", "add", "other"), TAKEN)
def test_a_number_that_is_taken_is_said_at_the_number(
    world: World, page: str, add: Callable[..., Any], other: dict[str, Any]
) -> None:
    one = next(each for each in PARTS if each.page == page)
    add(world.first(Edition), other, **HOW)
    before = AuditRecord.objects.count()
    answer = secretariat(world).post(one.address(world), one.form)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "number": [f"«{one.form['number']}» bruges allerede. Vælg et andet."]
    }
    assert AuditRecord.objects.count() == before


def test_a_new_part_with_a_number_that_is_taken_hears_it_at_the_number_too(world: World) -> None:
    answer = secretariat(world).post(
        edition_page(world, "annex_new"), {"number": "1", "title": "Et til"}
    )
    assert list(answer.context["form"].errors) == ["number"]


@pytest.mark.parametrize("page", ["area_revise", "forum_revise"])
def test_the_key_that_stands_in_addresses_is_not_corrected(world: World, page: str) -> None:
    one = next(each for each in PARTS if each.page == page)
    before = one.row(world).key
    assert "key" not in secretariat(world).get(one.address(world)).context["form"].fields
    assert secretariat(world).post(one.address(world), {**one.form, "key": "x"}).status_code == 302
    assert one.row(world).key == before


def test_a_second_start_is_refused_when_a_milestone_is_corrected(world: World) -> None:
    row = world.first(Initiative)
    planned = PartialDate.from_code("2025")
    operations.add_milestone(row, kind="start", title="Opstart", planned=planned, **HOW)
    milestone = world.first(Milestone)
    address = reverse("agreement:milestone_revise", kwargs={"milestone_id": milestone.pk})
    before = stored()
    answer = secretariat(world).post(address, {"kind": "start", "title": "Opstart igen"})
    assert answer.context["form"].errors == {"kind": ["Initiativet har allerede en opstart."]}
    assert stored() == before


def test_the_start_itself_is_corrected_and_keeps_its_dates(world: World) -> None:
    planned = PartialDate.from_code("2025")
    start = operations.add_milestone(
        world.first(Initiative), kind="start", title="Opstat", planned=planned, **HOW
    )
    address = reverse("agreement:milestone_revise", kwargs={"milestone_id": start.pk})
    form = {"kind": "start", "title": "Opstart", "planned": "2030", "source": "x"}
    assert secretariat(world).post(address, form).status_code == 302
    start.refresh_from_db()
    assert start.title == "Opstart"
    assert [one.on for one in start.dates.all()] == [planned]


def test_a_director_corrects_the_milestones_of_what_it_answers_for_only(world: World) -> None:
    one = next(each for each in PARTS if each.page == "milestone_revise")
    assert (
        world.client(Role.DIRECTOR, "naboby").post(one.address(world), one.form).status_code == 403
    )
    assert (
        world.client(Role.DIRECTOR, "egenby").post(one.address(world), one.form).status_code == 302
    )


def test_the_page_of_a_forum_leads_back_to_the_plan_one_came_from(world: World) -> None:
    plan = edition_page(world, "plan")
    client = secretariat(world)
    forum = world.first(OwnerForum)
    address = reverse("agreement:forum_revise", kwargs={"forum_id": forum.pk})
    link = f"{address}?udgave={world.first(Edition).slug}"
    assert f'href="{link}"' in html(client.get(plan))
    form = {"name": "Nyt", "heading": "Nyt"}
    assert client.post(link, form)["Location"] == plan
    foreign = world.first(Edition, "foreign").slug
    for wrong in ("", "?udgave=ukendt", f"?udgave={foreign}"):
        assert client.post(address + wrong, form)["Location"] == reverse("agreement:editions")


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (
            "edition",
            [
                "Rediger området Hjemlig område",
                "Rediger målsætningen: Hjemlig målsætning",
                "Rediger Hjemlig bilag",
                "Rediger kapitel 1 Hjemlig kapitel",
                "Tilføj forbindelse for Hjemlig område",
                "Ret aftaleparter",
            ],
        ),
        ("plan", ["Rediger Hjemlig forum"]),
        ("initiative", ["Rediger Hjemlig beslutning", "Tilføj forbindelse", "Tag ud af planen"]),
    ],
)
def test_the_links_say_what_they_correct_and_only_those_who_may_see_them(
    world: World, page: str, names: list[str]
) -> None:
    address = initiative_page(world.first(Initiative))
    address = address if page == "initiative" else edition_page(world, page)
    for_secretary = words(secretariat(world).get(address))
    for_reader = words(world.client(*READER).get(address))
    for name in names:
        assert name in for_secretary
        assert name not in for_reader
    assert "Rediger" not in for_reader


def test_a_forum_that_has_got_another_name_stops_a_file_that_knows_the_old_one(
    world: World,
) -> None:
    row = world.first(Initiative)
    operations.revise_forum(world.first(OwnerForum), {"name": "Nyt navn"}, **HOW)
    changes = Changes(cells=((str(row.pk), "forum", "Hjemlig forum"),), rows=())
    writer = PlanWriter(row.edition, by=HOW["by"], today=TODAY)
    assert writer.problems(changes) == [f"{row}: Forummet «Hjemlig forum» findes ikke."]
