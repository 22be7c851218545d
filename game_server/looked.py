"""How far the sweeps of this process have looked at rooms that somebody moved. Who knows nothing of it looks back a while."""

from collections.abc import Mapping
from datetime import datetime

import msgspec


class AtTurns(msgspec.Struct, frozen=True):
    """At turns that began: until when (None: not at all), and in which rooms to look again."""

    until: datetime | None = None
    again: list[str] = []


class Place(msgspec.Struct, frozen=True):
    """How often a room was asked for at this place of its log."""

    head: int
    tries: int = 0


class AtCards(msgspec.Struct, frozen=True):
    """At rooms that may lack a card: until when (None: not at all), and the places of those that lacked one."""

    until: datetime | None = None
    places: Mapping[str, Place] = {}


class Looked(msgspec.Struct):
    """What each sweep had seen when it was last here."""

    turns: AtTurns = AtTurns()
    cards: AtCards = AtCards()
