"""The run-time logins that a database knows, with their passwords, sealed with the installation's secret.

An administrator's URL and that secret are enough for every process to log in, and a changed password of the administrator changes
nothing: only `migrate up` writes here.
"""

from collections.abc import Mapping
from typing import Literal

import asyncpg
import msgspec

from storage import sealing, urls
from storage.database import UnsafeDatabase

Kind = Literal["web", "worker"]


class Kept(msgspec.Struct, frozen=True):
    """A login and its sealed password; none where the operator's URL names it. `confirmed` once it let somebody in."""

    kind: Kind
    login: str
    key_id: str | None = None
    sealed: dict[str, str] | None = None
    confirmed: bool = False


class SealedElsewhere(UnsafeDatabase):
    """No secret of ours opens a password; the message says what to do."""

    def __init__(self, login: str) -> None:
        super().__init__(
            f"The password of {login} is sealed with another secret. Start with the ATTUNED_SECRET_KEY of before (or the"
            " secret.key in the data directory of before; while it is exchanged: both in ATTUNED_SECRET_KEYS). Only where that"
            " is gone for good: `game-server keys lost` makes new passwords, and deletes what is sealed with it."
        )


def sealed(keys: Mapping[str, bytes], kind: Kind, login: str, password: str, *, confirmed: bool) -> Kept:
    """A password to keep, sealed with the first key."""
    key_id, key = next(iter(keys.items()))
    return Kept(kind, login, key_id, sealing.seal(key, password, bound_to=f"{kind} {login}"), confirmed)


def opened(keys: Mapping[str, bytes], kept: Kept) -> str:
    """The password. Raises SealedElsewhere."""
    try:
        password: str = sealing.unseal(keys[kept.key_id or ""], kept.sealed, bound_to=f"{kept.kind} {kept.login}")
    except (KeyError, sealing.Unsealable) as error:
        raise SealedElsewhere(kept.login) from error
    return password


async def kept(connection: asyncpg.Connection) -> dict[Kind, Kept]:
    """What is known, to an administrator. Raises UnsafeDatabase where there is nothing to read, or this one may not."""
    if not await connection.fetchval("SELECT to_regclass('public.run_time_logins')::oid"):
        raise UnsafeDatabase(
            "The schema of this database is older than this program. Run `game-server migrate up` first."
        )
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL ROLE game_owner")
            rows = await connection.fetch(
                "SELECT kind, login, key_id, sealed::text, confirmed FROM public.run_time_logins ORDER BY kind"
            )
    except asyncpg.InsufficientPrivilegeError as error:
        raise UnsafeDatabase(
            "The login in DATABASE_URL may not read the passwords of the run-time logins. Make it a member of game_owner, or set"
            " DATABASE_WEB_URL and DATABASE_WORKER_URL."
        ) from error
    return {
        row["kind"]: Kept(
            row["kind"], row["login"], row["key_id"], msgspec.json.decode(row["sealed"] or "null"), row["confirmed"]
        )
        for row in rows
    }


async def keep(connection: asyncpg.Connection, login: Kept) -> None:
    """Write it down, as an administrator."""
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE game_owner")
        await connection.execute(
            "INSERT INTO public.run_time_logins (kind, login, key_id, sealed, confirmed) VALUES ($1, $2, $3, $4::text::jsonb, $5)"
            " ON CONFLICT (kind) DO UPDATE SET login = $2, key_id = $3, sealed = $4::text::jsonb, confirmed = $5",
            *(login.kind, login.login, login.key_id),
            *(msgspec.json.encode(login.sealed).decode() if login.sealed else None, login.confirmed),
        )


async def urls_of(admin_url: str, keys: Mapping[str, bytes]) -> dict[Kind, str]:
    """What the logins connect with; those whose passwords are kept. Raises UnsafeDatabase, asyncpg errors, OSError."""
    connection = await asyncpg.connect(admin_url, timeout=5)
    try:
        known = await kept(connection)
    finally:
        await connection.close()
    return {
        kind: urls.as_login(admin_url, one.login, opened(keys, one))
        for kind, one in known.items()
        if one.sealed is not None
    }


async def reseal(connection: asyncpg.Connection, keys: Mapping[str, bytes]) -> int:
    """Seal what is kept with the first key; how many were sealed with another. Raises SealedElsewhere."""
    first, changed = next(iter(keys)), 0
    for one in (await kept(connection)).values():
        if one.sealed is not None and one.key_id != first:
            again = sealed(keys, one.kind, one.login, opened(keys, one), confirmed=one.confirmed)
            await keep(connection, again)
            changed += 1
    return changed
