-- Everything that a client's words can make larger has a bound, and the database refuses first.
--
-- Merging makes a small request into a large row: bounds are on what is stored, not on what is sent. The numbers are far above
-- what the program writes. Only preferences could grow over theirs before; such a row goes back to none, because every later
-- change of it would be refused. The other bounds hold for what is written from now on.

SET ROLE game_owner;

UPDATE users SET notification_preferences = '{}' WHERE octet_length(notification_preferences::text) > 4096;
UPDATE users SET demographics = '{}' WHERE octet_length(demographics::text) > 4096;

ALTER TABLE users
    ADD CONSTRAINT users_notification_preferences_bounded CHECK (octet_length(notification_preferences::text) <= 4096),
    ADD CONSTRAINT users_demographics_bounded CHECK (octet_length(demographics::text) <= 4096),
    ADD CONSTRAINT users_display_name_bounded CHECK (char_length(display_name) <= 256) NOT VALID,
    ADD CONSTRAINT users_email_bounded CHECK (char_length(email) <= 320) NOT VALID;

ALTER TABLE anonymous_sessions
    ADD CONSTRAINT anonymous_sessions_demographics_bounded CHECK (octet_length(demographics::text) <= 4096) NOT VALID,
    ADD CONSTRAINT anonymous_sessions_display_name_bounded CHECK (char_length(display_name) <= 256) NOT VALID,
    ADD CONSTRAINT anonymous_sessions_id_bounded CHECK (char_length(session_id) <= 128) NOT VALID,
    ADD CONSTRAINT anonymous_sessions_fingerprint_bounded CHECK (octet_length(device_fingerprint::text) <= 4096) NOT VALID;

ALTER TABLE survey_progress
    ADD CONSTRAINT survey_progress_answers_bounded CHECK (octet_length(answers::text) <= 65536) NOT VALID,
    ADD CONSTRAINT survey_progress_current_question_bounded CHECK (char_length(current_question) <= 64) NOT VALID;

ALTER TABLE survey_submissions
    ADD CONSTRAINT survey_submissions_payload_bounded CHECK (octet_length(payload_json::text) <= 262144) NOT VALID;

ALTER TABLE profiles
    ADD CONSTRAINT profiles_boundaries_bounded CHECK (octet_length(boundaries::text) <= 65536) NOT VALID,
    ADD CONSTRAINT profiles_anatomy_bounded CHECK (octet_length(anatomy::text) <= 4096) NOT VALID;

ALTER TABLE sessions
    ADD CONSTRAINT sessions_rules_bounded CHECK (octet_length(rules::text) <= 8192) NOT VALID,
    ADD CONSTRAINT sessions_partner_anonymous_name_bounded CHECK (char_length(partner_anonymous_name) <= 256) NOT VALID,
    ADD CONSTRAINT sessions_partner_anonymous_anatomy_bounded
        CHECK (octet_length(partner_anonymous_anatomy::text) <= 4096) NOT VALID;

ALTER TABLE session_seats
    ADD CONSTRAINT session_seats_display_name_bounded CHECK (char_length(display_name) <= 256) NOT VALID;

RESET ROLE;
