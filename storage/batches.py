"""Sharing a statement: what arrives while one is under way goes into the next, so that many at once cost little more than one.

No waiting is added: the next batch starts when the previous one ends.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Generic, Protocol, TypeVar

import asyncpg
import msgspec
import structlog

log = structlog.get_logger()

T = TypeVar("T")
R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)

MOST_IN_A_BATCH = 12
BEGUN_WITHIN_S = 5.0

_OF_ONE = (asyncpg.PostgresError, msgspec.MsgspecError, ValueError, TypeError, LookupError)
"""What may be wrong with one item of a batch, as opposed to a store that is away."""

Spawn = Callable[[str, Coroutine[Any, Any, None]], object]
"""Starts a kept background task."""


def _any_company() -> Callable[[Any], bool]:
    return lambda _: True


class Answer(Protocol[R_contra]):
    """Where an item's answer goes: a future, or something that goes on by itself and never raises."""

    def done(self) -> bool:
        """Does nobody wait any more?"""

    def set_result(self, result: R_contra, /) -> None:
        """The answer."""

    def set_exception(self, exception: BaseException, /) -> None:
        """What was raised instead."""


class _Waiting(msgspec.Struct, Generic[T, R], eq=False):
    item: T
    answer: Answer[R]
    patience: asyncio.TimerHandle | None


class Batches(Generic[T, R]):
    """`act` takes a batch and gives an answer each, in order; a batch that PostgreSQL refuses, or in which something cannot be
    understood, is tried one by one.

    `company` makes, for each new batch, the question whether one more item may go with those it has said yes to; who may not
    waits for the next. Without `begun_within_s` an item waits however long. After `at_once` answers others have their turn.
    """

    def __init__(
        self,
        name: str,
        act: Callable[[list[T]], Awaitable[list[R]]],
        spawn: Spawn,
        *,
        begun_within_s: float | None = BEGUN_WITHIN_S,
        most: int = MOST_IN_A_BATCH,
        company: Callable[[], Callable[[T], bool]] = _any_company,
        at_once: int | None = None,
    ) -> None:
        self._name = name
        self._act = act
        self._spawn = spawn
        self._begun_within_s = begun_within_s
        self._most = most
        self._company = company
        self._at_once = at_once or most
        self._waiting: list[_Waiting[T, R]] = []
        self._resting = asyncio.Event()
        self._resting.set()

    async def ask(self, item: T) -> R:
        """Wait for the answer to one item. Raises TimeoutError where its batch does not begin in time, else what `act` raised:
        of what that wrote, the outcome is then unknown."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        within = self._begun_within_s
        patience = None if within is None else loop.call_later(within, _give_up, answer)
        self.hand(item, answer, patience)
        return await answer

    def hand(self, item: T, answer: Answer[R], patience: asyncio.TimerHandle | None = None) -> None:
        """The same without a future: the answer is told what `ask` returns or raises. It waits however long."""
        self._waiting.append(_Waiting(item, answer, patience))
        if self._resting.is_set():
            self._resting.clear()
            self._spawn(self._name, self._run())

    async def rest(self) -> None:
        """Return when nothing is waiting or under way."""
        await self._resting.wait()

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._answer(self._take())
        finally:
            self._resting.set()

    def _take(self) -> list[_Waiting[T, R]]:
        """The oldest first, as many as go together."""
        batch: list[_Waiting[T, R]] = []
        later: list[_Waiting[T, R]] = []
        goes_with = self._company()
        for waiting in self._waiting:
            if len(batch) < self._most and goes_with(waiting.item):
                batch.append(waiting)
                if waiting.patience:
                    waiting.patience.cancel()
            else:
                later.append(waiting)
        self._waiting = later
        return [waiting for waiting in batch if not waiting.answer.done()]

    async def _answer(self, batch: list[_Waiting[T, R]]) -> None:
        if not batch:
            return
        try:
            answers = await self._act([waiting.item for waiting in batch])
            answered = list(zip(batch, answers, strict=True))
        except _OF_ONE as error:
            if len(batch) == 1 or isinstance(error, asyncpg.PostgresConnectionError):
                _fail(batch, error)
                return
            log.warning("batch_split", batch=self._name, size=len(batch), kind=type(error).__name__)
            for waiting in batch:
                await self._answer([waiting])
        except Exception as error:  # noqa: BLE001 - whatever happened, somebody waits for a word
            _fail(batch, error)
        else:
            for place, (waiting, answer) in enumerate(answered):
                if place and not place % self._at_once:
                    await asyncio.sleep(0)
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)


def numbered(items: Iterable[msgspec.Struct]) -> str:
    """The items as a JSON array, each with its place in it as `i`."""
    rows = (b'{"i":%d,' % place + msgspec.json.encode(item)[1:] for place, item in enumerate(items))
    return (b"[" + b",".join(rows) + b"]").decode()


def _give_up(answer: asyncio.Future[Any]) -> None:
    if not answer.done():
        answer.set_exception(TimeoutError("what went before took too long"))


def _fail(batch: list[_Waiting[Any, Any]], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
