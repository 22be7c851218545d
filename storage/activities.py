"""The activity bank: loading it for the draw, reading it a page at a time, and writing what an import brings.

Every connection comes from `storage.database`, whose jsonb columns take and give Python objects.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import asyncpg
import msgspec
import structlog

from rooms.activities.card import Card, Step, activity_uid, tags_of
from rooms.activities.shipped import Stored
from rooms.sessions.limits import Player
from storage.database import SLOW_S
from storage.players import player_of

log = structlog.get_logger()

_PAGE = 2_000
"""Rows that are read at a time."""

# A couple's own cards belong to that couple alone and never come from here.
_SHARED = "a.is_active AND a.approved AND a.source <> 'user_submitted'"
_WRITTEN = {
    "activity_uid": "text",
    "type": "text",
    "language": "text",
    "rating": "text",
    "intensity": "integer",
    "script": "jsonb",
    "tags": "jsonb",
    "power_role": "text",
    "preference_keys": "jsonb",
    "domains": "jsonb",
    "intensity_modifiers": "jsonb",
    "requires_consent_negotiation": "boolean",
    "audience_scope": "audience_scope_enum",
    "hard_boundaries": "jsonb",
    "hard_limit_keys": "jsonb",
    "required_bodyparts": "jsonb",
    "source": "text",
    "approved": "boolean",
    "is_active": "boolean",
}
"""The columns that a card is written to and read from, each with the type that its JSON is taken for."""

COLUMNS = ", ".join(("a.activity_id", *(f"a.{name}" for name in _WRITTEN))).replace(
    "a.audience_scope", "a.audience_scope::text AS audience_scope"
)
"""What `cards_of` reads, of `activities a`."""
_KEPT = f"{COLUMNS}, a.source_version, a.xmin::text AS state"


class Kept(msgspec.Struct, frozen=True):
    """A row of the bank as it is kept. `uid` is what the row says; `card` is None where the row cannot be read; `state` is
    another after every change of the row."""

    activity_id: int
    uid: str | None
    card: Card | None
    source_version: str | None
    state: str


class UpsertCounts(msgspec.Struct, frozen=True):
    """What an upsert did to the bank, in cards."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, more: "UpsertCounts") -> "UpsertCounts":
        return UpsertCounts(self.inserted + more.inserted, self.updated + more.updated, self.unchanged + more.unchanged)


async def bank_revision(conn: asyncpg.Connection) -> int:
    """The number that every change of the bank raises; a loaded bank is current while it stays the same."""
    revision = await conn.fetchval("SELECT revision FROM bank_revision")
    return int(revision or 0)


async def is_empty(conn: asyncpg.Connection) -> bool:
    """Whether the bank has no card at all, archived ones included."""
    return bool(await conn.fetchval("SELECT NOT EXISTS (SELECT FROM activities)"))


async def load_bank(conn: asyncpg.Connection) -> tuple[int, tuple[Card, ...]]:
    """The revision and every active, approved card of it, by activity_id.

    A page at a time, so that a large bank holds up nobody for long; from the start again where it changed meanwhile.
    """
    while True:
        revision = await bank_revision(conn)
        cards = tuple([card async for card in _all_cards(conn)])
        if await bank_revision(conn) == revision:
            return revision, cards


async def _all_cards(conn: asyncpg.Connection) -> AsyncIterator[Card]:
    after = 0
    while True:
        rows = await conn.fetch(
            f"SELECT {COLUMNS} FROM activities a WHERE {_SHARED} AND a.activity_id > $1 ORDER BY a.activity_id LIMIT $2",
            after,
            _PAGE,
        )
        for card in cards_of(rows):
            yield card
        if len(rows) < _PAGE:
            return
        after = rows[-1]["activity_id"]


async def list_activities(
    conn: asyncpg.Connection,
    *,
    type_: str | None,
    rating: str | None,
    languages: Sequence[str] | None,
    after: int,
    limit: int,
) -> tuple[Card, ...]:
    """At most `limit` active, approved cards with an activity_id above `after`, by activity_id; None: of any."""
    rows = await conn.fetch(
        f"""SELECT {COLUMNS} FROM activities a
            WHERE {_SHARED} AND a.activity_id > $1
              AND ($2::text IS NULL OR a.type = $2) AND ($3::text IS NULL OR a.rating = $3)
              AND ($4::text[] IS NULL OR a.language = ANY ($4))
            ORDER BY a.activity_id LIMIT $5""",
        after,
        type_,
        rating,
        None if languages is None else list(languages),
        limit,
    )
    return cards_of(rows)


async def languages(conn: asyncpg.Connection) -> tuple[str, ...]:
    """Those in which there is a card for everybody, by name."""
    rows = await conn.fetch(f"SELECT DISTINCT a.language FROM activities a WHERE {_SHARED} ORDER BY 1")
    return tuple(row["language"] for row in rows)


async def load_own_cards(conn: asyncpg.Connection, session_ids: list[str]) -> dict[str, tuple[Card, ...]]:
    """The cards that only these rooms may see, by room; a room without any is not in it."""
    rows: dict[str, list[asyncpg.Record]] = {}
    for row in await conn.fetch("SELECT * FROM app.draw_own_cards($1)", session_ids):
        rows.setdefault(row["session_id"], []).append(row)
    return {session_id: cards_of(own) for session_id, own in rows.items()}


async def caller_as_player(conn: asyncpg.Connection) -> Player:
    """What the signed-in caller's profile and own limits say about cards; without a profile yet the limits alone."""
    row = await conn.fetchrow(
        "SELECT p.profile_version, p.boundaries, p.activities, p.truth_topics, p.anatomy,"
        " ARRAY(SELECT DISTINCT unnest(l.keys) FROM personal_limits l WHERE l.user_id = me.id) AS personal_limits"
        " FROM (SELECT app.uid() AS id) AS me LEFT JOIN profiles p ON p.user_id = me.id"
    )
    assert row is not None  # noqa: S101 - one row for any caller
    return player_of(row)


async def upsert_cards(conn: asyncpg.Connection, cards: Sequence[Card], source_version: str | None) -> UpsertCounts:
    """Write the cards by uid, all or none; a card in the file comes back from the archive unless it says otherwise."""
    return await upsert_versioned(conn, [(card, source_version) for card in cards])


async def upsert_versioned(conn: asyncpg.Connection, cards: Sequence[tuple[Card, str | None]]) -> UpsertCounts:
    """The same for cards that each have a `source_version` of their own. Some hundreds in one call take well under a second."""
    if not cards:
        return UpsertCounts()
    rows = [{**_row(card), "source_version": version} for card, version in cards]
    async with conn.transaction():
        written = await conn.fetch(_UPSERT, rows, timeout=SLOW_S)
    inserted = sum(row["inserted"] for row in written)
    return UpsertCounts(inserted, len(written) - inserted, len(cards) - len(written))


async def whole_bank(conn: asyncpg.Connection) -> list[Kept]:
    """Every row of the bank by activity_id, archived and unapproved ones too, all of one moment.

    What a couple wrote, and what was made for one room and nobody has approved for others, is not of the bank.
    """
    rows: list[Kept] = []
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        while True:
            after = rows[-1].activity_id if rows else 0
            page = await conn.fetch(
                f"""SELECT {_KEPT} FROM activities a
                    WHERE a.activity_id > $1 AND a.source <> 'user_submitted' AND (a.source <> 'ai_generated' OR a.approved)
                    ORDER BY a.activity_id LIMIT {_PAGE}""",
                after,
                timeout=SLOW_S,
            )
            rows += map(_kept, page)
            if len(page) < _PAGE:
                return rows


async def waiting_cards(conn: asyncpg.Connection) -> tuple[int, ...]:
    """The activity_ids of the cards that wait for an operator's approval, by age."""
    rows = await conn.fetch(
        """SELECT activity_id FROM activities
           WHERE is_active AND NOT approved AND source <> 'user_submitted' ORDER BY activity_id""",
        timeout=SLOW_S,
    )
    return tuple(row["activity_id"] for row in rows)


async def kept_card(conn: asyncpg.Connection, activity_id: int) -> Kept | None:
    """One row of the bank as it is now, None where there is no such card (any more) for an operator."""
    row = await conn.fetchrow(
        f"SELECT {_KEPT} FROM activities a WHERE a.activity_id = $1 AND a.source <> 'user_submitted'", activity_id
    )
    return _kept(row) if row else None


async def change_card(conn: asyncpg.Connection, kept: Kept, card: Card) -> str | None:
    """Write what a review changed of a card, if it still is as it was shown; the new `state`, None where it is not.

    The text stays, as it is the card's identity. Raises asyncpg.UniqueViolationError when the bank has the same card with a uid.
    """
    state: str | None = await conn.fetchval(_CHANGE, _row(card), kept.activity_id, kept.state)
    return state


async def add_card(conn: asyncpg.Connection, card: Card, *, uid: str | None) -> int | None:
    """A row for a card that is not for everybody, as nobody has approved it; its activity_id. None where the bank has one of this
    uid. Without a uid its text is no identity: others may have the same.
    """
    row = _row(msgspec.structs.replace(card, approved=False))
    number: int | None = await conn.fetchval(_ADD, {**row, "activity_uid": uid})
    return number


async def archive_missing(conn: asyncpg.Connection, uids: Sequence[str]) -> int:
    """Archive every active bank card that is not among these; how many there were."""
    archived = await conn.fetch(
        """UPDATE activities SET is_active = false, archived_at = now()
           WHERE source = 'bank' AND is_active AND (activity_uid IS NULL OR activity_uid <> ALL ($1::text[]))
           RETURNING activity_id""",
        list(uids),
        timeout=SLOW_S,
    )
    return len(archived)


async def lock_bank(conn: asyncpg.Connection) -> None:
    """Let nobody else write the bank until the transaction ends; everybody may go on reading it."""
    await conn.execute("LOCK TABLE activities IN SHARE ROW EXCLUSIVE MODE")


async def starter_cards(conn: asyncpg.Connection, uids: Sequence[str]) -> tuple[Stored, ...]:
    """Every card that came with the program, and whatever has one of these uids; archived ones too."""
    rows = await conn.fetch(
        f"""SELECT {COLUMNS}, a.source_version FROM activities a
            WHERE a.activity_uid IS NOT NULL AND (a.source_version LIKE 'starter-%' OR a.activity_uid = ANY ($1::text[]))
            ORDER BY a.activity_id""",
        list(uids),
    )
    readable = {card.uid: card for card in cards_of(rows)}
    return tuple(Stored(row["activity_uid"], readable.get(row["activity_uid"]), row["source_version"]) for row in rows)


async def retire_cards(conn: asyncpg.Connection, uids: Sequence[str], source_version: str) -> None:
    """Archive these cards, with a source_version that says by which version of the program."""
    await conn.execute(
        """UPDATE activities SET is_active = false, archived_at = now(), source_version = $2
           WHERE activity_uid = ANY ($1::text[])""",
        list(uids),
        source_version,
    )


def _kept(row: asyncpg.Record) -> Kept:
    return Kept(row["activity_id"], row["activity_uid"], _readable(row), row["source_version"], row["state"])


def _row(card: Card) -> dict[str, Any]:
    row = msgspec.to_builtins(card)
    del row["activity_id"]
    return {**row, "activity_uid": row.pop("uid"), "script": {"steps": row.pop("steps")}}


def cards_of(rows: Sequence[asyncpg.Record]) -> tuple[Card, ...]:
    """The rows as cards. A row somebody broke by hand is left out: what cannot be read is not shown."""
    cards = []
    for row in rows:
        card = _readable(row)
        if card is None:
            log.warning("card_unreadable", activity_id=row["activity_id"])
        else:
            cards.append(card)
    return tuple(cards)


def _readable(row: asyncpg.Record) -> Card | None:
    try:
        return _card(row)
    except (msgspec.ValidationError, KeyError, IndexError, TypeError, AttributeError):
        return None


def _card(row: asyncpg.Record) -> Card:
    # NULL means the field's default, except for the optional id and role, whose default it is.
    values = {name: value for name, value in row.items() if value is not None and name in Card.__struct_fields__}
    steps = msgspec.convert(row["script"]["steps"], tuple[Step, ...])
    computed = activity_uid(row["type"], steps[0].do)  # a card without a step ends here
    uid = row["activity_uid"] or computed
    return msgspec.convert(
        {**values, "steps": steps, "uid": uid, "tags": tags_of(_without_language(row["tags"]))}, Card
    )


def _without_language(tags: Any) -> Any:
    """The language has a column; in the tags it stands (0031) for programs that know no such column, and refuse the card."""
    return {name: value for name, value in tags.items() if name != "language"} if isinstance(tags, dict) else tags or {}


_KEPT_OF_FILE = (*_WRITTEN, "source_version")
_AS_CARD = f"c ({', '.join(f'{name} {type_}' for name, type_ in _WRITTEN.items())}, source_version text)"
_ARCHIVED_AT = "CASE WHEN {0}.is_active THEN NULL ELSE coalesce(a.archived_at, now()) END"


def _each(shape: str, names: Iterable[str] = _KEPT_OF_FILE) -> str:
    return ", ".join(shape.format(name) for name in names)


_CONTENT = [name for name in _KEPT_OF_FILE if name != "activity_uid"]
"""Without the uid, by which the rows meet: whoever writes a key waits for all who refer to the row."""

# Rows that would not change are left alone, so that their updated_at stays true.
_UPSERT = f"""
    INSERT INTO activities AS a ({_each("{0}")}, archived_at)
    SELECT {_each("c.{0}")}, CASE WHEN c.is_active THEN NULL ELSE now() END FROM jsonb_to_recordset($1::jsonb) AS {_AS_CARD}
    ON CONFLICT (activity_uid) DO UPDATE SET
        {_each("{0} = excluded.{0}", _CONTENT)}, archived_at = {_ARCHIVED_AT.format("excluded")}
    WHERE ({_each("a.{0}", _CONTENT)}) IS DISTINCT FROM ({_each("excluded.{0}", _CONTENT)})
    RETURNING (xmax = 0) AS inserted
"""

_ADD = f"""
    INSERT INTO activities ({_each("{0}")}) SELECT {_each("c.{0}")} FROM jsonb_to_record($1::jsonb) AS {_AS_CARD}
    ON CONFLICT (activity_uid) DO NOTHING RETURNING activity_id
"""

_FIXED = frozenset({"activity_uid", "type", "source"})
"""What a review leaves as it is: the card's identity (of the script only the clock changes), and where it comes from."""

_CHANGE = f"""
    UPDATE activities AS a SET
        {_each("{0} = c.{0}", [name for name in _WRITTEN if name not in _FIXED])},
        archived_at = {_ARCHIVED_AT.format("c")}, activity_uid = coalesce(a.activity_uid, c.activity_uid)
    FROM jsonb_to_record($1::jsonb) AS {_AS_CARD}
    WHERE a.activity_id = $2 AND a.xmin::text = $3 AND a.source <> 'user_submitted'
    RETURNING a.xmin::text
"""
