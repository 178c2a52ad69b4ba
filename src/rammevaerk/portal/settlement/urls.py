"""Addresses of settlement and invoices, under «Økonomi»."""

from django.urls import path

from rammevaerk.portal.settlement.views import (
    billing,
    buyer_days,
    buying,
    control,
    disputes,
    invoices,
    irregularities,
    lines,
    parties,
    received,
    run_lines,
    runs,
    specials,
    statements,
)

app_name = "settlement"
urlpatterns = [
    # runs: a month settled
    path("afregning/", runs.runs, name="runs"),
    path("afregning/koersler/ny/", runs.run_new, name="run_new"),
    path("afregning/koersler/<int:run_id>/", runs.run, name="run"),
    path("afregning/koersler/<int:run_id>/linjer/", run_lines.run_lines, name="run_lines"),
    path("afregning/koersler/<int:run_id>/send/", runs.run_review, name="run_review"),
    path("afregning/koersler/<int:run_id>/kasser/", runs.run_discard, name="run_discard"),
    path("afregning/koersler/<int:run_id>/stop/", runs.run_cancel, name="run_cancel"),
    path("afregning/koersler/<int:run_id>/igen/", runs.run_again, name="run_again"),
    path("afregning/koersler/<int:run_id>/efter/", runs.run_replay, name="run_replay"),
    path("afregning/linjer/<int:line_id>/hvorfor/", run_lines.line_proof, name="line_proof"),
    path("afregning/krav/", run_lines.claim_watch, name="claims"),
    path("afregning/krav/se-efter/", run_lines.claim_watch_start, name="claims_start"),
    path("afregning/doegnprincip/", run_lines.day_count, name="day_count"),
    path("afregning/saerlige/", specials.specials, name="specials"),
    path("afregning/saerlige/ny/", specials.special_new, name="special_new"),
    path(
        "afregning/saerlige/<int:special_id>/traek/",
        specials.special_withdraw,
        name="special_withdraw",
    ),
    # what the parties agree about
    path("afregning/opgoerelser/", statements.statements, name="statements"),
    path(
        "afregning/opgoerelser/opgoerelser.xlsx",
        statements.statements_workbook,
        name="statements_workbook",
    ),
    path("afregning/opgoerelser/<int:statement_id>/", statements.statement, name="statement"),
    path(
        "afregning/opgoerelser/<int:statement_id>/linjer.xlsx",
        statements.statement_workbook,
        name="statement_workbook",
    ),
    path(
        "afregning/opgoerelser/<int:statement_id>/godkend/",
        statements.statement_agree,
        name="statement_agree",
    ),
    path(
        "afregning/opgoerelser/<int:statement_id>/godkend-alle/",
        statements.statement_agree_all,
        name="statement_agree_all",
    ),
    path(
        "afregning/opgoerelser/<int:statement_id>/egne-doegn/",
        buyer_days.statement_records,
        name="statement_records",
    ),
    path(
        "afregning/opgoerelser/<int:statement_id>/egne-doegn/gem/",
        buyer_days.statement_records_keep,
        name="statement_records_keep",
    ),
    path(
        "afregning/opgoerelser/<int:statement_id>/egne-doegn/skabelon.xlsx",
        buyer_days.statement_records_template,
        name="statement_records_template",
    ),
    path("afregning/uenigheder/", disputes.disputes, name="disputes"),
    path(
        "afregning/uenigheder/uenigheder.xlsx", disputes.disputes_workbook, name="disputes_workbook"
    ),
    path("afregning/linjer/<int:line_id>/", lines.line, name="line"),
    path("afregning/linjer/<int:line_id>/egne-doegn/", lines.line_record, name="line_record"),
    path("afregning/linjer/<int:line_id>/godkend/", lines.line_agree, name="line_agree"),
    path("afregning/linjer/<int:line_id>/bestrid/", lines.line_dispute, name="line_dispute"),
    path("afregning/linjer/<int:line_id>/fasthold/", lines.line_uphold, name="line_uphold"),
    path("afregning/linjer/<int:line_id>/giv-ret/", lines.line_concede, name="line_concede"),
    # invoices and credit notes
    path("regninger/", invoices.invoices, name="invoices"),
    path("regninger/regninger.xlsx", invoices.invoices_workbook, name="invoices_workbook"),
    path("regninger/<int:invoice_id>/", invoices.invoice, name="invoice"),
    path("regninger/<int:invoice_id>/regning.pdf", invoices.invoice_pdf, name="invoice_pdf"),
    path("regninger/<int:invoice_id>/regning.xml", invoices.invoice_xml, name="invoice_xml"),
    path(
        "regninger/<int:invoice_id>/regning.xlsx",
        invoices.invoice_workbook,
        name="invoice_workbook",
    ),
    path("regninger/<int:invoice_id>/kreditnota/", invoices.invoice_credit, name="invoice_credit"),
    path(
        "regninger/<int:invoice_id>/dan-e-regning/",
        invoices.invoice_document,
        name="invoice_document",
    ),
    path(
        "regninger/<int:invoice_id>/aflever/",
        invoices.invoice_hand_over,
        name="invoice_hand_over",
    ),
    path("regninger/<int:invoice_id>/spor/", invoices.invoice_audit, name="invoice_audit"),
    path(
        "regninger/e-regning/<int:document_id>/e-regning.xml",
        invoices.document_xml,
        name="document_xml",
    ),
    path("regninger/koersel/<int:run_id>/", billing.run_invoices, name="run_invoices"),
    path("regninger/koersel/<int:run_id>/udsted/", billing.run_issue, name="run_issue"),
    path("regninger/koersel/<int:run_id>/aflever/", billing.run_hand_over, name="run_hand_over"),
    path(
        "regninger/opgoerelse/<int:statement_id>/",
        billing.statement_invoices,
        name="statement_invoices",
    ),
    path(
        "regninger/opgoerelse/<int:statement_id>/udsted/",
        billing.statement_issue,
        name="statement_issue",
    ),
    path(
        "regninger/opgoerelse/<int:statement_id>/aflever/",
        billing.statement_hand_over,
        name="statement_hand_over",
    ),
    path("regninger/oplysninger/", parties.parties, name="billing_parties"),
    path("regninger/oplysninger/ny/", parties.party_new, name="billing_party_new"),
    path("regninger/oplysninger/<int:billing_party_id>/", parties.party, name="billing_party"),
    path(
        "regninger/oplysninger/<int:billing_party_id>/ret/",
        parties.party_revise,
        name="billing_party_revise",
    ),
    # what a buyer has bought, and what it costs
    path("koeb/", buying.buying, name="buying"),
    path("koeb/borgere.xlsx", buying.buying_workbook, name="buying_workbook"),
    path("koeb/forpligtelser/", buying.commitments, name="commitments"),
    path("koeb/forpligtelser.xlsx", buying.commitments_workbook, name="commitments_workbook"),
    path("koeb/forbrug/", buying.forecast, name="forecast"),
    path("koeb/budget/", buying.budget, name="budget"),
    # control of what the buyer is charged
    path("koeb/kontrol/", control.control, name="control"),
    path("koeb/kontrol/kontrol.xlsx", control.control_workbook, name="control_workbook"),
    path("koeb/kontrol/beregn/", control.control_calculate, name="control_calculate"),
    path("koeb/kontrol/<int:control_id>/", control.control_month, name="control_month"),
    path(
        "koeb/kontrol/<int:control_id>/forskelle.xlsx",
        control.control_month_workbook,
        name="control_month_workbook",
    ),
    path("koeb/kontrol/regning/<int:invoice_id>/", control.control_invoice, name="control_invoice"),
    path(
        "koeb/kontrol/regning/<int:invoice_id>/forskelle.xlsx",
        control.control_invoice_workbook,
        name="control_invoice_workbook",
    ),
    path("koeb/modtaget/", received.received, name="received"),
    path(
        "koeb/modtaget/modtaget.xlsx",
        received.received_list_workbook,
        name="received_list_workbook",
    ),
    path("koeb/modtaget/ny/", received.received_new, name="received_new"),
    path("koeb/modtaget/<int:received_id>/", received.received_invoice, name="received_invoice"),
    path(
        "koeb/modtaget/<int:received_id>/godkend/",
        received.received_approve,
        name="received_approve",
    ),
    path(
        "koeb/modtaget/<int:received_id>/indsigelse/",
        received.received_object,
        name="received_object",
    ),
    path(
        "koeb/modtaget/<int:received_id>/genaabn/", received.received_reopen, name="received_reopen"
    ),
    path("koeb/modtaget/<int:received_id>/tekst/", received.received_text, name="received_text"),
    path(
        "koeb/modtaget/<int:received_id>/forskelle.xlsx",
        received.received_workbook,
        name="received_workbook",
    ),
    # signs of irregularity
    path("uregelmaessigheder/", irregularities.signs, name="signs"),
    path("uregelmaessigheder/tegn.xlsx", irregularities.signs_workbook, name="signs_workbook"),
    path("uregelmaessigheder/soeg/", irregularities.signs_search, name="signs_search"),
    path("uregelmaessigheder/<int:sign_id>/", irregularities.sign, name="sign"),
    path(
        "uregelmaessigheder/<int:sign_id>/foelg-op/",
        irregularities.sign_follow_up,
        name="sign_follow_up",
    ),
]
