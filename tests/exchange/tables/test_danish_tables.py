"""CSV as Danish Excel writes it: read when it can mean one thing, and told; otherwise refused."""

from pathlib import Path

import pytest
from table_samples import Rows, csv_text, sample, write_csv
from test_bad_tables import codes, refused
from test_reading_tables import plain

from rammevaerk.engine.findings import Severity
from rammevaerk.engine.settlement.inputs import SettlementTables
from rammevaerk.exchange.tables.reading import read_tables


def danish(rows: Rows) -> Rows:
    """Write dates and numbers as Excel does with Danish settings."""
    for row in rows["placements"]:
        row["start"] = f"{row['start']:%d-%m-%Y %H:%M}"
        row["end"] = f"{row['end']:%d-%m-%Y %H:%M}" if row["end"] else ""
        row["minutes_per_week"] = f"{row['minutes_per_week']},00"
    for table, column in (("tariffs", "valid_from"), ("absences", "from"), ("absences", "to")):
        for row in rows[table]:
            row[column] = f"{row[column]:%d-%m-%Y}"
    rows["supplements"][0]["from"] = "01.03.2025"
    return rows


def texts(rows: Rows, separator: str = ";") -> dict[str, bytes]:
    return {
        table: csv_text(found, table, separator).replace("\n", "\r\n").encode("cp1252")
        for table, found in rows.items()
    }


def notes(folder: Path) -> dict[str, str]:
    found = read_tables(folder).findings
    assert {one.severity for one in found} <= {Severity.NOTE}
    return {one.table: one.message for one in found}


def test_semicolons_danish_dates_and_the_alphabet_of_windows_are_read(tmp_path: Path) -> None:
    folder = write_csv(tmp_path, **texts(danish(sample())))
    assert plain(read_tables(folder).tables) == plain(SettlementTables.from_rows(sample()))
    told = notes(folder)
    assert set(told) == {"facilities", "tariffs", "placements", "absences", "supplements"}
    assert told["placements"] == (
        "Filen er læst sådan: Windows' vesteuropæiske alfabet (cp1252); "
        "semikolon mellem kolonnerne; datoer som dag-måned-år; "
        "decimaler, der alle er nul, er skåret væk."
    )
    assert told["absences"] == (
        "Filen er læst sådan: semikolon mellem kolonnerne; datoer som dag-måned-år."
    )


def test_excels_line_about_its_separator_and_empty_rows_at_the_end_are_seen_past(
    tmp_path: Path,
) -> None:
    text = "sep=;\r\n" + csv_text(sample()["absences"], "absences", ";") + ";;\r\n;;\r\n"
    folder = write_csv(tmp_path, absences=text)
    assert plain(read_tables(folder).tables) == plain(SettlementTables.from_rows(sample()))
    assert "tomme rækker til sidst" in notes(folder)["absences"]
    bad = text.replace("2025-03-10", "x")
    assert "række 1 (linje 3)" in str(refused(write_csv(tmp_path / "bad", absences=bad)))


def test_tabulators_and_utf_16_are_read(tmp_path: Path) -> None:
    text = csv_text(sample()["facilities"], "facilities", "\t")
    folder = write_csv(tmp_path, facilities=text.encode("utf-16"))
    assert plain(read_tables(folder).tables) == plain(SettlementTables.from_rows(sample()))
    assert notes(folder)["facilities"].endswith("UTF-16; tabulator mellem kolonnerne.")


def test_a_day_above_twelve_shows_the_order_in_a_file_with_commas(tmp_path: Path) -> None:
    rows = sample()
    first = {"placement": "P1", "from": "01-02-2025", "to": "02-02-2025"}
    rows["absences"] = [first, {"placement": "P1", "from": "01-03-2025", "to": "13-03-2025"}]
    found = read_tables(write_csv(tmp_path / "shown", rows)).tables.absences
    assert found.start.tolist() == [20120, 20148]
    rows["absences"] = [first]
    assert codes(refused(write_csv(tmp_path / "unsure", rows))) == [
        ("day-or-month", "absences", 1, "from"),
        ("day-or-month", "absences", 1, "to"),
    ]


def test_months_in_front_anywhere_make_the_dates_of_the_file_unsure(tmp_path: Path) -> None:
    rows = sample()
    rows["absences"] = [{"placement": "P1", "from": "01/14/2025", "to": "15/02/2025"}]
    assert {code for code, *_ in codes(refused(write_csv(tmp_path, rows)))} == {"day-or-month"}


@pytest.mark.parametrize("written", ["12.345,00", "1.234", "12345,00", "12345,5"])
def test_decimals_in_a_column_of_ore_are_refused(tmp_path: Path, written: str) -> None:
    rows = sample()
    rows["supplements"][0]["ore_per_day"] = written
    text = csv_text(rows["supplements"], "supplements", ";")
    error = refused(write_csv(tmp_path, supplements=text))
    assert codes(error)[0][1:] == ("supplements", 1, "ore_per_day")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("10.080", None), ("10.080,0", 10080), ("600,0", 600), ("600,000", None), (" 600 ", 600)],
)
def test_a_number_is_read_when_it_can_mean_one_thing(
    tmp_path: Path, written: str, meant: int | None
) -> None:
    rows = sample()
    rows["placements"][1]["minutes_per_week"] = written
    folder = write_csv(tmp_path, placements=csv_text(rows["placements"], "placements", ";"))
    if meant is None:
        assert codes(refused(folder)) == [
            ("thousands-or-decimals", "placements", 2, "minutes_per_week")
        ]
    else:
        assert read_tables(folder).tables.placements.minutes_per_week[1] == meant


def test_dots_are_known_to_group_thousands_when_a_cell_of_the_column_shows_it(
    tmp_path: Path,
) -> None:
    rows = sample()
    rows["tariffs"][0]["basis_ore"], rows["tariffs"][1]["basis_ore"] = "1.234.567", "61.700"
    folder = write_csv(tmp_path, tariffs=csv_text(rows["tariffs"], "tariffs", ";"))
    assert read_tables(folder).tables.tariffs.basis_ore.tolist() == [1234567, 61700]
    assert "punktum mellem tusinder" in notes(folder)["tariffs"]


@pytest.mark.parametrize("alphabet", ["cp850", "mac-roman", "utf-16-le"])
def test_an_alphabet_that_cannot_be_recognised_is_refused(tmp_path: Path, alphabet: str) -> None:
    text = csv_text(sample()["facilities"], "facilities").replace("Åkanden", "Søåen")
    error = refused(write_csv(tmp_path, facilities=text.encode(alphabet)))
    assert codes(error)[0][0] in {"alphabet", "not-csv"}


def test_an_odd_time_of_day_is_read(tmp_path: Path) -> None:
    rows = sample()
    rows["placements"][0]["start"] = "1.3.2025 kl. 20.00"
    rows["placements"][0]["end"] = "31-03-2025 9:30:00"
    rows["placements"][1]["start"] = "2025-02-01T00:00:00.000000"
    folder = write_csv(tmp_path, placements=csv_text(rows["placements"], "placements", ";"))
    assert plain(read_tables(folder).tables) == plain(SettlementTables.from_rows(sample()))
