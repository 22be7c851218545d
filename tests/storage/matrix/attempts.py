"""One attempt: a statement that an identity makes inside a savepoint, and what came of it.

The outcome is a text: `=` and the keys that were read or are there afterwards, a line each; `denied` and to what where a right
was missing, `row security` where a policy refused what was written, or `error` and what PostgreSQL says.
"""

from collections.abc import Iterable

import asyncpg
import msgspec

from tests.storage.matrix.identities import Identity

DENIED, REFUSED, ALLOWED = "denied", "row security", "allowed"
NO_RIGHT, NO_CALL = "no right to this table", "no right to this function"
NO_TABLE, NO_SCHEMA = f"{DENIED} table", f"{DENIED} schema"
RIGHT = "the right"
BARRED, MET = "barred", "met"
"""The right itself was missing, and not one that is needed further on: by a default to a sequence, by a trigger or a function to
another table. `NO_TABLE`, `NO_SCHEMA`: whichever it is. `RIGHT`: no right was missing, whatever a policy says of the row.
`BARRED`: a policy or a trigger refused it, whichever came first, or the trigger could not even ask.
`MET`: policies let rows through; they changed, or a trigger refused them.
"""

HOSTILE = "hostile"
"""A schema in which everybody may make what they like: what a request could do if it had a place for it."""

MAKE = f"""
CREATE SCHEMA {HOSTILE};
GRANT ALL ON SCHEMA {HOSTILE} TO PUBLIC;
CREATE FUNCTION {HOSTILE}.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION {HOSTILE}.attempts(login text, role text, claims text, befores text[], statements text[], looks text[])
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    myself CONSTANT text := current_setting('session_authorization');
    outcomes text[] := '{{}}';
    outcome text;
BEGIN
    PERFORM set_config('request.jwt.claims', claims, true);
    FOR i IN 1..cardinality(statements) LOOP
        BEGIN
            IF befores[i] <> '' THEN
                PERFORM set_config('session_replication_role', 'replica', true);
                EXECUTE befores[i];
                PERFORM set_config('session_replication_role', 'origin', true);
            END IF;
            PERFORM set_config('session_authorization', login, true), set_config('role', role, true);
            IF looks[i] = '' THEN
                EXECUTE statements[i] INTO outcome;
            ELSE
                EXECUTE statements[i];
                PERFORM set_config('search_path', 'public, pg_temp', true), set_config('role', 'none', true),
                    set_config('session_authorization', myself, true);
                EXECUTE looks[i] INTO outcome;
            END IF;
            PERFORM set_config('search_path', 'public, pg_temp', true);
            RAISE EXCEPTION USING ERRCODE = 'MX000', MESSAGE = '=' || coalesce(outcome, '');
        EXCEPTION
            WHEN SQLSTATE 'MX000' THEN outcome := SQLERRM;
            WHEN insufficient_privilege THEN
                outcome := CASE WHEN SQLERRM ~ 'row-level security' THEN '{REFUSED}'
                    WHEN SQLERRM ~ '^(permission denied|must be owner)' THEN
                        concat_ws(' ', '{DENIED}', split_part(SQLERRM, ' ', 4), split_part(SQLERRM, ' ', 5))
                    ELSE 'error ' || SQLERRM END;
            WHEN OTHERS THEN outcome := 'error ' || SQLSTATE || ' ' || SQLERRM;
        END;
        outcomes := outcomes || outcome;
    END LOOP;
    RETURN outcomes;
END
$$;
"""


class Attempt(msgspec.Struct, frozen=True):
    """What is tried: on which table or function (`of`), named `what`. `before` is done by the superuser first, without triggers;
    `look` is what a superuser asks afterwards; without one the statement's own answer counts.

    `expected` is an outcome; `denied` and `error` stand for every outcome that begins so, `allowed` for all that are no refusal.
    """

    of: str
    what: str
    sql: str
    expected: str
    before: str = ""
    look: str = ""


class Wrong(msgspec.Struct, frozen=True):
    """An outcome that is not what the rules say."""

    who: str
    of: str
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.who}: {self.what} {self.of}: {_plain(self.found)}, and should be {_plain(self.expected)}"


def keys(found: Iterable[str]) -> str:
    """The outcome of reading these rows."""
    return "=" + "\n".join(sorted(found))


async def tried(connection: asyncpg.Connection, who: Identity, attempts: list[Attempt]) -> list[Wrong]:
    """All of them, each undone; those that came out wrong."""
    if not attempts:
        return []
    outcomes = await connection.fetchval(
        f"SELECT {HOSTILE}.attempts($1, $2, $3, $4, $5, $6)",
        who.login,
        who.role,
        msgspec.json.encode(who.claims).decode() if who.claims else "",
        [one.before for one in attempts],
        [one.sql for one in attempts],
        [one.look for one in attempts],
    )
    return [
        Wrong(who.name, one.of, one.what, one.expected, found)
        for one, found in zip(attempts, map(_sorted, outcomes), strict=True)
        if not _fits(one, found)
    ]


def _sorted(outcome: str) -> str:
    return keys(outcome[1:].split("\n")) if outcome.startswith("=") else outcome


def _fits(attempt: Attempt, found: str) -> bool:
    expected = attempt.expected
    if expected == NO_RIGHT:
        expected = f"{DENIED} table {attempt.of}"
    elif expected == NO_CALL:
        expected = f"{DENIED} function {attempt.of.partition('(')[0].rpartition('.')[2]}"
    elif expected in {"error", DENIED, NO_TABLE, NO_SCHEMA}:
        return found.startswith(expected)
    loose = {
        ALLOWED: found != REFUSED and not found.startswith(DENIED),
        RIGHT: not found.startswith(DENIED),
        MET: found.startswith("error") or (found.startswith("=") and found != "="),
        BARRED: found == REFUSED or found.startswith(("error", NO_SCHEMA)),
    }
    return loose.get(expected, found == expected)


def _plain(outcome: str) -> str:
    if not outcome.startswith("="):
        return outcome
    return "[" + outcome[1:].replace("\n", ", ").replace("00000000-0000-0000-0000-00000000000", "person ") + "]"
