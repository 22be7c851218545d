-- Takes back 0031. Cards that are not English stay as they are, with their language in their tags: older programs refuse such tags.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER activities_tell_language ON activities;
DROP FUNCTION app.tell_language();
ALTER TABLE activities DROP COLUMN language;

RESET search_path;
RESET ROLE;
