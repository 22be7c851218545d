"""A talk between a person and a character: its bounds, and what each answer's end means for whoever reads it."""

from typing import Literal

LONGEST_MESSAGE = 4_000
"""Characters of what a person says."""

LONGEST_ANSWER = 12_000
MOST_PICTURES = 4
MOST_OPEN = 3
"""Answers that are written for one person at a time, in different talks."""

LONGEST_TITLE = 60

Outcome = Literal[
    "done",
    "full",  # as much as an answer may be
    "safety",  # ours, and nobody was asked
    "provider_busy",
    "provider_unavailable",
    "provider_refused",
    "provider_broken",
    "not_configured",
    "answer_cut",
    "answer_stopped",
    "answer_lost",
]
"""What became of an answer; what is not WHOLE is also the code of a refusal."""

WHOLE: frozenset[str] = frozenset(("done", "full", "safety"))


def status_of(outcome: Outcome, text: str) -> Literal["done", "partial", "refused"]:
    """How an answer stands for good."""
    if outcome in WHOLE:
        return "done"
    return "refused" if outcome == "provider_refused" and not text else "partial"


def title_of(message: str) -> str:
    """What a talk is called by its first words."""
    words = " ".join(message.split())
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1] + "…"
