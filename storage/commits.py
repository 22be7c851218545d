"""Group commit: what arrives while a commit is in flight shares the next one.

A batch holds at most one command a room and one paying command an account; the database function `app.append_commands` decides
each of them alone. It comes as arrays of the types `app.live_…`, of which the tuples here have the columns. No waiting is added:
the next flush starts when the previous one ends.
"""

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal

import asyncpg
import msgspec
from msgspec.structs import astuple

from storage import crash
from storage.batches import Answer, Batches, Spawn
from storage.database import connected

MOST_IN_A_BATCH = 64

Outcome = Literal["won", "replied", "fenced", "head", "limits", "charge", "card"]


class LogRow(msgspec.Struct, frozen=True):
    """One event as the log keeps it. `seat` is None where nobody may know; `cause` stands on a command's first event."""

    seq: int
    at: datetime
    type: str
    seat: str | None
    event: msgspec.Raw
    cause: msgspec.Raw | None = None


class SessionRow(msgspec.Struct, frozen=True):
    """What the log derives into `sessions`."""

    status: str
    level: str
    skip_count: int
    truth: int
    dare: int
    step: int
    at_limit: bool = False
    confirmed_at: datetime | None = None
    completed_at: datetime | None = None


class Account(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who pays for the room's cards: a user or an anonymous player."""

    user_id: str | None = None
    anonymous_session_id: str | None = None


class Charge(msgspec.Struct, frozen=True):
    """One card on the account: the count the rules saw, its limit, and the database's day they saw it on."""

    day: str
    seen: int
    limit: int


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The card on screen after the command, for the turn log and both histories. `checks` is why it came."""

    turn: int
    activity_id: int | None
    type: str
    rating: str
    intensity: int
    script: dict[str, Any]
    tags: list[str]
    roles: dict[str, Any]
    source: str
    checks: dict[str, Any]
    at: datetime
    themes: list[str]


class Feedback(msgspec.Struct, frozen=True):
    """What a seat says of a turn's card."""

    turn: int
    seat: str
    feedback: str | None
    executed: bool | None


class Append(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One accepted command: what it must find (head, fence, limits, count, card) and what it writes.

    `session` is None where the events change nothing of it.
    """

    session_id: str
    expected: int
    head: int
    seat: str | None = None
    fence: int | None = None
    limits_rev: int | None = None
    card: int | None = None
    command_id: str | None = None
    body_hash: str | None = None
    reply_seq: int = 0
    events: tuple[LogRow, ...] = ()
    session: SessionRow | None = None
    account: Account | None = None
    charge: Charge | None = None
    given_back: str | None = None
    shown: Card | None = None
    drop_turn: int | None = None
    skipped_turn: int | None = None
    feedback: Feedback | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What became of an Append. `seq` and `body_hash` are the first reply's when it was replied before."""

    outcome: Outcome
    seq: int | None
    body_hash: str | None
    head: int | None


async def append(connection: asyncpg.Connection, batch: list[Append]) -> list[Verdict]:
    """Run one batch in the connection's transaction (or its own); verdicts in the order of the batch."""
    (row,) = await connection.fetch(_APPEND, *_arguments(batch))
    return [Verdict(*verdict) for verdict in zip(*row, strict=True)]


_APPEND = "SELECT * FROM app.append_commands($1, $2, $3, $4, $5, $6, $7, $8, $9)"


def _arguments(batch: list[Append]) -> tuple[list[Any], ...]:
    """What app.append_commands takes."""
    numbered = [(place, item.session_id, item) for place, item in enumerate(batch, start=1)]
    accounts = [item.account for item in batch if item.account]
    return (
        [_command(item) for item in batch],
        [(place, room, *_event(row)) for place, room, item in numbered for row in item.events],
        [(place, room, *astuple(item.session)) for place, room, item in numbered if item.session],
        [(place, room, *_card(item.shown)) for place, room, item in numbered if item.shown],
        [(place, room, item.drop_turn) for place, room, item in numbered if item.drop_turn is not None],
        [(place, room, item.skipped_turn) for place, room, item in numbered if item.skipped_turn is not None],
        [(place, room, *astuple(item.feedback)) for place, room, item in numbered if item.feedback],
        [account.user_id for account in accounts if account.user_id],
        [account.anonymous_session_id for account in accounts if account.anonymous_session_id],
    )


def _command(item: Append) -> tuple[Any, ...]:
    account, charge = item.account or _NOBODY, item.charge
    return (
        item.session_id, item.expected, item.head, bool(item.events), item.session is not None,
        item.seat, item.fence, item.limits_rev, item.card,
        item.command_id, item.body_hash and bytes.fromhex(item.body_hash), item.reply_seq,
        account.user_id, account.anonymous_session_id,
        charge and date.fromisoformat(charge.day), charge and charge.seen, charge and charge.limit,
        item.given_back and date.fromisoformat(item.given_back),
    )  # fmt: skip


def _event(row: LogRow) -> tuple[Any, ...]:
    cause = row.cause
    return (row.seq, row.at, row.type, row.seat, bytes(row.event).decode(), cause and bytes(cause).decode())


def _card(card: Card) -> tuple[Any, ...]:
    return (
        card.turn, card.activity_id, card.type, card.rating, card.intensity, _json(card.script), _json(card.tags),
        _json(card.roles), card.source, _json(card.checks), card.at, _json(card.themes),
    )  # fmt: skip


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


_NOBODY = Account()


class GroupCommit:
    """The only writer of room logs in this process.

    `spawn` starts a kept background task; `committed` hears of each batch: commands, seconds.
    """

    def __init__(self, pool: asyncpg.Pool, spawn: Spawn, committed: Callable[[int, float], None]) -> None:
        self._pool = pool
        self._committed = committed
        self._batches: Batches[Append, Verdict] = Batches(
            "group commit", self._commit, spawn, begun_within_s=None, most=MOST_IN_A_BATCH, company=_one_a_room
        )

    async def rest(self) -> None:
        """Return when nothing is waiting or being written."""
        await self._batches.rest()

    async def submit(self, item: Append) -> Verdict:
        """Wait for this command's verdict. Raises asyncpg errors, OSError or TimeoutError: the outcome is then unknown."""
        return await self._batches.ask(item)

    def hand(self, item: Append, answer: Answer[Verdict]) -> None:
        """The same, told to `answer` instead of waited for."""
        self._batches.hand(item, answer)

    async def _commit(self, batch: list[Append]) -> list[Verdict]:
        began = time.monotonic()
        crash.point("before_commit")
        async with connected(self._pool) as connection:
            verdicts = await append(connection, batch)
        crash.point("after_commit")
        self._committed(len(batch), time.monotonic() - began)
        return verdicts


def _one_a_room() -> Callable[[Append], bool]:
    """One command a room and one paying command an account go together."""
    taken: set[str] = set()

    def joins(item: Append) -> bool:
        payer = str(item.account) if item.account and (item.charge or item.given_back) else None
        if item.session_id in taken or payer in taken:
            return False
        taken.update(filter(None, (item.session_id, payer)))
        return True

    return joins
