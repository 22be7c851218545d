"""PostgreSQL away, hanging, cut: nothing is acknowledged that is not there, `halt` still works, and all of it heals."""

import asyncio
import json
import uuid
from contextlib import suppress
from typing import Any

import pytest
import redis.asyncio as redis

from tests.faults.test_redis_faults import until_ready
from tests.faults.wire import Witness, meeting, verdict
from tests.support.game import Game
from tests.support.phone import Refused


@pytest.fixture
def pair(serve):
    return serve(), serve()


async def insistently(phone: Witness, t: str, id_: str | None = None, **fields: Any) -> dict[str, Any]:
    """Ask with the same id until it is answered, as a client does that is told `unavailable`."""
    id_ = id_ or str(uuid.uuid4())
    async with asyncio.timeout(120):
        while True:
            try:
                return await phone.command(t, id=id_, within=60, **fields)
            except Refused as refusal:
                if refusal.code != "unavailable":
                    raise
            except (ConnectionError, TimeoutError):
                await come_back(phone)
            await asyncio.sleep(0.05)


async def come_back(phone: Witness) -> None:
    """Connect again as often as it takes."""
    async with asyncio.timeout(120):
        while phone.closed is not None:
            try:
                await phone.connect()
            except (AssertionError, OSError, TimeoutError):
                await asyncio.sleep(0.1)


async def refused_or_unanswered(phone: Witness, id_: str, t: str, **fields: Any) -> None:
    """The server says `unavailable`; it never says ack."""
    with pytest.raises(Refused) as refused:
        await phone.command(t, id=id_, within=60, **fields)
    assert refused.value.code == "unavailable"


async def both_halted(game: Game, heard: list[int]) -> None:
    for phone, since in zip(game.phones, heard, strict=True):
        await phone.until(lambda phone=phone, since=since: any(f["t"] == "halt" for f in phone.frames[since:]))


async def halted_while_away(game: Game) -> str:
    """A pause during the fault: both phones hide the card at once, and nobody is told that it is kept."""
    id_, heard = str(uuid.uuid4()), [len(phone.frames) for phone in game.phones]
    await game.a.say({"t": "pause", "id": id_})
    await both_halted(game, heard)
    assert not [f for f in game.a.frames[heard[0] :] if f["t"] == "ack" and f["id"] == id_]
    return id_


async def healed(game: Game, pair: Any, sql: Any, *, halt: str, id_: str, on: int) -> None:
    """After the fault: the pause is acked by itself or on asking, the card's command once, and the game goes on."""
    for server in pair:
        await until_ready(server, (200, "ok"))
    for phone in game.phones:
        await come_back(phone)
    ack = await insistently(game.a, "pause", halt)
    for phone in game.phones:
        await phone.until_seq(ack["seq"])
    await game.settle()
    if game.a.state["phase"] == "paused":
        await game.resume()
    with suppress(Refused):  # the pause may have come between
        await insistently(game.b, "complete", id_, on=on)
    await game.settle()
    await verdict(sql, game)


async def test_postgres_killed_and_started(pair, sql_later, stores):
    async with meeting(*pair, target_activities=20) as game:
        await game.complete()
        on, id_ = await game.card(), str(uuid.uuid4())
        stores.postgres.kill()
        await refused_or_unanswered(game.b, id_, "complete", on=on)
        for server in pair:
            assert (await until_ready(server, (503, "unready")))["checks"]["database"] == "away"
        halt = await halted_while_away(game)
        stores.postgres.start()
        await healed(game, pair, await sql_later(), halt=halt, id_=id_, on=on)


@pytest.mark.long
async def test_what_is_sent_again_and_what_a_bell_asks_for_wait_for_postgres_in_one_line(serve, stores):
    pair = serve(ping_ms=1000), serve(ping_ms=1000)
    connection = redis.Redis.from_url(stores.redis_url)
    async with meeting(*pair, target_activities=20) as game:
        await game.complete()
        head = await game.settle()
        game.a.answers_beats = False
        stores.postgres.kill()
        await game.a.until(lambda: game.a.frames[-1]["t"] == "beat" and game.a.frames[-1]["head"] == head)
        await game.a.say({"t": "beat", "seq": head - 1})
        await connection.publish(f"bell:{{{game.session_id}}}", json.dumps({"by": "another", "head": head + 1}))
        for event in ("repair_waits", "catch_up_waits"):
            while event not in pair[0].log():  # noqa: ASYNC110 - another process says it
                await asyncio.sleep(0.05)
        assert "Traceback" not in pair[0].log() + pair[1].log()
        for server in pair:
            while '"database_lost"' not in server.log():  # noqa: ASYNC110 - another process says it
                await asyncio.sleep(0.05)
        stores.postgres.start()
        game.a.answers_beats = True
        await insistently(game.b, "complete", on=await game.card())
        for server in pair:
            while '"database_back"' not in server.log():  # noqa: ASYNC110 - another process says it
                await asyncio.sleep(0.05)
            assert server.log().count('"database_lost"') == 1
    await connection.aclose()


@pytest.mark.long
async def test_a_postgres_that_can_only_be_read_is_not_ready(pair, stores, sql_later):
    async with meeting(*pair, target_activities=20) as game:
        await game.complete()
        on, id_ = await game.card(), str(uuid.uuid4())
        stores.postgres.become_a_replica()
        for server in pair:
            while (await until_ready(server, (503, "unready")))["checks"]["database"] != "read_only":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await refused_or_unanswered(game.b, id_, "complete", on=on)
        halt = await halted_while_away(game)
        for server in pair:
            while '"why": "read_only"' not in server.log():  # noqa: ASYNC110 - another process says it, every two seconds
                await asyncio.sleep(0.05)
        stores.postgres.become_a_primary()
        await healed(game, pair, await sql_later(), halt=halt, id_=id_, on=on)


@pytest.mark.long
async def test_postgres_stopped_and_started_under_commands(pair, sql_later, stores):
    async with meeting(*pair, target_activities=20) as game:
        for _ in range(3):
            on = await game.card()
            asked = asyncio.ensure_future(insistently(game.b, "complete", on=on))
            stores.postgres.stop()
            stores.postgres.start()
            await asked
            await come_back(game.a)
        for server in pair:
            await until_ready(server, (200, "ok"))
        await game.settle()
        await verdict(await sql_later(), game)


@pytest.mark.parametrize("way", ["both", "answers"])
async def test_a_pause_hides_the_card_at_once_while_postgres_hangs(pair, postgres_link, way):
    """The first one of a connection is looked up before. That it cannot be must not take as long as PostgreSQL is waited for: a
    command that was sent before it, and is refused for that, is not answered sooner.
    """
    async with meeting(*pair) as game:
        on, id_, since = await game.card(), str(uuid.uuid4()), len(game.b.frames)
        postgres_link.blackhole(up=way == "both")
        await game.b.say({"t": "complete", "id": id_, "on": on})
        await halted_while_away(game)
        assert [frame for frame in game.b.frames[since:] if frame["t"] == "refused"] == []
        postgres_link.heal()
        for phone in game.phones:
            await come_back(phone)


@pytest.mark.long
@pytest.mark.parametrize("way", ["both", "answers"])
async def test_postgres_behind_a_hole(pair, sql, postgres_link, way):
    async with meeting(*pair, target_activities=20) as game:
        await game.complete()
        on, id_ = await game.card(), str(uuid.uuid4())
        postgres_link.blackhole(up=way == "both")
        halt = await halted_while_away(game)
        await refused_or_unanswered(game.b, id_, "complete", on=on)
        for server in pair:
            assert (await until_ready(server, (503, "unready")))["checks"]["database"] == "away"
        halts = [str(uuid.uuid4()) for _ in range(3)]
        for again in halts:  # the first one's halt serves them all, until its event
            await game.a.say({"t": "pause", "id": again})
        postgres_link.heal()
        await healed(game, pair, sql, halt=halt, id_=id_, on=on)
        for again in halts:
            await insistently(game.a, "pause", again)
        await game.settle()
        await verdict(sql, game)


@pytest.mark.long
async def test_postgres_connections_that_carry_nothing_any_more(pair, sql, postgres_link):
    """A router forgot the connections: nothing ends them, and the pools must find new ones."""
    async with meeting(*pair, target_activities=20) as game:
        await game.complete()
        on = await game.card()
        postgres_link.lose()
        heard = len(game.b.frames)
        await insistently(game.b, "complete", on=on)
        refused = [frame for frame in game.b.frames[heard:] if frame["t"] == "refused"]
        assert len(refused) <= 1, "one wait for all the connections that were lost, not one for each"
        for server in pair:
            await until_ready(server, (200, "ok"))
        for phone in game.phones:
            await come_back(phone)
        await game.settle()
        await game.complete()
        await verdict(sql, game)


@pytest.mark.long
async def test_postgres_connections_terminated_under_commands(pair, sql, postgres_link):
    async with meeting(*pair, target_activities=30) as game:
        for turn in range(10):
            on = await insistently_card(game)
            asked = asyncio.ensure_future(insistently(game.phones[turn % 2], "complete", on=on))
            await sql.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('game_web', 'game_worker')"
            )
            await asked
        await game.settle()
        await verdict(sql, game)


@pytest.mark.long
async def test_postgres_resets_and_slowness_under_commands(pair, sql, postgres_link):
    async with meeting(*pair, target_activities=30) as game:
        postgres_link.delay(0.02)
        for turn in range(6):
            on = await insistently_card(game)
            asked = asyncio.ensure_future(insistently(game.phones[turn % 2], "complete", on=on))
            await asyncio.sleep(0)
            postgres_link.reset()
            await asked
        postgres_link.heal()
        await game.settle()
        await verdict(sql, game)


@pytest.mark.long
@pytest.mark.parametrize("deliver", [False, True], ids=["before", "after"])
async def test_postgres_connections_cut_at_each_statement(pair, sql, postgres_link, deliver):
    """Before a statement arrives, or after it has run and before anybody hears of it; at the first, the second, the third …"""
    async with meeting(*pair, target_activities=50) as game:
        cuts = 0
        for chunk in range(1, 16):
            on = await insistently_card(game)
            postgres_link.reset_at(chunk, deliver=deliver)
            await insistently(game.phones[chunk % 2], "complete", on=on)
            cuts += postgres_link.reset_happened()
            postgres_link.heal()
            for phone in game.phones:
                await come_back(phone)
        assert cuts >= 2, "facts, commit"
        await game.settle()
        await verdict(sql, game)


async def insistently_card(game: Game) -> int:
    """The card's seq, once the server can say where the log stands."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await game.card()
            except AssertionError:
                for phone in game.phones:
                    await come_back(phone)
                await asyncio.sleep(0.05)
