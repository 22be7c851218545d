"""What somebody keeps to read, and may show the others."""

from rooms.bonds.tool import LONGEST_TITLE, Choice, Field, Filter, Flag, Link, Tags, Text, Tool, Whole

RESOURCES = Tool(
    name="resources",
    table="resources",
    label="Things to read",
    line="title",
    owner="user_id",
    audience="own",
    shared_by="shared_with_partner",
    personal=True,
    fields=(
        Field(name="title", kind=Text(LONGEST_TITLE, lines=False), needed=True, nullable=False),
        Field(name="url", kind=Link()),
        Field(
            name="resource_type",
            kind=Choice(("article", "video", "book", "tool", "other")),
            default="article",
            nullable=False,
        ),
        Field(
            name="category",
            kind=Choice(("education", "safety", "technique", "community", "legal", "other")),
            default="other",
            nullable=False,
        ),
        Field(name="description", kind=Text()),
        Field(name="tags", kind=Tags(), default=(), nullable=False),
        Field(name="shared_with_partner", kind=Flag(), default=False, nullable=False),
        Field(name="rating", kind=Whole(1, 5)),
    ),
    filters=(
        Filter(name="resource_type", column="resource_type"),
        Filter(name="tag", column="tags", how="has"),
    ),
    searched=("title", "description", "url"),
)
