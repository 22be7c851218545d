"""The way of one push, decided when it is about to go out: what somebody chose counts as it is then, not as it was before."""

from datetime import datetime, timedelta, tzinfo
from typing import Literal

import msgspec

from rooms.notifications.kinds import Style
from rooms.notifications.preferences import Preferences
from rooms.notifications.quiet import quiet_until

FIRST_TRY_S, LONGEST_WAIT_S = 2.0, 600.0
_GOLDEN = 0.6180339887498949


class Send(msgspec.Struct, frozen=True):
    """Now, in this style."""

    style: Style


class Wait(msgspec.Struct, frozen=True):
    """Later: quiet hours end then, and it is still worth something."""

    until: datetime


class Drop(msgspec.Struct, frozen=True):
    """Never; the list in the app has it."""

    why: Literal["off", "quiet", "late"]


Step = Send | Wait | Drop


def step(kind: str, wanted: Preferences, zone: tzinfo, *, now: datetime, expires_at: datetime) -> Step:
    """What becomes of a push at this moment."""
    if now >= expires_at:
        return Drop("late")
    if not wanted.wants(kind):
        return Drop("off")
    until = quiet_until(now, wanted.quiet_hours, zone) if wanted.quiet_hours else None
    if until is not None:
        return Wait(until) if until < expires_at else Drop("quiet")
    return Send("normal" if wanted.push == "normal" else "discreet")


def wait_before(attempt: int, number: int, asked_s: float | None) -> timedelta:
    """How long until the next try after the `attempt`-th (from 1): twice as long each time, at most ten minutes, never less than
    the vendor asked for. Spread by half of it, by the row's number, so that what failed together does not come back together.
    """
    base = min(LONGEST_WAIT_S, FIRST_TRY_S * 2.0 ** min(attempt - 1, 16))
    spread = 1.0 + 0.5 * ((number * _GOLDEN + attempt * _GOLDEN * _GOLDEN) % 1.0)
    return timedelta(seconds=max(base, asked_s or 0.0) * spread)
