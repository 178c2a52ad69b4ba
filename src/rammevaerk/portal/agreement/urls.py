from django.urls import path

from rammevaerk.portal.agreement.views import (
    editions,
    initiatives,
    links,
    participation,
    parties,
    plan,
    removals,
    revisions,
    trails,
)

app_name = "agreement"
urlpatterns = [
    path("", editions.edition_list, name="editions"),
    path("ny-aftale/<slug:cooperation>/", editions.agreement_new, name="agreement_new"),
    path("nyt-forum/<slug:agreement>/", editions.forum_new, name="forum_new"),
    path("ny/<slug:agreement>/", editions.edition_new, name="edition_new"),
    path("forum/<int:forum_id>/rediger/", revisions.forum_revise, name="forum_revise"),
    # --- one initiative, one participation, one part of an edition ---
    path("initiativ/<int:initiative_id>/", initiatives.initiative, name="initiative"),
    path("initiativ/<int:initiative_id>/status/", initiatives.status_update, name="status_update"),
    path(
        "initiativ/<int:initiative_id>/milepael/", initiatives.milestone_new, name="milestone_new"
    ),
    path(
        "initiativ/<int:initiative_id>/rediger/",
        revisions.initiative_revise,
        name="initiative_revise",
    ),
    path("initiativ/<int:initiative_id>/spor/", trails.initiative_trail, name="initiative_trail"),
    path(
        "initiativ/<int:initiative_id>/forbindelser/",
        links.initiative_links,
        name="initiative_links",
    ),
    path(
        "initiativforbindelse/<int:initiative_link_id>/fjern/",
        links.initiative_unlink,
        name="initiative_unlink",
    ),
    path(
        "initiativ/<int:initiative_id>/tag-ud/",
        removals.initiative_remove,
        name="initiative_remove",
    ),
    path(
        "milepael/<int:milestone_id>/rediger/", revisions.milestone_revise, name="milestone_revise"
    ),
    path("initiativ/<int:initiative_id>/deltager/", participation.join, name="join"),
    path("deltagelse/<int:participation_id>/antal/", participation.count_new, name="count_new"),
    path(
        "deltagelse/<int:participation_id>/afslut/",
        participation.participation_end,
        name="participation_end",
    ),
    path("omraade/<int:area_id>/maalsaetning/", editions.goal_new, name="goal_new"),
    path("omraade/<int:area_id>/rediger/", revisions.area_revise, name="area_revise"),
    path("omraade/<int:area_id>/forbindelser/", links.area_links, name="area_links"),
    path("omraadeforbindelse/<int:area_link_id>/fjern/", links.area_unlink, name="area_unlink"),
    path("maalsaetning/<int:goal_id>/rediger/", revisions.goal_revise, name="goal_revise"),
    path("kapitel/<int:chapter_id>/rediger/", revisions.chapter_revise, name="chapter_revise"),
    path("bilag/<int:annex_id>/rediger/", revisions.annex_revise, name="annex_revise"),
    path("aftalepart/<int:party_id>/fjern/", parties.party_remove, name="party_remove"),
    path("bilag/<int:annex_id>/fil/", editions.annex_file_new, name="annex_file_new"),
    path("bilagsfil/<int:version_id>/", editions.annex_file, name="annex_file"),
    # --- one edition ---
    path("<slug:edition>/", editions.edition_detail, name="edition"),
    path("<slug:edition>/rediger/", revisions.edition_revise, name="edition_revise"),
    path("<slug:edition>/parter/", parties.parties, name="parties"),
    path("<slug:edition>/nyt-omraade/", editions.area_new, name="area_new"),
    path("<slug:edition>/nyt-kapitel/", editions.chapter_new, name="chapter_new"),
    path("<slug:edition>/nyt-bilag/", editions.annex_new, name="annex_new"),
    path("<slug:edition>/handlingsplan/", plan.plan, name="plan"),
    path("<slug:edition>/handlingsplan.xlsx", plan.plan_workbook, name="plan_workbook"),
    path("<slug:edition>/handlingsplan.docx", plan.plan_word, name="plan_word"),
    path("<slug:edition>/handlingsplan/kontrol/", plan.plan_findings, name="plan_findings"),
    path("<slug:edition>/handlingsplan/indlaes/", plan.plan_import, name="plan_import"),
    path(
        "<slug:edition>/handlingsplan/indlaes/gem/",
        plan.plan_import_confirm,
        name="plan_import_confirm",
    ),
    path("<slug:edition>/nyt-initiativ/", initiatives.initiative_new, name="initiative_new"),
    path("<slug:edition>/deltagelse/", participation.participation, name="participation"),
]
