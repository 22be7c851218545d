-- Takes back 0042: news of bonds. What still waits to be told of them goes unsent.

SET ROLE game_owner;
SET search_path = public;

DELETE FROM notification_outbox WHERE bond_id IS NOT NULL;
DROP FUNCTION app.tell_news(uuid, uuid[], text, text, uuid, integer, boolean, boolean, boolean, boolean),
    app.read_news(uuid, text, uuid), app.news_stands(text, uuid, uuid, uuid), app.news_about(text, uuid, uuid);
ALTER TABLE notification_outbox DROP COLUMN row_id, DROP COLUMN bond_id;

RESET search_path;
RESET ROLE;
