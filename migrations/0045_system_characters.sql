-- System characters: an operator's, whom everybody signed in may talk with and make their own of, and nobody changes.
--
-- They are nobody's, so no key seals them: their texts are plain JSON where others have envelopes. The server writes them by functions
-- that reach nothing else, and so it has no right to anybody's own characters. Presets come with the program, which writes them.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE kinksters
    ALTER COLUMN user_id DROP NOT NULL,
    ADD COLUMN system_key text CONSTRAINT idx_kinksters_system_key UNIQUE,
    ADD CONSTRAINT kinksters_somebodys CHECK ((user_id IS NULL) = (system_key IS NOT NULL)),
    ADD CONSTRAINT kinksters_primary_of_somebody CHECK (NOT (is_primary AND user_id IS NULL)),
    ADD CONSTRAINT kinksters_system_key_bounded CHECK (system_key ~ '^[a-z0-9][a-z0-9-]{0,62}$');
COMMENT ON COLUMN kinksters.system_key IS 'Of a system character, what its operator calls it in files; null where it is somebody''s own.';
COMMENT ON TABLE kinksters IS 'Characters that an AI plays: adults, sealed with their owner''s key; without an owner an operator''s, for everybody.';
CREATE INDEX idx_kinksters_system ON kinksters (created_at DESC, id DESC) WHERE user_id IS NULL;
CREATE POLICY "Everybody signed in can SELECT system characters" ON kinksters FOR SELECT TO authenticated, bond_writer
    USING (user_id IS NULL AND (SELECT app.uid()) IS NOT NULL);

-- How many were written: none where it says the same already. `said` has the columns by their names, texts as they are.
CREATE FUNCTION app.put_system_character(of_key text, said jsonb) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH given AS (SELECT * FROM jsonb_populate_record(NULL::kinksters, said)),
        written AS (
            INSERT INTO kinksters AS k (
                system_key,
                name, display_name, role, pronouns, archetype, bio, backstory, personality_traits, top_kinks, hard_limits,
                soft_limits, experience_level, body_type, height, build, hair_color, hair_style, eye_color, skin_tone,
                facial_hair, age_range, clothing_style, favorite_colors, fetish_wear, aesthetic, stats, provider,
                openai_model, openai_instructions, flowise_chatflow_id
            )
            SELECT of_key,
                g.name, g.display_name, coalesce(g.role, 'switch'), g.pronouns, g.archetype, g.bio, g.backstory,
                g.personality_traits, g.top_kinks, g.hard_limits, g.soft_limits, g.experience_level, g.body_type, g.height,
                g.build, g.hair_color, g.hair_style, g.eye_color, g.skin_tone, g.facial_hair, g.age_range, g.clothing_style,
                g.favorite_colors, g.fetish_wear, g.aesthetic, g.stats, coalesce(g.provider, 'openai_responses'),
                g.openai_model, g.openai_instructions, g.flowise_chatflow_id
            FROM given g
            ON CONFLICT (system_key) DO UPDATE SET
                name = excluded.name, display_name = excluded.display_name, role = excluded.role,
                pronouns = excluded.pronouns, archetype = excluded.archetype, bio = excluded.bio,
                backstory = excluded.backstory, personality_traits = excluded.personality_traits,
                top_kinks = excluded.top_kinks, hard_limits = excluded.hard_limits, soft_limits = excluded.soft_limits,
                experience_level = excluded.experience_level, body_type = excluded.body_type, height = excluded.height,
                build = excluded.build, hair_color = excluded.hair_color, hair_style = excluded.hair_style,
                eye_color = excluded.eye_color, skin_tone = excluded.skin_tone, facial_hair = excluded.facial_hair,
                age_range = excluded.age_range, clothing_style = excluded.clothing_style,
                favorite_colors = excluded.favorite_colors, fetish_wear = excluded.fetish_wear,
                aesthetic = excluded.aesthetic, stats = excluded.stats, provider = excluded.provider,
                openai_model = excluded.openai_model, openai_instructions = excluded.openai_instructions,
                flowise_chatflow_id = excluded.flowise_chatflow_id
            WHERE (
                k.name, k.display_name, k.role, k.pronouns, k.archetype, k.bio, k.backstory, k.personality_traits,
                k.top_kinks, k.hard_limits, k.soft_limits, k.experience_level, k.body_type, k.height, k.build, k.hair_color,
                k.hair_style, k.eye_color, k.skin_tone, k.facial_hair, k.age_range, k.clothing_style, k.favorite_colors,
                k.fetish_wear, k.aesthetic, k.stats, k.provider, k.openai_model, k.openai_instructions, k.flowise_chatflow_id
            ) IS DISTINCT FROM (
                excluded.name, excluded.display_name, excluded.role, excluded.pronouns, excluded.archetype, excluded.bio,
                excluded.backstory, excluded.personality_traits, excluded.top_kinks, excluded.hard_limits,
                excluded.soft_limits, excluded.experience_level, excluded.body_type, excluded.height, excluded.build,
                excluded.hair_color, excluded.hair_style, excluded.eye_color, excluded.skin_tone, excluded.facial_hair,
                excluded.age_range, excluded.clothing_style, excluded.favorite_colors, excluded.fetish_wear,
                excluded.aesthetic, excluded.stats, excluded.provider, excluded.openai_model, excluded.openai_instructions,
                excluded.flowise_chatflow_id
            )
            RETURNING 1
        )
    SELECT count(*)::integer FROM written
$$;

CREATE FUNCTION app.system_characters() RETURNS TABLE (
    system_key text, name text, role text, age_range text, provider text, version integer, updated_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT k.system_key, k.name #>> '{}', k.role::text, k.age_range::text, k.provider::text, k.version, k.updated_at
    FROM kinksters k WHERE k.user_id IS NULL ORDER BY k.system_key
$$;

-- Was there one? What people talked about with it stays theirs, without it.
CREATE FUNCTION app.drop_system_character(of_key text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH gone AS (DELETE FROM kinksters k WHERE k.user_id IS NULL AND k.system_key = of_key RETURNING 1)
    SELECT EXISTS (SELECT FROM gone)
$$;

REVOKE ALL ON FUNCTION app.put_system_character(text, jsonb), app.system_characters(), app.drop_system_character(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.put_system_character(text, jsonb), app.system_characters(), app.drop_system_character(text)
TO game_service;

SELECT app.let_service('preset_config', 'SELECT', 'INSERT', 'UPDATE');

-- As in 0036, without those that no key seals.
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
    UNION (SELECT name ->> 'key_id' FROM kinksters WHERE user_id IS NOT NULL ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM messages WHERE content IS NOT NULL ORDER BY created_at DESC LIMIT 100)
$$;

RESET search_path;
RESET ROLE;
