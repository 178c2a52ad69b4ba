"""The pages of statements and lines, as each party and nobody else sees them."""

import io
from datetime import date

import pytest
from agreeing_samples import AT, Agreement, State, buyer, civil, seller
from python_calamine import CalamineWorkbook
from reading_pages import html, secretariat, words
from run_samples import CLERK
from world import MARK, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.saving import fingerprint
from rammevaerk.portal.settlement.models import LineStanding, Statement
from rammevaerk.portal.settlement.operations.answers import agree_chosen, concede, dispute, uphold
from rammevaerk.portal.settlement.queries.statement_needs import statement_needs

pytestmark = pytest.mark.django_db
PLACE = "/oekonomi/afregning"


def rows_of(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_buyer_agrees_to_what_is_alike_and_objects_to_the_day_that_is_not(
    world: World,
) -> None:
    made = Agreement().sent()
    made.buyer_says(1, civil(28, 10))
    client = world.client(Role.BUYER, "naboby")
    place = f"{PLACE}/opgoerelser/{made.statement.pk}/"
    page = client.get(place)
    text = words(page)
    assert "Opgørelse for maj 2025: Egenby til Naboby" in text
    assert "2 åbne linjer er uden forskelle. Kun sælgers døgn er registreret." in text
    assert "Vi er enige om 28 af 29 dage. 29. maj 2025: udskrivningsdagen; sælger" in text
    assert "Forskel i kroner: -1.000,00 kr." in text

    seen = page.context["agreeable"].print
    told = words(client.post(f"{place}godkend-alle/", {"seen": seen}, follow=True))
    assert "2 linjer er godkendt." in told
    again = words(client.post(f"{place}godkend-alle/", {"seen": seen}, follow=True))
    assert "Opgørelsen er ændret, mens du så på den" in again

    line = made.line(1)
    shown = client.get(f"{PLACE}/linjer/{line.pk}/")
    form = shown.context["dispute_form"]
    assert form.initial["day"] == "2025-05-29"
    assert "udskrivningsdagen" in form.initial["reason"]
    worth = "Med sælgers døgn koster måneden 29.000,00 kr., med købers 28.000,00 kr."
    assert f"{worth} Forskellen er -1.000,00 kr." in words(shown)
    said = {"day": "2025-05-29", "reason": "Gik den 28.", "seen": shown.context["row"].seen}
    answer = words(client.post(f"{PLACE}/linjer/{line.pk}/bestrid/", said, follow=True))
    assert "Linjen er bestridt." in answer
    assert "Den venter på Egenby" in answer
    assert made.states() == [State.AGREED, State.DISPUTED, State.AGREED]
    assert "Bestridt" in words(client.get(f"{place}?vis=disputed"))
    late = client.post(f"{PLACE}/linjer/{line.pk}/bestrid/", said)
    assert late.status_code == 409
    assert "ændret, mens du skrev" in words(late)


def test_the_seller_goes_from_the_statement_to_its_invoices(world: World) -> None:
    made = Agreement().sent()
    place = f"{PLACE}/opgoerelser/{made.statement.pk}/"
    bills = f"/oekonomi/regninger/opgoerelse/{made.statement.pk}/"
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    assert f'class="button button-secondary" href="{bills}"' in html(client.get(place))
    line = made.line()
    seen = {line.pk: fingerprint(LineStanding.objects.get(line=line))}
    agree_chosen(made.statement, seen, by=buyer(world), at=AT)
    assert f'class="button button-primary" href="{bills}"' in html(client.get(place))
    assert bills not in html(world.client(Role.BUYER, "naboby").get(place))


def test_the_seller_upholds_or_gives_right_on_the_line(world: World) -> None:
    made = Agreement().sent()
    line = made.line()
    dispute(line, day=date(2025, 5, 29), reason="Gik den 28.", by=buyer(world), at=AT)
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    place = f"{PLACE}/linjer/{line.pk}/"
    page = client.get(place)
    assert "Fasthold linjen" in words(page)
    assert "Godkend linjen" not in words(page)
    seen = page.context["row"].seen
    empty = client.post(f"{place}fasthold/", {"reason": "", "seen": seen})
    assert empty.status_code == 422
    told = words(
        client.post(f"{place}fasthold/", {"reason": "Han gik den 29.", "seen": seen}, follow=True)
    )
    assert "Linjen er fastholdt." in told
    assert "Fastholdt af sælger" in told
    assert "Dag: 29. maj 2025" in told

    dispute(line, day=None, reason="Stadig uenig", by=buyer(world), at=AT)
    seen = client.get(place).context["row"].seen
    told = words(client.post(f"{place}giv-ret/", {"reason": "", "seen": seen}, follow=True))
    assert "Sælger retter" in told
    assert "næste kørsel erstatter linjen" in told
    own = world.client(Role.BUYER, "naboby")
    seen = own.get(place).context["row"].seen
    assert "Linjen er godkendt." in words(own.post(f"{place}godkend/", {"seen": seen}, follow=True))


def test_chosen_lines_are_agreed_from_the_page_they_stand_on(world: World) -> None:
    made = Agreement().sent()
    client = world.client(Role.BUYER, "naboby")
    place = f"{PLACE}/opgoerelser/{made.statement.pk}/"
    chosen = [
        f"{row.line.pk}:{row.seen}" for row in client.get(f"{place}?vis=open").context["rows"][:2]
    ]
    answer = client.post(f"{place}godkend/?vis=open", {"linje": chosen})
    assert answer["Location"] == f"{place}?vis=open"
    assert sorted(made.states()) == [State.AGREED, State.AGREED, State.OPEN]
    none = words(client.post(f"{place}godkend/", {"linje": ["abc", "1:2:3"]}, follow=True))
    assert "Intet er gemt" in none
    assert "Vælg mindst én linje." in words(client.post(f"{place}godkend/", {}, follow=True))


@pytest.mark.parametrize(
    ("role", "who", "status"),
    [
        (Role.BUYER, "naboby", 200),
        (Role.TARIFF_OFFICER, "egenby", 200),
        (Role.PROVIDER, "egenby", 200),
        (Role.SECRETARIAT, "sekretariatet", 200),
        (Role.BUYER, "fjernby", 404),
        (Role.SECRETARIAT, "fjernsekretariatet", 404),
        (Role.DIRECTOR, "naboby", 404),
        (Role.READER, "egenby", 404),
    ],
)
def test_a_statement_is_for_its_parties_and_the_secretariat(
    world: World, role: Role, who: str, status: int
) -> None:
    made = Agreement().sent()
    client = world.client(role, who)
    line = made.line().pk
    for place in (
        f"opgoerelser/{made.statement.pk}/",
        f"opgoerelser/{made.statement.pk}/linjer.xlsx",
        f"linjer/{line}/",
    ):
        assert client.get(f"{PLACE}/{place}").status_code == status, place
    posts = (
        f"opgoerelser/{made.statement.pk}/godkend/",
        f"opgoerelser/{made.statement.pk}/godkend-alle/",
        f"opgoerelser/{made.statement.pk}/egne-doegn/gem/",
        f"linjer/{line}/godkend/",
        f"linjer/{line}/bestrid/",
    )
    if (role, who) != (Role.BUYER, "naboby"):
        for place in posts:
            expected = 404 if status == 404 else 403
            assert client.post(f"{PLACE}/{place}").status_code == expected, place
    assert set(made.states()) == {State.OPEN}


def test_the_buyer_sees_nothing_of_a_draft(world: World) -> None:
    made = Agreement()
    run = made.home.run(date(2025, 5, 1), months_back=0)
    statement = Statement.objects.get(run=run)
    line = statement.lines.first()
    assert line is not None
    for role, who, status in (
        (Role.BUYER, "naboby", 404),
        (Role.TARIFF_OFFICER, "egenby", 200),
        (Role.SECRETARIAT, "sekretariatet", 200),
    ):
        client = world.client(role, who)
        assert client.get(f"{PLACE}/opgoerelser/{statement.pk}/").status_code == status
        assert client.get(f"{PLACE}/linjer/{line.pk}/").status_code == status
        listed = html(client.get(f"{PLACE}/opgoerelser/?maaned=2025-05-01"))
        assert (f"/opgoerelser/{statement.pk}/" in listed) is (status == 200)


def test_the_secretariat_sees_that_days_differ_but_not_when_somebody_came_and_left(
    world: World,
) -> None:
    made = Agreement().sent()
    made.buyer_says(0, civil(28, 10))
    client = secretariat(world)
    page = words(client.get(f"{PLACE}/opgoerelser/{made.statement.pk}/"))
    assert "Vi er enige om 28 af 29 dage." in page
    assert "udskrivningsdagen" not in page
    line = words(client.get(f"{PLACE}/linjer/{made.line().pk}/"))
    assert "Kom" not in line
    assert "kl. 10.00" not in line


def test_the_lists_hold_what_is_the_readers_own_and_go_to_a_workbook(world: World) -> None:
    made = Agreement().sent()
    client = world.client(Role.BUYER, "naboby")
    page = client.get(f"{PLACE}/opgoerelser/?maaned=2025-05-01&mine=on")
    assert "1 opgørelse: 3 linjer, 87 døgn, 87.000,00 kr." in words(page)
    assert "skulle være besvaret 16. juni 2025" in words(page)
    assert MARK not in html(client.get(f"{PLACE}/opgoerelser/"))
    assert client.get(f"{PLACE}/opgoerelser/?maaned=ukendt").status_code == 422
    head, row = rows_of(
        client.get(f"{PLACE}/opgoerelser/opgoerelser.xlsx?maaned=2025-05-01").content
    )
    assert dict(zip(head, row, strict=True))["Afventer køber"] == 3
    made.buyer_says(2, civil(28, 10))
    lines = rows_of(
        client.get(f"{PLACE}/opgoerelser/{made.statement.pk}/linjer.xlsx?vis=forskelle").content
    )
    assert len(lines) == 2
    found = dict(zip(lines[0], lines[1], strict=True))
    assert (found["Sælgers døgn"], found["Købers døgn"], found["I alt (kr.)"]) == (29, 28, 29_000)


def test_disputes_stand_with_owner_and_due_day(world: World) -> None:
    made = Agreement().sent()
    dispute(made.line(0), day=None, reason="Forkert takst", by=buyer(world), at=AT)
    dispute(made.line(1), day=None, reason="Ikke vores", by=buyer(world), at=AT)
    uphold(made.line(1), reason="Jo", by=seller(world), at=AT)
    client = world.client(Role.TARIFF_OFFICER, "egenby")
    every = words(client.get(f"{PLACE}/uenigheder/"))
    assert "2 uenigheder, heraf 2 over fristen" in every
    mine = words(client.get(f"{PLACE}/uenigheder/?mine=1"))
    assert "1 uenighed" in mine
    assert "Forkert takst" in mine
    rows = rows_of(client.get(f"{PLACE}/uenigheder/uenigheder.xlsx").content)
    assert [row[8] for row in rows[1:]] == ["Egenby", "Naboby"]
    assert "Ingen uenigheder" in words(
        world.client(Role.BUYER, "fjernby").get(f"{PLACE}/uenigheder/")
    )


def test_what_waits_is_said_on_the_overview_until_it_is_done(world: World) -> None:
    made = Agreement().sent()
    LineStanding.objects.exclude(line__statement=made.statement).update(waits_for=None)
    on = date(2025, 6, 10)
    (need,) = statement_needs(buyer(world), on=on)
    assert (need.title, need.mark) == ("1 opgørelse venter på jeres svar", "Afventer svar")
    assert statement_needs(seller(world), on=on) == []
    seen = {made.line(at).pk: fingerprint(made.standing(at)) for at in (0, 1)}
    agree_chosen(made.statement, seen, by=buyer(world), at=AT)
    dispute(made.line(2), day=None, reason="Nej", by=buyer(world), at=AT)
    assert statement_needs(buyer(world), on=on) == []
    (need,) = statement_needs(seller(world), on=date(2025, 8, 1))
    assert (need.title, need.kind) == ("1 bestridt linje venter på jeres svar", "late")
    assert statement_needs(CLERK, on=on) == []


def test_a_buyer_found_right_waits_for_the_one_who_corrects_the_placement(world: World) -> None:
    made = Agreement(1).sent()
    LineStanding.objects.exclude(line__statement=made.statement).update(waits_for=None)
    on, provider = date(2025, 6, 10), world.actor(Role.PROVIDER, "egenby")
    dispute(made.line(), day=None, reason="Nej", by=buyer(world), at=AT)
    assert statement_needs(provider, on=on) == []
    concede(made.line(), reason="", by=seller(world), at=AT)
    assert statement_needs(seller(world), on=on) == []
    (need,) = statement_needs(provider, on=on)
    assert need.title == "1 linje, hvor køber har fået ret: ret indskrivningen"
    page = words(world.client(Role.PROVIDER, "egenby").get(need.url))
    assert "Gå til indskrivningen" in page


def test_a_line_for_something_else_than_a_stay_has_no_days_to_compare(world: World) -> None:
    made = Agreement().sent()
    line = made.line()
    other = type(line).objects.create(
        statement=made.statement, kind="special", part="S-1", text="Særligt tilskud",
        valid_from=line.valid_from, valid_to=line.valid_to, days=0, basis_ore=500, total_ore=500,
    )  # fmt: skip
    LineStanding.objects.create(
        line=other, valid_from=other.valid_from, valid_to=other.valid_to, state="open"
    )
    client = world.client(Role.BUYER, "naboby")
    page = words(client.get(f"{PLACE}/linjer/{other.pk}/"))
    assert "Særligt tilskud, maj 2025" in page
    assert "Døgnene hos begge parter" not in page
    assert client.get(f"{PLACE}/linjer/{other.pk}/egne-doegn/").status_code == 302
