-- Back to before 0006: no partner's view of a profile, no compatibility by pair, no note of who was erased.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER anonymous_sessions_note_erased ON anonymous_sessions;
DROP TRIGGER users_note_erased ON users;
DROP FUNCTION app.note_erased_person();
DROP TABLE erased_people;
DROP INDEX idx_survey_progress_open;
DROP FUNCTION app.abandon_old_surveys(integer);
DROP FUNCTION app.partner_compatibility(uuid);
DROP FUNCTION app.partner_profile(uuid);
DROP FUNCTION app.yeses(jsonb);
DROP FUNCTION app.common_items(jsonb, jsonb);
DROP FUNCTION app.shown_of(compatibility_results, uuid, uuid);
DROP FUNCTION app.played_since(uuid, uuid, timestamptz);
DROP FUNCTION app.is_connected(uuid);
DROP TRIGGER partner_connections_delete_compatibility ON partner_connections;
DROP FUNCTION app.delete_compatibility_of_pair();
ALTER TABLE compatibility_results DROP COLUMN computed_at, DROP CONSTRAINT compatibility_results_one_a_pair;

RESET search_path;
RESET ROLE;
