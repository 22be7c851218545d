"""What a scene goes through, who takes part in it, and when its people are reminded of aftercare."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Literal

from rooms.activities.taxonomy import BOUNDARY_KEYS, boundaries_of, counterpart, is_preference
from rooms.bonds.states import Move, move

Status = Literal["planned", "agreed", "done", "called_off"]

STATUSES: tuple[Status, ...] = ("planned", "agreed", "done", "called_off")

MOVES: Mapping[str, Move] = {
    "edit": move("planned agreed", "planned"),
    "remove": move("planned agreed called_off"),
    "confirm": move("planned", again="agreed"),
    "unconfirm": move("agreed", "planned", again="planned"),
    "call-off": move("planned agreed", "called_off", again="called_off"),
    "log": move("planned agreed", "done", again="done"),
    "debrief": move("done"),
    "aftercare": move("done"),
}
"""The last `confirm` leads to agreed."""

OPEN = frozenset({"planned", "agreed"})
"""In which it is still to come."""

AFTERCARE = "aftercare"
"""The prompt that stands in the answer to `log`."""

ASKED_AT = time(10)
"""When, the day after, people are reminded of aftercare."""


def participants(
    activities: Iterable[Mapping[str, Any]], created_at: datetime, members: Mapping[str, datetime]
) -> list[str]:
    """Who takes part: whoever is named in an activity and here; where nobody is named, everybody who was here when it was
    planned. `members` are the bond's, with the moment at which they came.
    """
    named = {str(person) for one in activities for person in one["with"]}
    return [person for person, came in members.items() if (person in named if named else came <= created_at)]


def is_settled(people: Iterable[str], confirmed: Iterable[str]) -> bool:
    """Did everybody who takes part say yes?"""
    wanted = set(people)
    return bool(wanted) and wanted <= set(confirmed)


def status_now(status: str, *, held: bool) -> str:
    """What holds now: what a limit that came later touches, nobody has agreed to."""
    return "planned" if held and status == "agreed" else status


def is_known(key: str) -> bool:
    """Is it a key of the survey's preferences or of limits?"""
    return is_preference(key) or key in BOUNDARY_KEYS


def keys_of_tags(tags: Iterable[str]) -> frozenset[str]:
    """What tags say to the limits: who does it to whom they do not tell, so both directions, and what these fall under."""
    given = set(tags)
    both = given | {counterpart(key) for key in given if is_preference(key)}
    return frozenset(both.union(*(boundaries_of(key) for key in both if is_preference(key))))


def texts_of(values: Mapping[str, Any], names: Sequence[str]) -> list[str | None]:
    """Everything that somebody reads of a scene: these columns, and what its activities are called and say."""
    activities = values.get("activities") or ()
    return [
        *(values.get(name) for name in names),
        *(one.get(name) for one in activities for name in ("name", "notes")),
    ]


def aftercare_due(logged_at: datetime, zone: tzinfo) -> datetime:
    """When somebody in that zone is reminded: in the morning of their next day."""
    day = logged_at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, ASKED_AT, zone)
