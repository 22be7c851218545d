"""Everything of one person as rows, to be taken away: lists are read page by page, each page a statement of its own.

Where a person may read a table themselves, it is read with their rights. The rest is read as the service, and then every
statement names whose rows it wants.
"""

from typing import Any, Literal

import asyncpg
import msgspec

from storage.couple_cards import connected
from storage.export_catalog import columns
from storage.profiles import OWNER, Kind

PAGE = 500
"""Rows of a list at a time."""

Item = dict[str, Any]
Place = tuple[Any, ...]

_OWNER: dict[Kind, str] = {kind: f"t.{owner}" for kind, owner in OWNER.items()}


class List(msgspec.Struct, frozen=True, kw_only=True):
    """A table of which the caller's rows are told one by one, in the order of `key`, which is unique among them.

    `rights`: with the caller's own, or as the service where they have none. `whose` says which are theirs, where no column of the
    table does. `beside` joins a table whose columns are told too. `at_once`: rows of a page, few where they may hold long texts.
    """

    table: str
    key: tuple[str, ...]
    rights: Literal["own", "service"]
    whose: dict[Kind, str] = msgspec.field(default_factory=lambda: _OWNER)
    beside: str = ""
    beside_columns: str = ""
    at_once: int = PAGE


CONSENTS = List(
    table="consent_ledger",
    key=("at", "chain", "number"),
    rights="service",
    whose={kind: f"t.person = (SELECT t.person FROM consent_people t WHERE {owner})" for kind, owner in _OWNER.items()},
)
HISTORY = List(table="user_activity_history", key=("presented_at", "id"), rights="own")
# `words` is sealed: by `key_id` they are opened.
NOTES = List(
    table="session_notes", key=("created_at", "session_id"), rights="own", beside_columns="t.key_id AS opened_by"
)
NOTIFICATIONS = List(table="notifications", key=("created_at", "id"), rights="own")
PUSHES = List(table="notification_outbox", key=("id",), rights="service")
DEVICES = List(table="push_notification_tokens", key=("id",), rights="own")
LOGINS = List(table="logins", key=("created_at", "id"), rights="service")
MAILED_LINKS = List(table="one_time_tokens", key=("created_at", "purpose"), rights="service")
REMEMBERED = List(table="remembered_partners", key=("id",), rights="own")
BLOCKED = List(table="blocked_people", key=("created_at", "blocked_user_id"), rights="own")
PURCHASES = List(
    table="subscription_lines",
    key=("platform", "line_id"),
    rights="service",
    beside="LEFT JOIN retired_lines r ON r.platform = t.platform AND r.line_id = t.line_id",
    beside_columns=columns("retired_lines", "r"),
)
TRANSACTIONS = List(table="subscription_transactions", key=("id",), rights="own")
REFUNDS = List(
    table="voided_transactions",
    key=("platform", "line_id", "transaction_id"),
    rights="service",
    whose={
        "user": "(t.platform, t.line_id) IN"
        " (SELECT l.platform, l.line_id FROM subscription_lines l WHERE l.user_id = $1::text::uuid)"
    },
)
# A request that was mailed to an address nobody has confirmed is for whoever reads that mailbox. What the caller had mailed to
# others is not told: a mail that did not go out would say that they are blocked.
MAILS = List(
    table="mail_outbox",
    key=("id",),
    rights="service",
    whose={
        "user": "t.recipient = (SELECT u.email FROM users u WHERE u.id = $1::text::uuid) AND (t.template <> 'connection_request'"
        " OR (SELECT u.email_confirmed_at IS NOT NULL FROM users u WHERE u.id = $1::text::uuid))"
    },
)
# The writer's own words are theirs for as long as they are kept; a partner's, while the two are connected.
COUPLE_CARDS = List(
    table="couple_cards",
    key=("activity_id",),
    rights="service",
    whose={
        "user": "(t.writer_id = $1::text::uuid OR t.partner_id = $1::text::uuid)"
        " AND (t.writer_id = $1::text::uuid OR connected.now)"
    },
    beside=(
        "JOIN activities a ON a.activity_id = t.activity_id"
        f" CROSS JOIN LATERAL (SELECT {connected('t')} AS now) AS connected"
    ),
    beside_columns=f"{columns('activities', 'a')}, connected.now AS connected",
)


async def page(
    connection: asyncpg.Connection, wanted: List, kind: Kind, owner: str, after: Place | None
) -> tuple[list[Item], Place | None]:
    """The next rows of a list, and the place after them; None where that was the end."""
    shown = ", ".join(filter(None, (columns(wanted.table, "t"), wanted.beside_columns)))
    key = [f"t.{name}" for name in wanted.key]
    places = ", ".join(f"t.{name} AS key_{number}" for number, name in enumerate(wanted.key))
    beyond = f" AND ({', '.join(key)}) > ({', '.join(f'${n}' for n in range(2, 2 + len(key)))})" if after else ""
    rows = await connection.fetch(
        f"SELECT {shown}, {places} FROM {wanted.table} t {wanted.beside} WHERE {wanted.whose[kind]}{beyond}"
        f" ORDER BY {', '.join(key)} LIMIT {wanted.at_once}",
        *(owner, *(after or ())),
    )
    items = [dict(row) for row in rows]
    places_of = [tuple(item.pop(f"key_{number}") for number in range(len(key))) for item in items]
    return items, places_of[-1] if len(items) == wanted.at_once else None


async def account(connection: asyncpg.Connection, kind: Kind, owner: str) -> Item | None:
    """The account, or the anonymous player. Runs with the caller's rights."""
    table, mine = (
        ("users", "id = $1::text::uuid") if kind == "user" else ("anonymous_sessions", "session_id = $1::text")
    )
    row = await connection.fetchrow(f"SELECT {columns(table, 't')} FROM {table} t WHERE t.{mine}", owner)
    return dict(row) if row else None


async def sign_in(connection: asyncpg.Connection, user_id: str, *, addresses: list[str]) -> Item:
    """What is kept about signing in: the password's age, failures (of the address, so maybe somebody else's), mails refused.

    `addresses` are what failures are counted by.
    """
    changed = await connection.fetchval(
        f"SELECT {columns('credentials', 't')} FROM credentials t WHERE t.user_id = $1", user_id
    )
    failed = await connection.fetchrow(
        f"SELECT {columns('login_attempts', 't')} FROM login_attempts t WHERE t.address = ANY ($1::text[])"
        " ORDER BY t.failed_count DESC LIMIT 1",
        addresses,
    )
    return {"password_changed_at": changed, "failed_sign_ins": dict(failed) if failed else None}


async def mails_refused_at(connection: asyncpg.Connection, address_hash: str) -> Any:
    """Since when this address wants no mails that others cause; None where it does."""
    return await connection.fetchval(
        f"SELECT {columns('refused_mail', 't')} FROM refused_mail t WHERE t.address_hash = $1", address_hash
    )


async def person_in_ledger(connection: asyncpg.Connection, kind: Kind, owner: str) -> Any:
    """Under which random id somebody stands in the ledger of consent; None before they have stated anything."""
    return await connection.fetchval(
        f"SELECT {columns('consent_people', 't')} FROM consent_people t WHERE {_OWNER[kind]}", owner
    )


async def profile(connection: asyncpg.Connection, kind: Kind, owner: str) -> Item | None:
    """What follows from the answers, and the limits. Runs with the caller's rights."""
    row = await connection.fetchrow(f"SELECT {columns('profiles', 't')} FROM profiles t WHERE {_OWNER[kind]}", owner)
    return dict(row) if row else None


async def submissions(connection: asyncpg.Connection, kind: Kind, owner: str) -> list[Item]:
    """What was handed in, sealed; found by the profile, as the table's own policies do it."""
    rows = await connection.fetch(
        f"SELECT {columns('survey_submissions', 's')} FROM profiles t"
        f" JOIN survey_submissions s ON s.submission_id = t.submission_id WHERE {_OWNER[kind]}",
        owner,
    )
    return [dict(row) for row in rows]


async def progress(connection: asyncpg.Connection, kind: Kind, owner: str) -> list[Item]:
    """Surveys begun, their answers sealed. Runs with the caller's rights."""
    rows = await connection.fetch(
        f"SELECT {columns('survey_progress', 't')} FROM survey_progress t WHERE {_OWNER[kind]} ORDER BY t.id", owner
    )
    return [dict(row) for row in rows]
