-- Takes back 0004: the activity bank.

SET ROLE game_owner;
SET search_path = public;

DROP TABLE bank_revision;
DROP TABLE activities;
DROP FUNCTION app.raise_bank_revision();

RESET search_path;
RESET ROLE;
