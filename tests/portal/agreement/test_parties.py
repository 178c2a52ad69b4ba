"""Parties of an edition: one more, one less, and none that plays a part in the plan."""

from datetime import date
from typing import Any

import pytest
from agreement_samples import (
    edition_page,
)
from django.core.exceptions import ValidationError
from django.urls import reverse
from reading_pages import (
    html,
    secretariat,
    words,
)
from world import HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord, Organisation
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import Edition, EditionParty, Initiative, Participation


def organisation(key: str) -> Organisation:
    return Organisation.objects.get(key=key)


def parties(world: World) -> set[str]:
    rows = EditionParty.objects.filter(edition=world.first(Edition))
    return set(rows.values_list("organisation__key", flat=True))


def outsider(world: World) -> EditionParty:
    """A party that plays no part in the plan."""
    return operations.add_party(world.first(Edition), organisation("udenfor").pk, **HOW)


def removal(party: EditionParty) -> str:
    return reverse("agreement:party_remove", kwargs={"party_id": party.pk})


def confirm(world: World, party: EditionParty, **given: Any) -> Any:
    client = secretariat(world)
    seen = client.get(removal(party)).context["seen"]
    return client.post(removal(party), {"seen": seen, **given})


def test_an_organisation_becomes_a_party_and_is_no_longer_offered(world: World) -> None:
    client, page = secretariat(world), edition_page(world, "parties")
    assert ">Udenfor</option>" in html(client.get(page))
    answer = client.post(page, {"organisation": organisation("udenfor").pk}, follow=True)
    assert parties(world) == {"egenby", "naboby", "udenfor"}
    assert "3 aftaleparter" in words(answer)
    assert ">Udenfor</option>" not in html(answer)
    newest = AuditRecord.objects.latest("sequence")
    assert (newest.target_type, newest.before) == ("agreement.editionparty", "")
    assert newest.cooperation.key == "home"


def test_members_of_the_cooperation_are_offered_before_others(world: World) -> None:
    EditionParty.objects.get(edition=world.first(Edition), organisation__key="naboby").delete()
    page = html(secretariat(world).get(edition_page(world, "parties")))
    members = page.split('<optgroup label="Medlemmer af samarbejdet">')[1].split("</optgroup>")[0]
    assert "Naboby" in members
    assert "Udenfor" not in members
    assert "Sekretariatet" not in members


@pytest.mark.parametrize(
    ("valid_from", "valid_to"),
    [(date(2027, 1, 1), None), (date(2007, 1, 1), date(2025, 1, 1))],
    ids=["founded when the edition has ended", "gone when it begins"],
)
def test_what_does_not_exist_in_the_period_cannot_be_a_party(
    world: World, valid_from: date, valid_to: date | None
) -> None:
    Organisation.objects.filter(key="udenfor").update(valid_from=valid_from, valid_to=valid_to)
    pk, page = organisation("udenfor").pk, edition_page(world, "parties")
    assert secretariat(world).post(page, {"organisation": pk}).status_code == 422
    with pytest.raises(ValidationError, match="findes ikke i udgavens periode"):
        operations.add_party(world.first(Edition), pk, **HOW)
    assert "udenfor" not in parties(world)


def test_what_exists_for_a_day_of_the_period_can_be_a_party(world: World) -> None:
    Organisation.objects.filter(key="udenfor").update(valid_to=date(2025, 1, 2))
    assert outsider(world).organisation.key == "udenfor"


def test_nobody_is_a_party_twice(world: World) -> None:
    pk, before = organisation("egenby").pk, AuditRecord.objects.count()
    page = edition_page(world, "parties")
    assert secretariat(world).post(page, {"organisation": pk}).status_code == 422
    with pytest.raises(ValidationError, match="allerede aftalepart"):
        operations.add_party(world.first(Edition), pk, **HOW)
    assert AuditRecord.objects.count() == before


def test_a_party_without_a_part_in_the_plan_is_removed_and_the_trail_remembers_it(
    world: World,
) -> None:
    party = outsider(world)
    pk = str(party.pk)
    answer = confirm(world, party)
    assert answer["Location"] == edition_page(world, "parties")
    assert parties(world) == {"egenby", "naboby"}
    newest = AuditRecord.objects.latest("sequence")
    assert (newest.target_id, newest.after) == (pk, "")
    assert f'"organisation_id":{organisation("udenfor").pk}' in newest.before
    assert newest.cooperation.key == "home"


def test_a_party_that_takes_part_stays_and_the_page_says_in_what(world: World) -> None:
    party = outsider(world)
    operations.join_initiative(
        world.first(Initiative), party.organisation_id, valid_from=date(2025, 1, 1), **HOW
    )
    Participation.objects.filter(organisation=party.organisation_id).update(
        valid_to=date(2025, 2, 1)
    )
    before = AuditRecord.objects.count()
    answer = confirm(world, party)
    assert answer.status_code == 422
    assert "Den deltager eller har deltaget i initiativ 1.1." in words(answer)
    assert 'type="submit">Fjern aftaleparten' not in html(answer)
    assert "udenfor" in parties(world)
    assert AuditRecord.objects.count() == before


def test_a_party_that_answers_for_an_initiative_stays(world: World) -> None:
    party = outsider(world)
    values = {"responsible_id": party.organisation_id}
    operations.revise_initiative(world.first(Initiative), values, **HOW)
    assert "Den er ansvarlig for initiativ 1.1." in words(confirm(world, party))
    with pytest.raises(ValidationError, match="ansvarlig"):
        operations.remove_party(party, **HOW)
    assert "udenfor" in parties(world)


def test_taking_part_in_another_edition_does_not_keep_a_party(world: World) -> None:
    party = outsider(world)
    past = Initiative.objects.get(edition__label="2009-10", edition__slug__startswith="home")
    operations.join_initiative(past, party.organisation_id, valid_from=None, **HOW)
    assert confirm(world, party).status_code == 302


@pytest.mark.parametrize(("given", "status"), [({"seen": ""}, 422), ({"seen": "noget andet"}, 409)])
def test_only_what_was_shown_is_removed(world: World, given: dict[str, str], status: int) -> None:
    party = outsider(world)
    assert confirm(world, party, **given).status_code == status
    assert "udenfor" in parties(world)


def test_readers_and_other_cooperations_change_no_parties(world: World) -> None:
    party, page = outsider(world), edition_page(world, "parties")
    form = {"organisation": organisation("sekretariatet").pk, "seen": operations.fingerprint(party)}
    before = AuditRecord.objects.count()
    for role, key, status in (
        (Role.READER, "egenby", 403),
        (Role.DIRECTOR, "egenby", 403),
        (Role.SECRETARIAT, "fjernsekretariatet", 404),
    ):
        for address in (page, removal(party)):
            assert world.client(role, key).post(address, form).status_code == status
        how = {**HOW, "by": world.actor(role, key)}
        with pytest.raises(Refused):
            operations.add_party(world.first(Edition), form["organisation"], **how)
        with pytest.raises(Refused):
            operations.remove_party(party, **how)
    assert AuditRecord.objects.count() == before
