"""What the tests of the running server share."""

from collections.abc import AsyncIterator

import asyncpg
import pytest


@pytest.fixture(scope="module")
async def sql(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection to this module's database."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()
