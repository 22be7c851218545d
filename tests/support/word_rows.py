"""What the routes of the journal, check-ins and messages answer to whom: rows of route_rows.ROWS. In each bond the founder has
said something of each kind, and shows it.
"""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from tests.support.bond_rows import BESIDE, BONDS, MEMBERS, Cells, Told, bonds, both, founder, rows_in
from tests.support.identities import Things, World

TOOLS = ("journal", "check-ins", "messages")


class Said:
    """A row of one tool in each bond, and by it the bonds or the rows."""

    def __init__(self, tool: str) -> None:
        self.tool = tool

    async def in_bonds(self, world: World) -> Things:
        """The bonds, each with a row."""
        places = await bonds(world)
        for whose, (first, _) in MEMBERS.items():
            await world.house.services.person_keys.key(f"bond:{places[whose]}", make=True)
            BESIDE[places[whose]]["row_id"] = await _row(world, self.tool, world.people[first].id, places[whose])
        BESIDE[""] = {"bond_id": places["ours"], **BESIDE[places["ours"]]}
        return places

    async def rows(self, world: World) -> Things:
        """The rows."""
        return rows_in(await self.in_bonds(world))


async def own_entries(world: World) -> Things:
    """What some wrote for themselves, in no bond; and what Ana shows in one."""
    places = await Said("journal").rows(world)
    made = {name: places[name] for name in ("guessed", "deleted")} | {"in a bond": places["ours"]}
    for who in ("self", "stranger"):
        made[who] = await _row(world, "journal", world.people[who].id, None)
    return made


async def _row(world: World, tool: str, person: str, bond: str | None) -> str:
    """As the administrator: what somebody said."""
    owner = f"bond:{bond}" if tool == "messages" else f"user:{person}"
    [sealed] = await world.house.services.person_keys.seal(owner, "Something said")
    text, by, place = json.dumps(sealed), uuid.UUID(person), None if bond is None else uuid.UUID(bond)
    statements: dict[str, tuple[str, tuple[Any, ...]]] = {
        "journal": (
            "INSERT INTO journal_entries (content, user_id, bond_id, is_shared) VALUES ($1::text::jsonb, $2, $3, $4)",
            (text, by, place, bond is not None),
        ),
        "check-ins": (
            "INSERT INTO check_ins (notes, user_id, bond_id, status, local_date) VALUES ($1::text::jsonb, $2, $3, 'green', $4)",
            (text, by, place, datetime.now(UTC).date()),
        ),
        "messages": (
            "INSERT INTO messages (content, from_user_id, bond_id) VALUES ($1::text::jsonb, $2, $3)",
            (text, by, place),
        ),
    }
    statement, values = statements[tool]
    return str(await world.house.database.fetchval(f"{statement} RETURNING id", *values))


_NEW: dict[str, dict[str, Any]] = {
    "journal": {"content": "A word"},
    "check-ins": {"status": "green"},
    "messages": {"content": "A word"},
}
_OF_ONE: dict[str, tuple[Cells, dict[str, Any] | None]] = {
    "GET journal": (both(), None),
    "PATCH journal": (founder(200), {"tags": ["calm"]}),
    "DELETE journal": (founder(204), None),
    "GET check-ins": (both(), None),
    "PATCH check-ins": (founder(200), {"status": "yellow"}),
    "GET messages": (both(), None),
    "PATCH messages": (founder(200), {"content": "Another word"}),
    "DELETE messages": (founder(204), None),
    "read messages": (both(), {}),
}
_OWN: dict[str, tuple[int, dict[str, Any] | None]] = {
    "GET": (200, None),
    "PATCH": (200, {"tags": ["calm"]}),
    "DELETE": (204, None),
}


def _operation(act: str) -> str:
    verb, tool = act.split()
    path = f"{BONDS}/{tool}/{{row_id}}"
    return f"{verb} {path}" if verb.isupper() else f"POST {path}/{verb}"


OF_BONDS: dict[str, Told] = {
    **{f"GET {BONDS}/{tool}": (bonds, both(), None) for tool in TOOLS},
    **{f"POST {BONDS}/{tool}": (Said(tool).in_bonds, both(201), body) for tool, body in _NEW.items()},
    **{_operation(act): (Said(act.split()[1]).in_bonds, cells, body) for act, (cells, body) in _OF_ONE.items()},
}
"""By operation: how the bonds are made, what their members are answered, and the body."""

OF_ROWS: dict[tuple[str, str], Told] = {
    **{(_operation(act), "row_id"): (Said(act.split()[1]).rows, cells, body) for act, (cells, body) in _OF_ONE.items()},
    **{
        (f"{verb} /api/journal/{{row_id}}", "row_id"): (
            own_entries,
            {(who, who): status for who in ("self", "stranger")},
            body,
        )
        for verb, (status, body) in _OWN.items()
    },
}
"""The same for what stands in a path after the bond."""

OPERATIONS = " · ".join([*OF_BONDS, *(key[0] for key in OF_ROWS if "journal" in key[0] and "bond" not in key[0])])
OPERATIONS += " · GET /api/journal · POST /api/journal"
