"""What a game leaves in the tables: the session's row, the turn log, histories, and nobody's name at a skip, pause or stop."""

import json
import uuid

import msgspec
import pytest

from storage import hot
from tests.support.game import CARDS, Game, generous, hosting, playing
from tests.support.person import Person
from tests.support.phone import Phone


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


async def row_of(sql, game):
    return await sql.fetchrow("SELECT * FROM sessions WHERE session_id = $1", game.session_id)


async def turns_of(sql, game):
    return await sql.fetch("SELECT * FROM session_activities WHERE session_id = $1 ORDER BY seq", game.session_id)


async def history_of(sql, game, person):
    return await sql.fetch(
        "SELECT * FROM user_activity_history WHERE session_id = $1 AND coalesce(user_id::text, anonymous_session_id) = $2"
        " ORDER BY id",
        game.session_id,
        person.id,
    )


async def test_the_sessions_row_follows_the_game(server, sql):
    async with playing(server, activity_type="random", ready=False, intimacy_level="R") as game:
        row = await row_of(sql, game)
        assert (row["status"], row["current_step"], row["connection_confirmed_at"]) == ("waiting", 0, None)
        assert (row["intimacy_level"], row["rating"]) == ("R", "R")
        assert json.loads(row["rules"])["activity_type"] == "random"
        await game.a.command("ready")
        assert (await row_of(sql, game))["connection_confirmed_at"] is None
        await game.b.command("ready")
        row = await row_of(sql, game)
        assert row["status"] == "active"
        assert row["connection_confirmed_at"] is not None

        await game.card("dare")
        row = await row_of(sql, game)
        assert (row["truth_so_far"], row["dare_so_far"], row["current_step"]) == (0, 1, 1)
        await game.a.command("skip", on=await game.card())
        assert (await row_of(sql, game))["skip_count"] == 1
        await game.complete()
        await game.card("truth")
        row = await row_of(sql, game)
        assert (row["truth_so_far"], row["dare_so_far"], row["current_step"], row["skip_count"]) == (1, 1, 2, 0)
        await game.b.command("propose_level", level="G")
        row = await row_of(sql, game)
        assert (row["intimacy_level"], row["rating"]) == ("G", "G")
        assert row["completed_at"] is None
        await game.a.command("end")
        row = await row_of(sql, game)
        assert (row["status"], row["truth_so_far"], row["dare_so_far"]) == ("completed", 0, 1)
        assert row["completed_at"] is not None
        assert row["head"] == await game.settle()


async def test_a_stop_that_ends_the_game_leaves_the_status_stopped(server, sql):
    async with playing(server) as game:
        await game.a.command("stop")
        await game.b.command("end")
        assert (await row_of(sql, game))["status"] == "stopped"


async def test_the_turn_log_keeps_one_row_a_card_numbered_from_one(server, sql):
    async with playing(server, people=(Person.registered, Person.anonymous)) as game:
        await game.complete()
        (first, second) = await turns_of(sql, game)
        shown = game.a.events("card_shown")[1]["card"]
        assert (first["seq"], second["seq"]) == (1, 2)
        assert second["activity_id"] == second["template_id"] == shown["activity_id"]
        assert json.loads(second["roles"]) == {"active_player": shown["active"], "partner_player": shown["partner"]}
        assert (second["source"], second["rating"], second["intensity"]) == (
            "bank",
            shown["rating"],
            shown["intensity"],
        )
        assert json.loads(second["checks"])["phase"] == shown["phase"]

        await game.a.command("skip", on=await game.card())
        await game.settle()
        replaced = game.a.events("card_replaced")[0]["card"]
        assert [row["activity_id"] for row in await turns_of(sql, game)] == [
            first["activity_id"],
            replaced["activity_id"],
        ]
        await game.b.command("end")
        assert [row["seq"] for row in await turns_of(sql, game)] == [1], "a card that was not completed was not kept"

    async with playing(server) as game:
        await game.play_to_end()
        rows = await turns_of(sql, game)
        assert [row["seq"] for row in rows] == [1, 2, 3, 4, 5]
        assert [row["activity_id"] for row in rows] == [e["card"]["activity_id"] for e in game.a.events("card_shown")]
        log = await game.b.person.get(f"/api/sessions/{game.session_id}/activities")
        assert [item["script"] for item in log["items"]] == [e["card"]["script"] for e in game.b.events("card_shown")]
        page = await game.a.person.get(f"/api/sessions/{game.session_id}/activities", limit=2)
        assert [item["seq"] for item in page["items"]] == [1, 2]
        rest = await game.a.person.get(f"/api/sessions/{game.session_id}/activities", cursor=page["next_cursor"])
        assert [item["seq"] for item in rest["items"]] == [3, 4, 5]
        assert rest["next_cursor"] is None


async def test_histories_have_one_row_a_card_and_player(server, sql):
    async with playing(server, people=(Person.registered, Person.anonymous)) as game:
        await game.b.command("skip", on=await game.card())
        await game.complete()
        await game.a.command("feedback", turn=1, feedback="like", executed=True)
        await game.a.command("feedback", turn=1, feedback="neutral")
        await game.b.command("feedback", turn=1, executed=False)
        await game.settle()
        shown = [event["card"]["activity_id"] for event in game.a.events() if event["t"] in CARDS]
        mine, theirs = [await history_of(sql, game, phone.person) for phone in game.phones]
        for rows in (mine, theirs):
            assert [row["activity_id"] for row in rows] == shown
            assert [row["was_skipped"] for row in rows] == [True, False, False]
            assert [row["activity_type"] for row in rows] == ["truth"] * 3
        assert [(row["feedback_type"], row["feedback_executed"]) for row in mine] == [
            (None, None), ("neutral", True), (None, None),
        ]  # fmt: skip
        assert (theirs[1]["feedback_type"], theirs[1]["feedback_executed"]) == (None, False)


async def test_a_hosted_guest_has_no_history_and_is_forgotten_at_the_end(server, sql, services):
    async with hosting(server) as game:
        row = await row_of(sql, game)
        assert row["partner_anonymous_name"] == "Bo"
        assert json.loads(row["partner_anonymous_anatomy"])["anatomy_self"] == ["penis"]
        await game.complete()
        await game.a.command("feedback", turn=1, feedback="like", seat="B")
        count = await sql.fetchval("SELECT count(*) FROM user_activity_history WHERE session_id = $1", game.session_id)
        assert count == len(await history_of(sql, game, game.a.person)) == 2
        await game.a.command("end")
        row = await row_of(sql, game)
        assert row["partner_anonymous_name"] is None
        assert row["partner_anonymous_anatomy"] is None
        await game.agree()
        # The hot copy follows within a flush; it must not remember what the session has forgotten.
        copy = None
        while copy is None or copy.state.phase != "ended":
            copy = await hot.load(services.redis, game.session_id)
        assert b"Bo" not in msgspec.json.encode(copy.seats)
        stored = await sql.fetch(
            "SELECT to_jsonb(e)::text FROM session_events e WHERE session_id = $1 UNION ALL"
            " SELECT to_jsonb(t)::text FROM session_activities t WHERE session_id = $1 UNION ALL"
            " SELECT to_jsonb(t)::text FROM session_seats t WHERE session_id = $1",
            game.session_id,
        )
        assert not [row[0] for row in stored if '"Bo"' in row[0] or " Bo " in row[0]]


async def test_a_game_played_moves_partners_up_in_each_others_lists_and_a_declined_one_does_not(server, sql):
    async with await Person.registered(server.url, "Ada") as ada, await Person.registered(server.url, "Bo") as bo:
        await ada.befriend(bo)
        await sql.execute("UPDATE remembered_partners SET last_played_at = '2001-01-01'")

        async def played():
            rows = await sql.fetch("SELECT last_played_at > '2002-01-01' AS played FROM remembered_partners")
            return [row["played"] for row in rows]

        room = await ada.open_room(partner={"user_id": bo.id})
        await bo.post(f"/api/sessions/{room['session_id']}/decline", None)
        assert await played() == [False, False]

        room = await ada.open_room(partner={"user_id": bo.id}, activity_type="truth")
        game = Game(await Phone.in_room(ada, room["session_id"]), await Phone.in_room(bo, room["session_id"]))
        await game.ready()
        await game.complete()
        assert await played() == [False, False]
        await game.a.command("end")
        assert await played() == [True, True]
        await game.close()


@pytest.mark.parametrize("by", ["a", "b"])
async def test_nothing_stored_says_who_skipped_paused_or_stopped(server, sql, by):
    async with playing(server) as game:
        phone = getattr(game, by)
        secret = {}
        for command in ("skip", "pause", "stop"):
            id_ = str(uuid.uuid4())
            fields = {"on": await game.card()} if command == "skip" else {}
            await phone.command(command, id=id_, **fields)
            secret[command] = id_
        log = await sql.fetch("SELECT * FROM session_events WHERE session_id = $1 ORDER BY seq", game.session_id)
        asked = [row for row in log if row["type"] in ("card_replaced", "paused", "stopped", "card_withdrawn")]
        assert [row["type"] for row in asked] == ["card_replaced", "paused", "card_withdrawn", "stopped"]
        for row in asked:
            assert row["seat"] is None
            if row["cause"]:
                cause = json.loads(row["cause"])
                assert cause["seat"] is None
                assert not {"seat", "id", "by"} & set(cause["command"])
        people = {person.id for person in (game.a.person, game.b.person)}
        for row in [row for row in log if row in asked]:
            assert not [name for name in people if name in str(dict(row))]
        replies = await sql.fetch("SELECT * FROM session_replies WHERE session_id = $1", game.session_id)
        kept = {str(row["command_id"]): row for row in replies}
        assert set(secret.values()) <= set(kept)
        assert set(kept[secret["pause"]].keys()) == {"session_id", "command_id", "body_hash", "seq", "at"}
        for phone in game.phones:
            assert not [e for e in phone.events() if e["t"] in ("paused", "stopped", "card_replaced") and "by" in e]
