"""What an AI says is let out sentence by sentence, and only what may be said to this person.

pieces as they come → sentences (`sentences`) → read against minors, what nobody may ask of anybody, the person's limits,
a pause → said, or one neutral sentence in its place. Addresses and markup never pass. What was withheld is a code, without words.
"""

import re
from typing import Literal

import msgspec

from rooms.activities.minors import suggests_minor
from rooms.activities.named import named
from rooms.bonds.limits import is_hit, said_in
from rooms.characters import plain_text, spanish
from rooms.characters.obligations import asks_something
from rooms.characters.person import Person
from rooms.characters.sentences import Sentences
from rooms.characters.words import NOTHING_TO_DO, OTHERWISE, in_language

Withheld = Literal["minors", "forbidden", "limit", "obligation", "address"]
LOOKS_BACK = 300
"""So many characters of what was said before are read again with what comes: a sentence may be cut in two."""


_ENDED = re.compile(r"[.!?\u2026][\"'\u201d\u2019\u00bb)\]]*\s*$")


class Said(msgspec.Struct, frozen=True):
    """What may be shown, with the space that follows it. `withheld`: why something stands in the place of what was meant to; then
    `text` is ours, or empty.
    """

    text: str
    withheld: Withheld | None = None


class Guard:
    """One answer to one person. It keeps no words but what is not said yet, and the last of what was."""

    def __init__(self, person: Person, *, year: int | None = None) -> None:
        self._person, self._year = person, year
        self._sentences = Sentences()
        self._before = self._unended = ""
        self._said_otherwise = self._said_anything = self._asked = False

    def feed(self, piece: str) -> list[Said]:
        """Some more of the answer: what of it may be shown now, in order."""
        return [self._judged(one) for one in self._sentences.feed(piece)]

    def end(self) -> list[Said]:
        """The answer is at its end, also where it was cut: the rest of it."""
        rest = [self._judged(one) for one in self._sentences.end()]
        if self._asked and not self._said_anything:
            self._said_anything = True
            rest.append(Said(in_language(NOTHING_TO_DO, self._person.language), "obligation"))
        return rest

    def _judged(self, sentence: str) -> Said:
        text, has_address = plain_text.of(sentence)
        why: Withheld | None = "address" if has_address else self._fault(text)
        if why is None:
            self._before = (self._before + text)[-LOOKS_BACK:]
            self._unended = "" if _ENDED.search(text) else (self._unended + text)[-LOOKS_BACK:]
            self._said_anything = self._said_anything or bool(text.strip())
            return Said(text)
        self._before = self._unended = ""
        if why == "obligation":
            self._asked = True
            return Said("", why)
        if self._said_otherwise:
            return Said("", why)
        self._said_otherwise = self._said_anything = True
        after = sentence[len(sentence.rstrip()) :] or " "
        return Said(in_language(OTHERWISE, self._person.language) + after, why)

    def _fault(self, text: str) -> Withheld | None:
        """Why this may not be said, alone or after what was said."""
        for read in dict.fromkeys(map(_in_one_line, (text, self._before + text))):
            if suggests_minor(read, year=self._year):
                return "minors"
            if named(read).forbidden:
                return "minors" if named(read).forbidden == {"minors"} else "forbidden"
            if spanish.is_forbidden(read):
                return "forbidden"
        # Beside a sentence that has ended the next is another; a line that has not goes on in it.
        for read in dict.fromkeys(map(_in_one_line, (text, self._unended + text))):
            limits = self._person.limits
            if is_hit(limits, said_in((read,)).keys, (read,)) or spanish.is_hit(limits, read):
                return "limit"
            if self._person.is_paused and asks_something(read):
                return "obligation"
        return None


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
