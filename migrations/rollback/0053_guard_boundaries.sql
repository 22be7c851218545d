-- Takes back 0053: the program alone says whose a boundary's name is.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER guard ON boundaries;
DROP FUNCTION app.guard_boundary();

RESET search_path;
RESET ROLE;
