"""A room of Django channels over channels_redis, on uvicorn with the options that ours has: `channels_room.py REDIS_URL`.

Runs in a venv of its own and knows nothing of this project. Prints where it listens, and runs until it is killed.
"""

import json
import socket
import sys
from typing import Any

import django
import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

_CONTENT = "x" * 200  # with it an event is about as long as ours


class Couple(AsyncWebsocketConsumer):
    """One phone of a room; the room is a group."""

    async def connect(self) -> None:
        self.room = "room." + self.scope["url_route"]["kwargs"]["room"]
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept(subprotocol="attuned.v1")

    async def disconnect(self, code: int) -> None:
        del code
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        del bytes_data
        said = json.loads(text_data or "")
        if said["t"] == "hello":
            await self._say({"t": "welcome", "epoch": "one", "head": 0})
            await self._say({"t": "live"})
        elif said["t"] != "beat":
            event = {"t": "event", "seq": said["seq"], "e": {"t": said["t"]}, "set": {"content": _CONTENT}}
            await self.channel_layer.group_send(self.room, {"type": "told", "event": event})
            await self._say({"t": "ack", "id": said["id"], "seq": said["seq"]})

    async def told(self, message: dict[str, Any]) -> None:
        """The group's event, for this phone."""
        await self._say(message["event"])

    async def _say(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message))


def main() -> None:
    layer = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [sys.argv[1]]}}
    settings.configure(
        SECRET_KEY="of a bench", CHANNEL_LAYERS={"default": layer}, INSTALLED_APPS=["channels"], LOGGING_CONFIG=None
    )
    django.setup()
    app = ProtocolTypeRouter({"websocket": URLRouter([path("ws/sessions/<str:room>", Couple.as_asgi())])})
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        app, loop="uvloop", ws="websockets-sansio", ws_per_message_deflate=False, ws_ping_interval=None, lifespan="off",
        log_level="warning", access_log=False,
    )  # fmt: skip
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
