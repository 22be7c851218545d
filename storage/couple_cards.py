"""Cards that a couple wrote for itself, and the cards that both liked. Cards are shown only while the two are connected."""

from datetime import datetime

import asyncpg
import msgspec

from rooms.activities.card import Card
from storage.activities import COLUMNS, add_card, cards_of

Db = asyncpg.Connection


class CoupleCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card, who wrote it for whom, and when the partner approved it."""

    card: Card
    writer_id: str
    partner_id: str
    created_at: datetime
    approved_at: datetime | None

    @property
    def id(self) -> int:
        """The card's activity_id."""
        return self.card.activity_id or 0

    def partner_of(self, user_id: str) -> str:
        """The other of the two."""
        return self.partner_id if user_id == self.writer_id else self.writer_id


class Counted(msgspec.Struct, frozen=True):
    """How many cards a pair has, and how many of them nobody has approved yet."""

    all: int
    waiting: int


class Liked(msgspec.Struct, frozen=True):
    """A card that both liked, and when the later of the two saw it last."""

    card: Card
    at: datetime


_WHOSE = "k.writer_id, k.partner_id, k.created_at, k.approved_at"


def connected(row: str) -> str:
    """In SQL: are the two of a row of couple_cards, named by its alias, connected now?"""
    return f"""EXISTS (
        SELECT FROM partner_connections c WHERE c.status = 'accepted'
            AND ((c.requester_user_id = {row}.writer_id AND c.recipient_user_id = {row}.partner_id)
                OR (c.requester_user_id = {row}.partner_id AND c.recipient_user_id = {row}.writer_id)))"""


_CONNECTED = connected("k")


async def count(db: Db, one: str, other: str) -> Counted:
    """The cards of a pair."""
    row = await db.fetchrow(
        """SELECT count(*) AS all, count(*) FILTER (WHERE approved_at IS NULL) AS waiting FROM couple_cards
           WHERE least(writer_id, partner_id) = least($1::uuid, $2::uuid)
               AND greatest(writer_id, partner_id) = greatest($1::uuid, $2::uuid)""",
        *(one, other),
    )
    return Counted(row["all"], row["waiting"]) if row else Counted(0, 0)


async def is_waiting(db: Db, writer_id: str, partner_id: str) -> bool:
    """Does a card that the one wrote wait for the other's yes?"""
    found: bool = await db.fetchval(
        """SELECT EXISTS (SELECT FROM couple_cards
           WHERE writer_id = $1 AND partner_id = $2 AND approved_at IS NULL)""",
        *(writer_id, partner_id),
    )
    return found


async def propose(db: Db, card: Card, *, writer_id: str, partner_id: str) -> CoupleCard:
    """A new card of these two, which its writer has approved by writing it."""
    number = await add_card(db, card, uid=None)
    created_at = await db.fetchval(
        "INSERT INTO couple_cards (activity_id, writer_id, partner_id) VALUES ($1, $2, $3) RETURNING created_at",
        *(number, writer_id, partner_id),
    )
    return CoupleCard(
        card=msgspec.structs.replace(card, activity_id=number),
        writer_id=writer_id,
        partner_id=partner_id,
        created_at=created_at,
        approved_at=None,
    )


async def find(db: Db, card_id: int, user_id: str) -> CoupleCard | None:
    """One card of this person's and of somebody they are connected with."""
    row = await db.fetchrow(
        f"""SELECT {COLUMNS}, {_WHOSE} FROM couple_cards k JOIN activities a USING (activity_id)
            WHERE k.activity_id = $1 AND $2 IN (k.writer_id, k.partner_id) AND {_CONNECTED}""",
        *(card_id, user_id),
    )
    return _couple_card(row) if row else None


async def listed(
    db: Db, user_id: str, *, partner_id: str | None, before: tuple[datetime, int] | None, limit: int
) -> list[CoupleCard]:
    """This person's cards, newest first: of all whom they are connected with, or of one. Runs with their rights."""
    at, number = before or (None, None)
    rows = await db.fetch(
        f"""SELECT {COLUMNS}, {_WHOSE} FROM couple_cards k JOIN activities a USING (activity_id)
            WHERE (k.writer_id = $1 OR k.partner_id = $1)
                AND ($2::uuid IS NULL OR $2 IN (k.writer_id, k.partner_id)) AND {_CONNECTED}
                AND ($3::timestamptz IS NULL OR (k.created_at, k.activity_id) < ($3, $4::integer))
            ORDER BY k.created_at DESC, k.activity_id DESC LIMIT $5""",
        *(user_id, partner_id, at, number, limit),
    )
    return [found for row in rows if (found := _couple_card(row))]


async def approve(db: Db, card_id: int, user_id: str) -> bool:
    """The partner's yes, once; again changes nothing. False: there is no such card that waits for this person's yes, or did."""
    done = await db.fetchval(
        f"""WITH yes AS (
                UPDATE couple_cards k SET approved_at = coalesce(k.approved_at, now())
                WHERE k.activity_id = $1 AND k.partner_id = $2 AND {_CONNECTED} RETURNING k.activity_id)
            UPDATE activities SET approved = true FROM yes WHERE activities.activity_id = yes.activity_id RETURNING true""",
        *(card_id, user_id),
    )
    return bool(done)


async def remove(db: Db, card_id: int, user_id: str) -> tuple[str, str] | None:
    """Take a card back for both, whoever wrote it, connected or not; whose it was, writer first. None: no such card."""
    row = await db.fetchrow(
        "DELETE FROM couple_cards WHERE activity_id = $1 AND $2 IN (writer_id, partner_id) RETURNING writer_id, partner_id",
        *(card_id, user_id),
    )
    return (str(row["writer_id"]), str(row["partner_id"])) if row else None


async def both_liked(
    db: Db, user_id: str, partner_id: str, *, before: tuple[datetime, int] | None, limit: int
) -> list[Liked]:
    """Cards that these two liked in games of theirs, both by the last they said of it; newest first."""
    at, number = before or (None, None)
    rows = await db.fetch(_BOTH_LIKED.format(columns=COLUMNS), user_id, partner_id, at, number, limit)
    return [Liked(card, row["liked_at"]) for row in rows for card in cards_of([row])]


# Of a couple's own cards only this couple's: the same person may have liked another's.
_BOTH_LIKED = """
    WITH together AS (
        SELECT a.session_id FROM session_seats a
        JOIN session_seats b ON b.session_id = a.session_id AND b.seat <> a.seat AND b.user_id = $2
        WHERE a.user_id = $1
    ), said AS (
        SELECT DISTINCT ON (h.user_id, h.activity_id) h.user_id, h.activity_id, h.feedback_type, h.presented_at
        FROM together JOIN user_activity_history h USING (session_id)
        WHERE h.user_id IN ($1, $2) AND h.activity_id IS NOT NULL AND h.feedback_type IS NOT NULL
        ORDER BY h.user_id, h.activity_id, h.presented_at DESC, h.id DESC
    ), liked AS (
        SELECT activity_id, max(presented_at) AS liked_at FROM said WHERE feedback_type = 'like'
        GROUP BY activity_id HAVING count(*) = 2
    )
    SELECT {columns}, liked.liked_at FROM liked JOIN activities a USING (activity_id)
    WHERE a.approved AND a.is_active
        AND (a.source <> 'user_submitted' OR EXISTS (
            SELECT FROM couple_cards k WHERE k.activity_id = a.activity_id AND k.approved_at IS NOT NULL
                AND ((k.writer_id = $1 AND k.partner_id = $2) OR (k.writer_id = $2 AND k.partner_id = $1))))
        AND ($3::timestamptz IS NULL OR (liked.liked_at, a.activity_id) < ($3, $4::integer))
    ORDER BY liked.liked_at DESC, a.activity_id DESC LIMIT $5
"""


def _couple_card(row: asyncpg.Record) -> CoupleCard | None:
    readable = cards_of([row])
    if not readable:
        return None
    return CoupleCard(
        card=readable[0],
        writer_id=str(row["writer_id"]),
        partner_id=str(row["partner_id"]),
        created_at=row["created_at"],
        approved_at=row["approved_at"],
    )
