"""The draw: what it prefers, in which order it gives way, and that it always yields."""

from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.activities import taxonomy
from rooms.activities.card import Card, Step, Tags
from rooms.sessions import draw as draws
from rooms.sessions.draw import Request
from rooms.sessions.events import ShownCard
from rooms.sessions.index import Index
from rooms.sessions.limits import Pair, Player, facts_of, facts_of_shown, may_be_shown
from rooms.sessions.neutral import NEUTRAL, NEUTRAL_APART
from rooms.sessions.state import LEVELS
from tests.rooms.room import OPEN_TO_ALL, Scenario, cards_of, make_card

COUPLE = {"A": OPEN_TO_ALL, "B": OPEN_TO_ALL}
YES = dict.fromkeys(taxonomy.PREFERENCE_KEYS, 1.0)


def request(**changes: Any) -> Request:
    """A dare for seat A in the build phase at R: intensity 2 to 3."""
    values = {"active": "A", "type": "dare", "level": "R", "step": 10, "target": 25} | changes
    return Request(**values)


def fitting(number: int, **changes: Any) -> Card:
    """A card inside that window."""
    return make_card(number, **({"rating": "R", "intensity": 2} | changes))


def draw(ask: Request, roll: float, bank: list[Card], players: Pair, **more: Any) -> ShownCard:
    """The card out of these cards."""
    return draws.draw(ask, roll, Index(bank), players, **more)


def possible(
    ask: Request, bank: list[Card], players: dict[str, Player] | None = None
) -> set[tuple[int | None, str | None]]:
    """Every card that some roll brings, with what was relaxed."""
    rolls = [number / 200 for number in range(200)]
    index = Index(bank)
    dealt = [draws.draw(ask, roll, index, players or COUPLE) for roll in rolls]  # type: ignore[arg-type]
    return {(card.activity_id, card.relaxed) for card in dealt}


def test_every_card_that_fits_has_the_same_chance():
    bank = [fitting(number) for number in range(1, 5)]
    drawn = Counter(draw(request(), roll / 1000, bank, COUPLE).activity_id for roll in range(1000))
    assert drawn == {1: 250, 2: 250, 3: 250, 4: 250}


def test_a_card_is_dealt_to_seats():
    card = fitting(1, steps=(Step("A", "Hug {partner}."), Step("B", "Hug back.")), needs=(("penis",), ("breasts",)))
    dealt = draw(request(active="B"), 0.0, [card], COUPLE)
    assert (dealt.active, dealt.partner) == ("B", "A")
    assert [(step.actor, step.do) for step in dealt.steps] == [("B", "Hug {partner}."), ("A", "Hug back.")]
    assert (dealt.seq_no, dealt.phase, dealt.relaxed, dealt.source) == (10, "build", None, "bank")


def test_a_card_on_screen_is_looked_at_like_the_card_in_the_bank():
    card = fitting(
        1, preference_keys=("restraints_give",), hard_limit_keys=(taxonomy.RECORD,), requires_consent_negotiation=True,
        needs=(("penis",), ("breasts",)), tags=Tags(topics=("turn_ons",)),
    )  # fmt: skip
    willing = msgspec.structs.replace(OPEN_TO_ALL, asked=True, answers=YES)
    dealt = draw(request(level="X", step=1), 0.0, [card], {"A": willing, "B": willing})
    assert facts_of_shown(dealt) == facts_of(card)
    assert facts_of_shown(dealt).boundaries == {taxonomy.RECORD, taxonomy.RESTRAIN}


def test_the_body_parts_are_those_of_the_active_player_and_the_partner():
    players = {"A": Player(anatomy=frozenset({"penis"})), "B": Player(anatomy=frozenset({"vagina"}))}
    bank = [fitting(1, needs=(("penis",), ())), fitting(2, needs=(("vagina",), ()))]
    assert possible(request(active="A"), bank, players) == {(1, None)}
    assert possible(request(active="B"), bank, players) == {(2, None)}


def test_theme_gives_way_first_then_the_window_then_no_repeat_then_a_neutral_card():
    tired = fitting(1, tags=Tags(("kissing",)))
    near = fitting(2, intensity=1)
    seen = fitting(3)
    far = fitting(4, intensity=5)
    fresh = fitting(5)
    ask = request(tired=frozenset({"kissing"}), shown=(3,))
    assert possible(ask, [tired, near, seen, far, fresh]) == {(5, None)}
    assert possible(ask, [tired, near, seen, far]) == {(1, "theme")}
    assert possible(ask, [near, seen, far]) == {(2, "window")}
    assert possible(ask, [seen, far]) == {(3, "no_repeat")}
    assert possible(ask, [far]) == {(None, "neutral")}
    assert possible(ask, []) == {(None, "neutral")}


@pytest.mark.parametrize(("intensity", "relaxed"), [(1, "window"), (2, None), (3, None), (4, "window"), (5, "neutral")])
def test_the_window_opens_by_one_on_each_side(intensity, relaxed):
    assert {step for _, step in possible(request(), [fitting(1, intensity=intensity)])} == {relaxed}


def test_what_either_has_seen_lately_does_not_come_back_while_there_is_another():
    players = {
        "A": msgspec.structs.replace(OPEN_TO_ALL, recent=frozenset({1})),
        "B": msgspec.structs.replace(OPEN_TO_ALL, recent=frozenset({2})),
    }
    assert possible(request(), [fitting(1), fitting(2), fitting(3)], players) == {(3, None)}


def test_when_all_were_seen_the_one_seen_longest_ago_comes_and_this_evenings_last():
    everything = frozenset({1, 2, 3})
    players = {
        "A": msgspec.structs.replace(OPEN_TO_ALL, recent=everything, last_seen={1: 3, 2: 1, 3: 2}),
        "B": msgspec.structs.replace(OPEN_TO_ALL, recent=everything, last_seen={1: 1, 2: 1, 3: 3}),
    }
    bank = [fitting(1), fitting(2), fitting(3)]
    assert possible(request(), bank, players) == {(2, "no_repeat")}
    assert possible(request(shown=(2,)), bank, players) == {(1, "no_repeat"), (3, "no_repeat")}
    assert possible(request(shown=(2, 1, 3)), bank, players) == {(2, "no_repeat")}
    assert possible(request(shown=(2, 1, 3, 2)), bank, players) == {(1, "no_repeat")}


def test_a_skip_never_brings_the_card_it_was_to_replace():
    on_screen = draw(request(), 0.0, [fitting(1)], COUPLE)
    ask = request(shown=(1,), instead_of=on_screen)
    assert possible(ask, [fitting(1)]) == {(None, "neutral")}
    neutral = draw(request(), 0.0, [], COUPLE)
    texts = {draw(request(instead_of=neutral), roll / 50, [], COUPLE).steps[0].do for roll in range(50)}
    assert neutral.steps[0].do not in texts
    assert len(texts) == len(NEUTRAL["dare"]) - 1


@pytest.mark.parametrize("type_", ["truth", "dare"])
@pytest.mark.parametrize("level", LEVELS)
def test_a_neutral_card_suits_everybody(level, type_):
    nobody = Player(hard=frozenset(taxonomy.BOUNDARY_KEYS), soft=frozenset(taxonomy.BOUNDARY_KEYS), answers={})
    for roll in (0.0, 0.3, 0.6, 0.999):
        card = draw(request(level=level, type=type_), roll, [], {"A": nobody, "B": nobody})
        assert (card.rating, card.intensity, card.activity_id, card.type) == ("G", 1, None, type_)
        assert may_be_shown(facts_of_shown(card), level, nobody, nobody)


@pytest.mark.parametrize(
    "forbidden",
    [
        fitting(1, hard_boundaries=(taxonomy.ANAL,)),
        fitting(1, preference_keys=("rimming_give",)),
        fitting(1, preference_keys=("massage_give",)),
        fitting(1, preference_keys=("roleplay",)),
        fitting(1, rating="X"),
        fitting(1, needs=(("penis",), ())),
        fitting(1, needs=((), ("penis",))),
        fitting(1, preference_keys=("unheard_of",)),
        fitting(1, tags=Tags(topics=("insecurities",))),
        fitting(1, tags=Tags(topics=("the weather",))),
    ],
)
def test_no_shortage_relaxes_limits_level_body_parts_or_a_no(forbidden):
    nothing_but = Player(
        anatomy=frozenset({"vagina"}), hard=frozenset({taxonomy.ANAL}), asked=True,
        declined_topics=frozenset({"insecurities"}),
        answers={**YES, "massage_give": 0.0, "massage_receive": 0.0, "roleplay": 0.0},
    )  # fmt: skip
    players = {"A": nothing_but, "B": nothing_but}
    assert possible(request(), [forbidden], players) == {(None, "neutral")}


keys = st.sampled_from(taxonomy.PREFERENCE_KEYS)
boundaries = st.frozensets(st.sampled_from(taxonomy.BOUNDARY_KEYS), max_size=3)
cards = st.builds(
    make_card,
    st.integers(1, 40),
    type=st.sampled_from(["truth", "dare"]),
    rating=st.sampled_from(LEVELS),
    intensity=st.integers(1, 5),
    tags=st.builds(
        Tags,
        themes=st.sampled_from([(), ("kissing",), ("talking",), ("touch",)]),
        act=st.sampled_from(["", "kiss", "words"]),
        topics=st.lists(st.sampled_from(taxonomy.TOPICS), max_size=1).map(tuple),
    ),
    preference_keys=st.lists(keys, max_size=2).map(tuple),
    hard_boundaries=boundaries.map(tuple),
    requires_consent_negotiation=st.booleans(),
    needs=st.tuples(*[st.lists(st.sampled_from(taxonomy.BODY_PARTS), max_size=1).map(tuple)] * 2),
)
players_ = st.builds(
    Player,
    anatomy=st.frozensets(st.sampled_from(taxonomy.BODY_PARTS)),
    hard=boundaries,
    soft=boundaries,
    asked=st.booleans(),
    declined_topics=st.frozensets(st.sampled_from(taxonomy.TOPICS), max_size=3),
    answers=st.one_of(
        st.none(), st.dictionaries(keys, st.sampled_from([0.0, 0.5, 1.0])).map(lambda some: {**YES, **some})
    ),
    recent=st.frozensets(st.integers(1, 40)),
)


@given(
    bank=st.lists(cards, max_size=40, unique_by=lambda card: card.activity_id),
    active=players_,
    partner=players_,
    level=st.sampled_from(LEVELS),
    step=st.integers(1, 25),
    roll=st.floats(0, 1, exclude_max=True),
    shown=st.lists(st.integers(1, 40), max_size=20).map(tuple),
    plain=st.booleans(),
)
def test_a_draw_always_yields_and_only_what_these_two_may_see(
    *, bank, active, partner, level, step, roll, shown, plain
):
    ask = request(level=level, step=step, shown=shown, tired=frozenset({"kissing"}), plain=plain)
    dealt = draw(ask, roll, bank, {"A": active, "B": partner})
    if dealt.relaxed == "neutral":
        return
    assert may_be_shown(facts_of_shown(dealt), level, active, partner)
    assert not (plain and (dealt.boundaries or dealt.preference_keys or dealt.topics))
    assert any(card.activity_id == dealt.activity_id and facts_of(card) == facts_of_shown(dealt) for card in bank)
    stale = active.recent | partner.recent | set(shown)
    assert (dealt.activity_id in stale) == (dealt.relaxed == "no_repeat")
    if dealt.relaxed is None:
        assert dealt.theme != "kissing"


# --- the act --------------------------------------------------------------------------------------------------------------


def test_what_was_just_done_comes_after_everything_else():
    kiss, hug = fitting(1, tags=Tags(("a",), act="kiss")), fitting(2, tags=Tags(("b",), act="hug"))
    ask = request(tired_acts=frozenset({"kiss"}))
    assert possible(ask, [kiss, hug]) == {(2, None)}
    assert possible(ask, [kiss]) == {(1, None)}
    untold = fitting(3, tags=Tags(("c",)))
    assert possible(request(tired_acts=frozenset({"kiss", ""})), [kiss, hug, untold]) >= {(2, None)}


def test_an_act_never_comes_at_the_price_of_the_theme_the_window_or_a_repeat():
    kiss = fitting(1, tags=Tags(("a",), act="kiss"))
    others = [
        fitting(2, tags=Tags(("tired",), act="hug")),
        fitting(3, tags=Tags(("b",), act="hug"), intensity=1),
        fitting(4, tags=Tags(("c",), act="hug")),
    ]
    ask = request(tired_acts=frozenset({"kiss"}), tired=frozenset({"tired"}), shown=(4,))
    assert possible(ask, [kiss, *others]) == {(1, None)}


def test_the_words_of_a_question_take_nothing_from_a_dare_about_words():
    room = Scenario(intimacy_level="G")
    room.bank = [
        make_card(number, type=kind, tags=Tags((f"theme {number}",), act="words"))
        for number, kind in enumerate(("truth", "truth", "dare", "dare"), start=1)
    ]
    room.with_card("truth")
    room.a.complete()
    room.b.choose("dare")
    assert room.requests[-1].tired_acts == frozenset()
    room.b.skip()
    assert room.requests[-1].tired_acts == {"words"}


@settings(max_examples=25)
@given(
    order=st.permutations(range(24)), acts=st.integers(4, 6), skips=st.lists(st.integers(0, 2), min_size=8, max_size=8)
)
def test_no_act_comes_back_before_three_other_cards_while_there_is_another(order, acts, skips):
    room = Scenario(activity_type="dare", intimacy_level="G", target_activities=20)
    room.bank = [
        make_card(place + 1, tags=Tags((f"theme {place}",), act=f"act {number % acts}"))
        for place, number in enumerate(order)
    ]
    room.started()
    for count in skips[:6]:
        for _ in range(count):
            room.a.skip()
        room.a.complete()
    seen: list[ShownCard] = []
    for dealt in cards_of(room):
        left = [card for card in room.bank if card.activity_id not in {card.activity_id for card in seen}]
        recent = {card.act for card in seen[-3:]}
        if dealt.relaxed is None and dealt.act in recent:
            assert {card.tags.act for card in left} <= recent
        seen.append(dealt)


# --- plain cards ----------------------------------------------------------------------------------------------------------


PRIVATE = {
    "a boundary": {"hard_boundaries": (taxonomy.ANAL,)},
    "a limit key": {"hard_limit_keys": (taxonomy.PUBLIC,)},
    "a preference": {"preference_keys": ("massage_give",)},
    "a topic": {"tags": Tags(topics=("turn_ons",))},
    "a talk before": {"requires_consent_negotiation": True},
    "a body": {"needs": ((), ("breasts",))},
}


@pytest.mark.parametrize("private", PRIVATE)
def test_a_plain_request_brings_no_card_that_anybodys_answers_could_keep_away(private):
    players = dict.fromkeys(("A", "B"), msgspec.structs.replace(OPEN_TO_ALL, asked=True, answers=YES))
    telling, plain = fitting(1, **PRIVATE[private]), fitting(2)
    assert possible(request(level="X", step=1), [telling, plain], players) == {(1, None), (2, None)}
    assert possible(request(level="X", step=1, plain=True), [telling, plain], players) == {(2, None)}
    assert possible(request(level="X", step=1, plain=True), [telling], players) == {(None, "neutral")}
    seen = request(level="X", step=1, plain=True, shown=(2,))
    assert possible(seen, [telling, plain], players) == {(2, "no_repeat")}


@given(
    bank=st.lists(cards, max_size=40, unique_by=lambda card: card.activity_id),
    active=players_,
    one=players_,
    other=players_,
    level=st.sampled_from(LEVELS),
    step=st.integers(1, 25),
    roll=st.floats(0, 1, exclude_max=True),
)
def test_what_a_plain_request_brings_is_the_same_whatever_the_partner_answered(
    *, bank, active, one, other, level, step, roll
):
    ask = request(level=level, step=step, plain=True)
    found = [
        draw(ask, roll, bank, {"A": active, "B": msgspec.structs.replace(partner, recent=frozenset())})
        for partner in (one, other)
    ]
    assert found[0] == found[1]


# --- who wants little ------------------------------------------------------------------------------------------------------


LITTLE = {key: 1.0 if taxonomy.RESTRAIN in taxonomy.boundaries_of(key) else 0.0 for key in taxonomy.PREFERENCE_KEYS}


def wanting(answers: dict[str, float], *limits: str) -> Player:
    return msgspec.structs.replace(OPEN_TO_ALL, asked=True, answers=answers, hard=frozenset(limits))


def shares(active: Player, partner: Player, bank: list[Card]) -> Counter[int | None]:
    """How often each card comes, of a thousand rolls."""
    index, ask, pair = Index(bank), request(level="X", step=1), {"A": active, "B": partner}
    return Counter(draws.draw(ask, (n + 0.5) / 1000, index, pair).activity_id for n in range(1000))


def test_two_of_whom_one_wants_little_seldom_get_what_is_under_a_boundary_be_it_forbidden_or_not():
    bank = [fitting(number) for number in range(1, 5)] + [fitting(9, preference_keys=("restraints_give",))]
    for seats in (("A", "B"), ("B", "A")):
        little, open_, limited = wanting(LITTLE), wanting(YES), wanting(YES, taxonomy.RESTRAIN)
        without, with_limit = (
            shares(*((little, across) if seats == ("A", "B") else (across, little)), bank)
            for across in (open_, limited)
        )
        assert without[9] == 1000 * draws.SELDOM
        assert with_limit[9] == 0
        assert all(abs(without[number] - with_limit[number]) <= 10 for number in range(1, 5))


def test_what_is_under_a_boundary_comes_no_more_often_to_them_when_nothing_else_is_left():
    assert shares(wanting(LITTLE), wanting(YES), [fitting(9, preference_keys=("restraints_give",))]) == {
        9: 30,
        None: 970,
    }


def test_each_boundary_has_a_part_of_its_own_so_that_none_takes_the_place_of_another():
    """Else one that comes more often would tell of another that does not come."""
    answers = LITTLE | {"spanking_hard_give": 1.0, "spanking_hard_receive": 1.0}
    bank = [
        fitting(1),
        fitting(8, preference_keys=("spanking_hard_give",), rating="X"),
        fitting(9, preference_keys=("restraints_give",)),
    ]
    free = shares(wanting(answers), wanting(YES), bank)
    limited = shares(wanting(answers), wanting(YES, taxonomy.RESTRAIN), bank)
    assert (free[8], free[9], limited[8], limited[9]) == (30, 30, 30, 0)


def test_two_who_want_enough_get_what_is_under_a_boundary_like_all_else():
    free = [key for key in taxonomy.PREFERENCE_KEYS if not taxonomy.boundaries_of(key)]
    enough = LITTLE | {key: float(number % 4 > 0) for number, key in enumerate(free)}
    bank = [fitting(1), fitting(9, preference_keys=("restraints_give",))]
    assert shares(wanting(enough), wanting(YES), bank) == {1: 500, 9: 500}


# --- the room's own cards --------------------------------------------------------------------------------------------------


def own(number: int, **changes: Any) -> Card:
    """A card that only this room may see."""
    return fitting(number, **({"source": "user_submitted"} | changes))


def sources(ask: Request, bank: list[Card], own_cards: tuple[Card, ...], leaning: Any = None) -> Counter[str]:
    """How often each of a thousand rolls brings a card of the bank, of AI, of the two themselves."""
    index = Index(bank)
    return Counter(draws.draw(ask, n / 1000, index, COUPLE, leaning, own_cards=own_cards).source for n in range(1000))


@pytest.mark.parametrize("bank_ratio", [0.0, 0.25, 0.5, 1.0])
def test_the_bank_has_its_share_of_the_draws_and_the_rooms_own_cards_have_the_rest(bank_ratio):
    mine = (own(100), own(101, source="ai_generated"))
    found = sources(request(bank_ratio=bank_ratio), [fitting(number) for number in range(1, 9)], mine)
    assert found["bank"] == 1000 * bank_ratio
    assert found["ai_generated"] == found["user_submitted"] == 500 * (1 - bank_ratio)


def test_where_only_one_of_them_has_a_card_it_comes_from_there_and_nothing_is_given_up_for_it():
    assert sources(request(), [fitting(1)], (own(100, intensity=5),)) == {"bank": 1000}
    assert sources(request(), [fitting(1, intensity=1)], (own(100),)) == {"user_submitted": 1000}
    assert draw(request(), 0.0, [fitting(1, intensity=1)], COUPLE, own_cards=(own(100),)).relaxed is None


WRITTEN = own(100, hard_boundaries=(taxonomy.PUBLIC,)), own(101, hard_boundaries=(taxonomy.ANAL,))


@pytest.mark.parametrize("bank_ratio", [0.0, 0.5])
def test_a_card_that_the_two_wrote_and_answers_may_keep_away_comes_as_seldom_whatever_else_may_come(bank_ratio):
    """Else its writer, who knows what is ticked on it, would soon know what the other refuses."""
    bank = Index([fitting(number) for number in range(1, 9)])
    limited = {seat: Player(asked=True, hard=frozenset({taxonomy.ANAL}), answers=YES) for seat in "AB"}
    willing = {seat: Player(asked=True, answers=YES) for seat in "AB"}

    def found(players: Pair) -> Counter[int | None]:
        ask = request(bank_ratio=bank_ratio)
        dealt = [draws.draw(ask, n / 1000, bank, players, own_cards=WRITTEN) for n in range(1000)]
        return Counter(card.activity_id for card in dealt if card.source == "user_submitted")

    assert found(willing) == {100: 10, 101: 10}
    assert found(limited) == {100: 10}


@pytest.mark.parametrize(
    "forbidden",
    [
        {"hard_boundaries": (taxonomy.ANAL,)},
        {"preference_keys": ("rimming_give",)},
        {"rating": "X"},
        {"needs": (("penis",), ())},
        {"tags": Tags(topics=("insecurities",))},
        {"approved": False},
        {"is_active": False},
        {"domains": ()},
        {"audience_scope": "groups"},
        {"intensity": 5},
        {"type": "truth"},
    ],
)
def test_what_two_people_wrote_passes_the_same_gate(forbidden):
    limited = Player(
        asked=True, hard=frozenset({taxonomy.ANAL}), declined_topics=frozenset({"insecurities"}), answers=YES
    )
    dealt = draw(request(), 0.0, [], {"A": limited, "B": limited}, own_cards=(own(100, **forbidden),))
    assert dealt.relaxed == "neutral"


def test_the_steps_of_giving_way_are_the_same_for_the_rooms_own_cards():
    mine = (own(100, tags=Tags(("kissing",))), own(101, intensity=1), own(102), own(103, intensity=5))
    ask = request(tired=frozenset({"kissing"}), shown=(102,))
    assert draw(ask, 0.0, [], COUPLE, own_cards=mine).relaxed == "theme"
    assert draw(ask, 0.0, [], COUPLE, own_cards=mine[1:]).relaxed == "window"
    assert draw(ask, 0.0, [], COUPLE, own_cards=mine[2:]).relaxed == "no_repeat"
    assert draw(ask, 0.0, [], COUPLE, own_cards=mine[3:]).relaxed == "neutral"


def test_of_all_that_were_seen_the_oldest_comes_be_it_the_banks_or_their_own():
    players = dict.fromkeys(
        "AB", msgspec.structs.replace(OPEN_TO_ALL, recent=frozenset({1, 100}), last_seen={1: 7, 100: 3})
    )
    for roll in (0.0, 0.99):
        assert draw(request(), roll, [fitting(1)], players, own_cards=(own(100),)).activity_id == 100


# --- apart -----------------------------------------------------------------------------------------------------------------


def test_two_who_are_apart_get_only_cards_that_work_apart_however_few_there_are():
    near, far = fitting(1, tags=Tags(("a",))), fitting(2, tags=Tags(("b",), apart=True))
    assert possible(request(), [near, far]) == {(1, None), (2, None)}
    assert possible(request(apart=True), [near, far]) == {(2, None)}
    assert possible(request(apart=True, shown=(2,)), [near, far]) == {(2, "no_repeat")}
    assert possible(request(apart=True), [near]) == {(None, "neutral")}
    mine = (own(100), own(101, tags=Tags(apart=True)))
    assert draw(request(apart=True, bank_ratio=0.0), 0.9, [near], COUPLE, own_cards=mine).activity_id == 101


def test_the_rule_of_a_game_says_that_they_are_apart():
    rooms = [Scenario(activity_type="dare", rules=rules).started() for rules in ({"apart": True}, {"apart": "yes"}, {})]
    assert [room.requests[-1].apart for room in rooms] == [True, False, False]


@pytest.mark.parametrize("type_", ["truth", "dare"])
def test_apart_a_neutral_card_needs_no_touch_and_no_look(type_):
    texts = {draw(request(type=type_, apart=True), roll / 50, [], COUPLE).steps[0].do for roll in range(50)}
    assert len(texts) == len(NEUTRAL_APART[type_]) >= 4
    assert not [
        text for text in texts for word in ("hold", "hug", "kiss", "hand", "look at your") if word in text.lower()
    ]


# --- favourites ------------------------------------------------------------------------------------------------------------


def liked(
    ask: Request, bank: list[Card], favourites: set[int], players: Pair = COUPLE
) -> set[tuple[int | None, str | None]]:
    """Every card that some roll brings when these are liked by both, with what was relaxed."""
    index = Index(bank)
    found = [draws.draw(ask, n / 200, index, players, favourites=frozenset(favourites)) for n in range(200)]
    return {(card.activity_id, card.relaxed) for card in found}


def test_what_both_liked_comes_first_and_then_the_rest():
    bank = [fitting(number) for number in range(1, 6)]
    assert liked(request(), bank, {2, 4, 77}) == {(2, "favourite"), (4, "favourite")}
    assert liked(request(shown=(2,)), bank, {2, 4}) == {(4, "favourite")}
    assert liked(request(shown=(2, 4)), bank, {2, 4}) == {(1, None), (3, None), (5, None)}


def test_a_favourite_may_come_back_however_lately_it_was_seen():
    players = dict.fromkeys("AB", msgspec.structs.replace(OPEN_TO_ALL, recent=frozenset({1, 2})))
    assert liked(request(), [fitting(1), fitting(2), fitting(3)], {1}, players) == {(1, "favourite")}


def test_a_favourite_changes_nothing_of_limits_window_or_theme():
    limited = Player(asked=True, hard=frozenset({taxonomy.ANAL}), answers=YES)
    bank = [
        fitting(1, hard_boundaries=(taxonomy.ANAL,)),
        fitting(2, intensity=4),
        fitting(3, tags=Tags(("kissing",))),
        fitting(4, rating="X"),
        fitting(5, type="truth"),
        fitting(6),
    ]
    ask = request(tired=frozenset({"kissing"}))
    assert liked(ask, bank, {1, 2, 3, 4, 5}, {"A": limited, "B": limited}) == {(6, None)}


def test_who_asks_for_card_after_card_gets_no_favourites():
    assert liked(request(plain=True), [fitting(1, preference_keys=("massage_give",)), fitting(2), fitting(3)], {1, 2}) == {
        (2, None), (3, None),
    }  # fmt: skip


def test_a_favourite_that_answers_may_keep_away_comes_as_it_would_without_the_rule():
    """Both know the list: by not coming first it would tell that a yes was taken back."""
    bank = [fitting(1, preference_keys=("massage_give",)), fitting(2), fitting(3)]
    assert liked(request(), bank, {1}) == {(1, None), (2, None), (3, None)}


# --- themes in a room -----------------------------------------------------------------------------------------------------


def themed_room(**settings: Any) -> Scenario:
    """Many cards of one theme before a few of another."""
    room = Scenario(activity_type="dare", intimacy_level="G", target_activities=20, **settings)
    room.bank = [make_card(number, tags=Tags(("kissing",))) for number in range(1, 30)] + [
        make_card(number, tags=Tags(("talking",))) for number in range(30, 60)
    ]
    return room.started()


def longest_run(themes: list[str]) -> int:
    longest = run = 0
    for at, theme in enumerate(themes):
        run = run + 1 if at and theme == themes[at - 1] else 1
        longest = max(longest, run)
    return longest


def test_no_third_card_of_a_theme_follows_two_of_it():
    room = themed_room()
    while room.phase != "ended":
        room.a.complete()
    themes = [card.theme for card in cards_of(room)]
    assert longest_run(themes) == 2
    assert all(card.relaxed is None for card in cards_of(room))


@settings(max_examples=25)
@given(skips=st.lists(st.integers(0, 4), min_size=12, max_size=12), stops=st.sets(st.integers(0, 11)))
def test_neither_the_cards_seen_nor_those_kept_have_a_third_of_a_theme_in_a_row(skips, stops):
    room = themed_room()
    kept = []
    for turn, count in enumerate(skips):
        for _ in range(min(count, 2)):
            room.a.skip()
        if turn in stops:
            room.a.stop()
            room.after(minutes=10)
            room.both_resume()
        if all(card.relaxed is None for card in cards_of(room)):
            kept.append(room.card.theme)
        room.a.complete()
    seen = []
    for card in cards_of(room):
        if card.relaxed is not None:
            break
        seen.append(card.theme)
    assert longest_run(kept) <= 2
    assert longest_run(seen) <= 2


def test_a_withdrawn_card_does_not_count_among_the_kept():
    room = themed_room()
    room.a.complete()
    room.a.stop()
    assert room.state.themes == ("kissing",)
