"""The sentences of a language, by their English; what a catalogue does not hold is said in English."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec

Language = Literal["en", "de", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Area = Literal["page", "server", "survey"]

WORDS = Path(__file__).parent / "words"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Catalogue(msgspec.Struct, frozen=True):
    """One language of an area. A sentence that counts has two forms; the page alone has such."""

    language: Language
    sentences: Mapping[str, str | tuple[str, str]]

    def say(self, english: str, **values: object) -> str:
        """A sentence, with what stands in braces filled in: `say("Hello {name}", name="Ana")`."""
        found = self.sentences.get(english, english)
        sentence = found if isinstance(found, str) else found[0]
        for name, value in values.items():
            sentence = sentence.replace(f"{{{name}}}", str(value))
        return sentence

    def retell(self, said: str) -> str:
        """The same for a sentence that has its values already: "At most 200 characters." by "At most {most} characters."."""
        if said in self.sentences:
            return self.say(said)
        for english in sorted((one for one in self.sentences if "{" in one), key=_length, reverse=True):
            if found := _form(english).fullmatch(said):
                return self.say(english, **found.groupdict())
        return said

    def holds(self, english: str) -> bool:
        """Is there a translation of it?"""
        return english in self.sentences


@cache
def _form(english: str) -> re.Pattern[str]:
    """What a sentence is with any values in it."""
    first, *rest = _PLACEHOLDER.split(english)
    values = zip(rest[::2], rest[1::2], strict=True)
    return re.compile(
        re.escape(first) + "".join(f"(?P<{name}>.+?){re.escape(after)}" for name, after in values), re.DOTALL
    )


def _length(english: str) -> int:
    """Of what is said whatever the values: the longest says most about what is meant."""
    return len(_PLACEHOLDER.sub("", english))


@cache
def catalogue(area: Area, language: Language) -> Catalogue:
    """Of English, and of a language that an area is not translated into, an empty one."""
    return Catalogue(language, msgspec.json.decode(written(area, language), type=dict[str, str | tuple[str, str]]))


def written(area: Area, language: Language) -> bytes:
    """The same as JSON: {english: sentence, or [one, other]}."""
    file = WORDS / f"{area}.{language}.json"
    return file.read_bytes() if file.exists() else b"{}"
