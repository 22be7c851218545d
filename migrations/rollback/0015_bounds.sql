-- Back to before 0015: rows may grow again.

SET ROLE game_owner;

ALTER TABLE users
    DROP CONSTRAINT users_notification_preferences_bounded,
    DROP CONSTRAINT users_demographics_bounded,
    DROP CONSTRAINT users_display_name_bounded,
    DROP CONSTRAINT users_email_bounded;

ALTER TABLE anonymous_sessions
    DROP CONSTRAINT anonymous_sessions_demographics_bounded,
    DROP CONSTRAINT anonymous_sessions_display_name_bounded,
    DROP CONSTRAINT anonymous_sessions_id_bounded,
    DROP CONSTRAINT anonymous_sessions_fingerprint_bounded;

ALTER TABLE survey_progress
    DROP CONSTRAINT survey_progress_answers_bounded,
    DROP CONSTRAINT survey_progress_current_question_bounded;

ALTER TABLE survey_submissions DROP CONSTRAINT survey_submissions_payload_bounded;

ALTER TABLE profiles
    DROP CONSTRAINT profiles_boundaries_bounded,
    DROP CONSTRAINT profiles_anatomy_bounded;

ALTER TABLE sessions
    DROP CONSTRAINT sessions_rules_bounded,
    DROP CONSTRAINT sessions_partner_anonymous_name_bounded,
    DROP CONSTRAINT sessions_partner_anonymous_anatomy_bounded;

ALTER TABLE session_seats DROP CONSTRAINT session_seats_display_name_bounded;

RESET ROLE;
