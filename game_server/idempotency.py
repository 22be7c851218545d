"""Retries of a POST that creates something: the same Idempotency-Key and body gives the first answer again.

Kept are a keyed hash of the body (it may hold a password) and what `stored` says of the answer, never a secret:
where the answer had one, `again` makes the same thing with a fresh one. A refusal is not kept. A request whose
process died between its commit and the kept answer is done anew after 30 s, the only case in which that happens.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

import msgspec

from game_server.services import Services
from rooms.errors import Busy, Invalid, KeyReused, Refused
from storage import idempotency

T = TypeVar("T")

HEADER = "Idempotency-Key"
DEAD_AFTER = timedelta(seconds=30)

_KEY = re.compile(r"[\x21-\x7e]{1,128}")


async def idempotent(
    services: Services,
    *,
    key: str | None,
    caller: str,
    route: str,
    body: object,
    act: Callable[[], Awaitable[T]],
    again: Callable[[Any], Awaitable[T]] | None = None,
    stored: Callable[[T], Any] | None = None,
) -> T:
    """Do `act` once for this caller and key; without a key just do it.

    `stored(result)` is what is kept (JSON; by default the whole answer), `again(kept)` rebuilds the answer for a retry
    (by default the kept JSON itself). Raises KeyReused for another body or route, Busy while the first is under way.
    """
    if key is None:
        return await act()
    if not _KEY.fullmatch(key):
        raise Invalid(fields={HEADER: "1 to 128 printable ASCII characters without spaces, for example a UUID."})
    body_hash = services.keys.keyed_hash(b"idempotency", msgspec.json.encode(body, order="deterministic")).hex()
    now = services.clock.now()
    async with services.database.as_service() as connection:
        used = await idempotency.claim(
            connection, caller=caller, key=key, route=route, body_hash=body_hash, now=now, dead=now - DEAD_AFTER
        )
    if used is None:
        return await _first(services, caller, key, act, stored)
    if (used.route, used.body_hash) != (route, body_hash):
        raise KeyReused
    if not used.answered:
        raise Busy("The first request with this Idempotency-Key is still under way.")
    if again is None:
        return cast("T", used.response)
    result = await again(used.response)
    await _keep(services, caller, key, result, stored)
    return result


async def _first(
    services: Services, caller: str, key: str, act: Callable[[], Awaitable[T]], stored: Callable[[T], Any] | None
) -> T:
    try:
        result = await act()
    except Refused:  # of anything else the outcome is unknown: the claim stays until it is dead
        async with services.database.as_service() as connection:
            await idempotency.give_up(connection, caller=caller, key=key)
        raise
    await _keep(services, caller, key, result, stored)
    return result


async def _keep(services: Services, caller: str, key: str, result: T, stored: Callable[[T], Any] | None) -> None:
    kept = stored(result) if stored else msgspec.to_builtins(result)
    async with services.database.as_service() as connection:
        await idempotency.answer(connection, caller=caller, key=key, response=kept)
