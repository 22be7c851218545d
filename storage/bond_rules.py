"""What each member said to a rule."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class Answer(msgspec.Struct, frozen=True):
    """Somebody's yes or no to these words of a rule."""

    rule_id: UUID
    user_id: UUID
    text_version: int
    declined: bool


async def answers(db: Db, rule_ids: Sequence[UUID]) -> list[Answer]:
    """What was said to these rules, as far as the caller may see it."""
    rows = await db.fetch(
        "SELECT rule_id, user_id, text_version, declined FROM rule_acknowledgements WHERE rule_id = ANY ($1)",
        list(rule_ids),
    )
    return [Answer(**row) for row in rows]


async def say(db: Db, *, rule_id: UUID, bond_id: UUID, user_id: str, text_version: int, declined: bool) -> None:
    """The caller's own answer from now on."""
    await db.execute(
        "INSERT INTO rule_acknowledgements (rule_id, bond_id, user_id, text_version, declined) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (rule_id, user_id) DO UPDATE SET text_version = excluded.text_version, declined = excluded.declined",
        *(rule_id, bond_id, UUID(user_id), text_version, declined),
    )
