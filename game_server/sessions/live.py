"""The room socket: who may come in, and to which seat. All else is the same in every live room: `game_server/live/`."""

from typing import Any

from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.params import FromPath

from game_server.accounts import tickets
from game_server.accounts.callers import authenticate
from game_server.live.coming import Guest, come_in
from game_server.live.phone import Close
from game_server.live.wire import Closed
from game_server.services import Services
from game_server.sessions.course import Sessions
from game_server.sessions.tickets import seat_for
from rooms.errors import Refused


@websocket("/ws/sessions/{session_id:str}")
async def room_socket(
    socket: WebSocket[Any, Any, Any], services: NamedDependency[Services], session_id: FromPath[str]
) -> None:
    """One phone's connection to a session's room."""

    async def knock(ticket: str | None, authorization: str | None) -> Guest | None:
        try:
            if ticket is not None:
                caller = await tickets.redeem(services, ticket, session_id)
            else:
                caller = await authenticate(services, authorization)
        except Refused as refusal:
            raise Closed(Close.TRY_LATER if refusal.retryable else Close.BAD_TICKET) from refusal
        seat = await seat_for(services, session_id, caller)
        return Guest(caller.actor, caller.login, seat) if seat else None

    play: Sessions = socket.app.state.sessions
    await come_in(socket, services, play, session_id, number=services.dice.uuid(), knock=knock)
