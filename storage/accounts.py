"""Accounts: who has one, with what password, and the one-time tokens that mails carry.

Every function takes a connection inside a transaction and scopes every statement by the id it is given.
"""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from storage.batches import Batches, Spawn
from storage.database import ANSWER_WITHIN_S, SLOW_S, connected

IMPATIENT_S = 1.0


class Standing(msgspec.Struct, frozen=True):
    """What a caller may do, read once a request."""

    adult: bool
    profile_completed: bool
    display_name: str | None
    profile_id: int | None


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


class Attempt(msgspec.Struct, frozen=True):
    """A password that may be checked now, and is counted as a failure already; or one that may not, since `locked_since`.

    Where nobody has the address there is no hash.
    """

    user_id: str | None
    password_hash: str | None
    locked_since: datetime | None = None


Asked = tuple[str, str, datetime, int | None]
"""User, login, moment, generation of the token."""


class OpenLogins:
    """Whose login is open; requests at the same moment share a statement."""

    def __init__(self, pool: asyncpg.Pool, spawn: Spawn) -> None:
        self._pool = pool
        self._batches = Batches("open logins", self._owners, spawn)

    async def owner(
        self, *, user_id: str, login_id: str, now: datetime, generation: int | None = None
    ) -> Standing | None:
        """The standing of a user whose login is open; None when the login ended, or never was theirs.

        `generation` is the one that the token asked with came with: its first use is noted before this returns.
        """
        return await self._batches.ask((user_id, login_id, now, generation))

    async def _owners(self, asked: list[Asked]) -> list[Standing | None]:
        try:
            return await self._read(asked, within=IMPATIENT_S)
        except TimeoutError:  # everybody waits for this one: it is asked again on another connection
            return await self._read(asked, within=ANSWER_WITHIN_S)

    async def _read(self, asked: list[Asked], *, within: float) -> list[Standing | None]:
        users, logins, moments, generations = zip(*asked, strict=True)
        async with connected(self._pool) as connection:
            rows = await connection.fetch(
                "SELECT found.* FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::integer[])"
                " WITH ORDINALITY AS asked (user_id, login_id, at, generation, place) LEFT JOIN LATERAL ("
                "SELECT u.adult_confirmed_at IS NOT NULL AS adult, u.profile_completed, u.display_name, p.id AS profile_id,"
                " l.generation > 0 AND l.generation = asked.generation AND l.used_at IS NULL AS first_use"
                " FROM logins l JOIN users u ON u.id = l.user_id LEFT JOIN profiles p ON p.user_id = u.id"
                " WHERE l.id = asked.login_id AND l.user_id = asked.user_id AND l.ended_at IS NULL"
                " AND l.expires_at > asked.at LIMIT 1) AS found ON true ORDER BY asked.place",
                *(users, logins, moments, generations),
                timeout=within,
            )
            for (_, login_id, now, generation), row in zip(asked, rows, strict=True):
                if row["first_use"]:
                    await _note_use(connection, login_id, generation, now=now, within=within)
        return [_standing(row) if row["adult"] is not None else None for row in rows]


async def _note_use(
    connection: asyncpg.Connection, login_id: str, generation: int | None, *, now: datetime, within: float
) -> None:
    await connection.execute(
        "UPDATE logins SET used_at = $3 WHERE id = $1 AND generation = $2 AND used_at IS NULL",
        *(login_id, generation, now),
        timeout=within,
    )


def _standing(row: asyncpg.Record) -> Standing:
    return Standing(row["adult"], row["profile_completed"], row["display_name"], row["profile_id"])


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


# --- passwords -----------------------------------------------------------------------------------------------------


async def begin_attempt(
    connection: asyncpg.Connection, email: str, *, addresses: list[str], most: int, since: datetime, now: datetime
) -> Attempt:
    """Count an attempt on an address before the password is checked, so that no number of parallel guesses passes the
    lock-out. `addresses` are what it is counted by, sorted. The statements are the same whether or not anybody has that address.
    """
    counted = await connection.fetch(
        "INSERT INTO login_attempts AS a (address, failed_since) SELECT one, $4 FROM unnest($1::text[]) AS one"
        " ON CONFLICT (address) DO UPDATE SET"
        " failed_count = CASE WHEN a.failed_since > $3 THEN a.failed_count + 1 ELSE 1 END,"
        " failed_since = CASE WHEN a.failed_since > $3 THEN a.failed_since ELSE $4 END"
        " WHERE NOT (a.failed_count >= $2 AND a.failed_since > $3) RETURNING true",
        *(addresses, most, since, now),
    )
    if len(counted) < len(addresses):
        began = await connection.fetchval(
            "SELECT max(failed_since) FROM login_attempts WHERE address = ANY ($1::text[])", addresses
        )
        return Attempt(None, None, locked_since=began or now)
    row = await connection.fetchrow(
        "SELECT u.id::text, c.password_hash FROM users u JOIN credentials c ON c.user_id = u.id WHERE u.email = $1",
        email,
    )
    return Attempt(row["id"], row["password_hash"]) if row else Attempt(None, None)


async def forgive_failures(connection: asyncpg.Connection, addresses: list[str]) -> None:
    """The right password was given, or a new one set."""
    await connection.execute("DELETE FROM login_attempts WHERE address = ANY ($1::text[])", addresses)


async def note_login(connection: asyncpg.Connection, user_id: str, *, now: datetime) -> None:
    """Somebody logged in."""
    await connection.execute("UPDATE users SET last_login_at = $2 WHERE id = $1", user_id, now)


async def forget_attempts_before(connection: asyncpg.Connection, before: datetime) -> None:
    """Delete counts that began before that."""
    await connection.execute("DELETE FROM login_attempts WHERE failed_since < $1", before, timeout=SLOW_S)


async def set_password(connection: asyncpg.Connection, user_id: str, password_hash: str, *, now: datetime) -> None:
    """A new password."""
    await connection.execute(
        "INSERT INTO credentials AS c (user_id, password_hash, changed_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (user_id) DO UPDATE SET password_hash = $2, changed_at = $3",
        *(user_id, password_hash, now),
    )


async def password_of(connection: asyncpg.Connection, user_id: str) -> tuple[str, str | None] | None:
    """An account's address and the hash of its password: None where it signs in elsewhere. None: no such account."""
    row = await connection.fetchrow(
        "SELECT u.email, c.password_hash FROM users u LEFT JOIN credentials c ON c.user_id = u.id WHERE u.id = $1",
        user_id,
    )
    return (row["email"], row["password_hash"]) if row else None


async def still_opens(connection: asyncpg.Connection, user_id: str, password_hash: str) -> bool:
    """Is that the hash of an account's password? It stays so until this transaction ends: whoever changes it waits."""
    found = await connection.fetchval(
        "SELECT true FROM credentials WHERE user_id = $1 AND password_hash = $2 FOR SHARE", user_id, password_hash
    )
    return bool(found)


async def exchange_password(
    connection: asyncpg.Connection, user_id: str, old_hash: str, new_hash: str, *, now: datetime
) -> bool:
    """A new password in the place of that one. False: it is another one by now."""
    done: str = await connection.execute(
        "UPDATE credentials SET password_hash = $3, changed_at = $4 WHERE user_id = $1 AND password_hash = $2",
        *(user_id, old_hash, new_hash, now),
    )
    return done == "UPDATE 1"


# --- one-time tokens -----------------------------------------------------------------------------------------------


async def add_one_time_token(
    connection: asyncpg.Connection, *, token_hash: str, user_id: str, purpose: str, expires_at: datetime
) -> None:
    """A token that a mail will carry; an older one of the same purpose is void from now on."""
    await connection.execute("DELETE FROM one_time_tokens WHERE user_id = $1 AND purpose = $2", user_id, purpose)
    await connection.execute(
        "INSERT INTO one_time_tokens (token_hash, user_id, purpose, expires_at) VALUES ($1, $2, $3, $4)",
        *(token_hash, user_id, purpose, expires_at),
    )


async def add_token_for(
    connection: asyncpg.Connection, email: str, *, token_hash: str, purpose: str, expires_at: datetime
) -> bool | None:
    """The same for whoever has this address; None, after the same work, when nobody has, and False where Supabase signs them in:
    they get no token.
    """
    made: bool | None = await connection.fetchval(
        "WITH who AS (SELECT id, NOT from_supabase AS here FROM users WHERE email = $1),"
        " void AS (DELETE FROM one_time_tokens t USING who WHERE t.user_id = who.id AND t.purpose = $3),"
        " made AS (INSERT INTO one_time_tokens (token_hash, user_id, purpose, expires_at)"
        " SELECT $2, id, $3, $4 FROM who WHERE here) SELECT here FROM who",
        *(email, token_hash, purpose, expires_at),
    )
    return made


async def is_good_one_time_token(
    connection: asyncpg.Connection, token_hash: str, purpose: str, *, now: datetime
) -> bool:
    """Would this token be taken? Looked at before a slow hash is made for it."""
    found = await connection.fetchval(
        "SELECT true FROM one_time_tokens"
        " WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
        *(token_hash, purpose, now),
    )
    return bool(found)


async def void_one_time_tokens(connection: asyncpg.Connection, user_id: str) -> None:
    """No link that was mailed before opens anything any more."""
    await connection.execute("DELETE FROM one_time_tokens WHERE user_id = $1 AND used_at IS NULL", user_id)


async def password_behind(
    connection: asyncpg.Connection, token_hash: str, purpose: str, *, now: datetime
) -> str | None:
    """The hash of the password of whoever this token would be taken for; None when it would not be taken."""
    found: str | None = await connection.fetchval(
        "SELECT c.password_hash FROM one_time_tokens t JOIN credentials c USING (user_id)"
        " WHERE t.token_hash = $1 AND t.purpose = $2 AND t.used_at IS NULL AND t.expires_at > $3",
        *(token_hash, purpose, now),
    )
    return found


async def use_one_time_token(
    connection: asyncpg.Connection, token_hash: str, purpose: str, *, now: datetime
) -> str | None:
    """Use a token up: whose it was, or None when it is wrong, used or expired."""
    found: str | None = await connection.fetchval(
        "UPDATE one_time_tokens SET used_at = $3"
        " WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 RETURNING user_id::text",
        *(token_hash, purpose, now),
    )
    return found


async def confirm_email(connection: asyncpg.Connection, user_id: str, *, now: datetime) -> str:
    """Somebody who reads that mailbox was here; the address."""
    email: str = await connection.fetchval(
        "UPDATE users SET email_confirmed_at = coalesce(email_confirmed_at, $2) WHERE id = $1 RETURNING email",
        *(user_id, now),
    )
    return email
