"""Does every foreign key of the rows lead to a row? The database asks at each write; of what was restored or written while its
triggers were off nobody asked.
"""

from itertools import groupby

import asyncpg

from storage.proofs import Proof, any_of


async def proofs(connection: asyncpg.Connection) -> list[Proof]:
    """One a table that refers to others."""
    rows = await connection.fetch(_KEYS)
    return [
        Proof(
            name="references",
            proves="Every foreign key leads to a row",
            mend="What they led to is gone: bring it back from a backup, or delete these rows as game_owner.",
            sql=any_of(*map(_dangling, keys)),
        )
        for _, keys in groupby(rows, key=lambda row: row["table"])
    ]


def _dangling(key: asyncpg.Record) -> str:
    table, names = key["table"], list(zip(key["columns"], key["named"], strict=True))
    told = f"'{table} ' || t.id" if key["has_id"] else f"'{table} ({', '.join(key['columns'])})'::text"
    given = " AND ".join(f"t.{column} IS NOT NULL" for column, _ in names)
    met = " AND ".join(f"there.{named} = t.{column}" for column, named in names)
    return (
        f"SELECT {told} AS id FROM {table} t"
        f" WHERE {given} AND NOT EXISTS (SELECT FROM {key['referred']} there WHERE {met})"
    )


_KEYS = """
SELECT c.conrelid::regclass::text AS table, c.confrelid::regclass::text AS referred,
    ARRAY(SELECT quote_ident(a.attname) FROM unnest(c.conkey) WITH ORDINALITY k (n, place)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.place) AS columns,
    ARRAY(SELECT quote_ident(a.attname) FROM unnest(c.confkey) WITH ORDINALITY k (n, place)
        JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.place) AS named,
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attname = 'id' AND NOT a.attisdropped) AS has_id
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p')
ORDER BY 1, c.conname
"""
