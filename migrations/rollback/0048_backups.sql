-- Takes back 0048: what was backed up, and that a database was restored.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.meet_lineage(OUT lineage text, OUT renewed boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    lineage := app.lineage();
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
ALTER TABLE database_lineage DROP COLUMN restored;
DROP TABLE backups;

RESET search_path;
RESET ROLE;
