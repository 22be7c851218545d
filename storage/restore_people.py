"""Who is in a restored database, and taking those out of it who were erased since it was backed up."""

from collections.abc import AsyncIterator, Sequence

import asyncpg

from storage import accounts, anonymous
from storage.database import SLOW_S

AT_ONCE = 500

_PEOPLE = {
    "user": "SELECT id::text AS id FROM users WHERE id::text > $1 ORDER BY id::text LIMIT $2",
    "anon": "SELECT session_id AS id FROM anonymous_sessions WHERE session_id > $1 ORDER BY session_id LIMIT $2",
    "bond": "SELECT id::text AS id FROM bonds WHERE id::text > $1 ORDER BY id::text LIMIT $2",
}


async def people(connection: asyncpg.Connection) -> AsyncIterator[list[str]]:
    """Everybody who may have a key, named as in the store of keys, some at a time. Runs as the service."""
    for kind, query in _PEOPLE.items():
        last = ""
        while rows := await connection.fetch(query, last, AT_ONCE, timeout=SLOW_S):
            yield [f"{kind}:{row['id']}" for row in rows]
            last = rows[-1]["id"]


async def sealed_something(connection: asyncpg.Connection, named: Sequence[str]) -> list[str]:
    """Whose of these own key is needed for something that is here; a bond's always is."""
    found = []
    for one in named:
        kind, _, person = one.partition(":")
        if kind == "bond" or await connection.fetchval(
            "SELECT app.has_sealed($1::uuid, $2) OR app.has_sealed_of_notion($1::uuid)",
            *((person, None) if kind == "user" else (None, person)),
            timeout=SLOW_S,
        ):
            found.append(one)
    return found


async def erase(connection: asyncpg.Connection, person: str) -> str | None:
    """Take somebody out, as they were erased before: the address that they had. Runs as the service."""
    kind, _, name = person.partition(":")
    if kind == "user":
        return await accounts.erase_user(connection, name)
    await anonymous.erase(connection, name)
    return None


async def erase_bond(connection: asyncpg.Connection, bond_id: str) -> None:
    """A bond that was deleted since, with all that is its own. Runs as the administrator."""
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE game_owner; SET LOCAL search_path = public, pg_temp")
        await connection.execute("DELETE FROM bonds WHERE id = $1::text::uuid", bond_id, timeout=SLOW_S)
