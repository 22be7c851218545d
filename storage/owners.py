"""Who is there, by the names of the key store; asked with the rights of the tables' owner."""

from collections.abc import Sequence

import asyncpg


async def known(connection: asyncpg.Connection, owners: Sequence[str], *, also_erased: bool = False) -> set[str]:
    """Those of them who are there now; with `also_erased` those, too, of whom something is still to go."""
    async with connection.transaction(readonly=True):
        await connection.execute("SET LOCAL ROLE game_owner; SET LOCAL search_path = public, pg_temp")
        rows = await connection.fetch(_KNOWN, list(owners), also_erased)
    return {row["owner"] for row in rows}


_ID = "CASE WHEN owner ~ '^{kind}:[0-9a-f-]{{36}}$' THEN substr(owner, {start})::uuid END"

_KNOWN = f"""
SELECT owner FROM unnest($1::text[]) AS owner
WHERE EXISTS (SELECT FROM users u WHERE u.id = {_ID.format(kind="user", start=6)})
    OR EXISTS (SELECT FROM bonds b WHERE b.id = {_ID.format(kind="bond", start=6)})
    OR EXISTS (SELECT FROM anonymous_sessions a WHERE 'anon:' || a.session_id = owner AND a.session_id = substr(owner, 6))
    OR $2 AND EXISTS (SELECT FROM erased_people e WHERE e.person = owner)
"""
