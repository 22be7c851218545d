"""The ceiling of the stack: a room in memory that repeats what it hears, on the same framework, server and options as ours.

It keeps nothing: no rules, no log, no resume. Prints where it listens, and runs until it is killed.
"""

import asyncio
import sys
from typing import Any

import msgspec
import uvloop
from litestar import Litestar, WebSocket, websocket

from game_server.process.server import Server, bind
from game_server.settings import Settings

PROTOCOL = "attuned.v1"
_CONTENT = "x" * 200  # with it an event is about as long as ours


class Message(msgspec.Struct, frozen=True):
    """What a phone says: `hello`, `beat`, or anything to be repeated."""

    t: str
    id: str = ""


class Room(msgspec.Struct, eq=False):
    """Who is here, and how many things were said."""

    sockets: list[WebSocket[Any, Any, Any]] = []
    said: int = 0


_rooms: dict[str, Room] = {}
_decode = msgspec.json.Decoder(Message).decode


@websocket("/ws/sessions/{session_id:str}")
async def echo(socket: WebSocket[Any, Any, Any], session_id: str) -> None:
    """One phone of a room."""
    await socket.accept(subprotocols=PROTOCOL)
    room = _rooms.setdefault(session_id, Room())
    try:
        while (event := await socket.receive())["type"] == "websocket.receive":
            message = _decode(event["text"] or "")
            if message.t == "hello":
                room.sockets.append(socket)
                await _say(socket, {"t": "welcome", "epoch": "one", "head": room.said})
                await _say(socket, {"t": "live"})
            elif message.t != "beat":
                room.said += 1
                said = {"t": "event", "seq": room.said, "e": {"t": message.t}, "set": {"content": _CONTENT}}
                for member in tuple(room.sockets):
                    await _say(member, said)
                await _say(socket, {"t": "ack", "id": message.id, "seq": room.said})
    finally:
        if socket in room.sockets:
            room.sockets.remove(socket)


async def _say(socket: WebSocket[Any, Any, Any], message: dict[str, Any]) -> None:
    text = msgspec.json.encode(message).decode()
    await socket.send({"type": "websocket.send", "text": text, "bytes": None})


async def main() -> None:
    listener = bind("127.0.0.1", 0)
    server = Server(
        Litestar([echo], openapi_config=None, logging_config=None),
        Settings(),
        lambda: print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True),
    )
    await server.serve([listener])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
    sys.exit(0)
