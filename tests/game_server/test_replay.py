"""A game's log, fed to the rules again, is the same game; a changed log is found out."""

import json

import pytest

from game_server.sessions.replay import replay
from rooms.errors import NotFound
from tests.support.game import generous, hosting, playing


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, cool_down_s=1)


async def change(sql, game, seq, **fields):
    """Tamper with an event, as only a superuser can."""
    async with sql.transaction():
        await sql.execute("SET LOCAL session_replication_role = replica")  # no triggers
        event = json.loads(
            await sql.fetchval(
                "SELECT event FROM session_events WHERE session_id = $1 AND seq = $2", game.session_id, seq
            )
        )
        await sql.execute(
            "UPDATE session_events SET event = $3::jsonb WHERE session_id = $1 AND seq = $2",
            game.session_id,
            seq,
            json.dumps({**event, **fields}),
        )


async def eventful(game):
    await game.card()
    await game.a.command("skip", on=await game.card())
    await game.complete()
    await game.a.command("feedback", turn=1, feedback="like")
    await game.card()
    await game.a.command("propose_level", level="X")
    await game.settle()
    await game.b.command("accept_level", on=game.a.state["proposal"]["seq"])
    await game.a.person.patch("/api/profile/boundaries", {"hard_limits": ["hardBoundaryImpact"]})
    await game.b.command("propose_level", level="G")
    await game.b.command("pause")
    await game.settle()
    await game.resume()
    await game.a.command("stop")
    await game.b.command("pause")
    await game.a.command("end")


@pytest.mark.parametrize("type_choice", ["player", "spin"])
@pytest.mark.parametrize("turn_order", ["alternate", "spin"])
async def test_every_game_played_replays_identically(server, services, type_choice, turn_order):
    rules = {"activity_type": "random", "type_choice": type_choice, "turn_order": turn_order}
    async with playing(server, **rules, target_activities=8) as game:
        assert await replay(services, game.session_id) is None
        await game.play_to_end()
        assert await replay(services, game.session_id) is None
    async with playing(server, **rules) as game:
        await eventful(game)
        assert await replay(services, game.session_id) is None


async def test_a_hosted_game_and_an_empty_lobby_replay_too(server, services):
    async with hosting(server) as game:
        await game.play_to_end()
        assert await replay(services, game.session_id) is None
    async with playing(server, ready=False) as game:
        assert await replay(services, game.session_id) is None


async def test_a_changed_event_is_the_first_difference(server, services, sql):
    async with playing(server) as game:
        await game.complete()
        await game.card()
        shown = game.a.last_seq_of("card_shown")
        card = json.loads(
            await sql.fetchval(
                "SELECT event FROM session_events WHERE session_id = $1 AND seq = $2", game.session_id, shown
            )
        )["card"]
        began = game.a.last_seq_of("turn_began")
        await change(sql, game, began, active="A")
        assert str(await replay(services, game.session_id)).startswith(f"seq {began}: complete led to turn_began")
        await change(sql, game, began, active="B")
        assert await replay(services, game.session_id) is None
        await change(sql, game, shown, remaining=25)
        assert str(await replay(services, game.session_id)).startswith(f"seq {shown}:")
        await change(sql, game, shown, remaining=23, card=card)
        assert await replay(services, game.session_id) is None


async def test_a_session_that_is_not_there_is_not_found(services):
    with pytest.raises(NotFound):
        await replay(services, "nothing")
