"""What somebody writes for themselves, and shows the others where they say so."""

from rooms.bonds.tool import LONGEST_CONTENT, LONGEST_TITLE, Choice, Field, Filter, Flag, Tags, Text, Tool

JOURNAL = Tool(
    name="journal",
    table="journal_entries",
    label="Journal",
    line="title",
    owner="user_id",
    audience="own",
    shared_by="is_shared",
    personal=True,
    fields=(
        Field(name="title", kind=Text(LONGEST_TITLE, lines=False)),
        Field(name="content", kind=Text(LONGEST_CONTENT), needed=True, nullable=False),
        Field(
            name="entry_type",
            kind=Choice(("personal", "shared", "gratitude", "reflection", "scene_log")),
            default="personal",
            nullable=False,
        ),
        Field(name="tags", kind=Tags(), default=(), nullable=False),
        Field(name="is_shared", kind=Flag(), default=False, nullable=False),
    ),
    filters=(
        Filter(name="entry_type", column="entry_type"),
        Filter(name="tag", column="tags", how="has"),
        Filter(name="mine", column="user_id", how="mine"),
    ),
    searched=("title", "content"),
)
