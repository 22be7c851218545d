-- Takes back 0030. Everybody reads English again.

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE mail_outbox DROP COLUMN language;
ALTER TABLE sign_ups DROP COLUMN language;
ALTER TABLE users DROP COLUMN language;

RESET search_path;
RESET ROLE;
