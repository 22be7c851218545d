"""Rows in which everything that can be is a mark of its own, to see where each comes out: `<who and a number>`."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import asyncpg
import msgspec

from storage.export_catalog import SHOWN

Marks = dict[tuple[str, str, str], str]
"""What to look for, by who, table and column."""

FREE = {"text": str, "character varying": str, "jsonb": dict, "text[]": list, "timestamp with time zone": datetime}
BOUND = {
    "users": {"email", "display_name", "language"},
    "credentials": {"user_id"},
    "login_attempts": {"address"},
    "refused_mail": {"address_hash"},
    "anonymous_sessions": {"session_id", "revoked_at"},
    "profiles": {"anonymous_session_id", "submission_id", "answered"},
    "survey_submissions": {"submission_id", "payload_json"},
    "survey_progress": {"anonymous_session_id", "answers"},
    "partner_connections": {"session_id", "recipient_email", "expires_at"},
    "sessions": {"session_id", "partner_anonymous_name", "activity_type", "rating", "status", "rules"},
    "session_seats": {"session_id", "seat", "actor", "anonymous_session_id"},
    "session_links": {"session_id"},
    "session_notes": {"session_id", "seat", "anonymous_session_id", "key_id", "words"},
    "session_activities": {"session_id", "type", "rating", "script", "roles"},
    "session_events": {"session_id", "type", "seat", "event"},
    "activities": {"type", "rating", "source", "power_role", "language"},
    "user_activity_history": {"session_id", "anonymous_session_id"},
    "one_time_tokens": {"purpose"},
    "mail_outbox": {"recipient", "language"},
    "subscription_lines": {"line_id", "state", "environment"},
    "subscription_transactions": {"line_id"},
    "retired_lines": {"line_id"},
    "voided_transactions": {"line_id"},
    "logins": {"ended_at"},
    "bonds": {"dissolved_at"},
    "bond_members": {"joined_at"},
    "contracts": {"content_sha256", "signed_at", "ended_at"},
    "contract_signatures": {"content_sha256", "signed_at"},
    "files": {"content_type"},
    "image_generations": {"subject", "leased_until", "finished_at"},
    "kinksters": {"stats", "system_key"},
    "messages": {"unsent_at"},
    "notion_connections": {"connected_by", "state"},
    "notion_pages": {"state"},
    "notion_runs": {"state", "finished_at"},
    "scenes": {"activities"},
}
"""What a check, a reference or whoever asks holds to a value: ids, and what tests look at by themselves."""

_numbers = count(1)


async def mark(database: asyncpg.Connection, who: str, table: str, where: str, *values: Any) -> Marks:
    """Put a mark into every column of one of these rows that takes any value. No trigger or reference is asked."""
    marks: Marks = {}
    given: list[Any] = []
    for column, kind in await _columns(database, table):
        if kind in FREE and column not in BOUND.get(table, ()):
            value, look_for = _mark(FREE[kind], who)
            marks[who, table, column] = look_for
            given.append((column, value))
    sets = ", ".join(f"{column} = ${len(values) + number}" for number, (column, _) in enumerate(given, start=1))
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")
        done = await database.execute(
            f"UPDATE {table} SET {sets} WHERE ctid = (SELECT ctid FROM {table} WHERE {where} LIMIT 1)",
            *values,
            *(value for _, value in given),
        )
    assert done != "UPDATE 0", f"{table} has no row of {who}"
    return marks


def is_shown(table: str, column: str) -> bool:
    return table in SHOWN and column in SHOWN[table].columns


async def _columns(database: asyncpg.Connection, table: str) -> list[tuple[str, str]]:
    rows = await database.fetch(
        "SELECT attname, format_type(atttypid, NULL) AS kind FROM pg_attribute"
        " WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped",
        table,
    )
    return [(row["attname"], row["kind"]) for row in rows]


def _mark(kind: type, who: str) -> tuple[Any, str]:
    number = next(_numbers)
    if kind is datetime:
        at = datetime(2041, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        return at, msgspec.to_builtins(at)
    text = f"<{who}{number}>"
    return {dict: msgspec.json.encode({"mark": text}).decode(), list: [text], str: text}[kind], text
