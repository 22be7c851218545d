"""A little of `./test fuzz`: broken frames at a real server's sockets with a couple playing beside, and texts at its decoder."""

import logging
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from tests.fuzz import codec
from tests.fuzz.lines import HANG_S, fuzz
from tests.support.house import open_house
from tests.support.raw import serving

FREE = {f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "tickets", "other")}


async def test_bad_phones_are_answered_or_closed_and_the_couple_beside_them_notices_nothing(
    database_url, redis_url, tmp_path, caplog
):
    """GIVE_UP_S is what fails here, not HANG_S: the machine that runs all tests at once is no place for a stopwatch."""
    caplog.set_level(logging.ERROR)
    generous = {"credits_burst": 1000, "credits_per_s": 1000}
    async with open_house(database_url, redis_url, tmp_path, **FREE, **generous) as house, serving(house.app) as url:
        where = SimpleNamespace(url=url, ws_url=url.replace("http", "ws", 1))
        with capture_logs() as logged:
            tally = await fuzz(where, frames=800, seed=7, phones=4)
    assert tally.problems == []
    assert tally.honest_commands > 6
    assert [one for one in logged if one["log_level"] in ("error", "critical")] == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_decoder_understands_a_text_or_refuses_it(seed):
    tally = codec.fuzz(1_000, seed)
    assert tally.problems == []
    assert min(tally.understood, tally.refused) > 100
    assert tally.slowest_s < HANG_S
