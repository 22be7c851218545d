"""The German cards that ship: a game of themselves, as rich for every couple as it has to be, and in German as two say it."""

import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from rooms.activities import lasting, taxonomy
from rooms.activities.lexicon import missing
from rooms.activities.opinion import opinion
from rooms.sessions.coverage import FEWEST_LEFT, PLACES, coverage, limits_of_couples
from rooms.sessions.draw import WINDOWS
from rooms.sessions.neutral import IN_LANGUAGES
from tests.support.evening import shipped_bank

CARDS = shipped_bank("de")
APART = [card for card in CARDS if card.tags.apart]
WORDS = [(card, " ".join(step.do for step in card.steps)) for card in CARDS]
LEVELS = tuple(WINDOWS)


def test_there_are_enough_of_every_kind():
    kinds = Counter((card.rating, card.type) for card in CARDS)
    assert len(CARDS) >= 350
    assert all(kinds[rating, type_] >= 30 for rating, type_ in product(taxonomy.RATINGS, taxonomy.TYPES))
    assert len(APART) >= 200
    assert sum(any(step.duration_s for step in card.steps) for card in CARDS) >= 30


def test_the_guide_says_what_the_bank_holds():
    guide = (Path(__file__).parents[2] / "docs" / "tagging-guide.md").read_text()
    for rating, intensity in sorted({(card.rating, card.intensity) for card in CARDS}):
        held = [card for card in CARDS if (card.rating, card.intensity) == (rating, intensity)]
        counts = [
            sum(card.type == type_ and (card.tags.apart or not apart) for card in held)
            for apart in (False, True)
            for type_ in taxonomy.TYPES
        ]
        timed = sum("timed" in card.intensity_modifiers for card in held)
        assert f"| de {rating}{intensity} | {' | '.join(map(str, counts))} | {timed} |" in guide


def test_every_act_is_there_and_none_fills_more_than_an_eighth_of_a_levels_dares():
    for type_ in taxonomy.TYPES:
        assert {card.tags.act for card in CARDS if card.type == type_} == set(taxonomy.ACTS[type_])
    for highest in range(len(LEVELS)):
        dares = [card for card in CARDS if card.type == "dare" and card.rating in LEVELS[: highest + 1]]
        assert max(Counter(card.tags.act for card in dares).values()) <= len(dares) * 0.125


def test_every_pairing_of_bodies_and_every_boundary_has_cards_that_are_written_for_it():
    pairs = {
        pair for card in CARDS for pair in product(card.required_bodyparts.active, card.required_bodyparts.partner)
    }
    assert pairs >= set(product(("penis", "vagina"), repeat=2))
    assert {part for card in CARDS for part in card.required_bodyparts.partner} == set(taxonomy.BODY_PARTS)
    assert frozenset().union(*(card.boundaries for card in CARDS)) == set(taxonomy.BOUNDARY_KEYS)
    assert {topic for card in CARDS for topic in card.tags.topics} == set(taxonomy.TOPICS)


@pytest.mark.parametrize("cards", [CARDS, APART], ids=["together", "apart"])
def test_nobody_runs_dry_at_any_place_whatever_their_bodies_and_limits(cards):
    german = [left for left in coverage(cards) if left.language == "de"]
    assert len(german) == len(PLACES) * len(limits_of_couples())
    assert [left for left in german if left.fewest < FEWEST_LEFT] == []


def test_no_card_lacks_what_its_words_force_or_says_what_no_card_may_say():
    assert {text: opinion(card) for card, text in WORDS if opinion(card)} == {}


def test_a_clock_stands_where_the_words_name_a_time():
    assert [complaint for card in CARDS for complaint in lasting.complaints(card)] == []
    clocked = [card for card in CARDS if any(step.duration_s for step in card.steps)]
    assert all("timed" in card.intensity_modifiers for card in clocked)


_LASTING = re.compile(
    r"(?:Sekunden|Minuten?\b|Atemzüge|Herzschläge|bis zwanzig|Lied lang|auf fünf gezählt|zu Ende|zum letzten Ton)"
)


def test_what_is_tagged_timed_says_for_how_long():
    assert [text for card, text in WORDS if "timed" in card.intensity_modifiers and not _LASTING.search(text)] == []


# --- as two say it -------------------------------------------------------------------------------------------------------

_GENDERED = re.compile(r"\bPartner(?:in)?\b|\bFreund(?:in)?\b|\b(?:Mann|Frau|Herr)\b|\w[:*_]innen\b|\{partner\}s\b")
_FORMAL = re.compile(r"\b(?:Ihnen|Ihre[mnrs]?)\b|(?<=[a-zäöüß,;] )Sie\b")
_ENGLISH = re.compile(
    r"\b(?:Dates?|Songs?|Playlist|okay|ok|sexy|Feedback|Quickie|Kick|Event|Team|Timer|Toys?|Sex|Sorry|cool|Game|Challenge|Roleplay)\b",
    re.IGNORECASE,
)


def test_the_cards_say_du_and_no_gender_of_the_partner_and_nothing_that_is_english():
    assert [text for _, text in WORDS if _FORMAL.search(text)] == []
    assert [text for _, text in WORDS if _ENGLISH.search(text)] == []
    assert [text for _, text in WORDS if _GENDERED.search(text)] == []


def test_the_partner_is_named_and_never_called_by_an_english_phrase():
    assert [text for _, text in WORDS if "your partner" in text.lower()] == []
    assert sum("{partner}" in text for _, text in WORDS) >= len(CARDS) * 0.6
    neutral = [card for tables in IN_LANGUAGES["de"] for cards in tables.values() for card in cards]
    assert [lack.message for card in neutral for lack in missing(card)] == []


def test_no_card_is_there_twice():
    assert [text for text, count in Counter(text for _, text in WORDS).items() if count > 1] == []


def test_every_sentence_is_whole_and_of_a_length_to_read():
    for card, text in WORDS:
        assert all(3 <= len(step.do.split()) <= 36 for step in card.steps), text
        assert all(re.search(r"[.?!…“]$", step.do) for step in card.steps), text
