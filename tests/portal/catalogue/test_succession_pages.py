"""The pages of successions and closures: chain, list, planning, undoing and looking up."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook
from succession_samples import (
    by,
    facility,
    legal_form,
    merger,
    organisation,
    places,
    service,
    split,
    successors,
)
from world import MARK, TODAY, World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.catalogue import operations
from rammevaerk.portal.catalogue.models import Facility, FacilityEvent, FacilitySuccession
from rammevaerk.portal.catalogue.operations import Share
from rammevaerk.portal.catalogue.queries.succession import all_steps, chain_of, look_up
from rammevaerk.portal.tariffs.models import TariffReport

# The world's clock stands still; the pages ask the machine's.
COMING = date.today().replace(month=1, day=1).replace(year=date.today().year + 1)  # noqa: DTZ011


@pytest.fixture(autouse=True)
def no_reports_under_way(world: World) -> None:
    TariffReport.objects.update(state="withdrawn")


@pytest.fixture
def secretary(world: World) -> Client:
    return world.client(Role.SECRETARIAT, "sekretariatet")


def address(name: str, **kwargs: Any) -> str:
    return reverse(f"catalogue:{name}", kwargs=kwargs)


def words(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def plan_data(**changes: Any) -> dict[str, Any]:
    """What somebody fills in for a change of legal form."""
    home = facility()
    return {
        "on": COMING.isoformat(),
        "decision": "Byrådet 1. september",
        "reason": "Skolen bliver selvejende",
        "contracts": "reissue",
        "tariffs": "continue",
        "part0_name": "Ny skole og botilbud",
        "part0_operator": home.operator_id,
        "part0_reporter": home.reporter_id,
        "part0_ownership": "independent",
        f"service{service(home).pk}": "carry",
        **changes,
    }


class TestTheChain:
    def test_it_is_walked_both_ways(self, world: World) -> None:
        actor = by(world)["by"]
        first = Facility.objects.get(key="egenby-foer")
        event = operations.succeed(legal_form(), **by(world))
        (last,) = successors(event)
        for one in (first, facility(), last):
            chain = chain_of(one, actor, on=TODAY)
            assert [member.pk for member in chain.members] == [first.pk, facility().pk, last.pk]
            assert [step.kind for step in chain.steps] == ["takeover", "legal_form"]
        assert chain_of(first, actor, on=TODAY).after == {facility().pk, last.pk}
        assert chain_of(last, actor, on=TODAY).before == {facility().pk, first.pk}

    def test_who_holds_depends_on_the_day(self, world: World) -> None:
        actor = by(world)["by"]
        event = operations.succeed(legal_form(), **by(world))
        first = Facility.objects.get(key="egenby-foer")
        for day, holder in (
            (date(2018, 1, 1), first),
            (TODAY, facility()),
            (event.on, successors(event)[0]),
        ):
            assert chain_of(first, actor, on=day).holders == (holder,)

    def test_all_who_merge_stand_in_one_step(self, world: World) -> None:
        operations.succeed(merger(), **by(world))
        steps = [one for one in all_steps(by(world)["by"], on=TODAY) if one.kind == "merger"]
        assert [len(one.predecessors) for one in steps] == [2]

    def test_another_cooperation_s_is_not_in_it(self, world: World) -> None:
        for actor in (by(world)["by"], world.actor(Role.READER, "egenby")):
            assert MARK not in " ".join(step.title for step in all_steps(actor, on=TODAY))

    def test_the_facility_s_page_shows_it(self, world: World) -> None:
        operations.succeed(legal_form(), **by(world))
        for role, key in ((Role.READER, "naboby"), (Role.PROVIDER, "egenby")):
            text = words(world.client(role, key), address("facility", facility_id=facility().pk))
            assert "Forgængere og efterfølgere" in text
            assert "Hjemlig bosted, som det hed før" in text
            assert "Ny skole og botilbud" in text
            assert "<svg" in text

    def test_only_who_may_plan_it_is_offered_it(self, world: World) -> None:
        here = address("facility", facility_id=facility().pk)
        offer = address("succession_choose", facility_id=facility().pk)
        assert offer in words(world.client(Role.PROVIDER, "egenby"), here)
        assert offer not in words(world.client(Role.READER, "egenby"), here)
        assert offer not in words(world.client(Role.PROVIDER, "naboby"), here)


class TestTheList:
    def test_it_is_narrowed_and_written_as_a_workbook(
        self, world: World, secretary: Client
    ) -> None:
        operations.succeed(legal_form(), **by(world))
        text = words(secretary, address("successions") + "?art=legal_form")
        assert "Ny skole og botilbud" in text
        assert "hed før" not in text.partition("<table")[2]
        answer = secretary.get(address("successions_workbook") + "?art=legal_form")
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        rows = book.get_sheet_by_index(0).to_python()
        assert [row[1] for row in rows[1:]] == ["Skift af juridisk form"]

    def test_what_was_undone_is_shown_when_asked_for(self, world: World, secretary: Client) -> None:
        event = operations.succeed(legal_form(), **by(world))
        operations.undo_event(event, reason="Ombestemt", **by(world))
        assert event.title not in words(secretary, address("successions"))
        assert event.title in words(secretary, address("successions") + "?tilstand=undone")
        text = words(secretary, address("facility_event", event_id=event.pk))
        assert "Ombestemt" in text

    @pytest.mark.parametrize(
        "query", ["?aar=x", "?aar=²⁰²⁵", "?kommune=æ", "?art=alt", "?tilstand=1", "?q=%C3"]
    )
    def test_nonsense_narrows_to_nothing_or_is_left_out(
        self, secretary: Client, query: str
    ) -> None:
        words(secretary, address("successions") + query)

    def test_few_queries_whatever_the_number(
        self, world: World, secretary: Client, django_assert_max_num_queries: Any
    ) -> None:
        operations.succeed(legal_form(), **by(world))
        with django_assert_max_num_queries(16):
            words(secretary, address("successions"))


class TestLookingUp:
    def test_an_old_number_leads_to_who_holds_today(self, world: World, secretary: Client) -> None:
        old = facility()
        operations.succeed(legal_form(on=date(2025, 6, 1)), **by(world))
        for text in ("10123", "egenby-bosted", "EGENBY-BOSTED", "1003256789"):
            ways = look_up(text, by(world)["by"], on=TODAY)
            assert old in [way.found for way in ways]
        text = words(secretary, address("look_up") + "?q=egenby-bosted")
        assert "Ny skole og botilbud" in text
        assert "I dag:" in text

    def test_who_still_holds_is_shown_at_once(self, secretary: Client) -> None:
        answer = secretary.get(address("look_up") + "?q=naboby-bosted")
        assert answer.headers["Location"] == address("facility", facility_id=facility("naboby").pk)

    def test_a_foreign_number_leads_nowhere(self, secretary: Client) -> None:
        assert MARK not in words(secretary, address("look_up") + "?q=fjernby-bosted")

    def test_an_empty_page_says_what_to_write(self, secretary: Client) -> None:
        assert "gammel kontrakt" in words(secretary, address("look_up"))


class TestPlanning:
    def here(self, query: str = "art=legal_form") -> str:
        return f"{address('succession_plan', facility_id=facility().pk)}?{query}"

    def test_the_first_step_leads_to_the_second(self, secretary: Client) -> None:
        first = address("succession_choose", facility_id=facility().pk)
        other = facility("naboby").pk
        answer = secretary.get(f"{first}?art=merger&med1={other}")
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith(f"?art=merger&med={other}")
        for query in ("art=merger", f"art=merger&med1={other}&til={other}", "art=x"):
            assert secretary.get(f"{first}?{query}").status_code == 422

    def test_it_is_shown_before_it_is_done(self, world: World, secretary: Client) -> None:
        count = FacilityEvent.objects.count()
        answer = secretary.post(self.here(), plan_data(do="preview"))
        assert answer.status_code == 200
        assert "Det sker, når du gennemfører" in answer.content.decode()
        assert FacilityEvent.objects.count() == count
        answer = secretary.post(self.here(), plan_data(do="carry_out"))
        event = FacilityEvent.objects.get(title__contains="Ny skole")
        assert answer.headers["Location"] == address("facility_event", event_id=event.pk)
        text = words(secretary, answer.headers["Location"])
        assert "Planlagt" in text
        assert "1 takst fortsætter uændret" in text
        assert "kapitel 6.5" in text

    def test_to_stray_from_the_rule_is_asked_about(self, secretary: Client) -> None:
        answer = secretary.post(self.here(), plan_data(contracts="novate", do="carry_out"))
        assert answer.status_code == 422
        assert "Valget for kontrakter er et andet end reglens" in answer.content.decode()

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"on": "1. januar 1999"}, "åbner først"),
            ({"on": "31. februar 2027"}, "findes ikke"),
            ({"part0_name": ""}, "Udfyld «"),
            ({"part0_operator": "999999"}, "Marker en gyldig valgmulighed"),
            ({"part0_cvr": "12345678"}, "er ikke et CVR-nummer"),
            ({"part0_ownership": "municipal"}, "samme ejerform"),
            ({"reason": "Borger 010190-1234"}, "CPR"),
            ({"decision": "x" * 400}, "300"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_done(
        self, world: World, secretary: Client, change: dict[str, Any], said: str
    ) -> None:
        answer = secretary.post(self.here(), plan_data(do="carry_out", **change))
        assert answer.status_code == 422
        text = answer.content.decode()
        assert said in text
        assert facility().valid_to is None

    def test_places_are_divided_in_the_page(self, world: World, secretary: Client) -> None:
        one = service(facility())
        data = plan_data(do="carry_out", contracts="novate")
        del data[f"service{one.pk}"]
        for part, name in enumerate(("Nordhuset", "Sydhuset")):
            data |= {
                f"part{part}_name": name,
                f"part{part}_operator": facility().operator_id,
                f"part{part}_reporter": facility().reporter_id,
                f"part{part}_ownership": "municipal",
                f"service{one.pk}_{part}": 4 + part,
            }
        here = self.here("art=split&dele=2")
        answer = secretary.post(here, data)
        assert "har 10 pladser" in answer.content.decode()
        data[f"service{one.pk}_1"] = 6
        assert secretary.post(here, data).status_code == 302
        parts = Facility.objects.filter(origins__predecessor=facility()).order_by("name")
        assert [places(part, COMING) for part in parts] == [4, 6]

    def test_the_operator_chooses_among_his_own(self, world: World) -> None:
        provider = world.client(Role.PROVIDER, "egenby")
        assert "part0_reporter" not in words(provider, self.here())
        first = address("succession_choose", facility_id=facility().pk)
        assert "Hjemlig bosted i naboby" not in words(provider, first)
        other = f"art=operator&til={facility('naboby').pk}"
        assert "part0_name" in words(provider, self.here(other))

    def test_others_are_kept_out(self, world: World) -> None:
        for name in ("succession_choose", "succession_plan", "closure"):
            here = address(name, facility_id=facility().pk)
            for role, key in ((Role.READER, "egenby"), (Role.PROVIDER, "naboby")):
                assert world.client(role, key).get(here).status_code == 403
            foreign = address(name, facility_id=facility("fjernby").pk)
            assert world.client(Role.PROVIDER, "egenby").get(foreign).status_code == 404

    def test_a_merger_with_three_is_planned_in_the_page(
        self, world: World, secretary: Client
    ) -> None:
        home, other = facility(), facility("naboby")
        query = f"art=merger&med={other.pk}&med=999999&med=x"
        data = plan_data(do="carry_out", contracts="novate", part0_name="Samlet")
        data[f"service{service(other).pk}"] = "carry"
        assert secretary.post(self.here(query), data).status_code == 302
        assert places(Facility.objects.get(name="Samlet"), COMING) == 20
        assert {facility(key).valid_to for key in ("egenby", "naboby")} == {COMING}
        assert home.successions.count() == 1

    def test_an_unknown_kind_leads_back(self, secretary: Client) -> None:
        assert secretary.get(self.here("art=hvadsomhelst")).status_code == 302


class TestClosing:
    def data(self, **changes: Any) -> dict[str, Any]:
        told = COMING - timedelta(days=400)
        return {
            "on": COMING.isoformat(),
            "decision": "Byrådet",
            "reason": "For få borgere",
            "presented_to": "DASSOS",
            "residents_told_on": told.isoformat(),
            **changes,
        }

    def test_it_is_shown_and_then_done(self, world: World, secretary: Client) -> None:
        here = address("closure", facility_id=facility().pk)
        answer = secretary.post(here, self.data(do="preview"))
        assert "Det sker, når du lukker" in answer.content.decode()
        assert facility().valid_to is None
        assert secretary.post(here, self.data(do="carry_out")).status_code == 302
        assert facility().valid_to == COMING
        assert "For få borgere" in words(secretary, address("successions") + "?art=closure")

    def test_it_can_be_undone_in_the_page(self, world: World, secretary: Client) -> None:
        secretary.post(address("closure", facility_id=facility().pk), self.data(do="carry_out"))
        event = FacilityEvent.objects.get(closed=facility())
        here = address("facility_event_undo", event_id=event.pk)
        assert secretary.post(here, {"reason": ""}).status_code == 422
        assert secretary.post(here, {"reason": "Nej", "seen": "0" * 16}).status_code == 409
        assert secretary.post(here, {"reason": "Ombestemt"}).status_code == 302
        assert facility().valid_to is None

    def test_its_facts_are_corrected(self, world: World, secretary: Client) -> None:
        secretary.post(address("closure", facility_id=facility().pk), self.data(do="carry_out"))
        event = FacilityEvent.objects.get(closed=facility())
        here = address("facility_event_revise", event_id=event.pk)
        words(secretary, here)
        said = {"decision": "Byrådet 2. marts", "reason": "Færre", "presented_to": "DASSOS"}
        assert secretary.post(here, said).status_code == 302
        event.refresh_from_db()
        assert event.decision == "Byrådet 2. marts"


def test_a_split_reads_well_in_the_list(world: World, secretary: Client) -> None:
    one = service(facility())
    operations.succeed(split(Share(one.pk, 0, 4), Share(one.pk, 1, 6)), **by(world))
    assert FacilitySuccession.objects.filter(predecessor=facility()).count() == 2
    text = words(secretary, address("successions") + "?art=split")
    assert "Nordhuset og Sydhuset" in text


def test_a_takeover_shows_the_duty(world: World, secretary: Client) -> None:
    assert organisation("naboby")
    text = words(secretary, address("successions") + "?art=takeover")
    assert "skal stå til rådighed for andre" in text


def test_what_the_catalogue_was_filled_with_gets_its_decision(world: World) -> None:
    link = FacilitySuccession.objects.get(predecessor__key="egenby-foer")
    FacilitySuccession.objects.filter(pk=link.pk).update(event=None)
    link.refresh_from_db()
    event = operations.document_succession([link], **by(world))
    link.refresh_from_db()
    assert link.event_id == event.pk
    texts = [one.text for one in operations.outcome_of(event)]
    assert "0 pladser den sidste dag og 10 den første." in texts
    with pytest.raises(ValidationError, match="uden en hændelse"):
        operations.document_succession([link], **by(world))
    FacilityEvent.objects.filter(pk=event.pk).update(on=date(2026, 1, 1))
    event.refresh_from_db()
    with pytest.raises(ValidationError, match="ikke registreret her"):
        operations.undo_event(event, reason="Fejl", **by(world))
