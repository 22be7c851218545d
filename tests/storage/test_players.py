"""What a profile says to the limits."""

from typing import Any

import pytest

from rooms.activities import taxonomy
from rooms.sessions.limits import Player
from storage.players import player_of

ANAL = "hardBoundaryAnal"


def player(**columns: Any) -> Player:
    """The player of a profile with these columns."""
    row = {"profile_version": "0.4", "boundaries": {}, "activities": {}, "truth_topics": {}, "anatomy": {}}
    row |= {"personal_limits": [], **columns}
    return player_of(row)  # type: ignore[arg-type]  # a record is read like a mapping


def test_where_there_is_no_profile_nobody_was_asked_and_nothing_is_there():
    nothing = dict.fromkeys(("profile_version", "boundaries", "activities", "truth_topics", "anatomy"))
    assert player(**nothing) == Player()


def test_limits_of_ones_own_count_beside_those_of_the_profile_and_over_its_answers():
    said = player(
        boundaries={"hard_limits": ["hardBoundaryRecord"]}, activities={"massage_give": 1.0, "moaning": 1.0},
        personal_limits=["massage_give", "massage_receive", ANAL],
    )  # fmt: skip
    assert said.hard == {"hardBoundaryRecord", ANAL}
    assert said.never == {"massage_give", "massage_receive"}
    assert said.answers == {"massage_give": 0.0, "massage_receive": 0.0, "moaning": 1.0}
    unasked = player(profile_version=None, boundaries=None, personal_limits=["massage_give"])
    assert (unasked.never, unasked.answers) == ({"massage_give"}, None)


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
