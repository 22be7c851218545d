"""What the starter bank promises to those who play it: enough of everything, apart as well as together, for every body."""

import re
from collections import Counter
from itertools import product
from pathlib import Path

import msgspec
import pytest

from rooms.activities import lasting, taxonomy
from rooms.activities.card import Card
from rooms.sessions.draw import WINDOWS, Request, draw
from rooms.sessions.index import Index
from rooms.sessions.limits import Player, facts_of, may_be_shown
from tests.support.evening import WILLING, shipped_bank

CARDS = shipped_bank()
BANK = Index(CARDS)
APART = [card for card in CARDS if card.tags.apart]
LEVELS = tuple(WINDOWS)
PLACES = [
    (level, window, type_)
    for level, windows in WINDOWS.items()
    for window in sorted(set(windows.values()))
    for type_ in taxonomy.TYPES
]
EVENING = 20  # cards
FEWEST_APART = 10


def words_of(card: Card) -> str:
    """All that the card says, one sentence after the other."""
    return " ".join(step.do for step in card.steps)


# --- how many ----------------------------------------------------------------------------------------------------------


def test_there_are_as_many_cards_as_were_promised():
    dares_apart = [card for card in APART if card.type == "dare"]
    assert len(CARDS) >= 600
    assert sum(card.rating == "G" for card in CARDS) >= 180
    assert len(dares_apart) >= 90
    assert all(sum(card.rating == level for card in dares_apart) >= 30 for level in LEVELS)
    assert sum("timed" in card.intensity_modifiers for card in CARDS) >= 60
    assert all(
        sum("timed" in card.intensity_modifiers for card in CARDS if card.rating == level) >= 20 for level in LEVELS
    )


def test_no_act_fills_more_than_an_eighth_of_the_dares_that_a_level_can_show():
    for highest in range(len(LEVELS)):
        dares = [card for card in CARDS if card.type == "dare" and card.rating in LEVELS[: highest + 1]]
        assert max(Counter(card.tags.act for card in dares).values()) <= len(dares) * 0.12


def test_every_pairing_of_bodies_has_cards_that_are_written_for_it():
    pairs = {
        pair for card in CARDS for pair in product(card.required_bodyparts.active, card.required_bodyparts.partner)
    }
    assert pairs >= set(product(("penis", "vagina"), repeat=2))
    assert {part for card in CARDS for part in card.required_bodyparts.partner} == set(taxonomy.BODY_PARTS)
    assert {part for card in CARDS for part in card.required_bodyparts.active} == set(taxonomy.BODY_PARTS)


def test_the_guide_says_what_the_bank_holds():
    guide = (Path(__file__).parents[2] / "docs" / "tagging-guide.md").read_text()
    for rating in taxonomy.RATINGS:
        for intensity in sorted({card.intensity for card in CARDS if card.rating == rating}):
            held = [card for card in CARDS if (card.rating, card.intensity) == (rating, intensity)]
            counts = [
                len([card for card in held if card.type == type_ and (card.tags.apart or not apart)])
                for apart in (False, True)
                for type_ in taxonomy.TYPES
            ]
            timed = sum("timed" in card.intensity_modifiers for card in held)
            assert f"| {rating}{intensity} | {' | '.join(map(str, counts))} | {timed} |" in guide


# --- for how long ------------------------------------------------------------------------------------------------------

_NUMBER = r"(?:an?|one|two|three|four|five|six|ten|twenty|thirty|forty|fifty|half an?|(?:an?|one) whole)"
LASTING = re.compile(
    rf"""(?<!\blast\s)(?<!\bfirst\s)(?<!\bbest\s)\b(?:
      {_NUMBER}[ ](?:\w+[ ])?(?:seconds|minutes?|breaths|heartbeats)\b(?![ ](?:ago|that|of[ ]the[ ]day))
    | {_NUMBER}-minute | slow[ ]count[ ]of[ ]{_NUMBER}
    | (?:for|for[ ]as[ ]long[ ]as)[ ](?:half[ ]a|one(?:[ ](?:whole|slow))?)[ ](?:slow[ ])?song
    | until[ ](?:the[ ]song|one[ ]song|it)[ ](?:ends|is[ ]over) | last[ ]a[ ]whole[ ]minute
    | from[ ]the[ ]first[ ]note[ ]to[ ]the[ ]last
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def test_a_card_is_tagged_timed_exactly_where_its_words_say_for_how_long():
    said = {words_of(card) for card in CARDS if LASTING.search(words_of(card))}
    tagged = {words_of(card) for card in CARDS if "timed" in card.intensity_modifiers}
    assert said - tagged == set()
    assert tagged - said == set()


def test_a_card_has_a_clock_exactly_where_its_words_name_a_time():
    clocked = [card for card in CARDS if any(step.duration_s for step in card.steps)]
    assert [complaint for card in CARDS for complaint in lasting.complaints(card)] == []
    assert len(clocked) == 60
    assert all("timed" in card.intensity_modifiers for card in clocked)


# --- nobody in the same room -------------------------------------------------------------------------------------------

_HANDS_ON = frozenset(
    {
        "bind",
        "bite",
        "edge",
        "feel",
        "hands",
        "hold",
        "impact",
        "kiss",
        "massage",
        "mouth",
        "serve",
        "stroke",
        "tease",
        "throat",
    }
)
# What a couple on the telephone cannot do, as the step of a dare says it. Words of a touch that is told or imagined are no touch.
_NEAR = re.compile(
    r"""(?:^|[.;:]\ |,\ (?:then\ )?|\band\ )(?:touch|kiss|hold|stroke|hug|massage|rub|lean|lie|cuddle|embrace|feed|bring|dry|
          wrap|trace|nibble|tie|spank|slow-dance)\b(?!\ a\ hand\ on\ your\ own)(?!\ (?:the\ ceremony|a\ one-minute\ speech))
      | \b(?:this\ room|arm's\ length|your\ lap|next\ to\ (?:your\ partner|them)|side\ by\ side|back\ to\ back|each\ other's\ arms
          |into\ their\ ear|your\ partner's\ ear|palm\ of|under\ a\ blanket|noses\ touch
          |shoulder\ to\ shoulder|hand\ in\ hand)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# In a truth: what is asked for tonight with hands, lips or clothes needs both in one place tonight.
_TONIGHT = re.compile(
    r"\b(?:touch|kiss|lips|massage|undress|come off|feel|linger|lead|pace|instruction|encore|rhythm|surround|lights?|close)"
    r"\b.*\btonight\b|\btonight\b.*\b(?:touch|kiss|lips|massage|undress|come off|linger|first instruction|fall asleep)\b"
    r"|\bright now\b|\bthis room\b",
    re.IGNORECASE,
)


def test_a_card_that_is_played_apart_asks_for_no_touch_and_no_shared_room():
    dares = [card for card in APART if card.type == "dare"]
    assert [words_of(card) for card in dares if card.tags.act in _HANDS_ON] == []
    assert [step.do for card in dares for step in card.steps if _NEAR.search(step.do)] == []
    assert [words_of(card) for card in APART if card.type == "truth" and _TONIGHT.search(words_of(card))] == []


def test_words_of_a_touch_are_found_in_what_is_played_together():
    together = [card for card in CARDS if card.type == "dare" and not card.tags.apart]
    assert (
        sum(card.tags.act in _HANDS_ON or bool(_NEAR.search(words_of(card))) for card in together) >= len(together) / 2
    )


@pytest.mark.parametrize(("level", "window", "type_"), PLACES)
def test_apart_there_is_a_choice_at_every_place_even_after_a_no_to_everything(level, window, type_):
    low, high = window
    nothing = Player(
        hard=frozenset(taxonomy.BOUNDARY_KEYS),
        asked=True,
        answers=dict.fromkeys(taxonomy.PREFERENCE_KEYS, 0.0),
        declined_topics=frozenset(taxonomy.TOPICS),
    )
    choice = [card for card in APART if card.type == type_ and low <= card.intensity <= high]
    left = [card for card in choice if may_be_shown(facts_of(card), level, nothing, nothing)]
    assert len(left) >= FEWEST_APART


def _limited(*hard: str) -> Player:
    return msgspec.structs.replace(WILLING, hard=frozenset(hard))


LIMITED = {
    "none": _limited(),
    **{key: _limited(key) for key in taxonomy.BOUNDARY_KEYS},
    "all eight": _limited(*taxonomy.BOUNDARY_KEYS),
    "never asked": Player(),
}


def _relaxed_in(level: str, type_: str, player: Player, roll: float) -> list[str]:
    """What an evening of one kind of card had to relax, step by step."""
    shown: list[Card] = []
    by_id = {card.activity_id: card for card in APART}
    relaxed = []
    for step in range(1, EVENING + 1):
        themes = [card.theme for card in shown[-2:]]
        request = Request(
            active="A" if step % 2 else "B", type=type_, level=level, step=step, target=EVENING,  # type: ignore[arg-type]
            shown=tuple(card.activity_id or 0 for card in shown),
            apart=True,
            tired=frozenset(themes) if len(themes) == 2 and len(set(themes)) == 1 else frozenset(),
        )  # fmt: skip
        dealt = draw(request, (roll + step * 0.381966) % 1, BANK, {"A": player, "B": player})
        relaxed.append(dealt.relaxed or "")
        shown.append(by_id[dealt.activity_id])
    return [word for word in relaxed if word]


@pytest.mark.parametrize("limit", LIMITED)
@pytest.mark.parametrize("level", LEVELS)
def test_a_whole_evening_apart_is_played_without_relaxing_anything(level, limit):
    for type_, roll in product(taxonomy.TYPES, (0.0, 0.5)):
        assert _relaxed_in(level, type_, LIMITED[limit], roll) == []


# --- every ability -----------------------------------------------------------------------------------------------------

# need → words that ask it of a body in a dare, and words of another way to do it. Everybody can say "another card", but nobody
# should need to: a dare that asks for one of these offers another way after its first sentence.
NEEDS = {
    "standing long": (
        """stand(?:s|ing)?; danc(?:e|es|ing); sway(?:s|ing)?; bow; ovation; stretches; arm in arm; statue; slow motion;
        walk (?:around|through|across|to|with); (?:around|through|across) the room; lean (?:against|gently|back);
        jump\\w*; hop; climb\\w*; stairs""",
        "sit; sitting; seat(?:s|ed)?; chairs?; lying; lie; roll",
    ),
    "moving about": (
        """bring (?:your partner a|water); make this room; make the bed; (?:blanket|things) in the room; prepare something;
        set a place; swap seats; soles of your feet""",
        "within reach; from where you sit; keep your seats; palms",
    ),
    "kneeling": (
        "kneel\\w*; knelt; crouch\\w*; squat\\w*; on the floor; on (?:your|their) knees; all fours",
        "sit; sitting; seat(?:s|ed)?; chairs?",
    ),
    "lifting": (
        """lift\\w*; carr(?:y|ies); hoist\\w*; raise; above their head; lap; pick (?:them|your partner) up;
        hold each other up""",
        "beside; side by side; passing; lower; weight; before you",
    ),
    "seeing": (
        """look(?:s|ed|ing)? (?:at|into); only look; where to look; warmest look; from their shoes; gaze; eye contact;
        eye to eye; (?:into|meeting) (?:their|your partner's) eyes; for your partner's eyes; your eyes do;
        with (?:your|their) eyes(?! closed); mirror; watch(?:es|ing)?; sketch; draw (?:your|a house|the place); portrait;
        mime; is wearing; serious face; the view; painted; photograph that; rock, paper; what you see; admire most;
        (?:when|where) they smile; saw a shiver; slips of paper; more skin; statue""",
        """touch; hands?; words?; told?; tell; talk(?:ing)?; voice; descri\\w+; aloud; named; sounds?; textures?; memory;
        feel(?:ing)?; forehead; say; closed eyes; close your eyes; heard?""",
    ),
    "hearing": (
        """songs?; music; hum; sing; whistle; tune; drum; whisper; opera; radio; let your partner hear; every sound;
        with your voice""",
        """rhythm; writing; written; paper; signed; handwriting; palm; breaths?; felt; poem; story; scent; gestures;
        compliment; shoulders; tap""",
    ),
    "holding the breath": ("hold(?:ing)? (?:your|their|the) breath; breath held", "breathe sooner"),
}
_OFFERS = re.compile(
    r"\b(?:or|instead|too|as well|just as|may take the place|will do|welcome|counts?|whenever|if)\b", re.IGNORECASE
)


def _whole(words: str) -> re.Pattern[str]:
    listed = "|".join(word.strip() for word in words.split(";"))
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)


def _offers(card: Card, other_way: re.Pattern[str]) -> bool:
    _, *sentences = re.split(r"(?<=[.!?])\s+", words_of(card))
    return any(_OFFERS.search(sentence) and other_way.search(sentence) for sentence in sentences)


@pytest.mark.parametrize("need", NEEDS)
def test_a_dare_that_asks_a_body_for_something_offers_another_way(need):
    asked, other_way = map(_whole, NEEDS[need])
    asking = [card for card in CARDS if card.type == "dare" and asked.search(words_of(card))]
    assert [words_of(card) for card in asking if not _offers(card, other_way)] == []


def test_the_words_that_need_another_way_are_found():
    text = "Stand up, bring water, kneel down, lift your partner, hold your breath, sing, and look into your partner's eyes."
    assert all(_whole(asked).search(text) for asked, _ in NEEDS.values())
