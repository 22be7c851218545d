"""Group commit: every command of a batch wins or loses alone, and one that fails takes no other with it."""

import asyncio
import uuid
from datetime import UTC, datetime

import asyncpg
import msgspec
import pytest

from storage import migrate
from storage.commits import Account, Append, Charge, GroupCommit, LogRow, SessionRow, append
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.support.databases import login_url

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HASH = "ab" * 32


@pytest.fixture(scope="module")
async def database(database_url):
    database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def sql(database_url):
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def commits(database):
    """A group commit whose batches are counted."""
    batches = []
    running = set()

    def spawn(_name, work):
        task = asyncio.ensure_future(work)
        running.add(task)
        task.add_done_callback(running.discard)

    commits = GroupCommit(database.worker, spawn, lambda size, _seconds: batches.append(size))
    commits.batches = batches
    yield commits
    await commits.rest()


async def make_room(sql):
    """A room with two seats and an empty log."""
    session_id = str(uuid.uuid4())
    await sql.execute(
        "INSERT INTO sessions (session_id, intimacy_level, activity_type, status) VALUES ($1, 'R', 'random', 'active')",
        session_id,
    )
    await sql.execute("INSERT INTO session_seats (session_id, seat) VALUES ($1, 'A'), ($1, 'B')", session_id)
    return session_id


async def make_account(sql):
    return str(
        await sql.fetchval(
            "INSERT INTO users (id, email) VALUES (gen_random_uuid(), gen_random_uuid() || '@example.org') RETURNING id"
        )
    )


def command(session_id, expected=0, **fields):
    """One event after the expected head."""
    body = msgspec.Raw(b'{"t":"paused"}')
    return Append(
        **{
            "session_id": session_id,
            "expected": expected,
            "head": expected + 1,
            "reply_seq": expected + 1,
            "command_id": str(uuid.uuid4()),
            "body_hash": HASH,
            "events": (LogRow(expected + 1, NOW, "paused", None, body),),
            "session": SessionRow("active", "R", 0, 0, 0, 1),
            **fields,
        }
    )


def charge(user_id, seen, limit=25):
    return {
        "account": Account(user_id=user_id),
        "charge": Charge(datetime.now(UTC).date().isoformat(), seen, limit),
    }


async def seqs(sql, session_id):
    rows = await sql.fetch("SELECT seq FROM session_events WHERE session_id = $1 ORDER BY seq", session_id)
    return [row["seq"] for row in rows]


async def test_a_batch_waits_for_nobody_who_only_refers_to_its_room_and_its_payer(database, sql):
    """Two processes whose players sit in each other's rooms refer to them in what they write: they would wait for each other."""
    room, payer = await make_room(sql), await make_account(sql)
    async with sql.transaction(), database.as_service() as connection:
        await sql.fetch("SELECT FROM users WHERE id = $1 FOR KEY SHARE", payer)
        await sql.fetch("SELECT FROM sessions WHERE session_id = $1 FOR KEY SHARE", room)
        await connection.execute("SET LOCAL lock_timeout = '2s'")
        (verdict,) = await append(connection, [command(room, **charge(payer, 0))])
    assert verdict.outcome == "won"


async def test_winners_and_losers_of_one_batch_do_not_touch_each_other(database, sql):
    wins, behind, fenced, limited, retried, poor = [await make_room(sql) for _ in range(6)]
    await sql.execute("UPDATE session_seats SET fence = 2 WHERE session_id = $1", fenced)
    await sql.execute("UPDATE sessions SET limits_rev = 3 WHERE session_id = $1", limited)
    payer = await make_account(sql)
    await sql.execute(
        "UPDATE users SET daily_activity_count = 25, daily_activity_reset_at = now() WHERE id = $1", payer
    )
    first = command(retried)
    async with database.as_service() as connection:
        assert (await append(connection, [first]))[0].outcome == "won"
    batch = [
        command(wins),
        command(behind, expected=4),
        command(fenced, seat="A", fence=1),
        command(limited, limits_rev=2),
        msgspec.structs.replace(command(retried), command_id=first.command_id),
        command(poor, **charge(payer, 24)),
    ]
    async with database.as_service() as connection:
        verdicts = await append(connection, batch)
    assert [verdict.outcome for verdict in verdicts] == ["won", "head", "fenced", "limits", "replied", "charge"]
    assert (verdicts[4].seq, verdicts[4].body_hash) == (1, HASH)
    assert await seqs(sql, wins) == [1]
    for loser in (behind, fenced, limited, poor):
        assert await seqs(sql, loser) == []
        assert await sql.fetchval("SELECT count(*) FROM session_replies WHERE session_id = $1", loser) == 0
    assert await seqs(sql, retried) == [1]
    assert await sql.fetchval("SELECT daily_activity_count FROM users WHERE id = $1", payer) == 25


async def test_what_arrives_during_a_commit_shares_the_next(commits, sql):
    rooms = [await make_room(sql) for _ in range(20)]
    verdicts = await asyncio.gather(*(commits.submit(command(room)) for room in rooms))
    assert {verdict.outcome for verdict in verdicts} == {"won"}
    assert sum(commits.batches) == 20
    assert len(commits.batches) <= 3


async def test_commands_of_one_room_are_decided_in_their_order_one_a_batch(commits, sql):
    room = await make_room(sql)
    verdicts = await asyncio.gather(*(commits.submit(command(room, expected=number)) for number in range(6)))
    assert [verdict.outcome for verdict in verdicts] == ["won"] * 6
    assert await seqs(sql, room) == [1, 2, 3, 4, 5, 6]
    assert commits.batches == [1] * 6


async def test_of_two_commands_on_the_same_head_the_first_wins(commits, sql):
    room = await make_room(sql)
    verdicts = await asyncio.gather(*(commits.submit(command(room)) for _ in range(3)))
    assert [verdict.outcome for verdict in verdicts] == ["won", "head", "head"]
    assert verdicts[1].head == 1
    assert await seqs(sql, room) == [1]


async def test_one_that_fails_takes_no_other_with_it(commits, sql):
    good = [await make_room(sql) for _ in range(4)]
    bad = await make_room(sql)
    broken = command(bad, session=SessionRow("nonsense" * 20, "Q", 0, 0, 0, 1))
    outcomes = await asyncio.gather(
        commits.submit(command(await make_room(sql))),  # the rest waits for this one, and is one batch
        *(
            commits.submit(item)
            for item in (command(good[0]), command(good[1]), broken, command(good[2]), command(good[3]))
        ),
        return_exceptions=True,
    )
    assert isinstance(outcomes[3], asyncpg.PostgresError)
    assert [getattr(outcome, "outcome", None) for outcome in outcomes] == ["won", "won", "won", None, "won", "won"]
    assert await seqs(sql, bad) == []
    for room in good:
        assert await seqs(sql, room) == [1]


async def test_one_account_is_charged_once_a_batch_and_never_over_its_limit(commits, sql):
    payer = await make_account(sql)
    rooms = [await make_room(sql) for _ in range(5)]
    seen, waiting = 0, list(rooms)
    while waiting:
        verdicts = await asyncio.gather(
            *(commits.submit(command(room, **charge(payer, seen, limit=3))) for room in waiting)
        )
        won = [room for room, verdict in zip(waiting, verdicts, strict=True) if verdict.outcome == "won"]
        if seen == 3:
            assert won == []
            break
        assert len(won) == 1, "each saw the same count, so only one may have it"
        waiting.remove(won[0])
        seen += 1
    assert await sql.fetchval("SELECT daily_activity_count FROM users WHERE id = $1", payer) == 3
    assert len(waiting) == 2


async def test_a_turn_is_given_back_on_its_own_day_only_and_never_below_nothing(database, sql):
    payer = await make_account(sql)
    today = datetime.now(UTC).date().isoformat()
    room = await make_room(sql)

    async def give_back(expected, day):
        item = command(room, expected, account=Account(user_id=payer), given_back=day)
        async with database.as_service() as connection:
            assert (await append(connection, [item]))[0].outcome == "won"
        return await sql.fetchval("SELECT daily_activity_count FROM users WHERE id = $1", payer)

    await sql.execute("UPDATE users SET daily_activity_count = 1, daily_activity_reset_at = now() WHERE id = $1", payer)
    assert await give_back(0, "2001-01-01") == 1
    assert await give_back(1, today) == 0
    assert await give_back(2, today) == 0


async def test_what_is_charged_and_given_back_at_once_leaves_the_count_as_it_was(database, sql):
    payer = await make_account(sql)
    await sql.execute("UPDATE users SET daily_activity_count = 2, daily_activity_reset_at = now() WHERE id = $1", payer)
    item = command(await make_room(sql), given_back=datetime.now(UTC).date().isoformat(), **charge(payer, 2))
    async with database.as_service() as connection:
        assert (await append(connection, [item]))[0].outcome == "won"
    assert await sql.fetchval("SELECT daily_activity_count FROM users WHERE id = $1", payer) == 2


async def test_the_first_card_of_a_day_begins_the_count_at_one(database, sql):
    payer = await make_account(sql)
    await sql.execute(
        "UPDATE users SET daily_activity_count = 9, daily_activity_reset_at = now() - interval '2 days' WHERE id = $1",
        payer,
    )
    async with database.as_service() as connection:
        verdicts = await append(connection, [command(await make_room(sql), **charge(payer, 0))])
    assert verdicts[0].outcome == "won"
    count, today = await sql.fetchrow(
        "SELECT daily_activity_count, daily_activity_reset_at >= app.utc_midnight() FROM users WHERE id = $1", payer
    )
    assert (count, today) == (1, True)


async def test_a_command_that_changes_nothing_of_the_session_moves_only_its_head(database, sql):
    room, other = await make_room(sql), await make_room(sql)
    await sql.execute("UPDATE sessions SET skip_count = 2, last_active_at = '2020-01-01', limits_rev = 4")
    async with database.as_service() as connection:
        batch = [command(room, session=None), command(other, session=SessionRow("active", "X", 0, 1, 0, 1))]
        assert [verdict.outcome for verdict in await append(connection, batch)] == ["won", "won"]
    read = """SELECT head, skip_count, rating, checked_rev, last_active_at > now() - interval '1 hour'
        FROM sessions WHERE session_id = $1"""
    assert tuple(await sql.fetchrow(read, room)) == (1, 2, "R", 0, True)
    assert tuple(await sql.fetchrow(read, other)) == (1, 0, "X", 0, True)


async def test_a_look_at_the_limits_without_an_event_is_noted_and_no_sign_of_life(database, sql):
    room = await make_room(sql)
    await sql.execute("UPDATE sessions SET last_active_at = '2020-01-01', limits_rev = 4 WHERE session_id = $1", room)
    look = Append(session_id=room, expected=0, head=0, limits_rev=4)
    async with database.as_service() as connection:
        assert (await append(connection, [look]))[0].outcome == "won"
    read = "SELECT head, checked_rev, last_active_at < '2021-01-01' FROM sessions WHERE session_id = $1"
    assert tuple(await sql.fetchrow(read, room)) == (0, 4, True)


async def test_a_plan_made_while_a_table_was_empty_reads_no_more_as_it_fills(empty_database_url):
    await migrate.up(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    room, full = await make_room(connection), await make_room(connection)
    await connection.execute("ANALYZE")
    await append(connection, [command(room)])
    await connection.execute(
        """INSERT INTO session_replies (session_id, command_id, body_hash, seq)
        SELECT $1, gen_random_uuid(), '', 0 FROM generate_series(1, 3000)""",
        full,
    )
    async with connection.transaction():
        await append(connection, [command(room, expected=1)])
        read = await connection.fetchval(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'session_replies'"
        )
    assert read == 0
    await connection.close()


async def test_a_process_of_the_release_before_still_commits(database, sql):
    room, payer = await make_room(sql), await make_account(sql)
    batch = """[{"i": 0, "session_id": "%s", "expected": 0, "head": 1, "command_id": "%s", "body_hash": "aa", "reply_seq": 1,
        "events": [{"seq": 1, "at": "2026-01-01T00:00:00Z", "type": "chosen", "seat": "A", "event": {}, "cause": null}],
        "session": {"status": "active", "level": "R", "skip_count": 0, "truth": 0, "dare": 0, "step": 0},
        "account": {"user_id": "%s"}, "charge": {"day": "%s", "seen": 0, "limit": 25}}]"""
    async with database.as_service() as connection:
        (verdict,) = await connection.fetch(
            "SELECT * FROM app.append_commands($1::text::jsonb)",
            batch % (room, uuid.uuid4(), payer, datetime.now(UTC).date().isoformat()),
        )
    assert verdict["outcome"] == "won"
    assert await sql.fetchval("SELECT head FROM sessions WHERE session_id = $1", room) == 1
    assert await sql.fetchval("SELECT daily_activity_count FROM users WHERE id = $1", payer) == 1


async def test_two_batches_with_the_same_rooms_in_another_order_never_deadlock(database, sql):
    rooms = [await make_room(sql) for _ in range(12)]
    payers = [await make_account(sql) for _ in range(12)]

    async def run(order, number):
        items = [command(rooms[i], number, account=Account(user_id=payers[i])) for i in order]
        async with database.as_service() as connection:
            return [verdict.outcome for verdict in await append(connection, items)]

    for number in range(5):
        forth, back = await asyncio.gather(run(range(12), number), run(reversed(range(12)), number))
        assert sorted(zip(forth, reversed(back), strict=True)) in (
            [("won", "head")] * 12,
            [("head", "won")] * 12,
        )


async def test_the_log_cannot_be_changed_and_a_seat_cannot_be_put_to_a_pause(database, sql):
    room = await make_room(sql)
    async with database.as_service() as connection:
        await append(connection, [command(room)])
    with pytest.raises(asyncpg.PostgresError):
        async with database.as_service() as connection:
            await connection.execute("UPDATE session_events SET at = now() WHERE session_id = $1", room)
    named = LogRow(2, NOW, "paused", "A", msgspec.Raw(b'{"t":"paused"}'))
    with pytest.raises(asyncpg.CheckViolationError):
        async with database.as_service() as connection:
            await append(connection, [command(room, expected=1, events=(named,))])
