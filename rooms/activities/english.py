"""Is a sentence that a machine wrote plain English for two people: no other language, no name, link, markup or placeholder?

In doubt it is not: a card that is refused costs nobody anything. Words are counted, not understood; what they mean is the
lexicon's.
"""

import re
from collections.abc import Iterator, Sequence

_PLAIN = re.compile(r"[A-Za-z0-9 ,.;:!?'\"()\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00e9-]*")
"""Letters of English (and those of a café), digits, what stands between words. No line break, bracket, brace, slash or @."""

_WORD = re.compile(r"[A-Za-z\u00e9][A-Za-z\u00e9'\u2019]*")
_LINK = re.compile(r"[A-Za-z]\.[A-Za-z]|\bwww\b|\bhttps?\b|\bdot com\b", re.IGNORECASE)
_BEGINS = re.compile(r"(?:^|[.!?:\u2026\u201c\u2018\"(])[\s\"'\u201c\u2018\u2026(]*$")
"""What stands before a word that may have a capital letter."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CAPITALS = _listed("i monday tuesday wednesday thursday friday saturday sunday english")

# Words before a comma at the beginning of a sentence that call nobody.
_OPENERS = _listed(
    """
    accept after afterwards again already alone always and answer ask before both breathe choose closer finally first follow
    gently guess honestly if imagine kiss last later lastly laugh listen look maybe move next no now okay once one perhaps
    please second slowly smile so softly sometimes still then there third three together tonight two until well when
    whenever where yes
    """
)
_NO_NAMES = _listed(
    """
    here how it let partner someone something that there what when where who why each today tonight tomorrow yesterday
    """
)
"""Before 's at the beginning of a sentence."""

_AMBIGUOUS = _listed("a i in an no so me as do on we he are is or was will")
"""Words of other languages too: they prove little."""

_ENGLISH = (
    _listed(
        """
        the and of to your you with for that this these those what which who how when where why would could should is are was
        were do does did have has had it its they them their from by or not if then than each other one two three about into
        over through while until after before between together tell say ask name give take make let look at on be been being
        partner's partner can will only most more first next own out up down back some something every there here so because
        answer describe kiss hold hands minute minutes seconds whisper like very just well close
        """
    )
    - _AMBIGUOUS
)
_COMMON = _ENGLISH | _AMBIGUOUS

_FOREIGN = _listed(
    """
    und der das dein deine deinen deinem deiner dich dir sie ihr euch ist sind mit auf fuer von zu zum zur nicht
    wie welche welches ein eine einen einem einer sich oder wenn erzaehl sag gib kuesse le les une ton ta tes
    votre vos ses dans avec pour pas qui que quoi quel quelle est sont vous nous dis raconte donne el los las una
    unos unas tus su sus por para cual quien donde como dile cuenta dale gli della delle dei che di sono tuo tua
    suo cosa quale os um uma seu sua voce da em quando het een je jouw voor niet wat welke zijn op aan vertel och
    att det som din ditt med inte vad jag
    """
)
"""Common words of German, French, Spanish, Italian, Portuguese, Dutch and Swedish that no plain English sentence holds."""

FEWEST_SHARE = 0.25
"""So many of a card's words have to be common English ones: nearly all of the shipped cards have more."""


def faults(texts: Sequence[str]) -> Iterator[str]:
    """Codes of what is wrong with the steps of a card: "characters", "link", "name", "language"; nothing for plain English."""
    if not all(_PLAIN.fullmatch(text) for text in texts):
        yield "characters"
        return
    if any(_LINK.search(text) for text in texts):
        yield "link"
    if any(_may_be_a_name(text, match) for text in texts for match in _WORD.finditer(text)):
        yield "name"
    if not _is_english([_words(text) for text in texts]):
        yield "language"


def _words(text: str) -> list[str]:
    return [match[0].lower().replace("\u2019", "'") for match in _WORD.finditer(text)]


def _may_be_a_name(text: str, word: re.Match[str]) -> bool:
    """A capital inside a sentence, or somebody called at its beginning."""
    if not word[0][0].isupper():
        return False
    stem, _, ending = word[0].lower().replace("\u2019", "'").partition("'")
    if stem in _CAPITALS:
        return False
    if not _BEGINS.search(text[: word.start()]):
        return True
    called = text[word.end() :].startswith(",") and stem not in _OPENERS
    return called or (ending == "s" and stem not in _NO_NAMES) or (len(stem) > 1 and word[0].isupper())


def _is_english(steps: list[list[str]]) -> bool:
    """Some of the words of every step, and many of the card's, are common; none is a common one of another language."""
    words = [word for step in steps for word in step]
    if not words or not _FOREIGN.isdisjoint(words) or any(_COMMON.isdisjoint(step) for step in steps):
        return False
    return sum(word in _ENGLISH for word in words) >= FEWEST_SHARE * len(words)
