"""How rules are run: what is missing or breaks is never called valid, and nothing leaks out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from invoice_papers import paper

from rammevaerk.exchange.invoice.oioubl import write_oioubl
from rammevaerk.exchange.invoice.paper import Format
from rammevaerk.exchange.invoice.peppol import write_peppol
from rammevaerk.exchange.invoice.saxon import SaxonFailure, SaxonProcess
from rammevaerk.exchange.invoice.validation import Outcome, packaged_rules, validate

HEAD = '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="{version}">'
TOLD = "<Information>Checking OIOUBL-2.1 Invoice, Version 9</Information>"
ERROR = (
    "<Error><Pattern>x</Pattern><Description>[{id}] said</Description>"
    "<Xpath>/Invoice[1]\n/cbc:ID[1]</Xpath></Error>"
)
SVRL = 'xmlns:svrl="http://purl.oclc.org/dsdl/svrl"'


def sheet(body, version="1.0", before=""):
    template = f'<xsl:template match="/">{body}</xsl:template>'
    return f"{HEAD.format(version=version)}{before}{template}</xsl:stylesheet>"


def in_folder(folder, body):
    folder.mkdir(exist_ok=True)
    (folder / "OIOUBL_Invoice_Schematron.xsl").write_text(body, encoding="utf-8")
    return folder


def outcome_of(folder, body):
    return validate(write_oioubl(paper()), Format.OIOUBL, in_folder(folder, body))


def test_rules_that_say_nothing_of_errors_make_it_valid(tmp_path):
    found = outcome_of(tmp_path / "r", sheet(f"<Schematron>{TOLD}</Schematron>"))
    assert (found.outcome, found.rules_label) == (Outcome.VALID, "OIOUBL-2.1 Invoice, Version 9")


def test_an_error_is_told_and_a_warning_makes_nothing_invalid(tmp_path):
    body = (
        f"<Schematron>{TOLD}{ERROR.format(id='F-INV126')}{ERROR.format(id='W-LIB203')}</Schematron>"
    )
    found = outcome_of(tmp_path / "r", sheet(body))
    assert found.outcome is Outcome.INVALID
    assert [one.as_dict() for one in found.problems] == [
        {"id": "F-INV126", "text": "said", "place": "/Invoice[1]/cbc:ID[1]"}
    ]
    assert [one.id for one in found.warnings] == ["W-LIB203"]
    body = f"<Schematron>{TOLD}{ERROR.format(id='W-LIB203')}</Schematron>"
    assert outcome_of(tmp_path / "w", sheet(body)).outcome is Outcome.VALID


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize(
    "body",
    [
        "<Schematron/>",
        "<html/>",
        "",
        "just text",
        f"<svrl:schematron-output {SVRL}/>",
        '<xsl:message terminate="yes">no</xsl:message>',
        '<xsl:value-of select="no:such()"/>',
        '<xsl:call-template name="nowhere"/>',
    ],
)
def test_rules_that_could_not_be_run_to_the_end_leave_it_unvalidated(tmp_path, body, version):
    found = outcome_of(tmp_path / "r", sheet(body, version))
    assert (found.outcome, [one.id for one in found.problems]) == (Outcome.UNVALIDATED, ["RULES"])
    assert len(found.rules_sha256) == 64


@pytest.mark.parametrize("text", ["", "<xsl:stylesheet", "no XML at all"])
def test_a_rule_file_that_is_none_leaves_it_unvalidated(tmp_path, text):
    assert outcome_of(tmp_path / "r", text).outcome is Outcome.UNVALIDATED


def test_missing_rules_leave_it_unvalidated_and_say_what_to_lay_where(tmp_path):
    for folder in (None, tmp_path, tmp_path / "nowhere"):
        found = validate(write_oioubl(paper()), Format.OIOUBL, folder)
        assert (found.outcome, found.rules_sha256) == (Outcome.UNVALIDATED, "")
        assert "OIOUBL_Invoice_Schematron.xsl" in found.problems[0].text


def test_half_of_the_rules_of_peppol_are_no_rules(tmp_path):
    (tmp_path / "CEN-EN16931-UBL.xsl").write_text(sheet("<a/>", "2.0"))
    found = validate(write_peppol(paper()), Format.PEPPOL, tmp_path)
    assert found.outcome is Outcome.UNVALIDATED


def test_a_workbook_has_no_official_rules():
    found = validate(write_oioubl(paper()), Format.WORKBOOK, None)
    assert found.outcome is Outcome.UNVALIDATED


def test_other_rules_have_another_hash(tmp_path):
    first = outcome_of(tmp_path / "r", sheet(f"<Schematron>{TOLD}</Schematron>"))
    second = outcome_of(tmp_path / "r", sheet(f"<Schematron>{TOLD} </Schematron>"))
    again = outcome_of(tmp_path / "r", sheet(f"<Schematron>{TOLD}</Schematron>"))
    assert first.rules_sha256 == again.rules_sha256 != second.rules_sha256


def test_the_rules_of_xslt_2_are_read_as_svrl(tmp_path):
    body = (
        f"<svrl:schematron-output {SVRL}><svrl:fired-rule/>"
        "<svrl:failed-assert location=\"/*:Invoice[namespace-uri()='urn:x'][1]\">"
        "<svrl:text>[F-LIB403] no</svrl:text></svrl:failed-assert>"
        '<svrl:failed-assert id="X-1" flag="warning"><svrl:text>w</svrl:text></svrl:failed-assert>'
        "</svrl:schematron-output>"
    )
    found = outcome_of(tmp_path / "r", sheet(body, "2.0"))
    assert [one.as_dict() for one in found.problems] == [
        {"id": "F-LIB403", "text": "no", "place": "/Invoice[1]"}
    ]
    assert [one.id for one in found.warnings] == ["X-1"]


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_rule_can_read_no_file_and_no_address(tmp_path, version):
    secret = tmp_path / "secret.xml"
    secret.write_text("<a>KENDEORD</a>")
    for place in (secret.as_uri(), str(secret), "http://127.0.0.1:9/a.xml"):
        body = (
            f"<Schematron>{TOLD}<Error><Description>[F-X1] "
            f"<xsl:value-of select=\"document('{place}')\"/></Description></Error></Schematron>"
        )
        found = outcome_of(tmp_path / "r", sheet(body, version))
        assert found.outcome is not Outcome.VALID
        assert all("KENDEORD" not in one.text for one in found.problems)


def test_a_rule_can_write_no_file(tmp_path):
    first, second = tmp_path / "first.xml", tmp_path / "second.xml"
    exslt = (
        f'<Schematron xmlns:x="http://exslt.org/common">{TOLD}'
        f'<x:document href="{first}"><a/></x:document></Schematron>'
    )
    body = sheet(exslt).replace(
        'version="1.0"',
        'version="1.0" extension-element-prefixes="x" xmlns:x="http://exslt.org/common"',
        1,
    )
    outcome_of(tmp_path / "r", body)
    result = f'<xsl:result-document href="{second.as_uri()}"><a>b</a></xsl:result-document>'
    outcome_of(tmp_path / "r", sheet(f"<Schematron>{TOLD}</Schematron>{result}", "2.0"))
    assert list(tmp_path.glob("*.xml")) == []


def test_what_is_no_e_invoice_at_all_is_invalid():
    bomb = b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
    for content in (b"", b"<a", bomb):
        found = validate(content, Format.PEPPOL, None)
        assert (found.outcome, [one.id for one in found.problems]) == (Outcome.INVALID, ["XML"])


def test_a_rule_without_end_is_stopped_and_the_next_run_has_a_new_process():
    process = SaxonProcess(seconds=3)
    before = '<xsl:template name="on"><xsl:call-template name="on"/></xsl:template>'
    endless = sheet('<xsl:call-template name="on"/>', "2.0", before)
    try:
        with pytest.raises(SaxonFailure):
            process.run("endless", endless, "<a/>")
        told = process.run("fine", sheet("<fine/>", "2.0"), "<a/>")
        assert told.endswith("<fine/>")
    finally:
        process.stop()


def test_a_process_that_dies_is_a_failure_and_no_verdict():
    process = SaxonProcess()
    fine = sheet("<fine/>", "2.0")
    try:
        process.run("fine", fine, "<a/>")
        process._process.kill()
        process._process.wait()
        assert process.run("fine", fine, "<a/>").endswith("<fine/>")
        process._process.stdin.close()
        with pytest.raises(SaxonFailure):
            process.run("fine", fine, "<a/>")
    finally:
        process.stop()


def test_the_rules_run_from_many_threads_at_once():
    content = write_peppol(paper())
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda _: validate(content, Format.PEPPOL, None), range(12)))
    assert {one.outcome for one in found} == {Outcome.VALID}


def test_a_folder_can_hold_newer_rules_for_peppol(tmp_path):
    for path in packaged_rules().glob("*-UBL.xsl"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    content = write_peppol(paper())
    ours, theirs = (
        validate(content, Format.PEPPOL, tmp_path),
        validate(content, Format.PEPPOL, None),
    )
    assert ours.outcome is Outcome.VALID
    assert ours.rules_sha256 == theirs.rules_sha256
    assert ours.rules_label == f"Peppol BIS Billing 3 ({tmp_path.name})"
