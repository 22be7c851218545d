"""What is right, table by table: written down by hand, and never read from a policy or a grant.

The commands are letters: S(elect), I(nsert), U(pdate), D(elete). Of people and anonymous players only the rows count that the
world (world.py) says are theirs to see, change or enter; so of members' commands (bonds.py). The service has every row.
What is not named nobody may.
"""

from msgspec.structs import replace

from tests.storage.matrix.audiences import Audience, Own, Shared
from tests.storage.matrix.rule import Rule

OF_A_USER = ("user_id",)
OF_EITHER = ("user_id", "anonymous_session_id")
OF_A_MEMBER = frozenset(
    {"dynamic_role", "submission_state", "bond_id", "kink_identity", "time_zone", "bonds_onboarded"}
)
"""What somebody says of themselves to their bonds, in `users`."""

OF_ONESELF = frozenset({"accepts_from", "read_receipts", "presence", "read_through"})
"""What a member sets and the others do not read."""

STATS = dict.fromkeys(("dominance", "submission", "charisma", "stamina", "creativity", "control"), 10)

BOND_TABLES: dict[str, Audience] = {
    "bond_settings": Shared(
        edits="auto_approve_members max_members invite_expires_after_days enable_points_system enable_rewards_system",
        service="S",
    ),
    "resources": Own(
        commands="ID", edits="title url resource_type category description tags shared_with_partner rating",
        shared_by="shared_with_partner", service="S",
    ),
    "submission_state_logs": Own(commands="I", service="SD"),
    # Limits.
    "boundaries": Shared(commands="I", edits="activity_name category keys archived_at", service="S", guarded=True),
    "boundary_ratings": Own(commands="I", edits="rating shown yes_at", service="S", once=True, guarded=True),
    "personal_limits": Own(commands="ID", free="ID", service="S", guarded=True),
    "bond_limit_answers": Own(commands="ID", free="D"),
    # What is asked of somebody.
    "task_templates": Shared(
        commands="ID", guarded=True,
        edits="title description priority point_value proof_required proof_type recurring reminder_minutes all_day",
    ),
    "task_series": Shared(
        commands="I", author="assigned_by", service="SU", guarded=True,
        edits="title description priority point_value proof_required proof_type reminder_minutes all_day limit_keys"
        " assigned_to ended_at",
    ),
    "tasks": Shared(
        commands="ID", author="assigned_by", service="SI", guarded=True,
        edits="title description status priority due_date assigned_to point_value proof_required proof_type reminder_minutes"
        " all_day extension_requested extension_reason extension_until revise_reason notes limit_keys",
    ),
    "task_proof": Shared(commands="ID", author="user_id", since=True, guarded=True),
    "rules": Shared(
        commands="ID", edits="title description rule_type active effective_from effective_until limit_keys", guarded=True
    ),
    "rule_acknowledgements": Shared(commands="I", author="user_id", edits="text_version declined", guarded=True),
    "rewards": Shared(
        commands="ID", author="assigned_by", edits="title description reward_type point_cost status limit_keys", guarded=True
    ),
    "points_ledger": Shared(since=True),
    "point_balances": Shared(author=""),
    # Words, and what is planned and signed.
    "files": Own(commands="ID", edits="attached_at withdrawn_at", service="SD", values={"content_type": "image/jpeg"}),
    "journal_entries": Own(
        commands="ID", edits="title content entry_type tags is_shared", shared_by="is_shared", since=True
    ),
    "calendar_events": Shared(
        commands="ID", home=True, service="S", guarded=True,
        edits="title event_type start_date end_date recurrence_id description location timezone all_day rrule exdates sequence"
        " reminder_minutes last_date",
    ),
    "calendar_feeds": Own(commands="ID", hidden="secret_hash key_id", once=True),
    "contracts": Shared(
        commands="ID", edits="title content status signed_at expires_at content_sha256 ended_at", since=True, guarded=True,
        dropped_by_author=True, service="S",
    ),
    "contract_signatures": Shared(
        commands="ID", author="", edits="status content_sha256 reason signed_at", since=True, guarded=True
    ),
    "scenes": Shared(
        commands="ID", since=True, service="S", guarded=True,
        edits="title scene_date duration_minutes activities consent_details aftercare_provided status notes aftercare_notes"
        " logged_at limit_keys",
    ),
    "scene_confirmations": Shared(commands="ID", author="user_id", since=True, blind=True, guarded=True),
    "scene_debriefs": Own(commands="ID", edits="text is_shared", shared_by="is_shared", since=True),
    "check_ins": Own(
        commands="I", edits="status notes timezone", shared_by="is_shared", always=True, since=True, guarded=True
    ),
    "user_achievements": Own(commands="I", shared_by="is_shared", always=True, once=True),
    # Characters of an AI's.
    "kinksters": Own(
        commands="ID", values={"stats": STATS},
        edits="name display_name role pronouns archetype bio backstory personality_traits top_kinks hard_limits soft_limits"
        " experience_level body_type height build hair_color hair_style eye_color skin_tone facial_hair age_range clothing_style"
        " favorite_colors fetish_wear aesthetic stats avatar_urls provider openai_model openai_instructions flowise_chatflow_id"
        " preset_id is_primary is_public",
    ),
    "kinkster_creation_sessions": Own(commands="ID", edits="kinkster_id step draft"),
    "conversations": Own(
        commands="ID",
        edits="title provider openai_previous_response_id last_message_at persona context_from flowise_session_id",
    ),
    "image_generations": Own(
        commands="ID", service="SU", guarded=True,
        edits="status file_id failed_reason cost_micros finished_at leased_until due_at",
    ),
    "agent_sessions": Own(
        commands="I",
        edits="model outcome input_tokens output_tokens cost_micros ended_at message_id reserved_micros alive_until"
        " stop_asked_at",
    ),
    "scene_compositions": Own(commands="ID", edits="title composition generation_id"),
    "character_poses": Own(commands="ID", edits="composition_id name pose generation_id"),
    # Notion: read by their owner, written by the server.
    "notion_connections": Own(service="SIUD", hidden="sealed", values={"connected_by": "token"}),
    "notion_databases": Own(service="SIUD", values={"kind": "tasks"}),
    "notion_pages": Own(service="SIUD", values={"kind": "tasks", "page_id": "a page"}),
    "notion_conflicts": Own(service="SIUD", values={"kind": "tasks"}),
    "notion_runs": Own(service="SIUD", values={"kind": "tasks"}),
}  # fmt: skip
"""Those of bonds that are of one of the two audiences, in the order in which their rows are made."""

RULES: dict[str, Rule] = {
    # What people read of their own.
    "users": Rule(
        service="SIUD", people="S", people_would="IU", owned_by=("id",), singly=True,
        writes=frozenset({"display_name", "demographics", "profile_sharing_setting", "notification_preferences", "language"}),
        members="S", members_would="U", members_write=OF_A_MEMBER,
        members_read=OF_A_MEMBER | {"id", "display_name", "adult_confirmed_at"},
    ),
    "anonymous_sessions": Rule(service="SIUD", anonymous="S", anonymous_would="IU", owned_by=("session_id",)),
    "profiles": Rule(
        service="SIUD", people="S", people_would="IU", anonymous="S", anonymous_would="IU", owned_by=OF_EITHER, goes="id <> 0"
    ),
    "survey_progress": Rule(
        service="SIUD", people="S", people_would="IU", anonymous="S", anonymous_would="IU", owned_by=OF_EITHER
    ),
    "survey_submissions": Rule(
        service="SIUD", people_would="SI", anonymous_would="S", owned_by=("respondent_id",),
        goes="submission_id NOT IN (SELECT p.submission_id FROM public.profiles p)",
    ),
    "partner_connections": Rule(
        service="SIU", people="S", people_would="I", hidden=frozenset({"connection_token"}), owned_by=("requester_user_id",)
    ),
    "remembered_partners": Rule(service="SIUD", people="S", people_would="D", owned_by=OF_A_USER),
    "blocked_people": Rule(service="SID", people="S", owned_by=OF_A_USER),
    "couple_cards": Rule(service="SIUD", people="S", owned_by=("writer_id",)),
    "push_notification_tokens": Rule(
        service="SIUD", people="S", people_would="IUD", owned_by=OF_A_USER, hidden=frozenset({"device_token", "login_id"})
    ),
    "notifications": Rule(
        service="SIUD", people="S", people_would="U", owned_by=OF_A_USER, writes=frozenset({"read_at"}),
        hidden=frozenset({"from_user_id", "about", "version"}),
    ),
    "subscription_transactions": Rule(service="SIU", people="S", owned_by=OF_A_USER),
    # What is seen by who takes part.
    "sessions": Rule(
        service="SIUD", people="S", people_would="IU", anonymous="S", owned_by=("session_owner_user_id",),
        hidden=frozenset({"limits_rev", "checked_rev", "at_limit"}),
    ),
    "session_seats": Rule(
        service="SIU", people="S", anonymous="S", owned_by=OF_EITHER, hidden=frozenset({"fence"})
    ),
    "session_activities": Rule(service="SIUD", people="S", anonymous="S", hidden=frozenset({"checks"})),
    "session_notes": Rule(
        service="SIUD", people="S", anonymous="S", owned_by=OF_EITHER, service_hidden=frozenset({"words"})
    ),
    "user_activity_history": Rule(service="SIUD", people="S", people_would="IU", anonymous="S", owned_by=OF_EITHER),
    # The bank, and beside it what couples wrote for themselves and an AI for one room.
    "activities": Rule(service="SIUD", people="S", anonymous="S", service_takes="source = 'user_submitted'"),
    # The server's own: no client reads or writes any of it, also were it granted.
    "ai_generation_logs": Rule(service="SID"),
    "backups": Rule(service="S"),
    "bank_revision": Rule(service="SU"),
    "card_budget": Rule(service="SIUD"),
    "compatibility_readings": Rule(service="SIU"),
    "compatibility_results": Rule(service="SIUD"),
    "consent_ledger": Rule(service="S", locked="UD"),
    "consent_people": Rule(service="S", owned_by=OF_A_USER),
    "credentials": Rule(service="SIU", owned_by=OF_A_USER),
    "database_lineage": Rule(service="SU"),
    "erased_people": Rule(service="SIUD"),
    "idempotency_keys": Rule(service="SIUD"),
    "job_runs": Rule(service="SIU"),
    "key_store": Rule(service="SIU"),
    "login_attempts": Rule(service="SIUD"),
    "logins": Rule(service="SIUD", owned_by=OF_A_USER),
    "mail_outbox": Rule(service="SIUD"),
    "notification_outbox": Rule(service="SIUD", owned_by=OF_A_USER),
    "one_time_tokens": Rule(service="SIUD", owned_by=OF_A_USER),
    "refused_mail": Rule(service="SID"),
    "retired_lines": Rule(service="SI"),
    "room_cards": Rule(service="SI"),
    "run_time_logins": Rule(),
    "schema_migrations": Rule(service="S"),
    "secret_keys": Rule(service="SIU"),
    "session_events": Rule(service="SI", always_locked="U"),
    "session_links": Rule(service="SIU"),
    "session_replies": Rule(service="SI"),
    "sign_ups": Rule(service="SID"),
    "subscription_lines": Rule(service="SIU", owned_by=OF_A_USER),
    "supabase_erasures": Rule(service="SIUD"),
    "files_to_delete": Rule(service="SIUD"),
    "ai_spending": Rule(),
    "ai_spending_of_people": Rule(owned_by=OF_A_USER),
    "survey_baseline": Rule(),
    "voided_transactions": Rule(service="SI"),
    "webhook_events": Rule(service="SIUD"),
    "notion_signals": Rule(service="SID", owned_by=OF_A_USER),
    "notion_oauth_states": Rule(service="SID", owned_by=OF_A_USER),
    "notion_deliveries": Rule(service="SID"),
    "notion_handshakes": Rule(service="SID"),
    # Bonds: what the two audiences do not say.
    "bonds": Rule(
        service="S", people="S", members="S", members_would="U", hidden=frozenset({"invite_code", "invited_by"}),
        members_write=frozenset({"name", "description", "is_private"}),
    ),
    "bond_members": Rule(
        service="S", people="S", members="S", members_would="U", hidden=OF_ONESELF | {"paused_at", "dissolve_vote_at"},
        members_write=OF_ONESELF | {
            "role_in_bond", "nickname", "safewords", "aftercare_needs", "can_invite", "can_manage"
        },
    ),
    "bond_activity_log": Rule(people="S", members="SI"),
    "bond_changes": Rule(service="SD", people="S", members="S"),
    "bond_replies": Rule(
        service="SD",
        members="SI",
        members_would="U",
        members_write=frozenset({"row_id", "version", "prompt", "seq"}),
        owned_by=OF_A_USER,
    ),
    "bond_join_requests": Rule(service="SD", people="S", members="S", owned_by=OF_A_USER),
    "bond_join_voices": Rule(service="S", owned_by=OF_A_USER),
    "imported_memberships": Rule(service="S", owned_by=OF_A_USER),
    "imported_rows": Rule(service="S", owned_by=OF_A_USER),
    "suspensions": Rule(owned_by=OF_A_USER),
    "task_reminders": Rule(service="SI", owned_by=OF_A_USER),
    "task_pauses": Rule(),
    "event_alarms": Rule(service="SUD"),
    "event_reminders": Rule(service="SID", owned_by=OF_A_USER),
    "scene_prompts": Rule(service="SI", owned_by=OF_A_USER),
    "messages": Rule(
        people="S", members="SID", members_would="U", guarded=True,
        members_write=frozenset({"content", "read_at", "edited_at", "unsent_at", "partial", "status"}),
    ),
    "ai_message_attachments": Rule(people="S", members="SI", guarded=True),
    "preset_config": Rule(service="SIU", people="S", members="S"),
    "achievements": Rule(people="S", members="S"),
    **{name: audience.rule() for name, audience in BOND_TABLES.items()},
}  # fmt: skip

RULES["personal_limits"] = replace(RULES["personal_limits"], service_would="U", service_writes=frozenset({"words"}))
RULES["bond_limit_answers"] = replace(RULES["bond_limit_answers"], people="")

SEQUENCES: frozenset[str] = frozenset({
    "activities_activity_id_seq", "ai_generation_logs_id_seq", "compatibility_results_id_seq", "mail_outbox_id_seq",
    "notification_outbox_id_seq", "notifications_id_seq", "partner_connections_id_seq", "profiles_id_seq",
    "push_notification_tokens_id_seq", "remembered_partners_id_seq", "subscription_transactions_id_seq",
    "survey_progress_id_seq", "survey_submissions_id_seq", "user_activity_history_id_seq", "webhook_events_id_seq",
})  # fmt: skip
"""Those that the service counts with; no client counts with any."""

SEQUENCES_OF_NOBODY: frozenset[str] = frozenset({"survey_baseline_id_seq"})

WHERE_TO_WRITE = {
    "table": "say in RULES of tests/storage/matrix/rules.py who may do what, and put rows into the world (world.py beside it);"
    " a table of bonds that app.share_in_bond or app.keep_own closes is a line of BOND_TABLES there, and has its rows of itself",
    "sequence": "say in SEQUENCES of tests/storage/matrix/rules.py who counts with it",
    "function": "say in CALLS of tests/storage/matrix/calls.py who may call it and how it is called",
}
