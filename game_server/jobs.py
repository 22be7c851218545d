"""The timetable, all of it. Every process may run it; only the holder of one PostgreSQL advisory lock does, and each job by a
lock of its own.

Deadlines are data that these jobs sweep, so a job that runs late or twice does no harm.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

import asyncpg
import msgspec
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from game_server.accounts import mail
from game_server.notifications import absence, sending
from game_server.process import forgetting, gauges, tasks
from game_server.process.clock import wall_offset
from game_server.process.leader import Leader
from game_server.profiles.erasure import forget_erased
from game_server.profiles.surveys import abandon_old_surveys
from game_server.services import Services
from game_server.sessions.actions import abandon_idle
from game_server.subscriptions import sweeps as subscriptions
from storage import accounts, idempotency, logins, sign_ups, upkeep
from storage import mail as outbox
from storage.database import STORE_ERRORS
from storage.upkeep import Run

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
CATCH_UP_EVERY_S = 600.0
RETRY_AFTER = timedelta(hours=1)
"""A daily job that failed is not left for a day."""

REST_S = 3.0
APART_S = 2.0

DONE = "done"
ANONYMOUS_DAYS = 90
RECEIPTS_FOR = timedelta(hours=23)


class Job(msgspec.Struct, frozen=True):
    """Something done again and again; `name` is its row in job_runs. What was done within `pause` is not done again; a run that
    takes longer than `within` is ended, and has failed.
    """

    name: str
    trigger: BaseTrigger
    act: Callable[[Services], Awaitable[object]]
    pause: timedelta = timedelta()
    within: timedelta = timedelta(minutes=10)


def timetable() -> list[Job]:
    return [
        Job("reset_daily_activity_counts", _daily(0, 0), _in_database(upkeep.reset_daily_activity_counts)),
        Job("cleanup_old_anonymous_sessions", _daily(3, 10), _in_database(_cleanup_anonymous)),
        Job("forget_old_secrets", _daily(3, 20), _forget_old_secrets),
        Job("abandon_old_surveys", _daily(3, 30), abandon_old_surveys),
        Job("forget_erased", _every(600), forget_erased),
        Job("abandon_idle_sessions", _every(600), abandon_idle),
        Job("expire_pending_connections", _every(30), _in_database(upkeep.expire_pending_connections)),
        Job("send_mail", _every(10), mail.send_due),
        Job("work_off_events", _every(10), subscriptions.work_off_events),
        Job("expire_subscriptions", _every(3600), subscriptions.expire_subscriptions),
        Job("acknowledge_purchases", _every(600), subscriptions.acknowledge_purchases),
        Job("forget_events", _daily(3, 50), subscriptions.forget_events),
        Job("send_notifications", _every(3), sending.send_due),
        Job("call_back_to_turns", _every(2), absence.call_back),
        Job("forget_notifications", _every(3600), sending.forget_old),
        Job("forget_receipts", _every(600), _forget_receipts),
        Job("rewrite_append_only_file", _daily(3, 40), _rewrite_append_only_file, pause=timedelta(hours=20)),
        Job("rewrite_tables", _weekly("sun", 4), _rewrite_tables, pause=timedelta(days=6), within=timedelta(hours=2)),
    ]


async def run(services: Services, table: Callable[[], list[Job]] = timetable) -> None:
    """Run the timetable whenever this process leads; until cancelled."""
    told = False
    while True:
        try:
            connection = await asyncpg.connect(services.settings.database_worker_url, timeout=5, command_timeout=5)
            told = False
            try:
                await _lead(_Shift(services, Leader(connection), table))
            finally:
                connection.terminate()
        except STORE_ERRORS as error:
            if not told:
                log.warning("timetable_without_database", kind=type(error).__name__)
            told = True
        await asyncio.sleep(LOOK_EVERY_S)


async def run_once(services: Services, job: Job) -> None:
    """One run, recorded in job_runs; what goes wrong is logged and left to the next run. None on a schema that does not fit."""
    if not services.schema.fits:
        return
    try:
        async with services.database.as_service() as connection:
            if job.pause and await upkeep.done_since(connection, job.name, job.pause):
                return
            now = await upkeep.now(connection)
            last = (await upkeep.runs(connection)).get(job.name)
            await upkeep.started(connection, job.name, min(now, next_run(job, last, now)))
        outcome = await _outcome(services, job)
        async with services.database.as_service() as connection:
            await upkeep.finished(connection, job.name, outcome)
    except STORE_ERRORS as error:
        log.warning("job_not_recorded", job=job.name, kind=type(error).__name__)


def next_run(job: Job, last: Run | None, now: datetime) -> datetime:
    """When it is due after its last run: at once where it never ran, where that run did not end, and where it lies in the future,
    because the clock was set; after a failure within RETRY_AFTER.
    """
    if last is None or last.last_started_at > now:
        return now
    began = last.last_started_at
    if last.last_finished_at is None or last.last_finished_at < began:
        return began
    done = last.last_outcome == DONE
    rested = max(began, last.last_finished_at + job.pause) if done else began
    due: datetime = job.trigger.get_next_fire_time(rested, rested)
    return due if done else min(due, began + RETRY_AFTER)


def lags(runs: Mapping[str, Run], now: datetime) -> dict[str, float]:
    """How many seconds ago each job should have begun again; of one that never ran nobody knows when it should have."""
    return {
        job.name: max(
            0.0,
            (now - next_run(job, msgspec.structs.replace(last, last_finished_at=_ended(last)), now)).total_seconds(),
        )
        for job in _known()
        if (last := runs.get(job.name))
    }


def _ended(last: Run) -> datetime:
    """A run that is under way is not late for itself."""
    return max(last.last_finished_at or last.last_started_at, last.last_started_at)


@cache
def _known() -> list[Job]:
    return timetable()


async def _outcome(services: Services, job: Job) -> str:
    try:
        async with asyncio.timeout(job.within.total_seconds()):
            await job.act(services)
    except Exception as error:
        log.exception("job_failed", job=job.name)
        return type(error).__name__
    return DONE


class _Shift:
    """The jobs that run in this process while it leads, beside each other: one that hangs holds up no other."""

    def __init__(self, services: Services, leader: Leader, table: Callable[[], list[Job]]) -> None:
        self.leader, self.table, self._services = leader, table, services
        self._running: dict[str, asyncio.Task[None]] = {}
        self._over = False

    async def start(self, job: Job) -> None:
        """Run it in the background, unless it runs still."""
        self._start(job.name, lambda: self._run(job))

    def catch_up(self) -> None:
        """The same for what was due while nobody led, what died with who led before, and what failed: once each."""
        self._start("catch up", self._catch_up)

    def _start(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        running = self._running.get(name)
        if not self._over and (running is None or running.done()):
            self._running[name] = tasks.start(work(), name=f"job {name}")

    async def _catch_up(self) -> None:
        """One after the other, for they share the rooms' connections; but none is waited for long."""
        try:
            async with self._services.database.as_service() as connection:
                now, runs = await upkeep.now(connection), await upkeep.runs(connection)
        except STORE_ERRORS as error:
            log.warning("nothing_caught_up", kind=type(error).__name__)
            return
        for job in self.table():
            if next_run(job, runs.get(job.name), now) <= now:
                await self.start(job)
                if job.name in self._running:
                    await asyncio.wait([self._running[job.name]], timeout=APART_S)

    async def rest(self) -> None:
        """The process ends: what is nearly done may be done, so that no mail is sent twice for it."""
        self._over = True
        if running := [task for task in self._running.values() if not task.done()]:
            await asyncio.wait(running, timeout=REST_S)

    async def end(self) -> None:
        """The locks are gone or will be: nothing may run on."""
        self._over = True
        await tasks.stop(*self._running.values())

    async def _run(self, job: Job) -> None:
        try:
            if not await self.leader.take(job.name):
                log.info("job_runs_elsewhere", job=job.name)
                return
        except STORE_ERRORS:
            return  # whoever leads sees it too
        try:
            await run_once(self._services, job)
        finally:
            await self.leader.give(job.name)


async def _lead(shift: _Shift) -> None:
    """Wait for the lock, run the timetable until the session that holds it is lost. Raises STORE_ERRORS."""
    while not await shift.leader.lead():  # noqa: ASYNC110 - only PostgreSQL knows
        await asyncio.sleep(LOOK_EVERY_S)
    log.info("timetable_led_here")
    gauges.TIMETABLE_LED.set(1)
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.start()
    try:
        looked = offset = None
        while True:
            await shift.leader.is_alive()
            moved = offset is not None and abs(wall_offset() - offset) > LOOK_EVERY_S
            if moved:
                log.warning("clock_was_set", seconds=round(wall_offset() - (offset or 0)))
            if moved or offset is None:
                offset = wall_offset()
                _schedule(scheduler, shift)
            if moved or looked is None or time.monotonic() - looked > CATCH_UP_EVERY_S:
                looked = time.monotonic()
                shift.catch_up()
            await asyncio.sleep(LOOK_EVERY_S)
    except asyncio.CancelledError:
        await shift.rest()
        raise
    finally:
        gauges.TIMETABLE_LED.set(0)
        scheduler.shutdown(wait=False)
        await shift.end()


def _schedule(scheduler: AsyncIOScheduler, shift: _Shift) -> None:
    """Count from now: the scheduler keeps moments of the machine's clock, and when that was set back every job would wait until
    they come again.
    """
    for job in shift.table():
        scheduler.add_job(
            shift.start, job.trigger, (job,), id=job.name, coalesce=True, misfire_grace_time=60, replace_existing=True
        )


def _in_database(act: Callable[[asyncpg.Connection], Awaitable[None]]) -> Callable[[Services], Awaitable[None]]:
    async def in_database(services: Services) -> None:
        async with services.database.as_service() as connection:
            await act(connection)

    return in_database


async def _forget_old_secrets(services: Services) -> None:
    """Logins and one-time tokens a month after their end; answers kept for retries after a day; sign-ups not confirmed."""
    now = services.clock.now()
    async with services.database.as_service() as connection:
        await logins.forget_before(connection, now - timedelta(days=30))
        await idempotency.forget_before(connection, now - timedelta(days=1))
        await outbox.forget_before(connection, now - timedelta(days=1))
        await accounts.forget_attempts_before(connection, now - timedelta(days=1))
        await sign_ups.forget_before(connection, now)


async def _forget_receipts(services: Services) -> None:
    """Receipts of an erasure that could not be sent for a day: the address is not kept for them."""
    async with services.database.as_service() as connection:
        await outbox.drop_before(connection, "erased", services.clock.now() - RECEIPTS_FOR)


async def _rewrite_append_only_file(services: Services) -> None:
    await forgetting.rewrite_append_only_file(services.settings, services.redis)


async def _rewrite_tables(services: Services) -> None:
    await forgetting.rewrite_tables(services.settings)


async def _cleanup_anonymous(connection: asyncpg.Connection) -> None:
    await upkeep.cleanup_old_anonymous_sessions(connection, ANONYMOUS_DAYS)


def _daily(hour: int, minute: int) -> BaseTrigger:
    return CronTrigger(hour=hour, minute=minute, timezone=UTC)


def _weekly(day: str, hour: int) -> BaseTrigger:
    return CronTrigger(day_of_week=day, hour=hour, timezone=UTC)


def _every(seconds: int) -> BaseTrigger:
    return IntervalTrigger(seconds=seconds, timezone=UTC)
