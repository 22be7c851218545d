-- Takes back 0006: connections, partners, and what they were shown.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.partner_compatibility(uuid);
DROP FUNCTION app.partner_profile(uuid);
DROP FUNCTION app.reading_with(uuid);
DROP FUNCTION app.is_connected(uuid);
DROP FUNCTION app.keep_compatibility(integer, integer, jsonb, timestamptz);
DROP FUNCTION app.settle_reading(integer, integer, timestamptz);
DROP FUNCTION app.is_reading_due(integer, integer, timestamptz);
DROP FUNCTION app.have_started_since(uuid, uuid, timestamptz);

DROP TABLE compatibility_readings;
DROP TABLE compatibility_results;
DROP TABLE blocked_people;
DROP TABLE remembered_partners;
DROP TABLE partner_connections;

DROP FUNCTION app.delete_compatibility_of_pair();
DROP FUNCTION app.raise_limits_rev_of_apart();
DROP FUNCTION enforce_remembered_partners_limit();
DROP FUNCTION expire_pending_connections();

RESET search_path;
RESET ROLE;
