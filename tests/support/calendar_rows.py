"""What the routes of calendars answer to whom: rows of route_rows.ROWS."""

import json
import uuid

from tests.support import bond_rows
from tests.support.bond_rows import BESIDE, BONDS, MEMBERS, Told, both, founder, rows_in
from tests.support.identities import Things, World

EVENT = {"title": "Tea in the garden", "start_date": "2040-01-31T20:00:00Z"}


async def _event(world: World, sealed_for: str, owner: str, bond: str | None) -> str:
    [title] = await world.house.services.person_keys.seal(sealed_for, "Tea in the garden")
    return str(
        await world.house.database.fetchval(
            "INSERT INTO calendar_events (title, start_date, created_by, bond_id)"
            " VALUES ($1::text::jsonb, '2040-01-31', $2, $3) RETURNING id",
            *(json.dumps(title), uuid.UUID(owner), uuid.UUID(bond) if bond else None),
        )
    )


async def bonds(world: World) -> Things:
    """The bonds, in each a date of its founder's."""
    made = await bond_rows.bonds(world)
    for whose, (first, _) in MEMBERS.items():
        owner = world.people[first].id
        BESIDE[made[whose]]["row_id"] = await _event(world, f"bond:{made[whose]}", owner, made[whose])
    BESIDE[""] = {"bond_id": made["ours"], **BESIDE[made["ours"]]}
    return made


async def rows(world: World) -> Things:
    """These dates."""
    return rows_in(await bonds(world))


async def own_rows(world: World) -> Things:
    """Dates that some keep for themselves, and one of Ana's in a bond."""
    places = await rows(world)
    made = {name: places[name] for name in ("guessed", "deleted")} | {"in a bond": places["ours"]}
    for who in ("self", "stranger"):
        owner = world.people[who].id
        made[who] = await _event(world, f"user:{owner}", owner, None)
    return made


_LIST, _ROW, _OWN = f"{BONDS}/calendar", f"{BONDS}/calendar/{{row_id}}", "/api/calendar/{row_id}"
_OWNERS = ("self", "stranger")

OF_CALENDARS: dict[tuple[str, str], Told] = {
    (f"GET {_LIST}", "bond_id"): (bonds, both(), None),
    (f"POST {_LIST}", "bond_id"): (bonds, both(201), EVENT),
    (f"GET {_LIST}.ics", "bond_id"): (bonds, both(), None),
    (f"POST {_LIST}/import", "bond_id"): (bonds, both(422), None),  # of nothing: what is something is tried apart
    (f"POST {_LIST}/feed", "bond_id"): (bonds, both(201), {"titles": False}),
    (f"DELETE {_LIST}/feed", "bond_id"): (bonds, both(204), None),
    **{
        (f"{verb} {_ROW}", field): (things, cells, body)
        for field, things in (("bond_id", bonds), ("row_id", rows))
        for verb, cells, body in (
            ("GET", both(), None),
            ("PATCH", founder(200), {"reminder_minutes": 30}),
            ("DELETE", founder(204), None),
        )
    },
    (f"GET {_OWN}", "row_id"): (own_rows, {(who, who): 200 for who in _OWNERS}, None),
    (f"PATCH {_OWN}", "row_id"): (own_rows, {(who, who): 200 for who in _OWNERS}, {"reminder_minutes": 30}),
    (f"DELETE {_OWN}", "row_id"): (own_rows, {(who, who): 204 for who in _OWNERS}, None),
}

OPERATIONS = " · ".join(
    dict.fromkeys(
        (
            *(operation for operation, _ in OF_CALENDARS),
            "GET /api/calendar", "POST /api/calendar", "GET /api/calendar.ics", "POST /api/calendar/import",
            "POST /api/calendar/feed", "DELETE /api/calendar/feed",
        )
    )
)  # fmt: skip
