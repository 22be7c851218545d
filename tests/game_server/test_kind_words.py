"""Looking back tells what was, and blames nobody: its words are read in every language for those that judge."""

import re
from collections.abc import Iterator

import pytest

from game_server.bonds.looking_back_words import SAID
from game_server.languages.catalogues import LANGUAGES, Language, catalogue
from rooms.bonds.achievements import ACHIEVEMENTS
from tests.words import english, javascript

JUDGING: dict[Language, str] = {
    "en": (
        r"fail\w*|miss(ed|es|ing)?|bad(ly)?|late(ness)?|overdue|lazy|laziness|poor(ly)?|worst?|wrong|shame\w*|guilt\w*|punish\w*"
        r"|disappoint\w*|neglect\w*|forgot\w*|lost|broke(n)?|behind|should|must|disobe\w*|lapse\w*|penalt\w*|blame\w*|weak"
    ),
    "de": (
        r"versag\w*|verpass\w*|versäum\w*|verfehl\w*|schlecht\w*|(zu )?spät\w*|verspät\w*|überfällig\w*|faul\w*|falsch\w*"
        r"|scham\w*|schäm\w*|schuld\w*|straf\w*|enttäusch\w*|vernachlässig\w*|vergess\w*|verlor\w*|gescheitert|mangel\w*|leider|solltest"
    ),
    "es": (
        r"fall(o|os|aste|ado|ida|ido|ó)|fracas\w*|perdi\w*|mal[ao]?s?|peor|tarde|retras\w*|atrasad\w*|vencid\w*|perezos\w*|vag[ao]s?"
        r"|vergüenza|avergonz\w*|culp\w*|castig\w*|decepci\w*|descuid\w*|olvid\w*|incumpl\w*|debes|deberías|error\w*"
    ),
}


def _of_server() -> Iterator[str]:
    yield from SAID
    for one in ACHIEVEMENTS:
        yield from (one.title, one.about)


def _of_page() -> Iterator[str]:
    for module in sorted((english.MODULES / "bonds" / "back").rglob("*.js")):
        for said in javascript.said(javascript.tree(module.read_bytes())):
            yield said.one
            if said.many is not None:
                yield said.many


def _spoken(language: Language) -> dict[str, str]:
    """What is said in this language, by its English."""
    page, server = catalogue("page", language), catalogue("server", language)
    return {one: page.say(one) for one in _of_page()} | {one: server.say(one) for one in _of_server()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_looking_back_judges(language):
    spoken = _spoken(language)
    assert len(spoken) > 100
    pattern = re.compile(rf"\b({JUDGING[language]})\b", re.IGNORECASE)
    assert {one: said for one, said in spoken.items() if pattern.search(said)} == {}


@pytest.mark.parametrize(
    ("language", "words"), [("en", "You missed two"), ("de", "Das war zu spät"), ("es", "Has llegado tarde")]
)
def test_and_such_a_word_would_be_found(language, words):
    assert re.search(rf"\b({JUDGING[language]})\b", words, re.IGNORECASE)
