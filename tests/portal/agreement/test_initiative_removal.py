"""An initiative that came in by mistake is taken out; one with a history never is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from agreement_samples import (
    edition_page,
    initiative_page,
    stored,
)
from django.core.exceptions import ValidationError
from reading_pages import (
    html,
    secretariat,
    words,
)
from world import HOW, World

from rammevaerk.engine.periods import PartialDate
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Initiative, Milestone


def mistake(world: World, number: str = "1.9", **given: Any) -> Initiative:
    """An initiative of which nothing has been said."""
    beside = world.first(Initiative)
    values = {"number": number, "title": "Læst ind ved en fejl", "forum": beside.forum, **given}
    return operations.add_initiative(beside.goal, values, **HOW)


def past(world: World) -> Initiative:
    return Initiative.objects.get(
        edition__agreement=world.first(Initiative).edition.agreement, edition__label="2009-10"
    )


def later(world: World, row: Initiative) -> None:
    """Let the row be continued in an edition to come."""
    edition = operations.create_edition(
        row.edition.agreement,
        {
            "label": "2027-28",
            "title": "Næste",
            "valid_from": date(2027, 1, 1),
            "valid_to": date(2029, 1, 1),
        },
        party_ids=(),
        **HOW,
    )
    area = operations.add_area(edition, {"key": "n", "number": 1, "title": "Område"}, **HOW)
    goal = operations.add_goal(area, "Mål", **HOW)
    values = {"number": "1.1", "title": "Næste", "forum": row.forum}
    operations.link_initiatives(row, operations.add_initiative(goal, values, **HOW), **HOW)


def confirm(world: World, row: Initiative, *, follow: bool = False) -> Any:
    client, address = secretariat(world), initiative_page(row, "initiative_remove")
    return client.post(address, {"seen": client.get(address).context["seen"]}, follow=follow)


def test_a_mistake_is_taken_out_and_the_trail_remembers_it(world: World) -> None:
    row = mistake(world)
    operations.add_milestone(row, kind="delivery", title="Uden dato", planned=None, **HOW)
    count = AuditRecord.objects.count()
    answer = confirm(world, row, follow=True)
    assert answer.redirect_chain == [(edition_page(world, "plan"), 302)]
    assert not Initiative.objects.filter(number="1.9").exists()
    assert not Milestone.objects.filter(title="Uden dato").exists()
    newest, before = AuditRecord.objects.order_by("-sequence")[:2]
    assert AuditRecord.objects.count() == count + 2
    assert (newest.target_type, newest.target_id, newest.after) == (
        "agreement.initiative",
        str(row.pk),
        "",
    )
    assert '"title":"Læst ind ved en fejl"' in newest.before
    assert (before.target_type, before.after) == ("agreement.milestone", "")
    assert "1.9 Læst ind ved en fejl er taget ud af planen." in words(answer)


def test_its_number_can_be_used_again(world: World) -> None:
    confirm(world, mistake(world))
    assert mistake(world).number == "1.9"


SAID: list[tuple[str, Callable[[World, Initiative], object]]] = [
    (
        "Det har en status.",
        lambda world, row: operations.update_status(
            row, status="approved", text="", effective_on=date(2025, 2, 1), **HOW
        ),
    ),
    (
        "Det har milepæle med datoer.",
        lambda world, row: operations.add_milestone(
            row, kind="start", title="Opstart", planned=PartialDate.from_code("2025"), **HOW
        ),
    ),
    (
        "Det har eller har haft deltagere.",
        lambda world, row: operations.join_initiative(
            row, world.first(Initiative).responsible_id, valid_from=None, **HOW
        ),
    ),
    ("Det har delinitiativer.", lambda world, row: mistake(world, "1.9.1", parent=row)),
    (
        "Det fører et tidligere initiativ videre.",
        lambda world, row: operations.link_initiatives(past(world), row, **HOW),
    ),
    ("Det er ført videre i en senere udgave.", later),
]


@pytest.mark.parametrize(("reason", "say"), SAID, ids=[reason for reason, _say in SAID])
def test_what_has_been_said_something_of_stays_and_the_page_says_why(
    world: World, reason: str, say: Callable[[World, Initiative], object]
) -> None:
    row = mistake(world)
    say(world, row)
    before = stored()
    page = secretariat(world).get(initiative_page(row, "initiative_remove"))
    answer = confirm(world, row)
    assert answer.status_code == 422
    for response in (page, answer):
        assert reason in words(response)
        assert "giv det status «Stoppet» eller «Afsluttet»" in words(response)
        assert 'type="submit">Tag ud af planen' not in html(response)
    with pytest.raises(ValidationError, match=reason):
        operations.remove_initiative(row, **HOW)
    assert stored() == before


def test_nothing_is_taken_out_by_following_a_link(world: World) -> None:
    row, before = mistake(world), AuditRecord.objects.count()
    client, address = secretariat(world), initiative_page(row, "initiative_remove")
    assert client.get(address).status_code == 200
    assert client.post(address, {"x": "y"}).status_code == 422
    assert Initiative.objects.filter(pk=row.pk).exists()
    assert AuditRecord.objects.count() == before


def test_what_somebody_has_changed_meanwhile_is_shown_again(world: World) -> None:
    row = mistake(world)
    client, address = secretariat(world), initiative_page(row, "initiative_remove")
    seen = client.get(address).context["seen"]
    operations.revise_initiative(row, {"title": "Alligevel rigtigt"}, **HOW)
    answer = client.post(address, {"seen": seen})
    assert answer.status_code == 409
    assert "Tag 1.9 Alligevel rigtigt ud af planen" in words(answer)
    assert "Intet er fjernet." in words(answer)
    assert client.post(address, {"seen": answer.context["seen"]}).status_code == 302


def test_readers_directors_and_other_cooperations_take_nothing_out(world: World) -> None:
    row = mistake(world, responsible_id=world.first(Initiative).responsible_id)
    address, form = initiative_page(row, "initiative_remove"), {"seen": operations.fingerprint(row)}
    for role, key, status in (
        (Role.READER, "egenby", 403),
        (Role.DIRECTOR, "egenby", 403),
        (Role.SECRETARIAT, "fjernsekretariatet", 404),
    ):
        assert world.client(role, key).post(address, form).status_code == status
        with pytest.raises(Refused):
            operations.remove_initiative(row, **{**HOW, "by": world.actor(role, key)})
    assert Initiative.objects.filter(pk=row.pk).exists()
