from django.urls import path

from rammevaerk.portal.agreement.views import editions, initiatives, participation, plan

app_name = "agreement"
urlpatterns = [
    path("", editions.edition_list, name="editions"),
    path("ny-aftale/<slug:cooperation>/", editions.agreement_new, name="agreement_new"),
    path("nyt-forum/<slug:agreement>/", editions.forum_new, name="forum_new"),
    path("ny/<slug:agreement>/", editions.edition_new, name="edition_new"),
    # --- one initiative, one participation, one annex ---
    path("initiativ/<int:initiative_id>/", initiatives.initiative, name="initiative"),
    path("initiativ/<int:initiative_id>/status/", initiatives.status_update, name="status_update"),
    path(
        "initiativ/<int:initiative_id>/milepael/", initiatives.milestone_new, name="milestone_new"
    ),
    path(
        "initiativ/<int:initiative_id>/rediger/",
        initiatives.initiative_revise,
        name="initiative_revise",
    ),
    path("initiativ/<int:initiative_id>/deltager/", participation.join, name="join"),
    path("deltagelse/<int:participation_id>/antal/", participation.count_new, name="count_new"),
    path(
        "deltagelse/<int:participation_id>/afslut/",
        participation.participation_end,
        name="participation_end",
    ),
    path("omraade/<int:area_id>/maalsaetning/", editions.goal_new, name="goal_new"),
    path("bilag/<int:annex_id>/fil/", editions.annex_file_new, name="annex_file_new"),
    path("bilagsfil/<int:version_id>/", editions.annex_file, name="annex_file"),
    # --- one edition ---
    path("<slug:edition>/", editions.edition_detail, name="edition"),
    path("<slug:edition>/rediger/", editions.edition_revise, name="edition_revise"),
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
