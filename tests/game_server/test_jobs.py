"""The timetable: one process leads, another takes over, and a job that fails is only recorded."""

import asyncio
import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from structlog.testing import capture_logs

from game_server import jobs
from game_server.commands.timetable import Told, lines, run_now
from game_server.jobs import run_once
from game_server.keeping.making import NoBackup
from game_server.process import leader, tasks
from game_server.process.exits import CannotRunError
from game_server.process.leader import LEADER_LOCK
from game_server.timetable import Job, next_run, timetable
from storage.upkeep import Run
from tests.support.given_back import GivenBackBroken
from tests.support.person import Person
from tests.support.server_process import game_server


@pytest.fixture
async def admin(database_url):
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def holders(admin: asyncpg.Connection) -> list[int]:
    rows = await admin.fetch(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = $1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        LEADER_LOCK,
    )
    return [row["pid"] for row in rows]


async def until(admin: asyncpg.Connection, holds: Callable[[list[int]], bool]) -> list[int]:
    async with asyncio.timeout(30):
        while not holds(found := await holders(admin)):  # noqa: ASYNC110 - only PostgreSQL knows
            await asyncio.sleep(0.05)
    return found


async def test_of_two_processes_one_leads_and_the_other_takes_over_when_its_session_ends(services, admin):
    two = [tasks.start(jobs.run(services), name=f"jobs {number}") for number in (1, 2)]
    (first,) = await until(admin, lambda found: len(found) == 1)
    await admin.execute("SELECT pg_terminate_backend($1)", first)
    (second,) = await until(admin, lambda found: len(found) == 1 and found != [first])
    assert second != first
    await tasks.stop(*two)
    await until(admin, lambda found: not found)


class Bell:
    """Counts what was done; `done(n)` returns when it was done so often."""

    def __init__(self) -> None:
        self.count, self._changed = 0, asyncio.Condition()

    async def ring(self, _services: object = None) -> None:
        async with self._changed:
            self.count += 1
            self._changed.notify_all()

    async def done(self, count: int) -> None:
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(lambda: self.count >= count)


def silent(_text: str) -> nullcontext[None]:
    return nullcontext()


def daily(name: str, act, **more) -> Job:
    return Job(name, timetable()[0].trigger, act, **more)


async def ran(admin: asyncpg.Connection, name: str, ago: timedelta, outcome: str | None = "done") -> None:
    """A run of a job in the past; without an outcome it did not end."""
    await admin.execute(
        "INSERT INTO job_runs (name, last_started_at, last_finished_at, last_outcome)"
        " VALUES ($1, now() - $2::interval, CASE WHEN $3::text IS NOT NULL THEN now() - $2::interval END, $3)",
        *(name, ago, outcome),
    )


async def test_what_was_missed_is_made_up_once_and_by_one_and_what_was_not_is_left(services, admin):
    missed, done, died, end = Bell(), Bell(), Bell(), Bell()
    await ran(admin, "missed", timedelta(days=3))
    await ran(admin, "in time", timedelta())
    await ran(admin, "died", timedelta(minutes=1), outcome=None)
    table = [
        daily("missed", missed.ring),
        daily("in time", done.ring),
        daily("died", died.ring),
        daily("last", end.ring),
    ]
    two = [tasks.start(jobs.run(services, lambda: table), name=f"jobs {number}") for number in (1, 2)]
    for bell in (missed, died, end):
        await bell.done(1)
    (first,) = await until(admin, lambda found: len(found) == 1)
    await until_outcome(admin, "missed", "died", "last")
    await admin.execute("SELECT pg_terminate_backend($1)", first)
    await until(admin, lambda found: len(found) == 1 and found != [first])
    await tasks.stop(*two)
    assert [bell.count for bell in (missed, done, died, end)] == [1, 0, 1, 1]
    late = await admin.fetchval("SELECT last_started_at - last_due_at FROM job_runs WHERE name = 'missed'")
    assert timedelta(days=1) < late < timedelta(days=3)


async def until_outcome(admin: asyncpg.Connection, *names: str) -> None:
    async with asyncio.timeout(30):
        while len(names) > await admin.fetchval(  # noqa: ASYNC110 - only PostgreSQL knows
            "SELECT count(*) FROM job_runs WHERE name = ANY ($1) AND last_finished_at >= last_started_at", names
        ):
            await asyncio.sleep(0.02)


async def test_a_new_leader_keeps_the_moment_at_which_a_job_is_due_by_its_last_run(services, admin):
    """Counted from the moment it began to lead, one that is due every six hours waits for six more under each."""
    await admin.execute("DELETE FROM job_runs")
    six_hours = timedelta(hours=6)
    await ran(admin, "soon due", six_hours - timedelta(minutes=5))
    await ran(admin, "overdue", six_hours + timedelta(minutes=5))
    table = [Job(name, IntervalTrigger(seconds=21600, timezone=UTC), Bell().ring) for name in ("soon due", "overdue")]
    for _leader in (1, 2):
        shift = jobs.Shift(services, leader.Leader(admin), lambda: table)
        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.start(paused=True)
        before = datetime.now(UTC)
        jobs.schedule(scheduler, table, shift.start, await shift.due())
        wait = scheduler.get_job("soon due").next_run_time - before
        assert timedelta(minutes=4) < wait < timedelta(minutes=6)
        assert scheduler.get_job("overdue").next_run_time - before > timedelta(hours=5)
        scheduler.shutdown(wait=False)


async def test_while_the_last_runs_cannot_be_read_a_new_leader_counts_from_now(services, admin):
    broken = GivenBackBroken(services.database.web, services.database.worker, services.database.members)
    shift = jobs.Shift(msgspec.structs.replace(services, database=broken), leader.Leader(admin), timetable)
    assert await shift.due() == {}


async def test_a_job_that_hangs_stops_no_other_and_ends_with_who_led(services, admin):
    bell, ended = Bell(), Bell()

    async def hang(_services: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await ended.ring()

    table = [daily("hangs", hang), Job("goes on", IntervalTrigger(seconds=1, timezone=UTC), bell.ring)]
    running = tasks.start(jobs.run(services, lambda: table), name="jobs")
    await bell.done(2)
    led, now = await leader.held(admin, ["hangs", "goes on"])
    assert led
    assert "hangs" in now
    (pid,) = await holders(admin)
    await admin.execute("SELECT pg_terminate_backend($1)", pid)
    await ended.done(1)
    await tasks.stop(running)


async def test_a_run_that_takes_too_long_is_ended_and_has_failed(services, admin):
    async def hang(_services: object) -> None:
        await asyncio.Event().wait()

    await run_once(services, daily("slow", hang, within=timedelta(milliseconds=1)))
    assert await admin.fetchval("SELECT last_outcome FROM job_runs WHERE name = 'slow'") == "TimeoutError"


NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, NOW),
        (Run(None, NOW - HOUR, NOW - HOUR, "done", None), NOW + 12 * HOUR),
        (Run(None, NOW - 13 * HOUR, NOW - 13 * HOUR, "done", None), NOW - 12 * HOUR),
        (Run(None, NOW - HOUR / 2, NOW, "ValueError", None), NOW + HOUR / 2),
        (Run(None, NOW - HOUR, None, None, None), NOW - HOUR),
        (Run(None, NOW - HOUR, NOW - 2 * HOUR, "done", None), NOW - HOUR),
        (Run(None, NOW + HOUR, NOW + HOUR, "done", None), NOW),
    ],
)
def test_when_a_job_is_due(last, due):
    assert next_run(daily("any", Bell().ring), last, NOW) == due


@pytest.mark.parametrize(
    ("name", "promised"), [("rewrite_append_only_file", timedelta(days=1)), ("rewrite_tables", timedelta(days=7))]
)
def test_what_is_deleted_is_out_of_the_stores_own_files_as_soon_as_is_promised(name, promised):
    """At whatever hour a run that was made up began: docs/operations.md says a day and a week."""
    [job] = [job for job in timetable() if job.name == name]
    for hour in range(14 * 24):
        began = NOW + hour * HOUR
        assert next_run(job, Run(None, began, began, "done", began), began) - began <= promised + HOUR


async def test_every_maintenance_function_of_the_seed_has_its_job(services, admin):
    """A function without arguments or with days that changes rows by itself is for the timetable."""
    found = await admin.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
        " AND proname ~ '^(reset|expire|cleanup)_' AND prorettype <> 'trigger'::regtype"
    )
    assert {row["proname"] for row in found} >= {
        "reset_daily_activity_counts",
        "expire_pending_connections",
        "cleanup_old_anonymous_sessions",
    }
    assert {row["proname"] for row in found} <= {job.name for job in timetable()}


class TestTheCommand:
    async def test_it_tells_the_last_and_the_next_run_and_what_failed(self, settings, services, admin):
        await admin.execute("DELETE FROM job_runs")
        await run_once(services, timetable()[0])
        await ran(admin, "send_mail", timedelta(hours=2), "ValueError")
        told = await asyncio.to_thread(game_server, settings, "jobs", "--json")
        assert told.returncode == 1
        found = json.loads(told.stdout)
        listed = {job["name"]: job for job in found["jobs"]}
        assert list(listed) == [job.name for job in timetable()]
        reset, mails = listed["reset_daily_activity_counts"], listed["send_mail"]
        assert (reset["state"], reset["when"], reset["overdue_seconds"]) == ("done", "daily 00:00", 0)
        assert reset["seconds"] < 5
        assert reset["next_run_at"].endswith("T00:00:00Z")
        assert mails["state"] == "ValueError"
        assert mails["overdue_seconds"] > 3600
        assert not found["led"]
        people = "\n".join(lines(msgspec.convert(found, Told)))
        assert "FAILED with ValueError 2 h ago" in people
        assert "Nobody runs the timetable" in people

    async def test_a_job_can_be_run_by_hand_but_not_where_it_runs(self, settings, admin):
        name = "expire_pending_connections"
        assert await asyncio.to_thread(run_now, settings, name, step=silent) == "done"
        assert await leader.Leader(admin).take(name)
        for refused, why in ((name, "runs already"), ("no_such_job", "no job 'no_such_job'.*send_mail")):
            with pytest.raises(CannotRunError, match=why):
                await asyncio.to_thread(run_now, settings, refused, step=silent)


async def test_every_job_runs_twice_without_harm_and_is_recorded(services, admin):
    await admin.execute("DELETE FROM job_runs")
    for _ in range(2):
        for job in timetable():
            await run_once(services, job)
    rows = await admin.fetch("SELECT name, last_outcome, last_finished_at >= last_started_at AS ended FROM job_runs")
    assert {row["name"]: (row["last_outcome"], row["ended"]) for row in rows} == {
        job.name: ("done", True) for job in timetable()
    }


async def test_a_job_that_fails_is_recorded_by_the_kind_of_its_error_and_not_its_text(services, admin):
    async def fail(_services: object) -> None:
        raise ValueError("something private")

    await run_once(services, Job("failing", timetable()[0].trigger, fail))
    assert await admin.fetchval("SELECT last_outcome FROM job_runs WHERE name = 'failing'") == "ValueError"


async def test_a_backup_that_cannot_be_made_is_a_sentence_in_the_log_and_no_traceback(services, admin):
    async def fail(_services: object) -> None:
        raise NoBackup("place_away", "/backups cannot be used: No such file or directory.")

    with capture_logs() as logged:
        await run_once(services, daily("backing up", fail))
    [line] = [line for line in logged if line["event"] == "job_failed"]
    assert (line["job"], line["kind"]) == ("backing up", "NoBackup")
    assert "exc_info" not in line
    assert await admin.fetchval("SELECT last_outcome FROM job_runs WHERE name = 'backing up'") == "NoBackup"


async def test_expired_requests_are_expired_by_their_job(services, admin, server):
    async with await Person.registered(server.url, "Ada") as ada:
        made = await ada.post("/api/partners/connections", {}, expect=201)
        await admin.execute(
            "UPDATE partner_connections SET expires_at = now() - interval '1 second' WHERE id = $1", made["id"]
        )
        job = next(job for job in timetable() if job.name == "expire_pending_connections")
        await run_once(services, job)
        assert (await ada.get(f"/api/partners/connections/{made['id']}"))["status"] == "expired"


async def test_a_run_whose_session_ends_while_it_is_given_back_is_left_to_the_next(services):
    broken = GivenBackBroken(services.database.web, services.database.worker, services.database.members)
    (job,) = (msgspec.structs.replace(job, name="given_back") for job in timetable() if job.name == "send_mail")
    ended = "SELECT count(*) FROM job_runs WHERE name = 'given_back' AND last_outcome = 'done'"
    for given, done in ((broken, 0), (services.database, 1)):
        await run_once(msgspec.structs.replace(services, database=given), job)
        async with services.database.reading() as connection:
            assert await connection.fetchval(ended) == done
