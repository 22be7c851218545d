"""Whose runs and conflicts of Notion are whose: rows of route_rows.ROWS. Each has some of their own, and nobody is connected."""

import json
import uuid

from tests.support.bond_rows import Told
from tests.support.identities import Things, World

OWNERS = ("self", "partner", "stranger")
OPERATIONS = (
    "POST /api/notion/connect · DELETE /api/notion/connect · GET /api/notion/oauth/start · GET /api/notion/status ·"
    " POST /api/notion/databases · POST /api/notion/verify-template · POST /api/notion/sync/{kind} ·"
    " DELETE /api/notion/sync/{kind} · GET /api/notion/runs/{run_id} · GET /api/notion/pages · GET /api/notion/conflicts ·"
    " POST /api/notion/conflicts/{conflict_id}/resolve"
)
ANYBODY = "GET /api/notion/oauth/callback · POST /api/webhooks/notion"

ELSEWHERE = {
    ("POST /api/notion/connect", "token"): "a workspace of one's own: test_notion.py",
    ("POST /api/notion/databases", "parent_page_id"): "a page of Notion's, seen with one's own token",
    ("POST /api/notion/sync/{kind}", "kind"): "one of fifteen words",
    ("DELETE /api/notion/sync/{kind}", "kind"): "one of fifteen words",
}


async def _databases(world: World, who: str) -> uuid.UUID:
    owner = uuid.UUID(world.people[who].id)
    await world.house.database.execute(
        "INSERT INTO notion_databases (user_id, kind) VALUES ($1, 'tasks') ON CONFLICT DO NOTHING", owner
    )
    return owner


async def runs(world: World) -> Things:
    """A run of each, by whose it is."""

    async def run(who: str) -> str:
        made = "INSERT INTO notion_runs (user_id, kind, state, finished_at) VALUES ($1, 'tasks', 'done', now()) RETURNING id"
        return str(await world.house.database.fetchval(made, await _databases(world, who)))

    deleted = await run("self")
    await world.house.database.execute("DELETE FROM notion_runs WHERE id = $1", uuid.UUID(deleted))
    return {"guessed": str(uuid.uuid4()), "deleted": deleted, **{who: await run(who) for who in OWNERS}}


async def conflicts(world: World) -> Things:
    """A conflict of each, by whose it is."""

    async def conflict(who: str) -> str:
        owner = await _databases(world, who)
        page = await world.house.database.fetchval(
            "INSERT INTO notion_pages (user_id, kind, page_id) VALUES ($1, 'tasks', $2) RETURNING id",
            *(owner, str(uuid.uuid4())),
        )
        [sealed] = await world.house.services.person_keys.seal(f"user:{owner}", {"title": "There"})
        made = await world.house.database.fetchval(
            "INSERT INTO notion_conflicts (user_id, page, kind, fields, theirs, reason)"
            " VALUES ($1, $2, 'tasks', '{title}', $3::text::jsonb, 'both_changed') RETURNING id",
            *(owner, page, json.dumps(sealed)),
        )
        return str(made)

    deleted = await conflict("self")
    await world.house.database.execute("DELETE FROM notion_conflicts WHERE id = $1", uuid.UUID(deleted))
    return {"guessed": str(uuid.uuid4()), "deleted": deleted, **{who: await conflict(who) for who in OWNERS}}


OF_NOTION: dict[tuple[str, str], Told] = {
    ("GET /api/notion/runs/{run_id}", "run_id"): (runs, {(who, who): 200 for who in OWNERS}, None),
    ("POST /api/notion/conflicts/{conflict_id}/resolve", "conflict_id"): (
        conflicts,
        {(who, who): 503 for who in OWNERS},  # Notion is not offered where this is tried
        {"strategy": "prefer_ours"},
    ),
}
