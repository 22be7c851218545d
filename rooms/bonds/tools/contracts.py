"""What members agree on in writing, in versions that all of them sign. It has no legal force."""

from rooms.bonds.contracts import STATUSES
from rooms.bonds.tool import (
    LONGEST_CONTENT,
    LONGEST_TITLE,
    Choice,
    Digest,
    Field,
    Filter,
    Moment,
    Reference,
    Text,
    Tool,
    Whole,
)

CONTRACTS = Tool(
    name="contracts",
    table="contracts",
    label="Contracts",
    line="title",
    owner="created_by",
    audience="shared",
    fields=(
        Field(name="title", kind=Text(LONGEST_TITLE, lines=False), needed=True, nullable=False),
        Field(name="content", kind=Text(LONGEST_CONTENT), needed=True, nullable=False),
        Field(name="expires_at", kind=Moment()),
        Field(name="status", kind=Choice(STATUSES), given="never"),
        Field(name="version_number", kind=Whole(1, 1000), given="never"),
        Field(name="line_id", kind=Reference(), given="never"),
        Field(name="content_sha256", kind=Digest(), given="never"),
        Field(name="signed_at", kind=Moment(), given="never"),
        Field(name="ended_at", kind=Moment(), given="never"),
    ),
    filters=(Filter(name="status", column="status", how="shown"),),
)
