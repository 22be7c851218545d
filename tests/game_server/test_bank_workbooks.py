"""Banks that come as workbooks: what is read, and that no workbook, however it was made, brings down who reads it."""

import contextlib
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from game_server.activities import bank_workbook, bank_xml
from game_server.activities.bank_files import read_rows
from game_server.activities.bank_import import read_cards
from game_server.activities.bank_source import UnreadableFile

HEADER = ["type", "rating", "intensity", "script", "domains"]
KISS = ["dare", "R", 2, "Kiss your partner.", "sensual"]
SHEET = "xl/worksheets/sheet1.xml"


class Formula(str):
    """What a cell computes."""

    __slots__ = ()


def workbook(path: Path, *sheets: tuple[str, list[list[Any]]], hide: str = "") -> Path:
    """A workbook with these sheets, as a spreadsheet program writes it; None leaves a cell out."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            if name == hide:
                sheet.hide()
            else:
                sheet.activate()
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if isinstance(value, Formula):
                        sheet.write_formula(row, column, str(value), None, "Kiss your partner.")
                    elif isinstance(value, date):
                        sheet.write_datetime(row, column, value, day)
                    elif isinstance(value, str):
                        sheet.write_string(row, column, value)
                    elif value is not None:
                        sheet.write(row, column, value)
    return path


def rebuilt(path: Path, changes: dict[str, Callable[[bytes], bytes]]) -> Path:
    """The workbook with some of its parts changed."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, changes.get(name, bytes)(part))
    return path


def refusals(path: Path, sheet: str | None = None) -> list[tuple[int, str, str]]:
    """Line, column and reason of what is refused of a file that can be read."""
    return [(one.line, one.column, one.reason) for one in read_cards(read_rows(path, sheet).rows, {}).refused]


def why(path: Path, sheet: str | None = None) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_rows(path, sheet)
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bank.xlsx"


# --- what is read --------------------------------------------------------------------------------------------------


def test_a_sheet_is_read_wherever_it_begins_and_its_lines_are_those_on_the_screen(path):
    rows = [[], [None, None, *HEADER], [], [None, None, *KISS], [None, None, "riddle", "R", 2, "Guess.", "playful"]]
    workbook(path, ("Cards", rows))
    source = read_rows(path)
    assert [row.line for row in source.rows] == [4, 5]
    assert source.rows[0].cells == dict(zip(HEADER, KISS, strict=True))
    assert [(line, column) for line, column, _ in refusals(path)] == [(5, "type")]


def test_numbers_and_flags_of_a_sheet_are_what_it_shows(path):
    header = [*HEADER, "approved", "requires_consent_negotiation", "source_version"]
    workbook(path, ("Cards", [header, [*KISS, False, 1, 2026], [*KISS[:2], 2.5, *KISS[3:]]]))
    read = read_cards(read_rows(path).rows, {})
    ((card, version),) = read.cards
    assert (card.intensity, card.approved, card.requires_consent_negotiation, version) == (2, False, True, "2026")
    assert [(one.line, one.column) for one in read.refused] == [(3, "intensity")]


def test_the_first_sheet_that_is_shown_is_read_and_the_others_are_named(path):
    other = [HEADER, ["truth", "G", 1, "What made you laugh today?", "connection"]]
    workbook(path, ("Old", [HEADER]), ("Cards", [HEADER, KISS]), ("More", other), hide="Old")
    source = read_rows(path)
    assert source.rows[0].cells["type"] == "dare"
    assert source.notes == ('Read the sheet "Cards", not "More"; choose with --sheet.',)
    assert read_rows(path, "More").rows[0].cells["type"] == "truth"
    assert read_rows(path, "More").notes == ()
    assert why(path, "Cads").message == 'The workbook has no sheet "Cads", only "Old", "Cards", "More".'


def test_only_a_workbook_has_sheets(tmp_path):
    (tmp_path / "bank.csv").write_text("type,script\n")
    assert "sheets" in why(tmp_path / "bank.csv", "Cards").message


def test_the_spreadsheet_form_comes_in_from_a_workbook(path):
    header = [
        "Activity Type",
        "Activity Description",
        "Intimacy Level",
        "Intimacy Rating",
        "hardBoundaryRecord",
        "Audited?",
    ]
    rows = [["Dare", "Take a picture.", "L2", "G", "hitsBoundary", True], ["Truth", "What is new?", "L1", "G", 0, None]]
    workbook(path, ("Cards", [header, *rows]))
    read = read_cards(read_rows(path).rows, {})
    assert [(card.rating, card.intensity, card.hard_boundaries) for card, _ in read.cards] == [
        ("R", 2, ("hardBoundaryRecord",)),
        ("G", 1, ()),
    ]
    assert ("Intimacy Rating", 2) in {(note.column, note.line) for note in read.notes}


# --- cells that are no values --------------------------------------------------------------------------------------


def test_a_formula_is_refused_with_its_line_and_column_whatever_it_shows(path):
    computed = [*KISS[:3], Formula('="Kiss "&"your partner."'), "sensual"]
    workbook(path, ("Cards", [HEADER, KISS, computed, [Formula("=A2"), *KISS[1:]]]), ("Sums", [[Formula("=1+1")]]))
    assert refusals(path) == [
        (3, "script", "The cell is a formula. Replace it by its value."),
        (4, "type", "The cell is a formula. Replace it by its value."),
    ]


def test_a_formula_without_a_value_yet_is_refused_also_below_the_last_row(path):
    workbook(path, ("Cards", [HEADER, KISS, [*KISS[:3], Formula("=A1")], [], [None, None, Formula("=A1")]]))
    rebuilt(path, {SHEET: lambda xml: re.sub(rb"</f><v>[^<]*</v>", b"</f>", xml)})
    assert [(line, column) for line, column, _ in refusals(path)] == [(3, "script"), (5, "intensity")]


def test_a_rule_that_computes_beside_the_cells_is_no_formula_of_a_cell(path):
    """A list to choose from, as Excel writes it: its formula stands after the cells."""
    workbook(path, ("Cards", [HEADER, KISS]))
    rule = b'<extLst><ext xmlns:xm="http://x"><xm:f>Lists!$A$1:$A$5</xm:f><xm:sqref>A2</xm:sqref></ext></extLst></worksheet>'
    rebuilt(path, {SHEET: lambda xml: xml.replace(b"</worksheet>", rule)})
    assert refusals(path) == []


def test_cells_outside_of_rows_are_refused_or_nothing(path):
    workbook(path, ("Cards", [HEADER, KISS]))
    rebuilt(path, {SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData><f>1</f><v>1</v>", 1)})
    assert refusals(path) == []
    rebuilt(path, {SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData><c><v>1</v></c>", 1)})
    assert "save it again" in why(path).message


def test_a_formula_in_the_header_or_beside_it_is_refused(path):
    workbook(path, ("Cards", [[*HEADER[:3], Formula("=A1"), "domains"], KISS]))
    assert why(path).line == 1
    workbook(path, ("Cards", [HEADER, [*KISS, None, Formula("=A1")]]))
    assert why(path).line == 2


def test_errors_dates_and_nuls_in_a_sheet_are_refused(path):
    late = [*KISS[:3], date(2026, 11, 29), "sensual"]
    workbook(path, ("Cards", [HEADER, late, [*KISS[:2], 7, *KISS[3:]], ["dare", "R", 2, "Kiss?mark", "sensual"]]))
    rebuilt(path, {SHEET: lambda xml: xml.replace(b'"C3"><v>7<', b'"C3" t="e"><v>#N/A<')})
    assert [(line, column) for line, column, _ in refusals(path)] == [(2, "script"), (3, "intensity")]
    rebuilt(path, {"xl/sharedStrings.xml": lambda xml: xml.replace(b"Kiss?mark", b"Kiss_x0000_mark")})
    assert (4, "script", "The cell holds a NUL character. Remove it.") in refusals(path)
    rebuilt(path, {"xl/sharedStrings.xml": lambda xml: xml.replace(b"Kiss_x0000_mark", b"Kiss&#0;mark")})
    assert "broken" in why(path).message


# --- files that are no workbook, or too much of one ----------------------------------------------------------------


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "no workbook"),
        (b"type,script\ndare,Kiss.\n", "no workbook"),
        (b"PK\x03\x04", "no workbook"),
        (OLD, ".xls"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
    ids=["empty", "csv", "cut", "xls", "password"],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(path, data, word):
    path.write_bytes(data)
    assert word in why(path).message


def test_a_packed_file_that_is_no_workbook_is_refused(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "no workbook" in why(path).message


def test_a_zip_bomb_is_refused_before_it_is_unpacked(path):
    workbook(path, ("Cards", [HEADER, KISS]))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image.xml", bytes(64 * 1024 * 1024))
    assert "100 times its size" in why(path).message


def test_a_200_mb_sheet_is_refused(path):
    workbook(path, ("Cards", [HEADER, KISS]))
    size = 200 * 1024 * 1024
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as packed:
        packed.writestr("xl/worksheets/sheet9.xml", b"")
        packed.infolist()[-1].file_size = size  # what the directory of a file says that was packed so
        packed._didModify = True
    assert why(path).message.startswith("Unpacked the workbook has 200 MiB")


def test_a_part_that_says_it_is_smaller_than_it_is_is_refused(path):
    workbook(path, ("Cards", [HEADER, KISS]))
    with zipfile.ZipFile(path, "a") as packed:
        packed.getinfo(SHEET).file_size = 600
        packed._didModify = True
    assert "broken" in why(path).message


def test_a_part_that_comes_twice_is_refused(path):
    workbook(path, ("Cards", [HEADER, KISS]))
    with zipfile.ZipFile(path, "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr(SHEET, "<worksheet/>")
    assert "packed as no spreadsheet program" in why(path).message


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_declared_entities_are_refused_in_every_part(path, part):
    workbook(path, ("Cards", [HEADER, KISS]))
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    rebuilt(path, {part: lambda xml: bomb + xml.partition(b"?>")[2]})
    assert "document type" in why(path).message


def test_an_encoding_that_there_is_not_is_refused(path):
    workbook(path, ("Cards", [HEADER, KISS]))
    rebuilt(path, {SHEET: lambda xml: xml.replace(b'encoding="UTF-8"', b'encoding="UTF-99"')})
    assert "broken" in why(path).message


def test_a_cell_at_the_end_of_the_sheet_does_not_take_the_memory_of_all_before_it(path):
    workbook(path, ("Cards", [HEADER, KISS]))
    rebuilt(path, {SHEET: lambda xml: xml.replace(b'r="C2"', b'r="XFD1048576"')})
    assert "XFD1048576" in why(path).message


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b'r="C2"', b'r="C99999999992"'),  # whoever counts in 32 bits is somewhere else
        (b'r="C2"', b'r="c2"'),
        (b'r="C2"', b'r="C0"'),
        (b'r="C2"', b'r="C3"'),
        (b'<row r="2"', b'<row r="4294967297"'),
        (b'<row r="2"', b'<row r="0"'),
    ],
)
def test_a_place_that_can_be_taken_for_another_is_refused(path, written, instead):
    workbook(path, ("Cards", [HEADER, KISS]))
    rebuilt(path, {SHEET: lambda xml: xml.replace(written, instead)})
    assert "save it again" in why(path).message


def test_styled_empty_cells_at_the_end_of_the_sheet_do_no_harm(path):
    workbook(path, ("Cards", [HEADER, KISS]))
    rebuilt(path, {SHEET: lambda xml: xml.replace(b"</row></sheetData>", b'<c r="XFD2" s="1"/></row></sheetData>')})
    assert len(read_rows(path).rows) == 1


def test_a_long_text_that_every_cell_repeats_is_refused(path, monkeypatch):
    workbook(path, ("Cards", [HEADER, *[["dare", "R", 2, "Kiss your partner. " * 100, "sensual"]] * 60]))
    monkeypatch.setattr(bank_xml, "MOST_TEXT", 100_000)
    assert "more text" in why(path).message


@pytest.mark.parametrize(
    ("most", "word"), [("MOST_MARKED", "formulas"), ("MOST_PLACES", "texts"), ("_MOST_ELEMENTS", "sheets")]
)
def test_more_of_anything_than_a_bank_can_have_is_refused(path, monkeypatch, most, word):
    workbook(path, ("Cards", [HEADER, [*KISS[:3], Formula("=A1"), Formula("=A1")]]), ("More", []))
    monkeypatch.setattr(bank_xml, most, 1)
    assert word in why(path).message


def test_a_cell_that_names_a_text_that_is_not_there_is_refused(path):
    workbook(path, ("Cards", [HEADER, KISS]))
    rebuilt(path, {SHEET: lambda xml: xml.replace(b't="s"><v>0<', b't="s"><v>99<')})
    assert "does not have" in why(path).message


def test_cells_without_places_are_counted(path):
    workbook(path, ("Cards", [HEADER, KISS, [*KISS[:3], Formula("=A1"), "sensual"]]))
    rebuilt(path, {SHEET: lambda xml: re.sub(rb'<(c|row) r="[A-Z]*\d+"', rb"<\1", xml)})
    assert [(line, column) for line, column, _ in refusals(path)] == [(3, "script")]


@given(st.data())
def test_a_workbook_that_somebody_broke_is_read_or_refused_and_nothing_else(tmp_path_factory, data):
    """Any byte of any part that is read may be another."""
    whole = io.BytesIO(WHOLE)
    broken = tmp_path_factory.mktemp("broken") / "bank.xlsx"
    with zipfile.ZipFile(whole) as packed:
        parts = {name: bytearray(packed.read(name)) for name in packed.namelist()}
    for _ in range(data.draw(st.integers(1, 4))):
        part = parts[data.draw(st.sampled_from([SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]))]
        place = data.draw(st.integers(0, len(part) - 1))
        part[place : place + data.draw(st.integers(0, 8))] = data.draw(
            st.binary(max_size=8) | st.just(b'"><c r="B9"/>')
        )
    with zipfile.ZipFile(broken, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, bytes(part))
    with contextlib.suppress(UnreadableFile):
        read_cards(bank_workbook.read_workbook(broken).rows, {})


def _whole() -> bytes:
    file = io.BytesIO()
    workbook(file, ("Cards", [HEADER, KISS, [*KISS[:3], Formula("=A1"), "sensual"]]), ("More", [[1.5, True]]))  # type: ignore[arg-type]
    return file.getvalue()


WHOLE = _whole()
