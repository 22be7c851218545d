-- Takes back 0013.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.meet_lineage(), app.lineage();
DROP TABLE database_lineage;
ALTER TABLE schema_migrations DROP COLUMN oldest_code;

RESET search_path;
RESET ROLE;
