"""What the routes of contracts and scenes answer to whom: rows of route_rows.ROWS. Each bond has one of its founder's, in the
state in which the command can be, and both are its parties, or take part in it.
"""

import json
import uuid
from typing import Any

from rooms.bonds.contracts import digest
from tests.support.bond_rows import BESIDE, BONDS, MEMBERS, Cells, Told, bonds, both, founder, rows_in
from tests.support.identities import Things, World

WORDS = "What we said"
AT_MOST_ONCE = 409


class Made:
    """A row of a table in this state, one in each bond, and by it the bonds or the rows."""

    def __init__(self, table: str, status: str) -> None:
        self.table, self.status = table, status

    async def in_bonds(self, world: World) -> Things:
        """The bonds, each with a row."""
        places = await bonds(world)
        for whose, pair in MEMBERS.items():
            [words] = await world.house.services.person_keys.seal(f"bond:{places[whose]}", WORDS)
            people = [world.people[who].id for who in pair]
            make = self._contract if self.table == "contracts" else self._scene
            BESIDE[places[whose]] |= await make(world, places[whose], people, json.dumps(words))
        BESIDE[""] |= BESIDE[places["ours"]]
        return places

    async def rows(self, world: World) -> Things:
        """The rows."""
        return rows_in(await self.in_bonds(world))

    async def _contract(self, world: World, bond: str, people: list[str], words: str) -> dict[str, str]:
        database = world.house.database
        row = uuid.uuid4()
        text = digest(title=WORDS, content=WORDS, version_number=1, expires_at=None, parties=people)
        is_draft = self.status == "draft"
        await database.execute(
            "INSERT INTO contracts (id, line_id, bond_id, created_by, title, content, status, content_sha256, signed_at)"
            " VALUES ($1, $1, $2, $3, $4, $4, $5::text::contract_status_enum, $6,"
            " CASE WHEN $5 = 'active' THEN now() END)",
            *(row, uuid.UUID(bond), uuid.UUID(people[0]), words, self.status, None if is_draft else text),
        )
        for person in [] if is_draft else people:
            await database.execute(
                "INSERT INTO contract_signatures (contract_id, bond_id, user_id) VALUES ($1, $2, $3)",
                *(row, uuid.UUID(bond), uuid.UUID(person)),
            )
        return {"row_id": str(row), "content_sha256": text}

    async def _scene(self, world: World, bond: str, people: list[str], words: str) -> dict[str, str]:
        row = await world.house.database.fetchval(
            "INSERT INTO scenes (bond_id, created_by, title, status, logged_at) VALUES"
            " ($1, $2, $3, $4::text::scene_status_enum, CASE WHEN $4 = 'done' THEN now() END) RETURNING id",
            *(uuid.UUID(bond), uuid.UUID(people[0]), words, self.status),
        )
        return {"row_id": str(row)}


DRAFT, GIVEN, ACTIVE = (Made("contracts", status) for status in ("draft", "pending_signature", "active"))
PLANNED, DONE = (Made("scenes", status) for status in ("planned", "done"))

_ONCE: Cells = {}
for _whose, (_first, _second) in MEMBERS.items():
    _ONCE |= {(_first, _whose): 200, (_second, _whose): AT_MOST_ONCE}


def _sign(id_: str) -> dict[str, Any]:
    return {"content_sha256": BESIDE.get(id_, BESIDE[""])["content_sha256"]}


_NEW: dict[str, Any] = {
    "contracts": {"title": "Our evenings", "content": "We talk first."},
    "scenes": {"title": "A quiet evening"},
}
_OF_ONE: dict[str, tuple[Made, Cells, Any]] = {
    "GET contracts": (DRAFT, both(), None),
    "PATCH contracts": (DRAFT, founder(200), {"content": "We talk."}),
    "DELETE contracts": (DRAFT, founder(204), None),
    "request-signatures contracts": (DRAFT, founder(200), {}),
    "sign contracts": (GIVEN, both(), _sign),
    "decline contracts": (GIVEN, both(), {"reason": "Not yet"}),
    "withdraw contracts": (ACTIVE, both(), {}),
    "new-version contracts": (ACTIVE, _ONCE, {}),
    "GET contracts/signatures": (GIVEN, both(), None),
    "GET contracts/diff": (GIVEN, both(), None),
    "GET scenes": (PLANNED, both(), None),
    "PATCH scenes": (PLANNED, founder(200), {"notes": "Candles"}),
    "DELETE scenes": (PLANNED, founder(204), None),
    "confirm scenes": (PLANNED, both(), {"version": 1}),
    "unconfirm scenes": (PLANNED, both(), {}),
    "call-off scenes": (PLANNED, both(), {}),
    "log scenes": (PLANNED, both(), {"duration_minutes": 45}),
    "debrief scenes": (DONE, both(), {"text": "I liked it", "shared": False}),
    "PATCH scenes/debrief": (DONE, both(), {"text": "I liked it", "shared": True}),
    "aftercare scenes": (DONE, both(), {"provided": True}),
}


def _operation(act: str) -> str:
    verb, tool = act.split()
    tool, _, beside = tool.partition("/")
    path = f"{BONDS}/{tool}/{{row_id}}" + (f"/{beside}" if beside else "")
    return f"{verb} {path}" if verb.isupper() else f"POST {path}/{verb}"


OF_BONDS: dict[str, Told] = {
    **{f"GET {BONDS}/{tool}": (bonds, both(), None) for tool in _NEW},
    **{f"POST {BONDS}/{tool}": (DRAFT.in_bonds, both(201), body) for tool, body in _NEW.items()},
    **{_operation(act): (made.in_bonds, cells, body) for act, (made, cells, body) in _OF_ONE.items()},
}
OF_ROWS: dict[tuple[str, str], Told] = {
    (_operation(act), "row_id"): (made.rows, cells, body) for act, (made, cells, body) in _OF_ONE.items()
}
OPERATIONS = " · ".join(OF_BONDS)
