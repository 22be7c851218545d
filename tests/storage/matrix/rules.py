"""What is right, table by table: written down by hand, and never read from a policy or a grant.

The commands are letters: S(elect), I(nsert), U(pdate), D(elete). Of people and anonymous players only the rows count that the
world (world.py) says are theirs to see, change or enter; the service has every row. What is not named nobody may.
"""

import msgspec


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Who may do what with one table.

    `people` and `anonymous` are what is granted, beyond the columns in `writes` (of their rows) and without those in `hidden`;
    `service_hidden` are columns that the service, too, may write and not read.
    `*_would` is what the policies would let them do with rows of their own, were it granted too: the second line.
    `goes` is the condition of the rows that can be deleted at all, `service_takes` of those that the service may delete.
    `locked` are commands that a trigger refuses for every row to everybody, the owner included; `always_locked` also where there
    is no row. `owned_by` are columns that say whose a row is.
    """

    service: str = ""
    people: str = ""
    anonymous: str = ""
    people_would: str = ""
    anonymous_would: str = ""
    hidden: frozenset[str] = frozenset()
    service_hidden: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    owned_by: tuple[str, ...] = ()
    goes: str = "true"
    service_takes: str = "true"
    locked: str = ""
    always_locked: str = ""


OF_A_USER = ("user_id",)
OF_EITHER = ("user_id", "anonymous_session_id")

RULES: dict[str, Rule] = {
    # What people read of their own.
    "users": Rule(
        service="SIUD", people="S", people_would="IU", owned_by=("id",),
        writes=frozenset({"display_name", "demographics", "profile_sharing_setting", "notification_preferences", "language"}),
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
    "survey_baseline": Rule(),
    "voided_transactions": Rule(service="SI"),
    "webhook_events": Rule(service="SIUD"),
}  # fmt: skip

SEQUENCES: frozenset[str] = frozenset({
    "activities_activity_id_seq", "ai_generation_logs_id_seq", "compatibility_results_id_seq", "mail_outbox_id_seq",
    "notification_outbox_id_seq", "notifications_id_seq", "partner_connections_id_seq", "profiles_id_seq",
    "push_notification_tokens_id_seq", "remembered_partners_id_seq", "subscription_transactions_id_seq",
    "survey_progress_id_seq", "survey_submissions_id_seq", "user_activity_history_id_seq", "webhook_events_id_seq",
})  # fmt: skip
"""Those that the service counts with; no client counts with any."""

SEQUENCES_OF_NOBODY: frozenset[str] = frozenset({"survey_baseline_id_seq"})

WHERE_TO_WRITE = {
    "table": "say in RULES of tests/storage/matrix/rules.py who may do what, and put rows into the world (world.py beside it)",
    "sequence": "say in SEQUENCES of tests/storage/matrix/rules.py who counts with it",
    "function": "say in CALLS of tests/storage/matrix/calls.py who may call it and how it is called",
}
