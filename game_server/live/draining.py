"""Going away without losing anything: say so, let what is under way finish, close in batches."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from game_server.live.hub import Hub
from game_server.live.messages import Draining
from game_server.live.phone import Close, Phone
from game_server.live.rooms import Rooms
from storage import crash

RECONNECT_WITHIN_MS = 5_000
FINISH_WITHIN_S = 5.0
BATCH = 200
BETWEEN_BATCHES_S = 0.1


async def drain(
    hub: Hub,
    rooms: Rooms[Any, Any],
    *,
    rest: Callable[[], Awaitable[object]],
    close_doors: Callable[[], Awaitable[object]],
    others: Callable[[], list[Phone]] = list,
) -> None:
    """Not ready any more, phones told, commands in flight finished, doors closed, sockets closed 1012. `rest` returns when
    nothing is being committed. Phones come back at once: a proxy is to send them elsewhere by then.
    """
    hub.draining = True
    await send_away(rooms, rest=rest, close_doors=close_doors, others=others)


async def send_away(
    rooms: Rooms[Any, Any],
    *,
    rest: Callable[[], Awaitable[object]],
    close_doors: Callable[[], Awaitable[object]] | None = None,
    others: Callable[[], list[Phone]] = list,
) -> None:
    """The same where this process may get ready again: its doors stay open then. `others`: phones that are in no room."""
    phones = [seated.phone for _, feed in rooms.attended() for seated in feed.seated] + others()
    for phone in phones:
        phone.send_message(Draining(reconnect_within_ms=RECONNECT_WITHIN_MS))
    try:
        async with asyncio.timeout(FINISH_WITHIN_S):
            for _, feed in rooms.attended():
                async with feed.turn:  # whoever plays here now gets their answer first
                    pass
            await rest()
    except TimeoutError:
        pass  # a store hangs: what was not acknowledged will be sent again
    crash.point("during_drain")
    if close_doors:
        await close_doors()
    for start in range(0, len(phones), BATCH):
        for phone in phones[start : start + BATCH]:
            phone.close(Close.RESTARTING)
        await asyncio.sleep(BETWEEN_BATCHES_S)
