"""kill -9 of the server while a command is not on its straight way: it lost a race, is refused, or was answered before.

What is asked is decided a second time then, on what the log has become; a point that has a number is reached for the so-many-th
time.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from tests.faults.dying import answer, asks_again, dies_asking
from tests.faults.situations import SITUATIONS
from tests.faults.wire import Frame, meeting, verdict
from tests.support.game import Game

HALTS = ("pause", "stop")

EVERYWHERE = (
    "after_commit:1", "aside", "facts:2", "decided:2", "before_commit:2", "after_commit:2", "before_ack", "before_bell",
)  # fmt: skip
"""From the verdict that it lost to the bell of what came of it in the end."""

LOST = (("decided:2", "after_commit:1"), ("after_commit:2", "aside"))
"""Of halts, which have a way of their own, and of everything else; the second one when every point is asked for."""

REFUSED = {"last resume": ("aside", "after_commit:1")}
"""What is refused in the end: a resume that a new pause overtook."""

TOO_LATE: dict[str, Frame] = {
    "complete": {"on": 1},
    "skip": {"on": 2},
    "choose": {"on": 1, "type": "truth"},
    "resume": {"on": 9999},
    "accept_level": {"on": 1},
    "feedback": {"turn": 99, "feedback": "like"},
    "lengthen": {"minutes": 1},
    "timer": {"on": 1, "action": "start"},
}


def races() -> list[Any]:
    found: list[Any] = [("complete", point) for point in EVERYWHERE]
    for name, situation in SITUATIONS.items():
        if name != "complete":
            one, other = REFUSED.get(name, LOST[situation.t not in HALTS])
            found += [(name, one), pytest.param(name, other, marks=pytest.mark.every_point)]
    return found


@pytest.mark.long
@pytest.mark.parametrize(("name", "point"), races())
async def test_a_process_that_dies_when_a_command_lost_a_race_costs_nothing(*, homes, doomed, sql, stores, name, point):
    async with meeting(doomed, homes[1], **SITUATIONS[name].room) as game:
        if game.a.state["active"] == "B" and name == "choose":
            await change_places(game, doomed, homes[1])
        command = {**await SITUATIONS[name].command(game), "id": str(uuid.uuid4())}
        rival = asyncio.ensure_future(overtaken(game, sql, stores.database_url, SITUATIONS[name].rival(game), command))
        doomed.arm(point)
        await rival
        await asks_again(game.a, doomed, homes[0], command)
        await verdict(sql, game)


async def change_places(game: Game, doomed: Any, home: Any) -> None:
    for phone, server in zip(game.phones, (home, doomed), strict=True):
        await phone.drop()
        await phone.move_to(server)


async def overtaken(game: Game, sql: asyncpg.Connection, database_url: str, rival: Frame, command: Frame) -> None:
    """The partner's command is committed while seat A's, decided on what was before it, waits for the same row."""
    async with room_held(database_url, game.session_id):
        first = asyncio.ensure_future(answer(game.b, {**rival, "id": str(uuid.uuid4())}))
        await waiting(sql, 1)
        await game.a.say(command)
        await waiting(sql, 2)
    assert (await first)["t"] == "ack"


@asynccontextmanager
async def room_held(database_url: str, session_id: str) -> AsyncIterator[None]:
    """Nothing is committed in this room."""
    hold = await asyncpg.connect(database_url)
    try:
        async with hold.transaction():
            await hold.execute("SELECT FROM sessions WHERE session_id = $1 FOR UPDATE", session_id)
            yield
    finally:
        hold.terminate()


async def waiting(sql: asyncpg.Connection, count: int) -> None:
    """So many commits wait for a row."""
    async with asyncio.timeout(10):
        while count > await sql.fetchval(  # noqa: ASYNC110 - nobody is told of PostgreSQL's locks
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ):
            await asyncio.sleep(0.005)


@pytest.mark.long
@pytest.mark.parametrize("point", [pytest.param("arrived", marks=pytest.mark.every_point), "aside"])
@pytest.mark.parametrize("t", TOO_LATE)
async def test_a_process_that_dies_before_it_refuses_leaves_no_trace(*, homes, doomed, sql, t, point):
    async with meeting(doomed, homes[1]) as game:
        head = await game.settle()
        reply = await dies_asking(game.a, doomed, homes[0], {"t": t, **TOO_LATE[t]}, point)
        assert reply["t"] == "refused"
        assert await game.settle() == head
        await verdict(sql, game)


@pytest.mark.long
@pytest.mark.parametrize(
    ("t", "point"),
    [
        *(("feedback", point) for point in ("after_commit", "aside", "before_ack")),
        *(("pause", point) for point in ("arrived", "after_commit", "before_ack")),
    ],
)
async def test_a_process_that_dies_of_what_was_answered_before_changes_nothing(*, homes, doomed, sql, t, point):
    async with meeting(homes[0], homes[1]) as game:
        command = {**await SITUATIONS[t].command(game), "t": t, "id": str(uuid.uuid4())}
        first = await answer(game.a, command)
        await game.a.drop()
        await game.a.move_to(doomed)
        heard = len(game.a.frames)
        doomed.arm(point)
        await game.a.say(command)
        del game.a.frames[:heard]
        assert await asks_again(game.a, doomed, homes[0], command) == first
        await verdict(sql, game)
