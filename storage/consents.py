"""The ledger of consent: who agreed to what and when. The database writes it with what it is about, and here it is checked."""

import asyncpg
import msgspec


class Broken(msgspec.Struct, frozen=True):
    """An entry before which one is missing, or that is not what it was."""

    chain: str
    number: int


async def broken(connection: asyncpg.Connection) -> list[Broken]:
    """Where the chains do not hold; the whole ledger is read."""
    return [Broken(**row) for row in await connection.fetch("SELECT chain, number FROM app.broken_consents()")]
