"""Addresses of placements and contracts, under «Tilbud»."""

from django.urls import path

from rammevaerk.portal.placements.contract_urls import contract_patterns
from rammevaerk.portal.placements.views import (
    absences,
    agreeing,
    asking,
    day,
    goals,
    record,
    register,
    staying,
    terms,
)

app_name = "placements"
_ONE = "indskrivninger/<int:placement_id>"
urlpatterns = [
    # the register, the provider's day, goals over all facilities
    path("indskrivninger/", register.placements, name="placements"),
    path(
        "indskrivninger/indskrivninger.xlsx",
        register.placements_workbook,
        name="placements_workbook",
    ),
    path("indskrivninger/i-dag/", day.today, name="today"),
    path("indskrivninger/maal/", goals.goals, name="goals"),
    # asking, offering, agreeing
    path("indskrivninger/forespoerg/<int:service_id>/", asking.enquiry_new, name="enquiry_new"),
    path(f"{_ONE}/tilbyd/", asking.offer, name="offer"),
    path(f"{_ONE}/afslaa/", asking.decline, name="decline"),
    path(f"{_ONE}/sig-ja/", asking.accept, name="accept"),
    path(f"{_ONE}/traek/", asking.withdraw, name="withdraw"),
    # coming, moving, leaving
    path(
        "indskrivninger/optag/<int:service_id>/",
        staying.self_referral_new,
        name="self_referral_new",
    ),
    path(f"{_ONE}/", record.placement, name="placement"),
    path(f"{_ONE}/indskriv/", staying.admit, name="admit"),
    path(f"{_ONE}/underret/", staying.notified, name="notified"),
    path(f"{_ONE}/flyt/", staying.move, name="move"),
    path(f"{_ONE}/udskriv/", staying.discharge, name="discharge"),
    path(f"{_ONE}/udskriv/fortryd/", staying.unplan, name="unplan"),
    path(f"{_ONE}/genaabn/", staying.reopen, name="reopen"),
    path(f"{_ONE}/betalingsstop/", staying.payment_stop, name="payment_stop"),
    path("indskrivninger/ophold/<int:stay_id>/ret/", staying.stay_correct, name="stay_correct"),
    # what is agreed by date
    path(f"{_ONE}/betaler/", agreeing.payer, name="payer"),
    path(f"{_ONE}/timer/", agreeing.hours, name="hours"),
    path(f"{_ONE}/takst/", agreeing.price, name="price"),
    path(f"{_ONE}/tillaeg/", agreeing.supplement, name="supplement"),
    path(
        "indskrivninger/tillaeg/<int:supplement_id>/afslut/",
        agreeing.supplement_end,
        name="supplement_end",
    ),
    path(f"{_ONE}/leverance/", agreeing.delivery, name="delivery"),
    path(f"{_ONE}/opsig/", agreeing.notice, name="notice"),
    path(
        "indskrivninger/opsigelse/<int:notice_id>/traek/",
        agreeing.notice_withdraw,
        name="notice_withdraw",
    ),
    # absence
    path(f"{_ONE}/fravaer/", absences.absence_new, name="absence_new"),
    path(f"{_ONE}/fravaer/i-dag/", day.absent_today, name="absent_today"),
    path(
        "indskrivninger/fravaer/<int:absence_id>/tilbage-i-dag/",
        day.back_today,
        name="back_today",
    ),
    path(
        "indskrivninger/fravaer/<int:absence_id>/ret/",
        absences.absence_revise,
        name="absence_revise",
    ),
    path(
        "indskrivninger/fravaer/<int:absence_id>/tilbage/",
        absences.absence_end,
        name="absence_end",
    ),
    path(
        "indskrivninger/fravaer/<int:absence_id>/fjern/",
        absences.absence_cancel,
        name="absence_cancel",
    ),
    # goals
    path(f"{_ONE}/maal/nyt/", goals.goal_new, name="goal_new"),
    path("indskrivninger/maal/<int:goal_id>/ret/", goals.goal_revise, name="goal_revise"),
    path(
        "indskrivninger/maal/<int:goal_id>/opfoelgning/",
        goals.goal_follow_up,
        name="goal_follow_up",
    ),
    # how services are settled
    path("vilkaar/", terms.terms, name="terms"),
    path("vilkaar/<int:service_id>/", terms.service_terms, name="service_terms"),
    path("vilkaar/<int:service_id>/nye/", terms.terms_new, name="terms_new"),
    *contract_patterns,
]
