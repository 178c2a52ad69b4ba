"""A contract is drafted from a placement, sent, approved by both, changed by addenda, ended."""

from datetime import date, timedelta

import pytest
from contract_samples import (
    BEGINS,
    agreed,
    approve_both,
    buyer,
    drafted,
    placed,
    seller,
    sent,
    shown,
    templates,
)
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from world import AT, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.saving import RevisionConflict, fingerprint
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.placements.calculate.contract_text import content_changes
from rammevaerk.portal.placements.models import ContractVersion, Hours, Notice
from rammevaerk.portal.placements.operations.contract_answers import answer_contract, end_contract
from rammevaerk.portal.placements.operations.contracts import (
    begin_addendum,
    draft_contract,
    drop_clause,
    drop_draft,
    recall_contract,
    send_contract,
    write_clause,
    write_fields,
)
from rammevaerk.portal.placements.queries.contract_drafts import drafted_content, drafted_fields
from rammevaerk.portal.placements.queries.contracts import held_before, holding, stage_of

OCTOBER = date(2025, 10, 1)


class TestDrafting:
    def test_the_placement_fills_the_fields(self, world: World) -> None:
        fields = drafted_fields(drafted(world))
        assert fields["seller"] == "Egenby"
        assert fields["p_number"] == "1003256789"
        assert (fields["facility"], fields["portal_id"]) == ("Hjemlig bosted i egenby", "10123")
        assert (fields["buyer"], fields["payer_same"]) == ("Naboby", "ja")
        assert fields["paragraph"] == "SEL § 108, Længerevarende ophold"
        assert fields["price"] == "Helhedstakst 2.450,00 kr."
        assert fields["price_unit"] == "døgn"
        assert fields["days_basis"] == "kalenderåret (365 eller 366)"
        assert fields["hours_citizen"] == "12 timer 30 minutter"
        assert fields["hours_total"] == "17 timer"
        assert fields["supplements"] == "Nattevagt"
        assert fields["goals"] == "1. Kan selv handle ind."
        assert fields["birth_month"] == "maj 1990"
        assert (fields["payment_days"], fields["payer_ean"]) == ("30", "5790000000012")
        assert "økonomiaftale" in fields["price_regulation"]

    def test_another_payer_is_told(self, world: World) -> None:
        placement = placed()
        egenby = world.actor(Role.PROVIDER, "egenby").organisation_id
        placement.payers.update(payer_id=egenby)
        fields = drafted_fields(drafted(world, placement=placement))
        assert (fields["payer_same"], fields["payer"]) == ("nej", "Egenby")

    def test_either_party_may_write_and_nobody_else(self, world: World) -> None:
        template = templates()["voksne-inden-for"]
        placement = placed()
        for role, key in ((Role.SECRETARIAT, "sekretariatet"), (Role.BUYER, "fjernby")):
            with pytest.raises(PermissionDenied):
                draft_contract(
                    placement, template, valid_from=BEGINS, by=world.actor(role, key), at=AT
                )
        contract = draft_contract(placement, template, valid_from=BEGINS, **seller(world))
        assert contract.number == f"K-{placement.reference}"

    def test_one_at_a_time(self, world: World) -> None:
        contract = drafted(world)
        with pytest.raises(ValidationError, match="allerede på vej"):
            drafted(world, placement=contract.placement)
        drop_draft(contract, **buyer(world))
        assert stage_of(contract.__class__.objects.get(pk=contract.pk), BEGINS).text == "Opgivet"
        again = drafted(world, placement=contract.placement)
        assert again.number == f"{contract.number}-2"

    def test_outside_the_standard_needs_a_reason(self, world: World) -> None:
        with pytest.raises(ValidationError, match="hvorfor"):
            draft_contract(placed(), None, valid_from=BEGINS, **buyer(world))
        contract = draft_contract(
            placed("2025-AA33-BB44"), None, valid_from=BEGINS,
            outside_reason="Tilbuddets egen kontrakt.", **buyer(world),
        )  # fmt: skip
        with pytest.raises(ValidationError, match="ingen vilkår"):
            sent(contract, buyer(world))
        write_clause(
            contract, "", heading="Aftalen", text="Som beskrevet.", reason="", **buyer(world)
        )
        assert sent(contract, buyer(world)).deviations == 0

    def test_a_template_for_children_is_not_for_adults(self, world: World) -> None:
        with pytest.raises(ValidationError, match="skabelonen er ikke"):
            drafted(world, template=templates()["boern-inden-for"])

    def test_a_template_is_used_from_its_day(self, world: World) -> None:
        template = templates()["voksne-inden-for"]
        with pytest.raises(ValidationError, match="bruges ikke"):
            draft_contract(placed(), template, valid_from=date(2023, 9, 30), **buyer(world))

    def test_an_enquiry_has_no_contract(self, world: World) -> None:
        with pytest.raises(ValidationError, match="tilbudt en plads"):
            drafted(world, placement=placed(state="enquiry"))


class TestTyping:
    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("payment_days", "31", "30 dage"),
            ("payment_days", "0", "30 dage"),
            ("payment_days", "²", "30 dage"),
            ("payer_ean", "5790000000004", "EAN-nummer"),
            ("billing", "når det passer", "mulighederne"),
            ("notice_months", "13", "helt tal"),
            ("content", "Se 010190-1234.", "CPR"),
            ("seller_contact", "x" * 301, "for lang"),
            ("p_number", "0101901234", "kendes ikke"),
        ],
    )
    def test_what_cannot_stand_there_is_refused(
        self, world: World, name: str, value: str, said: str
    ) -> None:
        contract = drafted(world)
        with pytest.raises(ValidationError, match=said):
            write_fields(contract, {name: value}, valid_from=BEGINS, **buyer(world))
        contract.refresh_from_db()
        assert contract.draft["fields"] == {}

    def test_no_writer_gets_a_cpr_number_into_a_draft(self, world: World) -> None:
        contract = drafted(world)
        contract.draft = {**contract.draft, "fields": {"content": "010190-1234"}}
        with pytest.raises(ValidationError, match="CPR"), transaction.atomic():
            contract.save()
        for values in (
            {"heading": "010190-1234", "text": "a", "reason": "b"},
            {"heading": "a", "text": "010190-1234", "reason": "b"},
            {"heading": "a", "text": "b", "reason": "010190-1234"},
        ):
            with pytest.raises(ValidationError, match="CPR"):
                write_clause(contract, "", **values, **buyer(world))

    def test_what_is_typed_stands_in_the_clauses(self, world: World) -> None:
        contract = drafted(world)
        typed = {"payer_ean": "5790000000005", "payment_days": "21"}
        write_fields(contract, typed, valid_from=BEGINS, **buyer(world))
        contract.refresh_from_db()
        clauses = {one["key"]: one["text"] for one in drafted_content(contract)["clauses"]}
        assert "5790000000005" in clauses["afregning"]
        assert "senest 21 dage" in clauses["afregning"]

    def test_the_second_of_two_who_write_sees_the_first(self, world: World) -> None:
        contract = drafted(world)
        seen = fingerprint(contract)
        write_fields(contract, {"content": "A"}, valid_from=BEGINS, seen=seen, **buyer(world))
        with pytest.raises(RevisionConflict):
            write_fields(contract, {"content": "B"}, valid_from=BEGINS, seen=seen, **seller(world))


class TestDeviations:
    def test_a_deviation_has_a_reason_and_is_counted(self, world: World) -> None:
        contract = drafted(world)
        said = {"heading": "Opsigelse", "text": "Tre måneder."}
        with pytest.raises(ValidationError, match="afviger"):
            write_clause(contract, "opsigelse", **said, reason=" ", **buyer(world))
        write_clause(contract, "opsigelse", **said, reason="Særlig aftale", **buyer(world))
        own = {"heading": "Hund", "text": "Hunden er med."}
        key = write_clause(contract, "", **own, reason="Borgerens ønske", **buyer(world))
        version = sent(contract, buyer(world))
        assert version.deviations == 2
        clause = {one["key"]: one for one in version.content["clauses"]}
        assert clause["opsigelse"]["reason"] == "Særlig aftale"
        assert clause[key]["deviates"] is True
        assert clause["parter"]["deviates"] is False

    def test_the_standard_can_be_put_back(self, world: World) -> None:
        contract = drafted(world)
        said = {"heading": "Opsigelse", "text": "Tre måneder.", "reason": "x"}
        write_clause(contract, "opsigelse", **said, **buyer(world))
        drop_clause(contract, "opsigelse", **buyer(world))
        assert sent(contract, buyer(world)).deviations == 0

    def test_a_clause_may_be_left_out_with_a_reason(self, world: World) -> None:
        contract = drafted(world)
        write_clause(
            contract, "forsikring", heading="Forsikring", text="", reason="Dækket", **buyer(world)
        )
        assert sent(contract, buyer(world)).deviations == 1

    def test_a_field_that_is_not_there_is_refused(self, world: World) -> None:
        contract = drafted(world)
        with pytest.raises(ValidationError, match="kendes ikke"):
            write_clause(contract, "", heading="H", text="{cpr}", reason="x", **buyer(world))


class TestApproval:
    def test_it_is_agreed_when_both_have_approved(self, world: World) -> None:
        contract = drafted(world)
        version = sent(contract, buyer(world))
        answer_contract(version, "seller", approved=True, **seller(world))
        contract.refresh_from_db()
        assert (contract.agreed_at, contract.under_way) == (None, "sent")
        assert holding(contract, BEGINS) is None
        answer_contract(version, "buyer", approved=True, **buyer(world))
        contract.refresh_from_db()
        assert (contract.agreed_at, contract.under_way, contract.draft) == (AT, "", None)
        assert holding(contract, BEGINS) == version
        assert holding(contract, BEGINS - timedelta(days=1)) is None
        assert stage_of(contract, BEGINS).text == "Gælder"
        assert not [one for one in verify() if "contract" in f"{one.target} {one.place}"]

    def test_nobody_answers_for_the_other_side_or_twice(self, world: World) -> None:
        version = sent(drafted(world), buyer(world))
        with pytest.raises(PermissionDenied):
            answer_contract(version, "seller", approved=True, **buyer(world))
        answer_contract(version, "buyer", approved=True, **buyer(world))
        with pytest.raises(ValidationError, match="allerede svaret"):
            answer_contract(version, "buyer", approved=True, **buyer(world))

    def test_a_refusal_needs_a_reason_and_makes_it_a_draft(self, world: World) -> None:
        contract = drafted(world)
        version = sent(contract, buyer(world))
        answer_contract(version, "buyer", approved=True, **buyer(world))
        with pytest.raises(ValidationError, match="hvorfor"):
            answer_contract(version, "seller", approved=False, **seller(world))
        answer_contract(version, "seller", approved=False, reason="Forkerte timer", **seller(world))
        contract.refresh_from_db()
        assert contract.under_way == "draft"
        with pytest.raises(ValidationError, match="ordret"):
            sent(contract, buyer(world))
        write_fields(contract, {"content": "Nyt"}, valid_from=BEGINS, **buyer(world))
        again = sent(contract, buyer(world))
        assert (again.number, again.attempt) == (0, 2)
        with pytest.raises(RevisionConflict):
            answer_contract(version, "buyer", approved=True, **buyer(world))
        approve_both(world, again)

    def test_what_is_sent_is_what_was_shown(self, world: World) -> None:
        contract = drafted(world)
        seen = shown(contract)
        Hours.objects.filter(placement=contract.placement).update(citizen_minutes=600)
        with pytest.raises(RevisionConflict):
            send_contract(contract, seen=seen, **buyer(world))
        assert ContractVersion.objects.filter(contract=contract).count() == 0

    def test_what_was_sent_can_be_taken_back(self, world: World) -> None:
        contract = drafted(world)
        version = sent(contract, buyer(world))
        with pytest.raises(ValidationError, match="til godkendelse"):
            write_fields(contract, {}, valid_from=BEGINS, **buyer(world))
        recall_contract(contract, **buyer(world))
        with pytest.raises(RevisionConflict):
            answer_contract(version, "seller", approved=True, **seller(world))

    def test_it_is_not_sent_without_a_price(self, world: World) -> None:
        placement = placed()
        placement.prices.update(label="Niveau 9")
        with pytest.raises(ValidationError, match="Takst"):
            sent(drafted(world, placement=placement), buyer(world))


class TestAddenda:
    def test_an_addendum_changes_what_holds_from_its_day(self, world: World) -> None:
        contract = agreed(world)
        first = holding(contract, OCTOBER)
        assert first is not None
        begin_addendum(contract, valid_from=OCTOBER, summary="Flere timer", **seller(world))
        version = sent(contract, seller(world))
        assert (version.number, version.valid_from) == (1, OCTOBER)
        changes = {one["name"]: one for one in content_changes(first.content, version.content)}
        assert changes["Borgertimer om ugen"]["after"] == "15 timer"
        assert held_before(version) == first
        approve_both(world, version)
        contract.refresh_from_db()
        assert holding(contract, OCTOBER - timedelta(days=1)) == first
        assert holding(contract, OCTOBER) == version

    def test_it_begins_from_what_was_written(self, world: World) -> None:
        contract = drafted(world)
        write_fields(contract, {"payment_days": "21"}, valid_from=BEGINS, **buyer(world))
        contract.refresh_from_db()
        said = {"heading": "Opsigelse", "text": "Tre måneder.", "reason": "Aftalt"}
        write_clause(contract, "opsigelse", **said, **buyer(world))
        approve_both(world, sent(contract, buyer(world)))
        begin_addendum(contract, valid_from=OCTOBER, summary="x", **buyer(world))
        contract.refresh_from_db()
        assert contract.draft["fields"] == {"payment_days": "21"}
        assert sent(contract, buyer(world)).deviations == 1

    def test_it_comes_after_the_contract(self, world: World) -> None:
        contract = drafted(world)
        with pytest.raises(ValidationError, match="efter kontrakten"):
            begin_addendum(contract, valid_from=OCTOBER, summary="x", **buyer(world))
        approve_both(world, sent(contract, buyer(world)))
        early = BEGINS - timedelta(days=1)
        with pytest.raises(ValidationError, match="gælder først"):
            begin_addendum(contract, valid_from=early, summary="x", **buyer(world))
        begin_addendum(contract, valid_from=OCTOBER, summary="x", **buyer(world))
        with pytest.raises(ValidationError, match="tillæg på vej"):
            begin_addendum(contract, valid_from=OCTOBER, summary="x", **buyer(world))

    def test_it_can_be_given_up_and_its_number_used_again(self, world: World) -> None:
        contract = agreed(world)
        begin_addendum(contract, valid_from=OCTOBER, summary="x", **buyer(world))
        drop_draft(contract, **buyer(world))
        contract.refresh_from_db()
        assert stage_of(contract, BEGINS).text == "Gælder"
        begin_addendum(contract, valid_from=OCTOBER, summary="y", **buyer(world))
        assert sent(contract, buyer(world)).number == 1

    def test_both_may_agree_on_another_end(self, world: World) -> None:
        contract = agreed(world)
        begin_addendum(contract, valid_from=OCTOBER, summary="Kortere", **buyer(world))
        contract.refresh_from_db()
        ends = date(2025, 11, 1)
        write_fields(contract, {}, valid_from=OCTOBER, valid_to=ends, **buyer(world))
        approve_both(world, sent(contract, buyer(world)))
        contract.refresh_from_db()
        assert (contract.valid_to, contract.ended_reason) == (ends, "Aftalt i tillæg 1")


class TestEnding:
    def test_by_the_notice_that_is_agreed(self, world: World) -> None:
        contract = agreed(world)
        early = {"ends_on": date(2025, 7, 31), "reason": "Flytter"}
        with pytest.raises(ValidationError, match=r"1\. august 2025"):
            end_contract(contract, **early, **seller(world))
        ended = end_contract(contract, ends_on=date(2025, 8, 1), reason="Flytter", **seller(world))
        assert stage_of(ended, date(2025, 8, 1)).text == "Ophørt"
        assert holding(ended, date(2025, 8, 1)) is None

    def test_by_a_notice_of_the_placement(self, world: World) -> None:
        contract = agreed(world)
        Notice.objects.create(
            placement=contract.placement, side="buyer", given_on=date(2025, 6, 1), rule="x",
            ends_on=date(2025, 7, 15), registered_at=AT,
        )  # fmt: skip
        ended = end_contract(contract, ends_on=date(2025, 7, 15), reason="Opsagt", **buyer(world))
        assert ended.valid_to == date(2025, 7, 15)

    def test_it_needs_a_reason_and_an_agreed_contract(self, world: World) -> None:
        contract = drafted(world)
        with pytest.raises(ValidationError, match="ikke indgået"):
            end_contract(contract, ends_on=OCTOBER, reason="x", **buyer(world))
        approve_both(world, sent(contract, buyer(world)))
        with pytest.raises(ValidationError, match="hvorfor"):
            end_contract(contract, ends_on=OCTOBER, reason=" ", **buyer(world))

    def test_another_contract_may_follow(self, world: World) -> None:
        contract = agreed(world)
        with pytest.raises(ValidationError, match="gælder i perioden"):
            drafted(world, placement=contract.placement)
        end_contract(contract, ends_on=OCTOBER, reason="Ny kontrakt", **buyer(world))
        template = templates()["voksne-inden-for"]
        again = draft_contract(contract.placement, template, valid_from=OCTOBER, **buyer(world))
        assert again.number == f"{contract.number}-2"
