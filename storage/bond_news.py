"""News of a bond in its members' lists and for their phones, by a member's command. The database looks who is told."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from rooms.bonds.news import News

Db = asyncpg.Connection


async def tell(
    db: Db, bond_id: UUID, people: Iterable[str], kind: str, *, news: News, row_id: UUID | None, worth_s: int
) -> bool:
    """Tell these members, but for who commands; was anybody told who had not been?"""
    told: int = await db.fetchval(
        "SELECT app.tell_news($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *(bond_id, [UUID(one) for one in people], kind, news.noun, row_id, worth_s),
        *(news.presses, news.once, news.pushed, news.named),
    )
    return told > 0


async def read(db: Db, bond_id: UUID, noun: str, row_id: UUID | None) -> None:
    """The caller has seen what they were told of it."""
    await db.execute("SELECT app.read_news($1, $2, $3)", bond_id, noun, row_id)
