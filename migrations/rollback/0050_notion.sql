-- Takes back 0050: Notion. What stands in people's workspaces stays theirs; which page is which row is forgotten.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.has_sealed_of_notion(uuid);
ALTER TABLE kinksters DROP COLUMN is_public;
DROP TRIGGER note_for_notion ON calendar_events;
DROP TRIGGER note_for_notion ON boundary_ratings;
DROP TRIGGER note_for_notion ON image_generations;
DROP TRIGGER note_for_notion ON kinksters;
DROP TRIGGER note_for_notion ON check_ins;
DROP TRIGGER note_for_notion ON resources;
DROP TRIGGER note_for_notion ON journal_entries;
DROP FUNCTION app.note_for_notion();
DROP TABLE notion_handshakes, notion_deliveries, notion_oauth_states, notion_runs, notion_conflicts, notion_pages, notion_databases,
    notion_signals, notion_connections;

RESET search_path;
RESET ROLE;
