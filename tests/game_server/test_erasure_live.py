"""Erasing somebody who is in a room: their phone closes wherever it is, also when nobody was told, and the partner plays on."""

import asyncio
import json

import asyncpg
import pytest

from game_server.accounts.erasure import erase_idle_players
from game_server.sessions.replay import replay
from rooms.sessions.state import Given
from tests.support.game import playing
from tests.support.person import Person


@pytest.mark.parametrize("people", [(Person.anonymous, Person.anonymous), (Person.registered, Person.registered)])
async def test_whoever_is_erased_without_a_word_is_out_of_the_room_soon(server, sql, people):
    """As by a process that died right after its commit: only the rows say it."""
    async with playing(server, people=people) as game:
        for table, key in (("anonymous_sessions", "session_id"), ("users", "id")):
            await sql.execute(f"DELETE FROM {table} WHERE {key}::text = $1", game.a.person.id)
        await game.a.until_closed()
        row = await sql.fetchrow("SELECT actor, display_name FROM session_seats WHERE session_id = $1 AND seat = 'A'",
                                 game.session_id)  # fmt: skip
        assert tuple(row) == ("former", None)
        assert game.b.closed is None
        assert (await game.b.person.get(f"/api/sessions/{game.session_id}"))["seq"] >= 1


async def test_an_anonymous_player_who_erases_themselves_is_out_of_the_room_at_once(server, sql):
    async with playing(server) as game:
        _, code = await asyncio.gather(
            game.b.person.delete("/api/anonymous-sessions", expect=204), game.b.until_closed()
        )
        assert code in (4401, 4409)
        assert game.a.closed is None
        await game.a.until(lambda: game.a.state["seats"]["B"]["name"] == "your partner", within=5)


@pytest.mark.parametrize(
    ("people", "route"),
    [
        ((Person.anonymous, Person.anonymous), "/api/anonymous-sessions"),
        ((Person.registered, Person.registered), "/api/me"),
    ],
)
async def test_the_card_was_looked_at_again_when_an_erasure_is_acknowledged(server, sql, people, route):
    """Of somebody erased nobody knows what they would see. It waits for no poll, as with any other change."""
    async with playing(server, people=people) as game:
        await game.b.person.delete(route, expect=204)
        assert await sql.fetchval(
            "SELECT limits_rev > 0 AND limits_rev = checked_rev FROM sessions WHERE session_id = $1", game.session_id
        )


async def test_whoever_is_cleaned_up_is_out_of_the_room_and_the_partner_stays(server, services, sql):
    async with playing(server) as game:
        away = "now() - interval '91 days'"
        await sql.execute(
            f"UPDATE anonymous_sessions SET last_accessed_at = {away} WHERE session_id = $1", game.a.person.id
        )
        assert await erase_idle_players(services) == 0  # in the game
        await sql.execute(f"UPDATE sessions SET last_active_at = {away} WHERE session_id = $1", game.session_id)
        assert await erase_idle_players(services) == 1
        await game.a.until_closed()
        assert game.b.closed is None
        await game.b.until(lambda: game.b.state["seats"]["A"]["name"] == "your partner", within=5)


async def test_what_an_erased_player_said_of_cards_is_in_no_log_and_no_copy_and_the_game_replays(server, services, sql):
    async with playing(server) as game:
        await game.card()
        await game.complete()
        await game.a.command("feedback", turn=1, feedback="dislike", executed=False)
        await game.b.command("feedback", turn=1, feedback="like", executed=True)
        await game.a.person.delete("/api/anonymous-sessions", expect=204)
        await game.a.until_closed()
        said = await sql.fetch(
            "SELECT seat, event, cause -> 'command' AS command FROM session_events"
            " WHERE session_id = $1 AND type = 'feedback_given' ORDER BY seq", game.session_id)  # fmt: skip
        assert [row["seat"] for row in said] == ["A", "B"]
        assert "dislike" not in str(said)
        assert [{"feedback", "executed"} & json.loads(row["event"]).keys() for row in said] == [
            set(), {"feedback", "executed"}]  # fmt: skip
        assert await replay(services, game.session_id) is None
        feed = await services.rooms.refresh(game.session_id)
        assert feed.room.state.feedback[1] == {"B": Given("like", True)}
        assert game.b.state["my_feedback"] == {"1": {"feedback": "like", "executed": True}}


async def test_the_log_forgets_nothing_of_whoever_is_there(server, sql):
    async with playing(server) as game:
        await game.card()
        await game.complete()
        await game.a.command("feedback", turn=1, feedback="like")
        with pytest.raises(asyncpg.RestrictViolationError):
            await sql.execute(
                "UPDATE session_events SET event = event - 'feedback' - 'executed',"
                " cause = cause #- '{command,feedback}' #- '{command,executed}' WHERE session_id = $1",
                game.session_id,
            )
