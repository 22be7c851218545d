-- Takes back 0036, with everything that was written there.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    ) OR EXISTS (SELECT FROM users u WHERE u.id = owner_user AND u.kink_identity IS NOT NULL)
      OR EXISTS (SELECT FROM resources r WHERE r.user_id = owner_user)
      OR EXISTS (SELECT FROM bond_join_requests r WHERE r.user_id = owner_user AND r.message IS NOT NULL)
      OR EXISTS (SELECT FROM submission_state_logs l WHERE l.user_id = owner_user AND l.reason IS NOT NULL)
      OR EXISTS (SELECT FROM personal_limits l WHERE l.user_id = owner_user AND l.words <> '{}')
$$;

DROP TRIGGER users_leave_words ON users;
DROP TRIGGER end_words ON bonds;
DROP TRIGGER end_words ON bond_members;
DROP FUNCTION app.give_up_bonds(text[]), app.give_up_words(text[]), app.some_keys_of_words(), app.has_sealed_words(uuid),
    app.forget_words_of_erased(), app.end_words_of_bond(), app.end_words(), app.leave_scenes(uuid, uuid), app.take_words_home(uuid, uuid),
    app.without_person(jsonb, uuid);
DROP TABLE user_achievements, achievements, character_poses, scene_compositions, agent_sessions, image_generations,
    ai_message_attachments, messages, conversations, kinkster_creation_sessions, kinksters, preset_config, check_ins, scene_debriefs,
    scene_confirmations, scenes, contract_signatures, contracts, calendar_feeds, calendar_events, journal_entries, files;
DROP FUNCTION app.note_contract_consent(), app.note_signature_consent(), app.empty_message(), app.keep_message(),
    app.keep_check_in(), app.share_with_its_bond(), app.keep_signature(), app.keep_contract();
DROP TYPE generation_status_enum, age_range_enum, experience_level_enum, kinkster_provider_enum, message_role_enum,
    check_in_status_enum, scene_status_enum, signature_status_enum, contract_status_enum, calendar_event_type_enum,
    journal_entry_type_enum;

RESET search_path;
RESET ROLE;
