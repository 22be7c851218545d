"""What is asked, given and agreed on in a bond, as databases: tasks, rules, rewards, points, boundaries, contracts, scenes.

Points, and what others said, go out and are never taken: Notion does not know who of two with one workspace moved a number. What
only one person may say by themselves (yes to a rule, a signature, a redemption, an approval) is not said there either.
"""

from collections.abc import Mapping

from rooms.bonds.tool import LONGEST_NAME, Day, Field, Flag, Moment, Person, Text, Tool, Whole
from rooms.bonds.tools.boundaries import BOUNDARIES
from rooms.bonds.tools.contracts import CONTRACTS
from rooms.bonds.tools.points import POINTS
from rooms.bonds.tools.rewards import REWARDS
from rooms.bonds.tools.rules import RULES
from rooms.bonds.tools.scenes import SCENES
from rooms.bonds.tools.tasks import TASKS
from rooms.notion.property import Bond, Command, Due, Kind, Property, of_field

BOND = Property(name="Bond", key="bond_id", form=Bond(), way="once", sealed=True, cleared=False)
"""In which bond; a new page without it is in the only one there is."""


def fields_of(tool: Tool) -> Mapping[str, Field]:
    """A tool's fields by name."""
    return {one.name: one for one in tool.fields}


def person(name: str, key: str) -> Property:
    """Who it was: told, and never taken."""
    return Property(name=name, key=key, form=Person(), sealed=True)


def moment(name: str, key: str) -> Property:
    """When it was."""
    return Property(name=name, key=key, form=Moment())


_TASK, _RULE, _REWARD, _POINTS = (fields_of(tool) for tool in (TASKS, RULES, REWARDS, POINTS))
_BOUNDARY, _CONTRACT, _SCENE = (fields_of(tool) for tool in (BOUNDARIES, CONTRACTS, SCENES))

TASK_KIND = Kind(
    name="tasks",
    called="Tasks",
    neutral="Task",
    table="tasks",
    tool="tasks",
    audience="shared",
    creates=True,
    properties=(
        of_field(_TASK["title"], "Task", title=True),
        of_field(_TASK["description"], "Description"),
        of_field(
            _TASK["status"],
            "Status",
            way="both",
            commands={
                "in_progress": Command("start", ("pending",)),
                "completed": Command("submit", ("pending", "in_progress")),
                "cancelled": Command("cancel", ("pending", "in_progress", "completed")),
            },
        ),
        of_field(_TASK["priority"], "Priority"),
        Property(name="Due", key="due", form=Due(), way="both", day="ends"),
        of_field(_TASK["assigned_to"], "For"),
        person("By", "assigned_by"),
        of_field(_TASK["point_value"], "Points", way="out"),
        of_field(_TASK["proof_required"], "Needs proof"),
        of_field(_TASK["proof_type"], "Proof"),
        of_field(_TASK["reminder_minutes"], "Reminder, minutes before"),
        of_field(_TASK["recurring"], "Repeats"),
        of_field(_TASK["notes"], "Said when done"),
        of_field(_TASK["revise_reason"], "To be changed"),
        moment("Done", "completed_at"),
        moment("Approved", "approved_at"),
        BOND,
    ),
)

RULE_KIND = Kind(
    name="rules",
    called="Rules",
    neutral="Rule",
    table="rules",
    tool="rules",
    audience="shared",
    creates=True,
    properties=(
        of_field(_RULE["title"], "Rule", title=True),
        of_field(_RULE["description"], "Description"),
        of_field(_RULE["rule_type"], "Type"),
        of_field(_RULE["assigned_to"], "For"),
        of_field(_RULE["effective_from"], "From"),
        of_field(_RULE["effective_until"], "Until", day="ends"),
        of_field(
            _RULE["active"],
            "Active",
            way="both",
            commands={True: Command("activate", (False,)), False: Command("deactivate", (True,))},
        ),
        person("By", "created_by"),
        BOND,
    ),
)

REWARD_KIND = Kind(
    name="rewards",
    called="Rewards",
    neutral="Reward",
    table="rewards",
    tool="rewards",
    audience="shared",
    creates=True,
    properties=(
        of_field(_REWARD["title"], "Reward", title=True),
        of_field(_REWARD["description"], "Description"),
        of_field(_REWARD["reward_type"], "Type"),
        of_field(_REWARD["assigned_to"], "For"),
        person("By", "assigned_by"),
        of_field(_REWARD["point_value"], "Points", way="out"),
        of_field(_REWARD["point_cost"], "Cost", way="out"),
        of_field(
            _REWARD["status"],
            "Status",
            way="both",
            commands={
                "fulfilled": Command("fulfil", ("redeemed",)),
                "withdrawn": Command("withdraw", ("available", "redeemed")),
            },
        ),
        moment("Redeemed", "redeemed_at"),
        moment("Fulfilled", "fulfilled_at"),
        BOND,
    ),
)

POINTS_KIND = Kind(
    name="points_ledger",
    called="Points",
    neutral="Points",
    table="points_ledger",
    tool="points",
    audience="shared",
    creates=False,
    properties=(
        of_field(_POINTS["reason"], "Reason", way="out", title=True),
        of_field(_POINTS["points"], "Points", way="out"),
        of_field(_POINTS["user_id"], "For", way="out"),
        of_field(_POINTS["kind"], "Kind"),
        of_field(_POINTS["source_type"], "From"),
        person("By", "created_by"),
        moment("When", "created_at"),
        Property(name="Bond", key="bond_id", form=Bond(), sealed=True),
    ),
)

BOUNDARY_KIND = Kind(
    name="boundaries",
    called="What we want and what we do not",
    neutral="Activity",
    table="boundaries",
    tool="boundaries",
    audience="shared",
    creates=True,
    properties=(
        of_field(_BOUNDARY["activity_name"], "Activity", title=True),
        of_field(_BOUNDARY["category"], "Category"),
        # A no can be said anywhere; a yes, which takes one back, only where it is surely its owner who says it.
        of_field(
            _BOUNDARY["my_rating"],
            "My rating",
            way="both",
            sealed=True,
            takes=("no", "hard_no"),
            commands={
                "no": Command("rating", (None, "yes", "maybe"), {"rating": "no"}),
                "hard_no": Command("rating", (None, "yes", "maybe", "no"), {"rating": "hard_no"}),
            },
        ),
        Property(name="Both say yes", key="is_mutual", form=Flag(), sealed=True),
        BOND,
    ),
)

CONTRACT_KIND = Kind(
    name="contracts",
    called="Contracts",
    neutral="Contract",
    table="contracts",
    tool="contracts",
    audience="shared",
    creates=True,
    properties=(
        of_field(_CONTRACT["title"], "Contract", title=True),
        of_field(_CONTRACT["content"], "Text"),
        of_field(_CONTRACT["expires_at"], "Expires", day="ends"),
        of_field(_CONTRACT["status"], "Status"),
        of_field(_CONTRACT["version_number"], "Version"),
        moment("Signed", "signed_at"),
        moment("Ended", "ended_at"),
        person("By", "created_by"),
        BOND,
    ),
)

SCENE_KIND = Kind(
    name="scenes",
    called="Scenes",
    neutral="Scene",
    table="scenes",
    tool="scenes",
    audience="shared",
    creates=True,
    properties=(
        of_field(_SCENE["title"], "Scene", title=True),
        of_field(_SCENE["scene_date"], "Date"),
        of_field(_SCENE["duration_minutes"], "Minutes"),
        of_field(_SCENE["activities"], "Activities", way="out"),
        of_field(_SCENE["consent_details"], "What we agreed on"),
        of_field(_SCENE["notes"], "Notes"),
        of_field(
            _SCENE["status"],
            "Status",
            way="both",
            commands={"called_off": Command("call-off", ("planned", "agreed"))},
        ),
        of_field(_SCENE["aftercare_provided"], "Aftercare"),
        of_field(_SCENE["aftercare_notes"], "Aftercare, notes"),
        moment("Done", "logged_at"),
        person("By", "created_by"),
        BOND,
    ),
)


def _counted(name: str, key: str, least: int = 0) -> Property:
    return Property(name=name, key=key, form=Whole(least, MOST_COUNTED))


MOST_COUNTED = 1_000_000

ANALYTICS_KIND = Kind(
    name="analytics",
    called="Weeks",
    neutral="Week",
    table="analytics",
    tool=None,
    audience="shared",
    creates=False,
    properties=(
        Property(name="Week", key="week", form=Text(LONGEST_NAME, lines=False), title=True, cleared=False),
        Property(name="Begins", key="begins", form=Day()),
        _counted("Tasks due", "tasks_due"),
        _counted("Tasks done", "tasks_done"),
        _counted("Done in time", "tasks_on_time"),
        _counted("Done, percent", "completion_rate"),
        _counted("In time, percent", "on_time_rate"),
        _counted("Points", "points", -MOST_COUNTED),
        _counted("My green days", "green_days"),
        _counted("My yellow days", "yellow_days"),
        _counted("My red days", "red_days"),
        Property(name="Bond", key="bond_id", form=Bond(), sealed=True),
    ),
)
"""A page a bond and week: counted from facts, and of moods only one's own."""
