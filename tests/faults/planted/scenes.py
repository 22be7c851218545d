"""What the couple does: short evenings, each of which makes a situation that some bug would spoil. A whole program plays all."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tests.faults.planted.account import the_day_s_cards
from tests.faults.planted.couple import fresh_id, holding, meeting, waiting
from tests.faults.planted.deaths import deaths
from tests.faults.planted.evening import an_evening
from tests.faults.planted.ground import Ground
from tests.faults.planted.limits import limits_on_the_way

Scene = Callable[[Ground], Awaitable[None]]


async def a_lost_commit(ground: Ground) -> None:
    """PostgreSQL drops what was sent to it; whoever had asked does something else then."""
    async with meeting(ground) as game:
        await game.ready()
        on = await game.card()
        async with holding(ground, "sessions", "session_id", game.session_id):
            asked = game.says(game.a, "complete", on=on)
            for pid in await waiting(ground, 1):
                await asyncio.sleep(0.2)  # time enough to say what is not true yet
                await ground.sql.execute("SELECT pg_terminate_backend($1, 2000)", pid)
        await asked
        await game.a.ask("pause")
        await game.settle()


async def a_slow_commit(ground: Ground) -> None:
    """Commits hang: a stop is heard at once, and what had no answer in time is asked again."""
    async with meeting(ground) as game:
        await game.ready()
        id_, on = fresh_id(), await game.card()
        game.tell("held")
        async with holding(ground, "sessions", "session_id", game.session_id):
            done = game.says(game.a, "complete", id=id_, on=on)
            await waiting(ground, 1)
            stopped = game.says(game.a, "stop")
            with suppress(TimeoutError, AssertionError):
                for phone in game.both:
                    await phone.until(lambda phone=phone: "halt" in {frame["t"] for frame in phone.frames}, within=3)
            reply = await done
            game.tell("let go")
        await game.answered(stopped)
        if reply.get("retryable"):
            await game.a.ask("complete", id=id_, on=on)
        await game.settle()


async def at_the_same_time(ground: Ground) -> None:
    """Both press something on what both see, and only one of them can be first."""
    async with meeting(ground) as game:
        await game.ready()
        for a, b in (("skip", "complete"), ("propose_level", "skip"), ("complete", "complete"), ("complete", "pause")):
            on = await game.card()
            asked = []
            async with holding(ground, "sessions", "session_id", game.session_id):
                for number, (phone, t) in enumerate(zip(game.both, (a, b), strict=True), start=1):
                    fields = {"on": on} if t in ("skip", "complete") else {"level": "X"} if t == "propose_level" else {}
                    asked.append(game.says(phone, t, **fields))
                    await waiting(ground, number)
            await game.answered(*asked)


async def asked_again(ground: Ground) -> None:
    """The same ids again: as they were, with another body, from the other seat, on another server, after another pause."""
    async with meeting(ground) as game:
        await game.ready()
        done, word, way, halt = (fresh_id() for _ in range(4))
        on = await game.card()
        for _ in range(2):
            await game.a.ask("complete", id=done, on=on)
        for _ in range(2):
            await game.a.ask("feedback", id=word, turn=1, feedback="like")
            await game.a.ask("propose_level", id=way, level="X")
        await game.a.ask("feedback", id=done, turn=1, feedback="neutral")
        await game.b.ask("complete", id=done, on=on)
        await game.a.ask("pause", id=halt)
        await game.settle()
        await game.resume()
        await game.a.drop()
        await game.a.move_to(ground.servers[1])
        await game.a.ask("complete", id=done, on=on)
        await game.a.ask("feedback", id=word, turn=1, feedback="like")
        await game.a.ask("pause")
        await game.settle()
        await game.resume()
        await game.a.ask("pause", id=halt)  # its card is hidden, and must come back
        await game.settle()


async def coming_back(ground: Ground) -> None:
    """Away and back: with what was missed, with a snapshot, as a new phone, on the other server."""
    async with meeting(ground) as game:
        await game.ready()
        for how in ("replay", "snapshot", "new phone"):
            await game.b.drop()
            await game.a.ask("complete", on=await game.card())
            if how == "snapshot":
                game.b.epoch = None
            elif how == "new phone":
                game.b.seq, game.b.state = 0, {}
            await game.b.move_to(ground.servers[how == "snapshot"])
            await game.a.ask("feedback", turn=1, feedback="like")
            await game.settle()


async def a_newer_phone(ground: Ground) -> None:
    """A seat's second phone takes over, while nobody can tell the server that has the first one."""
    async with meeting(ground) as game:
        await game.ready()
        ground.redis[0].blackhole()
        old = game.a
        await game.newer_phone("A", on=1)
        with suppress(Exception):
            await old.ask("propose_level", level="X")
        with suppress(TimeoutError):
            await old.until_closed(within=4)
        await game.a.ask("skip", on=await game.card())
        await game.settle()
        ground.redis[0].heal()


async def a_phone_takes_over(ground: Ground) -> None:
    """The older one is sent away by a bell, and its end is not the end of the newer one."""
    async with meeting(ground, on=(0, 0)) as game:
        await game.ready()
        old = game.a
        await game.newer_phone("A", on=1)
        with suppress(TimeoutError):
            await old.until_closed(within=4)
        await game.a.ask("skip", on=await game.card())
        await game.settle()
        with suppress(TimeoutError, AssertionError):
            await game.b.until(lambda: any(f["t"] == "presence" and f["status"] == "away" for f in game.b.frames), 0.5)


async def no_bells(ground: Ground) -> None:
    """The partner's server does not hear from Redis any more, and the partner still does from it."""
    async with meeting(ground) as game:
        await game.ready()
        on = await game.card()
        ground.redis[1].blackhole()
        try:
            await game.a.ask("complete", on=on)
            await game.settle()
            await game.judged()
        finally:
            ground.redis[1].heal()


async def one_bell_missing(ground: Ground) -> None:
    """A bell is lost and the next one comes."""
    async with meeting(ground, target_activities=20) as game:
        await game.ready()
        for _ in range(6):
            ground.redis[0].refuse()
            await game.a.ask("complete", on=game.a.state["card_seq"])
            ground.redis[0].heal()
            await game.a.ask("complete", on=game.a.state["card_seq"])
            await game.settle()


SCENES: dict[str, Scene] = {
    scene.__name__.replace("_", " ").replace(" s ", "'s "): scene
    for scene in (
        an_evening, a_lost_commit, a_slow_commit, at_the_same_time, asked_again, coming_back, a_newer_phone,
        a_phone_takes_over, no_bells, one_bell_missing, deaths, the_day_s_cards, limits_on_the_way,
    )
}  # fmt: skip
"""The last one changes what the bank's cards are about."""
