"""Is a message as the protocol's document says?"""

from functools import cache
from typing import Any

import jsonschema_rs

from game_server.commands import asyncapi


@cache
def _told() -> dict[str, Any]:
    """A validator for each message that a phone is told, by what it says in `t`."""
    document = asyncapi.document()
    found = {}
    for kind in asyncapi.TOLD:
        payload = document["components"]["messages"][f"told_{asyncapi.tag(kind)}"]["payload"]
        found[asyncapi.tag(kind)] = jsonschema_rs.validator_for({**payload, "components": document["components"]})
    return found


def faults(message: dict[str, Any]) -> list[str]:
    """What is wrong with what a phone was told; a field too many counts."""
    wrong = [error.message for error in _told()[message["t"]].iter_errors(message)]
    whole = [kind for kind in asyncapi.TOLD if asyncapi.tag(kind) == message["t"]]
    known = _fields(whole)
    given = set(message)
    if message["t"] == "event":
        known |= _fields([kind for kind in asyncapi.told_events() if asyncapi.tag(kind) == message["e"]["t"]])
        given |= set(message["e"])
    return wrong + [f"{field} is not described" for field in given - known]


def _fields(kinds: list[asyncapi.Kind]) -> set[str]:
    schemas = asyncapi.document()["components"]["schemas"]
    return {field for kind in kinds for field in schemas[kind.__name__]["properties"]}
