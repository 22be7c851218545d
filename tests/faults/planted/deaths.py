"""A couple whose first server dies again and again, each time at another point of what the phone there asks."""

import asyncio
import signal
from typing import Any

from tests.faults.planted.couple import Couple, fresh_id, meeting
from tests.faults.planted.ground import Ground


async def deaths(ground: Ground) -> None:
    """Between the decision and the commit, the commit and the ack, the ack and the bell; and the same of a pause."""
    async with meeting(ground, target_activities=20, calm=False) as game:
        await game.ready()
        for point in ("decided", "before_commit", "after_commit", "before_bell"):
            await dies(game, point, "complete", on=await game.card())
        await dies(game, "before_bell", "skip", on=await game.card())
        await dies(game, "after_commit", "feedback", turn=1, feedback="like")
        for point in ("arrived", "before_commit", "before_ack"):
            await dies(game, point, "pause")
            await game.resume()


async def dies(game: Couple, point: str, t: str, **fields: Any) -> None:
    """The server of seat A's phone dies there; the phone goes to the other one, asks again, and comes back to a new one."""
    server, other = game.ground.servers
    id_ = fresh_id()
    await asyncio.to_thread(server.arm, point)
    await game.a.say({"t": t, "id": id_, **fields})
    assert await asyncio.to_thread(server.wait) == -signal.SIGKILL
    await game.a.until_closed()
    await game.a.move_to(other)
    await game.judged()
    await game.a.ask(t, id=id_, **fields)
    await game.settle()
    await asyncio.to_thread(server.restart)
    await game.a.drop()
    await game.a.move_to(server)
