"""Where a page of something in a bond begins."""

from datetime import datetime
from uuid import UUID

import msgspec


class Place(msgspec.Struct, frozen=True):
    """After this row: lists go by when rows were made, then by their ids."""

    at: datetime
    id: UUID
