"""A row of a bank file as a card, in either form: our own columns, or the spreadsheet that an operator keeps.

Nothing is guessed in silence: what was changed or left aside is noted, what cannot be understood is refused, both with
the line and the column.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from game_server.activities import bank_cells
from game_server.activities.bank_cells import WrongCell
from game_server.activities.bank_sheet import COLUMN_OF, folded, spreadsheet_card, unread
from game_server.activities.bank_source import Row
from rooms.activities import card as cards
from rooms.activities import lasting, taxonomy
from rooms.activities.card import BodyParts, Card, Step, Tags, activity_uid

LONGEST_VERSION = 32  # characters: the column's width

_ACTORS = {"a": "A", "active": "A", "b": "B", "partner": "B"}

_WRITTEN_BY_DATABASE = frozenset({"activity_id", "archived_at", "created_at", "updated_at"})
_LISTS = ("preference_keys", "domains", "intensity_modifiers", "hard_boundaries", "hard_limit_keys")
_WORDS = ("language", "rating", "power_role", "audience_scope", "source")
_FLAGS = ("requires_consent_negotiation", "approved", "is_active")
_VERSION = "source_version"
_OWN = frozenset(
    {"type", "intensity", "script", "tags", "required_bodyparts", "activity_uid", _VERSION, *_LISTS, *_WORDS, *_FLAGS}
)


class Remark(msgspec.Struct, frozen=True):
    """Something about one place of a file. `line` 0 is the file as a whole."""

    line: int
    column: str
    reason: str


class Enrichment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an enrichment file adds to the card with this type and description."""

    type: str
    description: str
    power_role: str | None = None
    preference_keys: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    intensity_modifiers: tuple[str, ...] = ()
    requires_consent_negotiation: bool = False

    @property
    def uid(self) -> str:
        return activity_uid(self.type, self.description)


class ReadRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a row: a card with the version that the row states for it, or the reasons why not; and what was noted."""

    line: int
    card: Card | None
    version: str | None = None
    refused: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()


def read_row(row: Row, enrichment: Mapping[str, Enrichment]) -> ReadRow:
    """The card of a row, enriched, with its aliases resolved and a sexual G lifted to R."""
    notes: list[tuple[str, str]] = []
    try:
        bank_cells.refuse_formulas(row.cells)
        sheet = _is_spreadsheet(row.cells)
        card = _wound(spreadsheet_card(row.cells, notes), notes) if sheet else _own_card(row.cells)
        version = None if sheet else checked_version(bank_cells.word(row.cells, _VERSION))
    except WrongCell as error:
        return ReadRow(line=row.line, card=None, refused=(Remark(row.line, error.column, error.reason),))
    card = _settled(_enriched(card, enrichment.get(card.uid)), notes)
    columns = COLUMN_OF if sheet else {}
    refused = tuple(
        Remark(row.line, columns.get(problem.field, problem.field), problem.message) for problem in cards.problems(card)
    )
    noted = tuple(Remark(row.line, columns.get(column, column), reason) for column, reason in notes)
    return ReadRow(line=row.line, card=None if refused else card, version=version, refused=refused, notes=noted)


def checked_version(text: str) -> str | None:
    """A `source_version` as it is stored, None for an empty one. Raises WrongCell."""
    if len(text) > LONGEST_VERSION or not text.isprintable() or text.startswith(("=", "+", "-", "@")):
        raise WrongCell(
            _VERSION, f"The version is 1 to {LONGEST_VERSION} printable characters, the first of them none of = + - @."
        )
    return text or None


def about_columns(rows: Sequence[Row]) -> list[Remark]:
    """What to know about the columns of a spreadsheet: those that are not read, and boundaries it has no column for."""
    sheet = [row for row in rows if "activity description" in map(folded, row.cells)]
    names = {folded(name) for row in sheet for name in row.cells}
    notes = [Remark(0, name, "This column is not read.") for name in sorted(unread(names))]
    missing = [key for key in taxonomy.BOUNDARY_KEYS if key.casefold() not in names] if sheet else []
    return notes + [Remark(0, key, "There is no such column: no card is marked with this boundary.") for key in missing]


def _is_spreadsheet(cells: dict[str, Any]) -> bool:
    names = set(map(folded, cells))
    if "script" in names or "activity description" in names:
        return "script" not in names
    raise WrongCell("script", 'Neither "script" (our own form) nor "Activity Description" (the spreadsheet) is there.')


def _wound(card: Card, notes: list[tuple[str, str]]) -> Card:
    """A spreadsheet has no place for a clock: it gets the one that its words name."""
    steps = lasting.wound(card.steps)
    if steps != card.steps:
        notes.append(("script", f"The words name a time: the card has a clock of {steps[0].duration_s} seconds."))
    return msgspec.structs.replace(card, steps=steps)


def _settled(card: Card, notes: list[tuple[str, str]]) -> Card:
    keys = _union((), tuple(taxonomy.canonical_preference(key) for key in card.preference_keys))
    card = msgspec.structs.replace(card, preference_keys=keys)
    notes.extend(
        ("preference_keys", f'"{key}" is not in the survey: kept, and the card is not drawn.')
        for key in cards.unknown_preferences(card)
    )
    if card.rating == "G" and not cards.is_platonic(card):
        notes.append(("rating", "G is platonic and this card is not: lifted to R, intensity 2."))
        card = msgspec.structs.replace(card, rating="R", intensity=2)
    if not cards.is_tagged(card):
        notes.append(("domains", "Neither domains nor preference keys: the card is kept and not drawn."))
    return card


def _enriched(card: Card, more: Enrichment | None) -> Card:
    if more is None:
        return card
    return msgspec.structs.replace(
        card,
        power_role=more.power_role or card.power_role,
        preference_keys=card.preference_keys + more.preference_keys,
        domains=_union(card.domains, more.domains),
        intensity_modifiers=_union(card.intensity_modifiers, more.intensity_modifiers),
        requires_consent_negotiation=more.requires_consent_negotiation or card.requires_consent_negotiation,
    )


def _union(some: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(some + more))


# --- our own columns -----------------------------------------------------------------------------------------------


def _own_card(cells: dict[str, Any]) -> Card:
    for name in cells:
        # An unknown column may be a limit that somebody misspelt: reading on would lose it.
        if name not in _OWN and name not in _WRITTEN_BY_DATABASE:
            raise WrongCell(name, "There is no such column. Remove it, or correct its name.")
    steps = _steps(_script(cells))
    type_ = bank_cells.word(cells, "type").lower()
    if bank_cells.word(cells, "source") == taxonomy.COUPLES_OWN:
        raise WrongCell("source", "A card that a couple wrote belongs to these two alone and does not come by import.")
    values: dict[str, Any] = {name: bank_cells.words(cells, name) for name in _LISTS}
    values |= {name: bank_cells.word(cells, name) for name in _WORDS if bank_cells.word(cells, name)}
    values |= {name: bank_cells.flag(cells, name) for name in _FLAGS if cells.get(name) not in (None, "")}
    return Card(
        uid=bank_cells.word(cells, "activity_uid") or activity_uid(type_, steps[0].do if steps else ""),
        type=type_,
        intensity=bank_cells.number(cells, "intensity"),
        steps=steps,
        tags=_tags(bank_cells.structure(cells, "tags")),
        required_bodyparts=_body_parts(bank_cells.structure(cells, "required_bodyparts")),
        rating=values.pop("rating", ""),
        **values,
    )


def _script(cells: dict[str, Any]) -> Any:
    """The cell as JSON, or the sentence that it is: one may begin with a name."""
    value = cells.get("script")
    named = isinstance(value, str) and value.lstrip().casefold().startswith(("{active}", "{partner}"))
    return value if named else bank_cells.structure(cells, "script")


def _steps(script: Any) -> tuple[Step, ...]:
    if isinstance(script, dict):
        if set(script) != {"steps"}:
            raise WrongCell("script", 'A script is {"steps": [{"actor": "A" or "B", "do": "…"}]}.')
        script = script["steps"]
    if isinstance(script, str):
        script = [script]
    if not isinstance(script, list):
        raise WrongCell("script", 'A script is {"steps": [{"actor": "A" or "B", "do": "…"}]}.')
    return tuple(_step(step, position) for position, step in enumerate(script))


def _step(step: Any, position: int) -> Step:
    where = f"script.steps[{position}]"
    if isinstance(step, str):
        return Step("B" if position else "A", step.strip())
    texts = {name: value for name, value in step.items() if name != "duration_s"} if isinstance(step, dict) else {}
    if set(texts) != {"actor", "do"} or not all(isinstance(value, str) for value in texts.values()):
        raise WrongCell(
            where, 'A step is {"actor": "A" or "B", "do": "…"}, both of them text; a clock is "duration_s": 60.'
        )
    actor, seconds = texts["actor"].strip(), step.get("duration_s")
    if seconds is not None and type(seconds) is not int:
        raise WrongCell(f"{where}.duration_s", "This is a whole number of seconds, without quotes.")
    return Step(_ACTORS.get(actor.lower(), actor), texts["do"].strip(), seconds)


def _tags(value: Any) -> Tags:
    """The object, or a plain list of words: the form of older files, all of it themes."""
    if not isinstance(value, dict):
        return Tags(themes=bank_cells.words({"tags": value}, "tags"))
    if not set(value) <= set(Tags.__struct_fields__):
        raise WrongCell("tags", 'This is {"themes": […], "act": …, "topics": […], "apart": true or false}.')
    parts = {f"tags.{name}": part for name, part in value.items()}
    return Tags(
        themes=bank_cells.words(parts, "tags.themes"),
        act=bank_cells.word(parts, "tags.act"),
        topics=bank_cells.words(parts, "tags.topics"),
        apart=bank_cells.flag(parts, "tags.apart"),
    )


def _body_parts(value: Any) -> BodyParts:
    if value in (None, ""):
        return BodyParts()
    if not isinstance(value, dict) or not set(value) <= {"active", "partner"}:
        raise WrongCell("required_bodyparts", 'This is {"active": […], "partner": […]}.')
    return BodyParts(active=bank_cells.words(value, "active"), partner=bank_cells.words(value, "partner"))
