"""Bonds that many people have lived in for long: everybody has two, with a neighbour each, and rows of theirs in every table.

A table's values come from its columns, as in tests/storage/bonds_world.py, whose `WISHES` hold here, too. PostgreSQL makes them.
"""

from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec

from tests.storage.bonds_world import WISHES, Column, columns_of, made_by_migrations

EACH = 3
"""Rows of a member in a table of their bond, for each of its wishes."""
OF_EVERYBODY = {"achievements": 20, "preset_config": 20}
"""How many rows of a table there are however many people."""


def _uuid(number: str) -> str:
    return f"lpad(to_hex({number}), 32, '0')::uuid"


_LONG_AGO = "now() - n * interval '1 minute'"
_PLAIN = {
    "jsonb": """'{"key_id": "user:somebody", "nonce": "AA==", "ciphertext": "AA=="}'""",
    "uuid": _uuid("n"),
    "text": "'of ' || n",
    "timestamp with time zone": _LONG_AGO,
    "date": "current_date",
    "time without time zone": "localtime",
    "boolean": "true",
    "text[]": "'{}'",
    "bigint": "n",
}
"""What stands in a column of this type that has to have something; else 1. Row `n` of one table points to row `n` of another."""


async def insertions(connection: asyncpg.Connection, people: int) -> list[tuple[str, str]]:
    """Tables and what is inserted into them. `n` counts rows, `bond` the bonds, `seat` says who of its two it is."""
    made = []
    for table in [table for tables in made_by_migrations().values() for table in tables]:
        columns = await columns_of(connection, table)
        for number, wishes in enumerate(WISHES.get(table, [{}])):
            values = dict(_values(table, columns, wishes, people))
            numbered = f"SELECT {number * people * 2 * EACH} + (bond * 2 + seat) * {EACH} + step"
            # Of two in a bond, or one: where a member has but one row in a table, the rest of theirs is that row.
            made.append(
                (
                    table,
                    f"""
                    ({", ".join(f'"{name}"' for name in values)}) SELECT {", ".join(values.values())}
                    FROM generate_series(0, {OF_EVERYBODY.get(table, people) - 1}) bond, generate_series(0, 1) seat,
                        generate_series(0, {EACH - 1}) step, LATERAL ({numbered}) numbered (n)
                    ON CONFLICT DO NOTHING""",
                )
            )
    return made


def _values(table: str, columns: list[Column], wishes: dict[str, Any], people: int) -> Iterator[tuple[str, str]]:
    me, other = (_uuid(f"(bond + {seat}) % {people} + 1") for seat in ("seat", "1 - seat"))
    plain = _PLAIN | {"uuid[]": f"ARRAY[{me}, {other}]"}
    special = {"the other": other, "a new one": _uuid("n"), "with both": "'[]'"}
    for column in columns:
        if column.name in wishes:
            wish = wishes[column.name]
            if wish is not None:
                yield column.name, special.get(str(wish)) or _literal(wish)
        elif column.name == ("id" if table == "bonds" else "bond_id"):
            yield column.name, _uuid("bond")
        elif column.refers == "users" or column.name == "user_id":
            yield column.name, me
        elif column.name == "created_at":
            yield column.name, _LONG_AGO
        elif column.name == "id" or column.needed or column.refers not in {None, table}:
            yield column.name, f"'{column.enum}'" if column.enum else plain.get(column.type, "1")


def _literal(wish: Any) -> str:
    """A wish as SQL has it."""
    return f"'{wish if isinstance(wish, str) else msgspec.json.encode(wish).decode().strip(chr(34))}'"
