"""What an operator asks once and is answered: a room, its replay, why a card came."""

from typing import Any

import msgspec

from game_server.commands.opening import run, services_for, stores
from game_server.process.exits import CannotRunError
from game_server.sessions.explanation import explain
from game_server.sessions.inspection import inspect
from game_server.sessions.replay import replay
from game_server.settings import Settings
from rooms.errors import NotFound
from storage.embedded import Step


def replay_session(settings: Settings, session_id: str, *, step: Step) -> str | None:
    """The first difference between a session's log and its replay, None when they are identical."""
    with stores(settings, step) as (opened, _own):

        async def replay_it() -> str | None:
            async with services_for(opened) as services:
                try:
                    return await replay(services, session_id)
                except NotFound:
                    raise CannotRunError(f"There is no session {session_id!r} in this database.") from None

        return run(replay_it())


def inspect_session(settings: Settings, session_id: str, *, step: Step) -> dict[str, Any]:
    """What operators may see of a room, JSON-ready. Raises CannotRunError when there is no such room."""
    with stores(settings, step) as (opened, _own):

        async def inspect_it() -> dict[str, Any]:
            async with services_for(opened) as services:
                found: dict[str, Any] = msgspec.to_builtins(await inspect(services, session_id))
                return found

        try:
            return run(inspect_it())
        except NotFound:
            raise CannotRunError(f"There is no room {session_id}.") from None


def room_lines(found: dict[str, Any]) -> list[str]:
    """A room for people: its state in a few lines, then one line an event."""
    state = found["state"]
    lines = [
        f"room {found['session_id']}  {found['status']}  phase {state['phase']}  head {state['head']}  level {state['level']}",
        f"turn {state['turn']} of {state['target']}, kept {state['kept']}, skips in a row {state['consecutive_skips']}",
    ]
    for seat, row in found["seats"].items():
        socket = found["sockets"][seat]
        status = socket if isinstance(socket, str) else socket["status"]
        lines.append(
            f"seat {seat}  {row['kind']}  {'joined' if row['joined'] else 'open'}  {status}  fence {row['fence']}"
        )
    for item in found["log"]:
        rest = {key: value for key, value in item.items() if key not in ("seq", "at", "t") and value is not None}
        lines.append(f"{item['seq']:>5}  {item['at']}  {item['t']}  {rest or ''}".rstrip())
    return lines


def explain_pick(settings: Settings, session_id: str, turn: int, *, step: Step) -> dict[str, Any]:
    """Why the card of a turn was chosen."""
    with stores(settings, step) as (opened, _own):

        async def explain_it() -> dict[str, Any]:
            async with services_for(opened) as services:
                try:
                    return await explain(services, session_id, turn)
                except NotFound:
                    raise CannotRunError(
                        f"There is no turn {turn} of a session {session_id!r} in this database."
                    ) from None

        return run(explain_it())
