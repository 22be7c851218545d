"""A card that somebody writes for the two of them: what they typed and ticked becomes a card as the bank has them, or is refused.

The checklist is the writer's word and the lexicon the second opinion: what it finds is added, never taken away. A tag stands for
every direction of its keys, so that a No of either keeps the card away. The partner reads every word before it can come; what
nobody's limits could be asked about (an intimate question about nothing, the boldest dare without a key) is refused.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

import msgspec

from rooms.activities import direction, lasting, lexicon, practices, taxonomy
from rooms.activities.card import FEWEST_WORDS, MOST_WORDS, BodyParts, Card, Step, Tags, activity_uid, problems

STEMS = tuple(practices.PREFERENCES)
APART = "apart"
CHECKLIST = (*taxonomy.BOUNDARY_KEYS, *STEMS, *taxonomy.TOPICS, APART)
"""What can be ticked: boundaries, what people do (the stems of the survey's preference keys), what a question is about, and that
it can be played with nobody in the same room."""

INTENSITY = {"G": 1, "R": 2, "X": 3}
"""The middle of each level: a couple's card may come through most of an evening."""

_MARKUP = re.compile(r"[<>`\[\]\\]|https?:|www\.|&#?\w+;", re.IGNORECASE)
_HIDDEN = re.compile("[\u115f\u1160\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff\uffa0\ufff9-\ufffb]")
_SPELLED = re.compile(r"[^\W\d_]\d+[^\W\d_]|(?:\b[^\W\d_][.\-_*/ ]){3}[^\W\d_]\b")
"""Digits among letters, and letters one by one: words that are not to be found."""


class Draft(msgspec.Struct, frozen=True):
    """What somebody wrote. "A" is whoever's turn it is, "B" the other; `ticked` is of the checklist."""

    type: str
    rating: str
    steps: tuple[Step, ...]
    ticked: tuple[str, ...] = ()


def read(draft: Draft) -> tuple[Card, dict[str, str]]:
    """The card with everything that it touches, and what is wrong with it, a sentence a field; it is a card if nothing is.

    Where its words name a time and nobody gave it a clock, it gets that one.
    """
    steps = lasting.wound(tuple(Step(step.actor, _clean(step.do), step.duration_s) for step in draft.steps))
    card = _tagged(draft, steps)
    wrong: dict[str, str] = {}
    for field, message in (*_of_words(steps), *_of_tags(draft, card), *_of_card(card), *_of_lexicon(card)):
        wrong.setdefault(field, message)
    return card, wrong


def touches(card: Card) -> tuple[str, ...]:
    """What the card is tagged with, as the checklist says it and in its order."""
    named = {
        *card.boundaries,
        *card.tags.topics,
        *(stem for stem in STEMS if set(lexicon.keys_of(stem)).intersection(card.preference_keys)),
        *([APART] if card.tags.apart else []),
    }
    return tuple(tag for tag in CHECKLIST if tag in named)


_STEM_OF: Mapping[str, str] = {key: stem for stem in STEMS for key in lexicon.keys_of(stem)}


def _stem(tag: str) -> str:
    """A key with a direction stands for every direction of it."""
    return _STEM_OF.get(tag, tag)


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _tagged(draft: Draft, steps: tuple[Step, ...]) -> Card:
    found = [finding for step in steps for finding in lexicon.found(step.do)]
    tags = {
        *map(_stem, draft.ticked),
        *(finding.tag for finding in found if finding.kind in ("boundary", "preference", "topic")),
    }
    keys = tuple(key for stem in STEMS if stem in tags for key in lexicon.keys_of(stem))
    boundaries = tuple(key for key in taxonomy.BOUNDARY_KEYS if key in tags)
    return Card(
        uid=activity_uid(draft.type, steps[0].do if steps else ""),
        type=draft.type,
        rating=draft.rating,
        intensity=INTENSITY.get(draft.rating, 1),
        steps=steps,
        tags=Tags(topics=tuple(topic for topic in taxonomy.TOPICS if topic in tags), apart=APART in tags),
        preference_keys=keys,
        domains=("sensual",) if draft.type == "dare" and draft.rating != "G" else ("connection",),
        requires_consent_negotiation=bool(boundaries),
        audience_scope="couples",
        hard_boundaries=boundaries,
        required_bodyparts=BodyParts(),
        source=taxonomy.COUPLES_OWN,
        approved=False,
    )


def _is_mixed(word: str) -> bool:
    """Letters of two alphabets: some of them look alike, and the lexicon knows the word in one only."""
    return len({unicodedata.name(sign, "?").partition(" ")[0] for sign in word if sign.isalpha()}) > 1


Faults = Iterable[tuple[str, str]]


def _of_words(steps: tuple[Step, ...]) -> Faults:
    for number, step in enumerate(steps):
        field = f"steps[{number}].do"
        count = len(step.do.split())
        if not FEWEST_WORDS <= count <= MOST_WORDS:
            yield field, f"A step has {FEWEST_WORDS} to {MOST_WORDS} words, this one has {count}."
        if _HIDDEN.search(step.do):
            yield field, "There are signs in it that cannot be seen; please type it anew."
        if _SPELLED.search(step.do) or any(_is_mixed(word) for word in step.do.split()):
            yield field, "Plain words only, please: letters of one alphabet, without digits or dots among them."
        if _MARKUP.search(step.do):
            yield field, "Plain words only, please: no links and none of < > [ ] ` \\."


def _of_tags(draft: Draft, card: Card) -> Faults:
    unknown = [tag for tag in draft.ticked if _stem(tag) not in CHECKLIST]
    if unknown:
        yield "tags", "That is not on the checklist."
    if card.rating in ("R", "X") and card.type == "truth" and not card.tags.topics:
        yield "tags", "Please tick what the question is about, so that nobody is asked what they do not talk about."
    if card.rating == "X" and card.type == "dare" and not card.preference_keys:
        yield "tags", "Please tick what the two of you do on this card, so that nobody's No is passed over."


def _of_card(card: Card) -> Faults:
    for problem in problems(card):
        yield _FIELDS.get(problem.field, problem.field.removeprefix("script.")), problem.message


_FIELDS: Mapping[str, str] = {"script": "steps"}


def _of_lexicon(card: Card) -> Faults:
    """What no tag answers for: forbidden phrasings, words of a higher level, and who does what the wrong way round."""
    for step, finding in ((lack.step, lack.finding) for lack in lexicon.missing(card)):
        field = "rating" if finding.kind == "level" else f"steps[{step}].do"
        yield field, f"“{finding.words}”: {_why(finding)}"
    if card.type == "dare":
        for _ in direction.breaches(card):
            yield (
                "steps[0].do",
                "In a dare whoever's turn it is gives, and the other one receives. Please let one of you give.",
            )


def _why(finding: lexicon.Finding) -> str:
    """For whoever wrote it."""
    if finding.kind == "level":
        return "please choose a bolder level, or say it more gently."
    if finding.kind == "direction":
        return "in a dare whoever's turn it is gives. Let the other one do this step."
    return _INSTEAD[finding.tag]


_INSTEAD: Mapping[str, str] = {
    "open_ended": "please name what you do, and where, so that nobody's No is passed over.",
    "no_stop": "it may end at any time. Please write for how long instead, such as one song.",
    "silenced": "both may speak at any time, at least to say stop.",
    "no_taken_away": "nobody has to. Please write it as an offer.",
    "stolen": "it comes after a yes. Please write it so that they are asked first.",
    "held_still": "both may move at any time. Please write it so that they can.",
    "graphic": "please say it more gently.",
    "harm": "nothing that hurts, and nothing to drink.",
    "minors": "nothing that recalls somebody under age.",
    "others_drawn_in": "it stays between the two of you.",
}
"""What to write instead of a phrasing that no card may have, by its rule in the tagging guide."""
