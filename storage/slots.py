"""Where a cluster keeps which key: 16384 slots, each with the address of its master."""

from collections.abc import Mapping, Sequence
from typing import Any

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

SLOTS = REDIS_CLUSTER_HASH_SLOTS
Address = tuple[str, int]

_KEY_AT: Mapping[str, int | None] = {
    "EVAL": 3,
    **dict.fromkeys(("PING", "INFO", "CONFIG GET", "CLUSTER INFO", "BGREWRITEAOF", "FLUSHALL", "FLUSHDB", "KEYS")),
}
"""Which argument is the key, where it is not the first; None: no argument is one."""


def slot(command: Sequence[Any]) -> int | None:
    """The slot of a command's first key (all its keys are in one, or the server says so); None for a command without keys. A
    bell's channel counts as a key: it carries the room's tag, and so comes after what was written of the room.
    """
    at = _KEY_AT.get(command[0], 1)
    if at is None or len(command) <= at:
        return None
    key = command[at]
    return key_slot(key if isinstance(key, bytes) else str(key).encode())


def owners(answer: Sequence[Sequence[Any]], asked: Address) -> list[Address | None]:
    """What CLUSTER SLOTS says, as the master's address of each slot; `asked` is whoever said so, and stands in for a node that
    does not know its own name.
    """
    found: list[Address | None] = [None] * SLOTS
    for first, last, master, *_replicas in answer:
        host = _text(master[0])
        address = (asked[0] if host in ("", "?") else host, int(master[1]) or asked[1])
        found[int(first) : int(last) + 1] = [address] * (int(last) + 1 - int(first))
    return found


def samples(found: Sequence[Address | None], prefix: str) -> dict[Address, str]:
    """A key with this prefix for each master, the same in every process."""
    wanted = {address for address in found if address is not None}
    keys: dict[Address, str] = {}
    for number in range(SLOTS):
        if len(keys) == len(wanted):
            break
        key = f"{prefix}{number}"
        address = found[key_slot(key.encode())]
        if address is not None:
            keys.setdefault(address, key)
    return keys


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")
