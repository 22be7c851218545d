"""What an AI that talks is to us: what it is asked, what comes while it answers, and why there may be no more."""

from collections.abc import AsyncIterator
from typing import Literal, Protocol

import msgspec

from rooms.characters.character import Provider

Why = Literal[
    "provider_busy",  # it wants us to wait longer than we do
    "provider_unavailable",  # nobody answers, or it is broken
    "provider_refused",  # it will not say that
    "provider_broken",  # what came is no answer as it is documented
    "answer_cut",  # the line broke while it answered
    "not_configured",  # it does not know us, the model or the chatflow
]


class Picture(msgspec.Struct, frozen=True):
    """A picture as it is sent along; never an address."""

    content_type: str
    data: bytes


class Line(msgspec.Struct, frozen=True):
    """Something that was said before."""

    role: Literal["user", "assistant"]
    text: str


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `before` is what was said, the oldest first, for who does not remember it. `continues` is the answer that
    this goes on from, where it is kept there; `session` a talk at a provider that keeps talks. `person` is the same for the same
    person, and tells nobody who that is. `model`: its name, of Flowise the chatflow's id.
    """

    model: str
    instructions: str
    message: str
    person: str
    before: tuple[Line, ...] = ()
    pictures: tuple[Picture, ...] = ()
    continues: str | None = None
    session: str | None = None
    most_tokens: int


class Said(msgspec.Struct, frozen=True):
    """Some more of the answer."""

    text: str


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer has come, or as much as may (`full`: it was longer). `id`: what the next question may go on from."""

    id: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    full: bool = False


class NoAnswer(Exception):
    """There is no more of this answer. `taken`: it may have been begun, and cost something."""

    def __init__(self, why: Why, *, taken: bool = True) -> None:
        self.why = why
        self.taken = taken
        super().__init__(why)


class Talker(Protocol):
    """One provider. An answer's iterator that is closed ends it there, too."""

    provider: Provider

    @property
    def rests(self) -> int:
        """Seconds for which nobody is asked, because nobody answered; 0 where it answers."""

    def answer(self, ask: Ask) -> AsyncIterator[Said | Ended]:
        """Ask, and tell what comes; the last is Ended. Raises NoAnswer."""

    async def close(self) -> None:
        """Give the connections back."""
