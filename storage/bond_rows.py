"""The rows of every tool of bonds: one module for all, because a tool's declaration says what its table looks like.

Who may see and write which row is the database's to say: statements here ask for nothing that policies know. Texts come and go as
envelopes.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from rooms.bonds.tool import Choice, Filter, Tool
from storage.bond_places import Place

Db = asyncpg.Connection
Row = dict[str, Any]


class _Statements(msgspec.Struct, frozen=True):
    """What is asked of one tool's table: put together once, from the names that the tool declares."""

    columns: str
    table: str
    owner: str
    casts: Mapping[str, str]
    archived: str | None
    in_bonds: bool

    def find(self) -> str:
        return f"SELECT {self.columns} FROM {self.table} WHERE id = $1"

    def find_some(self) -> str:
        return f"SELECT {self.columns} FROM {self.table} WHERE id = ANY ($1::uuid[])"

    def add(self, names: Sequence[str]) -> str:
        values = ", ".join(f"${place}{self.casts.get(name, '')}" for place, name in enumerate(names, 1))
        return f"INSERT INTO {self.table} ({', '.join(names)}) VALUES ({values}) RETURNING {self.columns}"

    def change(self, names: Sequence[str]) -> str:
        changes = ", ".join(f"{name} = ${place}{self.casts.get(name, '')}" for place, name in enumerate(names, 2))
        return f"UPDATE {self.table} SET {changes} WHERE id = $1 RETURNING {self.columns}"

    def remove(self) -> str:
        return f"DELETE FROM {self.table} WHERE id = $1 RETURNING id"

    def listed(self, filters: Sequence[Filter], *, in_bond: bool, begins: bool) -> str:
        """`begins` is the first page. Each its own statement, which an index answers in this order."""
        asked = "".join(f" AND {_condition(one, place)}" for place, one in enumerate(filters, 5))
        asked += f" AND {self.archived} IS NULL" if self.archived else ""
        at_home = "$1::uuid IS NULL AND bond_id IS NULL" if self.in_bonds else "$1::uuid IS NULL"
        whose = "bond_id = $1" if in_bond else f"{at_home} AND {self.owner} = (SELECT app.uid())"
        first = "$2::timestamptz IS NULL AND $3::uuid IS NULL"
        return (
            f"SELECT {self.columns} FROM {self.table}"
            f" WHERE {whose} AND {first if begins else '(created_at, id) < ($2::timestamptz, $3::uuid)'}{asked}"
            " ORDER BY created_at DESC, id DESC LIMIT $4"
        )


async def find(db: Db, tool: Tool, row_id: UUID) -> Row | None:
    """One row that the caller may see."""
    found = await db.fetchrow(_of(tool).find(), row_id)
    return dict(found) if found else None


async def find_some(db: Db, tool: Tool, row_ids: Sequence[UUID]) -> list[Row]:
    """Those of these rows that the caller may see."""
    return [dict(row) for row in await db.fetch(_of(tool).find_some(), list(row_ids))]


async def add(db: Db, tool: Tool, values: Mapping[str, Any]) -> Row:
    """A new row, as it is kept."""
    names = tuple(values)
    made: Any = await db.fetchrow(_of(tool).add(names), *(values[name] for name in names))
    return dict(made)


async def change(db: Db, tool: Tool, row_id: UUID, values: Mapping[str, Any]) -> Row | None:
    """These columns of a row; None where the caller may not write it."""
    names = tuple(values)
    made = await db.fetchrow(_of(tool).change(names), row_id, *(values[name] for name in names))
    return dict(made) if made else None


async def remove(db: Db, tool: Tool, row_id: UUID) -> bool:
    """Was there such a row to be deleted?"""
    return await db.fetchval(_of(tool).remove(), row_id) is not None


async def listed(
    db: Db, tool: Tool, bond_id: UUID | None, *, asked: Mapping[str, Any], after: Place | None, limit: int
) -> list[Row]:
    """The rows of a bond that the caller may see, newest first; without a bond the caller's own. `asked`: filters by name."""
    filters = [one for one in tool.filters if one.name in asked]
    rows = await db.fetch(
        _of(tool).listed(filters, in_bond=bond_id is not None, begins=after is None),
        *(bond_id, after.at if after else None, after.id if after else None, limit),
        *(asked[one.name] for one in filters),
    )
    return [dict(row) for row in rows]


@cache
def _of(tool: Tool) -> _Statements:
    names = (*tool.columns, tool.table)
    if not all(name.isidentifier() and name.islower() for name in names):
        raise ValueError(tool.name)
    casts = dict.fromkeys(tool.has_words, "::jsonb")
    columns = ", ".join(_read(tool, name) for name in tool.columns)
    return _Statements(columns, tool.table, tool.owner, casts, tool.archived, tool.in_bonds)


def _read(tool: Tool, name: str) -> str:
    is_enum = any(field.name == name and isinstance(field.kind, Choice) for field in tool.fields)
    return f"{name}::text" if is_enum else name


_CONDITIONS = {
    "equals": "{0}::text = ${1}::text",
    "has": "${1}::text = ANY ({0})",
    "from": "{0} >= ${1}",
    "until": "{0} <= ${1}",
    "before": "{0} < ${1}",
    "mine": "({0} = (SELECT app.uid())) = ${1}",
    "true": "{0}(id) = ${1}",
}
"""How a filter asks. What is sifted is asked of what is computed, which the database does not know."""


def _condition(asked: Filter, place: int) -> str:
    return _CONDITIONS[asked.how].format(asked.column, place)
