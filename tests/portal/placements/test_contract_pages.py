"""The pages of contracts: made in the browser by two parties, found in the register, taken out."""

import io
from datetime import date
from typing import Any

import docx
import pytest
from contract_samples import BEGINS, agreed, buyer, drafted, placed, sent, templates
from django.test import Client
from django.urls import reverse
from placement_samples import asked, offered
from python_calamine import CalamineWorkbook
from reading_pages import html, words
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import Organisation
from rammevaerk.portal.catalogue.models import Facility
from rammevaerk.portal.placements.models import Contract, ContractVersion, Placement
from rammevaerk.portal.placements.operations.contracts import write_clause
from rammevaerk.portal.placements.queries.contract_facts import facts_of, with_related

OFFENDING = "010190-1234"


def buys(world: World) -> Client:
    return world.client(Role.BUYER, "naboby")


def sells(world: World) -> Client:
    return world.client(Role.PROVIDER, "egenby")


def at(name: str, row: Any, kwarg: str = "contract_id") -> str:
    return reverse(f"placements:{name}", kwargs={kwarg: row.pk})


def newest() -> Contract:
    return Contract.objects.order_by("-pk").first()  # type: ignore[return-value]


def seen_in(page: Any) -> str:
    return html(page).split('name="seen" value="', 1)[1].split('"', 1)[0]


def test_two_parties_make_a_contract_in_the_browser(world: World) -> None:
    placement, template = placed(), templates()["voksne-inden-for"]
    client = buys(world)
    begin = at("contract_new", placement, "placement_id")
    assert "Standardkontrakt for voksne inden for" in words(client.get(begin))
    form = {"template": template.pk, "valid_from": "1. juli 2025"}
    page = client.post(begin, form, follow=True)
    contract = newest()
    assert "12 timer 30 minutter" in words(page)
    fields = {
        "seen": seen_in(page), "valid_from": "1. juli 2025", "payer_ean": "5790000000005",
        "payment_days": "30", "notice_months": "1", "billing": "månedsvis bagud",
        "content": "Støtte i hverdagen.",
    }  # fmt: skip
    page = client.post(at("contract_fields", contract), fields, follow=True)
    assert "kan sendes til godkendelse" in words(page)
    contract.refresh_from_db()
    assert contract.draft["fields"]["content"] == "Støtte i hverdagen."
    # What is as usual is not typed, and follows the placement.
    assert "payment_days" not in contract.draft["fields"]
    page = client.get(at("contract_send", contract))
    assert "Godkend samtidig som køber" in words(page)
    form = {"seen": seen_in(page), "approve": "on"}
    page = client.post(at("contract_send", contract), form, follow=True)
    assert "venter på svar fra sælger" in words(page)

    client = sells(world)
    version = ContractVersion.objects.get(contract=contract)
    assert "Svar som sælger" in words(client.get(at("contract", contract)))
    answer = at("contract_answer_seller", version, "contract_version_id")
    page = client.post(answer, {"answer": "nej"}, follow=True)
    assert (page.status_code, "hvorfor du afviser" in words(page)) == (422, True)
    page = client.post(answer, {"answer": "ja"}, follow=True)
    assert "Intet udestår" in words(page)
    contract.refresh_from_db()
    assert contract.agreed_at is not None


def test_a_new_contract_for_an_old_stay_is_on_the_standard_of_now(world: World) -> None:
    templates()
    placement = placed(wanted_from=date(2013, 12, 13), offered_from=date(2013, 12, 13))
    page = buys(world).get(at("contract_new", placement, "placement_id"))
    assert "Standardkontrakt for voksne inden for rammeaftalen" in words(page)
    assert page.context["form"].initial["valid_from"] == page.wsgi_request.today


def test_a_contract_is_offered_when_there_is_a_place_to_write_of(world: World) -> None:
    seller = world.client(Role.PROVIDER, "egenby")
    for row, shown in ((offered(world), True), (asked(world), False)):
        page = html(seller.get(reverse("placements:placement", args=[row.pk])))
        link = reverse("placements:contract_new", args=[row.pk])
        assert (f'href="{link}"' in page) is shown


def test_a_clause_is_changed_and_put_back(world: World) -> None:
    contract = drafted(world)
    client = buys(world)
    address = f"{at('contract_clause', contract)}?vilkaar=opsigelse"
    page = client.get(address)
    form = {"seen": seen_in(page), "heading": "Opsigelse", "text": "Tre måneder."}
    page = client.post(address, form)
    assert (page.status_code, "afviger fra standarden her" in words(page)) == (422, True)
    page = client.post(address, {**form, "reason": "Særlig aftale"}, follow=True)
    assert "Begrundelse: Særlig aftale" in words(page)
    assert "1 afvigelse fra standarden" in words(client.get(at("contract", contract)))
    drop = f"{at('contract_clause_drop', contract)}?vilkaar=opsigelse"
    page = client.post(drop, {"seen": seen_in(client.get(drop))}, follow=True)
    assert "Særlig aftale" not in words(page)
    assert client.get(f"{at('contract_clause', contract)}?vilkaar=findes-ikke").status_code == 404


@pytest.mark.parametrize("name", ["content", "seller_contact", "data_contact", "follow_up"])
def test_a_cpr_number_is_refused_at_its_field(world: World, name: str) -> None:
    contract = drafted(world)
    client = buys(world)
    page = client.get(at("contract_fields", contract))
    form = {"seen": seen_in(page), "valid_from": "1. juli 2025", name: f"Se {OFFENDING}"}
    page = client.post(at("contract_fields", contract), form)
    assert page.status_code == 422
    assert "ligner et CPR-nummer: 010190-••••" in words(page)
    contract.refresh_from_db()
    assert contract.draft["fields"] == {}


def test_more_than_30_days_to_pay_is_refused(world: World) -> None:
    contract = drafted(world)
    client = buys(world)
    page = client.get(at("contract_fields", contract))
    form = {"seen": seen_in(page), "valid_from": "1. juli 2025", "payment_days": "31"}
    page = client.post(at("contract_fields", contract), form)
    assert (page.status_code, "Skriv højst 30." in words(page)) == (422, True)


def test_the_second_of_two_who_fill_in_is_told(world: World) -> None:
    contract = drafted(world)
    one, two = buys(world), sells(world)
    address = at("contract_fields", contract)
    forms = [
        {"seen": seen_in(client.get(address)), "valid_from": "1. juli 2025", "content": text}
        for client, text in ((one, "A"), (two, "B"))
    ]
    one.post(address, forms[0])
    page = two.post(address, forms[1], follow=True)
    assert "En anden har ændret kontrakten" in words(page)
    contract.refresh_from_db()
    assert contract.draft["fields"]["content"] == "A"


def test_a_text_that_was_taken_back_cannot_be_answered(world: World) -> None:
    contract = drafted(world)
    version = sent(contract, buyer(world))
    recall = at("contract_recall", contract)
    shown = buys(world).get(recall)
    assert "kladde igen" in words(shown)
    assert "er ændret, siden" in words(buys(world).post(recall, {"seen": "noget andet"}))
    buys(world).post(recall, {"seen": seen_in(shown)})
    answer = at("contract_answer_seller", version, "contract_version_id")
    page = sells(world).post(answer, {"answer": "ja"}, follow=True)
    assert "Dit svar er ikke gemt" in words(page)


def test_others_see_no_contract_and_outsiders_none_of_its_pages(world: World) -> None:
    contract = agreed(world)
    version = ContractVersion.objects.get(contract=contract)
    pages = [at(name, contract) for name in ("contract", "contract_fields", "contract_send")]
    pages += [
        at(name, version, "contract_version_id")
        for name in ("contract_version", "contract_word", "contract_pdf", "contract_answer_buyer")
    ]
    for role, key in (
        (Role.BUYER, "fjernby"),
        (Role.SECRETARIAT, "sekretariatet"),
        (Role.TARIFF_OFFICER, "sekretariatet"),
        (Role.READER, "egenby"),
    ):
        client = world.client(role, key)
        assert {client.get(page).status_code for page in pages} == {404}, role
    page = world.client(Role.SECRETARIAT, "sekretariatet").get(
        reverse("placements:contracts"), follow=True
    )
    assert "Brugen af standardkontrakten" in words(page)
    assert contract.number not in words(page)


def test_the_register_and_its_workbook_show_the_same(world: World) -> None:
    contract = agreed(world)
    waiting = drafted(world, placement=placed("2025-AA33-BB44"))
    write_clause(waiting, "", heading="Hund", text="Hunden er med.", reason="Ønske", **buyer(world))
    sent(waiting, buyer(world))
    client = buys(world)
    register, book = reverse("placements:contracts"), reverse("placements:contracts_workbook")
    text = words(client.get(register))
    assert contract.number in text
    assert waiting.number in text
    for question, numbers in (
        ("?tilstand=svar&standard=afvigelser", {waiting.number}),
        (f"?q={contract.number.lower()}", {contract.number}),
        ("?tilstand=gaelder", {contract.number}),
        ("?tilstand=ophoert", set()),
        ("?standard=udenfor", set()),
    ):
        rows = workbook(client.get(f"{book}{question}"))
        assert {row[0] for row in rows[1:]} & {contract.number, waiting.number} == numbers
        page = words(client.get(f"{register}{question}"))
        assert {one for one in (contract.number, waiting.number) if one in page} == numbers


def workbook(response: Any) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return list(book.get_sheet_by_name("Kontrakter").to_python())


def test_a_version_is_handed_out_as_word_and_pdf(world: World) -> None:
    contract = agreed(world)
    version = ContractVersion.objects.get(contract=contract)
    client = sells(world)
    word = client.get(at("contract_word", version, "contract_version_id"))
    file = docx.Document(io.BytesIO(word.content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(one.text for one in file.paragraphs), *cells])
    assert version.sha256 in text
    assert "Hjemlig Myndighed i naboby, Myndighed, Naboby" in text
    pdf = client.get(at("contract_pdf", version, "contract_version_id"))
    assert pdf.content.startswith(b"%PDF")
    assert "attachment" in pdf["Content-Disposition"]


def test_an_addendum_from_the_browser(world: World) -> None:
    contract = agreed(world)
    client = sells(world)
    form = {"valid_from": "1. oktober 2025", "summary": "Flere timer"}
    page = client.post(at("contract_addendum", contract), form, follow=True)
    text = words(page)
    assert "Tillæg 1 i kladde, fra 1. oktober 2025" in text
    assert "12 timer 30 minutter" in text
    assert "15 timer" in text
    page = client.get(at("contract_send", contract))
    client.post(at("contract_send", contract), {"seen": seen_in(page), "approve": "on"})
    version = ContractVersion.objects.get(contract=contract, number=1)
    page = buys(world).get(at("contract_answer_buyer", version, "contract_version_id"))
    assert "Hvad tillægget ændrer" in words(page)


def test_a_contract_is_ended_no_earlier_than_the_notice(world: World) -> None:
    contract = agreed(world)
    client = buys(world)
    form = {"ends_on": "31. juli 2025", "ended_reason": "Flytter"}
    page = client.post(at("contract_end", contract), form)
    assert (page.status_code, "tidligst ophøre" in words(page)) == (422, True)
    form["ends_on"] = "31. december 2099"
    page = client.post(at("contract_end", contract), form, follow=True)
    assert "til og med 31. december 2099" in words(page)


def test_one_outside_the_standard_says_why(world: World) -> None:
    placement = placed()
    templates()
    client = buys(world)
    begin = at("contract_new", placement, "placement_id")
    form = {"template": "eget", "valid_from": "1. juli 2025"}
    page = client.post(begin, form)
    assert (page.status_code, "Skriv, hvorfor" in words(page)) == (422, True)
    page = client.post(begin, {**form, "outside_reason": "Tilbuddets eget papir"}, follow=True)
    contract = newest()
    assert contract.valid_from == BEGINS
    assert "Uden for standarden: Tilbuddets eget papir" in words(
        client.get(at("contract", contract))
    )


def test_the_standards_offered_are_those_of_the_day_that_was_typed(world: World) -> None:
    placement, template = placed(), templates()["voksne-inden-for"]
    client = buys(world)
    begin = at("contract_new", placement, "placement_id")
    early = {"template": template.pk, "valid_from": "1. januar 2010"}
    page = client.post(begin, early)
    assert page.status_code == 422
    assert "gælder ikke fra den dag, du har skrevet" in words(page)
    assert "Standardkontrakt" not in words(page)
    assert not Contract.objects.filter(placement=placement).exists()
    page = client.post(begin, {**early, "valid_from": "1. juli 2025"})
    assert page.status_code == 302


def test_notice_is_proposed_as_the_contract_says(world: World) -> None:
    contract = agreed(world)
    placement = contract.placement
    placement.state = "admitted"
    placement.save()
    page = buys(world).get(at("notice", placement, "placement_id"))
    proposed = page.context["form"].initial
    assert (proposed["form"], proposed["length"]) == ("running_month", 1)
    assert proposed["clause"] == f"{contract.number}, Opsigelse"


def test_the_seller_s_cvr_number_is_that_of_the_register(world: World) -> None:
    row = placed()
    facility: Any = row.service.facility
    Facility.objects.filter(pk=facility.pk).update(cvr="29189846")
    Organisation.objects.filter(pk=facility.operator_id).update(cvr="29190925")
    [seen] = with_related(Placement.objects.filter(pk=row.pk))
    told = facts_of([seen], world.actor(Role.BUYER, "naboby"), on={row.pk: BEGINS})
    assert told[row.pk]["seller_cvr"] == "29190925"
