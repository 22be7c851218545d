"""The cards that both players of a room have liked: what a game with `rules.favourites` begins with."""

import asyncpg


async def load_favourites(connection: asyncpg.Connection, session_ids: list[str]) -> dict[str, frozenset[int]]:
    """By room the ids of the cards that its two liked when they played them together; a room without any is not in it."""
    rows = await connection.fetch("SELECT * FROM app.draw_favourites($1)", session_ids)
    return {row["session_id"]: frozenset(row["activities"]) for row in rows}
