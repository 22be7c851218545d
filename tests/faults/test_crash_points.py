"""kill -9 of the server at every named point, in every command: one effect, one answer, both phones at the same place.

The phone that asks sits on the doomed process, its partner on another one, and it comes back to a third; or both sit on the
doomed one. What is not decided at the first try stands in test_crash_aside.py.
"""

import asyncio
import signal
import uuid
from typing import Any, get_args

import httpx
import msgspec
import pytest

from rooms.sessions.commands import FromSeat
from tests.faults.dying import answer, asks_again, comes_back, dies_asking
from tests.faults.judge import read_log
from tests.faults.script import IN_A_COMMAND
from tests.faults.situations import SITUATIONS
from tests.faults.wire import meeting, verdict

STRAIGHT = tuple(point for point in IN_A_COMMAND if point not in ("aside", "before_bell"))
"""Of a command that goes its way without a rival. For `aside` see test_crash_aside.py; `before_bell` has a test of its own."""

FOR_A_CARD = ("facts", "after_commit")
"""Of the situations that are there for their card's sake: the last one who is ready, the last one who goes on, a way down."""

FOR_BOTH = ("arrived", "after_commit", "before_ack")
SOME = ("complete", "feedback", "pause", "stop")


def cases(points: tuple[str, ...] = IN_A_COMMAND, *, quick: str | None = "complete") -> list[Any]:
    """Every situation at every one of these points that its command passes."""
    return [
        pytest.param(name, point, marks=() if name == quick else pytest.mark.long)
        for name, situation in SITUATIONS.items()
        for point in points
        if (name == situation.t or point in FOR_A_CARD) and (situation.draws or point != "facts")
    ]


def for_both() -> list[Any]:
    marks = [pytest.mark.long, pytest.mark.every_point]
    return [
        pytest.param(*case.values, marks=marks[: 1 + (case.values[0] not in SOME)])
        for case in cases(FOR_BOTH, quick=None)
    ]


def test_every_command_is_played_at_every_point():
    assert {situation.t for situation in SITUATIONS.values()} == {
        command.__struct_config__.tag for command in get_args(FromSeat)
    }
    assert {*STRAIGHT, "aside", "before_bell", "facts"} == set(IN_A_COMMAND)


@pytest.mark.parametrize(("name", "point"), cases(STRAIGHT))
async def test_a_process_that_dies_in_a_command_costs_nothing(homes, doomed, sql, name, point):
    async with meeting(homes[0], homes[1], **SITUATIONS[name].room) as game:
        command = await SITUATIONS[name].command(game)
        await game.a.drop()
        game.a.ws_url = doomed.ws_url
        await game.a.connect()
        await dies_asking(game.a, doomed, homes[0], command, point)
        await verdict(sql, game)


@pytest.mark.parametrize(("name", "point"), for_both())
async def test_both_phones_of_a_process_that_dies_in_a_command_lose_nothing(homes, doomed, sql, name, point):
    """Nobody but the dead process has heard of it, and each phone comes back to another one."""
    async with meeting(doomed, **SITUATIONS[name].room) as game:
        command = await SITUATIONS[name].command(game)
        asked = dies_asking(game.a, doomed, homes[0], command, point)
        await asyncio.gather(asked, comes_back(game.b, homes[1]))
        await verdict(sql, game)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, situation in SITUATIONS.items() if not situation.silent])
async def test_what_a_dead_process_told_only_its_own_phone_the_partner_hears_from_the_log(homes, doomed, sql, name):
    """Its phone has the ack, if there was time to send it; the partner's process finds it when it looks at the heads."""
    async with meeting(doomed, homes[1], **SITUATIONS[name].room) as game:
        command = {**await SITUATIONS[name].command(game), "id": str(uuid.uuid4())}
        await game.settle()  # what led up to it has had its bells
        doomed.arm("before_bell")
        await game.a.say(command)
        assert doomed.wait() == -signal.SIGKILL
        log = await read_log(sql, game.session_id)
        await game.b.until_seq(log.head, within=5)
        assert log.replies[command["id"]] == log.head
        assert (await asks_again(game.a, doomed, homes[0], command))["seq"] == log.head
        await verdict(sql, game)


@pytest.mark.long
async def test_a_command_that_needs_no_card_asks_for_no_facts(homes, doomed):
    doomed.arm("facts")
    for name in [name for name, situation in SITUATIONS.items() if not situation.draws]:
        async with meeting(homes[0], homes[1], **SITUATIONS[name].room) as game:
            command = await SITUATIONS[name].command(game)
            await game.a.drop()
            await game.a.move_to(doomed)
            assert (await answer(game.a, {**command, "id": str(uuid.uuid4())}))["t"] == "ack"
            assert doomed.exit_code() is None, name


async def test_a_process_that_dies_while_a_phone_resumes_costs_nothing(homes, doomed, sql):
    async with meeting(homes[0], homes[1]) as game:
        await game.a.drop()
        await game.b.command("pause")
        doomed.arm("during_resume")
        game.a.ws_url = doomed.ws_url
        await game.a.open_socket()
        await game.a.say({"t": "hello", "epoch": game.a.epoch, "last_seq": game.a.seq})
        assert doomed.wait() == -signal.SIGKILL
        await game.a.until_closed()
        await game.a.move_to(homes[0])
        await game.settle()
        await game.resume()
        await verdict(sql, game)


async def test_a_process_that_dies_between_a_limit_and_its_recheck_leaves_the_limit_in_force(homes, doomed, sql):
    """Nine of nine such limits stayed without effect, for ever, when the recheck was a call and not data."""
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
        doomed.arm("during_recheck")
        async with httpx.AsyncClient(base_url=doomed.url, headers=game.b.person.http.headers) as client:
            with pytest.raises(httpx.TransportError):
                await client.patch("/api/profile/boundaries", json={"hard_limits": ["hardBoundaryPublic"]})
        assert doomed.wait() == -signal.SIGKILL
        for phone in game.phones:
            await phone.until_seq(before + 1, within=5)
            assert "hardBoundaryPublic" not in phone.state["card"]["tags"]
        await verdict(sql, game)


async def test_a_process_that_dies_while_it_drains_costs_nothing(homes, doomed, sql):
    async with meeting(homes[0], homes[1]) as game:
        await game.a.drop()
        game.a.ws_url = doomed.ws_url
        await game.a.connect()
        doomed.arm("during_drain")
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
