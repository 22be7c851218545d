"""Rows of some tables out of a dump into a database that is there: put aside first, then brought in, parents before children.

What is there stays as it is. A row whose parent is not there is treated as if that had been deleted since: left out where it
would have gone with it, kept without where it would have stayed. Triggers of ours are asleep meanwhile, keys and checks are not.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

import asyncpg
import msgspec

from storage.restore_order import Reference, order

Db = asyncpg.Connection

OF_PEOPLE = ("users", "credentials", "notifications")
OF_BONDS = (
    "bonds", "bond_members", "bond_settings", "bond_activity_log", "resources", "submission_state_logs", "boundaries",
    "boundary_ratings", "personal_limits", "task_templates", "task_series", "tasks", "task_proof", "task_pauses", "rules",
    "rewards", "points_ledger", "point_balances", "suspensions", "files", "journal_entries", "calendar_events", "contracts",
    "scenes", "scene_debriefs", "check_ins", "preset_config", "kinksters", "kinkster_creation_sessions", "conversations",
    "messages", "ai_message_attachments", "image_generations", "scene_compositions", "character_poses", "user_achievements",
)  # fmt: skip
BY_THEMSELVES = (*OF_PEOPLE, *OF_BONDS)
"""Tables that can be brought back by themselves: their rows name people by keys alone. A game's log, the chain of consents, what
waits to be sent and what the program keeps for itself come with the whole database or not at all, and so does what is somebody's
yes and no more (`restore_carefully.py`).
"""

PEOPLE: Mapping[str, str] = {"users": "user", "bonds": "bond"}
"""Whose rows are people of the store of keys, and how those are called there."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known of one: its columns with their types, those of its key, and what a column is where nothing is said."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]
    defaults: dict[str, str]


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """Of a table: how many rows the backup has; how many came, were there already, are of erased people, or hang on nothing."""

    table: str
    backed_up: int
    came: int
    there: int
    erased: int
    alone: int


async def references(db: Db, tables: Sequence[str]) -> list[Reference]:
    """Every foreign key of these tables."""
    rows = await db.fetch(
        """
        SELECT c.conrelid::regclass::text AS "table", c.confrelid::regclass::text AS parent, c.confdeltype::text AS on_delete,
            ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k (n, at) JOIN pg_attribute a
                ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.at) AS columns,
            ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY k (n, at) JOIN pg_attribute a
                ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.at) AS parent_columns,
            ARRAY(SELECT a.attname::text FROM unnest(coalesce(c.confdelsetcols, c.conkey)) k (n) JOIN pg_attribute a
                ON a.attrelid = c.conrelid AND a.attnum = k.n) AS cleared,
            (SELECT bool_and(NOT a.attnotnull) FROM unnest(coalesce(c.confdelsetcols, c.conkey)) k (n) JOIN pg_attribute a
                ON a.attrelid = c.conrelid AND a.attnum = k.n) AS loose
        FROM pg_constraint c
        WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conrelid::regclass::text = ANY ($1)
        ORDER BY 1, c.conname
        """,
        list(tables),
    )
    lists = ("columns", "parent_columns", "cleared")
    return [Reference(**{**dict(row), **{name: tuple(row[name]) for name in lists}}) for row in rows]


async def table(db: Db, name: str) -> Table:
    """One of them as it is now."""
    rows = await db.fetch(
        "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type,"
        " pg_get_expr(d.adbin, d.adrelid) AS otherwise,"
        " EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS key"
        " FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
        " WHERE a.attrelid = ('public.' || quote_ident($1))::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        name,
    )
    return Table(
        name=name,
        columns={row["name"]: row["type"] for row in rows},
        key=tuple(row["name"] for row in rows if row["key"]),
        defaults={row["name"]: row["otherwise"] for row in rows if row["otherwise"]},
    )


async def stage(db: Db, found: Table, columns: Sequence[str], lines: AsyncIterator[bytes]) -> None:
    """Put the dump's rows of a table aside, in this session alone."""
    told = ", ".join(f"{_q(name)} {found.columns[name]}" for name in columns)
    await db.execute(f"CREATE TEMP TABLE {_aside(found.name)} ({told})")
    await db.copy_to_table(f"staged_{found.name}", source=lines, columns=list(columns), format="text")
    if set(found.key) <= set(columns):
        await db.execute(f"CREATE INDEX ON {_aside(found.name)} ({_list(found.key)})")
    key = ", ".join(f"{_q(name)} {found.columns[name]}" for name in found.key)
    await db.execute(f"CREATE TEMP TABLE {_came(found.name)} ({key})")
    await db.execute(f"GRANT SELECT, INSERT, DELETE ON {_aside(found.name)}, {_came(found.name)} TO game_owner")


async def staged_people(db: Db, name: str, after: str, most: int) -> list[str]:
    """Who the rows are of that were put aside, named as in the store of keys."""
    rows = await db.fetch(
        f"SELECT id::text AS id FROM {_aside(name)} WHERE id::text > $1 ORDER BY id::text LIMIT $2", after, most
    )
    return [f"{PEOPLE[name]}:{row['id']}" for row in rows]


async def leave_out(db: Db, name: str, people: Sequence[str]) -> None:
    """These were erased: their rows do not come."""
    ids = [person.partition(":")[2] for person in people]
    await db.execute(f"DELETE FROM {_aside(name)} WHERE id::text = ANY ($1)", ids)


async def keep_only(db: Db, name: str, condition: str) -> None:
    """Of what was put aside only these rows are wanted."""
    await db.execute(f"DELETE FROM {_aside(name)} s WHERE NOT ({condition})")


async def bring_in(db: Db, staged: Mapping[str, Sequence[str]], erased: Mapping[str, int]) -> list[Came]:
    """All that was put aside, by table with its columns; `erased` were left out before. In the transaction of whoever asks."""
    tables = [await table(db, name) for name in staged]
    links = await references(db, list(staged))
    way = order(staged, links)
    by_name = {one.name: one for one in tables}
    came = []
    for name in way.tables:
        own = [one for one in links if one.table == name]
        came.append(await _bring(db, by_name[name], staged[name], own, later=way.later, erased=erased.get(name, 0)))
    for link in way.later:
        await _fill_in(db, by_name[link.table], link)
    for name in way.tables:
        await _count_on(db, name)
    if "points_ledger" in staged:
        await _add_up(db)
    return came


async def _bring(
    db: Db, found: Table, columns: Sequence[str], links: Sequence[Reference], *, later: Sequence[Reference], erased: int
) -> Came:
    name = found.name
    aside = [link for link in links if link in later or (link.parent == name and link.loose)]
    needed = [_is_there(link, name) for link in links if link not in aside and _goes_with_it(link)]
    values = [_value(column, links, aside, found) for column in columns]
    backed_up = await db.fetchval(f"SELECT count(*) FROM {_aside(name)}")
    fit = " AND ".join(needed) or "true"
    kept = await db.fetchval(f"SELECT count(*) FROM {_aside(name)} s WHERE {fit}")
    await db.execute(f"ALTER TABLE public.{_q(name)} DISABLE TRIGGER USER")
    done = await db.execute(
        f"WITH came AS (INSERT INTO public.{_q(name)} ({_list(columns)}) OVERRIDING SYSTEM VALUE"
        f" SELECT {', '.join(values)} FROM {_aside(name)} s WHERE {fit} ON CONFLICT DO NOTHING RETURNING {_list(found.key)})"
        f" INSERT INTO {_came(name)} SELECT {_list(found.key)} FROM came"
    )
    count = int(done.rpartition(" ")[2])
    for link in aside:
        if link.parent == name:
            await _fill_in(db, found, link)
    await db.execute(f"ALTER TABLE public.{_q(name)} ENABLE TRIGGER USER")
    return Came(
        table=name, backed_up=backed_up + erased, came=count, there=kept - count, erased=erased, alone=backed_up - kept
    )


async def _fill_in(db: Db, found: Table, link: Reference) -> None:
    """What had to wait until all were there, of the rows that came; where the parent is not there it stays empty."""
    same = " AND ".join(f"t.{_q(name)} = s.{_q(name)}" for name in found.key)
    came = " AND ".join(f"c.{_q(name)} = s.{_q(name)}" for name in found.key)
    filled = ", ".join(f"{_q(name)} = s.{_q(name)}" for name in link.cleared)
    await db.execute(f"ALTER TABLE public.{_q(found.name)} DISABLE TRIGGER USER")
    await db.execute(
        f"UPDATE public.{_q(found.name)} t SET {filled} FROM {_aside(found.name)} s JOIN {_came(found.name)} c ON {came}"
        f" WHERE {same} AND {_is_there(link, '')}"
    )
    await db.execute(f"ALTER TABLE public.{_q(found.name)} ENABLE TRIGGER USER")


async def _count_on(db: Db, name: str) -> None:
    """Numbers that are given out go on behind those that came."""
    rows = await db.fetch(
        "SELECT a.attname AS name, pg_get_serial_sequence('public.' || quote_ident($1), a.attname) AS sequence"
        " FROM pg_attribute a WHERE a.attrelid = ('public.' || quote_ident($1))::regclass AND a.attnum > 0 AND NOT a.attisdropped"
        " AND pg_get_serial_sequence('public.' || quote_ident($1), a.attname) IS NOT NULL",
        name,
    )
    for row in rows:
        await db.execute(
            f"SELECT setval('{row['sequence']}', greatest((SELECT max({_q(row['name'])}) FROM public.{_q(name)}),"
            f" (SELECT last_value FROM {row['sequence']})))"
        )


async def _add_up(db: Db) -> None:
    """What somebody has is what the entries say."""
    await db.execute("ALTER TABLE public.point_balances DISABLE TRIGGER USER")
    await db.execute(
        "INSERT INTO public.point_balances AS b (bond_id, user_id, balance)"
        " SELECT l.bond_id, l.user_id, greatest(0, sum(l.points)) FROM public.points_ledger l WHERE (l.bond_id, l.user_id) IN"
        f" (SELECT m.bond_id, m.user_id FROM public.points_ledger m JOIN {_came('points_ledger')} c ON c.id = m.id)"
        " GROUP BY 1, 2 ON CONFLICT (bond_id, user_id) DO UPDATE SET balance = excluded.balance, version = b.version + 1"
    )
    await db.execute("ALTER TABLE public.point_balances ENABLE TRIGGER USER")


def _goes_with_it(link: Reference) -> bool:
    """Would a row have gone with its parent, or kept it from going?"""
    return link.on_delete not in ("n", "d") or (link.on_delete == "n" and not link.loose)


def _is_there(link: Reference, staged_too: str) -> str:
    """Is what a row that was put aside points to there, or nothing is said; of its own table, coming along is enough."""
    empty = " OR ".join(f"s.{_q(name)} IS NULL" for name in link.columns)
    pairs = list(zip(link.columns, link.parent_columns, strict=True))
    same = " AND ".join(f"p.{_q(parent)} = s.{_q(child)}" for child, parent in pairs)
    there = f"EXISTS (SELECT FROM public.{_q(link.parent)} p WHERE {same})"
    if link.parent == staged_too:
        there += f" OR EXISTS (SELECT FROM {_aside(link.parent)} p WHERE {same})"
    return f"({empty} OR {there})"


def _value(column: str, links: Sequence[Reference], aside: Sequence[Reference], found: Table) -> str:
    """What comes of a column: itself, or what is left of it without its parent."""
    if any(column in link.cleared for link in aside):
        return "NULL"
    for link in links:
        if column in link.cleared and not _goes_with_it(link):
            otherwise = found.defaults.get(column, "NULL") if link.on_delete == "d" else "NULL"
            return f"CASE WHEN {_is_there(link, '')} THEN s.{_q(column)} ELSE {otherwise} END"
    return f"s.{_q(column)}"


def _aside(name: str) -> str:
    return f"pg_temp.{_q('staged_' + name)}"


def _came(name: str) -> str:
    return f"pg_temp.{_q('came_' + name)}"


def _list(names: Sequence[str]) -> str:
    return ", ".join(map(_q, names))


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
