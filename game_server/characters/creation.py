"""The wizard that makes a character: how far one is lies on the server, sealed, so that a reload or another phone goes on."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.commands import Asked, require_version, run
from game_server.bonds.life import Written
from game_server.bonds.live.bells import touch
from game_server.characters import characters
from game_server.characters.shapes import CreationView, SavedSession
from game_server.services import Services
from rooms.errors import Unauthorized
from storage import kinkster_drafts, kinksters
from storage.kinkster_drafts import CreationSession

TABLE = "kinkster_creation_sessions"


async def read(services: Services, user: Caller) -> CreationView:
    """How far the caller is. Raises KeysAway."""
    async with services.database.as_user(user.id) as db:
        found = await kinkster_drafts.find(db)
    if found is None:
        return CreationView(step=1, draft=None, kinkster_id=None, version=None)
    [draft] = await texts.open_each(services, user.actor, [found.draft])
    return CreationView(step=found.step, draft=draft, kinkster_id=found.kinkster_id, version=found.version)


async def save(services: Services, user: Caller, asked: Asked, saved: SavedSession) -> CreationView:
    """The caller is so far now, or has finished: then there is a character, and nothing is begun any more. Raises Changed,
    AdultsOnly, Invalid, WrongState, KeyGone, KeysAway.
    """
    said = None if saved.draft is None else _said(saved.draft)
    if saved.finish:
        return await _finish(services, user, asked, saved, said)
    if said is not None:
        await characters.require_adults(services, said)
    draft = None if said is None else (await texts.ready_key(services, user)).seal(said)

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        before = await _before(db, user, saved.version)
        made_last = before.kinkster_id if before is not None and draft is None else None
        kept = await kinkster_drafts.keep(db, user.id, step=saved.step, draft=draft, kinkster_id=made_last)
        return kept.id, kept.version

    return await _run(services, user, asked, act)


async def _finish(
    services: Services, user: Caller, asked: Asked, saved: SavedSession, said: dict[str, Any] | None
) -> CreationView:
    """What is said now, else what was said so far, becomes a character."""
    key = await texts.ready_key(services, user)
    made: list[UUID] = []

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        before = await _before(db, user, saved.version)
        draft = said if said is not None or before is None or before.draft is None else key.unseal(before.draft)
        values = await characters.whole(services, user, draft or {})
        kinkster_id, _version = await characters.make(db, user, key, values)
        made.append(kinkster_id)
        kept = await kinkster_drafts.keep(db, user.id, step=1, draft=None, kinkster_id=kinkster_id)
        return kept.id, kept.version

    answer = await _run(services, user, asked, act)
    for kinkster_id in made:
        touch(services, user.id, characters.TABLE, kinkster_id, "insert")
    return answer


async def _before(db: asyncpg.Connection, user: Caller, version: int | None) -> CreationSession | None:
    """The session as it is, with its person held: of theirs one change at a time. Raises Unauthorized, Changed."""
    if not await kinksters.hold(db, user.id):
        raise Unauthorized
    found = await kinkster_drafts.find(db)
    if found is not None:
        require_version(version, found.version, found.id)
    return found


async def _run(services: Services, user: Caller, asked: Asked, act: Any) -> CreationView:
    known: list[UUID] = []

    async def view(row_id: UUID) -> CreationView:
        known.append(row_id)
        return await read(services, user)

    answer = await run(services, user, asked, act, view)
    touch(services, user.id, TABLE, known[-1], "update")
    return answer


def _said(draft: msgspec.Struct) -> dict[str, Any]:
    """What was said of it, as JSON has it."""
    said: dict[str, Any] = msgspec.to_builtins(draft)
    return said
