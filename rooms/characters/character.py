"""A character that an AI plays: what there is to say of one, and how its points are dealt out."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

import msgspec

Role = Literal["dominant", "submissive", "switch"]
Provider = Literal["flowise", "openai_responses"]
Experience = Literal["beginner", "intermediate", "advanced", "expert"]
AgeRange = Literal["21-25", "26-30", "31-40", "41-50", "51-60", "61+"]
"""Adults, and nothing between the ages."""

ROLES, PROVIDERS, EXPERIENCES, AGE_RANGES = (get_args(one) for one in (Role, Provider, Experience, AgeRange))

LEAST, MOST, POINTS = 1, 20, 60
"""Of each of the stats, and of all of them together."""

MOST_CHARACTERS = 50
"""So many somebody may have."""


class Stats(msgspec.Struct, frozen=True):
    """How much there is of what: each from LEAST to MOST, POINTS in all."""

    dominance: int
    submission: int
    charisma: int
    stamina: int
    creativity: int
    control: int


class Words(msgspec.Struct, frozen=True):
    """A text: of so many characters at most, with line breaks or in one line."""

    most: int = 200
    lines: bool = False


class Several(msgspec.Struct, frozen=True):
    """Some short texts: so many at most, each of so many characters."""

    most: int
    longest: int


TEXTS: Mapping[str, Words | Several] = {
    "name": Words(64),
    "display_name": Words(64),
    "pronouns": Words(40),
    "archetype": Words(100),
    "bio": Words(4000, lines=True),
    "backstory": Words(20_000, lines=True),
    "personality_traits": Several(20, 60),
    "top_kinks": Several(30, 80),
    "hard_limits": Several(30, 80),
    "soft_limits": Several(30, 80),
    "body_type": Words(),
    "height": Words(40),
    "build": Words(),
    "hair_color": Words(),
    "hair_style": Words(),
    "eye_color": Words(),
    "skin_tone": Words(),
    "facial_hair": Words(),
    "clothing_style": Words(),
    "favorite_colors": Several(10, 40),
    "fetish_wear": Several(10, 60),
    "aesthetic": Words(),
    "openai_instructions": Words(4000, lines=True),
}
"""Every text of a character, sealed with its owner's key; each fits into its column when it is sealed."""

LOOKS = (
    "body_type", "height", "build", "hair_color", "hair_style", "eye_color", "skin_tone", "facial_hair", "clothing_style",
    "favorite_colors", "fetish_wear", "aesthetic",
)  # fmt: skip
"""What a character looks like."""


class Character(msgspec.Struct, frozen=True, kw_only=True):
    """One character, its texts opened. `openai_instructions` are its owner's wishes: data like the rest, orders to nobody."""

    name: str
    age_range: AgeRange
    stats: Stats
    display_name: str | None = None
    role: Role = "switch"
    pronouns: str | None = None
    archetype: str | None = None
    bio: str | None = None
    backstory: str | None = None
    personality_traits: tuple[str, ...] = ()
    top_kinks: tuple[str, ...] = ()
    hard_limits: tuple[str, ...] = ()
    soft_limits: tuple[str, ...] = ()
    experience_level: Experience | None = None
    body_type: str | None = None
    height: str | None = None
    build: str | None = None
    hair_color: str | None = None
    hair_style: str | None = None
    eye_color: str | None = None
    skin_tone: str | None = None
    facial_hair: str | None = None
    clothing_style: str | None = None
    favorite_colors: tuple[str, ...] = ()
    fetish_wear: tuple[str, ...] = ()
    aesthetic: str | None = None
    provider: Provider = "openai_responses"
    openai_model: str | None = None
    openai_instructions: str | None = None
    flowise_chatflow_id: str | None = None


def character_of(row: Mapping[str, Any]) -> Character:
    """The character of a row with its texts opened; what nobody can open any more is not said."""
    known = {name: row[name] for name in Character.__struct_fields__ if row.get(name) is not None}
    return msgspec.convert({"name": "?", **known}, Character, strict=False)


def texts_of(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text that these values hold, with its field."""
    for name in TEXTS:
        match values.get(name):
            case str() as text:
                yield name, text
            case list() | tuple() as several:
                yield from ((name, one) for one in several if isinstance(one, str))


def fault_of(stats: Stats) -> str | None:
    """Why these points are not dealt out as they have to be; None where they are."""
    points = msgspec.structs.astuple(stats)
    if any(not LEAST <= one <= MOST for one in points):
        return "Each of them is from 1 to 20."
    return None if sum(points) == POINTS else "They are 60 in all."
