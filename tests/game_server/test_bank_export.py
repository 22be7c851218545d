"""The bank as a file: what an import reads back is what was there."""

import json
import resource
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from game_server.activities import bank_export
from game_server.activities.bank_export import CannotExport, Exported, export_bank
from game_server.activities.bank_files import read_rows
from game_server.activities.bank_import import import_bank, read_cards
from game_server.cli import group
from game_server.process.exits import CannotRunError
from rooms.activities import taxonomy
from rooms.activities.card import BodyParts, Card, Step, Tags, activity_uid, problems
from storage import activities as bank
from storage.activities import UpsertCounts
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.support.databases import login_url
from tests.support.server_process import environment

FORMS = (".csv", ".xlsx", ".json")


@pytest.fixture(scope="module")
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    yield database
    await database.close()


async def export(database: Database, path: Path) -> Exported:
    async with database.reading() as conn:
        return await export_bank(conn, path)


async def rows_of(sql: asyncpg.Connection) -> list[asyncpg.Record]:
    return await sql.fetch("SELECT * FROM activities ORDER BY activity_id")


# --- any card ------------------------------------------------------------------------------------------------------

# What an import takes: no control characters but the line break, nothing that looks like a formula, no placeholder.
words = st.text(st.characters(exclude_categories=["C"], exclude_characters="{}"), min_size=1, max_size=40).filter(
    lambda text: text.strip()[:1] not in ("", "=", "+", "@", "-") and text.isprintable()
)
sentences = st.lists(words, min_size=1, max_size=3).map("\n".join).map(str.strip)
keys = st.sampled_from(taxonomy.PREFERENCE_KEYS)


def some(values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """Any card that may be in the bank."""
    rating = draw(st.sampled_from(taxonomy.RATINGS))
    sexual = rating != "G"
    kind = draw(st.sampled_from(taxonomy.TYPES))
    texts = draw(st.lists(sentences, min_size=1, max_size=2))
    timed = draw(st.sampled_from((None, *range(len(texts)))))
    steps = tuple(
        Step(draw(st.sampled_from("AB")), text, draw(st.integers(5, 600)) if number == timed else None)
        for number, text in enumerate(texts)
    )
    card = Card(
        uid=activity_uid(kind, steps[0].do),
        type=kind,
        rating=rating,
        intensity=draw(st.sampled_from(taxonomy.INTENSITIES[rating])),
        steps=steps,
        tags=Tags(
            themes=tuple(dict.fromkeys(word.strip() for word in draw(st.lists(words, max_size=2)))),
            act=draw(st.sampled_from(("", *taxonomy.ACTS[kind]))),
            topics=draw(some(taxonomy.TOPICS)),
            apart=draw(st.booleans()),
        ),
        power_role=draw(st.none() | st.sampled_from(taxonomy.POWER_ROLES)),
        preference_keys=draw(some(taxonomy.PREFERENCE_KEYS)) if sexual else (),
        domains=draw(some(taxonomy.DOMAINS)),
        intensity_modifiers=tuple(dict.fromkeys(word.strip() for word in draw(st.lists(words, max_size=3)))),
        requires_consent_negotiation=draw(st.booleans()),
        audience_scope=draw(st.sampled_from(taxonomy.AUDIENCES)),
        hard_boundaries=draw(some(taxonomy.BOUNDARY_KEYS)) if sexual else (),
        hard_limit_keys=draw(some(taxonomy.BOUNDARY_KEYS)) if sexual else (),
        required_bodyparts=BodyParts(draw(some(taxonomy.BODY_PARTS)), draw(some(taxonomy.BODY_PARTS))),
        source=draw(st.sampled_from(("bank", "ai_generated"))),
        approved=draw(st.booleans()),
        is_active=draw(st.booleans()),
    )
    assert problems(card) == []
    return card


versions = st.none() | st.sampled_from(("starter-2", "2026", "a, b; c"))


@given(kept=st.lists(st.tuples(cards(), versions), min_size=1, max_size=2, unique_by=lambda one: one[0].uid))
@settings(max_examples=settings().max_examples // 4)
def test_any_card_comes_back_from_a_file_as_it_was(tmp_path_factory, kept):
    for form in FORMS:
        path = tmp_path_factory.getbasetemp() / f"round{form}"
        with path.open("wb") as file:
            bank_export._writer(path)(file, [bank_export._row(card, version) for card, version in kept])
        read = read_cards(read_rows(path).rows, {})
        assert read.refused == ()
        assert read.cards == kept


# --- the whole bank ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
async def test_the_whole_bank_read_back_changes_nothing(database, sql, tmp_path, form):
    await sql.execute("UPDATE activities SET source_version = 'ours', is_active = false WHERE activity_id = 7")
    await sql.execute("UPDATE activities SET source_version = NULL, approved = false WHERE activity_id = 8")
    before = await rows_of(sql)
    found = await export(database, tmp_path / f"bank{form}")
    assert found == Exported(len(before), ())
    async with database.reading() as conn:
        report = await import_bank(conn, tmp_path / f"bank{form}", archive_missing=True)
    assert (report.counts, report.archived, report.notes) == (UpsertCounts(unchanged=len(before)), 0, ())
    assert await rows_of(sql) == before


async def test_what_belongs_to_two_people_or_one_room_is_in_no_file(database, sql, tmp_path):
    await sql.execute("UPDATE activities SET source = 'user_submitted', activity_uid = NULL WHERE activity_id = 11")
    await sql.execute("UPDATE activities SET source = 'ai_generated', approved = false WHERE activity_id = 12")
    await sql.execute("UPDATE activities SET source = 'ai_generated' WHERE activity_id = 13")
    await export(database, tmp_path / "bank.json")
    exported = json.loads((tmp_path / "bank.json").read_bytes())["activities"]
    assert len(exported) == await sql.fetchval("SELECT count(*) FROM activities") - 2
    assert [row["source"] for row in exported if "source" in row] == ["ai_generated"]


async def test_a_row_that_cannot_be_read_is_told_and_not_lost_in_silence(database, sql, tmp_path):
    before = await sql.fetchval("SELECT script FROM activities WHERE activity_id = 20")
    await sql.execute("UPDATE activities SET script = '{}' WHERE activity_id = 20")
    assert (await export(database, tmp_path / "bank.csv")).unreadable == (20,)
    await sql.execute("UPDATE activities SET script = $1 WHERE activity_id = 20", before)


async def test_a_file_that_cannot_be_written_leaves_the_old_one(database, tmp_path, monkeypatch):
    path = tmp_path / "bank.xlsx"
    path.write_bytes(b"the old one")
    monkeypatch.setattr(bank_export, "_LONGEST_CELL", 10)
    with pytest.raises(CannotExport, match="too long"):
        await export(database, path)
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(CannotExport, match=r"\.csv, \.xlsx or \.json"):
        await export(database, tmp_path / "bank.txt")
    with pytest.raises(CannotExport, match="cannot be written"):
        await export(database, tmp_path / "nowhere" / "bank.csv")


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file of this process grows over 20 KB, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
@pytest.mark.usefixtures("small_files")
async def test_a_full_disk_is_said_and_leaves_nothing_behind(database, tmp_path, monkeypatch, form):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where a workbook is put together
    with pytest.raises(CannotExport, match="cannot be written: File too large"):
        await export(database, tmp_path / f"bank.{form}")
    assert list(tmp_path.iterdir()) == []


def test_the_command_replaces_no_file_unless_it_is_told_to(settings, tmp_path, monkeypatch):
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "bank.csv"
    path.write_text("mine")
    refused = CliRunner().invoke(group, ["bank", "export", str(path)])
    assert isinstance(refused.exception, CannotRunError)
    assert "--force" in str(refused.exception)
    assert path.read_text() == "mine"
    done = CliRunner().invoke(group, ["bank", "export", str(path), "--force", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.output)["cards"] == len(read_rows(path).rows)


async def test_a_bank_of_many_pages_is_exported_whole(database, sql, tmp_path, monkeypatch):
    monkeypatch.setattr(bank, "_PAGE", 50)
    found = await export(database, tmp_path / "bank.json")
    assert found.cards == await sql.fetchval(
        "SELECT count(*) FROM activities WHERE source = 'bank' OR (source = 'ai_generated' AND approved)"
    )
