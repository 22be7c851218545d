"""Wake-ups between processes through Redis: one supervised subscription, one pipeline a flush, one delivery probe.

A lost wake-up costs latency, never correctness: whoever sees a hole reads the log. The reader reconnects for ever; after every
reconnect the listeners are told, so that they catch up from the log. While Redis is away `connected` is False and the rooms
poll their heads. A probe published every PROBE_S must come back through the subscription, or the connection is made anew:
that finds a Redis which keeps connections open and says nothing. With each probe something is written on every server, because
one that only reads, or is full, still rings bells, while nobody comes into a room.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec
import redis.asyncio as redis
import structlog

from game_server.process import gauges, tasks
from storage import crash
from storage.keyspace import Keyspace
from storage.redis_connections import REDIS_ERRORS, TIMEOUTS, is_lost
from storage.redis_trouble import MEANING, Trouble, why

log = structlog.get_logger()

EVERYBODY = "bell:everybody"
PROBE_S = 1.0
PROBE_LOST_S = 3.0
CONFIRM_S = 1.0
WRITTEN_FOR_S = 60
WITHOUT_REDIS = "Rooms go on without Redis, but nobody comes into one."

Listener = Callable[[bytes], None]
Queued = Callable[["redis.client.Pipeline"], object]


class Kick(msgspec.Struct, frozen=True, tag_field="k", tag="kick"):
    """Close the sockets of this person, or of one login."""

    actor: str
    login: str | None = None


class Hub:
    """Channels of this process. `listen` hears one, `publish` rings one; both work through a Redis that comes and goes."""

    def __init__(self, connection: Keyspace, name: str) -> None:
        self._redis = connection
        self._name = name
        self._listeners: dict[str, set[Listener]] = {}
        self._confirmed: dict[str, asyncio.Event] = {}
        self._queue: list[Queued] = []
        self._flushing = False
        self._pubsub: redis.client.PubSub | None = None
        self._unheard_s = 0.0
        self._late = False
        self._tasks: list[asyncio.Task[None]] = []
        self._heard_at = self._written = 0.0
        self._troubled = 0.0
        self.trouble: Trouble | None = None
        self.connected = False
        self.draining = False
        self._ended = False
        self._flush_task: asyncio.Task[None] | None = None
        self.on_reconnect: list[Callable[[], Awaitable[None]]] = []

    async def start(self) -> None:
        """Begin to read; returns once the subscription stands, or after a second without."""
        self.listen(self._probe_channel, self._probe_came)
        ready = self._confirmed.setdefault(self._probe_channel, asyncio.Event())
        self._tasks = [
            tasks.start(self._read(), name="hub reader", vital=True),
            tasks.start(self._probe(), name="hub probe", vital=True),
        ]
        await _within(CONFIRM_S, ready.wait())

    async def stop(self) -> None:
        """End the subscription, and send what waits; what is queued afterwards is dropped."""
        await tasks.stop(*self._tasks)
        self._lost()
        if self._flush_task:
            await asyncio.wait([self._flush_task])
        self._ended = True

    def listen(self, channel: str, listener: Listener) -> None:
        """Hear a channel; the subscription follows (see `listening`)."""
        listeners = self._listeners.setdefault(channel, set())
        if not listeners and self._pubsub is not None:
            tasks.start(self._subscribe(channel), name="subscribe")
        listeners.add(listener)

    def unlisten(self, channel: str, listener: Listener) -> None:
        """Stop hearing it."""
        listeners = self._listeners.get(channel, set())
        listeners.discard(listener)
        if not listeners and self._listeners.pop(channel, None) is not None:
            self._confirmed.pop(channel, None)
            if self._pubsub is not None:
                tasks.start(self._unsubscribe(channel), name="unsubscribe")

    async def listening(self, channel: str) -> bool:
        """Wait until Redis has confirmed the subscription; False when it does not within a second, or is away."""
        if not self.connected:
            return False
        return await _within(CONFIRM_S, self._confirmed.setdefault(channel, asyncio.Event()).wait())

    def publish(self, channel: str, message: bytes) -> None:
        """Ring a channel, soon."""
        self.queue(lambda pipeline: pipeline.publish(channel, message))

    def queue(self, operation: Queued) -> None:
        """Put an operation into the next flush; it is dropped when Redis is away."""
        self._queue.append(operation)
        if not self._flushing:
            self._flushing = True
            self._flush_task = tasks.start(self._flush(), name="hub flush")

    def delivers(self) -> bool:
        """Has a probe come back lately?"""
        return self.connected and self._unheard_s < PROBE_LOST_S

    async def kick_actor(self, actor: str, *, login: str | None = None) -> None:
        """Close this person's sockets everywhere (those of one login, when it is given)."""
        message = msgspec.json.encode(Kick(actor, login))
        self._hear(EVERYBODY, message)
        self.publish(EVERYBODY, message)

    async def _flush(self) -> None:
        try:
            while self._queue:
                batch, self._queue = self._queue, []
                await self._send(batch)
        finally:
            self._flushing = False

    async def _send(self, batch: list[Queued]) -> None:
        if self._ended:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for operation in batch:
                    operation(pipeline)
                crash.point("before_publish")
                answers = await pipeline.execute(raise_on_error=False)
                crash.point("after_publish")
        except REDIS_ERRORS as error:
            log.debug("bell_lost", kind=type(error).__name__, size=len(batch))
            answers = [error]
        if self._write in batch:
            self._wrote([answer for answer in answers if isinstance(answer, Exception)])

    async def _read(self) -> None:
        wait = 0.05
        while True:
            try:
                await self._redis.find()
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(EVERYBODY, *self._listeners)
                    self._pubsub = pubsub
                    self._unheard_s = 0.0
                    self.connected = True
                    wait = 0.05
                    tasks.start(self._reconnected(), name="catch up")
                    await self._hear_until_silent(pubsub)
            except (*REDIS_ERRORS, RuntimeError) as error:
                self._tell("redis_lost" if self.connected else "redis_away", self._word(error))
            self._lost()
            await asyncio.sleep(wait)
            wait = min(wait * 2, 1.0)

    async def _hear_until_silent(self, pubsub: "redis.client.PubSub") -> None:
        while self._unheard_s < PROBE_LOST_S:
            since = time.monotonic()
            message = await pubsub.get_message(timeout=PROBE_S)
            # No more than was listened for: while this process stood still itself, the probe may have come and waits to be read.
            self._unheard_s += min(time.monotonic() - since, PROBE_S)
            if message is None:
                continue
            channel = message["channel"].decode()
            if message["type"] == "subscribe":
                self._confirmed.setdefault(channel, asyncio.Event()).set()
            elif message["type"] == "message":
                self._hear(channel, message["data"])
        raise TimeoutError

    def _wrote(self, errors: list[Exception]) -> None:
        """What came of writing on every server. Who refuses has more to say than who does not answer."""
        if not errors:
            self._written, self._late = time.monotonic(), False
            self._settle()
            return
        # One that is late is no trouble yet: a process that stood still itself has let the time of its own question run out.
        late, self._late = self._late, all(isinstance(error, TIMEOUTS) for error in errors)
        if late or not self._late:
            self._tell("redis_refuses", self._word(min(errors, key=is_lost)))

    def _word(self, error: BaseException) -> Trouble:
        word = why(error)
        return "part_away" if word == "away" and self._redis.answers_in_part else word

    def _tell(self, event: str, trouble: Trouble) -> None:
        """Once until it is over; also when Redis was never there, as with a wrong address or password."""
        self._troubled = time.monotonic()
        if self.trouble != trouble:
            self.trouble = trouble
            log.warning(event, why=trouble, meaning=f"{WITHOUT_REDIS} {MEANING[trouble]}")

    def _settle(self) -> None:
        """It is over when a probe has come back, and something was written everywhere, since."""
        if self.trouble and min(self._written, self._heard_at) > self._troubled:
            self.trouble = None
            log.info("redis_back")

    def _lost(self) -> None:
        self.connected = False
        self._pubsub = None
        for confirmed in self._confirmed.values():
            confirmed.clear()

    async def _reconnected(self) -> None:
        for told in self.on_reconnect:
            await told()

    def _hear(self, channel: str, message: bytes) -> None:
        for listener in tuple(self._listeners.get(channel, ())):
            try:
                listener(message)
            except Exception:
                log.exception("listener_failed", channel=channel.partition(":")[0])

    async def _subscribe(self, channel: str) -> None:
        await self._say(channel, subscribe=True)

    async def _unsubscribe(self, channel: str) -> None:
        await self._say(channel, subscribe=False)

    async def _say(self, channel: str, *, subscribe: bool) -> None:
        pubsub = self._pubsub
        if pubsub is None or (channel in self._listeners) != subscribe:
            return  # it changed meanwhile, or the reader subscribes to everything when it is back
        try:
            await (pubsub.subscribe(channel) if subscribe else pubsub.unsubscribe(channel))
        except (*REDIS_ERRORS, RuntimeError) as error:
            log.debug("subscribe_lost", kind=type(error).__name__)

    @property
    def _probe_channel(self) -> str:
        return f"bell:probe:{self._name}"

    def _probe_came(self, message: bytes) -> None:
        self._unheard_s, self._heard_at = 0.0, time.monotonic()
        gauges.BELL_SECONDS.observe(self._heard_at - float(message))
        self._settle()

    def _write(self, pipeline: "redis.client.Pipeline") -> None:
        for key in self._redis.samples:
            pipeline.set(key, b"", ex=WRITTEN_FOR_S)

    async def _probe(self) -> None:
        while True:
            if self.connected:
                self.publish(self._probe_channel, str(time.monotonic()).encode())
                self.queue(self._write)
            await asyncio.sleep(PROBE_S)


async def _within(seconds: float, waiting: Awaitable[object]) -> bool:
    try:
        await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        return False
    return True
