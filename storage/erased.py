"""Notes about people who were deleted and whose keys are still to be: left by a trigger, gone when it is done."""

import asyncpg


async def noted(connection: asyncpg.Connection) -> list[str]:
    """The people, named as in seats and logs."""
    return [row["person"] for row in await connection.fetch("SELECT person FROM erased_people ORDER BY person")]


async def done(connection: asyncpg.Connection, people: list[str]) -> None:
    """Their keys are deleted."""
    await connection.execute("DELETE FROM erased_people WHERE person = ANY ($1::text[])", people)
