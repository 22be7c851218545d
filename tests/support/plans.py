"""How PostgreSQL would find the rows of a statement, without finding them."""

from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec

Plan = dict[str, Any]

_ASKS = ("uid()", "anonymous_session_id()", "claims()")


class Explained:
    """Stands where a connection stands: keeps the plan of each statement, and finds nothing."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.plans: list[Plan] = []

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        (found,) = msgspec.json.decode(await self._connection.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *values))
        self.plans.append(found["Plan"])
        return []

    async def fetchrow(self, sql: str, *values: object) -> None:
        await self.fetch(sql, *values)

    async def fetchval(self, sql: str, *values: object) -> None:
        await self.fetch(sql, *values)


def nodes(plan: Plan) -> Iterator[Plan]:
    """It, and everything below."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def read_whole(plan: Plan) -> set[str]:
    """The tables that are read from end to end."""
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}


def looked_up(plan: Plan) -> dict[str, int]:
    """How many rows an index is thought to give, for each table (or index, where only that is said)."""
    found: dict[str, int] = {}
    for node in nodes(plan):
        if "Index Name" in node:
            name = node.get("Relation Name", node["Index Name"])
            found[name] = max(found.get(name, 0), node["Plan Rows"])
    return found


def asked_each_row(plan: Plan) -> list[str]:
    """The conditions in which it is asked who is calling: for every row, where once would do."""
    return [
        condition
        for node in nodes(plan)
        for name, condition in node.items()
        if name.endswith((" Cond", " Filter", "Filter")) and any(ask in str(condition) for ask in _ASKS)
    ]


def asked_once(plan: Plan) -> bool:
    """Is something found out before the rows are looked at?"""
    return any(node.get("Parent Relationship") == "InitPlan" for node in nodes(plan))
