"""Group commit: what arrives while a commit is in flight shares the next one.

A batch holds at most one command a room and one paying command an account; the database function `app.append_commands` decides
each of them alone. No waiting is added: the next flush starts when the previous one ends.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Literal, cast

import asyncpg
import msgspec
import structlog

from storage import crash
from storage.database import heard

log = structlog.get_logger()

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


class Append(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One accepted command: what it must find (head, fence, limits, count, card) and what it writes."""

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
    turn: dict[str, Any] | None = None
    drop_turn: int | None = None
    skipped_turn: int | None = None
    shown: dict[str, Any] | None = None
    feedback: dict[str, Any] | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What became of an Append. `seq` and `body_hash` are the first reply's when it was replied before."""

    outcome: Outcome
    seq: int | None
    body_hash: str | None
    head: int | None


class _Waiting(msgspec.Struct, eq=False):
    append: Append
    verdict: asyncio.Future[Verdict]


async def append(connection: asyncpg.Connection, batch: list[Append]) -> list[Verdict]:
    """Run one batch in the connection's transaction (or its own); verdicts in the order of the batch."""
    payload = b"[" + b",".join(_encoded(number, item) for number, item in enumerate(batch)) + b"]"
    rows = await connection.fetch("SELECT * FROM app.append_commands($1::text::jsonb)", payload.decode())
    found = {row["i"]: Verdict(row["outcome"], row["seq"], row["body_hash"], row["head"]) for row in rows}
    return [found[number] for number in range(len(batch))]


def _encoded(number: int, item: Append) -> bytes:
    return b'{"i":%d,' % number + msgspec.json.encode(item)[1:]


class GroupCommit:
    """The only writer of room logs in this process.

    `spawn` starts a kept background task; `committed` hears of each batch: commands, seconds.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        spawn: Callable[[str, Coroutine[Any, Any, None]], object],
        committed: Callable[[int, float], None],
    ) -> None:
        self._pool = pool
        self._spawn = spawn
        self._waiting: list[_Waiting] = []
        self._committed = committed
        self._flushing = False
        self._resting = asyncio.Event()
        self._resting.set()

    async def rest(self) -> None:
        """Return when nothing is waiting or being written."""
        await self._resting.wait()

    async def submit(self, item: Append) -> Verdict:
        """Wait for this command's verdict. Raises asyncpg errors, OSError or TimeoutError: the outcome is then unknown."""
        verdict: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(item, verdict))
        if not self._flushing:
            self._flushing = True
            self._resting.clear()
            self._spawn("group commit", self._flush())
        return await verdict

    async def _flush(self) -> None:
        try:
            while self._waiting:
                await self._commit(self._take())
        finally:
            self._flushing = False
            self._resting.set()

    def _take(self) -> list[_Waiting]:
        """The oldest first; one command a room and one paying command an account, the others wait for the next batch."""
        batch: list[_Waiting] = []
        later: list[_Waiting] = []
        rooms: set[str] = set()
        accounts: set[str] = set()
        for waiting in self._waiting:
            item = waiting.append
            payer = item.account and (item.charge or item.given_back) and str(item.account)
            if len(batch) == MOST_IN_A_BATCH or item.session_id in rooms or (payer and payer in accounts):
                later.append(waiting)
                continue
            batch.append(waiting)
            rooms.add(item.session_id)
            if payer:
                accounts.add(payer)
        self._waiting = later
        return [waiting for waiting in batch if not waiting.verdict.cancelled()]

    async def _commit(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        began = time.monotonic()
        try:
            crash.point("before_commit")
            async with self._pool.acquire(timeout=5) as connection, heard(self._pool, connection):
                verdicts = await append(cast("asyncpg.Connection", connection), [waiting.append for waiting in batch])
        except asyncpg.PostgresError as error:
            if len(batch) == 1 or isinstance(error, asyncpg.PostgresConnectionError):
                _fail(batch, error)
                return
            log.warning("batch_split", size=len(batch), kind=type(error).__name__)
            for waiting in batch:
                await self._commit([waiting])
        except Exception as error:  # noqa: BLE001 - whatever happened, somebody waits for a word
            _fail(batch, error)
        else:
            crash.point("after_commit")
            self._committed(len(batch), time.monotonic() - began)
            for waiting, verdict in zip(batch, verdicts, strict=True):
                if not waiting.verdict.done():
                    waiting.verdict.set_result(verdict)


def _fail(batch: list[_Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.verdict.done():
            waiting.verdict.set_exception(error)
