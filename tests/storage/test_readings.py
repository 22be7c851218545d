"""Databases from before there was a stored reading: nobody gets to see more by moving to it."""

import shutil
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from storage import migrate
from tests.storage import rows

ANNA, BEA, CLEO = (rows.user_id(number) for number in (1, 2, 3))
BEFORE = 11


@pytest.fixture
async def old(empty_database_url, tmp_path):
    """A database of the version before, as its administrator."""
    kept = Path(shutil.copytree(migrate.MIGRATIONS, tmp_path / "migrations"))
    for later in [one for one in migrate.load() if one.version >= BEFORE]:
        (kept / f"{later}.sql").unlink()
    await migrate.up(empty_database_url, folder=kept)
    connection = await asyncpg.connect(empty_database_url)
    yield connection
    await connection.close()


async def surveyed(connection: asyncpg.Connection, number: int, yes: set[str], topics: set[str]) -> int:
    """Somebody who answered: these keys and topics are a Yes, four more of each are a No or a Maybe."""
    who = await rows.user(connection, number)
    profile = await rows.profile(connection, user_id=who)
    maybe = {"biting_moderate_give": 0.5, "slapping_give": 0.0, "choking_give": 0.0}
    await connection.execute(
        "UPDATE profiles SET activities = $2, truth_topics = $3, power_dynamic = $4, boundaries = $5 WHERE id = $1",
        profile,
        _json(maybe | dict.fromkeys(yes, 1.0)),
        _json({"turn_ons": 0.5, "openness_score": 50} | dict.fromkeys(topics, 1.0)),
        _json({"orientation": "Top", "top_score": 75, "bottom_score": 20, "confidence_band": "High confidence"}),
        _json({"hard_limits": ["hardBoundaryAnal"], "declined": ["slapping_give", "choking_give"]}),
    )
    return profile


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def shown(keys: list[str], topics: list[str]) -> str:
    """What the version before kept of a pair."""
    result = {"mutual_activities": keys, "mutual_truth_topics": topics, "score": 70}
    return _json({"now": {**result, "score": 90}, "shown": result, "answered": [1]})


async def test_what_was_shown_is_the_reading_and_what_was_not_stays_hidden(old, empty_database_url):
    anna = await surveyed(old, 1, {"massage_give", "massage_receive", "moaning"}, {"fantasies", "insecurities"})
    bea = await surveyed(old, 2, {"massage_give", "massage_receive", "moaning"}, {"fantasies", "insecurities"})
    await rows.insert(
        old, "partner_connections", requester_user_id=ANNA, recipient_email="", recipient_user_id=BEA,
        status="accepted", connection_token="hash",
    )  # fmt: skip
    await old.execute(
        "INSERT INTO compatibility_results (profile_a_id, profile_b_id, compatibility_score, details) VALUES ($1, $2, 90, $3)",
        *(anna, bea, shown(["massage_give", "roleplay"], ["fantasies", "turn_ons"])),
    )
    await migrate.up(empty_database_url)
    # `roleplay` and `turn_ons` are no yes of both any more, or never were; `moaning` was not shown yet
    async with rows.acting(old, "authenticated", {"sub": str(BEA), "role": "authenticated"}):
        fit = msgspec.json.decode(await old.fetchval("SELECT app.partner_compatibility($1)", ANNA))
        profile = msgspec.json.decode(await old.fetchval("SELECT app.partner_profile($1)", ANNA))
    assert fit["mutual"] == [{"key": "massage_give", "gives": "both"}]
    assert fit["mutual_topics"] == profile["topics"] == ["fantasies"]
    assert (profile["yes"], profile["power"]) == (["massage_give"], None)
    assert await old.fetchval("SELECT app.is_reading_due($1, $2, now() + interval '25 hours')", anna, bea) is False
    details = msgspec.json.decode(await old.fetchval("SELECT details FROM compatibility_results"))
    assert (details["now"]["score"], "shown" in details) == (90, False)


async def test_a_pair_that_was_never_shown_anything_gets_its_first(old, empty_database_url):
    profiles = [await surveyed(old, number, {"moaning"}, set()) for number in (1, 2)]
    await migrate.up(empty_database_url)
    assert await old.fetchval("SELECT count(*) FROM compatibility_readings") == 0
    assert await old.fetchval("SELECT app.is_reading_due($1, $2, now())", *profiles) is True


async def test_going_back_leaves_no_result_that_the_version_before_could_show(old, empty_database_url):
    profiles = [await surveyed(old, number, {"moaning"}, set()) for number in (1, 2)]
    await old.execute(
        "INSERT INTO compatibility_results (profile_a_id, profile_b_id, compatibility_score, details) VALUES ($1, $2, 90, $3)",
        *(*profiles, shown(["moaning"], [])),
    )
    applied = await migrate.up(empty_database_url)
    await migrate.down(empty_database_url, steps=len(applied))
    assert await old.fetchval("SELECT count(*) FROM compatibility_results") == 0
