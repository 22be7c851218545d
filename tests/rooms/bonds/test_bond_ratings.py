"""What members rate, what others learn of it, and how a text meets a limit."""

from datetime import UTC, datetime, timedelta

import pytest

from rooms.activities import taxonomy
from rooms.bonds.limits import Limits, Said, content_words, is_hit, keys_of_name, limits_of, said_in
from rooms.bonds.ratings import RATINGS, Given, Shown, rated, view
from rooms.errors import WrongState
from rooms.sessions.limits import MAYBE, NO, YES, Facts, Player, may_be_shown

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
WILLING = Player(
    anatomy=frozenset(taxonomy.BODY_PARTS), asked=True, answers=dict.fromkeys(taxonomy.PREFERENCE_KEYS, YES)
)


def facts(*keys, kind="dare", rating="X"):
    return Facts(
        type=kind, rating=rating, preference_keys=keys, topics=frozenset(), needs_active=frozenset(),
        boundaries=frozenset().union(*map(taxonomy.boundaries_of, keys)), needs_partner=frozenset(), negotiated=False,
    )  # fmt: skip


class TestRating:
    @pytest.mark.parametrize("away", ["maybe", "no", "hard_no"])
    def test_away_from_yes_goes_at_once_and_back_once_in_a_day(self, away):
        yes = rated(None, "yes", NOON, shown=False)
        assert yes == Given("yes", shown=False, yes_at=NOON)
        gone = rated(yes, away, NOON, shown=False)
        with pytest.raises(WrongState):
            rated(gone, "yes", NOON + timedelta(hours=23, minutes=59), shown=False)
        again = rated(gone, "yes", NOON + timedelta(hours=24), shown=False)
        assert again.yes_at == NOON + timedelta(hours=24)

    def test_what_already_holds_changes_nothing(self):
        for rating in RATINGS:
            assert rated(Given(rating, shown=True), rating, NOON, shown=True) is None
        assert rated(Given("no"), "no", NOON, shown=True) == Given("no", shown=True)

    def test_a_yes_stays_one_whether_it_is_shown_or_not(self):
        assert rated(Given("yes", yes_at=NOON), "yes", NOON, shown=True) == Given("yes", shown=True, yes_at=NOON)


class TestView:
    def test_of_two_both_see_a_match_and_nothing_of_anything_else(self):
        both = view(Given("yes"), [Shown("ben", "yes")], {}, members=2)
        assert (both.my_rating, both.partner_rating, both.is_mutual, both.mutual_with) == ("yes", "yes", True, ("ben",))
        alone = view(Given("hard_no"), [], {}, members=2)
        assert (alone.my_rating, alone.partner_rating, alone.is_mutual, alone.is_hard_limit) == (
            "hard_no",
            None,
            False,
            True,
        )
        assert view(None, [], {}, members=2).my_rating is None

    def test_what_somebody_shows_is_seen_whatever_one_said_oneself(self):
        seen = view(None, [Shown("ben", "maybe")], {"ben": True}, members=2)
        assert (seen.partner_rating, seen.is_soft_limit, seen.is_mutual) == ("maybe", True, False)
        assert seen.shown_by == (Shown("ben", "maybe"),)

    def test_of_three_nobody_is_the_partner(self):
        seen = view(Given("yes"), [Shown("ben", "yes"), Shown("cleo", "hard_no")], {"cleo": True}, members=3)
        assert (seen.partner_rating, seen.mutual_with, seen.is_hard_limit) == (None, ("ben",), True)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "keys"),
        [
            ("Massage", {"massage_give", "massage_receive"}),
            (
                "Spanking",
                {"spanking_moderate_give", "spanking_moderate_receive", "spanking_hard_give", "spanking_hard_receive"},
            ),
            ("Impact play", {"spanking_hard_give", "spanking_hard_receive", taxonomy.IMPACT}),
            ("Degradation", {taxonomy.DEGRADE}),
            ("Ice play", set()),
        ],
    )
    def test_a_name_says_preference_keys_in_both_directions_else_boundaries_else_nothing(self, name, keys):
        assert set(keys_of_name(name)) == keys

    def test_the_words_of_a_name_are_those_that_say_something(self):
        assert content_words("The ice play") == {"ice"}
        assert content_words("It") == {"it"}


class TestTexts:
    def test_a_text_names_what_is_done_to_whoever_reads_it(self):
        assert said_in(["Ask for a spanking at eight."]).keys == {"spanking_moderate_receive", taxonomy.IMPACT}

    @pytest.mark.parametrize(
        "text", ["Spank me tonight.", "A massage for your partner.", "Massage!", "Massiere meine Hände."]
    )
    def test_where_somebody_else_is_in_it_or_it_tells_what_to_do_both_directions_count(self, text):
        assert {key.rpartition("_")[2] for key in said_in([text]).keys if key.endswith(("_give", "_receive"))} == {
            "give",
            "receive",
        }

    def test_what_nobody_may_ask_of_anybody_is_said_so_and_other_words_are_nothing(self):
        assert said_in(["Water the plants.", "Call your mother."]) == Said(
            frozenset(), anything=False, is_forbidden=False
        )
        assert said_in(["Pretend you are sixteen and kiss me."]).is_forbidden

    def test_limits_are_those_of_the_game_and_those_that_the_bond_knows(self):
        player = Player(
            hard=frozenset({taxonomy.RECORD}), soft=frozenset({taxonomy.PUBLIC}),
            answers={"massage_give": NO, "dirty_talk": MAYBE, "moaning": YES, "posing_watching": NO},
            never=frozenset({"choking_give", "choking_receive"}),
        )  # fmt: skip
        limits = limits_of(player, ["roleplay", "massage_give"], ["Ice play"])
        assert limits.hard == {taxonomy.RECORD, "massage_give", "choking_give", "choking_receive"}
        assert limits.soft == {taxonomy.PUBLIC, "dirty_talk", "roleplay"}
        assert limits.words == ({"ice"},)

    @pytest.mark.parametrize(
        ("text", "hit"),
        [
            ("Bring the ICE cubes", True),
            ("Ices on a stick", True),
            ("Eis", False),
            ("Nice", False),
        ],
    )
    def test_words_without_a_key_are_found_word_by_word(self, text, hit):
        assert is_hit(Limits(words=(content_words("Ice play"),)), (), [text]) is hit

    def test_of_several_words_all_have_to_be_there(self):
        limits = Limits(words=(content_words("Cold shower"),))
        assert is_hit(limits, (), ["A shower, a cold one"])
        assert not is_hit(limits, (), ["A shower"])

    def test_a_key_is_a_hit_without_any_words(self):
        assert is_hit(
            Limits(hard=frozenset({taxonomy.IMPACT})), said_in(["Ask for a spanking."]).keys, ["Ask for a spanking."]
        )
        assert not is_hit(
            Limits(hard=frozenset({taxonomy.PUBLIC})), said_in(["Ask for a spanking."]).keys, ["Ask for a spanking."]
        )


class TestCards:
    @pytest.mark.parametrize("kind", ["dare", "truth"])
    @pytest.mark.parametrize("key", ["posing_self", "posing_watching", "massage_give", "dirty_talk", "choking_receive"])
    def test_what_somebody_never_wants_comes_in_no_role_and_at_no_level(self, kind, key):
        never = frozenset({key, taxonomy.counterpart(key)})
        no = Player(anatomy=WILLING.anatomy, asked=True, answers=WILLING.answers, never=never)
        card = facts(key, kind=kind)
        assert may_be_shown(card, "X", WILLING, WILLING)
        assert not may_be_shown(card, "X", no, WILLING)
        assert not may_be_shown(card, "X", WILLING, no)
        assert may_be_shown(facts("moaning", kind=kind), "X", no, no)
