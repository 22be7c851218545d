"""Notes about people who were deleted, of what is still to go outside the tables: left by a trigger, gone when it is done."""

import asyncpg
import msgspec

from storage.database import Database


class Note(msgspec.Struct, frozen=True):
    """Whom, named as in seats and logs; the rooms they sat in; and the keyed hash of their address, where they had one."""

    person: str
    rooms: list[str]
    mailbox: str | None


async def lives(database: Database, person: str) -> bool:
    """Is there such a person, named as in seats and logs? Read with their own rights: whoever asks may hold a connection of the
    server's already.
    """
    kind, _, person_id = person.partition(":")
    if kind == "bond":
        return True  # its key is made before it is, in the request that founds it, and nobody else knows its id
    as_them = database.as_user if kind == "user" else database.as_anonymous
    column = "id::text" if kind == "user" else "session_id"
    async with as_them(person_id) as connection:
        table = "users" if kind == "user" else "anonymous_sessions"
        found: bool = await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table} WHERE {column} = $1)", person_id)
    return found


async def noted(connection: asyncpg.Connection, after: str, most: int) -> list[Note]:
    """Who is not done yet, so many of those whose names come after that one."""
    rows = await connection.fetch(
        "SELECT person, rooms, mailbox FROM erased_people WHERE person > $1 ORDER BY person LIMIT $2", after, most
    )
    return [Note(row["person"], row["rooms"], row["mailbox"]) for row in rows]


async def note_mailbox(connection: asyncpg.Connection, person: str, mailbox: str) -> None:
    """Their mails in the development mailbox are to go too."""
    await connection.execute("UPDATE erased_people SET mailbox = $2 WHERE person = $1", person, mailbox)


async def is_noted(connection: asyncpg.Connection, person: str) -> bool:
    """Was somebody of this name erased, of whom something is still to go?"""
    found: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM erased_people WHERE person = $1)", person)
    return found


async def done(connection: asyncpg.Connection, people: list[str]) -> None:
    """Nothing of them is left."""
    await connection.execute("DELETE FROM erased_people WHERE person = ANY ($1::text[])", people)
