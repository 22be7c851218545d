-- Takes back 0024.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.broken_consents();
DROP TRIGGER session_events_note_consent ON session_events;
DROP FUNCTION app.note_room_consent();
DROP TRIGGER partner_connections_note_last_consent ON partner_connections;
DROP TRIGGER partner_connections_note_consent ON partner_connections;
DROP FUNCTION app.note_connection_consent();
DROP TRIGGER profiles_note_consent ON profiles;
DROP TRIGGER profiles_note_first_consent ON profiles;
DROP FUNCTION app.note_limits_consent();
DROP TRIGGER anonymous_sessions_note_consent ON anonymous_sessions;
DROP TRIGGER anonymous_sessions_note_first_consent ON anonymous_sessions;
DROP FUNCTION app.note_anonymous_consent();
DROP TRIGGER users_note_consent ON users;
DROP TRIGGER users_note_first_consent ON users;
DROP FUNCTION app.note_account_consent();
DROP FUNCTION app.consent_person(uuid, text);
DROP FUNCTION app.append_consent(text, text, uuid, jsonb);
DROP FUNCTION app.consent_hash(bytea, text, integer, timestamptz, text, uuid, jsonb);
DROP TABLE consent_ledger;
DROP TABLE consent_people;

RESET search_path;
RESET ROLE;
