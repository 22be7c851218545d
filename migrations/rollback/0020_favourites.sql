-- Takes back 0020.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.draw_favourites(text[]);

RESET search_path;
RESET ROLE;
