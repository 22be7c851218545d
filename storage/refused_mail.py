"""Addresses that want no mails which others cause, by their hash only."""

import asyncpg


async def refuse(connection: asyncpg.Connection, address_hash: str) -> None:
    """No more requests to this address."""
    await connection.execute("INSERT INTO refused_mail (address_hash) VALUES ($1) ON CONFLICT DO NOTHING", address_hash)


async def allow(connection: asyncpg.Connection, address_hash: str) -> None:
    """Requests may come again."""
    await connection.execute("DELETE FROM refused_mail WHERE address_hash = $1", address_hash)


async def refuses(connection: asyncpg.Connection, address_hash: str) -> bool:
    """Does this address want none?"""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM refused_mail WHERE address_hash = $1)", address_hash
    )
    return found
