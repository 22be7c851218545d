"""Characters that an AI plays, and pictures of them, as databases; and of a public character what everybody may see.

A character's model and chat flow, which are names of the operator's, and its preset are not told. What it is told by its owner
as instructions is, to its owner.
"""

from collections.abc import Mapping

from rooms.bonds.tool import LONGEST_TITLE, Choice, Flag, Text, Whole
from rooms.characters.character import (
    AGE_RANGES,
    EXPERIENCES,
    LEAST,
    LOOKS,
    MOST,
    PROVIDERS,
    ROLES,
    TEXTS,
    Several,
    Stats,
    Words,
)
from rooms.notion.of_bonds import moment
from rooms.notion.property import Command, Form, Kind, Property

_CALLED: Mapping[str, str] = {"display_name": "Shown as", "top_kinks": "Likes", "openai_instructions": "Instructions"}

STATS = tuple(f"stats.{name}" for name in Stats.__struct_fields__)
"""One property each; they count together."""


def _name(key: str) -> str:
    return _CALLED.get(key, key.replace("_", " ").capitalize())


def _form(kind: Words | Several) -> Form:
    return Text(kind.most, lines=kind.lines) if isinstance(kind, Words) else kind


def _text(key: str) -> Property:
    return Property(
        name=_name(key),
        key=key,
        form=_form(TEXTS[key]),
        way="both",
        title=key == "name",
        sealed=True,
        needed=key == "name",
        cleared=key != "name",
    )


def _choice(key: str, values: tuple[str, ...], *, needed: bool = False, cleared: bool = False) -> Property:
    return Property(name=_name(key), key=key, form=Choice(values), way="both", needed=needed, cleared=cleared)


_CHOICES = (
    _choice("role", ROLES),
    _choice("age_range", AGE_RANGES, needed=True),
    _choice("experience_level", EXPERIENCES, cleared=True),
    _choice("provider", PROVIDERS),
)
_STATS = tuple(
    Property(
        name=key.partition(".")[2].capitalize(),
        key=key,
        form=Whole(LEAST, MOST),
        way="both",
        needed=True,
        cleared=False,
    )
    for key in STATS
)

CHARACTER_KIND = Kind(
    name="kinksters",
    called="Characters",
    neutral="Character",
    table="kinksters",
    tool=None,
    audience="own",
    creates=True,
    properties=(
        *(_text(key) for key in TEXTS),
        *_CHOICES,
        *_STATS,
        Property(
            name="My first one",
            key="is_primary",
            form=Flag(),
            way="both",
            takes=(True,),
            commands={True: Command("primary", (False,))},
        ),
    ),
)

PUBLIC = ("name", "display_name", "pronouns", "archetype", "bio", "personality_traits", *LOOKS)
"""What of a public character everybody may read: nobody's wishes, limits and instructions."""


def _out(one: Property) -> Property:
    return Property(name=one.name, key=one.key, form=one.form, title=one.title, sealed=one.sealed)


COMMUNITY = Kind(
    name="kinksters_community",
    called="Characters of everybody",
    neutral="Character",
    table="kinksters",
    tool=None,
    audience="own",
    creates=False,
    properties=tuple(
        _out(one)
        for one in CHARACTER_KIND.properties
        if one.key in (*PUBLIC, *STATS, "role", "age_range", "experience_level")
    ),
)
"""Beside a person's own database: where a public one is shown. Nothing is taken from there."""

PICTURE_KIND = Kind(
    name="image_generations",
    called="Pictures",
    neutral="Picture",
    table="image_generations",
    tool=None,
    audience="own",
    creates=False,
    properties=(
        Property(name="Picture", key="kinkster_name", form=Text(LONGEST_TITLE, lines=False), title=True, sealed=True),
        Property(name="Of", key="subject", form=Choice(("avatar", "composition", "pose"))),
        Property(name="Style", key="style", form=Text(LONGEST_TITLE, lines=False)),
        Property(name="Status", key="status", form=Choice(("pending", "running", "done", "refused", "failed"))),
        Property(name="Asked for", key="prompt", form=Text(60_000), sealed=True),
        # The one thing that is said of a picture after it was drawn: that it is its character's face.
        Property(
            name="Is the face",
            key="chosen",
            form=Flag(),
            way="both",
            takes=(True,),
            commands={True: Command("choose", (False,))},
        ),
        moment("Asked", "created_at"),
        moment("Ready", "finished_at"),
    ),
)
