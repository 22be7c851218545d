"""Whose login is open, asked once a request."""

from datetime import datetime

import asyncpg
import msgspec

from storage.batches import Batches, Spawn
from storage.database import ANSWER_WITHIN_S, connected

IMPATIENT_S = 1.0


class Standing(msgspec.Struct, frozen=True):
    """What a caller may do, read once a request."""

    adult: bool
    profile_completed: bool
    display_name: str | None
    profile_id: int | None


Asked = tuple[str, str, datetime, int | None]
"""User, login, moment, generation of the token."""


class OpenLogins:
    """Whose login is open; requests at the same moment share a statement."""

    def __init__(self, pool: asyncpg.Pool, spawn: Spawn) -> None:
        self._pool = pool
        self._batches = Batches("open logins", self._owners, spawn)

    async def owner(
        self, *, user_id: str, login_id: str, now: datetime, generation: int | None = None
    ) -> Standing | None:
        """The standing of a user whose login is open; None when the login ended, or never was theirs.

        `generation` is the one that the token asked with came with: its first use is noted before this returns.
        """
        return await self._batches.ask((user_id, login_id, now, generation))

    async def _owners(self, asked: list[Asked]) -> list[Standing | None]:
        try:
            return await self._read(asked, within=IMPATIENT_S)
        except TimeoutError:  # everybody waits for this one: it is asked again on another connection
            return await self._read(asked, within=ANSWER_WITHIN_S)

    async def _read(self, asked: list[Asked], *, within: float) -> list[Standing | None]:
        users, logins, moments, generations = zip(*asked, strict=True)
        async with connected(self._pool) as connection:
            rows = await connection.fetch(
                "SELECT found.* FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::integer[])"
                " WITH ORDINALITY AS asked (user_id, login_id, at, generation, place) LEFT JOIN LATERAL ("
                "SELECT u.adult_confirmed_at IS NOT NULL AS adult, u.profile_completed, u.display_name, p.id AS profile_id,"
                " l.generation > 0 AND l.generation = asked.generation AND l.used_at IS NULL AS first_use"
                " FROM logins l JOIN users u ON u.id = l.user_id LEFT JOIN profiles p ON p.user_id = u.id"
                " WHERE l.id = asked.login_id AND l.user_id = asked.user_id AND l.ended_at IS NULL"
                " AND l.expires_at > asked.at LIMIT 1) AS found ON true ORDER BY asked.place",
                *(users, logins, moments, generations),
                timeout=within,
            )
            for (_, login_id, now, generation), row in zip(asked, rows, strict=True):
                if row["first_use"]:
                    await _note_use(connection, login_id, generation, now=now, within=within)
        return [_standing(row) if row["adult"] is not None else None for row in rows]


async def _note_use(
    connection: asyncpg.Connection, login_id: str, generation: int | None, *, now: datetime, within: float
) -> None:
    await connection.execute(
        "UPDATE logins SET used_at = $3 WHERE id = $1 AND generation = $2 AND used_at IS NULL",
        *(login_id, generation, now),
        timeout=within,
    )


def _standing(row: asyncpg.Record) -> Standing:
    return Standing(row["adult"], row["profile_completed"], row["display_name"], row["profile_id"])
