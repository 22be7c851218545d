"""What a profile says to the limits, also one that was written before anybody noted who was asked."""

import json
import shutil
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from rooms.activities import taxonomy
from rooms.sessions.limits import Player
from storage import migrate
from storage.players import player_of
from tests.storage import rows

ANAL = "hardBoundaryAnal"


def player(**columns: Any) -> Player:
    """The player of a profile with these columns."""
    row = {"profile_version": "0.4", "boundaries": {}, "activities": {}, "truth_topics": {}, "anatomy": {}} | columns
    return player_of(row)  # type: ignore[arg-type]  # a record is read like a mapping


def test_where_there_is_no_profile_nobody_was_asked_and_nothing_is_there():
    nothing = dict.fromkeys(("profile_version", "boundaries", "activities", "truth_topics", "anatomy"))
    assert player(**nothing) == Player()


@pytest.mark.parametrize("said", [False, None, 1, "true", [True]])
def test_only_true_says_that_somebody_was_asked(said):
    assert player(boundaries={"asked": True}).asked
    assert not player(boundaries={"asked": said}).asked
    assert not player(boundaries={"hard_limits": [ANAL]}).asked


def test_a_maybe_counts_without_a_survey():
    before = player(profile_version="neutral", boundaries={"maybe_items": ["moaning"]})
    assert before.answers == {"moaning": 0.5}
    assert player(profile_version="neutral").answers is None


def test_a_topic_is_closed_by_a_spoken_no_and_by_every_zero_where_that_was_not_noted():
    topics = dict.fromkeys(taxonomy.TOPICS, 0.0) | {"turn_ons": 1.0, "fantasies": 0.5, "openness_score": 0}
    noted = player(truth_topics=topics, boundaries={"declined_topics": ["insecurities"]})
    assert noted.declined_topics == {"insecurities"}
    assert player(truth_topics=topics).declined_topics == set(taxonomy.TOPICS) - {"turn_ons", "fantasies"}
    assert player(profile_version="neutral", truth_topics=topics).declined_topics == frozenset()


async def test_who_had_named_a_limit_was_asked_and_open_rooms_learn_of_the_change(empty_database_url, tmp_path):
    before = Path(shutil.copytree(migrate.MIGRATIONS, tmp_path / "migrations"))
    for migration in migrate.load():
        if migration.version >= 10:
            (before / f"{migration}.sql").unlink()
    await migrate.up(empty_database_url, folder=before)
    connection = await asyncpg.connect(empty_database_url)
    limits: list[Any] = [[ANAL], [], None, "", {"hard_limits": None}]
    profiles = []
    for number, hard in enumerate(limits, start=1):
        person = await rows.user(connection, number)
        profiles.append(await rows.profile(connection, user_id=person))
        boundaries = hard if isinstance(hard, dict) else {"hard_limits": hard, "soft_limits": ["x"]}
        await connection.execute(
            "UPDATE profiles SET boundaries = $2 WHERE id = $1", profiles[-1], json.dumps(boundaries)
        )
    await rows.session(connection, "open", status="active")
    await rows.seat(connection, "open", "A", user_id=rows.user_id(1), profile_id=profiles[0])
    revision = await connection.fetchval("SELECT limits_rev FROM sessions")
    await migrate.up(empty_database_url)
    found = await connection.fetch("SELECT boundaries FROM profiles WHERE id <> 0 ORDER BY id")
    assert [json.loads(row["boundaries"])["asked"] for row in found] == [True, False, False, False, False]
    assert json.loads(found[0]["boundaries"]) == {"hard_limits": [ANAL], "soft_limits": ["x"], "asked": True}
    assert await connection.fetchval("SELECT limits_rev FROM sessions") > revision
    await migrate.down(empty_database_url, steps=sum(migration.version >= 10 for migration in migrate.load()))
    await connection.execute(
        """UPDATE profiles SET boundaries = boundaries || '{"asked": true}' WHERE id = $1""", profiles[1]
    )
    await migrate.up(empty_database_url)
    kept = await connection.fetchval("SELECT boundaries ->> 'asked' FROM profiles WHERE id = $1", profiles[1])
    assert kept == "true"
    await connection.close()
