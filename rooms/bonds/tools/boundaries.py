"""Activities that each member rates for themselves; what both say yes to shows."""

from rooms.bonds.tool import LONGEST_NAME, Choice, Field, Filter, Flag, Moment, Tags, Text, Tool

BOUNDARIES = Tool(
    name="boundaries",
    table="boundaries",
    label="What we want and what we do not",
    line="activity_name",
    owner="created_by",
    audience="shared",
    archived="archived_at",
    fields=(
        Field(name="activity_name", kind=Text(LONGEST_NAME, lines=False), needed=True, nullable=False),
        Field(
            name="category",
            kind=Choice(("impact", "rope", "sensation", "power_exchange", "roleplay", "other")),
            default="other",
            nullable=False,
        ),
        Field(name="my_rating", kind=Choice(("yes", "maybe", "no", "hard_no")), given="once"),
        Field(name="partner_rating", kind=Choice(("yes", "maybe", "no", "hard_no")), given="never"),
        Field(name="is_hard_limit", kind=Flag(), given="never"),
        Field(name="is_soft_limit", kind=Flag(), given="never"),
        Field(name="keys", kind=Tags(most=80), given="never"),
        Field(name="archived_at", kind=Moment(), given="never"),
    ),
    filters=(
        Filter(name="category", column="category"),
        Filter(name="mutual", column="app.is_mutual", how="true"),
    ),
)
