"""The timetable as an operator sees it: every job's last and next run, whether anybody runs it; and one job run by hand."""

import re
from datetime import datetime, timedelta

import asyncpg
import msgspec

from game_server import jobs
from game_server.commands.opening import run, services_for, stores, worker_connection
from game_server.process import leader
from game_server.process.exits import CannotRunError
from game_server.process.leader import Leader
from game_server.settings import Settings
from game_server.timetable import DONE, Job, next_run, timetable
from storage import upkeep
from storage.embedded import Step
from storage.upkeep import Run

LATE_AFTER = timedelta(minutes=1)

__all__ = ["DONE", "Listed", "Told", "at", "lines", "run_now", "told", "when"]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One job. `state`: never, running, died (its process did, in the middle), `done`, or the kind of what went wrong.

    `seconds` is how long the last run took, `lag_seconds` how late it began, `overdue_seconds` how late the next one is already.
    """

    name: str
    when: str
    state: str
    last_started_at: datetime | None
    last_done_at: datetime | None
    seconds: float | None
    lag_seconds: float | None
    next_run_at: datetime
    overdue_seconds: float


class Told(msgspec.Struct, frozen=True):
    """The timetable at a moment; `led`: some process runs it."""

    now: datetime
    led: bool
    jobs: list[Listed]

    @property
    def healthy(self) -> bool:
        """Is it run, does nothing fail, and is nothing late?"""
        return self.led and not self.failed and not self.late

    @property
    def failed(self) -> list[str]:
        """Jobs that never ran, or did not end well when they ran last."""
        return [job.name for job in self.jobs if job.state not in ("done", "running")]

    @property
    def late(self) -> list[str]:
        """Jobs that should have begun a while ago."""
        return [job.name for job in self.jobs if job.overdue_seconds > LATE_AFTER.total_seconds()]


def told(settings: Settings, *, step: Step) -> Told:
    """Every job of the timetable. Raises CannotRunError."""
    with stores(settings, step) as (opened, _own):

        async def look() -> Told:
            async with worker_connection(opened) as connection:
                return await at(connection)

        return run(look())


async def at(connection: asyncpg.Connection) -> Told:
    """The same of an open database, as the server itself."""
    now, runs = await upkeep.now(connection), await upkeep.runs(connection)
    led, running = await leader.held(connection, [job.name for job in timetable()])
    found = [_listed(job, runs.get(job.name), now, running=job.name in running) for job in timetable()]
    return Told(now, led, found)


def run_now(settings: Settings, name: str, *, step: Step) -> str:
    """Run a job, recorded as any run; how it ended. Raises CannotRunError where there is no such job, or it runs already."""
    job = next((one for one in timetable() if one.name == name), None)
    if job is None:
        known = ", ".join(one.name for one in timetable())
        raise CannotRunError(f"There is no job {name!r}. Those there are: {known}.")
    by_hand = msgspec.structs.replace(job, pause=timedelta())
    with stores(settings, step) as (opened, _own):

        async def run_it() -> str:
            async with services_for(opened) as services:
                connection = await asyncpg.connect(services.settings.database_worker_url, timeout=5, command_timeout=5)
                try:
                    if not await Leader(connection).take(name):
                        raise CannotRunError(f"{name} runs already, in another process. Look again in a while.")
                    await jobs.run_once(services, by_hand)
                    runs = await upkeep.runs(connection)
                finally:
                    connection.terminate()
            return (runs[name].last_outcome if name in runs else None) or "not recorded"

        return run(run_it())


def lines(found: Told) -> list[str]:
    """For people, a line a job."""
    width = max(len(job.name) for job in found.jobs)
    told = [f"{job.name:<{width}}  {job.when:<12}  {_state(job, found.now)}" for job in found.jobs]
    if not found.led:
        told.append(
            "Nobody runs the timetable: start `game-server worker`, or `game-server serve` on the embedded stores."
        )
    return told


def when(job: Job) -> str:
    """`cron[hour='3', minute='10']` and `interval[0:10:00]`, for people."""
    trigger = str(job.trigger)
    inside = trigger.partition("[")[2].rstrip("]")
    if trigger.startswith("interval"):
        hours, minutes, seconds = map(int, inside.split(":"))
        return f"every {hours * 60 + minutes} min" if hours or minutes else f"every {seconds} s"
    parts = dict(re.findall(r"(\w+)='(\w+)'", inside))
    at = f"{int(parts['hour']):02}:{int(parts.get('minute', 0)):02}"
    return f"{parts['day_of_week']} {at}" if "day_of_week" in parts else f"daily {at}"


def _listed(job: Job, last: Run | None, now: datetime, *, running: bool) -> Listed:
    due = next_run(job, last, now)
    ended = last is not None and last.last_finished_at is not None and last.last_finished_at >= last.last_started_at
    state = "running" if running else "never" if last is None else last.last_outcome if ended else "died"
    took = last.last_finished_at - last.last_started_at if last and last.last_finished_at and ended else None
    late = last.last_started_at - last.last_due_at if last and last.last_due_at else None
    return Listed(
        name=job.name,
        when=when(job),
        state=state or "never",
        last_started_at=last.last_started_at if last else None,
        last_done_at=last.last_done_at if last else None,
        seconds=round(took.total_seconds(), 3) if took is not None else None,
        lag_seconds=round(max(0.0, late.total_seconds()), 3) if late is not None else None,
        next_run_at=due,
        overdue_seconds=0.0 if running else round(max(0.0, (now - due).total_seconds()), 3),
    )


def _state(job: Listed, now: datetime) -> str:
    parts = [job.state if job.state in ("done", "running", "never", "died") else f"FAILED with {job.state}"]
    if job.last_started_at is not None:
        parts[0] += f" {_span(now - job.last_started_at)} ago"
    if job.state not in ("done", "running", "never") and job.last_done_at is not None:
        parts.append(f"last done {_span(now - job.last_done_at)} ago")
    if job.seconds is not None:
        parts.append(f"took {job.seconds:.2f} s")
    if job.lag_seconds is not None and job.lag_seconds >= 1:
        parts.append(f"began {_span(timedelta(seconds=job.lag_seconds))} late")
    late = job.overdue_seconds > LATE_AFTER.total_seconds()
    parts.append(f"OVERDUE since {_span(now - job.next_run_at)}" if late else f"next in {_span(job.next_run_at - now)}")
    return ", ".join(parts)


def _span(length: timedelta) -> str:
    """A length of time in its largest whole unit."""
    seconds = max(0, round(length.total_seconds()))
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"
