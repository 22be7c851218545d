"""Databases for tests: created, cloned and dropped on the run's own embedded PostgreSQL."""

import asyncio
from collections.abc import Coroutine
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from storage.database import derived_password
from storage.urls import as_login, password_of

T = TypeVar("T")

SECRET = "a secret of nobody and long enough for the tests"

_numbers = count(1)


def await_here(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine from a fixture that is not async, on a loop of its own."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


def url_of(admin_url: str, name: str) -> str:
    return urlunsplit(urlsplit(admin_url)._replace(path=f"/{name}"))


def create(admin_url: str, *, prefix: str, template: str | None = None) -> str:
    """A new database, empty or a clone; its administrator's URL."""
    name = f"{prefix}_{next(_numbers)}"
    await_here(execute(admin_url, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "")))
    return url_of(admin_url, name)


def drop(url: str, admin_url: str) -> None:
    await_here(gone(url, admin_url))


async def made(admin_url: str, name: str) -> str:
    """A new database of that name, on a loop that runs."""
    await execute(admin_url, f'CREATE DATABASE "{name}"')
    return url_of(admin_url, name)


async def gone(url: str, admin_url: str) -> None:
    """Drop it, on a loop that runs."""
    await execute(admin_url, f'DROP DATABASE IF EXISTS "{urlsplit(url).path[1:]}" WITH (FORCE)')


async def rename(admin_url: str, url: str, name: str) -> None:
    """Give a database another name; whoever is connected to it is cut off."""
    before = urlsplit(url).path[1:]
    await execute(
        admin_url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{before}'",
    )
    await execute(admin_url, f'ALTER DATABASE "{before}" RENAME TO "{name}"')


async def drop_roles(admin_url: str, database_url: str, *roles: str) -> None:
    """Drop roles with what they were granted in that database."""
    for role in roles:
        for url, sql in ((database_url, f'DROP OWNED BY "{role}"'), (admin_url, f'DROP ROLE "{role}"')):
            await execute(url, sql)


def login_url(admin_url: str, role: str) -> str:
    """A run-time login's URL on the run's own server: their passwords are known to the tests there."""
    return as_login(admin_url, role, derived_password(password_of(admin_url).encode(), role))


def make_logins(admin_url: str) -> None:
    """The run-time logins as an earlier version left them: every database of the run uses these."""
    for role, attributes in (("game_web", "NOINHERIT"), ("game_worker", "INHERIT")):
        password = password_of(login_url(admin_url, role))
        await_here(execute(admin_url, f"CREATE ROLE {role} LOGIN {attributes} PASSWORD '{password}'"))


async def execute(url: str, sql: str) -> None:
    """On a connection of its own, on a loop that runs."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
