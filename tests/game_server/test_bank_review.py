"""Reviewing cards in the terminal: what comes, what a key does, and that nobody's decision is overwritten or lost."""

import os
import pty
import subprocess
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Any

import asyncpg
import pytest

from game_server.activities.bank_edits import WrongEdit, edited
from game_server.activities.bank_import import silently
from game_server.activities.bank_review import Review
from game_server.commands.bank_review import Conversation, summary
from rooms.activities import taxonomy
from rooms.activities.card import BodyParts, Card, Step, Tags, activity_uid
from storage import activities as bank
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.support.databases import login_url
from tests.support.server_process import PROGRAM, ROOT, environment

TIE = "Tie your partner's hands with a scarf."


@pytest.fixture(scope="module")
async def opened(database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    yield database
    await database.close()


@pytest.fixture
async def database(opened: Database, sql: asyncpg.Connection) -> Database:
    """With an empty bank."""
    await sql.execute("DELETE FROM activities")
    return opened


def card(text: str, **changes: Any) -> Card:
    values = {"type": "dare", "rating": "R", "intensity": 2, "domains": ("sensual",)} | changes
    return Card(**{"uid": activity_uid(values["type"], text), "steps": (Step("A", text),), **values})


def pending(text: str, **changes: Any) -> Card:
    return card(text, approved=False, **changes)


async def put(database: Database, *cards: Card) -> None:
    async with database.as_service() as conn:
        await bank.upsert_cards(conn, cards, "ours")


async def state_of(sql: asyncpg.Connection, text: str) -> tuple[bool, bool]:
    """Whether the card is approved, and whether it is in use."""
    row = await sql.fetchrow(
        "SELECT approved, is_active FROM activities WHERE activity_uid = $1", activity_uid("dare", text)
    )
    assert row
    return row["approved"], row["is_active"]


async def talk(database: Database, *lines: str, waiting: bool = True, flagged: bool = True) -> tuple[str, str]:
    """What a reviewer is told who types these lines, and the summary."""
    told: list[str] = []
    typed = list(lines)
    review = Review(database)

    def ask(prompt: str) -> str | None:
        told.append(prompt)
        return typed.pop(0) if typed else None

    await Conversation(review, ask, told.append).hold(
        waiting=waiting, flagged=flagged, showing=lambda: nullcontext(silently)
    )
    return "\n".join(told), summary(review)


# --- which cards come ----------------------------------------------------------------------------------------------


async def test_cards_that_wait_come_first_then_those_in_use_with_remarks_and_never_a_couples(database):
    await put(
        database,
        card("Smile at your partner."),
        card(TIE),
        pending("Hum a song."),
        pending("Written by an AI.", source="ai_generated"),
        pending("Ours alone.", source="user_submitted"),
        card("Ours and approved.", source="user_submitted"),
        pending("In the archive.", is_active=False),
    )
    told, done = await talk(database, "s", "s", "s")
    shown = [line.strip()[3:] for line in told.splitlines() if line.startswith("   A  ")]
    assert shown == ["Hum a song.", "Written by an AI.", TIE]
    assert "written by an AI" in told
    assert "Ours" not in told
    assert "archive." not in told
    assert done == "3 skipped."
    assert "Hum a song." not in (await talk(database, "q", waiting=False))[0]
    assert TIE not in (await talk(database, "s", "s", flagged=False))[0]


async def test_nothing_to_review_is_said(database):
    await put(database, card("Smile at your partner."))
    told, done = await talk(database)
    assert "No card waits for approval." in told
    assert done == "Nothing was decided."


async def test_what_a_stranger_wrote_cannot_paint_the_screen(database, sql):
    await put(database, pending("Hum."))
    await sql.execute("""UPDATE activities SET tags = '{"themes": ["\\u001b[2Jgone"]}'""")
    told, _ = await talk(database, "q")
    assert "\x1b" not in told
    assert "[2Jgone" in told


# --- decisions -----------------------------------------------------------------------------------------------------


async def test_each_decision_is_kept_at_once_and_a_quit_keeps_what_was_decided(database, sql):
    await put(database, *(pending(f"Hum song {number}.") for number in range(4)))
    _, done = await talk(database, "a", "x", "s", "q")
    assert done == "1 approved, 1 archived, 1 skipped."
    assert [await state_of(sql, f"Hum song {number}.") for number in range(4)] == [
        (True, True),
        (False, False),
        (False, True),
        (False, True),
    ]
    row = await sql.fetchrow("SELECT archived_at, source_version FROM activities WHERE NOT is_active")
    assert row
    assert row["archived_at"]
    assert row["source_version"] == "ours"


async def test_the_end_of_the_input_is_a_quit_and_an_unknown_key_explains(database, sql):
    await put(database, pending("Hum."))
    told, done = await talk(database, "approve it please", "?")
    assert told.count("a  approve:") == 2
    assert done == "Nothing was decided."
    assert await state_of(sql, "Hum.") == (False, True)


async def test_who_approves_a_card_that_nobody_tagged_sees_that_it_is_not_drawn(database):
    await put(database, pending("Hum.", domains=()), pending("Sing."))
    told, _ = await talk(database, "s", "s")
    assert told.count("Neither domains nor preference keys: the card is not drawn.") == 1


async def test_a_card_with_remarks_is_approved_only_by_who_says_so_twice(database, sql):
    await put(database, pending(TIE))
    told, _ = await talk(database, "a", "n", "q")
    assert "Approve it, with" in told
    assert await state_of(sql, TIE) == (False, True)
    _, done = await talk(database, "a", "y")
    assert done == "1 approved."
    assert await state_of(sql, TIE) == (True, True)
    told, done = await talk(database, "a", "y")
    assert "Keep it as it is, with" in told
    assert done == "1 kept."


async def test_fixing_adds_the_tags_that_the_words_force(database, sql):
    await put(database, pending(TIE))
    told, done = await talk(database, "f", "a")
    assert "hardBoundaryRestrain" in told
    assert done == "1 edited, 1 approved."
    async with database.reading() as conn:
        (loaded,) = (await bank.load_bank(conn))[1]
    assert taxonomy.RESTRAIN in loaded.boundaries
    assert {"restraints_give", "restraints_receive"} <= set(loaded.preference_keys)


async def test_tags_are_edited_line_by_line_and_saved_by_an_empty_one(database):
    await put(database, pending("Hum."))
    told, done = await talk(
        database,
        "e",
        "rating x",
        "boundaries +public -record",
        "boundaries +public",
        "colour red",
        "talk yes",
        "",
        "a",
        "q",
    )
    assert '"hardBoundaryRecord" is not there.' in told
    assert 'no field "colour"' in told
    assert done == "1 edited, 1 approved."
    async with database.reading() as conn:
        (loaded,) = (await bank.load_bank(conn))[1]
    assert (loaded.rating, loaded.hard_boundaries) == ("X", (taxonomy.PUBLIC,))
    assert loaded.requires_consent_negotiation


async def test_a_clock_is_set_by_the_words_or_by_hand_and_taken_away_again(database):
    async def clock() -> list[int | None]:
        async with database.reading() as conn:
            return [step.duration_s for step in (await bank.load_bank(conn))[1][0].steps]

    await put(database, card("Hum for one minute."))
    told, done = await talk(database, "f")
    assert "The words name 60 seconds, and the step has no clock." in told
    assert (done, await clock()) == ("1 edited.", [60])
    await put(database, card("Hum for one minute."))
    told, _ = await talk(database, "e", "clock 700", "", "clock soon", "clock 90", "", "e", "clock none", "", "q")
    assert "A clock runs for 5 to 600 seconds, not 700." in told
    assert "Seconds, or none." in told
    assert "clock      90 s (A)" in told
    assert await clock() == [None]


async def test_an_edit_that_would_be_wrong_is_not_saved_and_may_be_cancelled(database, sql):
    await put(database, pending("Hum."))
    told, done = await talk(database, "e", "rating G", "boundaries +public", "", "cancel", "q")
    assert "Not yet: " in told
    assert done == "Nothing was decided."
    assert await sql.fetchval("SELECT rating FROM activities") == "R"


async def test_a_card_that_is_wrong_in_itself_cannot_be_approved(database, sql):
    await put(database, pending("Hum."))
    await sql.execute("""UPDATE activities SET domains = '["weather"]'""")
    told, done = await talk(database, "a", "f", "x")
    assert "It cannot be approved: domains" in told
    assert done == "1 archived."


# --- undo ----------------------------------------------------------------------------------------------------------


async def test_undo_takes_back_one_decision_after_the_other(database, sql):
    await put(database, pending(TIE), pending("Hum."))
    before = await sql.fetch(
        "SELECT activity_id, hard_boundaries, preference_keys, approved, is_active FROM activities"
    )
    told, done = await talk(database, "f", "a", "x", "u", "u", "u", "u", "q")
    assert [line for line in told.splitlines() if line.startswith(("Taken", "There is nothing"))] == [
        "Taken back: archived.",
        "Taken back: approved.",
        "Taken back: edited.",
        "There is nothing to undo.",
    ]
    assert done == "Nothing was decided."
    after = await sql.fetch("SELECT activity_id, hard_boundaries, preference_keys, approved, is_active FROM activities")
    assert sorted(map(tuple, after)) == sorted(map(tuple, before))


async def test_the_last_card_can_be_undone_too(database, sql):
    await put(database, pending("Hum."))
    told, done = await talk(database, "x", "u", "a", "q")
    assert "That was the last card." in told
    assert done == "1 approved."
    assert await state_of(sql, "Hum.") == (True, True)


# --- two at once ---------------------------------------------------------------------------------------------------


async def test_two_who_review_at_once_do_not_overwrite_one_another(database, sql):
    await put(database, pending("Hum."), pending("Whistle."))
    one, other = Review(database), Review(database)
    await one.add_waiting()
    await other.add_waiting()
    shown, also_shown = await one.next(), await other.next()
    assert shown
    assert also_shown
    assert shown.card
    assert also_shown.card
    assert await one.decide(shown, "archived", edited_to(shown.card, is_active=False)) == "done"
    assert await other.decide(also_shown, "approved", edited_to(also_shown.card, approved=True)) == "changed"
    assert await state_of(sql, "Hum.") == (False, False)
    next_one = await other.next()
    assert next_one
    assert next_one.card
    assert next_one.card.steps[0].do == "Whistle."


async def test_an_undo_does_not_take_back_what_somebody_else_did_since(database, sql):
    await put(database, pending("Hum."))
    review = Review(database)
    await review.add_waiting()
    shown = await review.next()
    assert shown
    assert shown.card
    assert await review.decide(shown, "approved", edited_to(shown.card, approved=True)) == "done"
    await sql.execute("UPDATE activities SET intensity = 3")
    assert await review.undo() == "changed"
    assert await state_of(sql, "Hum.") == (True, True)


async def test_a_card_that_is_gone_or_settled_meanwhile_is_passed_over(database, sql):
    await put(database, pending("Hum."), pending("Whistle."), pending("Clap."))
    review = Review(database)
    assert await review.add_waiting() == 3
    await sql.execute("DELETE FROM activities WHERE activity_uid = $1", activity_uid("dare", "Hum."))
    await sql.execute("UPDATE activities SET approved = true WHERE activity_uid = $1", activity_uid("dare", "Whistle."))
    shown = await review.next()
    assert shown
    assert shown.card
    assert shown.card.steps[0].do == "Clap."
    await sql.execute("DELETE FROM activities")
    assert await review.decide(shown, "archived", edited_to(shown.card, is_active=False)) == "changed"
    assert await review.next() is None


async def test_a_card_that_the_bank_has_already_is_not_approved_twice(database, sql):
    await put(database, card("Hum."), pending("Hum loudly."))
    await sql.execute(
        """UPDATE activities SET activity_uid = NULL, script = '{"steps": [{"actor": "A", "do": "Hum."}]}' WHERE NOT approved"""
    )
    told, done = await talk(database, "a", "x")
    assert "The bank has the same card already" in told
    assert done == "Nothing was decided."


async def test_while_somebody_imports_nothing_is_done_and_the_card_stays(database, sql, monkeypatch):
    """The import holds the bank for as long as it writes."""
    await put(database, pending("Hum."))
    review = Review(database)
    await review.add_waiting()
    shown = await review.next()
    assert shown
    assert shown.card
    prepared = bank.change_card

    async def impatiently(conn, *changes):
        await conn.execute("SET LOCAL lock_timeout = '20ms'")
        return await prepared(conn, *changes)

    monkeypatch.setattr(bank, "change_card", impatiently)
    async with sql.transaction():
        await bank.lock_bank(sql)
        assert await review.decide(shown, "archived", edited_to(shown.card, is_active=False)) == "busy"
    assert await review.decide(shown, "archived", edited_to(shown.card, is_active=False)) == "done"
    async with sql.transaction():
        await bank.lock_bank(sql)
        assert await review.undo() == "busy"
    assert await review.undo() == "archived"
    assert await state_of(sql, "Hum.") == (False, True)


def edited_to(shown: Card, **changes: Any) -> Card:
    values = {name: getattr(shown, name) for name in Card.__struct_fields__}
    return Card(**values | changes)


# --- one line of an edit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("rating g", "rating", "G"),
        ("intensity 3", "intensity", 3),
        ("boundaries hardBoundaryAnal, impact", "hard_boundaries", (taxonomy.ANAL, taxonomy.IMPACT)),
        ("bound none", "hard_boundaries", ()),
        ("limits +Breath", "hard_limit_keys", (taxonomy.BREATH,)),
        ("keys +Spanking_give -massage_give", "preference_keys", ("massage_receive", "spanking_moderate_give")),
        ("topics turn_ons", "tags", Tags(("touch",), "stroke", ("turn_ons",))),
        ("themes +Care", "tags", Tags(("touch", "care"), "stroke")),
        ("act kiss", "tags", Tags(("touch",), "kiss")),
        ("act none", "tags", Tags(("touch",))),
        ("apart yes", "tags", Tags(("touch",), "stroke", apart=True)),
        ("talk yes", "requires_consent_negotiation", True),
        ("domains power; edge", "domains", ("power", "edge")),
        ("modifiers slow timed", "intensity_modifiers", ("slow", "timed")),
        ("role Top", "power_role", "top"),
        ("audience couples", "audience_scope", "couples"),
        ("active penis", "required_bodyparts", BodyParts(active=("penis",))),
        ("partner +breasts", "required_bodyparts", BodyParts(partner=("breasts",))),
    ],
)
def test_a_line_changes_one_field(line, field, value):
    before = card("Stroke.", tags=Tags(("touch",), "stroke"), preference_keys=("massage_receive", "massage_give"))
    after = edited(before, line)
    assert getattr(after, field) == value
    assert after == edited_to(before, **{field: value})


@pytest.mark.parametrize(
    "line",
    ["", "colour red", "a 1", "rating Z", "intensity 6", "boundaries", "boundaries +lava", "keys +knitting_give", "keys +a b",
     "boundaries -impact", "talk maybe", "partner wings", "role boss"],
)  # fmt: skip
def test_a_line_that_is_not_understood_is_refused_with_what_would_be(line):
    with pytest.raises(WrongEdit, match=r"\.$"):
        edited(card("Stroke."), line)


# --- the command ---------------------------------------------------------------------------------------------------


async def test_the_command_walks_in_a_terminal(database, sql, settings):
    await put(database, pending("Hum."), pending("Whistle."))
    ours, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs on this loop
        [*PROGRAM, "bank", "review"],
        cwd=ROOT,
        env=environment(settings) | {"TERM": "dumb", "NO_COLOR": "1"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, b"a\nx\nu\nq\n")  # typed ahead
    told = b""
    while process.poll() is None or b"skipped" not in told:
        try:
            told += os.read(ours, 65536)
        except OSError:  # its end of the terminal is closed
            break
    assert process.wait(30) == 0
    os.close(ours)
    text = told.decode()
    assert "1 of 2" in text
    assert "Taken back: archived." in text
    assert "1 approved." in text
    assert "\x1b[3" not in text
    assert await state_of(sql, "Hum.") == (True, True)
    assert await state_of(sql, "Whistle.") == (False, True)
