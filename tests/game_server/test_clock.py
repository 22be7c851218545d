"""The processes' one clock: the database's, carried on by monotonic time; a machine's wall clock decides nothing."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from game_server.accounts import tokens
from game_server.process.clock import TOLERANCE_S, Clock, ask_database
from storage import upkeep

HOURS = timedelta(hours=2)
NEAR = timedelta(seconds=5)


@pytest.mark.parametrize("wrong", [HOURS, -HOURS])
async def test_a_wrong_clock_is_set_by_the_database(services, wrong):
    clock = Clock()
    here = time.monotonic()
    clock.set_by(clock.now() + wrong, here, here)
    await ask_database(clock, services.database)
    async with services.database.reading() as connection:
        assert abs(clock.now() - await upkeep.now(connection)) < NEAR


def test_a_small_difference_moves_no_time():
    clock, here = Clock(), time.monotonic()
    before = clock.now()
    clock.set_by(before - timedelta(seconds=TOLERANCE_S / 2), here, here)
    assert clock.now() >= before


def test_a_slow_answer_is_taken_for_as_good_as_it_is():
    clock, heard = Clock(), time.monotonic()
    before = clock.now()
    clock.set_by(before - timedelta(seconds=2), heard - 4, heard)
    assert clock.now() >= before
    clock.set_by(before - HOURS, heard - 4, heard)
    assert abs(clock.now() - (before - HOURS)) < NEAR


async def test_a_wall_clock_that_is_set_moves_no_time(services, monkeypatch):
    before = services.clock.now()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert timedelta() <= services.clock.now() - before < NEAR


async def test_a_token_is_judged_by_our_clock_alone(services):
    now = datetime(2031, 5, 1, tzinfo=UTC)  # far from the machine's
    token = tokens.issue_anonymous(
        services.keys, anonymous_session_id="0b0f6c1e-2f0a-4a53-8a4e-6d1f1f6f2a11", version=1, now=now, lifetime_s=900
    )
    for moment in (now - HOURS, now, now + timedelta(seconds=890)):
        assert tokens.verify(services.keys, token, moment)
    assert tokens.verify(services.keys, token, now + timedelta(seconds=900 + tokens.LEEWAY_S + 1)) is None
