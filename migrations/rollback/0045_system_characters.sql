-- Takes back 0045: system characters go, and presets are written by nobody.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.some_keys_of_words() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    (SELECT content ->> 'key_id' FROM journal_entries ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM calendar_events ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM contracts ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM scenes ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT text ->> 'key_id' FROM scene_debriefs ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT notes ->> 'key_id' FROM check_ins WHERE notes IS NOT NULL ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT key_id FROM files ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT name ->> 'key_id' FROM kinksters ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM messages WHERE content IS NOT NULL ORDER BY created_at DESC LIMIT 100)
$$;

DROP POLICY "The service may select" ON preset_config;
DROP POLICY "The service may insert" ON preset_config;
DROP POLICY "The service may update" ON preset_config;
REVOKE SELECT, INSERT, UPDATE ON preset_config FROM game_service;

DROP FUNCTION app.put_system_character(text, jsonb), app.system_characters(), app.drop_system_character(text);
DELETE FROM kinksters WHERE user_id IS NULL;
DROP POLICY "Everybody signed in can SELECT system characters" ON kinksters;
DROP INDEX idx_kinksters_system;
ALTER TABLE kinksters
    DROP CONSTRAINT kinksters_system_key_bounded,
    DROP CONSTRAINT kinksters_primary_of_somebody,
    DROP CONSTRAINT kinksters_somebodys,
    DROP COLUMN system_key,
    ALTER COLUMN user_id SET NOT NULL;
COMMENT ON TABLE kinksters IS 'Characters that an AI plays for their owner: adults, and sealed with the owner''s key.';

RESET search_path;
RESET ROLE;
