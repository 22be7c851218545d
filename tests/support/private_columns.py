"""Every column of the database by what may stand in it, written by hand: a column that is in none of the three fails a test.

`secret`: hashes, and what is sealed; no readable word of anybody's. `personal`: about somebody; what they typed may stand in it.
`plain`: numbers, times and codes of the server; nothing that anybody typed.
"""

import msgspec


class Kinds(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a table, by what may stand in them."""

    secret: str = ""
    personal: str = ""
    plain: str = ""

    def of(self, column: str) -> str | None:
        """What kind of column that is; None where nobody has said."""
        return next((kind for kind in self.__struct_fields__ if column in getattr(self, kind).split()), None)

    def columns(self) -> list[str]:
        """All of them."""
        return " ".join(getattr(self, kind) for kind in self.__struct_fields__).split()


COLUMNS: dict[str, Kinds] = {
    "achievements": Kinds(plain="category code created_at id place threshold"),
    "activities": Kinds(
        personal="script tags",
        plain=(
            "activity_id activity_uid approved archived_at audience_scope created_at domains hard_boundaries "
            "hard_limit_keys intensity intensity_modifiers is_active language power_role preference_keys rating "
            "required_bodyparts requires_consent_negotiation source source_version type updated_at"
        ),
    ),
    "agent_sessions": Kinds(
        personal="conversation_id kinkster_id message_id user_id",
        plain=(
            "alive_until cost_micros created_at ended_at id input_tokens model outcome output_tokens provider reserved_micros "
            "stop_asked_at updated_at version"
        ),
    ),
    "ai_spending": Kinds(plain="day spent_micros"),
    "ai_spending_of_people": Kinds(personal="user_id", plain="day spent_micros"),
    "ai_generation_logs": Kinds(
        personal="prompt_text response_text session_id validation_failures",
        plain="activity_type created_at generation_time_ms id intimacy_level model_version was_approved",
    ),
    "ai_message_attachments": Kinds(
        personal="bond_id file_id message_id user_id",
        plain="bytes content_type created_at id place",
    ),
    "anonymous_sessions": Kinds(
        personal=(
            "adult_confirmed_at daily_activity_count demographics display_name last_accessed_at profile_completed "
            "session_id supabase_id"
        ),
        plain=(
            "created_at daily_activity_reset_at device_fingerprint profile_id revoked_at token_used_at "
            "token_version"
        ),
    ),
    "backups": Kinds(plain="bytes file_name finished_at id objects outcome place_name started_at"),
    "bank_revision": Kinds(plain="id revision"),
    "blocked_people": Kinds(personal="blocked_user_id name user_id", plain="created_at"),
    "calendar_events": Kinds(
        secret="description location title",
        personal=(
            "bond_id created_by end_date event_type exdates ical_uid recurrence_id rrule start_date task_id "
            "timezone"
        ),
        plain="all_day created_at id imported last_date reminder_minutes sequence updated_at version",
    ),
    "calendar_feeds": Kinds(secret="secret_hash", personal="bond_id user_id", plain="created_at id key_id titles"),
    "event_alarms": Kinds(personal="event_id", plain="next_at"),
    "event_reminders": Kinds(personal="event_id user_id", plain="sent_at starts_at"),
    "task_pauses": Kinds(personal="task_id", plain="ahead_s due_date"),
    "bond_activity_log": Kinds(personal="bond_id user_id action", plain="id created_at"),
    "bond_changes": Kinds(personal="bond_id by id", plain="seq table op at"),
    "bond_join_requests": Kinds(
        secret="message", personal="bond_id user_id status answered_at", plain="id expires_at created_at updated_at version"
    ),
    "bond_join_voices": Kinds(personal="request_id user_id", plain="created_at"),
    "imported_memberships": Kinds(
        personal="bond_id user_id status answered_at ratings messages points", plain="id created_at file_sha256"
    ),
    "imported_rows": Kinds(personal="user_id source_table source_id row_id", plain="created_at"),
    "bond_members": Kinds(
        secret="nickname safewords aftercare_needs",
        personal=(
            "bond_id user_id role_in_bond joined_at can_invite can_manage accepts_from read_receipts presence paused_at "
            "dissolve_vote_at read_through"
        ),
        plain="id created_at updated_at version",
    ),
    "bond_replies": Kinds(secret="mark body_hash", personal="user_id route row_id prompt", plain="version seq created_at"),
    "bond_settings": Kinds(
        personal="bond_id",
        plain=(
            "id auto_approve_members max_members invite_expires_after_days enable_points_system enable_rewards_system "
            "created_at updated_at version"
        ),
    ),
    "bonds": Kinds(
        secret="name description invite_code",
        personal="status created_by bond_type is_private founder_id invited_by dissolved_at",
        plain="id created_at updated_at invite_expires_at head version",
    ),
    "bond_limit_answers": Kinds(personal="bond_id user_id", plain="created_at id soft"),
    "boundaries": Kinds(
        secret="activity_name",
        personal="bond_id created_by is_hard_limit is_soft_limit keys my_rating partner_rating",
        plain="archived_at category created_at id updated_at version",
    ),
    "boundary_ratings": Kinds(
        personal="bond_id boundary_id rating shown user_id yes_at", plain="created_at id updated_at version"
    ),
    "card_budget": Kinds(plain="asked day"),
    "character_poses": Kinds(
        secret="name pose",
        personal="composition_id generation_id kinkster_id user_id",
        plain="created_at id updated_at version",
    ),
    "check_ins": Kinds(
        secret="notes",
        personal="bond_id local_date status timezone user_id",
        plain="created_at id is_shared updated_at version",
    ),
    "compatibility_readings": Kinds(personal="profile_a_id profile_b_id reading submission_a submission_b", plain="made_at"),
    "compatibility_results": Kinds(
        personal=(
            "activity_overlap compatibility_score details domain_similarity power_complement profile_a_id "
            "profile_b_id truth_overlap"
        ),
        plain="computed_at created_at id",
    ),
    "consent_ledger": Kinds(secret="hash previous", personal="at chain detail person", plain="kind number"),
    "consent_people": Kinds(personal="anonymous_session_id person user_id"),
    "contract_signatures": Kinds(
        secret="content_sha256 reason",
        personal="bond_id contract_id status user_id",
        plain="created_at id signed_at updated_at version",
    ),
    "contracts": Kinds(
        secret="content content_sha256 title",
        personal="bond_id created_by status",
        plain=(
            "created_at ended_at expires_at id line_id signed_at updated_at version version_number"
        ),
    ),
    "conversations": Kinds(
        secret="flowise_session_id openai_previous_response_id persona title",
        personal="kinkster_id user_id",
        plain="context_from created_at id last_message_at provider updated_at version",
    ),
    "couple_cards": Kinds(personal="approved_at partner_id writer_id", plain="activity_id created_at"),
    "credentials": Kinds(secret="password_hash", personal="user_id", plain="changed_at failed_count failed_since"),
    "database_lineage": Kinds(plain="lineage one restored since"),
    "erased_people": Kinds(secret="mailbox", personal="person rooms", plain="at"),
    "files": Kinds(
        personal="user_id",
        plain=(
            "attached_at bytes content_type created_at height id key_id place updated_at version width "
            "withdrawn_at"
        ),
    ),
    "files_to_delete": Kinds(personal="place", plain="attempts created_at due_at"),
    "idempotency_keys": Kinds(secret="body_hash caller key person response", plain="created_at route status"),
    "image_generations": Kinds(
        secret="prompt",
        personal="file_id kinkster_id user_id",
        plain=(
            "attempts cost_micros created_at due_at failed_reason finished_at id leased_until model reserved_micros status style "
            "subject updated_at version"
        ),
    ),
    "job_runs": Kinds(plain="last_done_at last_due_at last_finished_at last_outcome last_started_at name"),
    "journal_entries": Kinds(
        secret="content title",
        personal="bond_id entry_type is_shared tags user_id",
        plain="created_at id updated_at version",
    ),
    "key_store": Kinds(plain="held_until id known_since place store"),
    "kinkster_creation_sessions": Kinds(
        secret="draft",
        personal="kinkster_id user_id",
        plain="created_at id step updated_at version",
    ),
    "kinksters": Kinds(
        secret=(
            "aesthetic archetype backstory bio body_type build clothing_style display_name eye_color "
            "facial_hair favorite_colors fetish_wear hair_color hair_style hard_limits height name "
            "openai_instructions personality_traits pronouns skin_tone soft_limits top_kinks"
        ),
        personal=(
            "age_range avatar_urls experience_level flowise_chatflow_id openai_model role stats user_id"
        ),
        plain="created_at id is_primary is_public preset_id provider system_key updated_at version",
    ),
    "login_attempts": Kinds(secret="address", plain="failed_count failed_since"),
    "logins": Kinds(
        secret="earlier refresh_hash",
        personal="created_at id last_used_at user_id",
        plain="ended_at expires_at generation issued_at token_until used_at",
    ),
    "mail_outbox": Kinds(
        secret="params",
        personal="about recipient",
        plain="attempts created_at due_at expires_at failed_reason id language message_id next_attempt_at sent_at template",
    ),
    "messages": Kinds(
        secret="content",
        personal="bond_id conversation_id from_user_id read_at to_user_id user_id",
        plain="created_at edited_at id partial role status unsent_at updated_at version",
    ),
    "notification_outbox": Kinds(
        secret="link",
        personal="bond_id connection_id dedup_key from_user_id row_id session_id user_id",
        plain="attempts created_at device_id done_at due_at expires_at id kind outcome version",
    ),
    "notion_conflicts": Kinds(
        secret="theirs", personal="page user_id", plain="created_at fields id kind reason updated_at version"
    ),
    "notion_connections": Kinds(
        secret="sealed", personal="bot_id user_id workspace_id", plain="connected_by created_at due_at error id state tries"
    ),
    "notion_databases": Kinds(
        personal="data_source_id database_id looked properties pulled_to user_id",
        plain="created_at error flows id kind last_pull_at last_push_at mark pull_at texts whole_at whole_from",
    ),
    "notion_deliveries": Kinds(plain="id received_at"),
    "notion_handshakes": Kinds(secret="sealed", plain="id received_at"),
    "notion_oauth_states": Kinds(secret="browser_hash state_hash", personal="user_id", plain="expires_at"),
    "notion_pages": Kinds(
        secret="base refused",
        personal="entity_id page_id pushed user_id",
        plain="created_at due_at edited_at error id kind look seen_at state tries",
    ),
    "notion_runs": Kinds(
        personal="user_id",
        plain=(
            "created_at error finished_at id kind pages_seen pulled pushed rows_done rows_in_all state updated_at version"
        ),
    ),
    "notion_signals": Kinds(personal="user_id", plain="head"),
    "notifications": Kinds(
        personal="about from_user_id link user_id",
        plain="created_at expires_at id kind read_at version",
    ),
    "one_time_tokens": Kinds(secret="token_hash", personal="user_id", plain="created_at expires_at purpose used_at"),
    "partner_connections": Kinds(
        secret="connection_token",
        personal=(
            "claimed_at recipient_accepted_at recipient_email recipient_user_id requester_accepted_at "
            "requester_user_id session_id status words"
        ),
        plain="created_at expires_at id updated_at",
    ),
    "point_balances": Kinds(
        personal="balance bond_id user_id",
        plain="created_at id updated_at version",
    ),
    "points_ledger": Kinds(
        secret="reason",
        personal="bond_id created_by points reverses source_id user_id",
        plain="created_at id kind source_type updated_at version",
    ),
    "preset_config": Kinds(plain="active avatar_urls config created_at id name preset_key role stats"),
    "personal_limits": Kinds(
        secret="words", personal="bond_id boundary_id keys user_id", plain="created_at id updated_at version"
    ),
    "profiles": Kinds(
        personal=(
            "activities activity_tags anatomy anonymous_session_id answered arousal_propensity boundaries "
            "domain_scores power_dynamic submission_id truth_topics user_id"
        ),
        plain="created_at id is_anonymous last_accessed_at profile_version survey_version updated_at",
    ),
    "push_notification_tokens": Kinds(personal="device_token login_id user_id", plain="created_at id platform updated_at"),
    "refused_mail": Kinds(secret="address_hash", plain="refused_at"),
    "remembered_partners": Kinds(
        personal="last_played_at partner_email partner_name partner_user_id user_id",
        plain="created_at id",
    ),
    "resources": Kinds(
        secret="title url description",
        personal="user_id bond_id resource_type category tags shared_with_partner rating",
        plain="id created_at updated_at version",
    ),
    "retired_lines": Kinds(secret="line_id", plain="platform retired_at"),
    "rewards": Kinds(
        secret="description title",
        personal="assigned_by assigned_to bond_id limit_keys point_cost point_value",
        plain="created_at fulfilled_at id redeemed_at reward_type status updated_at version withdrawn_at",
    ),
    "room_cards": Kinds(personal="session_id", plain="activity_id created_at"),
    "rule_acknowledgements": Kinds(
        personal="bond_id rule_id user_id",
        plain="created_at declined id text_version updated_at version",
    ),
    "rules": Kinds(
        secret="description title",
        personal="assigned_to bond_id created_by limit_keys",
        plain=(
            "active created_at effective_from effective_until for_all id rule_type text_version "
            "updated_at version"
        ),
    ),
    "run_time_logins": Kinds(secret="sealed", plain="confirmed key_id kind login made_at"),
    "scene_compositions": Kinds(
        secret="composition title",
        personal="generation_id scene_id user_id",
        plain="created_at id updated_at version",
    ),
    "scene_confirmations": Kinds(personal="bond_id scene_id user_id", plain="created_at id version"),
    "scene_debriefs": Kinds(
        secret="text",
        personal="bond_id is_shared scene_id user_id",
        plain="created_at id updated_at version",
    ),
    "scene_prompts": Kinds(
        personal="scene_id user_id",
        plain="sent_at",
    ),
    "scenes": Kinds(
        secret="aftercare_notes consent_details notes title",
        personal=(
            "activities aftercare_provided bond_id created_by duration_minutes limit_keys logged_at scene_date status"
        ),
        plain="created_at id updated_at version",
    ),
    "schema_migrations": Kinds(plain="applied_at checksum name oldest_code version"),
    "secret_keys": Kinds(plain="key_id signs_since signs_until"),
    "session_activities": Kinds(
        personal="activity_id checks roles script tags",
        plain="created_at intensity rating seq session_id source template_id type",
    ),
    "session_events": Kinds(personal="cause event", plain="at seat seq session_id type"),
    "session_links": Kinds(secret="token_hash", personal="used_by words", plain="created_at expires_at session_id used_at"),
    "session_notes": Kinds(
        secret="words",
        personal="anonymous_session_id user_id",
        plain="created_at key_id seat session_id updated_at",
    ),
    "session_replies": Kinds(secret="body_hash", plain="at command_id seq session_id"),
    "session_seats": Kinds(
        personal="actor anonymous_session_id display_name profile_id user_id",
        plain="asked_at fence hosted joined_at seat session_id",
    ),
    "sessions": Kinds(
        secret="rules",
        personal=(
            "partner_anonymous_anatomy partner_anonymous_name partner_profile_id partner_user_id "
            "player_a_profile_id player_b_profile_id primary_profile_id primary_user_id session_owner_user_id"
        ),
        plain=(
            "activity_type at_limit bank_ratio checked_rev completed_at connection_confirmed_at created_at "
            "current_step dare_so_far epoch head intimacy_level last_active_at limits_rev rating session_id "
            "skip_count status target_activities truth_so_far"
        ),
    ),
    "sign_ups": Kinds(
        secret="password_hash token_hash",
        personal="adult_confirmed_at display_name email language",
        plain="expires_at",
    ),
    "submission_state_logs": Kinds(secret="reason", personal="user_id state", plain="id created_at"),
    "subscription_lines": Kinds(
        secret="line_id reference retires",
        personal="amount currency product_id state tier transaction_id user_id",
        plain="acknowledged_at as_of environment expires_at grace_until platform read_at renews shared started_at",
    ),
    "subscription_transactions": Kinds(
        secret="line_id",
        personal="amount currency platform_transaction_id product_id status subscription_tier user_id",
        plain="auto_renew created_at expires_at id platform started_at updated_at",
    ),
    "supabase_erasures": Kinds(secret="person_hash", personal="auth_id", plain="attempts due_at erased_at failed_reason"),
    "survey_baseline": Kinds(plain="id submission_id updated_at"),
    "survey_progress": Kinds(
        secret="answers",
        personal="anonymous_session_id completion_percentage current_question user_id",
        plain="completed_at id last_saved_at started_at status survey_version",
    ),
    "survey_submissions": Kinds(
        secret="payload_json",
        personal="name respondent_id sex sexual_orientation submission_id",
        plain="created_at id survey_progress_id survey_version version",
    ),
    "suspensions": Kinds(
        personal="bond_id user_id",
        plain="since",
    ),
    "task_proof": Kinds(
        secret="text",
        personal="bond_id file_id task_id user_id",
        plain="created_at id proof_type updated_at version",
    ),
    "task_reminders": Kinds(
        personal="task_id user_id",
        plain="due_date sent_at",
    ),
    "task_series": Kinds(
        secret="description title",
        personal="assigned_by assigned_to bond_id limit_keys point_value template_id time_zone",
        plain=(
            "all_day created_at day ended_at id local_time next_on priority proof_required proof_type "
            "recurring reminder_minutes updated_at version"
        ),
    ),
    "task_templates": Kinds(
        secret="description title",
        personal="bond_id created_by point_value",
        plain=(
            "all_day created_at id priority proof_required proof_type recurring reminder_minutes "
            "updated_at version"
        ),
    ),
    "tasks": Kinds(
        secret="description extension_reason notes revise_reason title",
        personal="approved_by assigned_by assigned_to bond_id limit_keys point_value series_id template_id",
        plain=(
            "all_day approved_at cancelled_at completed_at created_at due_date extension_requested "
            "extension_until id occurs_on priority proof_required proof_type recurring reminder_minutes "
            "started_at status updated_at version"
        ),
    ),
    "user_achievements": Kinds(
        personal="achievement_id bond_id reached_at user_id",
        plain="created_at id is_shared",
    ),
    "user_activity_history": Kinds(
        personal=(
            "activity_id activity_type anonymous_session_id feedback_executed feedback_type presented_at "
            "session_id theme_tags user_id was_skipped"
        ),
        plain="id turn",
    ),
    "users": Kinds(
        secret="kink_identity",
        personal=(
            "dynamic_role submission_state bond_id time_zone bonds_onboarded "
            "adult_confirmed_at daily_activity_count demographics display_name email email_confirmed_at id "
            "language last_login_at notification_preferences onboarding_completed profile_completed "
            "profile_sharing_setting subscription_expires_at subscription_tier"
        ),
        plain="auth_provider created_at daily_activity_reset_at from_supabase oauth_metadata updated_at",
    ),
    "voided_transactions": Kinds(secret="line_id", personal="transaction_id", plain="platform voided_at"),
    "webhook_events": Kinds(
        secret="reference",
        plain="attempts event_id id kind next_attempt_at occurred_at processed_at provider received_at",
    ),
}  # fmt: skip

TYPED = {
    "activities.script", "ai_generation_logs.response_text", "anonymous_sessions.demographics",
    "anonymous_sessions.display_name", "blocked_people.name", "partner_connections.recipient_email",
    "push_notification_tokens.device_token", "remembered_partners.partner_email", "remembered_partners.partner_name",
    "session_activities.script", "session_events.event", "session_seats.display_name", "sessions.partner_anonymous_name",
    "users.demographics", "users.display_name", "users.email", "users.notification_preferences",
}  # fmt: skip
"""Columns in which something that somebody typed stands readable after an evening: where it has to be for the program to work."""

OPENED = {
    "users.kink_identity",
    "session_notes.words",
    "survey_progress.answers",
    "survey_submissions.payload_json",
    "sessions.rules",
}
"""Secret columns that an export shows: opened with the person's own key."""
