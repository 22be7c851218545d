"""Who is here: present, away for a grace, then left; told to both phones, and never a rule."""

import asyncio

import pytest
import redis.asyncio as redis

from game_server.live import presence
from game_server.live.presence import Mark
from tests.support.game import generous, hosting, playing
from tests.support.server_process import ServerProcess


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, away_s=2)


def told(phone, seat, since=0):
    return [f["status"] for f in phone.frames[since:] if f["t"] == "presence" and f["seat"] == seat]


async def test_a_dropped_phone_is_away_then_left_and_present_again_when_it_comes_back(server):
    async with playing(server) as game:
        since = len(game.a.frames)
        await game.b.drop()
        await game.a.until(lambda: told(game.a, "B", since) == ["away"])
        away = [frame for frame in game.a.frames if frame["t"] == "presence"][-1]
        assert away["until"].endswith("Z")
        await game.a.until(lambda: told(game.a, "B", since) == ["away", "left"])
        await game.complete()  # absence stops nothing
        await game.b.connect()
        await game.a.until(lambda: told(game.a, "B", since) == ["away", "left", "present"])
        await game.agree()


async def test_goodbye_is_left_at_once_and_leaves_the_session_open(server):
    async with playing(server) as game:
        since = len(game.a.frames)
        ack = await game.b.command("leave")
        assert ack["seq"] == game.b.seq
        await game.a.until(lambda: told(game.a, "B", since))
        await game.b.close()
        await game.b.connect()
        await game.a.until(lambda: told(game.a, "B", since)[-1:] == ["present"])
        assert told(game.a, "B", since) == ["left", "present"]
        assert game.a.state["phase"] == "card"


async def test_the_present_are_told_once_each_after_live(server):
    async with playing(server) as game:
        for _ in range(3):
            await game.b.drop()
            game.b.frames.clear()
            await game.b.connect()
            await game.b.command("leave")  # everything sent before its ack has come
            live = [frame["t"] for frame in game.b.frames].index("live")
            first = [frame["t"] for frame in game.b.frames[live + 1 :]][:2]
            assert first == ["presence", "presence"]
            assert told(game.b, "B")[0] == "present"
            assert told(game.b, "A") == ["present"]


async def test_a_guest_is_as_present_as_the_host(server):
    async with hosting(server) as game:
        await game.a.until(lambda: told(game.a, "B"))
        await game.a.until(lambda: told(game.a, "A"))
        assert told(game.a, "B")[-1] == told(game.a, "A")[-1] == "present"


@pytest.mark.long
async def test_a_killed_processs_phone_reads_as_away_within_fifteen_seconds(server, settings, tmp_path):
    other = ServerProcess(settings, tmp_path / "log")
    async with playing(server, other) as game:
        since = len(game.a.frames)
        other.kill()
        async with asyncio.timeout(15):
            await game.a.until(lambda: told(game.a, "B", since))
        assert told(game.a, "B", since) == ["left"]
    other.stop()


async def test_a_goodbye_stays_one_while_the_line_is_still_open(server, redis_url):
    async with redis.Redis.from_url(redis_url) as store, playing(server) as game:
        await game.b.command("leave")
        said = await presence.read(store, [game.session_id])
        async with asyncio.timeout(30):
            while True:  # until the server has refreshed the phone that stayed
                marks = (await presence.read(store, [game.session_id]))[game.session_id]
                if marks["A"].beat > said[game.session_id]["A"].beat + presence.BEAT_S:
                    break
                await asyncio.sleep(0.2)
        assert marks["B"].status == "left"


@pytest.mark.long
async def test_a_flushed_redis_makes_nobody_absent(server, settings, redis_url, tmp_path):
    other = ServerProcess(settings, tmp_path / "log")
    store = redis.Redis.from_url(redis_url)
    async with playing(server, other) as game:
        since = len(game.a.frames)
        await store.flushall()
        key = presence.key(game.session_id)
        async with asyncio.timeout(10):
            while await store.hlen(key) < 2:  # noqa: ASYNC110 - both processes have spoken again
                await asyncio.sleep(0.2)
        await game.b.command("leave")
        await game.a.until(lambda: "left" in told(game.a, "B", since))
        assert told(game.a, "B", since) == ["left"]
    await store.aclose()
    other.stop()


@pytest.mark.parametrize(
    ("mark", "now", "status"),
    [
        (None, 100, "left"),
        (Mark("c", "present", 0, 100), 105, "present"),
        (Mark("c", "present", 0, 100), 100 + presence.STALE_S + 1, "away"),
        (Mark("c", "present", 0, 100), 160, "left"),
        (Mark("c", "away", 100, 100), 159, "away"),
        (Mark("c", "away", 100, 100), 160, "left"),
        (Mark("c", "left", 100, 100), 100, "left"),
    ],
)
def test_a_mark_reads_by_its_age(mark, now, status):
    assert presence.reads(mark, now, 60).status == status
