"""One language a game: what a game's words for it mean, and that of a bank in several languages only one is drawn."""

from itertools import chain, product, zip_longest

import msgspec
import pytest

from rooms.activities.card import Card
from rooms.activities.language import codes_of, is_language, is_tag, played, primary_of
from rooms.activities.taxonomy import COUPLES_OWN
from rooms.sessions.commands import KINDS
from rooms.sessions.coverage import limits_of_couples
from rooms.sessions.draw import NEUTRALLY, Request, candidates, draw, ruled_out
from rooms.sessions.events import Step
from rooms.sessions.index import Index
from rooms.sessions.neutral import IN_LANGUAGES, neutral_cards
from rooms.sessions.state import LEVELS, Settings
from rooms.sessions.views import resolved
from tests.support.evening import WILLING, shipped_bank

PAIR = {"A": WILLING, "B": WILLING}
ENGLISH, GERMAN = shipped_bank(), shipped_bank("de")
MIXED = [
    msgspec.structs.replace(card, activity_id=number)
    for number, card in enumerate(filter(None, chain(*zip_longest(ENGLISH, GERMAN))), start=1)
]
"""Both, by turns."""
BANK = Index(MIXED)
ALONE = {language: Index(card for card in MIXED if card.language == language) for language in ("en", "de")}
STEPS = (1, 10, 20, 25)
COUPLES = {
    name: msgspec.structs.replace(player, anatomy=WILLING.anatomy) for name, player in limits_of_couples().items()
}


def ask(**more) -> Request:
    return Request(**{"active": "A", "type": "truth", "level": "G", "step": 1, "target": 25} | more)


def uids(index: Index, request: Request, players=PAIR, **more) -> set[str]:
    choices, _ = candidates(request, [index], players, ruled_out(request, 0.999, players)[0], **more)
    return {card.uid for card in index.among(choices[0])} if choices else set()


# --- words for it --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "codes"),
    [
        ("de", ("de",)),
        ("DE", ("de",)),
        ("de-AT", ("de-AT", "de")),
        ("de-at-1996", ("de-AT", "de")),
        ("zh-Hant-TW", ("zh-TW", "zh")),
    ],
)
def test_a_game_in_the_language_of_a_country_has_its_cards_and_those_of_the_language(tag, codes):
    assert codes_of(tag) == codes
    assert primary_of(tag) == codes[-1]
    assert is_tag(tag)


@pytest.mark.parametrize("value", [None, 7, "", "german, please", ["de"], "d", "de_AT"])
def test_rules_without_a_language_are_those_of_a_game_in_english(value):
    assert not is_tag(value)
    assert Settings(rules={"language": value}).language == played({}) == "en"


@pytest.mark.parametrize("code", ["DE", "deu", "de-at", "de-AT-x", "", "de\n"])
def test_a_card_has_a_short_code(code):
    assert not is_language(code)
    assert is_language("de")
    assert is_language("pt-BR")


# --- the draw ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limits", COUPLES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_bank_of_several_languages_is_for_a_game_the_bank_of_its_own(language, limits):
    pair = {"A": COUPLES[limits], "B": WILLING}
    lately = [card.activity_id for card in MIXED[::3]]
    seen = {
        seat: msgspec.structs.replace(player, recent=frozenset(lately), last_seen=dict.fromkeys(lately, 1))
        for seat, player in pair.items()
    }
    for level, step, kind in product(LEVELS, STEPS, KINDS):
        request = ask(level=level, step=step, type=kind, language=language)
        for one in (request, *(msgspec.structs.replace(request, **{way: True}) for way in ("apart", "plain"))):
            assert uids(BANK, one, pair) == uids(ALONE[language], one, pair)
        assert uids(BANK, request, seen) == uids(ALONE[language], request, seen)
        liked = frozenset(lately)
        assert uids(BANK, request, pair, favourites=liked) == uids(ALONE[language], request, pair, favourites=liked)


@pytest.mark.parametrize("language", ["en", "de"])
def test_when_everything_was_seen_it_is_still_a_card_of_the_language(language):
    everything = dict.fromkeys((card.activity_id for card in MIXED), 1)
    seen = msgspec.structs.replace(WILLING, recent=frozenset(everything), last_seen=everything)
    for level, step, kind in product(LEVELS, STEPS, KINDS):
        request = ask(level=level, step=step, type=kind, language=language)
        shown = [draw(request, roll / 20, BANK, {"A": seen, "B": seen}) for roll in range(20)]
        by_id = {card.activity_id: card for card in MIXED}
        assert {by_id[card.activity_id].language for card in shown} == {language}


def numbered(number: int, card: Card, **changes) -> Card:
    return msgspec.structs.replace(card, activity_id=number, **changes)


def test_cards_of_the_two_come_whatever_language_they_are_in():
    own = numbered(9001, ENGLISH[0], source=COUPLES_OWN)
    request = ask(language="de", bank_ratio=0.5)
    drawn = {draw(request, roll / 50, Index(GERMAN), PAIR, own_cards=[own]).activity_id == 9001 for roll in range(50)}
    assert drawn == {True, False}


def test_a_bank_without_the_language_has_its_english_cards_and_one_without_those_what_there_is():
    english, french = numbered(1, ENGLISH[0]), numbered(2, ENGLISH[1], language="fr")
    assert draw(ask(language="de"), 0.9, Index([english, french]), PAIR).activity_id == 1
    assert draw(ask(language="fr"), 0.1, Index([english, french]), PAIR).activity_id == 2
    assert draw(ask(language="de"), 0.9, Index([french]), PAIR).activity_id == 2


def test_the_cards_of_the_last_resort_come_in_the_language_too():
    shown = draw(ask(language="de-AT"), 0.0, Index(), PAIR)
    assert shown.relaxed == NEUTRALLY
    assert "{partner}" in shown.steps[0].do
    assert neutral_cards("dare", apart=True, language="fr") == neutral_cards("dare", apart=True)
    for (together, apart), kind in product(IN_LANGUAGES.values(), KINDS):
        assert len(together[kind]) >= 4
        assert len(apart[kind]) >= 4


def test_whoever_has_no_name_any_more_is_named_in_the_games_language():
    step = Step("A", "Mach {partner} ein Kompliment.")
    assert resolved(step, "A", {"A": "Mara", "B": None}, "de-AT") == "Mach Gegenüber ein Kompliment."
    assert resolved(step, "A", {"A": "Mara", "B": "Jo"}, "de") == "Mach Jo ein Kompliment."
    assert resolved(step, "A", {"A": "Mara", "B": None}) == "Mach your partner ein Kompliment."
