"""What two people may be shown of how they fit: it follows from what both said yes to, and from nothing else."""

from random import Random

import msgspec
import pytest

from rooms.profiles import reading as readings
from rooms.profiles.answered import answered
from rooms.profiles.profile import BOTTOM, DOMAINS, SWITCH, TOP, VERSATILE
from rooms.profiles.questions import ACTIVITY_OF_QUESTION, IN_CHAPTERS, TOPIC_OF_QUESTION
from rooms.profiles.reading import ENOUGH, Levels, Mutual, levels, mutual, phrase, power_level, reading, score
from rooms.profiles.scoring import DOMAIN_TERMS, score_survey
from tests.support.worlds import Answers, a_survey, another_world


def keys(*entries: Mutual) -> dict[str, str]:
    return {entry.key: entry.gives for entry in entries}


WEIGHTS = ((1, 1, 1), (5, 1, 1), (1, 1, 5), (1, 5, 1))  # of yes, maybe and no


def answers(dice: Random) -> Answers:
    return a_survey(dice, dice.choice(WEIGHTS))


def _yes(given: Answers) -> frozenset[str]:
    return frozenset(key for question, key in ACTIVITY_OF_QUESTION.items() if given[question] == "Y")


def shown(mine, theirs) -> bytes:
    """What the second of the two is shown while the first shares what overlaps."""
    found = reading(score_survey(mine), score_survey(theirs))
    parts = levels([entry.key for entry in found.mutual], len(found.mutual_topics), None)
    return msgspec.json.encode([found.mutual, found.mutual_topics, found.enough, parts, score(parts), found.overlap])


class TestTwoWorlds:
    def test_thousands_of_pairs_look_the_same_whatever_is_not_mutual(self):
        dice = Random(28)  # noqa: S311 - seeded worlds
        differing = 0
        for _ in range(3000):
            mine, theirs = answers(dice), answers(dice)
            instead = another_world(dice, mine, theirs)
            differing += instead != mine
            assert shown(mine, theirs) == shown(instead, theirs)
        assert differing == 3000

    def test_what_is_mutual_does_show(self):
        dice = Random(30)  # noqa: S311 - seeded worlds
        for _ in range(300):
            mine, theirs = answers(dice), answers(dice)
            question = dice.choice(list(TOPIC_OF_QUESTION))
            both = {**mine, question: "Y"}, {**theirs, question: "Y"}
            assert TOPIC_OF_QUESTION[question] in reading(*map(score_survey, both)).mutual_topics

    def test_what_all_responses_opens_knows_no_maybe_and_no_single_number(self):
        dice = Random(29)  # noqa: S311 - seeded worlds
        for _ in range(500):
            mine = answers(dice)
            quiet = {q: ("N" if value == "M" else value) for q, value in mine.items()}
            quiet |= {"A1": 1, "A5": 7, "A9": 4, "C1": []}
            one, other = (reading(score_survey(given), score_survey(given)).a for given in (mine, quiet))
            assert one == other
            assert readings.domain_levels(one.yes, one.topics) == readings.domain_levels(other.yes, other.topics)


class TestMutual:
    @pytest.mark.parametrize(
        ("a", "b", "expected"),
        [
            ({"massage_give"}, {"massage_receive"}, {"massage_give": "a"}),
            ({"massage_receive"}, {"massage_give"}, {"massage_give": "b"}),
            ({"massage_give"}, {"massage_give"}, {"massage_give": "both"}),
            ({"massage_receive"}, {"massage_receive"}, {"massage_receive": "both"}),
            ({"massage_give", "massage_receive"}, {"massage_receive"}, {"massage_give": "a", "massage_receive": "both"}),
            (
                {"massage_give", "massage_receive"}, {"massage_give", "massage_receive"},
                {"massage_give": "both", "massage_receive": "both"},
            ),
            ({"stripping_self"}, {"watching_strip"}, {"stripping_self": "a"}),
            ({"watching_solo_pleasure"}, {"solo_pleasure_self"}, {"solo_pleasure_self": "b"}),
            ({"dirty_talk"}, {"dirty_talk"}, {"dirty_talk": "both"}),
            ({"dirty_talk"}, {"moaning"}, {}),
            ({"massage_give"}, {"spanking_hard_receive"}, {}),
        ],
    )  # fmt: skip
    def test_roles_pair_with_their_counterpart_and_say_who_gives(self, a, b, expected):
        assert keys(*mutual(frozenset(a), frozenset(b))) == expected

    def test_it_is_the_same_from_the_other_side(self):
        dice = Random(5)  # noqa: S311 - seeded worlds
        turned = {"a": "b", "b": "a", "both": "both"}
        for _ in range(300):
            one, other = _yes(answers(dice)), _yes(answers(dice))
            assert keys(*mutual(one, other)) == {key: turned[gives] for key, gives in keys(*mutual(other, one)).items()}

    def test_a_maybe_is_no_yes(self):
        found = reading(
            score_survey({"B1b": "M", "B19": "M", "B30": "M"}), score_survey({"B1a": "Y", "B19": "Y", "B30": "Y"})
        )
        assert (found.mutual, found.mutual_topics) == ((), ())


class TestScore:
    @pytest.mark.parametrize(
        ("shared", "topics", "expected"),
        [(0, 0, 1), (1, 0, 1), (2, 1, 2), (5, 3, 3), (9, 5, 4), (14, 7, 5), (50, 8, 5)],
    )
    def test_activities_and_topics_count_in_steps(self, shared, topics, expected):
        found = levels(list(ACTIVITY_OF_QUESTION.values())[:shared], topics, None)
        assert (found.activities, found.topics) == (expected, expected)

    def test_a_domain_counts_where_one_of_its_keys_is_mutual(self):
        assert levels([], 0, None).domains == levels(["oral_sex_give"], 0, None).domains == 1
        assert levels([DOMAIN_TERMS[domain][0] for domain in DOMAINS], 0, None).domains == 5

    def test_it_is_the_mean_of_three_in_steps_of_five_and_power_is_not_one_of_them(self):
        for power in (None, 1, 5):
            assert score(Levels(power, 1, 1, 1)) == 0
            assert score(Levels(power, 5, 5, 5)) == 100
            assert score(Levels(power, 1, 2, 1)) == 10
        assert {score(Levels(None, a, b, c)) % 5 for a in range(1, 6) for b in range(1, 6) for c in range(1, 6)} == {0}

    def test_the_phrases_are_five_and_none_of_them_hurts(self):
        phrases = {phrase(points) for points in range(101)}
        assert len(phrases) == 5
        hurtful = ("challeng", "low", "poor", "little", "bad", "incompatib", "not ", "0")
        assert not [words for words in phrases for word in hurtful if word in words.lower()]

    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            (TOP, BOTTOM, 5),
            (SWITCH, SWITCH, 4),
            (SWITCH, TOP, 3),
            (VERSATILE, None, 3),
            (VERSATILE, TOP, 2),
            (TOP, TOP, 1),
        ],
    )
    def test_power_goes_together_on_five_levels(self, one, other, expected):
        assert power_level(one, other) == power_level(other, one) == expected


class TestEnough:
    def test_it_takes_twenty_questions_answered_by_both(self):
        questions = list(IN_CHAPTERS)
        for shared in (0, ENOUGH - 1, ENOUGH, 75):
            one = {question: _any(question) for question in questions[:shared]}
            other = {question: _any(question) for question in questions}
            assert reading(score_survey(one), score_survey(other)).enough is (shared >= ENOUGH)

    def test_a_no_is_an_answer_and_a_profile_without_the_list_tells_what_it_can(self):
        given = {**dict.fromkeys(ACTIVITY_OF_QUESTION, "N"), "B30": "M", "B31": "N", "A1": 5}
        scored = score_survey(given)
        assert answered(scored) == set(given)
        old = msgspec.structs.replace(scored, answered=None)
        assert answered(old) == set(given) - {"A1", "B31"}


def _any(question: str) -> object:
    return [] if question == "C1" else 3 if question.startswith("A") else "N"
