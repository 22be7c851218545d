SET ROLE game_owner;
SET search_path = public;

ALTER TABLE bond_replies DROP COLUMN seq;

RESET search_path;
RESET ROLE;
