"""What an export shows of every table: which columns of a caller's own rows, and why each other is left out.

This is the one place where that is decided. What is read (`export.py`, `export_games.py`) takes its columns from here, and a test
holds it against the schema: a table or a column that is in neither list fails it.
"""

from storage.export_catalog_bonds import NOT_SHOWN_OF_BONDS, SHOWN_OF_BONDS
from storage.export_shown import BOOKS, KEPT_TWICE, NUMBER, OWNER, PARTNERS, SECRET, SERVICE, Shown

SHOWN: dict[str, Shown] = {
    "users": Shown(
        (
            "id", "email", "email_confirmed_at", "auth_provider", "display_name", "demographics", "adult_confirmed_at",
            "subscription_tier", "subscription_expires_at", "daily_activity_count", "daily_activity_reset_at",
            "profile_sharing_setting", "notification_preferences", "language", "profile_completed", "onboarding_completed",
            "last_login_at", "from_supabase", "created_at", "updated_at", "dynamic_role", "submission_state", "kink_identity",
            "bond_id", "time_zone", "bonds_onboarded",
        ),
        {"oauth_metadata": "Always empty: what another provider says of you is not kept."},
    ),
    "credentials": Shown(
        ("changed_at",),
        {
            "user_id": OWNER,
            "password_hash": SECRET,
            "failed_count": "Always 0: failures are counted by address, which is in here.",
            "failed_since": "Always empty, as above.",
        },
    ),
    "login_attempts": Shown(("failed_count", "failed_since"), {"address": SECRET}),
    "refused_mail": Shown(("refused_at",), {"address_hash": "The hash of your address."}),
    "anonymous_sessions": Shown(
        (
            "session_id", "display_name", "demographics", "profile_completed", "adult_confirmed_at", "daily_activity_count",
            "daily_activity_reset_at", "supabase_id", "created_at", "last_accessed_at",
        ),
        {
            "profile_id": KEPT_TWICE,
            "device_fingerprint": "Always empty: it is accepted and never kept.",
            "token_version": BOOKS,
            "token_used_at": BOOKS,
            "revoked_at": BOOKS,
        },
    ),
    "consent_ledger": Shown(
        ("chain", "number", "at", "kind", "detail"),
        {
            "person": KEPT_TWICE,
            "previous": "It binds an entry to the one before, which may be your partner's.",
            "hash": "It binds an entry to the one before, which may be your partner's.",
        },
    ),
    "consent_people": Shown(("person",), {"user_id": OWNER, "anonymous_session_id": OWNER}),
    "profiles": Shown(
        (
            "profile_version", "survey_version", "boundaries", "anatomy", "answered", "power_dynamic", "arousal_propensity",
            "domain_scores", "activities", "truth_topics", "activity_tags", "is_anonymous", "last_accessed_at", "created_at",
            "updated_at",
        ),
        {"id": NUMBER, "user_id": OWNER, "anonymous_session_id": OWNER, "submission_id": KEPT_TWICE},
    ),
    "survey_submissions": Shown(
        ("submission_id", "version", "survey_version", "payload_json", "created_at"),
        {
            "id": NUMBER,
            "respondent_id": OWNER,
            "name": "Always empty: it stands in the sealed payload.",
            "sex": "Always empty, as above.",
            "sexual_orientation": "Always empty, as above.",
            "survey_progress_id": NUMBER,
        },
    ),
    "survey_progress": Shown(
        (
            "survey_version", "status", "current_question", "completion_percentage", "answers", "started_at", "last_saved_at",
            "completed_at",
        ),
        {"id": NUMBER, "user_id": OWNER, "anonymous_session_id": OWNER},
    ),
    "partner_connections": Shown(
        (
            "id", "status", "recipient_email", "words", "claimed_at", "requester_accepted_at", "recipient_accepted_at",
            "recipient_user_id", "requester_user_id", "session_id", "expires_at", "created_at", "updated_at",
        ),
        {"connection_token": SECRET},
    ),
    "remembered_partners": Shown(
        ("partner_user_id", "partner_name", "partner_email", "last_played_at", "created_at"),
        {"id": NUMBER, "user_id": OWNER},
    ),
    "blocked_people": Shown(("blocked_user_id", "name", "created_at"), {"user_id": OWNER}),
    "couple_cards": Shown(("activity_id", "writer_id", "partner_id", "created_at", "approved_at")),
    "activities": Shown(
        (
            "type", "rating", "intensity", "language", "script", "tags", "approved", "hard_limit_keys", "power_role",
            "preference_keys", "domains", "intensity_modifiers", "requires_consent_negotiation", "audience_scope",
            "hard_boundaries", "required_bodyparts", "is_active", "archived_at", "updated_at",
        ),
        {
            "activity_id": KEPT_TWICE,
            "source": "Always user_submitted: the cards of the bank are nobody's.",
            "activity_uid": "Always empty for these.",
            "source_version": "Always empty for these.",
            "created_at": KEPT_TWICE,
        },
    ),
    "sessions": Shown(
        (
            "session_id", "status", "intimacy_level", "activity_type", "target_activities", "bank_ratio", "rules",
            "partner_anonymous_name", "partner_anonymous_anatomy", "skip_count", "truth_so_far", "dare_so_far", "current_step",
            "connection_confirmed_at", "created_at", "completed_at", "last_active_at",
        ),
        {
            "player_a_profile_id": PARTNERS,
            "player_b_profile_id": PARTNERS,
            "primary_user_id": PARTNERS,
            "primary_profile_id": PARTNERS,
            "partner_user_id": PARTNERS,
            "partner_profile_id": PARTNERS,
            "session_owner_user_id": PARTNERS,
            "rating": KEPT_TWICE,
            "epoch": BOOKS,
            "head": BOOKS,
            "limits_rev": "It moves when your partner's limits do.",
            "checked_rev": "It moves when your partner's limits do.",
            "at_limit": KEPT_TWICE,
        },
    ),
    "session_seats": Shown(
        ("seat", "display_name", "hosted", "asked_at", "joined_at"),
        {
            "session_id": KEPT_TWICE,
            "actor": OWNER,
            "user_id": OWNER,
            "anonymous_session_id": OWNER,
            "profile_id": NUMBER,
            "fence": BOOKS,
        },
    ),
    "session_links": Shown(
        ("words", "created_at", "expires_at", "used_at"),
        {"session_id": KEPT_TWICE, "token_hash": SECRET, "used_by": PARTNERS},
    ),
    "session_activities": Shown(
        ("seq", "activity_id", "type", "rating", "intensity", "script", "tags", "roles", "source", "created_at"),
        {
            "session_id": KEPT_TWICE,
            "template_id": KEPT_TWICE,
            "checks": "Why the server chose this card: it follows from both players' answers.",
        },
    ),
    "session_notes": Shown(
        ("session_id", "words", "created_at", "updated_at"),
        {"seat": KEPT_TWICE, "user_id": OWNER, "anonymous_session_id": OWNER, "key_id": BOOKS},
    ),
    "session_events": Shown(
        ("seq", "at", "event"),
        {
            "session_id": KEPT_TWICE,
            "type": KEPT_TWICE,
            "seat": "Said in the event where your phone was told it.",
            "cause": "What the server decided on: dice, and what your partner sent.",
        },
    ),
    "user_activity_history": Shown(
        (
            "id", "session_id", "turn", "activity_id", "activity_type", "presented_at", "was_skipped", "feedback_type",
            "feedback_executed", "theme_tags",
        ),
        {"user_id": OWNER, "anonymous_session_id": OWNER},
    ),
    "notifications": Shown(
        ("id", "kind", "link", "created_at", "read_at", "expires_at"),
        {"user_id": OWNER, "from_user_id": PARTNERS, "about": BOOKS, "version": BOOKS},
    ),
    "notification_outbox": Shown(
        ("kind", "device_id", "created_at", "due_at", "expires_at", "attempts", "outcome", "done_at"),
        {
            "id": NUMBER,
            "dedup_key": BOOKS,
            "user_id": OWNER,
            "from_user_id": PARTNERS,
            "connection_id": NUMBER,
            "session_id": KEPT_TWICE,
            "bond_id": KEPT_TWICE,
            "row_id": KEPT_TWICE,
            "version": BOOKS,
            "link": "It may hold a secret.",
        },
    ),
    "push_notification_tokens": Shown(
        ("id", "platform", "created_at", "updated_at"),
        {"user_id": OWNER, "device_token": SECRET, "login_id": BOOKS},
    ),
    "logins": Shown(
        ("id", "created_at", "last_used_at", "token_until", "expires_at", "ended_at", "issued_at", "used_at"),
        {"user_id": OWNER, "refresh_hash": SECRET, "earlier": SECRET, "generation": BOOKS},
    ),
    "one_time_tokens": Shown(
        ("purpose", "created_at", "expires_at", "used_at"), {"token_hash": SECRET, "user_id": OWNER}
    ),
    "mail_outbox": Shown(
        ("template", "language", "created_at", "expires_at", "attempts", "sent_at"),
        {
            "id": NUMBER,
            "recipient": "Your address.",
            "params": "What a mail says is sealed until it is sent, and then gone.",
            "next_attempt_at": BOOKS,
            "due_at": BOOKS,
            "failed_reason": "What a mail server said, for who runs this one.",
            "about": PARTNERS,
            "message_id": BOOKS,
        },
    ),
    "subscription_lines": Shown(
        (
            "platform", "transaction_id", "product_id", "tier", "state", "shared", "started_at", "expires_at", "grace_until",
            "environment", "renews", "amount", "currency", "acknowledged_at", "as_of", "read_at",
        ),
        {
            "line_id": SECRET,
            "user_id": OWNER,
            "reference": "What the store is asked by: a secret.",
            "retires": SECRET,
        },
    ),
    "retired_lines": Shown(("retired_at",), {"platform": KEPT_TWICE, "line_id": SECRET}),
    "subscription_transactions": Shown(
        (
            "platform", "platform_transaction_id", "product_id", "subscription_tier", "amount", "currency", "started_at",
            "expires_at", "auto_renew", "status", "created_at", "updated_at",
        ),
        {"id": NUMBER, "user_id": OWNER, "line_id": SECRET},
    ),
    "voided_transactions": Shown(("platform", "transaction_id", "voided_at"), {"line_id": SECRET}),
    **SHOWN_OF_BONDS,
}  # fmt: skip
"""By table. Of two people's rows (sessions, connections, cards) it is what this caller may see of them."""

NOT_SHOWN: dict[str, str] = {
    "files_to_delete": "Places in the object store that are being emptied; whose they were stands nowhere.",
    "supabase_erasures": "Who is still to be deleted at Supabase: people who were erased.",
    "compatibility_results": "How well two people fit is computed from both; from this your partner's answers could be, too.",
    "compatibility_readings": "What you are shown of it stands with each connection; the rest is your partner's.",
    "ai_generation_logs": "What a model was asked for a game of two: it follows from both players' limits and wishes.",
    "room_cards": "Which cards a model wrote for which game; those that came are in the games, the others were shown to nobody.",
    "card_budget": SERVICE,
    "session_replies": "How a phone's repeated message is recognised: hashes, for as long as the game is kept.",
    "idempotency_keys": "How a repeated request is recognised: keyed hashes and a sealed answer, kept for a day.",
    "sign_ups": "Accounts that nobody has confirmed yet; with the confirmation the row becomes the account.",
    "webhook_events": "What stores have told, without whom it is about; what it led to stands with the purchases.",
    "erased_people": "What is still to be deleted of people who were erased.",
    "survey_baseline": "Always empty.",
    "event_alarms": "When the server looks next whether to remind of a date.",
    "event_reminders": "Of which dates you were reminded already.",
    "task_pauses": "By how much a due date was moved because somebody paused: it stands in the due date.",
    "scene_prompts": "That you were asked how you are after a scene.",
    "backups": SERVICE,
    "bank_revision": SERVICE,
    "database_lineage": SERVICE,
    "job_runs": SERVICE,
    "key_store": SERVICE,
    "run_time_logins": SERVICE,
    "schema_migrations": SERVICE,
    "secret_keys": SERVICE,
    **NOT_SHOWN_OF_BONDS,
}
"""Tables of which nothing is shown, and why."""


def columns(table: str, alias: str) -> str:
    """The shown columns of a table as a list in SQL."""
    return ", ".join(f"{alias}.{name}" for name in SHOWN[table].columns)
