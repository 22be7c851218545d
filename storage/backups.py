"""What is written down of backups: a row each, as the administrator. A schema from before there was such a table has none."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

DONE = "done"

LIVE_FOR = timedelta(days=35)
"""Nothing of anybody who was erased is in a backup for longer than this; who was is noted for longer (`key_rows.NOTED_FOR_S`)."""


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. `outcome`: DONE once it was written and read back, else why not; None while it is made, or where that died."""

    id: UUID
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    place_name: str
    file_name: str
    bytes: int | None
    objects: int | None


async def began(url: str, backup_id: UUID, *, at: datetime, place: str, file: str) -> None:
    """One begins."""
    await _written(
        url,
        "INSERT INTO public.backups (id, started_at, place_name, file_name) VALUES ($1, $2, $3, $4)",
        *(backup_id, at, place[:512], file),
    )


async def ended(
    url: str, backup_id: UUID, outcome: str, *, size: int | None = None, objects: int | None = None
) -> None:
    """It is over, now."""
    await _written(
        url,
        "UPDATE public.backups SET finished_at = clock_timestamp(), outcome = $2, bytes = $3, objects = $4 WHERE id = $1",
        *(backup_id, outcome[:64], size, objects),
    )


async def forget(url: str, files: list[str], before: datetime) -> None:
    """The rows of these files, which are gone, and all from before that moment."""
    await _written(url, "DELETE FROM public.backups WHERE file_name = ANY ($1) OR started_at < $2", files, before)


async def newest(connection: asyncpg.Connection, count: int) -> list[Backup]:
    """The last ones, newest first."""
    rows = await connection.fetch(
        "SELECT id, started_at, finished_at, outcome, place_name, file_name, bytes, objects FROM public.backups"
        " ORDER BY started_at DESC, id LIMIT $1",
        count,
    )
    return [Backup(**row) for row in rows]


async def _written(url: str, statement: str, *values: object) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        if not await connection.fetchval("SELECT to_regclass('public.backups')::oid"):
            return
        async with connection.transaction():
            await connection.execute("SET LOCAL ROLE game_owner")
            await connection.execute(statement, *values)
    finally:
        await connection.close(timeout=10)
