"""The spreadsheet that an operator keeps, row by row as cards."""

import re
from functools import lru_cache
from typing import Any

from game_server.activities import bank_cells
from game_server.activities.bank_cells import WrongCell
from rooms.activities import taxonomy
from rooms.activities.card import BodyParts, Card, Step, activity_uid
from rooms.activities.language import ENGLISH

_BOUNDARY_NAMES = {key.casefold(): key for key in taxonomy.BOUNDARY_KEYS}

_LEVELS = {1: ("G", 1), 2: ("G", 1), 3: ("G", 1), 4: ("R", 2), 5: ("R", 3), 6: ("R", 3), 8: ("X", 4), 9: ("X", 5)}
_LEVEL = re.compile(r"(?:level|l)?\s*([1-9])", re.IGNORECASE)
_BY_RATING = {"G": ("G", 1), "R": ("R", 2), "X": ("X", 4)}
_AUDIENCES = {
    **dict.fromkeys(("", "all", "both", "audienceall"), "all"),
    **dict.fromkeys(("couple", "couples", "couple(s)", "audiencecoupleonly"), "couples"),
    **dict.fromkeys(("group", "groups", "group(s)", "audiencegrouponly"), "groups"),
}
_HITS = bank_cells.TRUE | {"hitsboundary", "hits boundary", "wahr"}
_MISSES = bank_cells.FALSE | {"falsch"}
"""German Excel writes WAHR and FALSCH into a CSV; what other languages write is refused, not guessed."""
_ANY_BODY = frozenset({"", "any", "all", "none", "n/a", "-"})
_SHEET = frozenset(
    {
        "activity type",
        "activity description",
        "language",
        "intimacy level",
        "intimacy rating",
        "audience tag",
        "audiencetarget",
        "audited?",
        "activeplayer must have",
        "partnerplayer must have",
    }
)


COLUMN_OF = {
    "type": "Activity Type",
    "language": "Language",
    "script": "Activity Description",
    "script.steps[0].do": "Activity Description",
    "rating": "Intimacy Rating",
    "intensity": "Intimacy Level",
    "required_bodyparts.active": "activePlayer Must Have",
    "required_bodyparts.partner": "partnerPlayer Must Have",
}
"""Where a field of a card stands in the spreadsheet."""


@lru_cache(1024)
def folded(name: str) -> str:
    """A column's name as it is compared: case and spacing do not count."""
    return " ".join(name.split()).casefold()


def unread(names: set[str]) -> set[str]:
    """Of these folded names, the columns that say nothing to an import."""
    return {name for name in names - _SHEET if name and not name.startswith("hardboundary")}


def spreadsheet_card(cells: dict[str, Any], notes: list[tuple[str, str]]) -> Card:
    """The card of a spreadsheet row; what was read in an unexpected way goes to `notes` as (column, reason)."""
    cells = {folded(name): value for name, value in cells.items()}
    type_ = bank_cells.word(cells, "activity type").lower()
    text = bank_cells.word(cells, "activity description")
    rating, intensity = _level(cells, notes)
    return Card(
        uid=activity_uid(type_, text),
        type=type_,
        language=bank_cells.word(cells, "language") or ENGLISH,
        rating=rating,
        intensity=intensity,
        steps=(Step("A", text),),
        audience_scope=_audience(cells, notes),
        required_bodyparts=BodyParts(
            active=_must_have(cells, "activeplayer must have"), partner=_must_have(cells, "partnerplayer must have")
        ),
        hard_boundaries=_boundary_columns(cells),
    )


def _level(cells: dict[str, Any], notes: list[tuple[str, str]]) -> tuple[str, int]:
    level, rating = bank_cells.word(cells, "intimacy level"), bank_cells.word(cells, "intimacy rating").upper()
    match = _LEVEL.fullmatch(level)
    number = int(match[1]) if match else 0
    if number == 7:  # noqa: PLR2004 - L7 is the one level that its rating column decides
        return ("X" if rating == "X" else "R"), 4
    if number:
        if rating and rating != _LEVELS[number][0]:
            notes.append(("Intimacy Rating", f'"{rating}" and {level} disagree; the level counts.'))
        return _LEVELS[number]
    if rating not in _BY_RATING:
        raise WrongCell(
            "Intimacy Level", f'"{level[:40]}" is no level from L1 to L9, and there is no rating G, R or X.'
        )
    notes.append(("Intimacy Level", f'"{level[:40]}" is no level from L1 to L9; the rating {rating} counts.'))
    return _BY_RATING[rating]


def _audience(cells: dict[str, Any], notes: list[tuple[str, str]]) -> str:
    value = bank_cells.word(cells, "audience tag") or bank_cells.word(cells, "audiencetarget")
    known = _AUDIENCES.get(value.casefold())
    if known is None:
        notes.append(("Audience Tag", f'"{value[:40]}" is not known here; read as all.'))
    return known or "all"


def _must_have(cells: dict[str, Any], column: str) -> tuple[str, ...]:
    parts = re.split(r"[,;/&+]|\band\b", bank_cells.word(cells, column).casefold())
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip() not in _ANY_BODY))


def _boundary_columns(cells: dict[str, Any]) -> tuple[str, ...]:
    found = []
    for name, value in cells.items():
        key = _BOUNDARY_NAMES.get(name)
        text = bank_cells.text_of(value).casefold()
        if key and text in _HITS:
            found.append(key)
        elif key and text not in _MISSES:
            # Read as no, somebody's limit would be crossed; read as yes, it may be another word for no.
            raise WrongCell(key, f'"{text[:40]}" is neither yes (hitsBoundary, true, 1) nor no (empty, false, 0).')
        elif not key and name.startswith("hardboundary"):
            raise WrongCell(name, "There is no such boundary. Correct the column's name.")
    return tuple(found)
