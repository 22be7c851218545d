"""Wall clocks that jump by hours while games go on, and processes whose clocks differ: nobody is cut, nothing ends too early.

The processes' clocks are wrong from the outside (`staged.py`). The database's cannot be set by a test; where it is the one that
counts, what it wrote is moved instead.
"""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import msgspec
import pytest

from game_server import jobs
from game_server.services import open_services
from game_server.sessions.actions import abandon_idle
from storage import upkeep
from tests.faults.staged import Stage, StagedClock, WrongWall
from tests.faults.test_redis_faults import play_on, until_ready
from tests.faults.test_two_processes import last_presence
from tests.faults.wire import meeting, verdict
from tests.support.game import Game
from tests.support.person import Person
from tests.support.phone import Refused

HOURS = 3600.0
NEAR = timedelta(seconds=30)


@pytest.fixture
def stages(tmp_path):
    return Stage(tmp_path / "first"), Stage(tmp_path / "second")


@pytest.fixture
def apart(serve, stages):
    """Makes two processes whose machines' clocks are these many seconds ahead."""

    def apart(first: float, second: float, **settings):
        for stage, ahead_s in zip(stages, (first, second), strict=True):
            stage.jump(ahead_s)
        return tuple(serve(stage=stage, **settings) for stage in stages)

    return apart


async def refusal(phone, t: str, **fields) -> str:
    """The code that a command is refused with."""
    with pytest.raises(Refused) as refused:
        await phone.command(t, **fields)
    return refused.value.code


async def both_present(game: Game) -> None:
    for phone, across in ((game.a, "B"), (game.b, "A")):
        await phone.until(lambda phone=phone, across=across: last_presence(phone, across) == "present")


@pytest.mark.long
async def test_a_jump_in_mid_game_cuts_nobody_and_moves_no_time(apart, stages, sql):
    pair = apart(0, 0, ping_ms=200, dead_ms=3000)
    async with meeting(*pair, target_activities=30) as game:
        await both_present(game)
        for ahead_s in (2 * HOURS, -2 * HOURS, 0.0):
            heard = [len(phone.frames) for phone in game.phones]
            stages[0].jump(ahead_s)
            await play_on(game, 2)
            for phone, since in zip(game.phones, heard, strict=True):
                await phone.until(lambda p=phone, n=since: sum(f["t"] == "beat" for f in p.frames[n:]) >= 2)
                told = [frame for frame in phone.frames[since:] if frame["t"] in ("presence", "refused")]
                assert phone.closed is None
                assert not told
            await near(sql, [frame["now"] for frame in game.a.frames[heard[0] :] if frame["t"] == "beat"])
            await near(sql, [frame["at"] for frame in game.b.frames[heard[1] :] if frame["t"] == "event"])
        for server in pair:
            await until_ready(server, (200, "ok"))
        await verdict(sql, game)


async def near(sql: asyncpg.Connection, times: list[str]) -> None:
    """All of them are what the database's clock said a moment ago."""
    now = await upkeep.now(sql)
    assert times
    assert [time for time in times if abs(datetime.fromisoformat(time) - now) > NEAR] == []


@pytest.mark.long
async def test_a_phone_that_drops_and_comes_back_after_a_jump_reads_right(apart, stages, sql):
    pair = apart(0, 0)
    async with meeting(*pair) as game:
        await both_present(game)
        for ahead_s in (2 * HOURS, -2 * HOURS):
            await game.a.drop()
            await game.b.until(lambda: last_presence(game.b, "A") == "away")
            for stage in stages:
                stage.jump(ahead_s)
            await game.a.connect()
            await both_present(game)
        await play_on(game, 2)
        await verdict(sql, game)


@pytest.mark.long
@pytest.mark.parametrize("ahead_s", [300.0, -300.0, 2 * HOURS, -2 * HOURS], ids=["5 min", "-5 min", "2 h", "-2 h"])
async def test_processes_whose_clocks_differ_agree_on_everything(apart, sql, ahead_s):
    """Who is here, when a proposal lapses, how long a cool-down lasts, whether a link and a token are still good."""
    pair = apart(ahead_s, 0, cool_down_s=60)
    async with meeting(*pair) as game:
        await both_present(game)
        proposed = await game.a.command("propose_level", level="X")
        await game.b.until_seq(proposed["seq"])
        await game.b.command("accept_level", on=proposed["seq"])
        await game.settle()
        for stops, resumes in (game.phones, game.phones[::-1]):
            halted = await stops.command("stop")
            await resumes.until_seq(halted["seq"])
            assert await refusal(resumes, "resume", on=resumes.state["halt_seq"]) == "cooling_down"
        await both_present(game)
        heard = len(game.b.frames)
        await game.a.drop()
        await game.b.until(lambda: last_presence(game.b, "A") == "away")
        await game.a.connect()
        await both_present(game)
        said = [f["status"] for f in game.b.frames[heard:] if f["t"] == "presence" and f["seat"] == "A"]
        assert said == ["away", "present"]
        await verdict(sql, game)


@pytest.mark.long
async def test_a_cool_down_is_as_long_as_it_was_said_whatever_the_clocks_do(apart, stages, sql):
    pair = apart(0, 0, cool_down_s=3)
    async with meeting(*pair) as game:
        stopped = await game.a.command("stop")
        await game.settle()
        for ahead_s in (2 * HOURS, -2 * HOURS):
            for stage in stages:
                stage.jump(ahead_s)
            assert await refusal(game.b, "resume", on=stopped["seq"]) == "cooling_down"
        until = datetime.fromisoformat(game.a.state["cool_down_until"])
        async with asyncio.timeout(30):
            while await resumed(game, stopped["seq"]) == "cooling_down":  # noqa: ASYNC110 - time must pass
                await asyncio.sleep(0.05)
        assert await upkeep.now(sql) >= until
        await game.a.command("resume", on=stopped["seq"])
        await game.settle()
        assert game.a.state["phase"] == "card"
        await verdict(sql, game)


async def resumed(game: Game, on: int) -> str:
    try:
        await game.b.command("resume", on=on)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.long
@pytest.mark.parametrize("ahead_s", [2 * HOURS, -2 * HOURS], ids=["2 h", "-2 h"])
async def test_who_is_signed_in_stays_so(apart, stages, ahead_s):
    pair = apart(0, 0)
    async with await Person.registered(pair[0].url, "Ada") as ada:
        for stage in stages:
            stage.jump(ahead_s)
        await ada.get("/api/me")
        stages[1].jump(0.0)
        async with await Person.registered(pair[0].url, "Bo") as bo:
            bo.http.base_url = pair[1].url
            await bo.get("/api/me")


@pytest.mark.long
@pytest.mark.parametrize("ahead_s", [2 * HOURS, -2 * HOURS], ids=["2 h", "-2 h"])
async def test_a_process_drains_after_a_jump(apart, stages, sql, ahead_s):
    pair = apart(0, 0)
    async with meeting(*pair) as game:
        for stage in stages:
            stage.jump(ahead_s)
        assert await asyncio.to_thread(pair[0].stop) == 0
        assert await game.a.until_closed() == 1012
        await game.a.move_to(pair[1])
        await play_on(game, 2)
        await verdict(sql, game)


@pytest.mark.long
async def test_the_days_cards_are_the_databases_day_and_come_once(apart, stages, sql):
    """No jump of a process's clock gives cards; a clock of the database that went back over midnight gives none either."""
    pair = apart(0, 0, daily_limit=2)
    async with meeting(*pair) as game:
        for _ in range(2):
            await game.complete()
        await game.settle()
        assert game.a.state["phase"] == "limit"
        for ahead_s in (26 * HOURS, -26 * HOURS, 0.0):
            for stage in stages:
                stage.jump(ahead_s)
            assert await refusal(game.a, "ready") == "limit_reached"
        await sql.execute(OPENER_RESET, game.session_id, timedelta(days=1))
        await sql.execute("SELECT reset_daily_activity_counts()")
        assert await refusal(game.a, "ready") == "limit_reached"
        await sql.execute(OPENER_RESET, game.session_id, timedelta(days=-1))
        await game.a.command("ready")
        for _ in range(2):
            await game.complete()
        await game.settle()
        assert game.a.state["phase"] == "limit"
        await verdict(sql, game)


OPENER_RESET = """
    UPDATE anonymous_sessions SET daily_activity_reset_at = now() + $2::interval
    WHERE session_id = (SELECT anonymous_session_id FROM session_seats WHERE session_id = $1 AND seat = 'A')
"""


@pytest.mark.long
async def test_a_room_is_abandoned_by_the_databases_clock_only(apart, settings, tmp_path, sql):
    pair = apart(0, 0)
    ahead = Stage(tmp_path / "ahead")
    async with meeting(*pair) as game:
        services = await open_services(settings)
        try:
            clock = StagedClock(ahead.path)
            ahead.stand_at(services.clock.now() + timedelta(hours=30))
            await abandon_idle(msgspec.structs.replace(services, clock=clock))
            await game.settle()
            assert game.a.state["phase"] == "card"
            await sql.execute(LAST_MOVED, game.session_id, timedelta(hours=25))
            await abandon_idle(services)
            await game.settle()
            assert game.a.state["reason"] == "abandoned"
        finally:
            await services.close()


LAST_MOVED = "UPDATE sessions SET last_active_at = now() - $2::interval WHERE session_id = $1"


@pytest.mark.long
async def test_the_timetable_goes_on_after_the_clock_was_set_back(settings, tmp_path, sql, mended):
    """Else nobody would get a letter until the old time comes again."""
    wall = Stage(tmp_path / "wall")
    services = await open_services(settings)
    take_down = WrongWall(wall.path).hang()
    timetable = asyncio.ensure_future(jobs.run(services))
    try:
        led = await mail_runs(sql, after=None)
        for ahead_s in (-2 * HOURS, 2 * HOURS):
            wall.jump(ahead_s)
            led = await mail_runs(sql, after=led)
    finally:
        take_down()
        timetable.cancel()
        await asyncio.gather(timetable, return_exceptions=True)
        await services.close()


async def mail_runs(sql: asyncpg.Connection, after: datetime | None) -> datetime:
    """When the mail job ran next, by the database's clock."""
    async with asyncio.timeout(40):
        while True:
            ran = await sql.fetchval("SELECT last_started_at FROM job_runs WHERE name = 'send_mail'")
            if ran and (after is None or ran > after):
                return ran
            await asyncio.sleep(0.1)
