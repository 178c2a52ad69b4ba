"""A takstfil of as many rows as one may have: read, shown and stored."""

import pytest
from takstfil_many import many_prices, whole_file
from takstfil_world import NOW, officer
from world import World

from rammevaerk.exchange.tariff_file.layout import ROW_LIMIT
from rammevaerk.portal.access.actions import Role
from rammevaerk.portal.tariffs.models import TariffFileRow, TariffReport
from rammevaerk.portal.tariffs.operations import files
from rammevaerk.portal.tariffs.report_content import content_of

# A file is read into columns: the database hardly takes part.
pytestmark = pytest.mark.sqlite

SERVICES, LABELS = 50, 400


def test_a_file_of_20_000_rows_is_read_shown_and_stored(world: World) -> None:
    assert SERVICES * LABELS == ROW_LIMIT
    by = officer(world)
    many_prices(SERVICES, LABELS)
    file = whole_file(by)
    files.read(file.pk, at=NOW)
    file.refresh_from_db()
    assert (file.state, file.done, file.total) == ("proposed", ROW_LIMIT, ROW_LIMIT)
    changed = TariffFileRow.objects.filter(file=file, kind="changed", chosen=True)
    assert changed.count() == ROW_LIMIT
    page = world.client(Role.TARIFF_OFFICER, "egenby").get(
        f"/oekonomi/takstfil/{file.pk}/?art=changed&side=400"
    )
    assert "Side 400 af 400" in page.content.decode()
    assert files.confirm(file, by=by, at=NOW) == ROW_LIMIT
    files.store(file.pk, at=NOW)
    assert changed.filter(outcome="stored").count() == ROW_LIMIT
    drafts = TariffReport.objects.filter(state="draft", service__key__startswith="mange-")
    assert [len(content_of(one).lines) for one in drafts] == [LABELS] * SERVICES
