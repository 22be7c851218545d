"""What belongs to the calendar beside its rows: what lies in a span, what came in a file, feeds, and whom to remind of what."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from storage.database import SLOW_S

Db = asyncpg.Connection

AT_A_TIME = 100
Envelope = dict[str, Any]
Row = dict[str, Any]


class Timed(msgspec.Struct, frozen=True, kw_only=True):
    """When an event is, without what it is."""

    id: UUID
    start_date: datetime
    end_date: datetime | None
    timezone: str
    all_day: bool
    rrule: str | None
    exdates: list[str]
    last_date: datetime | None
    ical_uid: str
    recurrence_id: str


class Feed(msgspec.Struct, frozen=True):
    """Whose feed it is, of which bond (None: of their own dates), and whether it says what they are called."""

    user_id: UUID
    bond_id: UUID | None
    titles: bool


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """An event that the timetable looks at now."""

    event: Row
    next_at: datetime


class Reminded(msgspec.Struct, frozen=True, kw_only=True):
    """Who may be reminded of an event. `rests`: nothing is asked of them now."""

    user_id: UUID
    time_zone: str | None
    is_low: bool
    rests: bool


_TIMED = ", ".join(f"e.{name}" for name in Timed.__struct_fields__)
_PLACE = "(CASE WHEN $1::uuid IS NULL THEN e.bond_id IS NULL AND e.created_by = $2 ELSE e.bond_id = $1 END)"
"""A calendar: a bond's, or the caller's own."""


# --- what lies in a span -----------------------------------------------------------------------------------------------


async def in_span(
    db: Db,
    bond_id: UUID | None,
    user_id: str,
    span: tuple[datetime, datetime],
    *,
    longest: timedelta,
    event_type: str | None,
) -> list[Timed]:
    """Events of a calendar that touch a span, and series that may. None takes longer than `longest`."""
    statement = _IN_BOND_SPAN if bond_id else _IN_OWN_SPAN
    found = await db.fetch(statement, bond_id or UUID(user_id), *span, longest, event_type)
    return [Timed(**row) for row in found]


_SPAN = (
    f"SELECT {_TIMED} FROM calendar_events e WHERE {{place}} AND e.rrule IS NULL AND e.start_date < $3::timestamptz"
    " AND e.start_date >= $2::timestamptz - $4::interval"
    " AND ($5::text IS NULL OR e.event_type::text = $5)"
    f" UNION ALL SELECT {_TIMED} FROM calendar_events e WHERE {{place}} AND e.rrule IS NOT NULL AND e.start_date < $3"
    " AND (e.last_date IS NULL OR e.last_date >= $2::timestamptz - $4::interval)"
    " AND ($5::text IS NULL OR e.event_type::text = $5)"
)
_IN_BOND_SPAN = _SPAN.format(place="e.bond_id = $1")
_IN_OWN_SPAN = _SPAN.format(place="e.bond_id IS NULL AND e.created_by = $1")


async def exceptions(db: Db, bond_id: UUID | None, user_id: str, uids: Collection[str]) -> dict[str, frozenset[str]]:
    """By the UID of a series: which of its occurrences are rows of their own."""
    rows = await db.fetch(
        f"SELECT e.ical_uid, array_agg(e.recurrence_id) AS names FROM calendar_events e WHERE {_PLACE}"
        " AND e.ical_uid = ANY ($3) AND e.recurrence_id <> '' GROUP BY e.ical_uid",
        *(bond_id, UUID(user_id), list(uids)),
    )
    return {row["ical_uid"]: frozenset(row["names"]) for row in rows}


async def rows(db: Db, columns: Sequence[str], ids: Collection[UUID]) -> dict[UUID, Row]:
    """These rows, as far as the caller may see them."""
    found = await db.fetch(f"SELECT {_read(columns)} FROM calendar_events WHERE id = ANY ($1)", list(ids))
    return {row["id"]: dict(row) for row in found}


async def whole(
    db: Db, columns: Sequence[str], bond_id: UUID | None, user_id: str, *, since: datetime | None, most: int
) -> list[Row]:
    """A calendar, oldest first; with `since` without what was over by then."""
    found = await db.fetch(
        f"SELECT {_read(columns)} FROM calendar_events e WHERE {_PLACE}"
        " AND ($3::timestamptz IS NULL OR coalesce(e.end_date, e.start_date) >= $3"
        " OR e.rrule IS NOT NULL AND (e.last_date IS NULL OR e.last_date >= $3)) ORDER BY e.start_date, e.id LIMIT $4",
        *(bond_id, UUID(user_id), since, most),
        timeout=SLOW_S,
    )
    return [dict(row) for row in found]


async def series_of(db: Db, columns: Sequence[str], bond_id: UUID | None, user_id: str, uid: str) -> Row | None:
    """The caller's series of that UID."""
    found = await db.fetchrow(
        f"SELECT {_read(columns)} FROM calendar_events e WHERE {_PLACE} AND e.created_by = $2 AND e.ical_uid = $3"
        " AND e.recurrence_id = '' AND e.rrule IS NOT NULL",
        *(bond_id, UUID(user_id), uid),
    )
    return dict(found) if found else None


async def exceptions_of(db: Db, row: Mapping[str, Any]) -> list[tuple[UUID, str]]:
    """The rows of their own that occurrences of a series are, and which."""
    found = await db.fetch(
        "SELECT e.id, e.recurrence_id FROM calendar_events e WHERE e.ical_uid = $1 AND e.recurrence_id <> ''"
        " AND e.bond_id IS NOT DISTINCT FROM $2 AND e.created_by = $3",
        *(row["ical_uid"], row["bond_id"], row["created_by"]),
    )
    return [(one["id"], one["recurrence_id"]) for one in found]


async def rename(db: Db, event_id: UUID, recurrence_id: str) -> None:
    """An occurrence of its own is the one of another moment."""
    await db.execute("UPDATE calendar_events SET recurrence_id = $2 WHERE id = $1", event_id, recurrence_id)


async def remove_all(db: Db, ids: Collection[UUID]) -> None:
    """Delete these."""
    await db.execute("DELETE FROM calendar_events WHERE id = ANY ($1)", list(ids))


async def counted(db: Db, bond_id: UUID | None, user_id: str) -> tuple[int, int]:
    """How many events a calendar has, and how many of them come again."""
    row: Any = await db.fetchrow(
        f"SELECT count(*) AS all, count(*) FILTER (WHERE e.rrule IS NOT NULL) AS series FROM calendar_events e WHERE {_PLACE}",
        *(bond_id, UUID(user_id)),
    )
    return (row["all"], row["series"]) if row else (0, 0)


async def zone_of(db: Db, user_id: str) -> str:
    """The caller's own zone."""
    found: str | None = await db.fetchval("SELECT time_zone FROM users WHERE id = $1", UUID(user_id))
    return found or "UTC"


async def tasks_of(db: Db, ids: Collection[UUID]) -> list[Row]:
    """Tasks by their ids, with what is asked where a limit may hold them."""
    found = await db.fetch(
        "SELECT id, bond_id, title, description, limit_keys, assigned_by, assigned_to FROM tasks"
        " WHERE id = ANY ($1) AND status IN ('pending', 'in_progress')",
        list(ids),
    )
    return [dict(row) for row in found]


# --- what came in a file -----------------------------------------------------------------------------------------------

IMPORTED = (
    "title", "description", "location", "event_type", "start_date", "end_date", "timezone", "all_day", "rrule", "exdates",
    "last_date", "sequence", "ical_uid", "recurrence_id",
)  # fmt: skip
_CASTS = {
    "title": "::jsonb",
    "description": "::jsonb",
    "location": "::jsonb",
    "event_type": "::calendar_event_type_enum",
}
CHANGED = tuple(name for name in IMPORTED if name not in {"ical_uid", "recurrence_id"})


async def of_uids(
    db: Db, columns: Sequence[str], bond_id: UUID | None, user_id: str, uids: Collection[str]
) -> list[Row]:
    """The events of a calendar with these UIDs, whoever's they are."""
    found = await db.fetch(
        f"SELECT {_read(columns)} FROM calendar_events e WHERE {_PLACE} AND e.ical_uid = ANY ($3)",
        *(bond_id, UUID(user_id), list(uids)),
        timeout=SLOW_S,
    )
    return [dict(row) for row in found]


async def add_many(db: Db, bond_id: UUID | None, user_id: str, events: Sequence[Mapping[str, Any]]) -> None:
    """New events of the caller's, with the columns of `IMPORTED`."""
    values = ", ".join(f"${place}{_CASTS.get(name, '')}" for place, name in enumerate(IMPORTED, 3))
    await _each(
        db,
        f"INSERT INTO calendar_events (bond_id, created_by, imported, {', '.join(IMPORTED)}) VALUES ($1, $2, true, {values})",
        [(bond_id, UUID(user_id), *(event[name] for name in IMPORTED)) for event in events],
    )


async def change_many(db: Db, events: Sequence[tuple[UUID, Mapping[str, Any]]]) -> None:
    """The columns of `CHANGED`, of events of the caller's."""
    changes = ", ".join(f"{name} = ${place}{_CASTS.get(name, '')}" for place, name in enumerate(CHANGED, 2))
    await _each(
        db,
        f"UPDATE calendar_events SET {changes} WHERE id = $1",
        [(event_id, *(event[name] for name in CHANGED)) for event_id, event in events],
    )


async def _each(db: Db, statement: str, values: Sequence[tuple[Any, ...]]) -> None:
    """So many at a time as are done soon also where a machine has much else to do."""
    for begin in range(0, len(values), AT_A_TIME):
        await db.executemany(statement, values[begin : begin + AT_A_TIME], timeout=SLOW_S)


# --- feeds -------------------------------------------------------------------------------------------------------------


async def put_feed(db: Db, bond_id: UUID | None, user_id: str, secret_hash: str, *, key_id: str, titles: bool) -> UUID:
    """The caller's feed of a calendar, its secret hashed with this key; the one before opens nothing any more."""
    await drop_feed(db, bond_id, user_id)
    made: UUID = await db.fetchval(
        "INSERT INTO calendar_feeds (user_id, bond_id, secret_hash, key_id, titles) VALUES ($1, $2, $3, $4, $5)"
        " RETURNING id",
        *(UUID(user_id), bond_id, secret_hash, key_id, titles),
    )
    return made


async def drop_feed(db: Db, bond_id: UUID | None, user_id: str) -> None:
    """No secret opens the caller's feed of this calendar."""
    await db.execute(
        "DELETE FROM calendar_feeds WHERE user_id = $1 AND bond_id IS NOT DISTINCT FROM $2", UUID(user_id), bond_id
    )


async def end_feeds(db: Db, user_id: str) -> None:
    """No address of any calendar of theirs opens anything any more: for the server itself."""
    await db.execute("SELECT app.end_feeds($1)", UUID(user_id))


async def open_feed(db: Db, hashes: Sequence[str], key_id: str) -> Feed | None:
    """The feed of a secret: for the server itself. From then on it is kept by the first hash, which this key made."""
    row = await db.fetchrow("SELECT * FROM app.open_feed($1, $2)", list(hashes), key_id)
    return Feed(**row) if row else None


# --- jobs --------------------------------------------------------------------------------------------------------------


async def due_alarms(db: Db, columns: Sequence[str], now: datetime, after: Alarm | None, most: int) -> list[Alarm]:
    """Events to be looked at now, after that one, those that wait longest first."""
    names = ", ".join(_one(name, "e.") for name in columns)
    found = await db.fetch(
        f"SELECT a.next_at, {names} FROM event_alarms a JOIN calendar_events e ON e.id = a.event_id"
        " WHERE a.next_at <= $1 AND ($3::timestamptz IS NULL OR (a.next_at, a.event_id) > ($3, $4::uuid))"
        " ORDER BY a.next_at, a.event_id LIMIT $2",
        *(now, most, after.next_at if after else None, after.event["id"] if after else None),
    )
    return [Alarm(event={name: row[name] for name in columns}, next_at=row["next_at"]) for row in found]


async def set_alarm(db: Db, event_id: UUID, seen: datetime, next_at: datetime | None) -> bool:
    """Look again then; None: never. False: somebody else has looked, or the event was changed meanwhile."""
    if next_at is None:
        found = await db.fetchval(
            "DELETE FROM event_alarms WHERE event_id = $1 AND next_at = $2 RETURNING event_id", event_id, seen
        )
    else:
        found = await db.fetchval(
            "UPDATE event_alarms SET next_at = $3 WHERE event_id = $1 AND next_at = $2 RETURNING event_id",
            *(event_id, seen, next_at),
        )
    return found is not None


async def to_be_reminded(db: Db, bond_id: UUID | None, owner: UUID | None) -> list[Reminded]:
    """Who of a bond that goes on may be reminded; without a bond the owner."""
    people = await db.fetch(
        "SELECT m.user_id, u.time_zone, u.submission_state = 'low_energy' AS is_low,"
        " app.is_suspended(m.bond_id, m.user_id) AS rests"
        " FROM bond_members m JOIN users u ON u.id = m.user_id JOIN bonds b ON b.id = m.bond_id AND b.status <> 'dissolved'"
        " WHERE m.bond_id = $1 UNION ALL"
        " SELECT u.id, u.time_zone, u.submission_state = 'low_energy', u.submission_state = 'paused' FROM users u"
        " WHERE $1::uuid IS NULL AND u.id = $2",
        *(bond_id, owner),
    )
    return [Reminded(**row) for row in people]


async def note_reminder(db: Db, event_id: UUID, starts_at: datetime, user_id: UUID) -> bool:
    """They are reminded of it now. False: they had been."""
    made = await db.fetchval(
        "INSERT INTO event_reminders (event_id, starts_at, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        " RETURNING event_id",
        *(event_id, starts_at, user_id),
    )
    return made is not None


async def forget_reminders(db: Db, before: datetime) -> None:
    """Delete what was sent before that."""
    await db.execute("DELETE FROM event_reminders WHERE sent_at < $1", before, timeout=SLOW_S)


def _read(columns: Sequence[str]) -> str:
    return ", ".join(_one(name) for name in columns)


def _one(name: str, of: str = "") -> str:
    return f"{of}event_type::text AS event_type" if name == "event_type" else f"{of}{name}"
