"""Policies: each dropped, opened, for everybody, with one person's column for another's, and with each condition left out."""

import re
from collections.abc import Iterator

import asyncpg

from tests.storage.mutants.mutant import Mutant, quoted

_POLICIES = """
SELECT p.polname::text AS name, c.relname::text AS table, pg_get_expr(p.polqual, c.oid) AS using,
    pg_get_expr(p.polwithcheck, c.oid) AS "check", array(
        SELECT a.attname::text FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid = 'public.users'::regclass
    ) AS people
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 2, 1
"""
_JOINTS = (" AND ", " OR ")


async def of_policies(connection: asyncpg.Connection) -> list[Mutant]:
    """Every policy of the catalog."""
    return [mutant for row in await connection.fetch(_POLICIES) for mutant in _of_policy(row)]


def _of_policy(row: asyncpg.Record) -> Iterator[Mutant]:
    policy = f"{quoted(row['name'])} ON public.{row['table']}"
    of = frozenset({row["table"]})
    name = f"{row['table']}, {row['name']}"
    yield Mutant("policy dropped", name, f"DROP POLICY {policy}", of)
    yield Mutant("policy for everybody", name, f"ALTER POLICY {policy} TO PUBLIC", of)
    for clause, kind in (("using", "USING"), ("check", "WITH CHECK")):
        condition = row[clause]
        if condition in {None, "true"}:
            continue
        yield Mutant(f"{kind} (true)", name, f"ALTER POLICY {policy} {kind} (true)", of)
        for what, weaker in without_each(condition):
            yield Mutant(
                "condition left out", f"{name}: {kind} without {what}", f"ALTER POLICY {policy} {kind} ({weaker})", of
            )
        for one in row["people"]:
            for other in row["people"]:
                if one != other and (swapped := re.sub(rf"\b{one}\b", other, condition)) != condition:
                    sql = f"ALTER POLICY {policy} {kind} ({swapped})"
                    yield Mutant("person mistaken", f"{name}: {kind} with {other} for {one}", sql, of)


def without_each(condition: str) -> Iterator[tuple[str, str]]:
    """The condition as PostgreSQL writes it, with each part of each AND and OR left out: (the part, what remains)."""
    for start, character in enumerate(condition):
        if character != "(":
            continue
        end = _closing(condition, start)
        inner = condition[start + 1 : end]
        for joint in _JOINTS:
            parts = _split(inner, joint)
            for place, part in enumerate(parts) if len(parts) > 1 else ():
                rest = joint.join(parts[:place] + parts[place + 1 :])
                yield part, f"{condition[: start + 1]}{rest}{condition[end:]}"


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ValueError(text)


def _split(text: str, joint: str) -> list[str]:
    """At a joint that stands in no parentheses."""
    parts, depth, begun = [], 0, 0
    for place, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0 and text.startswith(joint, place):
            parts.append(text[begun:place])
            begun = place + len(joint)
    return [*parts, text[begun:]]
