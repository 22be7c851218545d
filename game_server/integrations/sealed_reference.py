"""What a store is asked by where that is a secret: sealed, so that neither a table nor a backup has it."""

from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

from storage import sealing

T = TypeVar("T")


class SealedElsewhere(Exception):
    """It was sealed with a secret that this process does not have, or is none of ours."""


class _Envelope(msgspec.Struct):
    key: str
    nonce: str
    ciphertext: str


class SealedReferences(Generic[T]):
    """References of one store, msgspec values of one type. `keys` of 32 bytes by name: the first seals, all open."""

    def __init__(self, keys: Mapping[str, bytes], kind: type[T], purpose: str) -> None:
        self._keys, self._kind, self._purpose = keys, kind, purpose

    def seal(self, value: T) -> str:
        """As text."""
        name, key = next(iter(self._keys.items()))
        sealed = sealing.seal(key, msgspec.to_builtins(value), bound_to=self._purpose)
        return msgspec.json.encode(_Envelope(key=name, **sealed)).decode()

    def again(self, text: str) -> str | None:
        """The same sealed with the first key; None where it is so already, or is not ours."""
        try:
            known = msgspec.json.decode(text, type=_Envelope).key == next(iter(self._keys))
            return None if known else self.seal(self.open(text))
        except (msgspec.MsgspecError, SealedElsewhere):
            return None

    def open(self, text: str) -> T:
        """The value. Raises SealedElsewhere."""
        try:
            envelope = msgspec.json.decode(text, type=_Envelope)
            opened = sealing.unseal(self._keys[envelope.key], msgspec.to_builtins(envelope), bound_to=self._purpose)
            return msgspec.convert(opened, self._kind)
        except (msgspec.MsgspecError, KeyError, sealing.Unsealable) as error:
            raise SealedElsewhere from error
