from django.urls import path

from rammevaerk.portal.catalogue.views import (
    counting,
    editing,
    facilities,
    maps,
    records,
    service_editing,
    succession,
    succession_planning,
)

app_name = "catalogue"
urlpatterns = [
    # search, facets, map, comparison
    path("", facilities.facilities, name="facilities"),
    path("tilbud.xlsx", facilities.facilities_workbook, name="facilities_workbook"),
    path("kort/", maps.municipality_map, name="map"),
    path("sammenlign/", records.comparison, name="compare"),
    path("optaelling/", counting.count, name="count"),
    path("optaelling.xlsx", counting.count_workbook, name="count_workbook"),
    path("<slug:cooperation>/offentliggjort-tabel/", counting.published_new, name="published_new"),
    path("landsdaekkende/", records.national, name="national"),
    # a facility and its parts
    path("<slug:cooperation>/nyt/", editing.facility_new, name="facility_new"),
    path("<int:facility_id>/", records.facility, name="facility"),
    path("<int:facility_id>/spor/", records.facility_audit, name="facility_audit"),
    path("<int:facility_id>/rediger/", editing.facility_revise, name="facility_revise"),
    path("<int:facility_id>/ny-afdeling/", editing.department_new, name="department_new"),
    path("<int:facility_id>/ny-ydelse/", service_editing.service_new, name="service_new"),
    path("<int:facility_id>/ny-godkendelse/", editing.approval_new, name="approval_new"),
    path(
        "afdeling/<int:department_id>/rediger/", editing.department_revise, name="department_revise"
    ),
    path("godkendelse/<int:approval_id>/rediger/", editing.approval_revise, name="approval_revise"),
    path("ydelse/<int:service_id>/rediger/", service_editing.service_revise, name="service_revise"),
    path(
        "ydelse/<int:service_id>/paragraffer/",
        service_editing.service_paragraphs,
        name="service_paragraphs",
    ),
    path(
        "ydelse/<int:service_id>/maalgrupper/",
        service_editing.service_groups,
        name="service_groups",
    ),
    # places, occupancy, vacancy
    path("ydelse/<int:service_id>/pladser/", service_editing.capacity, name="capacity"),
    path("ydelse/<int:service_id>/ledighed/", service_editing.vacancy, name="vacancy"),
    path("ydelse/<int:service_id>/belaegning/", service_editing.occupancy, name="occupancy"),
    # succession and closure
    path("efterfoelgelser/", succession.successions, name="successions"),
    path("efterfoelgelser.xlsx", succession.successions_workbook, name="successions_workbook"),
    path("efterfoelgelser/<int:event_id>/", succession.facility_event, name="facility_event"),
    path(
        "efterfoelgelser/<int:event_id>/ret/",
        succession.facility_event_revise,
        name="facility_event_revise",
    ),
    path(
        "efterfoelgelser/<int:event_id>/fortryd/",
        succession.facility_event_undo,
        name="facility_event_undo",
    ),
    path("opslag/", succession.look_up_key, name="look_up"),
    path(
        "<int:facility_id>/efterfoelgelse/",
        succession_planning.succession_choose,
        name="succession_choose",
    ),
    path(
        "<int:facility_id>/efterfoelgelse/plan/",
        succession_planning.succession_plan,
        name="succession_plan",
    ),
    path("<int:facility_id>/lukning/", succession_planning.closure, name="closure"),
]
