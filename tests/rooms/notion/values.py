"""Values of rows and of pages, as people write them: odd, long, empty."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from rooms.bonds.tool import Activities, Choice, Code, Day, Flag, Link, Moment, Person, Tags, Text, Whole
from rooms.characters.character import Several
from rooms.notion.canonical import labels
from rooms.notion.of_characters import STATS
from rooms.notion.property import Around, Bond, Due, Kind, Property, When

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = {"p-ada": "Ada, the first", "p-bo": "Bo", "p-other": "bo"}
BONDS = {"b-1": "The two of us"}
AROUND = Around(zone=BERLIN, event_zone=ZoneInfo("America/New_York"), people=labels(PEOPLE), bonds=labels(BONDS))

_LETTERS = st.one_of(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")),
    st.sampled_from("😀👩\u0301e, \u00a0ß\u201a"),
)
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - they get one


def line(most: int) -> st.SearchStrategy[str]:
    return st.text(_LETTERS, min_size=1, max_size=min(most, 24)).filter(lambda text: not _FORBIDDEN.search(text))


def lines(most: int) -> st.SearchStrategy[str]:
    short = st.lists(line(most), min_size=1, max_size=3).map("\n".join).filter(lambda text: len(text) <= most)
    long = st.builds(lambda piece, times: (piece * times)[:most], line(30), st.integers(100, 3000))
    return st.one_of(short, short, short, long) if most > 1000 else short


def _said(one: Property) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911, PLR0912 - one for each form
    match one.form:
        case Text(most, several):
            return lines(most) if several else line(most)
        case Link():
            return st.sampled_from(
                ["https://example.org/a?b=c#d", "http://xn--n3h.example/", "https://e.org/" + "a" * 900]
            )
        case Code():
            known = {"timezone": ["Europe/Berlin", "UTC"], "rrule": ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU"]}
            return st.sampled_from(known[one.key])
        case Choice(values):
            return st.sampled_from(values)
        case Whole(least, most):
            return st.integers(least, most)
        case Flag():
            return st.booleans()
        case Moment():
            return _MOMENTS
        case Day():
            return _MOMENTS.map(datetime.date)
        case Tags(_, longest):
            return st.lists(line(longest), max_size=4)
        case Several(_, longest):
            return st.lists(line(longest), max_size=4)
        case Person():
            return st.sampled_from(sorted(PEOPLE))
        case Bond():
            return st.sampled_from(sorted(BONDS))
        case Activities():
            with_ = st.lists(st.sampled_from(sorted(PEOPLE)), max_size=2)
            return st.lists(st.fixed_dictionaries({"name": line(60), "keys": st.just([]), "with": with_}), max_size=3)
    raise TypeError(one.form)


_MADE: dict[tuple[str, str, str], st.SearchStrategy[Any]] = {}


def _once(what: str, one: Property, make: Callable[[Property], st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """To make a strategy takes longer than to draw from it."""
    key = (what, one.key, repr(one.form))
    if key not in _MADE:
        _MADE[key] = make(one)
    return _MADE[key]


def some(examples: int) -> int:
    """So many examples where others take a hundred: each of these is dear."""
    return max(1, settings.default.max_examples * examples // 100)


def columns(one: Property) -> st.SearchStrategy[dict[str, Any]]:
    """What the columns of ours hold that a property shows."""
    return _once("columns", one, _columns)


def by_hand(one: Property) -> st.SearchStrategy[Any]:
    """What a person puts into a property in Notion; also what is none of its values, and None, which clears it."""
    return _once("hand", one, _by_hand)


def _columns(one: Property) -> st.SearchStrategy[dict[str, Any]]:
    if isinstance(one.form, Due):
        due = st.fixed_dictionaries({"due_date": _MOMENTS, "all_day": st.booleans()})
        return st.one_of(st.just({"due_date": None, "all_day": False}), due)
    if isinstance(one.form, When):
        return st.builds(_event, _MOMENTS, st.integers(0, 5), st.booleans())
    if one.key in STATS:
        return st.permutations([5, 15, 10, 10, 8, 12]).map(
            lambda points: {"stats": dict(zip((key.partition(".")[2] for key in STATS), points, strict=True))}
        )
    said = _said(one)
    return (st.none() | said if one.cleared and not isinstance(one.form, Flag) else said).map(
        lambda value: {one.key: value}
    )


def _event(at: datetime, more: int, all_day: bool) -> dict[str, Any]:
    zone = AROUND.event_zone
    if not all_day:
        return {"start_date": at, "end_date": at + timedelta(hours=more) if more else None, "all_day": False}
    first = datetime(at.year, at.month, at.day, tzinfo=zone)
    last = first + timedelta(days=more)
    return {
        "start_date": first.astimezone(UTC), "end_date": last.astimezone(UTC) if more else None, "all_day": True
    }  # fmt: skip


def rows(kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    """A row of ours, with every column that is shown."""
    parts = [columns(one) for one in kind.properties if one.key not in STATS[1:]]
    return st.tuples(*parts).map(lambda found: {name: value for one in found for name, value in one.items()})


def _by_hand(one: Property) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each type
    match one.type:
        case "title" | "rich_text":
            piece = st.text(_LETTERS, max_size=12) | st.sampled_from([" ", "\n", "\r\n", "a\u2028b", "tab\t"])
            return st.none() | st.lists(piece, max_size=30) | st.just(["x" * 300])
        case "number":
            return st.none() | st.integers(-3, 40) | st.sampled_from([2.5, 10_000_000])
        case "select":
            known = (
                [value.replace("_", " ").capitalize() for value in one.form.values]
                if isinstance(one.form, Choice)
                else []
            )
            return st.none() | st.sampled_from([*known, *AROUND.people.values(), "Something else"])
        case "multi_select":
            return st.lists(line(20).map(lambda word: word.replace(",", ";").strip() or "x"), max_size=3)
        case "checkbox":
            return st.booleans()
        case "date":
            days = _MOMENTS.map(lambda at: at.date().isoformat())
            moments = _MOMENTS.map(lambda at: at.isoformat())
            spans = st.tuples(_MOMENTS, st.integers(1, 3)).map(
                lambda one: (one[0].isoformat(), (one[0] + timedelta(hours=one[1])).isoformat())
            )
            return (st.none() | days | moments | spans) if isinstance(one.form, When) else st.none() | days | moments
        case _:
            return st.none() | st.sampled_from(["https://example.org/other", "not an address"])
