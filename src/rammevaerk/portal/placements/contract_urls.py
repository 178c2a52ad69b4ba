"""Addresses of contracts and standard contracts."""

from django.urls import path

from rammevaerk.portal.placements.views import (
    contract_answers,
    contract_changing,
    contract_templates,
    contract_writing,
    contracts,
)

_ONE = "kontrakter/<int:contract_id>"
_VERSION = "kontrakter/versioner/<int:contract_version_id>"
_TEMPLATE = "kontrakter/standard/<int:template_id>"
_CLAUSE = "kontrakter/standard/vilkaar/<int:clause_id>"
contract_patterns = [
    # the register, the use of the standard
    path("kontrakter/", contracts.contracts, name="contracts"),
    path("kontrakter/kontrakter.xlsx", contracts.contracts_workbook, name="contracts_workbook"),
    path("kontrakter/brug/", contract_templates.contract_share, name="contract_share"),
    path(
        "kontrakter/brug/brug.xlsx",
        contract_templates.contract_share_workbook,
        name="contract_share_workbook",
    ),
    # one contract
    path("kontrakter/ny/<int:placement_id>/", contract_writing.contract_new, name="contract_new"),
    path(f"{_ONE}/", contracts.contract, name="contract"),
    path(f"{_ONE}/felter/", contract_writing.contract_fields, name="contract_fields"),
    path(f"{_ONE}/vilkaar/", contract_writing.contract_clauses, name="contract_clauses"),
    path(f"{_ONE}/vilkaar/ret/", contract_writing.contract_clause, name="contract_clause"),
    path(
        f"{_ONE}/vilkaar/tilbage/",
        contract_changing.contract_clause_drop,
        name="contract_clause_drop",
    ),
    path(f"{_ONE}/send/", contract_writing.contract_send, name="contract_send"),
    path(f"{_ONE}/tag-tilbage/", contract_changing.contract_recall, name="contract_recall"),
    path(f"{_ONE}/opgiv/", contract_changing.contract_drop, name="contract_drop"),
    path(f"{_ONE}/tillaeg/", contract_changing.contract_addendum, name="contract_addendum"),
    path(f"{_ONE}/ophoer/", contract_changing.contract_end, name="contract_end"),
    # what was sent for approval
    path(f"{_VERSION}/", contracts.contract_version, name="contract_version"),
    path(f"{_VERSION}/kontrakt.docx", contracts.contract_word, name="contract_word"),
    path(f"{_VERSION}/kontrakt.pdf", contracts.contract_pdf, name="contract_pdf"),
    path(
        f"{_VERSION}/svar/koeber/",
        contract_answers.contract_answer_buyer,
        name="contract_answer_buyer",
    ),
    path(
        f"{_VERSION}/svar/saelger/",
        contract_answers.contract_answer_seller,
        name="contract_answer_seller",
    ),
    # standard contracts
    path("kontrakter/standard/", contract_templates.contract_templates, name="contract_templates"),
    path(f"{_TEMPLATE}/", contract_templates.contract_template, name="contract_template"),
    path(
        f"{_TEMPLATE}/ny-version/",
        contract_templates.contract_template_version,
        name="contract_template_version",
    ),
    path(
        f"{_TEMPLATE}/ret/",
        contract_templates.contract_template_revise,
        name="contract_template_revise",
    ),
    path(
        f"{_TEMPLATE}/offentliggoer/",
        contract_templates.contract_template_publish,
        name="contract_template_publish",
    ),
    path(
        f"{_TEMPLATE}/slet/",
        contract_templates.contract_template_discard,
        name="contract_template_discard",
    ),
    path(
        f"{_TEMPLATE}/nyt-vilkaar/",
        contract_templates.contract_template_clause,
        name="contract_template_clause",
    ),
    path(f"{_CLAUSE}/ret/", contract_templates.template_clause_revise, name="clause_revise"),
    path(f"{_CLAUSE}/flyt/", contract_templates.template_clause_move, name="clause_move"),
    path(f"{_CLAUSE}/fjern/", contract_templates.template_clause_remove, name="clause_remove"),
]
