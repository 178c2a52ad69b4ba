"""The main navigation: registered once, in order, and only for those who can go there."""

import pytest
from django.test import RequestFactory
from django.urls import reverse
from world import World

from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.access.models import CooperationMember
from rammevaerk.portal.common import navigation
from rammevaerk.portal.common.crumbs import trail
from rammevaerk.portal.common.navigation import Entry


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registries of the test's own."""
    monkeypatch.setattr(navigation, "_entries", [])
    monkeypatch.setattr(navigation, "_edition_sources", [])


def entry(position: int, label: str, prefix: str = "/x/", shown: bool = True) -> Entry:
    return Entry(position, label, "publishing:home", prefix, lambda request: shown)


def labels(path: str = "/") -> list[str]:
    request = RequestFactory().get(path)
    return [one["label"] for one in navigation.entries_for(request)]


@pytest.mark.usefixtures("empty")
def test_words_stand_in_their_order_and_once() -> None:
    last, first = entry(30, "Sidst"), entry(10, "Først")
    for one in (last, first, last):
        navigation.register(one)
    assert labels() == ["Først", "Sidst"]


@pytest.mark.usefixtures("empty")
def test_a_word_is_shown_to_those_it_is_for() -> None:
    navigation.register(entry(10, "Skjult", shown=False))
    navigation.register(entry(20, "Åben"))
    assert labels() == ["Åben"]


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("path", "current"), [("/", True), ("/x/", True), ("/x/y/", True), ("/y/", False)]
)
def test_the_word_one_is_under_is_marked(path: str, current: bool) -> None:
    navigation.register(entry(10, "Her"))
    (found,) = navigation.entries_for(RequestFactory().get(path))
    assert found["current"] is current


@pytest.mark.usefixtures("empty")
def test_the_overview_is_marked_on_its_own_page_only() -> None:
    navigation.register(entry(10, "Overblik", prefix="/"))
    marks = [
        navigation.entries_for(RequestFactory().get(path))[0]["current"] for path in ("/", "/y/")
    ]
    assert marks == [True, False]


@pytest.mark.usefixtures("empty")
def test_editions_come_from_every_source_once() -> None:
    def source(_request: object) -> list[dict[str, str]]:
        return [{"label": "2025-26"}]

    navigation.register_editions(source)
    navigation.register_editions(source)
    assert navigation.editions_for(RequestFactory().get("/")) == [{"label": "2025-26"}]


def test_crumbs_begin_with_the_overview_and_end_with_the_page() -> None:
    assert trail(("Rammeaftaler", "/aftale/"), "Her") == [
        {"label": "Overblik", "url": "/"},
        {"label": "Rammeaftaler", "url": "/aftale/"},
        {"label": "Her", "url": ""},
    ]


def test_every_page_marks_where_one_is(world: World) -> None:
    client = world.client(Role.READER, "egenby")
    for name, label in (("publishing:home", "Overblik"), ("agreement:editions", "Aftale")):
        page = client.get(reverse(name)).content.decode()
        assert f'aria-current="true">{label}</a>' in page


def test_the_switch_of_editions_shows_only_ones_own(world: World) -> None:
    page = world.client(Role.READER, "egenby").get("/").content.decode()
    assert "FREMMED" not in page
    CooperationMember.objects.filter(organisation__key="egenby").delete()
    page = world.client(Role.READER, "egenby").get("/").content.decode()
    assert "Hjemlig udgave" not in page
