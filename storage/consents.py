"""The ledger of consent: who agreed to what and when. The database writes it with what it is about, and here it is checked."""

import asyncpg
import msgspec

from storage.proofs import Proof

LEDGER = Proof(
    name="consent_ledger",
    proves="Every entry of the ledger of consent follows from the one before",
    sql="SELECT chain || ' ' || number AS id FROM app.broken_consents()",
    mend="Nobody may write it anew: bring the ledger back from a backup beside this database, and see what was changed since.",
)
"""Of these rows a chain and a number are told."""


class Broken(msgspec.Struct, frozen=True):
    """An entry before which one is missing, or that is not what it was."""

    chain: str
    number: int


async def broken(connection: asyncpg.Connection) -> list[Broken]:
    """Where the chains do not hold; the whole ledger is read."""
    return [Broken(**row) for row in await connection.fetch("SELECT chain, number FROM app.broken_consents()")]
