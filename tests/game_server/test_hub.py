"""The hub between its start and its end."""

import asyncio
import time

import structlog

from game_server.live import hub
from game_server.live.hub import Hub
from game_server.services import open_services
from storage import keyspace


async def test_after_its_end_nothing_opens_a_connection_to_redis(settings, services):
    other = await open_services(settings)
    other.hub.queue(lambda pipeline: pipeline.set("hub:before", 1))
    await other.close()
    other.hub.queue(lambda pipeline: pipeline.set("hub:after", 1))  # a task that was under way, for example
    await asyncio.sleep(0.2)
    assert not other.hub.connected
    assert await services.redis.mget("hub:before", "hub:after") == [b"1", None]


async def test_a_process_that_stood_still_takes_neither_its_answers_nor_its_bells_for_lost(settings, monkeypatch):
    for name, seconds in (("PROBE_S", 0.05), ("PROBE_LOST_S", 0.2)):
        monkeypatch.setattr(hub, name, seconds)
    monkeypatch.setattr(keyspace, "ANSWER_WITHIN_S", 0.2)
    connected_anew = asyncio.Event()

    async def again() -> None:
        connected_anew.set()

    with structlog.testing.capture_logs() as told:
        services = await open_services(settings)
        services.hub.on_reconnect.append(again)
        try:
            for _ in range(8):
                await _probed(services.hub)
                connected_anew.clear()
                time.sleep(0.4)  # noqa: ASYNC251 - standing still is what this is about
            await _probed(services.hub)
        finally:
            await services.close()
    assert not connected_anew.is_set()
    assert [line["event"] for line in told if line["event"].startswith("redis")] == []


async def _probed(asked: Hub) -> None:
    """Wait until a question has been answered, and its bell has come."""
    written, heard = asked._written, asked._heard_at
    while min(asked._written - written, asked._heard_at - heard) <= 0:  # noqa: ASYNC110 - as whoever asks for health sees it
        await asyncio.sleep(0.005)
