"""The form a profile's owner sees, and the few warm words about it."""

import re

import pytest

from rooms.activities.taxonomy import PREFERENCE_CATEGORIES
from rooms.profiles.archetype import archetype, strongest_domains
from rooms.profiles.display import display
from rooms.profiles.profile import BOTTOM, DOMAINS, SWITCH, TOP, VERSATILE, PowerDynamic, Profile
from rooms.profiles.questions import ACTIVITY_OF_QUESTION, SHORT_FORM, TOPIC_OF_QUESTION
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


def test_of_equal_domains_none_is_said_to_be_the_one():
    assert strongest_domains({"verbal": 50, "power": 51, "sensation": 49}) == ("power",)
    assert strongest_domains({"verbal": 50, "power": 50, "sensation": 49}) == ("power", "verbal")
    assert strongest_domains(dict.fromkeys(DOMAINS, 0)) == strongest_domains({}) == ()
    everything = dict.fromkeys(ACTIVITY_OF_QUESTION | TOPIC_OF_QUESTION, "Y")
    words = archetype(score_survey(everything))
    assert "sensualist" not in words.title
    assert words.text.endswith("clear touch, closeness, the play of control, new ideas and words.")


AROUSAL = [f"A{number}" for number in range(1, 13)]


class TestWhatWasNotAnsweredIsNotSaid:
    def test_the_lowest_answers_are_answers(self):
        shown = display(score_survey(dict.fromkeys(AROUSAL, 1)))
        assert {name: (each.score, each.band) for name, each in shown.arousal.items()} == dict.fromkeys(
            ("se", "sis_p", "sis_c"), (0.0, "Low")
        )

    def test_worry_is_not_little_where_nobody_was_asked_about_it(self):
        shown = display(score_survey(dict.fromkeys(AROUSAL[:4], 5)))
        assert shown.arousal["se"].band == "Moderate-High"
        assert [shown.arousal[name].score for name in ("sis_p", "sis_c")] == [None, None]

    @pytest.mark.parametrize("value", [1, 2, 3])
    def test_answers_that_rather_deny_both_make_nobody_a_leader_or_a_follower(self, value):
        shown = display(score_survey(dict.fromkeys(("A13", "A14", "A15", "A16"), value)))
        assert (shown.power.answered, shown.power.faint) == (True, True)
        assert not re.search("you like to lead|be led", shown.archetype.text, re.IGNORECASE)

    def test_a_leaning_needs_more_than_slight_denial_either(self):
        shown = display(score_survey({"A13": 3, "A15": 3, "A14": 1, "A16": 1}))
        assert (shown.power.orientation, shown.power.faint) == (TOP, True)
        assert "guiding" not in shown.archetype.title

    def test_who_said_nothing_of_leading_is_not_called_open(self):
        shown = display(score_survey({"B1a": "Y"}))
        assert shown.power.answered is False
        assert "matters little" not in shown.archetype.text

    def test_the_radar_says_of_which_domains_something_was_answered(self):
        assert display(score_survey({"B1a": "N"})).answered_domains == ["connection"]
        assert display(score_survey(dict.fromkeys(SHORT_FORM, "Y"))).answered_domains == ["connection", "verbal"]


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
