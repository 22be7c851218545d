"""What members write to each other."""

from rooms.bonds.messages import LONGEST_MESSAGE
from rooms.bonds.tool import Field, Filter, Moment, Person, Text, Tool

MESSAGES = Tool(
    name="messages",
    table="messages",
    label="Messages",
    line="content",
    owner="from_user_id",
    audience="shared",
    fields=(
        Field(name="content", kind=Text(LONGEST_MESSAGE), needed=True, nullable=False),
        Field(name="to_user_id", kind=Person(), given="never"),
        Field(name="read_at", kind=Moment(), given="never"),
        Field(name="edited_at", kind=Moment(), given="never"),
        Field(name="unsent_at", kind=Moment(), given="never"),
    ),
    filters=(Filter(name="before", column="created_at", how="before"),),
    searched=("content",),
)
