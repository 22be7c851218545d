"""What of a backup's rows is somebody's yes. Whoever gave it may have taken it back since, and no backup gives it again: rows
that are nothing else do not come by themselves, and of others comes what asks, shows and allows the least.
"""

from collections.abc import Mapping, Sequence

import asyncpg

Db = asyncpg.Connection

A_YES: Mapping[str, str] = {
    "rule_acknowledgements": "whoever a rule is for says yes to it again",
    "scene_confirmations": "whoever takes part in a scene confirms it again",
    "contract_signatures": "whoever agrees to a contract signs it again",
}
"""Tables of which every row is a yes, and how it is said anew."""

_FALSE, _NULL = "false", "NULL"

CAREFUL: Mapping[str, Mapping[str, str]] = {
    "bonds": {"invite_code": _NULL, "invite_expires_at": _NULL, "is_private": "true"},
    "bond_members": {
        "accepts_from": "'{}'", "can_invite": _FALSE, "can_manage": _FALSE, "read_receipts": _FALSE, "presence": _FALSE,
        "dissolve_vote_at": _NULL,
    },
    "bond_settings": {"auto_approve_members": _FALSE},
    "boundaries": {"my_rating": _NULL, "partner_rating": _NULL, "is_hard_limit": _FALSE, "is_soft_limit": _FALSE},
    "boundary_ratings": {"shown": _FALSE},
    "contracts": {"status": "'draft'", "content_sha256": _NULL, "signed_at": _NULL, "ended_at": _NULL},
    "scenes": {"status": "CASE status WHEN 'agreed' THEN 'planned' ELSE status END"},
    "scene_debriefs": {"is_shared": _FALSE},
    "journal_entries": {"is_shared": _FALSE},
    "resources": {"shared_with_partner": _FALSE},
    "kinksters": {"is_public": _FALSE},
    "task_proof": {"file_id": _NULL},
    "ai_message_attachments": {"file_id": _NULL},
}  # fmt: skip
"""By table: what comes in the place of what a column was. Nobody is led, shown or let in by a backup, pictures that were sent
hang on nothing again, codes open nothing, and what was signed or agreed on is to be signed or agreed on.
"""

ONLY: Mapping[str, str] = {"boundary_ratings": "s.rating IN ('no', 'hard_no')"}
"""Of a table only these rows."""


async def take_back(db: Db, name: str, columns: Sequence[str]) -> None:
    """Of a table's rows that were put aside only what is no yes, in the session of whoever put them there."""
    changes = {column: value for column, value in CAREFUL.get(name, {}).items() if column in columns}
    if changes:
        told = ", ".join(f"{column} = {value}" for column, value in changes.items())
        await db.execute(f"UPDATE pg_temp.staged_{name} SET {told}")
