"""What the routes of characters take and answer, as types: made from what `rooms/characters/character.py` says of each text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from game_server.bonds.shapes import Version, line, lines
from game_server.http.text import END
from rooms.characters.character import (
    LEAST,
    MOST,
    TEXTS,
    AgeRange,
    Experience,
    Provider,
    Role,
    Several,
    Stats,
    Words,
)

Point = Annotated[int, Meta(ge=LEAST, le=MOST)]
ProgramName = Annotated[str, Meta(min_length=1, max_length=128, pattern=f"^[A-Za-z0-9][A-Za-z0-9._:/-]*{END}")]
"""What a model or a chat flow is called."""


class GivenStats(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From 1 to 20 each, 60 in all."""

    dominance: Point
    submission: Point
    charisma: Point
    stamina: Point
    creativity: Point
    control: Point

    def stats(self) -> Stats:
        """The same as the rules know them."""
        return Stats(*msgspec.structs.astuple(self))


class LooseStats(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """While they are being dealt out."""

    dominance: int = LEAST
    submission: int = LEAST
    charisma: int = LEAST
    stamina: int = LEAST
    creativity: int = LEAST
    control: int = LEAST


def _text_type(kind: Words | Several) -> Any:
    match kind:
        case Words(most, True):
            return lines(most)
        case Words(most):
            return line(most)
        case Several(most, longest):
            return Annotated[list[line(longest)], Meta(max_length=most)]  # type: ignore[misc]  # made from a number


_TEXTS: Mapping[str, Any] = {name: _text_type(kind) for name, kind in TEXTS.items()}
_CHOICES: Mapping[str, Any] = {
    "role": Role,
    "experience_level": Experience,
    "age_range": AgeRange,
    "provider": Provider,
    "openai_model": ProgramName,
    "flowise_chatflow_id": ProgramName,
    "preset_id": UUID,
    "is_public": bool,
}
GIVEN = (*TEXTS, *_CHOICES, "stats")
"""All that its owner says of a character."""

NEVER_EMPTY = ("name", "age_range", "role", "provider", "stats", "is_public")
"""What a character always has."""

NEEDED = ("name", "age_range", "stats")
"""What is said of every new one."""

LISTS = tuple(name for name, kind in TEXTS.items() if isinstance(kind, Several))

_KINDS: Mapping[str, Any] = {**_TEXTS, **_CHOICES}

NewCharacter: type[msgspec.Struct] = msgspec.defstruct(
    "NewCharacter",
    [*((name, kind | None, None) for name, kind in _KINDS.items()), ("stats", GivenStats | None, None)],
    frozen=True,
    forbid_unknown_fields=True,
    namespace={
        "__doc__": "A new character. What is left out is as its preset has it; without one it needs a name, an age and stats."
    },
)
ChangeCharacter: type[msgspec.Struct] = msgspec.defstruct(
    "ChangeCharacter",
    [
        *(
            (name, kind | UnsetType if name in NEVER_EMPTY else kind | UnsetType | None, UNSET)
            for name, kind in _KINDS.items()
        ),
        ("stats", GivenStats | UnsetType, UNSET),
        ("version", Version | None, None),
    ],
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    namespace={"__doc__": "What changes of a character. `version`: only where it is still that one."},
)
Draft: type[msgspec.Struct] = msgspec.defstruct(
    "CharacterDraft",
    [
        *((name, kind | UnsetType | None, UNSET) for name, kind in _KINDS.items()),
        ("stats", LooseStats | UnsetType | None, UNSET),
    ],
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    namespace={"__doc__": "What is said of a character so far."},
)


class SavedSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far one is. A draft of null is none any more; `finish` makes a character of what is said. `version`: only where the
    session is still that one.
    """

    step: Annotated[int, Meta(ge=1, le=100)] = 1
    draft: Draft | None = None  # type: ignore[valid-type]  # made from a declaration
    finish: bool = False
    version: Version | None = None


class NewName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the copy is called; without it as the first one is."""

    name: line(64) | None = None  # type: ignore[valid-type]  # made from a number


class CharacterView(msgspec.Struct, frozen=True, kw_only=True):
    """A character, as its owner sees it. `user_id` is null of a system character; a text, where nobody can open it any more."""

    id: UUID
    user_id: UUID | None
    is_system: bool
    is_primary: bool
    is_public: bool
    version: int
    created_at: datetime
    updated_at: datetime
    name: str | None
    display_name: str | None
    role: Role
    pronouns: str | None
    archetype: str | None
    bio: str | None
    backstory: str | None
    personality_traits: list[str]
    top_kinks: list[str]
    hard_limits: list[str]
    soft_limits: list[str]
    experience_level: Experience | None
    body_type: str | None
    height: str | None
    build: str | None
    hair_color: str | None
    hair_style: str | None
    eye_color: str | None
    skin_tone: str | None
    facial_hair: str | None
    age_range: AgeRange
    clothing_style: str | None
    favorite_colors: list[str]
    fetish_wear: list[str]
    aesthetic: str | None
    stats: Stats
    avatar_urls: list[str]
    provider: Provider
    openai_model: str | None
    openai_instructions: str | None
    flowise_chatflow_id: str | None
    preset_id: UUID | None


class CreationView(msgspec.Struct, frozen=True):
    """How far one is; a draft of null is none. `kinkster_id`: the character that was made of the last one."""

    step: int
    draft: dict[str, Any] | None
    kinkster_id: UUID | None
    version: int | None


class PresetView(msgspec.Struct, frozen=True):
    """A character to begin with: `config` is what else it says, in the reader's language."""

    id: UUID
    preset_key: str
    name: str
    role: Role
    stats: Stats
    config: dict[str, Any]
    avatar_urls: list[str]


class PresetList(msgspec.Struct, frozen=True):
    """All there are."""

    items: list[PresetView]
