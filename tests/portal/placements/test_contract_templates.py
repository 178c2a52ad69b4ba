"""Standard contracts: in versions that do not change once they are published."""

from datetime import date, timedelta
from typing import Any

import pytest
from contract_samples import SYSTEM, buyer, drafted, placed, templates
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from reading_pages import html, secretariat, words
from world import AT, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Cooperation
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.placements.calculate.contract_text import filled, unknown_names
from rammevaerk.portal.placements.contract_fields import FIELDS, WORDS
from rammevaerk.portal.placements.models import ContractTemplate, TemplateClause
from rammevaerk.portal.placements.operations.contract_templates import (
    add_clause,
    discard_template,
    load_templates,
    move_clause,
    new_version,
    publish_template,
    read_standard,
    remove_clause,
    revise_clause,
    revise_template,
)
from rammevaerk.portal.placements.operations.contracts import draft_contract

NEXT = date(2025, 9, 1)


def secretary(world: World) -> dict[str, Any]:
    return {"by": world.actor(Role.SECRETARIAT, "sekretariatet"), "at": AT}


def version(world: World) -> ContractTemplate:
    template = templates()["voksne-inden-for"]
    return new_version(template, version="2.1", valid_from=NEXT, **secretary(world))


def test_the_four_standard_contracts_hold_what_the_issue_asks_for(world: World) -> None:
    rows = templates()
    assert {(row.audience, row.inside_agreement) for row in rows.values()} == {
        (audience, inside) for audience in ("adults", "children") for inside in (True, False)
    }
    adults = rows["voksne-inden-for"]
    assert (adults.valid_from, adults.unverified) == (date(2023, 10, 1), True)
    keys = set(adults.clauses.values_list("key", flat=True))
    assert keys >= {
        "parter", "grundlag", "indsats", "maal", "pris", "prisregulering", "afregning", "fravaer",
        "opfoelgning", "opsigelse", "lukning", "persondata", "aendringer",
    }  # fmt: skip


def test_every_word_of_the_standard_is_a_field_and_stands_once_for_one() -> None:
    for entry in read_standard():
        for clause in entry["clauses"]:
            assert unknown_names(clause["text"]) == []
    assert len(WORDS) == len(FIELDS) - 1
    assert "p-nummer" not in WORDS


def test_loading_again_changes_nothing(world: World) -> None:
    templates()
    before = list(TemplateClause.objects.values())
    assert load_templates(Cooperation.objects.get(key="home"), **SYSTEM) == 0
    assert list(TemplateClause.objects.values()) == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Betal {betalingsfrist} dage efter.", "Betal 30 dage efter."),
        ("Nr. {ean} og {betalingsfrist}", "Nr. – og 30"),
        ("A\nEAN: {ean}\nB", "A\nB"),
        ("EAN: {ean}", "EAN: –"),
        ("A\nSendes til:\n{ean}", "A"),
        ("Sendes til:\n{ean}", "Sendes til:\n–"),
        ("Sendes til:\n{ean}\n{mål}", "Sendes til:\n1. {ean}"),
        ("{ukendt} {seller}", "{ukendt} {seller}"),
        ("{mål}", "1. {ean}"),
    ],
)
def test_fields_in_a_clause(text: str, expected: str) -> None:
    fields = {"payment_days": "30", "payer_ean": "", "goals": "1. {ean}"}
    assert filled(text, fields) == expected


def seen_in(page: Any) -> str:
    return html(page).split('name="seen" value="', 1)[1].split('"', 1)[0]


class TestVersions:
    def test_a_new_version_begins_with_the_same_clauses(self, world: World) -> None:
        made = version(world)
        before = ContractTemplate.objects.get(key="voksne-inden-for", version="2.0")
        clauses = [
            list(one.clauses.order_by("position").values_list("key", "text"))
            for one in (before, made)
        ]
        assert clauses[0] == clauses[1]
        with pytest.raises(ValidationError, match="allerede en ny version"):
            new_version(before, version="2.2", valid_from=NEXT, **secretary(world))

    def test_contracts_are_not_made_on_a_draft(self, world: World) -> None:
        with pytest.raises(ValidationError, match="ikke offentliggjort"):
            draft_contract(placed(), version(world), valid_from=NEXT, **buyer(world))

    def test_publishing_ends_the_one_before(self, world: World) -> None:
        made = version(world)
        clause = made.clauses.get(key="forsikring")
        remove_clause(clause, **secretary(world))
        publish_template(made, **secretary(world))
        before = ContractTemplate.objects.get(key="voksne-inden-for", version="2.0")
        assert before.valid_to == NEXT
        with pytest.raises(ValidationError, match="bruges ikke"):
            draft_contract(placed(), before, valid_from=NEXT, **buyer(world))
        drafted(world, template=before, placement=placed("2025-AA33-BB44"))

    def test_what_is_published_does_not_change(self, world: World) -> None:
        template = templates()["voksne-inden-for"]
        clause = template.clauses.get(key="forsikring")
        how = secretary(world)
        values = {"heading": "A", "text": "B"}
        for work in (
            lambda: revise_template(template, {"title": "Ny"}, **how),
            lambda: add_clause(template, {"key": "ny", **values}, **how),
            lambda: revise_clause(clause, values, **how),
            lambda: remove_clause(clause, **how),
            lambda: move_clause(clause, up=True, **how),
            lambda: publish_template(template, **how),
            lambda: discard_template(template, **how),
        ):
            with pytest.raises(ValidationError, match="offentliggjort og ændres ikke"):
                work()

    def test_an_earlier_day_than_the_one_before_is_refused(self, world: World) -> None:
        template = templates()["voksne-inden-for"]
        early = template.valid_from - timedelta(days=1)
        made = new_version(template, version="1.9", valid_from=early, **secretary(world))
        with pytest.raises(ValidationError, match="senere dag"):
            publish_template(made, **secretary(world))

    def test_a_clause_is_moved_and_a_field_must_be_known(self, world: World) -> None:
        made = version(world)
        first, second = made.clauses.order_by("position")[:2]
        assert move_clause(second, up=True, **secretary(world))
        assert [row.key for row in made.clauses.order_by("position")[:2]] == [
            second.key,
            first.key,
        ]
        assert not move_clause(
            made.clauses.order_by("position").first(),
            up=True,
            **secretary(world),  # type: ignore[arg-type]
        )
        with pytest.raises(ValidationError, match="kendes ikke"):
            revise_clause(first, {"heading": "A", "text": "{cpr}"}, **secretary(world))

    def test_the_second_of_two_who_edit_is_told(self, world: World) -> None:
        clause = version(world).clauses.get(key="forsikring")
        seen = fingerprint(clause)
        values = {"heading": "Forsikring", "text": "A"}
        revise_clause(clause, values, seen=seen, **secretary(world))
        with pytest.raises(RevisionConflict):
            revise_clause(clause, {**values, "text": "B"}, seen=seen, **secretary(world))

    def test_only_the_secretariat_of_the_cooperation_may(self, world: World) -> None:
        made = version(world)
        for role, key in (
            (Role.BUYER, "naboby"),
            (Role.SECRETARIAT, "fjernsekretariatet"),
        ):
            with pytest.raises(PermissionDenied):
                publish_template(made, by=world.actor(role, key), at=AT)


class TestPages:
    def test_from_a_new_version_to_the_difference(self, world: World) -> None:
        template = templates()["voksne-inden-for"]
        client = secretariat(world)
        at = {"template_id": template.pk}
        page = client.post(
            reverse("placements:contract_template_version", kwargs=at),
            {"version": "2.1", "valid_from": "1. september 2025"},
            follow=True,
        )
        assert "Vilkårene er de samme" in words(page)
        made = ContractTemplate.objects.get(version="2.1")
        clause = made.clauses.get(key="forsikring")
        revise = reverse("placements:clause_revise", kwargs={"clause_id": clause.pk})
        seen = seen_in(client.get(revise))
        form = {"seen": seen, "heading": "Forsikring", "text": "Hver part forsikrer sit eget."}
        page = client.post(revise, form, follow=True)
        assert "Hver part forsikrer sit eget." in words(page)
        form = {"key": "egen-hund", "heading": "Hund", "text": "Hunden er med."}
        add = reverse("placements:contract_template_clause", kwargs={"template_id": made.pk})
        assert client.post(add, {**form, "text": "010190-1234"}).status_code == 422
        page = client.post(add, form, follow=True)
        assert "Vilkår: Hund" in words(page)
        publish = reverse("placements:contract_template_publish", kwargs={"template_id": made.pk})
        page = client.post(publish, {"seen": seen_in(client.get(publish))}, follow=True)
        assert "Versionen er offentliggjort" in words(page)
        text = words(client.get(reverse("placements:contract_templates")))
        assert "2.1" in text
        assert "2.0" in text

    def test_others_see_what_is_published(self, world: World) -> None:
        made = version(world)
        client = world.client(Role.READER, "egenby")
        text = words(client.get(reverse("placements:contract_templates")))
        assert "2.0" in text
        assert "2.1" not in text
        publish = reverse("placements:contract_template_publish", kwargs={"template_id": made.pk})
        assert client.post(publish).status_code == 403
