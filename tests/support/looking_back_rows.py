"""What the routes of looking back answer to whom: rows of route_rows.ROWS. All of it is every member's to read."""

from tests.support.bond_rows import BESIDE, BONDS, MEMBERS, Told, bonds, both
from tests.support.identities import Things, World


async def with_achievements(world: World) -> Things:
    """The bonds, and beside each something that there is to reach."""
    places = await bonds(world)
    which = await world.house.database.fetchval("SELECT id FROM achievements ORDER BY place LIMIT 1")
    for whose in MEMBERS:
        BESIDE[places[whose]]["row_id"] = str(which)
    BESIDE[""] = {"bond_id": places["ours"], **BESIDE[places["ours"]]}
    return places


OF_BONDS: dict[str, Told] = {
    f"GET {BONDS}/analytics": (bonds, both(), None),
    f"GET {BONDS}/analytics.csv": (bonds, both(), None),
    f"GET {BONDS}/report.html": (bonds, both(), None),
    f"GET {BONDS}/achievements": (bonds, both(), None),
    f"GET {BONDS}/onboarding": (bonds, both(), None),
    f"GET {BONDS}/achievements/{{row_id}}": (with_achievements, both(), None),
}
ELSEWHERE = {(f"GET {BONDS}/achievements/{{row_id}}", "row_id"): "what there is to reach is the same for all"}
OPERATIONS = " · ".join(OF_BONDS)
