"""When something is: dates of the bond, and one's own. Deadlines of tasks stand among them, and are their tasks'."""

from rooms.bonds.tool import (
    LONGEST_TITLE,
    Choice,
    Code,
    Codes,
    Field,
    Filter,
    Flag,
    Moment,
    Reference,
    Text,
    Tool,
    Whole,
)

EVENT_TYPES = ("scene", "task_deadline", "important_date", "ritual", "check_in")
DEADLINE = "task_deadline"
LONGEST_UID = 255
MOST_LEFT_OUT = 366
FOUR_WEEKS = 28 * 24 * 60

NAME = Code(16, "[0-9]{8}(?:T[0-9]{6}Z)?", "")
"""An occurrence, by the moment it would have had: rooms/bonds/occurrences.py."""

CALENDAR = Tool(
    name="calendar",
    table="calendar_events",
    label="Calendar",
    line="title",
    owner="created_by",
    audience="shared",
    personal=True,
    fields=(
        Field(name="title", kind=Text(LONGEST_TITLE, lines=False), needed=True, nullable=False),
        Field(name="start_date", kind=Moment(), needed=True, nullable=False),
        Field(name="end_date", kind=Moment()),
        Field(name="event_type", kind=Choice(EVENT_TYPES), default="important_date", nullable=False),
        Field(name="description", kind=Text()),
        Field(name="location", kind=Text(LONGEST_TITLE, lines=False)),
        Field(name="timezone", kind=Code(64, "[A-Za-z0-9+_/-]+", "Europe/Berlin"), nullable=False),
        Field(name="all_day", kind=Flag(), default=False, nullable=False),
        Field(name="rrule", kind=Code(512, "[A-Za-z0-9=;,:+-]+", "FREQ=WEEKLY;BYDAY=TU")),
        Field(name="exdates", kind=Codes(MOST_LEFT_OUT, NAME), default=(), nullable=False),
        Field(name="reminder_minutes", kind=Whole(0, FOUR_WEEKS)),
        Field(name="ical_uid", kind=Code(LONGEST_UID, "[\\x21-\\x7e]+", ""), given="once", nullable=False),
        Field(name="recurrence_id", kind=NAME, given="once", default="", nullable=False),
        Field(name="sequence", kind=Whole(0, 2**31 - 1), given="never"),
        Field(name="last_date", kind=Moment(), given="never"),
        Field(name="imported", kind=Flag(), given="never"),
        Field(name="task_id", kind=Reference(), given="never"),
    ),
    filters=(
        Filter(name="event_type", column="event_type"),
        Filter(name="from", column="start_date", how="begins"),
        Filter(name="to", column="start_date", how="ends"),
    ),
)
