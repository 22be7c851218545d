"""The tables that are known of another program's database: whose a row is, whom it is for, and what its columns and values are
called here where they are called otherwise there.
"""

from collections.abc import Mapping
from typing import Any

import msgspec


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A table. `owner`: the column of whose a row is, `person`: of whom it is for. `names`: a column of theirs that stands for
    one of ours which is not there; `means`: what a value of a column is here, None where it is nothing.
    """

    table: str
    owner: str = "created_by"
    person: str | None = None
    names: Mapping[str, str] = {}
    means: Mapping[str, Mapping[str, str | None]] = {}


_OF_THE_AUTHOR = {"created_by": "user_id", "added_by": "user_id"}

PEOPLE, BONDS, MEMBERS = "profiles", "bonds", "bond_members"

KINDS: Mapping[str, Kind] = {
    kind.table: kind
    for kind in (
        Kind(table="profiles", owner="id"),
        Kind(table="bonds"),
        Kind(table="boundaries", names={"user_rating": "my_rating", "user_id": "created_by"}),
        Kind(table="tasks", owner="assigned_by", person="assigned_to"),
        Kind(
            table="rules",
            person="assigned_to",
            names={"category": "rule_type"},
            means={"rule_type": {"protocol": "standing"}},
        ),
        Kind(
            table="rewards",
            owner="assigned_by",
            person="assigned_to",
        ),
        Kind(table="points_ledger", owner="user_id"),
        Kind(table="contracts", names={"effective_until": "expires_at"}),
        Kind(table="scenes"),
        Kind(
            table="calendar_events",
            means={"event_type": {"milestone": "important_date", "other": "important_date"}},
        ),
        Kind(
            table="resources",
            owner="user_id",
            names=_OF_THE_AUTHOR,
            means={"resource_type": {"podcast": "other", "forum": "other", "guide": "article"}},
        ),
        Kind(table="journal_entries", owner="user_id", names=_OF_THE_AUTHOR),
        Kind(table="check_ins", owner="user_id", names={"created_by": "user_id"}),
        Kind(table="messages", owner="from_user_id", person="to_user_id"),
        Kind(
            table="kinksters",
            owner="user_id",
            means={"provider": {"openai": "openai_responses"}},
        ),
        Kind(table=MEMBERS, owner="user_id"),
    )
}
"""In the order in which they are taken: limits before what they hold, what points are for before the points."""

YESES = ("boundary_ratings", "rule_acknowledgements", "scene_confirmations", "contract_signatures")
"""Tables of which every row is somebody's yes: none is taken, each is listed."""

READ = frozenset((*KINDS, *YESES))

TAKEN = tuple(table for table in KINDS if table not in (PEOPLE, BONDS, MEMBERS))
FIFTEEN = (PEOPLE, BONDS, *TAKEN)


def as_here(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with the columns and values that we know it by."""
    found = dict(row)
    for theirs, ours in kind.names.items():
        if found.get(ours) is None and found.get(theirs) is not None:
            found[ours] = found[theirs]
    for column, means in kind.means.items():
        value = found.get(column)
        if isinstance(value, str) and value in means:
            found[column] = means[value]
    return found
