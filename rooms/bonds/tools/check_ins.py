"""How somebody is today, said to a bond."""

from rooms.bonds.tool import Choice, Day, Field, Filter, Text, Tool, Zone

CHECK_INS = Tool(
    name="check-ins",
    table="check_ins",
    label="Check-ins",
    line="status",
    owner="user_id",
    audience="own",
    shared_by="is_shared",
    fields=(
        Field(name="status", kind=Choice(("green", "yellow", "red")), needed=True, nullable=False),
        Field(name="notes", kind=Text()),
        Field(name="timezone", kind=Zone(), given="once"),
        Field(name="local_date", kind=Day(), given="never", nullable=False),
    ),
    filters=(
        Filter(name="user_id", column="user_id"),
        Filter(name="from", column="local_date", how="from", day=True),
        Filter(name="to", column="local_date", how="until", day=True),
    ),
    removable=False,
)
