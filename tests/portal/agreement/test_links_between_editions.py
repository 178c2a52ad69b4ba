"""What continues what: chosen from earlier editions of the same agreement, and taken back."""

from dataclasses import dataclass
from typing import Any

import pytest
from agreement_samples import (
    edition_page,
    initiative_page,
)
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from reading_pages import (
    html,
    part,
    secretariat,
    words,
)
from world import HOW, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.policy import Refused
from rammevaerk.portal.agreement import operations
from rammevaerk.portal.agreement.models import (
    AreaSuccession,
    DevelopmentArea,
    Initiative,
    InitiativeSuccession,
)


@dataclass(frozen=True)
class Kind:
    """Areas or initiatives: their rows, their links and their two pages."""

    model: type[models.Model]
    link: type[models.Model]
    kwarg: str
    page: str
    removal: str

    def now(self, world: World) -> Any:
        return world.first(self.model)

    def past(self, side: str = "home", label: str = "2009-10") -> Any:
        return self.model._default_manager.get(edition__label=label, edition__slug__startswith=side)

    def address(self, row: models.Model) -> str:
        return reverse(f"agreement:{self.page}", kwargs={self.kwarg: row.pk})

    def stored(self, world: World) -> Any:
        return self.link._default_manager.filter(successor=self.now(world))


KINDS = [
    Kind(DevelopmentArea, AreaSuccession, "area_id", "area_links", "area_unlink"),
    Kind(
        Initiative, InitiativeSuccession, "initiative_id", "initiative_links", "initiative_unlink"
    ),
]
EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.page)


def link(world: World, kind: Kind) -> Any:
    client = secretariat(world)
    return client.post(kind.address(kind.now(world)), {"predecessor": kind.past().pk})


@EACH
def test_a_link_is_chosen_made_and_shown(world: World, kind: Kind) -> None:
    now, past = kind.now(world), kind.past()
    assert f'<option value="{past.pk}">' in html(secretariat(world).get(kind.address(now)))
    answer = link(world, kind)
    assert answer["Location"] == kind.address(now)
    assert [one.predecessor for one in kind.stored(world)] == [past]
    newest = AuditRecord.objects.latest("sequence")
    assert (newest.target_type, newest.before) == (kind.link._meta.label_lower, "")
    page = secretariat(world).get(kind.address(now))
    assert f"{past} (2009-10) Fjern forbindelsen til {past}" in words(page)
    assert f'<option value="{past.pk}">' not in html(page)


@EACH
def test_only_earlier_editions_of_the_same_agreement_are_offered(world: World, kind: Kind) -> None:
    offered = part(secretariat(world).get(kind.address(kind.now(world))), "<select", "</select>")
    assert "fortid 2009" in offered
    assert offered.index("fortid 2011") < offered.index("fortid 2009")
    assert "FREMMED" not in offered
    assert "udgave" not in offered
    middle = part(
        secretariat(world).get(kind.address(kind.past(label="2011-12"))), "<main", "</main>"
    )
    # What it continues already is not offered, and there is nothing else before it.
    assert "<select" not in middle
    assert "Der er intet at vælge" in middle


@EACH
def test_what_is_not_offered_is_not_linked(world: World, kind: Kind) -> None:
    now = kind.now(world)
    before = AuditRecord.objects.count()
    for wrong in (now, kind.past("foreign"), world.first(kind.model, "foreign")):
        answer = secretariat(world).post(kind.address(now), {"predecessor": wrong.pk})
        assert answer.status_code == 422
    assert not kind.stored(world).exists()
    assert AuditRecord.objects.count() == before


@EACH
def test_a_wrong_link_is_taken_back_and_the_trail_remembers_it(world: World, kind: Kind) -> None:
    link(world, kind)
    wrong = kind.stored(world).get()
    address = reverse(f"agreement:{kind.removal}", args=[wrong.pk])
    client = secretariat(world)
    assert client.post(address, {"seen": "forkert"}).status_code == 409
    assert kind.stored(world).exists()
    answer = client.post(address, {"seen": client.get(address).context["seen"]})
    assert answer["Location"] == kind.address(kind.now(world))
    assert not kind.stored(world).exists()
    newest = AuditRecord.objects.latest("sequence")
    assert (newest.target_id, newest.after) == (str(wrong.pk), "")
    assert f'"predecessor_id":{kind.past().pk}' in newest.before


@EACH
def test_readers_and_other_cooperations_neither_link_nor_unlink(world: World, kind: Kind) -> None:
    link(world, kind)
    made = kind.stored(world).get()
    address = reverse(f"agreement:{kind.removal}", args=[made.pk])
    before = AuditRecord.objects.count()
    for role, key, status in (
        (Role.READER, "egenby", 403),
        (Role.SECRETARIAT, "fjernsekretariatet", 404),
    ):
        client = world.client(role, key)
        form = {"predecessor": kind.past(label="2011-12").pk, "seen": operations.fingerprint(made)}
        assert client.post(kind.address(kind.now(world)), form).status_code == status
        assert client.post(address, form).status_code == status
        with pytest.raises(Refused):
            operations.unlink(made, **{**HOW, "by": world.actor(role, key)})
    assert kind.stored(world).count() == 1
    assert AuditRecord.objects.count() == before


def test_a_link_that_stands_is_refused_in_words_a_person_understands(world: World) -> None:
    earlier, later = KINDS[1].past(), KINDS[1].past(label="2011-12")
    with pytest.raises(ValidationError, match="Den forbindelse findes allerede"):
        operations.link_initiatives(earlier, later, **HOW)


def test_the_pages_of_both_ends_show_the_link(world: World) -> None:
    for kind in KINDS:
        link(world, kind)
    client, now = secretariat(world), world.first(Initiative)
    assert "Ret forbindelser for Hjemlig område" in words(
        client.get(edition_page(world, "edition"))
    )
    assert "Fører videre: Hjemlig initiativ 2009 (2009-10)" in words(
        client.get(initiative_page(now))
    )
    earlier = words(client.get(initiative_page(KINDS[1].past())))
    assert "Videreføres i: Hjemlig initiativ" in earlier
