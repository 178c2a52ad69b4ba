"""Invoices handed in by a buyer: what is taken in, what is told, and what is refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from reading_pages import words
from received_samples import (
    AT,
    DAY_ORE,
    JUNE,
    MAY,
    a_home,
    buyer,
    file,
    line,
    numbered,
    paper,
    party,
    take_in,
)
from world import World

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.exchange.invoice.oioubl import write_oioubl
from rammevaerk.exchange.invoice.peppol import write_peppol
from rammevaerk.exchange.invoice.workbook import write_workbook
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.settlement.models import ControlMonth, ReceivedInvoice, ReceivedLine
from rammevaerk.portal.settlement.operations import received as operations
from rammevaerk.portal.settlement.operations.received import take_in_invoices

BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><Invoice>&c;</Invoice>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Invoice>&x;</Invoice>"""


def refused(world: World, *files: tuple[str, bytes]) -> str:
    """What is said of files of which nothing is stored."""
    before = ReceivedInvoice.objects.count(), ReceivedLine.objects.count()
    with pytest.raises(ValidationError) as refusal:
        take_in_invoices(files, by=buyer(world), at=AT)
    assert (ReceivedInvoice.objects.count(), ReceivedLine.objects.count()) == before
    return " ".join(refusal.value.messages)


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (write_oioubl, "a.xml"),
        (write_peppol, "b.xml"),
        (lambda one: write_workbook([one]), "c.xlsx"),
    ],
)
def test_an_invoice_of_any_format_is_kept_as_it_stands(world: World, write: Any, name: str) -> None:
    _home, (placement,) = a_home()
    content = write(paper(line(placement.reference, 31 * DAY_ORE)))
    taken = take_in_invoices([(name, content)], by=buyer(world), at=AT)
    (row,) = taken.stored
    (only,) = row.lines.all()
    assert (row.seller.key, row.label, row.total_ore, row.credit) == (
        "egenby", "2025-17", 31 * DAY_ORE, False,
    )  # fmt: skip
    assert (only.placement_id, only.valid_from, only.valid_to) == (placement.pk, MAY, JUNE)
    assert (only.quantity, only.unit, only.amount_ore) == (3_100, "døgn", 31 * DAY_ORE)
    assert row.remarks == []


def test_a_credit_note_is_negative(world: World) -> None:
    _home, (placement,) = a_home()
    note = paper(
        line(placement.reference, -31 * DAY_ORE, -31), kind="credit", number="2025-18",
        credits="2025-17", credits_issued_on=date(2025, 6, 3),
    )  # fmt: skip
    (row,) = take_in(world, note).stored
    assert (row.credit, row.total_ore, row.credits) == (True, -31 * DAY_ORE, "2025-17")
    assert row.lines.get().quantity == -3_100


def test_a_credit_note_for_an_invoice_that_is_not_here_says_so(world: World) -> None:
    """It may be another buyer's, or one that nobody has seen."""
    _home, (placement,) = a_home()
    row = line(placement.reference, -31 * DAY_ORE, -31)
    note = paper(row, kind="credit", number="2025-18", credits="2025-17")
    (stored,) = take_in(world, note).stored
    client = world.client(Role.BUYER, "naboby")
    address = reverse("settlement:received_invoice", kwargs={"received_id": stored.pk})
    assert "Den regning er hverken modtaget eller udstedt her" in words(client.get(address))
    take_in(world, paper(line(placement.reference, 31 * DAY_ORE)))
    assert "hverken modtaget" not in words(client.get(address))
    ReceivedInvoice.objects.filter(pk=stored.pk).update(credits="")
    assert "Kreditnotaen siger ikke, hvilken regning" in words(client.get(address))


def test_days_that_cannot_be_meant_are_told(world: World) -> None:
    _home, (placement,) = a_home()
    name, content = file(paper(line(placement.reference, 31 * DAY_ORE)))
    for right, wrong in ((b"2025-05-", b"0001-05-"), (b"2025-07-03", b"0001-01-01")):
        assert right in content
        content = content.replace(right, wrong)
    (stored,) = take_in_invoices([(name, content)], by=buyer(world), at=AT).stored
    assert "1 linje har datoer, der ikke kan være rigtige." in stored.remarks
    assert "Betalingsdagen 1. januar 1 kan ikke være rigtig." in stored.remarks
    assert stored.due_on is None


def test_the_same_invoice_twice_is_told_and_kept_once(world: World) -> None:
    _home, (placement,) = a_home()
    one = paper(line(placement.reference, 31 * DAY_ORE))
    taken = take_in(world, one, one)
    assert len(taken.stored) == 1
    assert "modtaget i forvejen" in taken.told[0]
    again = take_in(world, one)
    assert (again.stored, len(again.told)) == ([], 1)


def test_another_invoice_with_a_used_number_is_refused(world: World) -> None:
    _home, (placement,) = a_home()
    take_in(world, paper(line(placement.reference, 31 * DAY_ORE)))
    said = refused(world, file(paper(line(placement.reference, 30 * DAY_ORE))))
    assert "en anden regning med nummer 2025-17" in said


def test_an_invoice_to_another_payer_is_refused_by_cvr_and_by_ean(world: World) -> None:
    numbered()
    other_cvr = replace(party("naboby"), cvr="29189641")
    said = refused(world, file(paper(line("I-1", 100), buyer=other_cvr), "forkert.xml"))
    assert "forkert.xml" in said
    assert "CVR-nummer «29189641»" in said
    other_gln = replace(party("naboby"), gln=party("egenby").gln)
    assert "en andens" in refused(world, file(paper(line("I-1", 100), buyer=other_gln)))


def test_one_bad_file_keeps_all_from_being_stored(world: World) -> None:
    _home, (placement,) = a_home()
    good = file(paper(line(placement.reference, 31 * DAY_ORE)), "god.xml")
    said = refused(world, good, ("ond.xml", BOMB))
    assert "ond.xml" in said
    assert "god.xml" not in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bombe.xml", BOMB),
        ("udefra.xml", OUTSIDE),
        ("tom.xml", b""),
        ("billede.xml", b"\x89PNG\r\n\x1a\n"),
        ("brudt.xml", b"<Invoice><ID>"),
        ("ark.xlsx", b"PK\x03\x04 ikke et ark"),
    ],
)
def test_what_is_no_invoice_is_refused_with_the_files_name(
    world: World, name: str, content: bytes
) -> None:
    numbered()
    assert name in refused(world, (name, content))


def test_a_cpr_number_is_refused_in_a_line_and_in_the_files_name(world: World) -> None:
    _home, (placement,) = a_home()
    secret = "-".join(("010190", "1234"))
    assert find_cpr(secret)
    content = write_oioubl(paper(line(placement.reference, 100)))
    said = refused(world, ("regning.xml", content.replace(b"Ophold", f"Ophold {secret}".encode())))
    assert "CPR-nummer" in said
    assert "1234" not in said
    named = refused(world, (f"{secret}.xml", content))
    assert "filnavnet" in named
    assert "1234" not in named


def test_a_total_that_is_not_its_lines_is_a_remark(world: World) -> None:
    _home, (placement,) = a_home()
    content = write_oioubl(paper(line(placement.reference, 31 * DAY_ORE)))
    payable = b'<cbc:PayableAmount currencyID="DKK">31000.00<'
    assert payable in content
    content = content.replace(payable, payable.replace(b"31000", b"32000"))
    (row,) = take_in_invoices([("a.xml", content)], by=buyer(world), at=AT).stored
    assert "Linjerne giver 31.000,00 kr." in row.remarks[0]


def test_another_payers_placement_is_as_unknown_as_one_that_is_not(world: World) -> None:
    home, _own = a_home()
    theirs = home.admit(MAY, payer="udenfor")
    (row,) = take_in(
        world, paper(line(theirs.reference, 100), line("FINDES-IKKE", 100, position=2))
    ).stored
    assert [one.placement_id for one in row.lines.all()] == [None, None]
    page = world.client(Role.BUYER, "naboby").get(f"/oekonomi/koeb/modtaget/{row.pk}/")
    text = page.content.decode()
    assert text.count("ikke en indskrivning, I betaler for") == 2
    assert f"/indskrivninger/{theirs.pk}/" not in text
    assert theirs.citizen.pseudonym not in text


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.BUYER])
def test_only_a_buyer_hands_in_and_sees_received_invoices(world: World, role: Role) -> None:
    key = "sekretariatet" if role is Role.SECRETARIAT else "egenby"
    with pytest.raises(PermissionDenied):
        take_in_invoices([], by=world.actor(role, key), at=AT)
    client = world.client(role, key)
    assert client.get("/oekonomi/koeb/modtaget/").status_code == 403
    row = ReceivedInvoice.objects.filter(payer__key="naboby").first()
    assert row is not None
    assert client.get(f"/oekonomi/koeb/modtaget/{row.pk}/").status_code == 404


def test_several_files_are_handed_in_on_the_page(world: World) -> None:
    _home, (placement,) = a_home()
    client = world.client(Role.BUYER, "naboby")
    papers = [paper(line(placement.reference, 31 * DAY_ORE), number=f"2025-{at}") for at in (1, 2)]
    files = [SimpleUploadedFile(f"{one.number}.xml", write_oioubl(one)) for one in papers]
    answer = client.post("/oekonomi/koeb/modtaget/ny/", {"invoices": files}, follow=True)
    assert "2 regninger er indlæst" in answer.content.decode()
    wrong = client.post(
        "/oekonomi/koeb/modtaget/ny/", {"invoices": SimpleUploadedFile("b.xml", BOMB)}
    )
    assert wrong.status_code == 422
    assert "b.xml" in wrong.content.decode()
    assert client.post("/oekonomi/koeb/modtaget/ny/", {}).status_code == 422


def test_taking_in_controls_the_months_of_the_lines(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    _home, (placement,) = a_home()
    with django_capture_on_commit_callbacks(execute=True):
        take_in(world, paper(line(placement.reference, 30 * DAY_ORE, 30)))
    found = ControlMonth.objects.get(payer__key="naboby", month=MAY)
    assert (found.state, found.charged_ore) == ("done", 30 * DAY_ORE)


def test_approving_and_objecting_leave_who_and_why_and_can_be_taken_back(world: World) -> None:
    _home, (placement,) = a_home()
    (row,) = take_in(world, paper(line(placement.reference, 31 * DAY_ORE))).stored
    how: dict[str, Any] = {"by": buyer(world), "at": AT}
    with pytest.raises(ValidationError):
        operations.object_to(row, reason=" ", **how)
    operations.object_to(row, reason="Tre døgn for mange.", **how)
    row.refresh_from_db()
    assert (row.state, row.verdict) == ("objected", "Tre døgn for mange.")
    assert row.decided_by_label
    with pytest.raises(ValidationError):
        operations.approve(row, note="", **how)
    operations.reopen(row, **how)
    operations.approve(row, note="", **how)
    row.refresh_from_db()
    assert row.state == "approved"


def test_the_text_of_an_objection_has_the_reason_the_differences_and_no_citizen(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    _home, (placement,) = a_home()
    with django_capture_on_commit_callbacks(execute=True):
        (row,) = take_in(world, paper(line(placement.reference, 34 * DAY_ORE, 34))).stored
    client = world.client(Role.BUYER, "naboby")
    address = f"/oekonomi/koeb/modtaget/{row.pk}"
    answer = client.post(f"{address}/indsigelse/", {"reason": "For mange døgn."}, follow=True)
    text = answer.content.decode()
    assert "For mange døgn." in text
    assert "34 døgn er opkrævet, 31 ventet: 3 for mange." in text
    assert "I alt for meget: 3.000,00 kr." in text
    assert placement.citizen.pseudonym not in text
    assert client.post(f"{address}/indsigelse/", {"reason": ""}).status_code == 422
    assert client.get(f"{address}/forskelle.xlsx").content[:2] == b"PK"
