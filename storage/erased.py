"""Notes about people who were deleted, of what is still to go outside the tables: left by a trigger, gone when it is done."""

import asyncpg
import msgspec


class Note(msgspec.Struct, frozen=True):
    """Whom, named as in seats and logs; the rooms they sat in; and the keyed hash of their address, where they had one."""

    person: str
    rooms: list[str]
    mailbox: str | None


async def noted(connection: asyncpg.Connection) -> list[Note]:
    """Everybody who is not done yet."""
    rows = await connection.fetch("SELECT person, rooms, mailbox FROM erased_people ORDER BY person")
    return [Note(row["person"], row["rooms"], row["mailbox"]) for row in rows]


async def note_mailbox(connection: asyncpg.Connection, person: str, mailbox: str) -> None:
    """Their mails in the development mailbox are to go too."""
    await connection.execute("UPDATE erased_people SET mailbox = $2 WHERE person = $1", person, mailbox)


async def done(connection: asyncpg.Connection, people: list[str]) -> None:
    """Nothing of them is left."""
    await connection.execute("DELETE FROM erased_people WHERE person = ANY ($1::text[])", people)
