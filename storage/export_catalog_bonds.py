"""What an export shows of the tables of bonds and of AI characters; a part of `export_catalog.py`."""

from storage.export_shown import BOOKS, KEPT_TWICE, NUMBER, OWNER, SECRET, Shown

NAMED = "Which limits a text names, whoever's they are or nobody's: no screen shows it."
MUTUAL = "What your partner said to it is theirs; what both of you said yes to stands as mutual."
PROVIDER = "How a model's provider goes on from there."

_ROW = {"version": BOOKS}
_OF_BOND = ("id", "bond_id")
_SINCE = ("created_at", "updated_at")
_OWN = {"user_id": OWNER, "version": BOOKS}

SHOWN_OF_BONDS: dict[str, Shown] = {
    "bonds": Shown(
        (
            "id", "name", "description", "bond_type", "status", "is_private", "created_by", "founder_id", "invite_expires_at",
            "dissolved_at", *_SINCE,
        ),
        {"invite_code": SECRET, "invited_by": "Whose code is open is nobody's to know.", "head": BOOKS, **_ROW},
    ),
    "bond_settings": Shown(
        (
            "auto_approve_members", "max_members", "invite_expires_after_days", "enable_points_system", "enable_rewards_system",
            *_SINCE,
        ),
        {"bond_id": KEPT_TWICE, "id": NUMBER, **_ROW},
    ),
    "bond_members": Shown(
        (
            "bond_id", "role_in_bond", "joined_at", "nickname", "safewords", "aftercare_needs", "can_invite", "can_manage",
            "accepts_from", "read_receipts", "presence", "paused_at", "dissolve_vote_at", "read_through", "updated_at",
        ),
        {"id": NUMBER, "user_id": OWNER, "created_at": KEPT_TWICE, **_ROW},
    ),
    "bond_activity_log": Shown(("id", "bond_id", "user_id", "action", "created_at")),
    "bond_join_requests": Shown((*_OF_BOND, "status", "message", "expires_at", "answered_at", *_SINCE), _OWN),
    "submission_state_logs": Shown(("id", "state", "reason", "created_at"), {"user_id": OWNER}),
    "resources": Shown(
        (
            *_OF_BOND, "user_id", "title", "url", "resource_type", "category", "description", "tags", "shared_with_partner",
            "rating", *_SINCE,
        ),
        _ROW,
    ),
    # Limits.
    "boundaries": Shown(
        (*_OF_BOND, "activity_name", "category", "is_hard_limit", "is_soft_limit", "created_by", "archived_at", *_SINCE),
        {"my_rating": MUTUAL, "partner_rating": MUTUAL, "keys": NAMED, **_ROW},
    ),
    "boundary_ratings": Shown(("boundary_id", "bond_id", "rating", "shown", "yes_at", *_SINCE), {"id": NUMBER, **_OWN}),
    "personal_limits": Shown(("id", "words", "keys", "boundary_id", "bond_id", *_SINCE), _OWN),
    # What is asked of somebody.
    "task_templates": Shown(
        (
            *_OF_BOND, "title", "description", "priority", "point_value", "proof_required", "proof_type", "recurring",
            "reminder_minutes", "all_day", "created_by", *_SINCE,
        ),
        _ROW,
    ),
    "task_series": Shown(
        (
            *_OF_BOND, "title", "description", "priority", "point_value", "proof_required", "proof_type", "reminder_minutes",
            "all_day", "assigned_by", "assigned_to", "template_id", "recurring", "time_zone", "local_time", "day", "next_on",
            "ended_at", *_SINCE,
        ),
        {"limit_keys": NAMED, **_ROW},
    ),
    "tasks": Shown(
        (
            *_OF_BOND, "title", "description", "status", "priority", "due_date", "assigned_by", "assigned_to", "point_value",
            "proof_required", "proof_type", "recurring", "series_id", "occurs_on", "template_id", "reminder_minutes", "all_day",
            "extension_requested", "extension_reason", "extension_until", "revise_reason", "notes", "started_at", "completed_at",
            "approved_at", "approved_by", "cancelled_at", *_SINCE,
        ),
        {"limit_keys": NAMED, **_ROW},
    ),
    "task_proof": Shown(
        (*_OF_BOND, "task_id", "user_id", "proof_type", "text", *_SINCE),
        {"file_id": "Which picture: it stands among the files.", **_ROW},
    ),
    "rules": Shown(
        (
            *_OF_BOND, "title", "description", "rule_type", "assigned_to", "for_all", "active", "created_by", "effective_from",
            "effective_until", "text_version", *_SINCE,
        ),
        {"limit_keys": NAMED, **_ROW},
    ),
    "rule_acknowledgements": Shown((*_OF_BOND, "rule_id", "user_id", "text_version", "declined", *_SINCE), _ROW),
    "rewards": Shown(
        (
            *_OF_BOND, "title", "description", "reward_type", "point_value", "point_cost", "assigned_by", "assigned_to", "status",
            "redeemed_at", "fulfilled_at", "withdrawn_at", *_SINCE,
        ),
        {"limit_keys": NAMED, **_ROW},
    ),
    "points_ledger": Shown(
        (*_OF_BOND, "user_id", "points", "reason", "kind", "source_type", "source_id", "reverses", "created_by", "created_at"),
        {"updated_at": KEPT_TWICE, **_ROW},
    ),
    "point_balances": Shown(("bond_id", "user_id", "balance", *_SINCE), {"id": NUMBER, **_ROW}),
    # Words, and what is planned and signed.
    "files": Shown(
        ("id", "content_type", "bytes", "width", "height", "attached_at", "withdrawn_at", *_SINCE),
        {"place": "Where its sealed bytes lie: nobody opens them by it.", "key_id": BOOKS, **_OWN},
    ),
    "journal_entries": Shown(
        (*_OF_BOND, "user_id", "title", "content", "entry_type", "tags", "is_shared", *_SINCE), _ROW
    ),
    "calendar_events": Shown(
        (
            *_OF_BOND, "title", "event_type", "start_date", "end_date", "created_by", "ical_uid", "recurrence_id", "description",
            "location", "timezone", "all_day", "rrule", "exdates", "sequence", "reminder_minutes", "imported", "task_id", *_SINCE,
        ),
        {"last_date": BOOKS, **_ROW},
    ),
    "calendar_feeds": Shown(
        (*_OF_BOND, "created_at"), {"user_id": OWNER, "secret_hash": SECRET, "key_id": BOOKS, "titles": BOOKS}
    ),
    "contracts": Shown(
        (
            *_OF_BOND, "title", "content", "version_number", "status", "created_by", "signed_at", "expires_at", "line_id",
            "content_sha256", "ended_at", *_SINCE,
        ),
        _ROW,
    ),
    "contract_signatures": Shown(
        (*_OF_BOND, "contract_id", "user_id", "status", "content_sha256", "reason", "signed_at", *_SINCE), _ROW
    ),
    "scenes": Shown(
        (
            *_OF_BOND, "title", "scene_date", "duration_minutes", "activities", "consent_details", "aftercare_provided",
            "created_by", "status", "notes", "aftercare_notes", "logged_at", *_SINCE,
        ),
        {"limit_keys": NAMED, **_ROW},
    ),
    "scene_confirmations": Shown(("scene_id", "bond_id", "user_id", "version", "created_at"), {"id": NUMBER}),
    "scene_debriefs": Shown((*_OF_BOND, "scene_id", "user_id", "text", "is_shared", *_SINCE), _ROW),
    "check_ins": Shown(
        (*_OF_BOND, "user_id", "status", "notes", "local_date", "timezone", *_SINCE), {"is_shared": BOOKS, **_ROW}
    ),
    "messages": Shown(
        (
            *_OF_BOND, "conversation_id", "role", "from_user_id", "to_user_id", "content", "read_at", "edited_at", "unsent_at",
            "partial", "status", *_SINCE,
        ),
        _OWN,
    ),
    "ai_message_attachments": Shown(
        (*_OF_BOND, "message_id", "user_id", "file_id", "place", "content_type", "bytes", "created_at")
    ),
    "user_achievements": Shown(
        (*_OF_BOND, "user_id", "achievement_id", "reached_at", "created_at"), {"is_shared": BOOKS}
    ),
    # Characters of an AI's.
    "kinksters": Shown(
        (
            "id", "name", "display_name", "role", "pronouns", "archetype", "bio", "backstory", "personality_traits", "top_kinks",
            "hard_limits", "soft_limits", "experience_level", "body_type", "height", "build", "hair_color", "hair_style",
            "eye_color", "skin_tone", "facial_hair", "age_range", "clothing_style", "favorite_colors", "fetish_wear", "aesthetic",
            "stats", "avatar_urls", "provider", "openai_model", "openai_instructions", "flowise_chatflow_id", "preset_id",
            "is_primary", "is_public", *_SINCE,
        ),
        {"system_key": "What an operator calls a character that is everybody's.", **_OWN},
    ),
    "kinkster_creation_sessions": Shown(("kinkster_id", "step", "draft", *_SINCE), {"id": NUMBER, **_OWN}),
    "conversations": Shown(
        ("id", "kinkster_id", "title", "provider", "last_message_at", *_SINCE),
        {
            "openai_previous_response_id": PROVIDER, "flowise_session_id": PROVIDER, "persona": PROVIDER,
            "context_from": BOOKS, **_OWN,
        },
    ),
    "image_generations": Shown(
        (
            "id", "kinkster_id", "subject", "status", "style", "prompt", "model", "file_id", "failed_reason", "cost_micros",
            "finished_at", *_SINCE,
        ),
        {"due_at": BOOKS, "leased_until": BOOKS, "attempts": BOOKS, "reserved_micros": BOOKS, **_OWN},
    ),
    "agent_sessions": Shown(
        (
            "id", "conversation_id", "kinkster_id", "message_id", "provider", "model", "outcome", "input_tokens", "output_tokens",
            "cost_micros", "ended_at", *_SINCE,
        ),
        {"reserved_micros": BOOKS, "alive_until": BOOKS, "stop_asked_at": BOOKS, **_OWN},
    ),
    "scene_compositions": Shown(("id", "scene_id", "title", "composition", "generation_id", *_SINCE), _OWN),
    "character_poses": Shown(
        ("id", "kinkster_id", "composition_id", "name", "pose", "generation_id", *_SINCE), _OWN
    ),
    # Notion.
    "notion_connections": Shown(
        ("id", "connected_by", "state", "workspace_id", "bot_id", "error", "created_at"),
        {"user_id": OWNER, "sealed": SECRET, "tries": BOOKS, "due_at": BOOKS},
    ),
    "notion_databases": Shown(
        (
            "id", "kind", "flows", "texts", "database_id", "data_source_id", "last_pull_at", "last_push_at", "error",
            "created_at",
        ),
        {
            "user_id": OWNER, "properties": BOOKS, "mark": BOOKS, "pulled_to": BOOKS, "pull_at": BOOKS, "whole_from": BOOKS,
            "whole_at": BOOKS, "looked": BOOKS,
        },
    ),
    "notion_pages": Shown(
        ("id", "kind", "entity_id", "page_id", "state", "error", "edited_at", "created_at"),
        {
            "user_id": OWNER, "base": "Keyed hashes of what was the same on both sides.", "refused": "Keyed hashes, as above.",
            "pushed": BOOKS, "seen_at": BOOKS, "look": BOOKS, "tries": BOOKS, "due_at": BOOKS,
        },
    ),
    "notion_conflicts": Shown(("id", "page", "kind", "fields", "theirs", "reason", *_SINCE), _OWN),
    "notion_runs": Shown(
        (
            "id", "kind", "state", "rows_in_all", "rows_done", "pages_seen", "pushed", "pulled", "error", "finished_at", *_SINCE,
        ),
        _OWN,
    ),
}  # fmt: skip
"""By table: what row security lets this caller read of it, their own rows and those of their bonds."""

NOT_SHOWN_OF_BONDS: dict[str, str] = {
    "bond_join_voices": "Who has said yes to a request is nobody's to know; how many have, a bond shows its members.",
    "bond_changes": "In which order rows of a bond came and went: it points to them and holds nothing.",
    "bond_replies": "How a repeated command is recognised: keyed hashes, kept for a month.",
    "bond_limit_answers": "How often you were told lately that a text touches a limit, kept for a day.",
    "ai_spending": "What AIs cost on a day: it is nobody's.",
    "ai_spending_of_people": (
        "What AIs cost you on a day, kept for a week: it is the sum of what stands with each answer and picture."
    ),
    "task_reminders": "Of which task you were reminded: what you were told stands in here.",
    "imported_rows": "Which row of another program became which one here: what became of it stands in here.",
    "imported_memberships": "That a file of another program asked you about a bond: your yes is a request, which stands in here.",
    "suspensions": "Since when nothing is asked of whom: it follows from pauses, and could tell whose.",
    "preset_config": "Characters to begin with, which are nobody's.",
    "notion_signals": "How often rows of yours changed since your Notion is connected: a number.",
    "notion_oauth_states": "That you went to Notion to connect it: hashes, for some minutes.",
    "notion_deliveries": "Which deliveries of Notion's were heard, for some days: nobody's.",
    "notion_handshakes": "With which words Notion introduced itself to whoever runs the server.",
    "achievements": "What there is to reach in bonds: it is nobody's.",
}
"""Tables of theirs of which nothing is shown, and why."""
