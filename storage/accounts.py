"""Accounts: who has one, what its owner may change of it, and its end.

Every function takes a connection inside a transaction and scopes every statement by the id it is given.
"""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from storage.database import SLOW_S


class Demographics(msgspec.Struct, frozen=True):
    """What a person told about themselves; stored as {gender, orientation, relationship_structure}."""

    gender: str | None = None
    sexual_orientation: str | None = None
    relationship_structure: str | None = None


class Anatomy(msgspec.Struct, frozen=True):
    """Body parts: penis, vagina, breasts, in that order."""

    anatomy_self: tuple[str, ...] = ()
    anatomy_preference: tuple[str, ...] = ()


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as its owner sees it."""

    id: str
    email: str
    email_confirmed_at: datetime | None
    auth_provider: str
    display_name: str | None
    demographics: Demographics
    anatomy: Anatomy
    adult_confirmed_at: datetime | None
    profile_completed: bool
    onboarding_completed: bool
    subscription_tier: str
    subscription_expires_at: datetime | None
    profile_sharing_setting: str
    notification_preferences: dict[str, Any]
    language: str
    last_login_at: datetime | None
    created_at: datetime


async def account(connection: asyncpg.Connection, user_id: str) -> Account | None:
    """An account. Runs as its owner or as the service."""
    row = await connection.fetchrow(
        "SELECT u.id::text, u.email, u.email_confirmed_at, u.auth_provider, u.display_name, u.demographics,"
        " coalesce(p.anatomy, '{}') AS anatomy, u.adult_confirmed_at, u.profile_completed, u.onboarding_completed,"
        " CASE WHEN u.subscription_expires_at <= now() THEN 'free' ELSE u.subscription_tier::text END"
        " AS subscription_tier, u.subscription_expires_at, u.profile_sharing_setting, u.notification_preferences,"
        " u.language, u.last_login_at, u.created_at"
        " FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = $1",
        user_id,
    )
    if row is None:
        return None
    told = dict(row["demographics"])
    told["sexual_orientation"] = told.pop("orientation", None)
    return Account(
        **{
            **row,
            "demographics": msgspec.convert(told, Demographics),
            "anatomy": msgspec.convert(row["anatomy"], Anatomy),
        }
    )


async def create_user(
    connection: asyncpg.Connection,
    *,
    user_id: str,
    email: str,
    display_name: str | None,
    password_hash: str,
    now: datetime,
    adult: bool = True,
    language: str = "en",
) -> bool:
    """Make an account with a password; `adult`: its owner has said to be one. False when the address has an account."""
    made = await connection.fetchval(
        "INSERT INTO users (id, email, display_name, adult_confirmed_at, created_at, language)"
        " VALUES ($1, $2, $3, CASE WHEN $5 THEN $4::timestamptz END, $4, $6)"
        " ON CONFLICT (email) DO NOTHING RETURNING true",
        *(user_id, email, display_name, now, adult, language),
    )
    if not made:
        return False
    await connection.execute(
        "INSERT INTO credentials (user_id, password_hash, changed_at) VALUES ($1, $2, $3)", user_id, password_hash, now
    )
    return True


async def save_settings(
    connection: asyncpg.Connection,
    user_id: str,
    *,
    display_name: str | None,
    demographics: dict[str, Any],
    sharing: str | None,
    instead_of: str,
    notifications: dict[str, Any],
    language: str | None = None,
) -> bool:
    """Change what an owner may change of their row; None or {} leaves it. Null inside the objects removes that key.

    False, and nothing is changed, where a new `sharing` would take the place of another than `instead_of`.
    """
    done: str = await connection.execute(
        "UPDATE users SET display_name = coalesce($2, display_name),"
        " demographics = jsonb_strip_nulls(demographics || $3),"
        " profile_sharing_setting = coalesce($4::text::profile_sharing_enum, profile_sharing_setting),"
        " notification_preferences = jsonb_strip_nulls(notification_preferences || $5),"
        " language = coalesce($7, language)"
        " WHERE id = $1 AND ($4::text IS NULL OR profile_sharing_setting::text IN ($4::text, $6))",
        *(user_id, display_name, demographics, sharing, notifications, instead_of, language),
    )
    return done == "UPDATE 1"


async def language_of(connection: asyncpg.Connection, user_id: str) -> str | None:
    """What they read. Runs as its owner or as the service."""
    found: str | None = await connection.fetchval("SELECT language FROM users WHERE id = $1", user_id)
    return found


async def erase_user(connection: asyncpg.Connection, user_id: str) -> str | None:
    """Delete an account and what hangs on it; the address that it had. A partner keeps the games; the seat there becomes
    nobody's, by trigger. Rooms are locked first, in key order, as the rooms themselves do.
    """
    await connection.execute(
        "SELECT FROM sessions WHERE session_id IN (SELECT t.session_id FROM session_seats t WHERE t.user_id = $1)"
        " ORDER BY session_id FOR UPDATE",
        user_id,
    )
    email: str | None = await connection.fetchval("SELECT email FROM users WHERE id = $1 FOR UPDATE", user_id)
    if email is None:
        return None
    await connection.execute("DELETE FROM profiles WHERE user_id = $1", user_id, timeout=SLOW_S)
    await connection.execute(
        "DELETE FROM survey_submissions WHERE respondent_id = $1::uuid::text", user_id, timeout=SLOW_S
    )
    await connection.execute("UPDATE session_links SET used_by = 'former' WHERE used_by = 'user:' || $1::uuid", user_id)
    await connection.execute(
        "UPDATE partner_connections SET recipient_email = '',"
        " status = CASE status WHEN 'pending' THEN 'expired' ELSE status END WHERE lower(recipient_email) = $1",
        email,
    )
    await connection.execute("DELETE FROM users WHERE id = $1", user_id, timeout=SLOW_S)
    return email


async def note_login(connection: asyncpg.Connection, user_id: str, *, now: datetime) -> None:
    """Somebody logged in."""
    await connection.execute("UPDATE users SET last_login_at = $2 WHERE id = $1", user_id, now)


async def confirm_email(connection: asyncpg.Connection, user_id: str, *, now: datetime) -> str:
    """Somebody who reads that mailbox was here; the address."""
    email: str = await connection.fetchval(
        "UPDATE users SET email_confirmed_at = coalesce(email_confirmed_at, $2) WHERE id = $1 RETURNING email",
        *(user_id, now),
    )
    return email
