"""Databases that the migrations made before they were squashed: recognised by what they recorded, and recorded anew.

While there was no release, fourteen files became the first 10 of today. Both make the same schema, so that a database of the
fourteen needs no change: only its records are replaced. Nothing here is needed once no such database is left.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import asyncpg

LAST = 10
"""The newest of today's migrations that the old ones amount to."""
_OLD = {
    1: "b34282e429bc2a2b6ed12c12ce420982deeafb658807bc2023366e32d4b3cf3e",  # roles
    2: "32d0860e4be76fe3dbcf14d87ad0a8182dbc0cec4fb01844278a9477bee81979",  # schema
    3: "433e65bcf7cd3fc0d97347f0fa6f147dad92d0440ed3ffc5520a5239bb0f84cc",  # rooms_and_accounts
    4: "5d4e0c58ba87147c151c71caebabff6d3f698fb6764ccd0ec5e06b32a5352866",  # access
    5: "550f0313c7c91a33c67bcb39b6cb82a30413c4ac62b08a18f4801cc7d28bfd56",  # room_commit
    6: "e54fa6cb9ac41cb9ac8eaf3d6b754492c2887c7a8de751abad702547672d192d",  # profiles
    7: "e136a8bdeddd756a4f15abe7d2c6520ec17a4f4ad97df3959ceff3185e75aaf9",  # submit
    8: "82998e534d3b3577f072e512e248e2896652c78654bda1c99d9ec7d3a7f22819",  # lean_commit
    9: "b442826c04aab142fe92e78981737cedb646be002a0d63671b5e42e845d6d0b5",  # recheck
    10: "7f13ec9a5cc29e3b677d7d245ee466e64616bf18eef38fdcd07fe60e05b95625",  # asked
    11: "249f0547906f7693872c3a9f9cd1951c1bc0b974d13f9dd4c2c72e00a5632bdb",  # readings
    12: "e02dbb6fc0b407e322245304605c6ae10fa559cf77c72881c39850c61261bc9f",  # accounts
    13: "40c33e99bb0161a2d04cedc588bae59957e19498527a2e5585b9b93c0aff9ea5",  # closed
    15: "766a63b52f17516301c1eb767ba1a6663c6b3c737ebeeb97302880c4f42c61d0",  # bounds
}
"""Version and checksum of each. The first is the same file today."""


def stage(applied: Mapping[int, str]) -> Literal["none", "some", "all"]:
    """How many of the old migrations a database has, whose versions and checksums these are."""
    if applied == _OLD:
        return "all"
    found = any(applied.get(version) == checksum for version, checksum in _OLD.items() if version > 1)
    return "some" if found else "none"


async def adopt(connection: asyncpg.Connection, records: Iterable[tuple[int, str, str]]) -> None:
    """Replace the records of the old migrations by these (version, name, checksum), as of when the old were complete."""
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE game_owner")
        complete = await connection.fetchval("SELECT max(applied_at) FROM public.schema_migrations")
        await connection.execute("DELETE FROM public.schema_migrations")
        await connection.executemany(
            "INSERT INTO public.schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
            [(*record, complete) for record in records],
        )
