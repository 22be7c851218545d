"""Running the timetable. Every process may; only the holder of one PostgreSQL advisory lock does, and each job by a lock of its
own.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta

import asyncpg
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from game_server.keeping.making import NoBackup
from game_server.keeping.shelves import ShelfAway
from game_server.process import gauges, tasks
from game_server.process.clock import wall_offset
from game_server.process.leader import Leader
from game_server.services import Services
from game_server.timetable import DONE, Job, next_run, timetable
from storage import upkeep
from storage.database import STORE_ERRORS
from storage.upkeep import Run

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
CATCH_UP_EVERY_S = 600.0
REST_S = 3.0
SAID = (NoBackup, ShelfAway)
"""What goes wrong with the world and not with us, and was said in a sentence: no traceback follows."""
APART_S = 2.0


async def run(services: Services, table: Callable[[], list[Job]] = timetable) -> None:
    """Run the timetable whenever this process leads; until cancelled."""
    told = False
    while True:
        try:
            connection = await asyncpg.connect(services.settings.database_worker_url, timeout=5, command_timeout=5)
            told = False
            try:
                await _lead(Shift(services, Leader(connection), table))
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


async def _outcome(services: Services, job: Job) -> str:
    try:
        async with asyncio.timeout(job.within.total_seconds()):
            await job.act(services)
    except SAID as error:
        log.error("job_failed", job=job.name, kind=type(error).__name__)  # noqa: TRY400 - its sentence stands above it
        return type(error).__name__
    except Exception as error:
        log.exception("job_failed", job=job.name)
        return type(error).__name__
    return DONE


class Shift:
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

    async def due(self) -> dict[str, float]:
        """In how many seconds each job is due after its last run, whoever led then; without those that are overdue, for they are
        caught up. Empty where the runs cannot be read.
        """
        try:
            now, runs = await self._recorded()
        except STORE_ERRORS as error:
            log.warning("last_runs_not_known", kind=type(error).__name__)
            return {}
        found = {job.name: (next_run(job, runs.get(job.name), now) - now).total_seconds() for job in self.table()}
        return {name: seconds for name, seconds in found.items() if seconds > 0}

    async def _recorded(self) -> tuple[datetime, dict[str, Run]]:
        async with self._services.database.as_service() as connection:
            return await upkeep.now(connection), await upkeep.runs(connection)

    async def _catch_up(self) -> None:
        """One after the other, for they share the rooms' connections; but none is waited for long."""
        try:
            now, runs = await self._recorded()
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


async def _lead(shift: Shift) -> None:
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
                schedule(scheduler, shift.table(), shift.start, await shift.due())
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


def schedule(
    scheduler: AsyncIOScheduler,
    table: list[Job],
    start: Callable[[Job], Coroutine[None, None, None]],
    due: Mapping[str, float],
) -> None:
    """Count from now: the scheduler keeps moments of the machine's clock, and when that was set back every job would wait until
    they come again. A job that is `due` in so many seconds keeps that moment: counted from now by each new leader, one with a
    long interval would never come where leaders change more often than that. Those that have none are overdue.
    """
    now = datetime.now(UTC)  # noqa: TID251 - the scheduler reads the machine's clock
    for job in table:
        first = {"next_run_time": now + timedelta(seconds=due[job.name])} if job.name in due else {}
        scheduler.add_job(
            start,
            job.trigger,
            (job,),
            id=job.name,
            coalesce=True,
            misfire_grace_time=60,
            replace_existing=True,
            **first,
        )
