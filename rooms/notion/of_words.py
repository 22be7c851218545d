"""What people write, keep and plan, as databases: journal, calendar, resources, check-ins, messages.

What shows something to the others is taken back there, and never begun: whoever may write in a workspace would decide about it.
"""

from rooms.bonds.tool import LONGEST_TITLE, Text
from rooms.bonds.tools.calendar import CALENDAR
from rooms.bonds.tools.check_ins import CHECK_INS
from rooms.bonds.tools.journal import JOURNAL
from rooms.bonds.tools.messages import MESSAGES
from rooms.bonds.tools.resources import RESOURCES
from rooms.notion.of_bonds import BOND, fields_of, moment, person
from rooms.notion.property import Kind, Property, When, of_field

_ENTRY, _EVENT, _RESOURCE, _CHECK_IN, _MESSAGE = (
    fields_of(tool) for tool in (JOURNAL, CALENDAR, RESOURCES, CHECK_INS, MESSAGES)
)

JOURNAL_KIND = Kind(
    name="journal",
    personal=True,
    called="Journal",
    neutral="Entry",
    table="journal_entries",
    tool="journal",
    audience="own",
    creates=True,
    properties=(
        of_field(_ENTRY["title"], "Title", title=True),
        of_field(_ENTRY["content"], "Text"),
        of_field(_ENTRY["entry_type"], "Type"),
        of_field(_ENTRY["tags"], "Tags"),
        of_field(_ENTRY["is_shared"], "Shared", takes=(False,)),
        moment("Written", "created_at"),
        BOND,
    ),
)

CALENDAR_KIND = Kind(
    name="calendar",
    personal=True,
    called="Calendar",
    neutral="Date",
    table="calendar_events",
    tool="calendar",
    audience="shared",
    creates=True,
    properties=(
        of_field(_EVENT["title"], "Title", title=True),
        Property(name="When", key="when", form=When(), way="both", needed=True, cleared=False),
        of_field(_EVENT["event_type"], "Type"),
        of_field(_EVENT["description"], "Description"),
        of_field(_EVENT["location"], "Place"),
        of_field(_EVENT["timezone"], "Time zone"),
        of_field(_EVENT["rrule"], "Repeats"),
        of_field(_EVENT["reminder_minutes"], "Reminder, minutes before"),
        BOND,
    ),
)

RESOURCES_KIND = Kind(
    name="resources",
    personal=True,
    called="Things to read",
    neutral="Something to read",
    table="resources",
    tool="resources",
    audience="own",
    creates=True,
    properties=(
        of_field(_RESOURCE["title"], "Title", title=True),
        of_field(_RESOURCE["url"], "Address"),
        of_field(_RESOURCE["resource_type"], "Type"),
        of_field(_RESOURCE["category"], "Category"),
        of_field(_RESOURCE["description"], "Description"),
        of_field(_RESOURCE["tags"], "Tags"),
        of_field(_RESOURCE["shared_with_partner"], "Shared", takes=(False,)),
        of_field(_RESOURCE["rating"], "My rating"),
        BOND,
    ),
)

CHECK_IN_KIND = Kind(
    name="check_ins",
    called="Check-ins",
    neutral="Day",
    table="check_ins",
    tool="check-ins",
    audience="own",
    creates=True,
    properties=(
        Property(name="Day", key="day", form=Text(LONGEST_TITLE, lines=False), title=True),
        of_field(_CHECK_IN["status"], "How I am"),
        of_field(_CHECK_IN["notes"], "Notes"),
        of_field(_CHECK_IN["local_date"], "Date"),
        BOND,
    ),
)

MESSAGE_KIND = Kind(
    name="messages",
    called="Messages",
    neutral="Message",
    table="messages",
    tool="messages",
    audience="shared",
    creates=True,
    properties=(
        Property(name="From", key="from_name", form=Text(LONGEST_TITLE, lines=False), title=True, sealed=True),
        of_field(_MESSAGE["content"], "Message"),
        person("To", "to_user_id"),
        moment("Sent", "created_at"),
        moment("Edited", "edited_at"),
        moment("Taken back", "unsent_at"),
        BOND,
    ),
)
