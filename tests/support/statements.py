"""What the program's own SQL does to which table: read from its source and from the functions in the database."""

import ast
import re
from pathlib import Path

import asyncpg

ROOT = Path(__file__).parents[2]
SOURCES = ("storage", "game_server")
OF_OWNERS = re.compile(r"storage/(backup|restore_|proofs|key_(database|file)).*\.py")
"""What is run as the database's owner alone, is shown to an administrator to be run, or is of the store of keys."""

WRITES = {"INSERT INTO": "INSERT", "DELETE FROM": "DELETE", "UPDATE": "UPDATE"}
_WRITE = re.compile(r"\b(INSERT INTO|DELETE FROM|UPDATE)\s+(?:ONLY\s+)?(?:public\.)?(\w+)")
_READ = re.compile(r"\b(?:FROM|JOIN|USING)\s+(?:ONLY\s+|LATERAL\s+)?(?:public\.)?(\w+)(?:\s*,\s*(?:public\.)?(\w+)\b)?")
_LOCK = re.compile(r"\bFOR (?:NO KEY )?(?:UPDATE|SHARE)\b(?: OF (\w+))?")
_UPSERT = re.compile(r"\bINSERT INTO\s+(?:public\.)?(\w+)(?:(?!\bINSERT INTO\b).)*?\bDO UPDATE\b", re.DOTALL)


async def done_by_the_program(connection: asyncpg.Connection) -> set[tuple[str, str]]:
    """(table, command) pairs of every statement in the source and in the functions that run with the caller's rights."""
    rows = await connection.fetch(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tableowner = 'game_owner'"
    )
    tables = {row["name"] for row in rows}
    bodies = await connection.fetch(
        """
        SELECT p.prosrc FROM pg_proc p
        WHERE p.pronamespace IN ('public'::regnamespace, 'app'::regnamespace) AND NOT p.prosecdef
            AND (p.prorettype = 'trigger'::regtype OR has_function_privilege('game_service', p.oid, 'EXECUTE'))
        """
    )
    texts = [*(row["prosrc"] for row in bodies), *_texts()]
    return {pair for text in texts for one in text.split(";") for pair in _done_by(one) if pair[0] in tables}


def _texts() -> list[str]:
    found = []
    for folder in SOURCES:
        ours = [
            one
            for one in sorted((ROOT / folder).rglob("*.py"))
            if not OF_OWNERS.match(one.relative_to(ROOT).as_posix())
        ]
        for path in ours:
            found += [_text(node) for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    return [text for text in found if text]


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else " _ " for part in node.values)
    return ""


def _done_by(text: str) -> set[tuple[str, str]]:
    done = {(table, WRITES[command]) for command, table in _WRITE.findall(text)}
    read = {table for pair in _READ.findall(text) for table in pair if table}
    done |= {(table, "SELECT") for table in read | {table for table, command in done if command != "INSERT"}}
    done |= {(table, command) for table in _UPSERT.findall(text) for command in ("SELECT", "UPDATE")}
    if "RETURNING" in text or "ON CONFLICT" in text:
        done |= {(table, "SELECT") for table, command in done if command == "INSERT"}
    if _LOCK.search(text):
        done |= {(table, "UPDATE") for table in read}
    return done
