"""Notes to oneself: one a session and player, sealed with the player's own key, and never the partner's to see.

A hosted seat has none: nobody's key could seal it. A note is as free as a diary, so it is open before, during and after a game.
"""

import unicodedata
from datetime import datetime
from typing import Annotated

import asyncpg
import msgspec
from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from game_server.accounts.callers import Caller, as_caller, require_adult
from game_server.http.text import END, clean_session_id
from game_server.profiles.person_key import hold_key
from game_server.services import Services
from rooms.errors import Invalid, NotFound
from storage import session_notes

LONGEST = 2000

Text = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST,
        pattern=f"^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*{END}",
        description=f"up to {LONGEST:,} characters",
    ),
]


class NoteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody writes to themselves."""

    text: Text


class NoteView(msgspec.Struct, frozen=True):
    """The caller's own note; nulls where there is none."""

    text: str | None
    updated_at: datetime | None


@get("/api/sessions/{session_id:str}/note")
async def read_note(
    session_id: FromPath[str], caller: NamedDependency[Caller], services: NamedDependency[Services]
) -> NoteView:
    """The caller's note to themselves about this session."""
    require_adult(caller)
    room = clean_session_id(session_id)
    async with as_caller(services, caller) as connection:
        await _sits_there(connection, caller, room)
        kept = await session_notes.find(connection, caller.kind, caller.id, room)
    if kept is None:
        return NoteView(None, None)
    return NoteView(await services.person_keys.unseal(caller.actor, kept.envelope), kept.updated_at)


@put("/api/sessions/{session_id:str}/note")
async def write_note(
    session_id: FromPath[str],
    data: JSONBody[NoteBody],
    caller: NamedDependency[Caller],
    services: NamedDependency[Services],
) -> NoteView:
    """Write it, in place of what it said before."""
    require_adult(caller)
    room, text = clean_session_id(session_id), _clean(data.text)
    async with as_caller(services, caller) as connection:
        await _sits_there(connection, caller, room)  # before anybody is made a key
    await hold_key(services, caller)
    (sealed,) = await services.person_keys.seal(caller.actor, text)
    now = services.clock.now()
    async with services.database.as_service() as connection:
        since = await session_notes.keep(connection, caller.kind, caller.id, room, sealed=sealed, now=now)
    if since is None:
        raise NotFound
    return NoteView(text, since)


@delete("/api/sessions/{session_id:str}/note", status_code=204)
async def delete_note(
    session_id: FromPath[str], caller: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """Away with it. Needs no key."""
    require_adult(caller)
    room = clean_session_id(session_id)
    async with as_caller(services, caller) as connection:
        await _sits_there(connection, caller, room)
    async with services.database.as_service() as connection:
        await session_notes.delete(connection, caller.kind, caller.id, room)


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [read_note, write_note, delete_note]


async def _sits_there(connection: asyncpg.Connection, caller: Caller, room: str) -> None:
    """Raises NotFound for whoever has not sat down in it."""
    if await session_notes.seat_of(connection, caller.kind, caller.id, room) is None:
        raise NotFound


def _clean(text: str) -> str:
    """As it is kept: NFC, one kind of line end, nothing blank around it. Raises Invalid when nothing is left, or too much."""
    words = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not words:
        raise Invalid(fields={"text": "Write something, or delete the note."})
    if len(words) > LONGEST:
        raise Invalid(fields={"text": f"At most {LONGEST:,} characters."})
    return words
