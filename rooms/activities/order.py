"""What is asked of an AI for one card, and the words in which it is asked.

What two people answered in private goes no further than this: keys are those that both want, in the roles of this turn, and only
a few of them; `avoid` are boundaries that are not theirs to be written about, be it that one of them has a limit there or that
nobody asked for it, and nothing tells which. No name, no id, no answer, no body. Everything that is put into the words comes
from closed lists, so that nobody can write instructions into them.
"""

import msgspec

from rooms.activities import taxonomy
from rooms.activities.card import FEWEST_WORDS, MOST_WORDS
from rooms.activities.lexicon import LANGUAGE


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One card that is wanted. `level` is the highest rating, `low` and `high` the intensities of the window; `keys` as the
    active player's side says them; `topic` is what a truth asks about, None where it is platonic; `themes` are those the two
    have just had.
    """

    type: str
    level: str
    low: int
    high: int
    phase: str
    keys: tuple[str, ...] = ()
    avoid: tuple[str, ...] = taxonomy.BOUNDARY_KEYS
    topic: str | None = None
    themes: tuple[str, ...] = ()


class Message(msgspec.Struct, frozen=True):
    """One of the messages that a chat model reads."""

    role: str
    content: str


def messages(order: Order) -> tuple[Message, ...]:
    """What is said to the model: the same instructions for everybody, then the order as JSON."""
    asked = {
        "type": order.type,
        "level": order.level,
        "intensity": [order.low, order.high],
        "phase": order.phase,
        "roles": {"A": "active player", "B": "partner"},
        "keys": order.keys,
        "topic": order.topic,
        "avoid": order.avoid,
        "themes_used": order.themes,
        "language": LANGUAGE,
    }
    return (
        Message("system", _INSTRUCTIONS[order.type]),
        Message("user", msgspec.json.encode(asked).decode()),
    )


_EVERY_CARD = f"""You write one card for a game of truth or dare that two adult partners play together at home.
Both want to play, and either may stop at any time, so a card offers and never forces.

Warm, kind, tasteful and with humour. Never graphic or crude, nothing that hurts, scares or demeans, no alcohol, nobody else,
nobody under age and nothing of childhood or school, no photos, recordings or messages.
Plain English, whole sentences, {FEWEST_WORDS + 2} to {MOST_WORDS - 5} words a step. Say "you" to whoever acts and "your
partner" to the other. No names, no he or she, nothing that a body must have, no placeholders, links, markup, lists or emoji.
Name exactly what is done, where and for how long. Never "anything", "wherever", "everywhere", "whatever they like", "do not
stop", "must", "without a word" or "keep still".

The order comes as JSON. "type". "level": the highest rating; G is platonic (no kiss, no flirting, no touch but a hand or a
hug), R flirts and touches, X suggests and never describes. "intensity": from and to. "phase" of the evening. "keys": what both
want; whatever intimate thing the card is about has to be one of these (a hand, a hug, and above G a kiss, need none).
"topic". "avoid": boundaries that the card stays far away from. "themes_used": themes that should not come again.

"""

_A_DARE = """A dare has one step or two. A acts and gives, B receives; where B has a step, it says how B may answer, slow
down or stop.
"""

_A_TRUTH = """A truth has one step, of A: one question that A answers aloud, about A's own wishes and feelings, and about
"topic" where there is one.
"""


def _shape(type_: str) -> str:
    return f"""
Answer with one JSON object and nothing else, with exactly these fields:
{{"script": {{"steps": [{{"actor": "A", "do": "..."}}]}}, "type": "{type_}", "rating": "G" | "R" | "X", "intensity": 1 to 5,
"tags": {{"themes": [one or two], "act": "...", "topics": [...]}}, "hard_boundaries": [...], "preference_keys": [...],
"domains": [one or two], "required_bodyparts": {{"active": [], "partner": []}},
"power_role": "top" | "bottom" | "switch" | "neutral"}}
themes: {", ".join(taxonomy.THEMES)}
act: {", ".join(taxonomy.ACTS[type_])}
topics: {", ".join(taxonomy.TOPICS)}
hard_boundaries: every one of these that the card touches, however lightly: {", ".join(taxonomy.BOUNDARY_KEYS)}
preference_keys: every one of "keys" that the card is about
domains: {", ".join(taxonomy.DOMAINS)}"""


_INSTRUCTIONS = {
    "dare": _EVERY_CARD + _A_DARE + _shape("dare"),
    "truth": _EVERY_CARD + _A_TRUTH + _shape("truth"),
}
