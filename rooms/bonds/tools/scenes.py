"""What members plan together, agree on, and look back on."""

from rooms.bonds.scenes import STATUSES
from rooms.bonds.tool import LONGEST_TITLE, Activities, Choice, Field, Filter, Flag, Moment, Text, Tool, Whole

LONGEST_MINUTES = 7 * 24 * 60

SCENES = Tool(
    name="scenes",
    table="scenes",
    label="Scenes",
    line="title",
    owner="created_by",
    audience="shared",
    fields=(
        Field(name="title", kind=Text(LONGEST_TITLE, lines=False), needed=True, nullable=False, aimed=True),
        Field(name="scene_date", kind=Moment()),
        Field(name="duration_minutes", kind=Whole(1, LONGEST_MINUTES)),
        Field(name="activities", kind=Activities(), default=(), nullable=False, aimed=True),
        Field(name="consent_details", kind=Text(), aimed=True),
        Field(name="notes", kind=Text(), aimed=True),
        Field(name="status", kind=Choice(STATUSES), given="never"),
        Field(name="aftercare_provided", kind=Flag(), given="never"),
        Field(name="aftercare_notes", kind=Text(), given="never"),
        Field(name="logged_at", kind=Moment(), given="never"),
    ),
    filters=(
        Filter(name="from", column="scene_date", how="from"),
        Filter(name="to", column="scene_date", how="until"),
    ),
)
