"""Retries of a POST that creates something: the same Idempotency-Key and body gives the first answer again.

Kept are keyed hashes of the caller, the key and the body (it may hold a password), and what `stored` says of the answer, never
a secret, sealed with the key itself: where the answer had a secret, `again` makes the same thing with a fresh one. So who reads
the table learns neither who asked nor what was made. A refusal is not kept. A request whose
process died between its commit and the kept answer is done anew after 30 s, the only case in which that happens.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

import msgspec

from game_server.services import Services
from rooms.errors import Busy, Invalid, KeyReused, Refused
from storage import idempotency, sealing

T = TypeVar("T")

HEADER = "Idempotency-Key"
NOBODY = "nobody"
"""The caller where nobody is signed in."""

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
    about: Callable[[T], str] | None = None,
    good_for: timedelta | None = None,
) -> T:
    """Do `act` once for this caller and key; without a key just do it.

    `stored(result)` is what is kept (JSON; by default the whole answer), `again(kept)` rebuilds the answer for a retry
    (by default the kept JSON itself), `about(result)` says whose it is where the caller is nobody. After `good_for` the key
    gives nothing any more. Raises KeyReused for another body or route, Busy while the first is under way.
    """
    if key is None:
        return await act()
    if not _KEY.fullmatch(key):
        raise Invalid(fields={HEADER: "1 to 128 printable ASCII characters without spaces, for example a UUID."})
    tries = _tries(services, caller, key, body)
    now = services.clock.now()
    async with services.database.as_service() as connection:
        retry = tries[await idempotency.known(connection, [one.row for one in tries])]
        used = await idempotency.claim(
            connection, retry.row, route=route, body_hash=retry.body_hash, now=now, dead=now - DEAD_AFTER
        )
    if used is None:
        return await _first(retry, act, stored, about)
    if (used.route, used.body_hash) != (route, retry.body_hash):
        raise KeyReused
    if not used.answered:
        raise Busy("The first request with this Idempotency-Key is still under way.")
    if good_for is not None and used.created_at < now - good_for:
        raise KeyReused("This Idempotency-Key was used some time ago. Make a new key for a new request.")
    kept = retry.opened(used.response)
    if again is None:
        return cast("T", kept)
    result = await again(kept)
    await retry.keep(result, stored, about)
    return result


def of_person(services: Services, actor: str) -> tuple[str, ...]:
    """How rows of this person are named, to be deleted with the person: now, and under the other secrets."""
    return services.keys.marks("idempotency caller", actor)


def _tries(services: Services, caller: str, key: str, body: object) -> "list[_Retry]":
    """What this key may be known as: under the first secret, and under the others."""
    keys = services.keys
    callers = (NOBODY,) * len(keys.kids) if caller == NOBODY else of_person(services, caller)
    marks = keys.marks("idempotency key", caller, key)
    bodies = keys.keyed_hashes(b"idempotency", msgspec.json.encode(body, order="deterministic"))
    sealing_keys = keys.keyed_hashes(b"idempotency answer", caller.encode(), key.encode())
    return [
        _Retry(services, idempotency.Row(whose, mark), body_hash.hex(), sealing_key)
        for whose, mark, body_hash, sealing_key in zip(callers, marks, bodies, sealing_keys, strict=True)
    ]


class _Retry:
    """The row of one caller's key, what it is compared by, and the key that its answer is sealed with."""

    def __init__(self, services: Services, row: idempotency.Row, body_hash: str, sealing_key: bytes) -> None:
        self.services = services
        self.row = row
        self.body_hash = body_hash
        self._sealing = sealing_key

    def opened(self, response: Any) -> Any:
        """What was kept. Raises KeyReused where it cannot be read, as after a change of the server's secret."""
        try:
            return sealing.unseal(self._sealing, response, bound_to=self.row.key)
        except sealing.Unsealable as error:
            raise KeyReused from error

    async def keep(self, result: T, stored: Callable[[T], Any] | None, about: Callable[[T], str] | None) -> None:
        """Seal and keep what a retry needs."""
        kept = stored(result) if stored else msgspec.to_builtins(result)
        response = sealing.seal(self._sealing, kept, bound_to=self.row.key)
        person = of_person(self.services, about(result))[0] if about else None
        async with self.services.database.as_service() as connection:
            await idempotency.answer(connection, self.row, response=response, person=person)


async def _first(
    retry: _Retry,
    act: Callable[[], Awaitable[T]],
    stored: Callable[[T], Any] | None,
    about: Callable[[T], str] | None,
) -> T:
    try:
        result = await act()
    except Refused:  # of anything else the outcome is unknown: the claim stays until it is dead
        async with retry.services.database.as_service() as connection:
            await idempotency.give_up(connection, retry.row)
        raise
    await retry.keep(result, stored, about)
    return result
