"""Rooms that stand in each phase."""

from tests.rooms.room import Scenario


def lobby() -> Scenario:
    """Both are here, nobody is ready."""
    return Scenario()


def choosing() -> Scenario:
    """The first turn, nothing chosen."""
    return Scenario().started()


def card() -> Scenario:
    """The first card is on screen."""
    return Scenario().with_card()


def paused() -> Scenario:
    """Paused with a card."""
    room = card()
    room.a.pause()
    return room


def stopped() -> Scenario:
    """Stopped with a card, the cool-down runs."""
    room = card()
    room.a.stop()
    return room


def cooled() -> Scenario:
    """Stopped, and the cool-down has run out."""
    room = stopped()
    room.after(minutes=10)
    return room


def limit() -> Scenario:
    """Nothing is left today."""
    room = choosing()
    room.limit = 0
    room.a.choose()
    return room


def ended() -> Scenario:
    """Ended with a card."""
    room = card()
    room.a.end()
    return room
