-- Back to before 0012. Old logins stay; what was counted, kept for retries or noted in the new way is forgotten.

SET ROLE game_owner;
SET search_path = public;

DO $vacuum$
DECLARE
    private text;
BEGIN
    FOREACH private IN ARRAY ARRAY[
        'survey_submissions', 'survey_progress', 'credentials', 'one_time_tokens', 'partner_connections', 'remembered_partners',
        'push_notification_tokens', 'mail_outbox', 'idempotency_keys', 'erased_people', 'session_links', 'users', 'profiles',
        'anonymous_sessions', 'logins', 'sessions', 'session_seats', 'user_activity_history', 'compatibility_results',
        'subscription_transactions', 'ai_generation_logs'
    ] LOOP
        EXECUTE format('ALTER TABLE %I RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)', private);
    END LOOP;
END
$vacuum$;

DROP FUNCTION app.has_sealed(uuid, text);

CREATE OR REPLACE FUNCTION app.forget_anonymous_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM profiles WHERE anonymous_session_id = OLD.session_id;
    DELETE FROM survey_progress WHERE anonymous_session_id = OLD.session_id;
    DELETE FROM user_activity_history WHERE anonymous_session_id = OLD.session_id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION app.delete_deserted_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM sessions s
    WHERE s.session_id = NEW.session_id
      AND NOT EXISTS (
        SELECT FROM session_seats seats
        WHERE seats.session_id = NEW.session_id AND num_nonnulls(seats.user_id, seats.anonymous_session_id) > 0
      );
    RETURN NULL;
END
$$;
DROP FUNCTION app.known_rules(jsonb);

CREATE OR REPLACE FUNCTION app.empty_seat_of_erased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.actor := 'former';
    NEW.display_name := NULL;
    RETURN NEW;
END
$$;

DROP INDEX idx_session_seats_actor;
DROP TRIGGER users_note_erased ON users;
DROP TRIGGER anonymous_sessions_note_erased ON anonymous_sessions;
CREATE OR REPLACE FUNCTION app.note_erased_person() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO erased_people (person)
    VALUES (CASE TG_TABLE_NAME WHEN 'users' THEN 'user:' || (to_jsonb(OLD) ->> 'id')
                               ELSE 'anon:' || (to_jsonb(OLD) ->> 'session_id') END)
    ON CONFLICT (person) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_note_erased AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.note_erased_person();
CREATE TRIGGER anonymous_sessions_note_erased AFTER DELETE ON anonymous_sessions
    FOR EACH ROW EXECUTE FUNCTION app.note_erased_person();
DROP POLICY "The service may update" ON erased_people;
REVOKE UPDATE ON erased_people FROM game_service;
ALTER TABLE erased_people DROP COLUMN rooms, DROP COLUMN mailbox;

DROP TABLE key_store;
ALTER TABLE mail_outbox DROP COLUMN about;
ALTER TABLE anonymous_sessions DROP COLUMN token_used_at;

DELETE FROM idempotency_keys;
DROP INDEX idx_idempotency_keys_person;
ALTER TABLE idempotency_keys DROP COLUMN person;

DROP TABLE login_attempts;
ALTER TABLE logins DROP COLUMN generation, DROP COLUMN issued_at, DROP COLUMN used_at, DROP COLUMN earlier;

RESET search_path;
RESET ROLE;
