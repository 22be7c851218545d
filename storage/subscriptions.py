"""What people bought: a row a line as its store last told it, a row a transaction, and in `users` what follows from them.

Locks are taken in this order: lines (advisory, in key order), then the accounts they belong to.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from rooms.subscriptions.entitlement import Entitlement
from rooms.subscriptions.purchase import LineKey, Platform, Purchase, State, TransactionKey
from storage.database import SLOW_S

STATUS: dict[State, str] = {
    "active": "active", "grace": "active", "canceled": "canceled", "retry": "expired", "paused": "expired",
    "pending": "expired", "expired": "expired", "refunded": "refunded", "revoked": "refunded", "retired": "expired",
}  # fmt: skip
"""A line's state as the status of its last transaction."""

_OWN = (
    "platform", "line_id", "reference", "transaction_id", "product_id", "tier", "state", "shared", "started_at", "expires_at",
    "grace_until", "environment", "as_of", "renews", "amount", "currency", "retires",
)  # fmt: skip
_COLUMNS = ", ".join(f"l.{name}::text" if name in ("platform", "tier") else f"l.{name}" for name in _OWN)
_LINE = f"{_COLUMNS}, l.user_id::text AS owner, l.acknowledged_at IS NOT NULL AS acknowledged"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What an account has today: whether it is premium now, and how many cards it was charged since midnight."""

    premium: bool
    expires_at: datetime | None
    used: int


async def hold_lines(connection: asyncpg.Connection, keys: Iterable[LineKey]) -> None:
    """Nobody else writes these lines until this transaction ends."""
    for platform, line_id in sorted(set(keys)):
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"line {platform} {line_id}")


async def lines(connection: asyncpg.Connection, keys: Iterable[LineKey]) -> dict[LineKey, Purchase]:
    """These lines as they were last told, as far as they are known; `owner` is whose they are here."""
    platforms, ids = zip(*keys, strict=True)
    rows = await connection.fetch(
        f"SELECT {_LINE} FROM unnest($1::text[], $2::text[]) AS asked (platform, line_id)"
        " JOIN subscription_lines l ON l.platform = asked.platform::platform_enum AND l.line_id = asked.line_id",
        *(platforms, ids),
    )
    return {purchase.key: purchase for purchase in map(_purchase, rows)}


async def hold_people(connection: asyncpg.Connection, user_ids: Iterable[str]) -> set[str]:
    """Lock these accounts in key order; those that are there."""
    rows = await connection.fetch(
        "SELECT id::text FROM users WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE", sorted(set(user_ids))
    )
    return {row["id"] for row in rows}


async def put(connection: asyncpg.Connection, purchase: Purchase, user_id: str) -> None:
    """A line as it was told, and its last transaction; the lines are held, and this telling is the newer one."""
    values = [getattr(purchase, name) for name in _OWN]
    places = ", ".join(f"${place}" for place in range(1, len(_OWN) + 1))
    changed = ", ".join(f"{name} = excluded.{name}" for name in (*_OWN[2:], "user_id", "read_at"))
    await connection.execute(
        f"INSERT INTO subscription_lines AS l ({', '.join(_OWN)}, user_id, acknowledged_at)"
        f" VALUES ({places}, $18, CASE WHEN $19 THEN now() END)"
        f" ON CONFLICT (platform, line_id) DO UPDATE SET {changed},"
        " acknowledged_at = coalesce(l.acknowledged_at, excluded.acknowledged_at)",
        *(*values, user_id, purchase.acknowledged),
    )
    await _put_transaction(connection, purchase, user_id)


async def _put_transaction(connection: asyncpg.Connection, purchase: Purchase, user_id: str) -> None:
    """The seed's row; the line's earlier transactions are over."""
    await connection.execute(
        "INSERT INTO subscription_transactions AS t (user_id, platform, platform_transaction_id, subscription_tier, amount,"
        " currency, started_at, expires_at, auto_renew, status, line_id, product_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT (platform_transaction_id) DO UPDATE SET user_id = excluded.user_id,"
        " subscription_tier = excluded.subscription_tier, amount = excluded.amount, currency = excluded.currency,"
        " expires_at = excluded.expires_at, auto_renew = excluded.auto_renew, status = excluded.status,"
        " line_id = excluded.line_id, product_id = excluded.product_id WHERE t.platform = excluded.platform",
        *(user_id, purchase.platform, purchase.transaction_id, purchase.tier, purchase.amount, purchase.currency),
        *(purchase.started_at, purchase.until or purchase.expires_at, purchase.renews, STATUS[purchase.state]),
        *(purchase.line_id, purchase.product_id),
    )
    await connection.execute(
        "UPDATE subscription_transactions SET status = 'expired' WHERE platform = $1 AND line_id = $2"
        " AND platform_transaction_id <> $3 AND status IN ('active', 'canceled')",
        *(purchase.platform, purchase.line_id, purchase.transaction_id),
    )


async def seen(connection: asyncpg.Connection, keys: Iterable[LineKey]) -> None:
    """The store was asked about these lines just now."""
    platforms, ids = zip(*keys, strict=True)
    await connection.execute(
        "UPDATE subscription_lines l SET read_at = now() FROM unnest($1::text[], $2::text[]) AS asked (platform, line_id)"
        " WHERE l.platform = asked.platform::platform_enum AND l.line_id = asked.line_id",
        *(platforms, ids),
    )


async def retire(connection: asyncpg.Connection, keys: Iterable[LineKey]) -> None:
    """These lines never give anything again, known or not."""
    for platform, line_id in keys:
        await connection.execute(
            "INSERT INTO retired_lines (platform, line_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", platform, line_id
        )
        await connection.execute(
            "UPDATE subscription_transactions SET status = 'expired' WHERE platform = $1 AND line_id = $2"
            " AND status IN ('active', 'canceled')",
            *(platform, line_id),
        )


async def void(connection: asyncpg.Connection, key: LineKey, transaction_id: str) -> None:
    """The money of this transaction went back; the line is known."""
    await connection.execute(
        "INSERT INTO voided_transactions (platform, line_id, transaction_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        *(*key, transaction_id),
    )


async def voided(connection: asyncpg.Connection, keys: Iterable[LineKey]) -> set[TransactionKey]:
    """The transactions of these lines whose money went back."""
    platforms, ids = zip(*keys, strict=True)
    rows = await connection.fetch(
        "SELECT v.platform::text, v.transaction_id FROM unnest($1::text[], $2::text[]) AS asked (platform, line_id)"
        " JOIN voided_transactions v ON v.platform = asked.platform::platform_enum AND v.line_id = asked.line_id",
        *(platforms, ids),
    )
    return {(row["platform"], row["transaction_id"]) for row in rows}


async def purchases_of(connection: asyncpg.Connection, user_id: str) -> tuple[list[Purchase], set[LineKey]]:
    """Somebody's lines, and which of them another line took the place of."""
    rows = await connection.fetch(
        f"SELECT {_LINE}, r.line_id IS NOT NULL AS retired FROM subscription_lines l"
        " LEFT JOIN retired_lines r ON r.platform = l.platform AND r.line_id = l.line_id WHERE l.user_id = $1",
        user_id,
    )
    return [_purchase(row) for row in rows], {(row["platform"], row["line_id"]) for row in rows if row["retired"]}


async def give(connection: asyncpg.Connection, user_id: str, entitled: Entitlement) -> bool:
    """What somebody's purchases give, where the draw reads it. Did that change anything?"""
    done: str = await connection.execute(
        "UPDATE users SET subscription_tier = $2, subscription_expires_at = $3 WHERE id = $1"
        " AND (subscription_tier, subscription_expires_at) IS DISTINCT FROM ($2::subscription_tier_enum, $3::timestamptz)",
        *(user_id, entitled.tier, entitled.expires_at),
    )
    return done == "UPDATE 1"


async def standing(connection: asyncpg.Connection, user_id: str, *, now: datetime, midnight: datetime) -> Standing:
    """What an account has at a moment of the day that began at `midnight`."""
    row = await connection.fetchrow(
        "SELECT subscription_tier = 'premium' AND coalesce(subscription_expires_at > $2, true) AS premium,"
        " subscription_expires_at AS expires_at,"
        " CASE WHEN daily_activity_reset_at >= $3 THEN daily_activity_count ELSE 0 END AS used FROM users WHERE id = $1",
        *(user_id, now, midnight),
    )
    return Standing(**row) if row else Standing(premium=False, expires_at=None, used=0)


# --- what the timetable looks for --------------------------------------------------------------------------------------


async def run_out(connection: asyncpg.Connection, now: datetime, most: int = 500) -> list[str]:
    """People who are marked premium and are not any more."""
    rows = await connection.fetch(
        "SELECT id::text FROM users WHERE subscription_tier = 'premium' AND subscription_expires_at <= $1 LIMIT $2",
        *(now, most),
        timeout=SLOW_S,
    )
    return [row["id"] for row in rows]


async def expire_transactions(connection: asyncpg.Connection, now: datetime) -> None:
    """Transactions whose time is over say so."""
    await connection.execute(
        "UPDATE subscription_transactions SET status = 'expired' WHERE status IN ('active', 'canceled') AND expires_at <= $1",
        now,
        timeout=SLOW_S,
    )


async def to_ask_about(
    connection: asyncpg.Connection, now: datetime, platforms: list[Platform], most: int
) -> list[Purchase]:
    """Lines of these platforms whose store may have said something that did not reach us, the one asked about longest ago first.

    One that has ended since it was asked about is; one that ends within two hours is every half hour until the store says that it
    has; any other once a day, until two months after its end: a refund that is taken back, a payment that comes in at last.
    """
    rows = await connection.fetch(
        f"""
        SELECT {_LINE} FROM subscription_lines l
        CROSS JOIN LATERAL (
            SELECT coalesce(l.grace_until, l.expires_at) AS at, l.state IN ('active', 'canceled', 'grace') AS lasts
        ) AS ending
        WHERE l.platform = ANY ($3::text[]::platform_enum[])
            AND NOT EXISTS (SELECT FROM retired_lines r WHERE r.platform = l.platform AND r.line_id = l.line_id)
            AND (
                ending.lasts AND ending.at <= $1::timestamptz AND l.read_at < ending.at
                OR ending.lasts AND ending.at < $1 + interval '2 hours' AND l.read_at < $1 - interval '30 minutes'
                OR l.expires_at > $1 - interval '60 days' AND l.read_at < $1 - interval '1 day'
            )
        ORDER BY l.read_at LIMIT $2
        """,
        *(now, most, platforms),
        timeout=SLOW_S,
    )
    return [_purchase(row) for row in rows]


async def unacknowledged(connection: asyncpg.Connection, most: int = 200) -> list[Purchase]:
    """Lines that are in force and whose store waits to hear that we keep them, the oldest first."""
    rows = await connection.fetch(
        f"SELECT {_LINE} FROM subscription_lines l WHERE l.acknowledged_at IS NULL AND l.state IN ('active', 'canceled', 'grace')"
        " ORDER BY l.started_at LIMIT $1",
        most,
        timeout=SLOW_S,
    )
    return [_purchase(row) for row in rows]


async def acknowledged(connection: asyncpg.Connection, key: LineKey) -> None:
    """The store has heard."""
    await connection.execute(
        "UPDATE subscription_lines SET acknowledged_at = now() WHERE platform = $1 AND line_id = $2", *key
    )


def _purchase(row: asyncpg.Record) -> Purchase:
    fields: dict[str, Any] = {name: row[name] for name in (*_OWN, "owner", "acknowledged")}
    return Purchase(**fields)
