"""The hub between its start and its end."""

import asyncio

from game_server.services import open_services


async def test_after_its_end_nothing_opens_a_connection_to_redis(settings, services):
    other = await open_services(settings)
    other.hub.queue(lambda pipeline: pipeline.set("hub:before", 1))
    await other.close()
    other.hub.queue(lambda pipeline: pipeline.set("hub:after", 1))  # a task that was under way, for example
    await asyncio.sleep(0.2)
    assert not other.hub.connected
    assert await services.redis.mget("hub:before", "hub:after") == [b"1", None]
