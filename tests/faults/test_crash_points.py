"""kill -9 of the server at every named point, in every command: one effect, one answer, both phones at the same place.

The phone that asks sits on the doomed process, its partner on another one, and it comes back to a third.
"""

import signal
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, get_args

import httpx
import msgspec
import pytest

from storage.crash import Point
from tests.faults.conftest import Serve
from tests.faults.nursery import ForkedServer
from tests.faults.wire import meeting, verdict
from tests.support.game import Game
from tests.support.phone import Phone

IN_A_COMMAND = tuple(point for point in get_args(Point) if not point.startswith("during_"))

Situation = Callable[[Game], Awaitable[dict[str, Any]]]


async def anything(game: Game) -> dict[str, Any]:
    return {}


async def card_up(game: Game) -> dict[str, Any]:
    return {"on": await game.card()}


async def asked_to_choose(game: Game) -> dict[str, Any]:
    return {"on": game.a.state["turn_seq"], "type": "dare"}


async def card_done(game: Game) -> dict[str, Any]:
    await game.complete()
    return {"turn": 1, "feedback": "like", "executed": True}


async def level_to_propose(game: Game) -> dict[str, Any]:
    return {"level": "X"}


async def level_proposed(game: Game) -> dict[str, Any]:
    await game.b.command("propose_level", level="X")
    await game.settle()
    return {"on": game.a.state["proposal"]["seq"]}


async def paused(game: Game) -> dict[str, Any]:
    await game.b.command("pause")
    await game.settle()
    return {"on": game.a.state["halt_seq"]}


async def stopped(game: Game) -> dict[str, Any]:
    await game.b.command("stop")
    await game.settle()
    return {"minutes": 2}


SITUATIONS: dict[str, Situation] = {
    "ready": anything,
    "choose": asked_to_choose,
    "complete": card_up,
    "skip": card_up,
    "feedback": card_done,
    "propose_level": level_to_propose,
    "accept_level": level_proposed,
    "decline_level": level_proposed,
    "pause": anything,
    "stop": anything,
    "resume": paused,
    "lengthen": stopped,
    "leave": anything,
    "end": anything,
}


@pytest.fixture(scope="module")
def homes(nursery, settings):
    """Two processes that stay."""
    homes = nursery.fork(settings), nursery.fork(settings)
    yield homes
    for home in homes:
        home.kill()


def cases() -> list[Any]:
    return [
        pytest.param(command, point, marks=() if command == "complete" else pytest.mark.long)
        for command in SITUATIONS
        for point in IN_A_COMMAND
    ]


@pytest.mark.parametrize(("command", "point"), cases())
async def test_a_process_that_dies_in_a_command_costs_nothing(homes, serve: Serve, sql, command, point):
    doomed = serve(crash_at=point)
    kind = "random" if command == "choose" else "truth"
    async with meeting(homes[0], homes[1], ready=command != "ready", activity_type=kind) as game:
        if game.a.state["active"] == "B" and command == "choose":
            game.a, game.b = game.b, game.a
        fields = await SITUATIONS[command](game)
        await dies_asking(game.a, doomed, homes[0], command, fields)
        await verdict(sql, game)


async def dies_asking(
    phone: Phone, doomed: ForkedServer, home: ForkedServer, command: str, fields: dict[str, Any]
) -> None:
    """The process dies of the command, the phone asks again elsewhere with the same id, and gets one answer."""
    await phone.drop()
    phone.ws_url = doomed.ws_url
    await phone.connect()
    id_ = str(uuid.uuid4())
    doomed.arm()
    await phone.say({"t": command, "id": id_, **fields})
    assert doomed.wait() == -signal.SIGKILL
    await phone.until_closed()
    first = [frame for frame in phone.frames if frame["t"] == "ack" and frame["id"] == id_]
    phone.ws_url = home.ws_url
    await phone.connect()
    again = await phone.command(command, id=id_, **fields)
    assert first in ([], [again])
    assert await phone.command(command, id=id_, **fields) == again


async def test_a_process_that_dies_while_a_phone_resumes_costs_nothing(homes, serve: Serve, sql):
    doomed = serve(crash_at="during_resume")
    async with meeting(homes[0], homes[1]) as game:
        await game.a.drop()
        await game.b.command("pause")
        doomed.arm()
        game.a.ws_url = doomed.ws_url
        await game.a.open_socket()
        await game.a.say({"t": "hello", "epoch": game.a.epoch, "last_seq": game.a.seq})
        assert doomed.wait() == -signal.SIGKILL
        await game.a.until_closed()
        await game.a.move_to(homes[0])
        await game.settle()
        await game.resume()
        await verdict(sql, game)


async def test_a_process_that_dies_between_a_limit_and_its_recheck_leaves_the_limit_in_force(homes, serve: Serve, sql):
    """Nine of nine such limits stayed without effect, for ever, when the recheck was a call and not data."""
    doomed = serve(crash_at="during_recheck")
    async with meeting(homes[0], homes[1], ready=False, activity_type="dare") as game:
        await sql.execute(
            "UPDATE profiles SET profile_version = '0.4', boundaries = jsonb_set(boundaries, '{asked}', 'true'), activities = "
            "(SELECT jsonb_object_agg(key, 1.0) FROM (SELECT DISTINCT jsonb_array_elements_text(preference_keys) AS key "
            "FROM activities) AS keys) WHERE id IN (SELECT profile_id FROM session_seats WHERE session_id = $1)",
            game.session_id,
        )
        await sql.execute("UPDATE activities SET hard_boundaries = '[\"hardBoundaryPublic\"]' WHERE type = 'dare'")
        await game.ready()
        assert "hardBoundaryPublic" in game.a.state["card"]["tags"]
        before = game.a.seq
        doomed.arm()
        async with httpx.AsyncClient(base_url=doomed.url, headers=game.b.person.http.headers) as client:
            with pytest.raises(httpx.TransportError):
                await client.patch("/api/profile/boundaries", json={"hard_limits": ["hardBoundaryPublic"]})
        assert doomed.wait() == -signal.SIGKILL
        for phone in game.phones:
            await phone.until_seq(before + 1, within=5)
            assert "hardBoundaryPublic" not in phone.state["card"]["tags"]
        await verdict(sql, game)


async def test_a_process_that_dies_while_it_drains_costs_nothing(homes, serve: Serve, sql):
    doomed = serve(crash_at="during_drain")
    async with meeting(homes[0], homes[1]) as game:
        await game.a.drop()
        game.a.ws_url = doomed.ws_url
        await game.a.connect()
        doomed.arm()
        doomed.signal(signal.SIGTERM)
        assert doomed.wait() == -signal.SIGKILL
        await game.a.until_closed()
        await game.a.move_to(homes[0])
        await game.complete()
        await verdict(sql, game)


@pytest.mark.long
async def test_the_environment_arms_a_point_for_its_nth_time(homes, nursery, settings, sql):
    doomed = nursery.fork(msgspec.structs.replace(settings, crash_at="after_commit:2"))
    async with meeting(homes[0], homes[1]) as game:
        await game.a.drop()
        game.a.ws_url = doomed.ws_url
        await game.a.connect()
        first, second = (str(uuid.uuid4()) for _ in range(2))
        ack = await game.a.command("pause", id=first)
        await game.a.say({"t": "resume", "id": second, "on": ack["seq"]})
        assert doomed.wait() == -signal.SIGKILL
        await game.a.until_closed()
        await game.a.move_to(homes[0])
        assert await game.a.command("pause", id=first) == ack
        assert (await game.a.command("resume", id=second, on=ack["seq"]))["seq"] == ack["seq"] + 1
        await verdict(sql, game)
