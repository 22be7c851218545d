"""What an export reads of bonds and of AI characters: with the caller's own rights, so that row security says which rows."""

from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from storage.export import Item, List
from storage.export_catalog import columns
from storage.profiles import Kind

LONG, SHORT = 5, 100
"""Rows at a time where one may hold half a megabyte, and where texts are shorter."""

Sealed = Literal["bond", "own"]


class Told(msgspec.Struct, frozen=True):
    """A list, and whose key opens its texts: `own` the key of whose row it is, `bond` the bond's, or its maker's where it is in
    no bond. `owner`: the column of whose row it is; null, where it is not told: the caller.
    """

    rows: List
    sealed: Sealed | None = None
    owner: str | None = None


_EVERY: dict[Kind, str] = {"user": "$1::text IS NOT NULL"}  # row security says which
_MINE: dict[Kind, str] = {"user": "t.user_id = $1::text::uuid"}


def _seen(table: str, *key: str, at_once: int = SHORT, beside_columns: str = "") -> List:
    """Everything that the caller may read of a table: their own, and what their bonds share with them."""
    return List(
        table=table,
        key=key or ("created_at", "id"),
        rights="own",
        whose=_EVERY,
        at_once=at_once,
        beside_columns=beside_columns,
    )


def _own(table: str, *key: str, at_once: int = SHORT) -> List:
    """The caller's own rows alone."""
    return List(table=table, key=key or ("created_at", "id"), rights="own", whose=_MINE, at_once=at_once)


BONDS = _seen("bonds")
MEMBERSHIPS = Told(List(table="bond_members", key=("bond_id",), rights="service", whose=_MINE), "bond")

SECTIONS: dict[str, Told] = {
    "memberships": MEMBERSHIPS,
    "bond_requests": Told(_own("bond_join_requests"), "own"),
    "bond_log": Told(_seen("bond_activity_log")),
    "states": Told(_own("submission_state_logs"), "own"),
    "boundaries": Told(_seen("boundaries", beside_columns="app.is_mutual(t.id) AS is_mutual"), "bond"),
    "boundary_ratings": Told(_own("boundary_ratings", "created_at", "boundary_id")),
    "personal_limits": Told(_own("personal_limits"), "own"),
    "task_templates": Told(_seen("task_templates"), "bond"),
    "task_series": Told(_seen("task_series"), "bond"),
    "tasks": Told(_seen("tasks"), "bond"),
    "task_proof": Told(_seen("task_proof"), "bond"),
    "rules": Told(_seen("rules"), "bond"),
    "rule_answers": Told(_seen("rule_acknowledgements")),
    "rewards": Told(_seen("rewards"), "bond"),
    "points": Told(_seen("points_ledger"), "bond"),
    "point_balances": Told(_seen("point_balances", "bond_id", "user_id")),
    "journal": Told(_seen("journal_entries", at_once=LONG), "own", "user_id"),
    "calendar": Told(_seen("calendar_events"), "bond", "created_by"),
    "calendar_feeds": Told(_own("calendar_feeds")),
    "contracts": Told(_seen("contracts", at_once=LONG), "bond"),
    "contract_signatures": Told(_seen("contract_signatures"), "bond"),
    "scenes": Told(_seen("scenes", at_once=LONG), "bond"),
    "scene_confirmations": Told(_seen("scene_confirmations", "created_at", "scene_id", "user_id")),
    "scene_debriefs": Told(_seen("scene_debriefs", at_once=LONG), "own", "user_id"),
    "check_ins": Told(_seen("check_ins"), "own", "user_id"),
    "messages": Told(_seen("messages", at_once=LONG * 4), "bond"),
    "attachments": Told(_seen("ai_message_attachments")),
    "files": Told(_own("files")),
    "resources": Told(_seen("resources"), "own", "user_id"),
    "achievements": Told(_seen("user_achievements")),
    "characters": Told(_own("kinksters", at_once=LONG), "own"),
    "character_drafts": Told(_own("kinkster_creation_sessions", at_once=LONG), "own"),
    "conversations": Told(_own("conversations"), "own"),
    "pictures": Told(_own("image_generations"), "own"),
    "ai_answers": Told(_own("agent_sessions")),
    "compositions": Told(_own("scene_compositions", at_once=LONG), "own"),
    "poses": Told(_own("character_poses", at_once=LONG), "own"),
    "notion": Told(_own("notion_connections")),
    "notion_databases": Told(_own("notion_databases")),
    "notion_pages": Told(_own("notion_pages")),
    "notion_conflicts": Told(_own("notion_conflicts", at_once=LONG), "own"),
    "notion_runs": Told(_own("notion_runs")),
}
"""By the name of the section, in the order in which they are told."""

_SETTINGS = f"SELECT {columns('bond_settings', 't')} FROM bond_settings t WHERE t.bond_id = $1"


async def settings(connection: asyncpg.Connection, bond_id: UUID) -> Item | None:
    """How a bond of the caller's works; runs with their rights."""
    row = await connection.fetchrow(_SETTINGS, bond_id)
    return dict(row) if row else None
