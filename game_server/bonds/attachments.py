"""Pictures that hang on rows of bonds: once, by who uploaded them, and seen by whoever sees the row."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from rooms.errors import Invalid
from storage import files
from storage.files import Attachable


async def require(db: asyncpg.Connection, file_ids: Sequence[UUID], field: str) -> list[Attachable]:
    """These files of the caller's, which hang on nothing yet, in their order. The row that names one attaches it. Raises Invalid,
    alike for a stranger's, one that was withdrawn, one that hangs already and one that never was.
    """
    found = await files.attachable(db, file_ids) if len(set(file_ids)) == len(file_ids) else []
    if len(found) != len(file_ids):
        raise Invalid(fields={field: "There is no such file."})
    return found
