-- What was backed up, for whoever asks when that was last; and that a database was restored: where it takes its own place, as after
-- a restore into the emptied one, its lineage is another one all the same, and phones start over.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Written by who makes backups, as the owner; nothing of anybody's is in it.
CREATE TABLE backups (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    outcome text, -- 'done' once it was written and read back, else why not; null while it is made, and where that died
    place_name text NOT NULL,
    file_name text NOT NULL,
    bytes bigint,
    objects integer,
    CONSTRAINT backups_bounded CHECK (
        char_length(outcome) <= 64 AND char_length(place_name) <= 512 AND char_length(file_name) <= 128
        AND bytes >= 0 AND objects >= 0
    )
);
COMMENT ON COLUMN backups.place_name IS 'The folder or the bucket, without who we are to it.';
CREATE INDEX idx_backups_started_at ON backups (started_at);
SELECT app.seal('backups');
SELECT app.let_service('backups', 'SELECT');

ALTER TABLE database_lineage ADD COLUMN restored text CHECK (char_length(restored) <= 64);
COMMENT ON COLUMN database_lineage.restored IS 'Another text after each restore; null before the first.';

CREATE OR REPLACE FUNCTION app.meet_lineage(OUT lineage text, OUT renewed boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    lineage := app.lineage() || coalesce((SELECT '/' || l.restored FROM public.database_lineage l), '');
    renewed := false;
    IF lineage IS NULL OR EXISTS (SELECT FROM public.database_lineage l WHERE l.lineage = meet_lineage.lineage) THEN
        RETURN;
    END IF;
    PERFORM FROM public.database_lineage FOR UPDATE;
    IF EXISTS (SELECT FROM public.database_lineage l WHERE l.lineage = meet_lineage.lineage) THEN
        RETURN; -- another connection was first
    END IF;
    PERFORM FROM public.sessions WHERE status IN ('waiting', 'active') ORDER BY session_id FOR UPDATE;
    UPDATE public.sessions SET epoch = gen_random_uuid()::text WHERE status IN ('waiting', 'active');
    UPDATE public.database_lineage l SET lineage = meet_lineage.lineage, since = now();
    renewed := true;
END
$$;

RESET search_path;
RESET ROLE;
