"""What the couple does: short evenings, each of which makes a situation that some bug would spoil. A whole program plays all."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tests.faults.judge import judge_account, read_log
from tests.faults.planted.couple import Couple, Impatient, fresh_id, holding, meeting, waiting
from tests.faults.planted.ground import Ground
from tests.support.person import Person

COOL_DOWN_S = 20
PROPOSAL_S = 30
DAILY = 25
FORBIDDEN = "hardBoundaryPublic"

Scene = Callable[[Ground], Awaitable[None]]


async def an_evening(ground: Ground) -> None:
    """A whole game: turns, skips, words about cards, ways up and down, pauses, a stop, the end, and what comes too late."""
    async with meeting(ground, activity_type="random") as game:
        await game.ready()
        await a_turn_with_its_mistakes(game)
        await ways_up(game)
        await pauses(game)
        await a_stop(game)
        await a_way_down(game)
        await game.play_to_end()
        for t, fields in (("ready", {}), ("propose_level", {"level": "X"}), ("pause", {})):
            await game.a.ask(t, **fields)
        await game.a.ask("feedback", turn=1, feedback="neutral")
        await game.settle()


async def a_turn_with_its_mistakes(game: Couple) -> None:
    first = await game.card("truth")
    await game.b.ask("skip", on=first)
    await game.settle()
    await game.a.ask("complete", on=first)  # it is another card by now
    second = await game.card()
    await game.a.ask("complete", on=second)
    await game.settle()
    await game.b.ask("complete", on=second)  # pressed on both phones
    await game.a.ask("feedback", turn=1, feedback="like", executed=True)
    await game.b.ask("feedback", turn=1, feedback="dislike")
    await game.settle()


async def ways_up(game: Couple) -> None:
    await game.card("dare")
    for answer in ("own", "declined", "late", "while paused", "accepted"):
        await game.a.ask("propose_level", level="X")
        await game.settle()
        if game.a.state["proposal"] is None:
            return
        on = game.a.state["proposal"]["seq"]
        match answer:
            case "own":
                await game.a.ask("accept_level", on=on)
            case "declined":
                await game.b.ask("decline_level", on=on)
            case "late":
                game.ground.stage.pass_time(PROPOSAL_S + 1)
                await game.b.ask("accept_level", on=on)
            case "while paused":
                await game.b.ask("pause")
                await game.b.ask("accept_level", on=on)
                await game.settle()
                await game.resume()
            case _:
                await game.b.ask("accept_level", on=on)
        await game.settle()


async def pauses(game: Couple) -> None:
    """A skip while paused, a pause said again, one who would go on alone, and one who changes their mind."""
    card = await game.card()
    await game.a.ask("pause")
    await game.b.ask("skip", on=card)
    await game.b.ask("pause")
    await game.settle()
    await game.a.ask("resume", on=game.a.state["halt_seq"])
    await game.settle()
    await game.b.ask("pause")
    await game.settle()
    await game.b.ask("resume", on=game.b.state["halt_seq"])
    await game.settle()
    if game.a.state["phase"] == "paused":
        await game.a.ask("resume", on=game.a.state["halt_seq"])
    await game.settle()


async def a_stop(game: Couple) -> None:
    """A pause that becomes a stop, and going on before its time."""
    await game.card()
    await game.b.ask("pause")
    await game.a.ask("stop")
    await game.settle()
    on = game.a.state["halt_seq"]
    for phone in game.both:
        await phone.ask("resume", on=on)
    await game.settle()
    game.ground.stage.pass_time(COOL_DOWN_S + 1)
    for phone in game.both:
        await phone.ask("resume", on=on)
    await game.card()
    await game.b.ask("stop")
    game.ground.stage.pass_time(COOL_DOWN_S + 1)
    await game.settle()
    await game.resume()


async def a_way_down(game: Couple) -> None:
    """With a card up that is too much for it."""
    for roll in (0.9, 0.1, 0.7, 0.3, 0.6):
        on = await game.card()
        if game.a.state["card"]["rating"] != "G":
            break
        game.ground.stage.roll(roll)
        await game.b.ask("skip", on=on)
    await game.b.ask("propose_level", level="G")
    await game.settle()


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


async def limits_on_the_way(ground: Ground) -> None:
    """One of them does not want what the dares are about: with a card up, while paused, and while a card is being drawn."""
    await every_dare_is_about_it(ground)
    async with meeting(ground, activity_type="dare", target_activities=10) as game:
        await surveyed(game)
        await game.ready()
        await forbid(game, game.b)
        await game.judged()
        for _ in range(3):
            await game.a.ask("complete", on=await game.card())
            await game.settle()
    async with meeting(ground, activity_type="dare") as game:
        await surveyed(game)
        await game.ready()
        await game.a.ask("pause")
        await forbid(game, game.b)
        await game.resume()
    async with meeting(ground, activity_type="dare") as game:
        await surveyed(game)
        await game.ready()
        on = await game.card()
        async with holding(ground, "sessions", "session_id", game.session_id) as hold:
            asked = game.says(game.a, "complete", on=on)
            await waiting(ground, 1)
            await hold.execute(_FORBID, game.session_id, "B", json.dumps([FORBIDDEN]))
        game.tell("limits", hard=[FORBIDDEN], seq=on)
        await game.answered(asked)
        await until_checked(game)


_FORBID = """
    UPDATE profiles SET boundaries = jsonb_set(boundaries, '{hard_limits}', $3::jsonb)
    WHERE id = (SELECT profile_id FROM session_seats WHERE session_id = $1 AND seat = $2)
"""


async def every_dare_is_about_it(ground: Ground) -> None:
    await ground.sql.execute("UPDATE activities SET hard_boundaries = $1 WHERE type = 'dare'", json.dumps([FORBIDDEN]))


async def surveyed(game: Couple) -> None:
    """Both have said yes to everything."""
    await game.ground.sql.execute(
        """
        UPDATE profiles SET profile_version = '0.4', boundaries = jsonb_set(boundaries, '{asked}', 'true'), activities = (
            SELECT jsonb_object_agg(key, 1.0) FROM (
                SELECT DISTINCT jsonb_array_elements_text(preference_keys) AS key FROM activities
            ) AS keys
        )
        WHERE id IN (SELECT profile_id FROM session_seats WHERE session_id = $1)
        """,
        game.session_id,
    )


async def forbid(game: Couple, phone: Impatient) -> None:
    await phone.person.patch("/api/profile/boundaries", {"hard_limits": [FORBIDDEN]})
    game.tell("limits", hard=[FORBIDDEN], seq=await game.head())
    await until_checked(game)


async def until_checked(game: Couple) -> None:
    """The room has been looked at since the last change of limits, or should have been."""
    for _ in range(100):
        if not await game.ground.sql.fetchval(
            "SELECT limits_rev <> checked_rev FROM sessions WHERE session_id = $1", game.session_id
        ):
            break
        await asyncio.sleep(0.03)
    await game.settle()


async def the_day_s_cards(ground: Ground) -> None:
    """One account, two rooms, two cards left: a stop gives back, the last card is one room's, an upgrade goes on."""
    ada = await Person.registered(ground.servers[0].url, "Ada")
    bo = await Person.anonymous(ground.servers[1].url, "Bo")
    people, before = (ada, bo), DAILY - 2
    async with ada, bo:
        await ground.sql.execute(
            "UPDATE users SET daily_activity_count = $2, daily_activity_reset_at = now() WHERE id::text = $1", ada.id, before
        )  # fmt: skip
        async with meeting(ground, people=people, on=(0, 0)) as one, meeting(ground, people=people, on=(1, 1)) as other:
            await one.ready()
            await one.a.ask("stop")
            ground.stage.pass_time(COOL_DOWN_S + 1)
            await one.settle()
            await one.resume()
            await judge_rooms(ground, ada, before, one, other)
            await the_last_card(ground, ada, one, other)
            await judge_rooms(ground, ada, before, one, other)
            await upgrade(ground, ada, one, other)


async def the_last_card(ground: Ground, payer: Person, one: Couple, other: Couple) -> None:
    await other.a.ask("ready")
    on = await one.card()
    async with holding(ground, "users", "id", payer.id):
        first = one.says(one.a, "complete", on=on)
        await waiting(ground, 1)
        second = other.says(other.b, "ready")
        await waiting(ground, 2)
    await one.answered(first)
    await other.answered(second)


async def upgrade(ground: Ground, payer: Person, *rooms: Couple) -> None:
    await ground.sql.execute("UPDATE users SET subscription_tier = 'premium' WHERE id::text = $1", payer.id)
    for game in rooms:
        game.tell("premium", seq=await game.head())
    for game in rooms:
        with suppress(TimeoutError, AssertionError):
            await game.a.until(lambda game=game: game.a.state["phase"] == "card", within=5)
        if game.a.state["phase"] == "card":
            await game.a.ask("complete", on=await game.card())
        await game.settle()


async def judge_rooms(ground: Ground, payer: Person, before: int, *rooms: Couple) -> None:
    logs = [await read_log(ground.sql, game.session_id) for game in rooms]
    after = await ground.sql.fetchval("SELECT daily_activity_count FROM users WHERE id::text = $1", payer.id)
    judge_account(DAILY, before, after, logs)


SCENES: dict[str, Scene] = {
    scene.__name__.replace("_", " ").replace(" s ", "'s "): scene
    for scene in (
        an_evening, a_lost_commit, a_slow_commit, at_the_same_time, asked_again, coming_back, a_newer_phone,
        a_phone_takes_over, no_bells, one_bell_missing, the_day_s_cards, limits_on_the_way,
    )
}  # fmt: skip
"""The last one changes what the bank's cards are about."""
