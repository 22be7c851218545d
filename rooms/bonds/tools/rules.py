"""What holds in a bond, for whoever said yes to it."""

from rooms.bonds.tool import LONGEST_TITLE, Choice, Field, Filter, Flag, Moment, Person, Text, Tool, Whole

RULES = Tool(
    name="rules",
    table="rules",
    label="Rules",
    line="title",
    owner="created_by",
    audience="shared",
    person="assigned_to",
    fields=(
        Field(name="title", kind=Text(LONGEST_TITLE, lines=False), needed=True, nullable=False, aimed=True),
        Field(name="description", kind=Text(), aimed=True),
        Field(
            name="rule_type",
            kind=Choice(("standing", "situational", "temporary", "optional")),
            default="standing",
            nullable=False,
        ),
        Field(name="assigned_to", kind=Person(), given="once"),
        Field(name="effective_from", kind=Moment()),
        Field(name="effective_until", kind=Moment()),
        Field(name="active", kind=Flag(), given="never"),
        Field(name="for_all", kind=Flag(), given="never"),
        Field(name="text_version", kind=Whole(1, 2**31 - 1), given="never"),
    ),
    filters=(
        Filter(name="rule_type", column="rule_type"),
        Filter(name="active", column="active"),
        Filter(name="assigned_to", column="assigned_to"),
    ),
    searched=("title", "description"),
)
