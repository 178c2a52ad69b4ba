"""A buyer's own days: typed or from a file, shown before they are kept, and held beside ours."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from agreeing_samples import AT, MAY, Agreement, buyer, civil
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from run_samples import CLERK
from world import World

from rammevaerk.exchange.buyer_days import read_buyer_days, write_template
from rammevaerk.exchange.errors import RefusedFile
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import AuditRecord
from rammevaerk.portal.access.verification import verify
from rammevaerk.portal.settlement.calculate.buyer_claims import Claim
from rammevaerk.portal.settlement.models import BuyerRecord, Statement
from rammevaerk.portal.settlement.operations.records import keep_claims
from rammevaerk.portal.settlement.queries.effects import effects_of
from rammevaerk.portal.settlement.queries.line_rows import compared_line
from rammevaerk.portal.settlement.queries.reconciliation import comparisons
from rammevaerk.portal.settlement.queries.record_proposal import Change, consequence_of, propose

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 2)
HEAD = "Reference;Jeres sagsnummer;Kom;Gik;Fravær fra;Tilbage\n"


def csv(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def held(made: Agreement) -> list[BuyerRecord]:
    return list(
        BuyerRecord.objects.filter(
            placement__in=[one.pk for one in made.placements], superseded_at=None
        ).order_by("placement_id", "valid_from")
    )


def test_without_a_record_the_sellers_days_are_the_only_ones(world: World) -> None:
    made = Agreement().sent()
    assert comparisons(made.statement) == {}


def test_the_day_in_dispute_is_worth_what_the_engine_says_of_it(world: World) -> None:
    made = Agreement(2).sent()
    made.buyer_says(0, civil(28, 10))
    line = made.line(0)
    found = effects_of(made.statement, [compared_line(line)])[line.pk]
    assert (found.seller_ore, found.buyer_ore) == (29 * 100_000, 28 * 100_000)
    assert found.difference_ore == -100_000


def test_absence_that_only_the_buyer_knows_is_worth_its_share(world: World) -> None:
    made = Agreement(1, terms={"absence_full_days": 2, "absence_basis_pct": 40}).sent()
    away = ((date(2025, 5, 10), date(2025, 5, 20)),)
    made.buyer_says(0, civil(29, 10), absences=away)
    line = made.line(0)
    compared = comparisons(made.statement)[line.pk]
    assert [one.day.day for one in compared.differences] == list(range(12, 20))
    (reason,) = compared.reasons()
    assert reason.startswith("12.-19. maj 2025: fravær; køber regner dagen med nedsat betaling")
    assert compared.buyers_days == 29
    found = effects_of(made.statement, [compared_line(line)])[line.pk]
    assert found.difference_ore == -8 * 60_000


def test_a_citizen_the_buyer_had_elsewhere_all_month_costs_nothing_by_its_days(
    world: World,
) -> None:
    made = Agreement(1).sent()
    made.buyer_says(0, civil(3, month=3), start=civil(1, month=3))
    line = made.line(0)
    compared = comparisons(made.statement)[line.pk]
    assert (compared.agreed_days, compared.all_days) == (0, 29)
    found = effects_of(made.statement, [compared_line(line)])[line.pk]
    assert found.buyer_ore == 0


def test_days_the_buyer_does_not_pay_for_are_not_compared(world: World) -> None:
    made = Agreement(1)
    payer = made.placements[0].payers.get()
    type(payer).objects.filter(pk=payer.pk).update(valid_from=date(2025, 5, 11))
    type(payer).objects.create(
        placement=payer.placement, payer=made.home.organisation, acting=payer.acting,
        ground="rsl-9-1", valid_from=date(2025, 5, 1), valid_to=date(2025, 5, 11),
        registered_at=payer.registered_at,
    )  # fmt: skip
    made.run = made.home.run(date(2025, 5, 1), months_back=0)
    made.statement = Statement.objects.select_related("run").get(run=made.run, payer=payer.payer)
    made.buyer_says(0, civil(29, 10), start=civil(11))
    found = comparisons(made.statement)[made.line(0).pk]
    assert (found.days, found.differences) == (19, ())


def test_the_same_said_twice_is_kept_once_and_a_new_word_supersedes(world: World) -> None:
    made = Agreement(2).sent()
    assert made.buyer_says(0, civil(28, 10)) == 1
    records = AuditRecord.objects.count()
    assert made.buyer_says(0, civil(28, 10)) == 0
    assert AuditRecord.objects.count() == records
    assert made.buyer_says(0, civil(27, 10)) == 1
    assert [one.valid_to for one in held(made)] == [civil(27, 10)]
    assert BuyerRecord.objects.filter(placement=made.placements[0]).count() == 2
    assert [one for one in verify() if "købers registrering" in one.place] == []


def test_a_stay_beside_the_others_leaves_them(world: World) -> None:
    made = Agreement(1).sent()
    made.buyer_says(0, civil(10, 10))
    made.buyer_says(0, civil(29, 10), start=civil(12))
    assert [one.valid_from for one in held(made)] == [civil(1), civil(12)]
    made.buyer_says(0, civil(29, 10))
    assert [one.valid_from for one in held(made)] == [civil(1)]


@pytest.mark.parametrize(
    ("start", "end", "absences", "told"),
    [
        (civil(10), civil(9), (), "før borgeren kom"),
        (civil(10), civil(10), (), "før borgeren kom"),
        (datetime.combine(date(1889, 1, 1), time(8)), None, (), "ligge mellem"),
        (civil(1), datetime.combine(date(2099, 1, 1), time(8)), (), "ligge mellem"),
        (civil(1), None, ((date(2025, 5, 9), date(2025, 5, 8)),), "slutter, før"),
        (civil(5), None, ((date(2025, 5, 1), date(2025, 5, 8)),), "uden for opholdet"),
        (
            civil(1),
            None,
            ((date(2025, 5, 1), date(2025, 5, 8)), (date(2025, 5, 7), None)),
            "overlapper",
        ),
        (
            civil(1),
            None,
            tuple((MAY + timedelta(at), MAY + timedelta(at + 1)) for at in range(31)),
            "højst være 30",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    world: World, start: datetime, end: datetime | None, absences: Any, told: str
) -> None:
    made = Agreement(1).sent()
    with pytest.raises(ValidationError, match=told):
        made.buyer_says(0, end, start=start, absences=absences)
    assert held(made) == []


def test_nobody_but_the_buyer_registers_and_only_its_own_citizens(world: World) -> None:
    made = Agreement(1).sent()
    claim = Claim(made.placements[0].pk, civil(1), None)
    for role, who in (
        (Role.TARIFF_OFFICER, "egenby"),
        (Role.BUYER, "egenby"),
        (Role.BUYER, "fjernby"),
        (Role.TARIFF_OFFICER, "naboby"),
    ):
        with pytest.raises(PermissionDenied):
            keep_claims(made.statement, [claim], source="", by=world.actor(role, who), at=AT)
    stranger = Agreement(1, key="andet-hjem", reporter="naboby").placements[0]
    with pytest.raises(ValidationError, match="står ikke på nogen opgørelse"):
        keep_claims(
            made.statement, [Claim(stranger.pk, civil(1), None)], source="", by=CLERK, at=AT
        )


def test_a_file_is_held_against_what_stands_before_anything_is_kept(world: World) -> None:
    made = Agreement(3).sent()
    one, two, three = (placement.reference for placement in made.placements)
    made.buyer_says(0, civil(29, 10))
    made.buyer_says(1, civil(29, 10))
    content = csv(
        f"{one};;01-05-2025 12:00;29-05-2025 10:00;;",
        f"{two};;01-05-2025 12:00;28.5.2025 kl. 9.00;10-05-2025;12-05-2025",
        f"{two};;01-05-2025 12:00;;20-05-2025;21-05-2025",
        f"{three};;2025-05-01T12:00;;;",
        "ukendt-7;;01-05-2025;;;",
        f"{three};;31-02-2025;;;",
        ";;01-05-2025;;;",
    )
    proposal = propose(made.statement, content, "liste.csv", today=TODAY)
    assert proposal.counts() == {"fault": 3, "changed": 1, "new": 1, "same": 1}
    assert len(held(made)) == 2
    faults = {row.number: " ".join(row.problems) for row in proposal.rows if row.problems}
    assert "«ukendt-7» står ikke på nogen opgørelse" in faults[6]
    assert "Kolonne C: «31-02-2025» findes ikke" in faults[7]
    assert "mangler en reference" in faults[8]
    (changed,) = [row for row in proposal.rows if row.change is Change.CHANGED]
    assert "29. maj 2025 kl. 10.00" in changed.before
    assert "28. maj 2025 kl. 09.00; fravær 10. maj 2025 – 12. maj 2025" in changed.after
    follows = consequence_of(made.statement, proposal.claims)
    assert (follows.before, follows.after) == (0, 2)
    assert {line.placement.reference for line, _compared in follows.lines} == {two, three}

    keep_claims(made.statement, proposal.claims, source="liste.csv", by=buyer(world), at=AT)
    again = propose(made.statement, content, "liste.csv", today=TODAY)
    assert again.counts() == {"fault": 3, "changed": 0, "new": 0, "same": 3}
    assert sum(1 for found in comparisons(made.statement).values() if found.differences) == 2


def test_a_case_number_of_the_buyers_own_will_do_when_it_is_one_citizens(world: World) -> None:
    made = Agreement(3)
    for at, case in enumerate(("Sag 1", "Sag 2", "Sag 2")):
        type(made.placements[0]).objects.filter(pk=made.placements[at].pk).update(
            buyer_reference=case
        )
    made.sent()
    content = csv(";sag 1;01-05-2025;;;", ";Sag 2;01-05-2025;;;", ";Sag 9;01-05-2025;;;")
    rows = propose(made.statement, content, "liste.csv", today=TODAY).rows
    assert [row.change for row in rows] == [Change.NEW, Change.FAULT, Change.FAULT]
    assert "står på flere indskrivninger" in rows[1].problems[0]


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "liste.csv", "tom"),
        (b"PK\x03\x04 ikke et regneark", "liste.xlsx", "Filen «liste.xlsx»"),
        (b"\x89PNG\r\n\x1a\n", "liste.csv", "billede"),
        (b"Navn;Dato\nA;B\n", "liste.csv", "ingen række med overskrifterne"),
        (HEAD.encode(), "liste.csv", "ingen rækker under"),
        (csv("010190-1234;;01-05-2025;;;"), "liste.csv", "CPR-nummer"),
        (csv("I-1;;01-05-2025;;;"), "010190-1234.csv", "CPR-nummer"),
        (csv("I-1;;01-05-2025;;;"), "liste.xlsx", "ren tekstfil"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    world: World, content: bytes, name: str, told: str
) -> None:
    made = Agreement(1).sent()
    with pytest.raises(ValidationError, match=told):
        propose(made.statement, content, name, today=TODAY)


def test_more_rows_than_twenty_thousand_are_refused() -> None:
    rows = "\n".join(f"I-{number};;01-05-2025;;;" for number in range(20_001))
    with pytest.raises(RefusedFile, match=r"20\.000 rækker"):
        read_buyer_days((HEAD + rows).encode(), "liste.csv")


def test_the_template_reads_back_as_it_was_written() -> None:
    rows = [["I-1", "Sag 1", "01-05-2025 12:30", "", "", ""], ["I-2", "", "", "", "", ""]]
    content = write_template(rows, at=datetime(2025, 6, 2, 9, 0, tzinfo=UTC))
    first, second = read_buyer_days(content, "skabelon.xlsx")
    assert (first.reference, first.case, first.start) == (
        "I-1",
        "Sag 1",
        datetime.combine(date(2025, 5, 1), time(12, 30)),
    )
    assert second.problems == ("Der mangler en dag under «Kom».",)


def test_a_file_goes_through_the_pages_and_is_kept_when_confirmed(world: World) -> None:
    made = Agreement(2).sent()
    client = world.client(Role.BUYER, "naboby")
    place = f"/oekonomi/afregning/opgoerelser/{made.statement.pk}/egne-doegn/"
    template = client.get(f"{place}skabelon.xlsx")
    assert made.placements[0].reference in " ".join(
        one.reference for one in read_buyer_days(template.content, "x.xlsx")
    )
    file = SimpleUploadedFile(
        "liste.csv", csv(f"{made.placements[0].reference};;01-05-2025 12:00;28-05-2025 10:00;;")
    )
    shown = client.post(place, {"file": file})
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Vi er enige om 28 af 29 dage. 29. maj 2025: udskrivningsdagen" in text
    assert held(made) == []
    payload = shown.context["payload"]
    # Another person can do nothing with what was shown to the first.
    other = world.client(Role.BUYER, "naboby")
    assert other.post(f"{place}gem/", {"indhold": payload[:-3] + "abc"}).status_code == 302
    assert held(made) == []
    client.post(f"{place}gem/", {"indhold": payload})
    (row,) = held(made)
    assert (row.valid_to, row.source) == (civil(28, 10), "liste.csv")
    page = client.get(f"/oekonomi/afregning/opgoerelser/{made.statement.pk}/").content.decode()
    assert "Forskel i kroner: -1.000,00 kr." in page


def test_a_file_with_a_cpr_number_is_refused_on_its_page_and_not_shown(world: World) -> None:
    made = Agreement(1).sent()
    client = world.client(Role.BUYER, "naboby")
    place = f"/oekonomi/afregning/opgoerelser/{made.statement.pk}/egne-doegn/"
    file = SimpleUploadedFile("liste.csv", csv("010190-1234;;01-05-2025;;;"))
    answer = client.post(place, {"file": file})
    assert answer.status_code == 422
    assert "010190-••••" in answer.content.decode()
    assert "010190-1234" not in answer.content.decode()


def test_a_stay_is_typed_changed_and_not_written_over_unseen(world: World) -> None:
    made = Agreement(1).sent()
    client = world.client(Role.BUYER, "naboby")
    place = f"/oekonomi/afregning/linjer/{made.line().pk}/egne-doegn/"
    said = {"came": "1. maj 2025", "came_at": "12.00", "left": "28-05-2025", "left_at": "10.30",
            "away_0": "10-05-2025", "back_0": "12-05-2025", "source": "Fagsystem"}  # fmt: skip
    assert client.post(place, {**said, "seen": ""}).status_code == 302
    (row,) = held(made)
    assert (row.valid_from, row.valid_to) == (civil(1), civil(28, 10).replace(minute=30))
    assert row.absences == [["2025-05-10", "2025-05-12"]]
    shown = client.get(f"{place}?nr={row.pk}")
    seen = shown.context["seen"]
    assert "28. maj 2025" in shown.content.decode()
    late = client.post(f"{place}?nr={row.pk}", {**said, "left": "27-05-2025", "seen": "andet"})
    assert late.status_code == 409
    assert (
        client.post(
            f"{place}?nr={row.pk}", {**said, "left": "27-05-2025", "seen": seen}
        ).status_code
        == 302
    )
    assert [one.valid_to.day for one in held(made) if one.valid_to] == [27]
    wrong = client.post(f"{place}?nr=0", {"came": "32. maj 2025", "came_at": "25.00", "seen": ""})
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "maj 2025 har 31 dage" in text
    assert "intet klokkeslæt" in text
