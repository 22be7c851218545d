"""How a picture of several is composed, and how each of them stands: tools of one's own, outside of every bond."""

from rooms.bonds.tool import LONGEST_TITLE, Field, Filter, Reference, Text, Tool
from rooms.characters.pictures import LONGEST_POSE, LONGEST_SCENE

COMPOSITIONS = Tool(
    name="scene-compositions",
    table="scene_compositions",
    label="Compositions",
    line="title",
    owner="user_id",
    audience="own",
    personal=True,
    in_bonds=False,
    fields=(
        Field(name="title", kind=Text(LONGEST_TITLE, lines=False), needed=True, nullable=False),
        Field(name="composition", kind=Text(LONGEST_SCENE), needed=True, nullable=False),
        Field(name="scene_id", kind=Reference(), given="once"),
        Field(name="generation_id", kind=Reference(), given="never"),
    ),
    filters=(Filter(name="scene_id", column="scene_id"),),
    searched=("title", "composition"),
)

POSES = Tool(
    name="character-poses",
    table="character_poses",
    label="Poses",
    line="name",
    owner="user_id",
    audience="own",
    personal=True,
    in_bonds=False,
    fields=(
        Field(name="kinkster_id", kind=Reference(), given="once", needed=True, nullable=False),
        Field(name="name", kind=Text(LONGEST_TITLE, lines=False), needed=True, nullable=False),
        Field(name="pose", kind=Text(LONGEST_POSE), needed=True, nullable=False),
        Field(name="composition_id", kind=Reference()),
        Field(name="generation_id", kind=Reference(), given="never"),
    ),
    filters=(Filter(name="kinkster_id", column="kinkster_id"), Filter(name="composition_id", column="composition_id")),
    searched=("name", "pose"),
)
