"""What somebody chose of how they are reached; kept in `users.notification_preferences`.

    push           discreet (where nothing is said), normal, or off
    quiet_hours    {from, to}, HH:MM: no push between the two, over midnight where `to` is the earlier one
    time_zone      of these hours, IANA; UTC where nothing is said
    <kind>         false: no push of this kind

The list in the app has everything all the same. What is kept may be older or newer than this program: reading takes what it
understands and passes over the rest. What is sent is looked at more closely; words that are not ours stay as they are.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from rooms.notifications.kinds import KINDS

Push = Literal["discreet", "normal", "off"]
PUSH: tuple[Push, ...] = ("discreet", "normal", "off")

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\Z", re.ASCII)


class QuietHours(msgspec.Struct, frozen=True):
    """Minutes after local midnight."""

    start: int
    end: int


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody wants to be reached; `silent` are the kinds that are not pushed."""

    push: Push = "discreet"
    quiet_hours: QuietHours | None = None
    time_zone: str = "UTC"
    silent: frozenset[str] = frozenset()

    def wants(self, kind: str) -> bool:
        """May a push of this kind go out at all?"""
        return self.push != "off" and kind not in self.silent


def read(kept: Mapping[str, Any]) -> Preferences:
    """What is kept, as far as it is understood."""
    push, zone = kept.get("push"), kept.get("time_zone")
    return Preferences(
        push=push if push in PUSH else "discreet",
        quiet_hours=_quiet_hours(kept.get("quiet_hours")),
        time_zone=zone if isinstance(zone, str) else "UTC",
        silent=frozenset(name for name in KINDS if kept.get(name) is False),
    )


def problems(sent: Mapping[str, Any], is_time_zone: Callable[[str], bool]) -> dict[str, str]:
    """What is wrong with a change, by field; null takes a choice back and is always right."""
    found = {}
    if sent.get("push") not in (None, *PUSH):
        found["push"] = f"Say {', '.join(PUSH[:-1])} or {PUSH[-1]}."
    if sent.get("quiet_hours") is not None and _quiet_hours(sent["quiet_hours"]) is None:
        found["quiet_hours"] = 'Two different times like {"from": "22:00", "to": "07:00"}.'
    zone = sent.get("time_zone")
    if zone is not None and not (isinstance(zone, str) and is_time_zone(zone)):
        found["time_zone"] = "The name of a time zone, like Europe/Berlin."
    for name in KINDS:
        if sent.get(name) is not None and not isinstance(sent[name], bool):
            found[name] = "true or false."
    return found


def _quiet_hours(given: Any) -> QuietHours | None:
    if not isinstance(given, Mapping) or set(given) != {"from", "to"}:
        return None
    start, end = _minutes(given["from"]), _minutes(given["to"])
    return QuietHours(start, end) if start is not None and end is not None and start != end else None


def _minutes(text: Any) -> int | None:
    found = _TIME.match(text) if isinstance(text, str) else None
    return int(found[1]) * 60 + int(found[2]) if found else None
