"""Every change of somebody's points. Nothing of it changes; what was wrong is reversed by another entry."""

from rooms.bonds.tool import Choice, Field, Filter, Person, Reference, Text, Tool, Whole

MOST = 10_000

POINTS = Tool(
    name="points",
    table="points_ledger",
    label="Points",
    line="points",
    owner="created_by",
    audience="shared",
    person="user_id",
    fields=(
        Field(name="user_id", kind=Person(), given="once", needed=True, nullable=False),
        Field(name="points", kind=Whole(-MOST, MOST), given="once", needed=True, nullable=False),
        Field(name="reason", kind=Text(), given="once", needed=True),
        Field(
            name="kind",
            kind=Choice(("award", "grant", "redeem", "refund", "manual", "reversal")),
            given="never",
            nullable=False,
        ),
        Field(name="source_type", kind=Choice(("task", "reward", "manual")), given="never", nullable=False),
        Field(name="source_id", kind=Reference(), given="never"),
        Field(name="reverses", kind=Reference(), given="never"),
    ),
    filters=(Filter(name="user_id", column="user_id"),),
    removable=False,
    editable=False,
)
