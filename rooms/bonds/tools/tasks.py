"""What one asks of another, or of themselves."""

from rooms.bonds.tasks import STATUSES
from rooms.bonds.tool import (
    LONGEST_TITLE,
    Choice,
    Day,
    Field,
    Filter,
    Flag,
    Moment,
    Person,
    Reference,
    Text,
    Tool,
    Whole,
)

PRIORITIES = ("low", "medium", "high", "urgent")
RECURRING = ("none", "daily", "weekly", "monthly")
PROOFS = ("text", "photo", "video")
MOST_POINTS = 10_000

ASKED = (
    Field(name="title", kind=Text(LONGEST_TITLE, lines=False), given="always", needed=True, nullable=False, aimed=True),
    Field(name="description", kind=Text(), given="always", aimed=True),
    Field(name="priority", kind=Choice(PRIORITIES), given="always", default="medium", nullable=False),
    Field(name="point_value", kind=Whole(0, MOST_POINTS), given="always", default=0, nullable=False),
    Field(name="proof_required", kind=Flag(), given="always", default=False, nullable=False),
    Field(name="proof_type", kind=Choice(PROOFS), given="always"),
    Field(name="reminder_minutes", kind=Whole(0, 14 * 24 * 60), given="always"),
    Field(name="all_day", kind=Flag(), given="always", default=False, nullable=False),
)
"""What a template says, too."""

TASKS = Tool(
    name="tasks",
    table="tasks",
    label="Tasks",
    line="title",
    owner="assigned_by",
    audience="shared",
    person="assigned_to",
    fields=(
        *ASKED,
        Field(name="assigned_to", kind=Person(), needed=True, nullable=False),
        Field(name="due_date", kind=Moment()),
        Field(name="recurring", kind=Choice(RECURRING), given="once", default="none", nullable=False),
        Field(name="template_id", kind=Reference(), given="once"),
        Field(name="status", kind=Choice(STATUSES), given="never", default="pending", nullable=False),
        Field(name="extension_requested", kind=Flag(), given="never"),
        Field(name="extension_reason", kind=Text(), given="never"),
        Field(name="extension_until", kind=Moment(), given="never"),
        Field(name="revise_reason", kind=Text(), given="never"),
        Field(name="notes", kind=Text(), given="never"),
        Field(name="series_id", kind=Reference(), given="never"),
        Field(name="occurs_on", kind=Day(), given="never"),
        Field(name="started_at", kind=Moment(), given="never"),
        Field(name="completed_at", kind=Moment(), given="never"),
        Field(name="approved_at", kind=Moment(), given="never"),
        Field(name="approved_by", kind=Person(), given="never"),
        Field(name="cancelled_at", kind=Moment(), given="never"),
    ),
    filters=(
        Filter(name="status", column="status"),
        Filter(name="assigned_to", column="assigned_to"),
        Filter(name="assigned_by", column="assigned_by"),
        Filter(name="overdue", column="due_date", how="sifted"),
    ),
    searched=("title", "description"),
)
