-- Takes back 0017.

SET ROLE game_owner;
SET search_path = public;

DROP TABLE voided_transactions;

RESET search_path;
RESET ROLE;
