"""Chance: the only place that is random."""

import secrets
from uuid import UUID, uuid4  # noqa: TID251 - this is the module that provides it


class Dice:
    """From the operating system."""

    def __init__(self) -> None:
        self._random = secrets.SystemRandom()

    def roll(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()

    def choose(self, options: tuple[str, ...], count: int) -> tuple[str, ...]:
        """That many different ones, uniformly."""
        return tuple(self._random.sample(options, count))

    def token(self) -> str:
        """256 random bits, base64url, 43 characters."""
        return secrets.token_urlsafe(32)

    def version(self) -> int:
        """30 random bits: where versions begin to count that shall not come again."""
        return self._random.getrandbits(30)

    def uuid(self) -> str:
        """A random UUID as text."""
        return str(self.fresh_id())

    def fresh_id(self) -> UUID:
        """A random UUID."""
        return uuid4()
