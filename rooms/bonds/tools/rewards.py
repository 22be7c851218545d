"""What somebody gives another."""

from rooms.bonds.rewards import STATUSES
from rooms.bonds.tool import LONGEST_TITLE, Choice, Field, Filter, Moment, Person, Text, Tool, Whole

REWARDS = Tool(
    name="rewards",
    table="rewards",
    label="Rewards",
    line="title",
    owner="assigned_by",
    audience="shared",
    person="assigned_to",
    fields=(
        Field(name="title", kind=Text(LONGEST_TITLE, lines=False), needed=True, nullable=False, aimed=True),
        Field(name="description", kind=Text(), aimed=True),
        Field(
            name="reward_type",
            kind=Choice(("verbal", "points", "relational", "achievement")),
            default="verbal",
            nullable=False,
        ),
        Field(name="assigned_to", kind=Person(), given="once", needed=True, nullable=False),
        Field(name="point_value", kind=Whole(0, 10_000), given="once", default=0, nullable=False),
        Field(name="point_cost", kind=Whole(0, 100_000), default=0, nullable=False),
        Field(name="status", kind=Choice(STATUSES), given="never"),
        Field(name="redeemed_at", kind=Moment(), given="never"),
        Field(name="fulfilled_at", kind=Moment(), given="never"),
        Field(name="withdrawn_at", kind=Moment(), given="never"),
    ),
    filters=(Filter(name="status", column="status"), Filter(name="assigned_to", column="assigned_to")),
    searched=("title", "description"),
)
