-- Takes back 0052: what came from another program. The rows stay; which they were there is forgotten, and who was asked.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.refuse_import(uuid), app.accept_import(uuid, uuid), app.my_imports(),
    app.note_import(uuid, text, uuid, uuid);
DROP TABLE imported_memberships, imported_rows;
DROP TYPE import_answer_enum;

RESET search_path;
RESET ROLE;
