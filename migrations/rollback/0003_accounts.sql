-- Takes back 0003: the server's own accounts and books.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER anonymous_sessions_note_erased ON anonymous_sessions;
DROP TRIGGER users_note_erased ON users;
DROP FUNCTION app.note_erased_person();

DROP TABLE erased_people;
DROP TABLE key_store;
DROP TABLE job_runs;
DROP TABLE idempotency_keys;
DROP TABLE mail_outbox;
DROP TABLE login_attempts;
DROP TABLE one_time_tokens;
DROP TABLE logins;
DROP TABLE credentials;

RESET search_path;
RESET ROLE;
