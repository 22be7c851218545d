-- Takes back 0055: every draw reads all that it has to know.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.draw_changes(text[]);

CREATE OR REPLACE FUNCTION app.utc_midnight() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' $$;

RESET search_path;
RESET ROLE;
