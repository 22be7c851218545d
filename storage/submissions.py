"""Surveys handed in: what each rests on, read at once, and all of it written at once, if it still rests on the same.

See migration 0007. Answers come and go as sealed envelopes, nothing here reads them. Submissions to one process share
statements, and of two connected people one goes after the other, so that nobody computes what the other makes stale.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from rooms.profiles.profile import Profile
from rooms.profiles.questions import VERSION
from storage.accounts import Anatomy
from storage.batches import Batches, Spawn, numbered
from storage.compatibilities import hold_pairs
from storage.database import connected
from storage.profiles import Boundaries, Kind, lock_boundaries
from storage.surveys import Envelope, lock_owner


class Partner(msgspec.Struct, frozen=True):
    """A connected person who has answered the survey."""

    profile_id: int
    profile: Profile


class Seen(msgspec.Struct, frozen=True):
    """The versions of what a submission rests on: the own profile, the survey under way, everybody connected."""

    profile: str | None
    under_way: str | None
    partners: dict[str, str | None]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody stands who hands a survey in; `profile_id` and what belongs to it is None where there is no profile.

    `seen` goes into the `Submission` made of this.
    """

    profile_id: int | None = None
    submission_id: str | None = None
    neutral: bool | None = None
    boundaries: Boundaries | None = None
    anatomy: Anatomy | None = None
    under_way: Envelope | None = None
    name: str | None
    demographics: dict[str, Any]
    partners: list[Partner] = []
    seen: Seen


class Fit(msgspec.Struct, frozen=True):
    """How well the caller's new profile and that of a connected person fit."""

    profile_id: int
    result: dict[str, Any]


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission writes; `columns` are the profile's JSON columns, `instead_of` the submission that goes."""

    user_id: str | None
    anonymous_session_id: str | None
    version: str
    seen: Seen
    profile_id: int | None
    submission_id: str
    instead_of: str | None
    payload: Envelope
    columns: dict[str, Any]
    answers: Envelope
    percentage: int
    at: datetime
    fits: list[Fit]


class Stored(msgspec.Struct, frozen=True):
    """A submission that was written. `playing`: the profile has a seat in an open room."""

    profile_id: int
    created_at: datetime
    updated_at: datetime
    playing: bool


_standing = msgspec.json.Decoder(Standing)

Person = tuple[Kind, str]


class Desk:
    """Where surveys are handed in to this process."""

    def __init__(self, pool: asyncpg.Pool, spawn: Spawn) -> None:
        self._pool = pool
        self._standings: Batches[Person, Standing | None] = Batches("survey standings", self._read, spawn)
        self._submissions: Batches[Submission, Stored | None] = Batches("survey submissions", self._write, spawn)
        self._there: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def turn(self, kind: Kind, owner: str) -> AsyncIterator[Standing | None]:
        """Somebody's turn, with where they stand: of them and of those connected with them, nobody else has theirs."""
        while True:
            standing = await self._standings.ask((kind, owner))
            people = (owner, *(standing.seen.partners if standing else ()))
            before = next((self._there[person] for person in people if person in self._there), None)
            if before is None:
                break
            await before.wait()
        gone = self._there[owner] = asyncio.Event()
        try:
            yield standing
        finally:
            gone.set()
            del self._there[owner]

    async def store(self, submission: Submission) -> Stored | None:
        """Write it; None when it rests on something that is another by now, and then nothing was written."""
        return await self._submissions.ask(submission)

    async def _read(self, people: list[Person]) -> list[Standing | None]:
        async with connected(self._pool) as connection:
            return await standings(connection, people)

    async def _write(self, batch: list[Submission]) -> list[Stored | None]:
        async with connected(self._pool) as connection:
            return await store(connection, batch)


async def standings(connection: asyncpg.Connection, people: list[Person]) -> list[Standing | None]:
    """Where people stand, all of one moment; None where there is no such person."""
    rows = await connection.fetch(
        "SELECT app.survey_standing(user_id, anonymous_session_id, $3)::text AS standing"
        " FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS asked (user_id, anonymous_session_id, place)"
        " ORDER BY place",
        [owner if kind == "user" else None for kind, owner in people],
        [owner if kind == "anonymous" else None for kind, owner in people],
        VERSION,
    )
    return [_standing.decode(row["standing"]) if row["standing"] else None for row in rows]


async def hold(connection: asyncpg.Connection, kind: Kind, owner: str) -> None:
    """Lock what a submission rests on until this transaction ends, in the order in which `store` does."""
    await lock_owner(connection, owner)
    if kind == "user":
        await hold_pairs(connection, owner)
    await lock_boundaries(connection, kind, owner)


async def store(connection: asyncpg.Connection, batch: list[Submission]) -> list[Stored | None]:
    """Write submissions of different people, in the connection's transaction or their own.

    None for one that rests on something that is another by now; nothing of it was written.
    """
    rows = await connection.fetch(_STORE, numbered(batch))
    found = {
        row["i"]: Stored(row["profile_id"], row["created_at"], row["updated_at"], row["playing"])
        for row in rows
        if row["outcome"] == "stored"
    }
    return [found.get(i) for i in range(len(batch))]


# A profile that is there is looked at again under its lock. Where there is none yet, no foreign key holds what is written to an
# anonymous player: it would stay for good after an erasure. (Nobody sits in a room without a profile: no commit waits for this.)
_STORE = """
    SELECT stored.* FROM (
        SELECT coalesce(jsonb_agg(item), '[]') AS batch FROM jsonb_array_elements($1::text::jsonb) AS item
        WHERE item ->> 'anonymous_session_id' IS NULL OR item -> 'seen' ->> 'profile' IS NOT NULL OR EXISTS (
            SELECT FROM anonymous_sessions a WHERE a.session_id = item ->> 'anonymous_session_id' FOR KEY SHARE
        )
    ) AS here, app.submit_surveys(here.batch) AS stored
"""
