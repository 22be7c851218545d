"""The form a profile's owner sees, and the few warm words about it."""

import re

import pytest

from rooms.activities.taxonomy import PREFERENCE_CATEGORIES
from rooms.profiles.archetype import archetype, strongest_domain
from rooms.profiles.display import display
from rooms.profiles.profile import BOTTOM, DOMAINS, SWITCH, TOP, VERSATILE, PowerDynamic, Profile
from rooms.profiles.scoring import score_survey

POLES = (TOP, BOTTOM, SWITCH, VERSATILE)
JUDGING = re.compile(
    r"\b(normal|abnormal|should|must|wrong|perver|slut|dirty|shame|extreme|problem|lack|only)", re.IGNORECASE
)


def one(orientation, domain):
    return Profile(power_dynamic=PowerDynamic(orientation=orientation), domain_scores={domain: 60})


def test_every_orientation_and_strongest_domain_has_words_of_its_own():
    found = {archetype(one(orientation, domain)) for orientation in POLES for domain in DOMAINS}
    assert len({words.title for words in found}) == len({words.text for words in found}) == len(POLES) * len(DOMAINS)


@pytest.mark.parametrize("orientation", POLES)
@pytest.mark.parametrize("domain", [*DOMAINS, "nothing"])
def test_the_words_are_short_and_judge_nobody(orientation, domain):
    words = archetype(one(orientation, domain))
    assert 80 < len(words.text) < 300
    assert not JUDGING.search(words.title + words.text)


def test_of_equal_domains_the_first_counts_and_of_none_no_domain():
    assert strongest_domain({"verbal": 50, "power": 50, "sensation": 49}) == "power"
    assert strongest_domain(dict.fromkeys(DOMAINS, 0)) is strongest_domain({}) is None


def test_an_empty_profile_can_be_shown():
    shown = display(Profile())
    assert shown.radar == dict.fromkeys(DOMAINS, 0)
    assert shown.archetype.title == "The easy-going guest"


def test_the_screen_shows_the_scored_numbers_by_section():
    profile = score_survey({"A1": 7, "A13": 7, "A15": 7, "B1a": "Y", "B19": "M", "B30": "Y"})
    shown = display(profile)
    assert shown.radar == profile.domain_scores
    assert (shown.power.orientation, shown.power.top_score, shown.power.confidence) == ("Top", 100, 1.0)
    assert (shown.arousal["se"].score, shown.arousal["se"].band) == (0.25, "Low")
    assert list(shown.interests) == list(PREFERENCE_CATEGORIES)
    assert shown.interests["physical_touch"]["massage_receive"] == 1.0
    assert shown.interests["verbal_roleplay"]["dirty_talk"] == 0.5
    assert {key: value for section in shown.interests.values() for key, value in section.items()} == profile.activities
