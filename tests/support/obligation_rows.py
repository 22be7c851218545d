"""What the routes of tasks, rules, rewards and points answer to whom: rows of route_rows.ROWS. Of each bond the founder has asked
the other; both lead each other, so that only whose it is decides.
"""

import json
import uuid
from collections.abc import Callable
from typing import Any

from tests.support.bond_rows import BESIDE, BONDS, MEMBERS, Cells, Told, bonds, both, founder
from tests.support.identities import Things, World

ASKED = "assigned_by, assigned_to"


def person(status: int, other: int = 403) -> Cells:
    """Whom it is for; who asked is refused, and is asked first."""
    cells: Cells = {}
    for whose, (one, second) in MEMBERS.items():
        cells |= {(one, whose): other, (second, whose): status}
    return cells


class Made:
    """Rows of one table, one in each bond, and by it the bonds or the rows."""

    def __init__(self, table: str, names: str, also: str = "") -> None:
        self.table, self.names, self.also = table, names, also

    async def in_bonds(self, world: World) -> Things:
        """The bonds, each with a row."""
        places = await bonds(world)
        for whose, pair in MEMBERS.items():
            [title] = await world.house.services.person_keys.seal(f"bond:{places[whose]}", "Something asked")
            people = [uuid.UUID(world.people[who].id) for who in pair]
            BESIDE[places[whose]] |= await self._row(world, places[whose], people, json.dumps(title))
        BESIDE[""] |= BESIDE[places["ours"]]
        return places

    async def rows(self, world: World) -> Things:
        """The rows."""
        return await self._things(world, "row_id")

    async def proofs(self, world: World) -> Things:
        """What was shown of them."""
        return await self._things(world, "proof_id")

    async def _things(self, world: World, name: str) -> Things:
        places = await self.in_bonds(world)
        made = {"guessed": str(uuid.uuid4()), "deleted": str(uuid.uuid4())}
        for whose in MEMBERS:
            made[whose] = BESIDE[places[whose]][name]
            BESIDE[made[whose]] = {**BESIDE[places[whose]], "bond_id": places[whose]}
        return made

    async def _row(self, world: World, bond: str, people: list[uuid.UUID], title: str) -> dict[str, str]:
        database, names = world.house.database, self.names.split(", ")
        also = [("bond_id", f"'{bond}'"), *(pair.split("=", 1) for pair in self.also.split("; ") if pair)]
        if self.table != "points_ledger":
            also.append(("title", f"'{title}'"))
        columns = ", ".join([*names, *(name for name, _ in also)])
        values = ", ".join([*(f"'{one}'" for one in people[: len(names)]), *(value for _, value in also)])
        row = await database.fetchval(f"INSERT INTO {self.table} ({columns}) VALUES ({values}) RETURNING id")
        beside = {"row_id": str(row)}
        if self.table == "tasks":
            proof = await database.fetchval(
                "INSERT INTO task_proof (task_id, bond_id, user_id) VALUES ($1, $2, $3) RETURNING id",
                *(row, uuid.UUID(bond), people[1]),
            )
            beside["proof_id"] = str(proof)
        return beside


TASK = Made("tasks", ASKED)
DUE = Made("tasks", ASKED, "due_date=now() + interval '1 day'")
DONE = Made("tasks", ASKED, "status='completed'")
ASKING = Made(
    "tasks",
    ASKED,
    "due_date=now() + interval '1 day'; extension_requested=true; extension_until='2040-01-01'",
)
TEMPLATE = Made("task_templates", "created_by")
RULE = Made("rules", "created_by, assigned_to")
REWARD = Made("rewards", ASKED)
REDEEMED = Made("rewards", ASKED, "status='redeemed'")
ENTRY = Made("points_ledger", "created_by, user_id", "points=-1; kind='manual'; source_type='manual'")


def _other(id_: str) -> str:
    """The second of a bond, or of the bond of a row."""
    return BESIDE.get(id_, BESIDE[""])["user_id"]


def _to_other(**more: Any) -> Callable[[str], dict[str, Any]]:
    return lambda id_: {"assigned_to": _other(id_), **more}


def _points(id_: str) -> dict[str, Any]:
    return {"user_id": _other(id_), "points": 1, "reason": "Because"}


_LISTS = {
    f"GET {BONDS}/{tool}": (bonds, both(), None) for tool in ("tasks", "task-templates", "rules", "rewards", "points")
}
_NEW: dict[str, tuple[Cells, Any]] = {
    "tasks": (both(201), _to_other(title="Do it")),
    "task-templates": (both(201), {"title": "Again"}),
    "rules": (both(201), {"title": "A rule"}),
    "rewards": (founder(201), _to_other(title="A bath")),
    "points": (founder(201), _points),
}
_OF_ONE: dict[str, tuple[Made, Cells, Any]] = {
    "GET tasks": (TASK, both(), None),
    "PATCH tasks": (TASK, founder(200), {"priority": "high"}),
    "DELETE tasks": (TASK, founder(204), None),
    "start tasks": (TASK, person(200), {}),
    "submit tasks": (TASK, person(200), {"notes": "All of it"}),
    "approve tasks": (DONE, founder(200), {}),
    "revise tasks": (DONE, founder(200), {"reason": "Once more"}),
    "ask-extension tasks": (DUE, person(200), {"until": "2040-01-01T00:00:00Z"}),
    "answer-extension tasks": (ASKING, founder(200), {"grant": True}),
    "cancel tasks": (TASK, both(), {}),
    "GET task-templates": (TEMPLATE, both(), None),
    "PATCH task-templates": (TEMPLATE, founder(200), {"priority": "high"}),
    "DELETE task-templates": (TEMPLATE, founder(204), None),
    "use task-templates": (TEMPLATE, both(), _to_other()),
    "GET rules": (RULE, both(), None),
    "PATCH rules": (RULE, founder(200), {"rule_type": "optional"}),
    "DELETE rules": (RULE, founder(204), None),
    "acknowledge rules": (RULE, person(200), {}),
    "decline rules": (RULE, person(200), {}),
    "activate rules": (RULE, founder(200), {}),
    "deactivate rules": (RULE, founder(200), {}),
    "GET rewards": (REWARD, both(), None),
    "PATCH rewards": (REWARD, founder(200), {"reward_type": "relational"}),
    "DELETE rewards": (REWARD, founder(204), None),
    "redeem rewards": (REWARD, person(200), {}),
    "fulfil rewards": (REDEEMED, founder(200), {}),
    "withdraw rewards": (REDEEMED, both(), {}),
    "GET points": (ENTRY, both(), None),
    "reverse points": (ENTRY, founder(200), {"reason": "A slip"}),
}


def _operation(act: str) -> str:
    verb, tool = act.split()
    path = f"{BONDS}/{tool}/{{row_id}}"
    return f"{verb} {path}" if verb.isupper() else f"POST {path}/{verb}"


_PROOF = f"DELETE {BONDS}/tasks/{{row_id}}/proof/{{proof_id}}"

OF_BONDS: dict[str, Told] = {
    **_LISTS,
    **{f"POST {BONDS}/{tool}": (TASK.in_bonds, cells, body) for tool, (cells, body) in _NEW.items()},
    **{_operation(act): (made.in_bonds, cells, body) for act, (made, cells, body) in _OF_ONE.items()},
    _PROOF: (TASK.in_bonds, person(204), None),
}
OF_ROWS: dict[tuple[str, str], Told] = {
    **{(_operation(act), "row_id"): (made.rows, cells, body) for act, (made, cells, body) in _OF_ONE.items()},
    (_PROOF, "row_id"): (TASK.rows, person(204), None),
    (_PROOF, "proof_id"): (TASK.proofs, person(204), None),
}
OPERATIONS = " · ".join(OF_BONDS)
