"""The timetable: one process leads, another takes over, and a job that fails is only recorded."""

import asyncio
from collections.abc import Callable

import asyncpg
import msgspec
import pytest

from game_server import jobs
from game_server.jobs import LEADER_LOCK, Job, run_once, timetable
from game_server.process import tasks
from tests.support.given_back import GivenBackBroken
from tests.support.person import Person


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


async def test_every_job_runs_twice_without_harm_and_is_recorded(services, admin):
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
    broken = GivenBackBroken(services.database.web, services.database.worker)
    job = next(job for job in timetable() if job.name == "send_mail")
    await run_once(msgspec.structs.replace(services, database=broken), job)
