"""A calendar for another program, which asks for it again and again without signing in: by a secret address.

The secret is kept as a keyed hash. It ends when it is revoked or made anew, and with the membership. What dates are called stays
here, unless somebody wants otherwise for their own feed.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import calendar_files, ical_writing
from game_server.bonds.calendar import held_deadlines
from game_server.bonds.calendar_files import held_back
from game_server.bonds.commands import Asked, held, run, writing
from game_server.bonds.life import Written
from game_server.languages import choice
from game_server.languages.catalogues import catalogue
from game_server.services import Services
from rooms.bonds import discreet
from rooms.errors import NotFound, WrongState
from storage import accounts, bond_calendar
from storage.bond_calendar import Feed

LOOKS_BACK = timedelta(days=90)
ENDING = ".ics"


class CalendarFeed(msgspec.Struct, frozen=True):
    """Where another program reads it; shown once."""

    url: str


async def make(services: Services, user: Caller, bond_id: UUID | None, what: Asked, *, titles: bool) -> CalendarFeed:
    """A new address; the one before opens nothing any more. Raises NotFound, WrongState."""
    # A retry has to show the same address, and nobody keeps it: it follows from the request's key.
    secrets = _secrets(services, user, bond_id, what.key or services.dice.token())

    async def put(db: asyncpg.Connection) -> Written:
        kept = hashes(services, secrets[0])[0]
        return await bond_calendar.put_feed(db, bond_id, user.id, kept, key_id=services.keys.kid, titles=titles), None

    async def act(db: asyncpg.Connection, at: datetime) -> Written:
        if bond_id is None:
            return await put(db)
        async with held(services, db, user, bond_id, at):
            return await put(db)

    async def read(_: UUID) -> CalendarFeed:
        async with services.database.as_service() as db:
            good = [one for one in secrets if await _feed(services, db, one)]
        if not good:
            raise WrongState("This address is void already. Make a new one.")
        return CalendarFeed(f"{services.settings.base_url}/calendar/{good[0]}{ENDING}")

    return await run(services, user, what, act, read)


async def revoke(services: Services, user: Caller, bond_id: UUID | None) -> None:
    """The address opens nothing any more. Raises NotFound."""
    at = services.clock.now()
    async with writing(services, user, at) as db:
        if bond_id is None:
            await bond_calendar.drop_feed(db, None, user.id)
            return
        async with held(services, db, user, bond_id, at, dissolved=True):
            await bond_calendar.drop_feed(db, bond_id, user.id)


async def read(services: Services, secret: str) -> bytes:
    """What is read there. Raises NotFound, KeysAway."""
    async with services.database.as_service() as db:
        feed = await _feed(services, db, secret)
        language = await accounts.language_of(db, str(feed.user_id)) if feed else None
    if feed is None:
        raise NotFound
    user_id = str(feed.user_id)
    rows = await calendar_files.rows_of(services, user_id, feed.bond_id, since=services.clock.now() - LOOKS_BACK)
    silent = {row["id"] for row in rows}
    if feed.titles:
        silent = await held_back(services, user_id, rows) | await held_deadlines(services, user_id, rows)
    say = catalogue("server", choice.of_account(language or "en")).say
    words = {kind: say(english) for kind, english in discreet.WORDS.items()}

    def title(row: Mapping[str, Any]) -> str | None:
        return words[row["event_type"]] if row["id"] in silent else None

    return await asyncio.to_thread(ical_writing.write, rows, title)


def etag(body: bytes) -> str:
    """The same for the same bytes."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def hashes(services: Services, secret: str) -> list[str]:
    """What a secret is kept as, under each of the server's own."""
    return [one.hex() for one in services.keys.keyed_hashes(b"calendar feed", secret.encode("utf-8", "surrogatepass"))]


async def _feed(services: Services, db: asyncpg.Connection, secret: str) -> Feed | None:
    return await bond_calendar.open_feed(db, hashes(services, secret), services.keys.kid)


def _secrets(services: Services, user: Caller, bond_id: UUID | None, seed: str) -> list[str]:
    """256 bits, under each of the server's secrets."""
    parts = (user.id.encode(), bond_id.bytes if bond_id else b"", seed.encode())
    return [one.hex() for one in services.keys.keyed_hashes(b"calendar feed secret", *parts)]
