"""The timetable, all of it. Every process may run it; only the holder of one PostgreSQL advisory lock does.

The lock belongs to a session of its own: when its process dies, PostgreSQL gives it to the next. Deadlines are data that
these jobs sweep, so a job that runs late, twice or in two processes for a moment does no harm.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

import asyncpg
import msgspec
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from game_server.accounts import mail
from game_server.notifications import absence, sending
from game_server.process import forgetting
from game_server.process.clock import wall_offset
from game_server.profiles.erasure import forget_erased
from game_server.profiles.surveys import abandon_old_surveys
from game_server.services import Services
from game_server.sessions.actions import abandon_idle
from game_server.subscriptions import sweeps as subscriptions
from storage import accounts, idempotency, logins, upkeep
from storage import mail as outbox
from storage.database import STORE_ERRORS

log = structlog.get_logger(__name__)

LEADER_LOCK = 0x617474756E6564  # "attuned"
LOOK_EVERY_S = 1.0
ANONYMOUS_DAYS = 90
RECEIPTS_FOR = timedelta(hours=23)


class Job(msgspec.Struct, frozen=True):
    """Something done again and again; `name` is its row in job_runs. What was done within `pause` is not done again."""

    name: str
    trigger: BaseTrigger
    act: Callable[[Services], Awaitable[object]]
    pause: timedelta = timedelta()


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
        Job("rewrite_tables", _weekly("sun", 4), _rewrite_tables, pause=timedelta(days=6)),
    ]


async def run(services: Services) -> None:
    """Run the timetable whenever this process leads; until cancelled."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for job in timetable():
        scheduler.add_job(
            run_once, job.trigger, (services, job), id=job.name, coalesce=True, max_instances=1, misfire_grace_time=60
        )
    scheduler.start(paused=True)
    told = False
    try:
        while True:
            try:
                connection = await asyncpg.connect(services.settings.database_worker_url, timeout=5, command_timeout=5)
                told = False
                await _lead(services, scheduler, connection)
            except STORE_ERRORS as error:
                if not told:
                    log.warning("timetable_without_database", kind=type(error).__name__)
                told = True
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        scheduler.shutdown(wait=False)


async def run_once(services: Services, job: Job) -> None:
    """One run, recorded in job_runs; what goes wrong is logged and left to the next run."""
    try:
        async with services.database.as_service() as connection:
            if job.pause and await upkeep.done_since(connection, job.name, job.pause):
                return
            await upkeep.started(connection, job.name)
        outcome = await _outcome(services, job)
        async with services.database.as_service() as connection:
            await upkeep.finished(connection, job.name, outcome)
    except STORE_ERRORS as error:
        log.warning("job_not_recorded", job=job.name, kind=type(error).__name__)


async def _outcome(services: Services, job: Job) -> str:
    try:
        await job.act(services)
    except Exception as error:
        log.exception("job_failed", job=job.name)
        return type(error).__name__
    return "done"


async def _lead(services: Services, scheduler: AsyncIOScheduler, connection: asyncpg.Connection) -> None:
    """Wait for the lock, run the timetable until the session that holds it is lost."""
    try:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY_S)
        log.info("timetable_led_here")
        await _catch_up(services, scheduler)
        scheduler.resume()
        offset = wall_offset()
        while True:
            await connection.execute("SELECT 1")  # raises when the session, and with it the lock, is gone
            if abs(wall_offset() - offset) > LOOK_EVERY_S:
                log.warning("clock_was_set", seconds=round(wall_offset() - offset))
                offset = wall_offset()
                await _catch_up(services, scheduler)
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        scheduler.pause()
        connection.terminate()


async def _catch_up(services: Services, scheduler: AsyncIOScheduler) -> None:
    """Run what the clock passed while nobody led, or in one step, and count from now: the scheduler keeps moments of the
    machine's clock, and when that was set back every job would wait until they come again.
    """
    for job in timetable():
        await run_once(services, job)
    for job in timetable():
        scheduler.reschedule_job(job.name, trigger=job.trigger)


def _in_database(act: Callable[[asyncpg.Connection], Awaitable[None]]) -> Callable[[Services], Awaitable[None]]:
    async def in_database(services: Services) -> None:
        async with services.database.as_service() as connection:
            await act(connection)

    return in_database


async def _forget_old_secrets(services: Services) -> None:
    """Logins and one-time tokens a month after their end; answers kept for retries after a day."""
    now = services.clock.now()
    async with services.database.as_service() as connection:
        await logins.forget_before(connection, now - timedelta(days=30))
        await idempotency.forget_before(connection, now - timedelta(days=1))
        await outbox.forget_before(connection, now - timedelta(days=1))
        await accounts.forget_attempts_before(connection, now - timedelta(days=1))


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
