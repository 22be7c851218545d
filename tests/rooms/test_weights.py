"""With both surveys the draw leans towards what the two want, never so far that a card is out of the question."""

import json
from collections import Counter
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.activities.card import Card, Step, Tags
from rooms.profiles.picking import pick_score
from rooms.profiles.profile import Profile
from rooms.profiles.scoring import score_survey
from rooms.sessions import weights
from rooms.sessions.weights import Leaning, Taste

LEADING = score_survey({"A13": 7, "A15": 7, "A14": 1, "A16": 1, "B1b": "Y", "B4b": "Y", "B20": "N"})
FOLLOWING = score_survey({"A14": 7, "A16": 7, "A13": 1, "A15": 1, "B1a": "Y", "B4a": "M", "B20": "N"})


def card(*keys, theme="", domains=("connection",), role="neutral", number=1, intensity=2):
    return Card(
        activity_id=number, uid="", type="dare", rating="R", intensity=intensity, steps=(Step("A", "Do."),),
        tags=Tags((theme,) if theme else ()), preference_keys=keys, domains=domains, power_role=role,
    )  # fmt: skip


def tastes(a=LEADING, b=FOLLOWING, **both):
    return {"A": Taste(profile=a, **both), "B": Taste(profile=b, **both)}


WANTED = card("massage_give", "massage_receive", role="top")
UNWANTED = card("moaning", role="bottom", number=2)


def weigh(of, seats=None, active="A"):
    return weights.weigh(of, active, seats or tastes(), seq=5, target=20)


def test_a_card_weighs_what_its_pick_score_says_with_the_active_player_first():
    for active, pair in (("A", (LEADING, FOLLOWING)), ("B", (FOLLOWING, LEADING))):
        found = weigh(WANTED, active=active)
        assert found.pick == pick_score(WANTED, *pair, seq=5, target=20)
        assert found.total == found.pick.overall_score


@pytest.mark.parametrize(("domain", "counts_as"), [("sensual", "sensation"), ("edge", "power")])
def test_a_domain_that_nobody_has_a_score_for_counts_as_the_one_it_belongs_to(domain, counts_as):
    low, high = (tastes(*[Profile(domain_scores={counts_as: score})] * 2) for score in (0, 100))
    for named in ((domain,), (counts_as,), (domain, counts_as)):
        of = card("massage_give", domains=named)
        assert weigh(of, low).pick.domain_fit_score == 0.0
        assert weigh(of, high).pick.domain_fit_score == 1.0
    assert weigh(card("massage_give", domains=("playful",)), high).pick.domain_fit_score == 0.5


@pytest.mark.parametrize(
    ("type_", "keys", "act", "pressure"),
    [
        ("dare", ("dancing_self",), "", "high"),
        ("dare", ("stripping_self", "watching_strip"), "", "high"),
        ("dare", ("posing_self",), "", "high"),
        ("dare", (), "dance", "high"),
        ("dare", ("commands_give", "commands_receive"), "", "moderate"),
        ("dare", ("roleplay",), "", "moderate"),
        ("dare", ("massage_give", "massage_receive"), "massage", None),
        ("dare", (), "", None),
        ("truth", ("dancing_self",), "", None),
    ],
)
def test_a_dare_that_puts_somebody_on_the_spot_comes_less_often_to_whoever_worries(type_, keys, act, pressure):
    of = msgspec.structs.replace(card(*keys), type=type_, tags=Tags(act=act))
    assert of.performance_pressure == pressure
    calm, worried = ({"A5": v, "A6": v, "A7": v, "A8": v} for v in (1, 7))
    relaxed = weigh(of, tastes(*[score_survey(calm)] * 2)).pick.sisp_modifier
    uneasy = weigh(of, tastes(score_survey(calm), score_survey(worried))).pick.sisp_modifier
    assert (relaxed, uneasy) == (0.0, -0.15 if pressure else 0.0)


def draw(roll, cards, seats=None, temperature=0.15):
    leaning = Leaning(seats or tastes(), temperature)
    return leaning.choose(roll, cards, "A", seq=5, target=20), leaning.why


def test_what_both_want_comes_far_more_often_than_what_neither_does():
    found = [draw(n / 1000, [WANTED, UNWANTED])[0] for n in range(1000)]
    assert 900 < found.count(WANTED) < 1000


def test_the_reason_for_the_chosen_card_is_told():
    chosen, why = draw(0.0, [WANTED, UNWANTED])
    assert set(why) == {chosen.activity_id}
    assert (why[1].among, why[1].pick) == (2, weigh(WANTED).pick)
    assert 0.9 < why[1].share < 1


def test_of_very_many_cards_all_can_come_and_few_are_weighed():
    many = [card("massage_give", number=number) for number in range(1, 1001)]
    dice = Random(1)  # noqa: S311 - repeatable on purpose
    found = Counter()
    for _ in range(6000):
        few, left = weights.some(dice.random(), len(many))
        assert len(set(few)) == weights.MOST_WEIGHED
        assert list(few) == sorted(few)
        assert 0 <= left < 1
        found[draw(left, [many[place] for place in few])[0].activity_id] += 1
    assert len(found) > 980
    assert max(found.values()) < 25


def test_likes_and_dislikes_move_a_card_by_a_fifth_at_most():
    about = ("massage_give", "massage_receive", "connection")
    for liked, expected in ((100, 0.2), (3, 0.2), (1, 0.067), (-1, -0.067), (-100, -0.2)):
        seats = tastes(liked=dict.fromkeys(about, liked))
        assert weigh(WANTED, seats).feedback == pytest.approx(expected, abs=0.001)
    one_sided = {"A": Taste(profile=LEADING, liked=dict.fromkeys(about, 3)), "B": Taste(profile=FOLLOWING)}
    assert weigh(WANTED, one_sided).feedback == pytest.approx(0.1)


def test_likes_of_other_things_do_not_matter():
    assert weigh(WANTED, tastes(liked={"roleplay": 9})).feedback == 0


@pytest.mark.parametrize(
    ("theme", "seen", "sessions", "expected"),
    [
        ("new", frozenset(), 0, 0.0),
        ("new", frozenset(), 5, 0.025),
        ("new", frozenset(), 10, 0.05),
        ("new", frozenset(), 1000, 0.05),
        ("new", frozenset({"new"}), 10, 0.0),
        ("", frozenset(), 10, 0.0),
    ],
)
def test_a_theme_unseen_by_both_gains_a_little_with_the_sessions_played(theme, seen, sessions, expected):
    found = weigh(card("massage_give", theme=theme), tastes(themes=seen, sessions=sessions))
    assert found.novelty == expected


def test_partial_profiles_and_untold_cards_are_weighed_too():
    empty = tastes(Profile(), Profile())
    assert 0 <= weigh(card(domains=()), empty).total <= 1


SCORES = st.lists(st.floats(-0.25, 1.25), min_size=1, max_size=50)


@given(SCORES, st.floats(0.01, 10), st.floats(0, 1, exclude_max=True))
def test_shares_sum_to_one_and_none_is_nothing(scores, temperature, roll):
    shares = weights.softmax(scores, temperature)
    assert sum(shares) == pytest.approx(1)
    assert min(shares) > 0
    assert 0 <= weights.fall_on(roll, shares) < len(shares)
    assert sorted(shares) == [share for _, share in sorted(zip(scores, shares, strict=True))]


def test_a_higher_temperature_is_more_even():
    cool, warm = (weights.softmax([0.9, 0.1], temperature)[0] for temperature in (0.05, 5))
    assert cool > 0.99
    assert 0.5 < warm < 0.6


def test_every_roll_falls_where_its_share_is():
    assert [weights.fall_on(roll, [0.25, 0.5, 0.25]) for roll in (0, 0.2499, 0.25, 0.74, 0.75, 0.999)] == [
        0, 0, 1, 1, 2, 2,
    ]  # fmt: skip
    assert weights.fall_on(0.9999999, [0.3, 0.3, 0.3]) == 2


def test_a_weight_can_be_kept_as_json():
    assert json.loads(msgspec.json.encode(weigh(WANTED)))["pick"]["overall_score"] > 0.5


@pytest.mark.parametrize(("step", "fits"), [(2, 2), (10, 3), (18, 4), (24, 3)])
def test_the_intensity_that_the_evening_has_come_to_weighs_more(step, fits):
    """A warm-up, a build, a peak and an afterglow, for two who are easily stirred: an intensity more than usual."""
    easily = tastes(*[score_survey({f"A{number}": 7 for number in range(1, 5)})] * 2)
    found = {
        number: weights.weigh(card("massage_give", intensity=number), "A", easily, seq=step, target=25).total
        for number in range(1, 6)
    }
    assert max(found, key=lambda number: found[number]) == fits
