"""Bringing cards into the bank from files: what is read, what is refused, and that a bad file changes nothing."""

import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner

from game_server.activities import bank_files, bank_import, bank_source
from game_server.activities.actions import STARTER_BANK
from game_server.activities.bank_import import ImportReport, import_bank
from game_server.cli import group
from rooms.activities import taxonomy
from rooms.activities.card import Tags
from storage import activities as bank
from storage.activities import UpsertCounts
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.support.databases import login_url
from tests.support.server_process import environment

SHEET = [
    "Activity Type",
    "Activity Description",
    "Intimacy Level",
    "Intimacy Rating",
    "Audience Tag",
    "Audited?",
    "activePlayer Must Have",
    "partnerPlayer Must Have",
    *taxonomy.BOUNDARY_KEYS,
]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    admin = await asyncpg.connect(database_url)
    await admin.execute("DELETE FROM activities")
    await admin.close()
    database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    yield database
    await database.close()


def own(text: str, **changes: Any) -> dict[str, Any]:
    """A row in our own columns."""
    return {
        "type": "dare",
        "rating": "R",
        "intensity": 2,
        "script": {"steps": [{"actor": "A", "do": text}]},
        "tags": ["kissing"],
        "domains": ["sensual"],
    } | changes


def sheet_row(text: str, **cells: str) -> dict[str, str]:
    """A row of the spreadsheet form; underscores in names stand for spaces."""
    row = {"Activity Type": "Dare", "Activity Description": text, "Intimacy Level": "L5", "Intimacy Rating": "R"}
    return row | {name.replace("_", " "): value for name, value in cells.items()}


def as_csv(path: Path, header: list[str], rows: list[dict[str, Any]], delimiter: str = ",") -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8-sig")
    return path


def as_json(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


async def bring(database: Database, path: Path, **options: Any) -> ImportReport:
    async with database.as_service() as conn:
        return await import_bank(conn, path, **options)


async def in_bank(database: Database) -> dict[str, Any]:
    """Every loaded card by the text of its first step."""
    async with database.as_service() as conn:
        return {card.steps[0].do: card for card in (await bank.load_bank(conn))[1]}


async def test_importing_the_same_file_again_changes_nothing(database: Database):
    first = await bring(database, STARTER_BANK)
    again = await bring(database, STARTER_BANK)
    assert first.applied
    assert first.notes == ()
    assert again.counts == UpsertCounts(unchanged=first.counts.inserted)


# --- clocks ----------------------------------------------------------------------------------------------------------

MINUTE = "Hold your partner's hands for one minute."


async def test_a_clock_stands_in_the_step_of_the_script_in_every_form(database: Database, tmp_path: Path):
    row = own(
        MINUTE, script={"steps": [{"actor": "A", "do": MINUTE, "duration_s": 60}, {"actor": "B", "do": "Smile."}]}
    )
    cells = {**row, **{name: json.dumps(row[name]) for name in ("script", "tags", "domains")}}
    for path in (as_json(tmp_path / "a.json", [row]), as_csv(tmp_path / "a.csv", list(row), [cells])):
        report = await bring(database, path)
        assert report.applied, report.refused
        steps = (await in_bank(database))[MINUTE].steps
        assert [step.duration_s for step in steps] == [60, None]
    assert report.counts == UpsertCounts(unchanged=1)


@pytest.mark.parametrize(
    ("durations", "column"),
    [
        (("60", None), "script.steps[0].duration_s"),
        ((1.5, None), "script.steps[0].duration_s"),
        ((True, None), "script.steps[0].duration_s"),
        ((4, None), "script.steps[0].duration_s"),
        ((None, 601), "script.steps[1].duration_s"),
        ((60, 60), "script"),
    ],
)
async def test_a_clock_that_is_none_is_refused_with_its_place(database: Database, tmp_path: Path, durations, column):
    steps = [{"actor": "A", "do": MINUTE, "duration_s": seconds} for seconds in durations]
    report = await bring(database, as_json(tmp_path / "a.json", [own(MINUTE, script={"steps": steps})]))
    assert [remark.column for remark in report.refused] == [column]


async def test_a_card_of_a_spreadsheet_gets_the_clock_that_its_words_name_and_that_is_noted(
    database: Database, tmp_path: Path
):
    rows = [sheet_row(MINUTE), sheet_row("Hold your partner's hands for one song.")]
    report = await bring(database, as_csv(tmp_path / "sheet.csv", SHEET, rows))
    cards = await in_bank(database)
    assert [card.steps[0].duration_s for card in cards.values()] == [60, None]
    noted = [note for note in report.notes if "clock" in note.reason]
    assert [(note.line, note.column) for note in noted] == [(2, "Activity Description")]


# --- round trips and reports ---------------------------------------------------------------------------------------


async def test_our_own_columns_come_in_from_json_and_csv_alike(database: Database, tmp_path: Path):
    row = own(
        "Kiss your partner, slowly.",
        script={
            "steps": [{"actor": "active", "do": " Kiss your partner, slowly. "}, {"actor": "B", "do": "Enjoy it."}]
        },
        preference_keys=["spanking_give", "spanking_receive"],
        hard_boundaries=["hardBoundaryImpact"],
        required_bodyparts={"active": [], "partner": ["breasts"]},
        requires_consent_negotiation=True,
        power_role="top",
        audience_scope="couples",
    )
    assert (await bring(database, as_json(tmp_path / "bank.json", [row]))).counts == UpsertCounts(inserted=1)
    (card,) = (await in_bank(database)).values()
    assert [(step.actor, step.do) for step in card.steps] == [("A", "Kiss your partner, slowly."), ("B", "Enjoy it.")]
    assert card.preference_keys == ("spanking_moderate_give", "spanking_moderate_receive")
    assert card.requires_consent_negotiation
    cells = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in row.items()}
    cells |= {"tags": "kissing", "domains": '["sensual"]', "preference_keys": "spanking_give; spanking_receive"}
    cells |= {"hard_boundaries": "hardBoundaryImpact", "requires_consent_negotiation": "TRUE"}
    path = as_csv(tmp_path / "bank.csv", list(cells), [cells], delimiter=";")
    assert (await bring(database, path)).counts == UpsertCounts(unchanged=1)


async def test_a_sentence_may_begin_with_a_name_and_is_not_taken_for_json(database: Database, tmp_path: Path):
    row = {"type": "dare", "rating": "R", "intensity": 2, "script": "{active}, kiss {partner}.", "domains": "sensual"}
    await bring(database, as_csv(tmp_path / "bank.csv", list(row), [row]))
    assert set(await in_bank(database)) == {"{active}, kiss {partner}."}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["kissing", "slow"], Tags(("kissing", "slow"))),
        ("kissing; slow", Tags(("kissing", "slow"))),
        (None, Tags()),
        (
            {"themes": ["closeness"], "act": "kiss", "topics": ["turn_ons"], "apart": True},
            Tags(("closeness",), "kiss", ("turn_ons",), apart=True),
        ),
        ('{"themes": ["closeness"], "act": "kiss"}', Tags(("closeness",), "kiss")),
    ],
)
async def test_tags_come_as_an_object_or_as_the_themes_of_older_files(
    database: Database, tmp_path: Path, tags, expected
):
    assert (await bring(database, as_json(tmp_path / "bank.json", [own("Kiss.", tags=tags)]))).applied
    assert (await in_bank(database))["Kiss."].tags == expected


@pytest.mark.parametrize(
    ("tags", "column"),
    [
        ({"topcis": ["turn_ons"]}, "tags"),
        ({"topics": ["weather"]}, "tags.topics"),
        ({"act": ["kiss"]}, "tags.act"),
        ({"apart": "perhaps"}, "tags.apart"),
    ],
)
async def test_tags_that_are_not_understood_are_refused(database: Database, tmp_path: Path, tags, column):
    report = await bring(database, as_json(tmp_path / "bank.json", [own("Kiss.", tags=tags)]))
    assert [remark.column for remark in report.refused] == [column]


async def test_a_dry_run_counts_truly_and_writes_nothing(database: Database, tmp_path: Path):
    await bring(database, as_json(tmp_path / "old.json", [own("Old card."), own("Kept card.")]))
    path = as_json(tmp_path / "new.json", [own("Kept card.", intensity=3), own("New card.")])
    report = await bring(database, path, dry_run=True, archive_missing=True)
    assert report.dry_run
    assert not report.applied
    assert (report.counts, report.archived) == (UpsertCounts(inserted=1, updated=1), 1)
    cards = await in_bank(database)
    assert set(cards) == {"Old card.", "Kept card."}
    assert cards["Kept card."].intensity == 2


async def test_archive_missing_takes_out_what_the_file_no_longer_has(database: Database, tmp_path: Path):
    await bring(database, as_json(tmp_path / "old.json", [own("Old card."), own("Kept card.")]))
    report = await bring(database, as_json(tmp_path / "new.json", [own("Kept card.")]), archive_missing=True)
    assert report.archived == 1
    assert set(await in_bank(database)) == {"Kept card."}


async def test_the_version_is_the_options_or_the_files_own(database: Database, tmp_path: Path):
    path = as_json(tmp_path / "bank.json", {"source_version": "spring", "activities": [own("Kiss.")]})
    await bring(database, path)
    async with database.as_service() as conn:
        assert await conn.fetchval("SELECT source_version FROM activities") == "spring"
    await bring(database, path, source_version="summer")
    async with database.as_service() as conn:
        assert await conn.fetchval("SELECT source_version FROM activities") == "summer"
    for version in ("v" * 33, "=1+1"):
        report = await bring(database, path, source_version=version)
        assert report.refused[0].column == "source_version"


async def test_a_version_in_the_row_is_the_cards_unless_the_option_says_another(database: Database, tmp_path: Path):
    rows = [own("Kiss.", source_version="mine"), own("Hug.", source_version="")]
    path = as_json(tmp_path / "bank.json", {"source_version": "spring", "activities": rows})
    stored = "SELECT array_agg(source_version ORDER BY activity_id) FROM activities"
    await bring(database, path)
    async with database.as_service() as conn:
        assert await conn.fetchval(stored) == ["mine", "spring"]
    await bring(database, path, source_version="summer")
    async with database.as_service() as conn:
        assert await conn.fetchval(stored) == ["summer", "summer"]
    report = await bring(database, as_json(tmp_path / "bad.json", [own("Kiss.", source_version="v" * 33)]))
    assert [(remark.line, remark.column) for remark in report.refused] == [(2, "source_version")]


async def test_what_a_couple_wrote_for_itself_does_not_come_by_import(database: Database, tmp_path: Path):
    report = await bring(database, as_json(tmp_path / "bank.json", [own("Kiss.", source="user_submitted")]))
    assert [(remark.line, remark.column) for remark in report.refused] == [(2, "source")]


async def test_a_large_file_is_written_piece_by_piece_and_still_all_or_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bank_import, "_BATCH", 2)
    told: list[tuple[str, int, int]] = []
    path = as_json(tmp_path / "bank.json", [own(f"Kiss {number}.") for number in range(5)])
    report = await bring(database, path, progress=lambda *parts: told.append(parts))
    assert report.counts == UpsertCounts(inserted=5)
    assert told == [
        ("Reading bank.json", 0, 0),
        *(("Checking the rows", done, 5) for done in (0, 2, 4)),
        *(("Writing the cards", done, 5) for done in (0, 2, 4)),
    ]

    def stop(what: str, done: int, _of: int) -> None:
        if (what, done) == ("Writing the cards", 4):
            raise KeyboardInterrupt

    path = as_json(tmp_path / "bank.json", [own(f"Kiss {number}.", intensity=3) for number in range(5)])
    async with database.reading() as conn:
        with pytest.raises(KeyboardInterrupt):
            await import_bank(conn, path, progress=stop)
    assert {card.intensity for card in (await in_bank(database)).values()} == {2}


async def test_refused_rows_are_named_and_nothing_is_written(database: Database, tmp_path: Path):
    rows = [
        own("A good card."),
        own("Too strong.", intensity=9),
        own("No such limit.", hard_boundaries=["hardBoundaryLava"]),
        own("Misspelt column.", hard_boundries=["hardBoundaryPublic"]),
        own("A G that is wild.", rating="G", intensity=4),
        own("=HYPERLINK(1)"),
        own("Half a card.", script=None),
        own("Nobody.", script={"steps": [{"actor": "C", "do": "Kiss."}]}),
        own("A number.", intensity="two"),
    ]
    path = tmp_path / "bank.json"
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
    report = await bring(database, path, archive_missing=True)
    assert [(remark.line, remark.column) for remark in report.refused] == [
        (3, "intensity"),
        (4, "hard_boundaries"),
        (5, "hard_boundries"),
        (6, "intensity"),
        (7, "script"),
        (8, "script"),
        (9, "script.steps[0].actor"),
        (10, "intensity"),
    ]
    assert all(remark.reason.endswith(".") for remark in report.refused)
    assert not report.applied
    assert await in_bank(database) == {}


async def test_the_same_card_twice_is_read_once_and_a_contradiction_refused(database: Database, tmp_path: Path):
    same = await bring(database, as_json(tmp_path / "same.json", [own("Kiss."), own("Kiss.")]))
    assert same.counts.inserted == 1
    assert "read once" in same.notes[0].reason
    again = tmp_path / "again.json"
    again.write_text("[\n" + ",\n".join([json.dumps(own("Kiss."))] * 3) + "\n]")
    assert [remark.line for remark in (await bring(database, again)).notes] == [3, 4]
    other = await bring(database, as_json(tmp_path / "other.json", [own("Hug."), own("Hug.", intensity=3)]))
    assert not other.applied
    assert set(await in_bank(database)) == {"Kiss."}


async def test_unknown_preferences_are_kept_and_reported(database: Database, tmp_path: Path):
    report = await bring(database, as_json(tmp_path / "bank.json", [own("Knit.", preference_keys=["knitting_give"])]))
    assert report.applied
    assert "knitting_give" in report.notes[0].reason
    assert (await in_bank(database))["Knit."].preference_keys == ("knitting_give",)


# --- the spreadsheet form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "rating", "expected"),
    [
        ("L1", "G", ("G", 1)),
        ("L2", "", ("G", 1)),
        ("L3", "G", ("G", 1)),
        ("L4", "R", ("R", 2)),
        ("l5", "R", ("R", 3)),
        ("L6", "R", ("R", 3)),
        ("L7", "X", ("X", 4)),
        ("L7", "R", ("R", 4)),
        ("L8", "X", ("X", 4)),
        ("L9", "X", ("X", 5)),
        ("", "R", ("R", 2)),
        ("L12", "G", ("G", 1)),
    ],
)
async def test_a_level_becomes_a_rating_and_an_intensity(database, tmp_path, level, rating, expected):
    row = sheet_row("Kiss your partner.", Intimacy_Level=level, Intimacy_Rating=rating)
    report = await bring(database, as_csv(tmp_path / "sheet.csv", SHEET, [row]))
    assert report.applied
    card = (await in_bank(database))["Kiss your partner."]
    assert (card.rating, card.intensity) == expected


async def test_a_level_and_rating_that_say_nothing_refuse_the_row(database: Database, tmp_path: Path):
    row = sheet_row("Kiss.", Intimacy_Level="hot", Intimacy_Rating="")
    report = await bring(database, as_csv(tmp_path / "sheet.csv", SHEET, [row]))
    assert [(remark.line, remark.column) for remark in report.refused] == [(2, "Intimacy Level")]


async def test_a_g_row_with_a_boundary_is_lifted_and_reported(database: Database, tmp_path: Path):
    row = sheet_row("Take a picture.", Intimacy_Level="L2", Intimacy_Rating="G", hardBoundaryRecord="hitsBoundary")
    report = await bring(database, as_csv(tmp_path / "sheet.csv", SHEET, [row]))
    assert "lifted to R" in report.notes[0].reason
    card = (await in_bank(database))["Take a picture."]
    assert (card.rating, card.intensity, card.hard_boundaries) == ("R", 2, ("hardBoundaryRecord",))


async def test_audience_bodies_and_boundaries_are_read_from_their_columns(database: Database, tmp_path: Path):
    rows = [
        sheet_row(
            "One.", Audience_Tag="audienceCoupleOnly", activePlayer_Must_Have="Penis, breasts", hardBoundaryAnal="1"
        ),
        sheet_row("Two.", Audience_Tag="Groups", partnerPlayer_Must_Have="any", hardBoundaryImpact="TRUE"),
        sheet_row("Three.", Audience_Tag="", hardBoundaryImpact="false", hardBoundaryPublic="0"),
        sheet_row("Four.", Audience_Tag="aliens", partnerPlayer_Must_Have="vagina"),
    ]
    report = await bring(database, as_csv(tmp_path / "sheet.csv", SHEET, rows))
    cards = await in_bank(database)
    assert [cards[text].audience_scope for text in ("One.", "Two.", "Three.", "Four.")] == [
        "couples",
        "groups",
        "all",
        "all",
    ]
    assert cards["One."].required_bodyparts.active == ("penis", "breasts")
    assert cards["Four."].required_bodyparts.partner == ("vagina",)
    assert [cards[text].hard_boundaries for text in ("One.", "Two.", "Three.")] == [
        ("hardBoundaryAnal",),
        ("hardBoundaryImpact",),
        (),
    ]
    assert (5, "Audience Tag") in {(remark.line, remark.column) for remark in report.notes}


async def test_an_unknown_body_part_or_boundary_column_is_refused(database: Database, tmp_path: Path):
    row = sheet_row("Fly.", activePlayer_Must_Have="wings")
    report = await bring(database, as_csv(tmp_path / "sheet.csv", SHEET, [row]))
    assert report.refused[0].column == "activePlayer Must Have"
    misspelt = [*SHEET, "hardBoundaryImpakt"]
    report = await bring(database, as_csv(tmp_path / "sheet.csv", misspelt, [sheet_row("Kiss.")]))
    assert report.refused[0].column == "hardboundaryimpakt"


@pytest.mark.parametrize("yes", ["hitsBoundary", "hits boundary", "TRUE", "1", "Yes", "WAHR"])
async def test_a_boundary_is_set_by_whatever_says_yes(database: Database, tmp_path: Path, yes):
    row = sheet_row("Pat.", hardBoundaryImpact=yes, hardBoundaryAnal="FALSCH", hardBoundaryRecord="no")
    await bring(database, as_csv(tmp_path / "sheet.csv", SHEET, [row]))
    assert (await in_bank(database))["Pat."].hard_boundaries == ("hardBoundaryImpact",)


@pytest.mark.parametrize("perhaps", ["x", "VRAI", "a little", "2"])
async def test_a_boundary_cell_that_says_neither_yes_nor_no_is_refused_and_never_read_as_no(
    database: Database, tmp_path: Path, perhaps
):
    row = sheet_row("Pat.", hardBoundaryImpact=perhaps)
    report = await bring(database, as_csv(tmp_path / "sheet.csv", SHEET, [row]))
    assert [(remark.line, remark.column) for remark in report.refused] == [(2, "hardBoundaryImpact")]
    assert await in_bank(database) == {}


async def test_columns_that_are_missing_or_not_read_are_reported_once(database: Database, tmp_path: Path):
    header = [*SHEET[:-1], "Notes"]
    report = await bring(database, as_csv(tmp_path / "sheet.csv", header, [sheet_row("Kiss."), sheet_row("Hug.")]))
    about_file = [(remark.column, remark.reason) for remark in report.notes if remark.line == 0]
    assert [column for column, _ in about_file] == ["notes", taxonomy.BOUNDARY_KEYS[-1]]


async def test_an_enrichment_file_tags_the_cards_it_matches(database: Database, tmp_path: Path):
    enrichment = {
        "a": {
            "type": "dare",
            "description": "Tie a bow.",
            "power_role": "top",
            "preference_keys": ["restraints_give", "restraints_receive"],
            "domains": ["power"],
            "requires_consent_negotiation": True,
        },
        "b": {"type": "dare", "description": "Not in the sheet.", "domains": ["playful"]},
    }
    sheet = as_csv(tmp_path / "sheet.csv", SHEET, [sheet_row("Tie a bow.", Intimacy_Level="L2", Intimacy_Rating="G")])
    report = await bring(database, sheet, enrichment=as_json(tmp_path / "more.json", enrichment))
    card = (await in_bank(database))["Tie a bow."]
    assert (card.power_role, card.domains, card.requires_consent_negotiation) == ("top", ("power",), True)
    assert card.rating == "R"
    assert any("1 of 2 rows" in remark.reason for remark in report.notes)


async def test_an_enrichment_that_holds_a_nul_is_refused(database: Database, tmp_path: Path):
    more = [{"type": "dare", "description": "Tie a bow.", "preference_keys": ["restraints\0"]}]
    sheet = as_csv(tmp_path / "sheet.csv", SHEET, [sheet_row("Tie a bow.")])
    report = await bring(database, sheet, enrichment=as_json(tmp_path / "more.json", more))
    assert [(remark.line, remark.column) for remark in report.refused] == [(0, "preference_keys")]
    assert "Tie a bow." in report.refused[0].reason


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_names_what_it_refuses_and_says_no(settings, tmp_path, monkeypatch):
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    header = ["type", "rating", "intensity", "script", "domains"]
    cells = (("dare", "R", 2, "Kiss."), ("dare", "R", 9, "Too strong."), ("riddle", "R", 2, "Guess."))
    rows = [dict(zip(header, (*row, "sensual"), strict=True)) for row in cells]
    path = as_csv(tmp_path / "bank.csv", header, rows)
    told = CliRunner().invoke(group, ["bank", "import", str(path)])
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        "refused, line 3, intensity: The intensity at R is 1 to 5, not 9.",
        'refused, line 4, type: "riddle" is not known here; use one of truth, dare.',
        "Nothing was imported: 2 of 3 rows were refused.",
    ]


def test_the_command_says_the_same_of_many_rows_once(settings, tmp_path, monkeypatch):
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    rows = [sheet_row(f"Card {number}.") for number in range(7)]
    rows[6]["Audience Tag"] = "aliens"
    path = as_csv(tmp_path / "sheet.csv", SHEET, rows)
    told = CliRunner().invoke(group, ["bank", "import", str(path), "--dry-run"])
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "note, lines 2, 3, 4 and 4 more, domains: Neither domains nor preference keys: the card is kept and not drawn.",
        'note, line 8, Audience Tag: "aliens" is not known here; read as all.',
        "7 rows would be imported: 7 new, 0 changed, 0 as before, 0 archived.",
    ]


def test_the_command_counts_no_rows_of_a_file_that_it_could_not_read(settings, tmp_path, monkeypatch):
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "bank.csv"
    path.write_text("Größe\n", encoding="cp1252")
    told = CliRunner().invoke(group, ["bank", "import", str(path)])
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        'refused, line 1: The file is not UTF-8. Save it again as UTF-8 (in Excel: "CSV UTF-8").',
        "Nothing was imported.",
    ]


# --- files that cannot be read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "line", "word"),
    [
        (("bank.ods", b"PK\x03\x04"), 0, "CSV"),
        (("bank.json", b"[\n{\n oops"), 3, "JSON"),
        (("bank.json", b'{"cards": []}'), 0, "shape"),
        (("bank.json", b"[]"), 0, "no cards"),
        (("bank.json", b"[\n1]"), 2, "object"),
        (("bank.json", b"[" * 100_000), 0, ""),
        (("bank.csv", b"type,script\ndare,\0"), 2, "NUL"),
        (("bank.csv", b"type,script\ndare,\xff"), 2, "UTF-8"),
        (("bank.csv", b'type,script\ndare,"open'), 2, "CSV"),
        (("bank.csv", b"type,type\n"), 1, "twice"),
        (("bank.csv", b"type,script\ndare,Kiss.,more\n"), 2, "cells"),
        (("bank.csv", b""), 0, "no cards"),
    ],
)
async def test_an_unreadable_file_is_refused_with_a_sentence(database, tmp_path, file, line, word):
    path = tmp_path / file[0]
    path.write_bytes(file[1])
    report = await bring(database, path)
    (remark,) = report.refused
    assert word in remark.reason
    assert remark.line == line or not word
    assert await in_bank(database) == {}


async def test_a_missing_file_and_a_file_without_known_columns_are_refused(database: Database, tmp_path: Path):
    assert "cannot be opened" in (await bring(database, tmp_path / "nowhere.json")).refused[0].reason
    path = tmp_path / "other.csv"
    path.write_text("name,price\nTea,3\n")
    assert "Activity Description" in (await bring(database, path)).refused[0].reason


async def test_a_200_mb_file_is_refused(database: Database, tmp_path: Path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    report = await bring(database, path)
    assert report.refused[0].reason.startswith("The file has 200 MiB")


async def test_a_nul_that_json_escapes_and_formulas_in_csv_are_refused(database: Database, tmp_path: Path):
    report = await bring(database, as_json(tmp_path / "nul.json", [own("Kiss\0.")]))
    assert (report.refused[0].line, report.refused[0].column) == (2, "script")
    rows = [sheet_row(text) for text in ("=1+1", "@SUM(A1)", "+cmd", "-2 is fine as a number")]
    report = await bring(database, as_csv(tmp_path / "sheet.csv", SHEET, rows))
    assert [remark.line for remark in report.refused] == [2, 3, 4]


async def test_a_first_line_that_only_names_the_delimiter_is_no_header(database: Database, tmp_path: Path):
    path = tmp_path / "sheet.csv"
    path.write_text(
        "sep=;\nActivity Type;Activity Description;Intimacy Level\nDare;Kiss, and hug.;L5\nRiddle;What?;L5\n"
    )
    report = await bring(database, path)
    assert [(remark.line, remark.column) for remark in report.refused] == [(4, "Activity Type")]


async def test_lines_are_counted_through_quoted_line_breaks_and_blank_rows(database: Database, tmp_path: Path):
    path = tmp_path / "sheet.csv"
    path.write_text(
        "Activity Type,Activity Description,Intimacy Level\n\n"
        'Dare,"Kiss\nyour partner.",L5\n'
        ",,\n"
        "Riddle,What is it?,L5\n"
    )
    report = await bring(database, path)
    assert [(remark.line, remark.column) for remark in report.refused] == [(6, "Activity Type")]


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bank_source, "MOST_ROWS", 2)
    path = as_json(tmp_path / "bank.json", [own(f"Kiss {number}.") for number in range(3)])
    with pytest.raises(bank_source.UnreadableFile, match="3 rows"):
        bank_files.read_rows(path)
