"""The catalogue and the tariffs of the small world: one row of every model on each side.

Every member reports a facility of its own with all that hangs on it.
"""

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction

from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.audit import prints_of, record, snapshot
from rammevaerk.portal.access.models import Cooperation, Organisation
from rammevaerk.portal.catalogue.models import (
    Approval,
    Department,
    Facility,
    FacilityEvent,
    FacilitySuccession,
    FacilityUse,
    OccupancyFigure,
    Paragraph,
    ParagraphSuccession,
    PlaceCapacity,
    PublishedCount,
    Service,
    ServiceParagraph,
    ServiceTargetGroup,
    TargetGroup,
    Vacancy,
)
from rammevaerk.portal.tariffs.models import (
    ColumnMapping,
    IndexChoice,
    IndexEstimate,
    OccupancyDispensation,
    PlacementSet,
    Study,
    SupplementTurnover,
    Tariff,
    TariffFile,
    TariffFileRow,
    TariffModel,
    TariffReport,
    TariffReportStep,
    UnmetReduction,
)

if TYPE_CHECKING:
    from world import World

OPENED = date(2015, 1, 1)
TAKEN_OVER = date(2020, 1, 1)
REGISTERED = datetime(2025, 1, 2, 9, 0, tzinfo=UTC)


def build_tariffs(
    world: "World",
    side: str,
    cooperation: Cooperation,
    members: list[str],
    word: str,
    how: dict[str, Any],
) -> None:
    """The national words once, and for each member a facility with places, prices and files."""
    words = _vocabulary(world, side)
    for key in members:
        organisation = Organisation.objects.get(key=key)
        service = _facility(world, side, cooperation, organisation, word, words)
        _places(world, side, key, service, word)
        _tariffs(world, side, key, service, word, how)
        _of_the_operator(world, side, cooperation, organisation, word)
        _files_and_studies(world, side, cooperation, organisation, word)
    estimate = IndexEstimate.objects.create(
        cooperation=cooperation, series="trepart", year=2020, growth_points=10,
        published_on=date(2019, 6, 30), source=f"{word} skøn", registered_at=REGISTERED,
        registered_by=f"{word} sekretær",
    )  # fmt: skip
    world.keep(estimate, side=side)
    _recorded(cooperation, how)


def _recorded(cooperation: Cooperation, how: dict[str, Any]) -> None:
    """Rows that no operation made stand in the trail as rows that were loaded together do."""
    kinds = [
        one for app in ("catalogue", "tariffs") for one in apps.get_app_config(app).get_models()
    ]
    with transaction.atomic():
        record(
            how["by"], Action.FACILITY_MANAGE, cooperation, at=how["at"],
            before=snapshot(cooperation),
            loaded={one._meta.label_lower: prints_of(one._default_manager.all()) for one in kinds},
        )  # fmt: skip


def _vocabulary(world: "World", side: str) -> dict[str, Any]:
    """Paragraphs and target groups belong to nobody: both sides have the same rows."""
    old, _made = Paragraph.objects.get_or_create(
        key="sel-66-1-6",
        defaults={
            "law": "SEL", "number": "66, stk. 1, nr. 6", "position": 660106,
            "title": "Anbringelse på børne- og ungehjem", "audience": "children",
            "valid_from": date(2011, 1, 1), "valid_to": date(2024, 1, 1),
        },
    )  # fmt: skip
    new, _made = Paragraph.objects.get_or_create(
        key="bl-43-1-6",
        defaults={
            "law": "BL", "number": "43, stk. 1, nr. 6", "position": 9430106,
            "title": "Anbringelse på børne- og ungehjem", "audience": "children",
            "valid_from": date(2024, 1, 1),
        },
    )  # fmt: skip
    mapping, _made = ParagraphSuccession.objects.get_or_create(
        predecessor=old, successor=new, defaults={"on": date(2024, 1, 1)}
    )
    adults, _made = Paragraph.objects.get_or_create(
        key="sel-108",
        defaults={
            "law": "SEL", "number": "108", "position": 1080000, "title": "Længerevarende ophold",
            "audience": "adults", "valid_from": date(1998, 7, 1),
        },
    )  # fmt: skip
    parent, _made = TargetGroup.objects.get_or_create(
        key="handicap",
        defaults={
            "name": "Funktionsnedsættelse", "audience": "both", "position": 1,
            "valid_from": OPENED,
        },
    )  # fmt: skip
    group, _made = TargetGroup.objects.get_or_create(
        key="autisme",
        defaults={
            "name": "Autismespektrum", "parent": parent, "audience": "both", "position": 2,
            "valid_from": OPENED,
        },
    )  # fmt: skip
    for row in (old, new, adults, mapping, parent, group):
        world.keep(row, side=side)
    return {"paragraph": adults, "group": group}


def _facility(
    world: "World",
    side: str,
    cooperation: Cooperation,
    operator: Organisation,
    word: str,
    words: dict[str, Any],
) -> Service:
    key = operator.key
    common: dict[str, Any] = {
        "cooperation": cooperation, "operator": operator, "reporter": operator,
        "municipality": operator, "ownership": "municipal", "kind": "residential",
        "address": f"{word} vej 1", "description": f"{word} beskrivelse",
    }  # fmt: skip
    before = Facility.objects.create(
        **common, key=f"{key}-foer", name=f"{word} bosted, som det hed før", valid_from=OPENED,
        valid_to=TAKEN_OVER, closing_reason=f"{word} overtagelse",
    )  # fmt: skip
    facility = Facility.objects.create(
        **common, key=f"{key}-bosted", name=f"{word} bosted i {key}", cvr="29189846",
        p_number="1003256789", portal_id="10123", reach="specialised", valid_from=TAKEN_OVER,
    )  # fmt: skip
    department = Department.objects.create(
        facility=facility, key="huset", name=f"{word} afdeling", valid_from=TAKEN_OVER
    )
    service = Service.objects.create(
        facility=facility, department=department, key="ophold", name=f"{word} ophold",
        setting="day_and_night", audience="adults", age_from=18, valid_from=TAKEN_OVER,
    )  # fmt: skip
    event = FacilityEvent.objects.create(
        cooperation=cooperation, reporter=operator, kind="takeover", on=TAKEN_OVER,
        title=f"{word} bosted går over", reason=f"{word} grund", decision=f"{word} beslutning",
        contracts="novate", tariffs="continue", must_stay_available=True,
        outcome=json.dumps([{"subject": "Takster", "text": f"{word} takster fortsætter."}]),
        effects="{}", registered_at=REGISTERED,
    )  # fmt: skip
    rows = [
        before,
        facility,
        event,
        department,
        service,
        FacilitySuccession.objects.create(
            event=event, predecessor=before, successor=facility, on=TAKEN_OVER, kind="takeover",
            contracts="novate", tariffs="continue", must_stay_available=True,
            decision=f"{word} byrådsbeslutning", reason=f"{word} grund",
        ),
        ServiceParagraph.objects.create(
            service=service, paragraph=words["paragraph"], valid_from=TAKEN_OVER
        ),
        ServiceTargetGroup.objects.create(
            service=service, target_group=words["group"], is_main=True, valid_from=TAKEN_OVER
        ),
        Approval.objects.create(
            facility=facility, status="approved", authority=f"{word} tilsyn", places=12,
            valid_from=TAKEN_OVER,
        ),
        FacilityUse.objects.create(facility=facility, buyer=operator, year=2025, citizens=5),
    ]  # fmt: skip
    for row in rows:
        world.keep(row, key, side)
    return service


def _places(world: "World", side: str, key: str, service: Service, word: str) -> None:
    at = {"service": service, "registered_at": REGISTERED}
    rows = [
        PlaceCapacity.objects.create(
            **at, places=10, covered=10, valid_from=TAKEN_OVER, reason=f"{word} åbning"
        ),
        OccupancyFigure.objects.create(
            **at, year=2025, kind="budgeted", basis_points=9_700, source=f"{word} budget"
        ),
        Vacancy.objects.create(**at, free=2, waiting=1, as_of=date(2025, 5, 1)),
    ]
    for row in rows:
        world.keep(row, key, side)


def _tariffs(
    world: "World", side: str, key: str, service: Service, word: str, how: dict[str, Any]
) -> None:
    line = {
        "component": "whole", "unit": "day", "amount_ore": 245_000, "label": "",
        "days_basis": "calendar", "occupancy": 9_700,
    }  # fmt: skip
    report = TariffReport.objects.create(
        service=service, valid_from=date(2026, 1, 1), state="reported",
        content=json.dumps({"lines": [line], "budget": None}), reason=f"{word} begrundelse",
        created_at=REGISTERED, changed_at=REGISTERED,
    )  # fmt: skip
    step = TariffReportStep.objects.create(
        report=report, state="reported", at=REGISTERED, by_label=f"{word} takstkonsulent",
        note=f"{word} bemærkning", content_hash="0" * 64,
    )  # fmt: skip
    tariff = Tariff.objects.create(
        service=service, **line, valid_from=date(2025, 1, 1), registered_at=REGISTERED,
        decided_on=date(2024, 12, 4), decision=f"{word} byråd", reason=f"{word} årsag",
        published_at=REGISTERED,
    )  # fmt: skip
    leave = OccupancyDispensation.objects.create(
        service=service, occupancy=8_500, first_year=2025, last_year=2026,
        decision=f"{word} styregruppe", decided_on=date(2024, 9, 3), registered_at=REGISTERED,
        registered_by=f"{word} sekretær",
    )  # fmt: skip
    for row in (report, step, tariff, leave):
        world.keep(row, key, side)


def _of_the_operator(
    world: "World", side: str, cooperation: Cooperation, operator: Organisation, word: str
) -> None:
    whose = {"cooperation": cooperation, "operator": operator}
    rows = [
        PublishedCount.objects.create(
            cooperation=cooperation, kind="secure", municipality=operator, count=1,
            note=f"{word} aflæsning", source=f"{word} tabel", as_of=date(2025, 5, 1),
            registered_at=REGISTERED,
        ),
        IndexChoice.objects.create(
            **whose, series="kl-pris-og-loen", valid_from=date(2025, 1, 1),
            reason=f"{word} begrundelse", decision=f"{word} beslutning",
        ),
        UnmetReduction.objects.create(
            **whose, year=2024, basis_points=50, source=f"{word} opgørelse"
        ),
        SupplementTurnover.objects.create(
            **whose, year=2025, quarter=1, supplements_ore=100_000, turnover_ore=5_000_000,
            citizens=3, registered_at=REGISTERED,
        ),
    ]  # fmt: skip
    for row in rows:
        world.keep(row, operator.key, side)


def _files_and_studies(
    world: "World", side: str, cooperation: Cooperation, organisation: Organisation, word: str
) -> None:
    whose = {"cooperation": cooperation, "organisation": organisation}
    mapping = ColumnMapping.objects.create(**whose, name=f"{word} kolonner", content="{}")
    file = TariffFile.objects.create(
        **whose, mapping=mapping, year=2026, name=f"{word}.xlsx", sha256="0" * 64, size=10,
        state="refused", message=f"{word} kan ikke læses", uploaded_at=REGISTERED,
    )  # fmt: skip
    line = TariffFileRow.objects.create(
        file=file, number=2, kind="fault", title=f"{word} ophold", note=f"{word} grund",
        content=json.dumps({"cells": [], "messages": []}),
    )  # fmt: skip
    kept = {**whose, "note": f"{word} note", "created_at": REGISTERED}
    before, after = (
        TariffModel.objects.create(**kept, name=f"{word} model {name}", content=f"# {word}\n")
        for name in ("før", "efter")
    )
    placements = PlacementSet.objects.create(
        **kept, name=f"{word} indskrivninger", sha256="0" * 64, size=1
    )
    study = Study.objects.create(
        **kept, name=f"{word} studie", before=before, after=after, placements=placements
    )
    for row in (mapping, file, line, before, after, placements, study):
        world.keep(row, organisation.key, side)
