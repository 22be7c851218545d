"""What must be so of the rows of a database: each is a statement that finds those of which it is not so.

All are asked of one moment of the database, with its owner's rights, and nothing is written. They read whole tables and no index:
what an index says of a row may be what is wrong. So each takes a time that grows with its tables, and a memory that does not.
What is told of a row is its id, never what it holds.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec

from storage.proof_groups import Group

FEW = 5
"""So many ids are told of what is off."""

WITHIN_S = 300
"""One statement. Millions of rows take seconds."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """`sql` selects one text, `id`, of each row that is off; `proves` is what holds where there is none, `mend` what to do.

    `needs`: tables without which there is nothing to prove.
    """

    name: str
    proves: str
    sql: str
    mend: str
    group: Group = "data"
    needs: tuple[str, ...] = ()


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof found: how many rows are off, the ids of a few. `passed_over`: why it was not asked; `unproven`: why nobody
    can say.
    """

    proof: Proof
    count: int = 0
    sample: list[str] = []
    seconds: float = 0.0
    passed_over: str | None = None
    unproven: str | None = None


class NotTheOwner(Exception):
    """This login may not read as the tables' owner."""


@asynccontextmanager
async def snapshot(connection: asyncpg.Connection, *, as_owner: bool = True) -> AsyncIterator[None]:
    """Inside: one moment of the database, with the rights of the tables' owner. Raises NotTheOwner."""
    if as_owner and not await connection.fetchval("SELECT pg_has_role(current_user, 'game_owner', 'MEMBER')"):
        raise NotTheOwner
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(("SET LOCAL ROLE game_owner;" if as_owner else "") + _READING)
        yield


async def prove(connection: asyncpg.Connection, proof: Proof, *, within_s: float = WITHIN_S) -> Proved:
    """Inside of a `snapshot`. A statement that takes too long, or meets what it cannot read, proves nothing."""
    missing = [table for table in proof.needs if await _is_missing(connection, table)]
    if missing:
        return Proved(proof=proof, passed_over=f"there is no table {missing[0]}")
    began = time.monotonic()
    try:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL statement_timeout = '{within_s * 1000:.0f}ms'")
            [(count, sample)] = await connection.fetch(_FOUND.format(sql=proof.sql))
    except asyncpg.QueryCanceledError:
        return _unproven(proof, began, f"it took more than {within_s:g} s")
    except asyncpg.PostgresError as error:
        return _unproven(proof, began, f"PostgreSQL refuses the statement ({type(error).__name__})")
    return Proved(proof=proof, count=count, sample=sample, seconds=_since(began))


async def _is_missing(connection: asyncpg.Connection, table: str) -> bool:
    return await connection.fetchval("SELECT to_regclass($1) IS NULL", f"public.{table}") or False


def _unproven(proof: Proof, began: float, why: str) -> Proved:
    return Proved(proof=proof, seconds=_since(began), unproven=why)


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def any_of(*queries: str) -> str:
    """What one of these finds."""
    return " UNION ALL ".join(f"({query})" for query in queries)


_READING = """
SET LOCAL search_path = public, pg_temp;
SET LOCAL lock_timeout = '10s';
SET LOCAL work_mem = '32MB';
SET LOCAL jit = off;
SET LOCAL enable_indexscan = off;
SET LOCAL enable_indexonlyscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_nestloop = off;
"""
"""Joins by hashes, which also a database without statistics does in time: one that was just restored."""

_FOUND = (
    """
WITH off AS MATERIALIZED ({sql})
SELECT (SELECT count(*) FROM off) AS count, ARRAY(SELECT id::text FROM off ORDER BY 1 LIMIT """
    f"{FEW}) AS sample"
)
