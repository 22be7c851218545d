"""Which limits a free text is about that somebody writes for somebody: a task, a rule, a reward, a scene, or a limit itself.

It stands on the lexicon, so it knows phrases in its `LANGUAGES` and no meaning. In any other language it finds nothing, and
that says nothing: who shows such texts says in which languages they are read. It stops oversight and software, not malice.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

from rooms.activities import lexicon, never, taxonomy
from rooms.activities.letters import read_out
from rooms.activities.notation import Phrases


class Named(msgspec.Struct, frozen=True):
    """What a text names.

    `preference_keys`: the survey's, every direction of what is meant, as nobody knows who does it to whom. `boundary_keys`:
    named outright, or a preference key's. `forbidden`: what two people may not ask of each other in any words: "minors",
    "non_consent", "drugs", "animals", "harm". `is_intimate`: about more than a massage, also where no key is for it.
    """

    preference_keys: frozenset[str] = frozenset()
    boundary_keys: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    is_intimate: bool = False

    @property
    def anything(self) -> bool:
        """Does it hold any word that the lexicon knows?"""
        return bool(self.preference_keys or self.boundary_keys or self.forbidden or self.is_intimate)


def named(text: str) -> Named:
    """What the text names, in whichever of the known languages it is; nothing where it names nothing that is known."""
    return _named(text, _found(text))


def read(text: str) -> tuple[Named, tuple[lexicon.Finding, ...]]:
    """What it names, and what of that stands in it as it is written: read once where both are wanted."""
    found = _found(text)
    return _named(text, found), found[text] if text in found else lexicon.found(text)


def _found(text: str) -> dict[str, tuple[lexicon.Finding, ...]]:
    """By each way in which it is said."""
    return {said: lexicon.found(said) for said in as_said(text)}


def _named(text: str, found: Mapping[str, tuple[lexicon.Finding, ...]]) -> Named:
    findings = [finding for here in found.values() for finding in here]
    keys = frozenset(
        key for finding in findings if finding.kind == "preference" for key in lexicon.keys_of(finding.tag)
    )
    boundaries = {finding.tag for finding in findings if finding.kind == "boundary"}
    boundaries.update(boundary for key in keys for boundary in taxonomy.boundaries_of(key))
    is_intimate = bool(boundaries or not keys.isdisjoint(taxonomy.SEXUAL_KEYS)) or any(
        finding.kind == "level" for finding in findings
    )
    return Named(
        keys, frozenset(boundaries), frozenset(_forbidden(text, findings, is_intimate=is_intimate)), is_intimate
    )


def _forbidden(text: str, findings: list[lexicon.Finding], *, is_intimate: bool) -> Iterator[str]:
    for said in as_said(text):
        plain = lexicon.plain(said)
        yield from (tag for tag, words in _ALWAYS.items() if words.compiled.search(plain))
        if is_intimate:
            yield from (tag for tag, words in _BESIDE_INTIMACY.items() if words.compiled.search(plain))
    if is_intimate:
        yield from (finding.tag for finding in findings if finding.kind == "forbidden" and finding.tag == "minors")


def as_said(text: str) -> Iterator[str]:
    """The text, and where its letters were set apart or changed for signs that look like them, the text as it is meant."""
    text = read_out(text, "NFKC")
    yield text
    meant = _APART.sub(lambda match: _BETWEEN.sub("", match[0]), text)
    meant = _WITH_SIGNS.sub(lambda match: match[0].translate(_SIGNS), meant)
    if meant != text:
        yield meant


_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*/·]{1,2}[^\W\d_](?![^\W_])){2,}")
_BETWEEN = re.compile(r"[ .\-_*/·]+")
_WITH_SIGNS = re.compile(
    r"(?<![^\W_])[^\W_]*[^\W\d_][0134578@$!|][^\W_]*[^\W\d_][013457@$]?(?![^\W_])"
    r"|(?<![^\W\d_])[^\W\d_]+[@$|!][^\W\d_]+|[@$][^\W\d_]{2,}"
)
"""From where a word begins: looked for at each of its letters, one long word costs the square of its length."""
_SIGNS = str.maketrans("0134578@$!|", "oieastbasil")

_ALWAYS = {tag: Phrases(lines) for tag, lines in never.ALWAYS.items()}
_BESIDE_INTIMACY = {tag: Phrases(lines) for tag, lines in never.BESIDE_INTIMACY.items()}
