"""Where a page of a list in a bond begins: as a cursor has it, and as the rows do."""

from uuid import UUID

from game_server.http.paging import Place
from storage import bond_places


def row_place(cursor: Place | None) -> bond_places.Place | None:
    """The row that a cursor names, whose ids `read_cursor` has looked at; None for the first page."""
    return bond_places.Place(cursor.at, UUID(cursor.id)) if cursor else None
