"""Databases for tests: created, cloned and dropped on the run's own embedded PostgreSQL."""

import asyncio
from collections.abc import Coroutine
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

T = TypeVar("T")

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
    await_here(_execute(admin_url, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "")))
    return url_of(admin_url, name)


def drop(url: str, admin_url: str) -> None:
    await_here(_execute(admin_url, f'DROP DATABASE IF EXISTS "{urlsplit(url).path[1:]}" WITH (FORCE)'))


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
