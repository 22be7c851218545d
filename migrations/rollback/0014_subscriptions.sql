-- Takes back 0014: what the stores told goes; what people have until when stays in users.

SET ROLE game_owner;
SET search_path = public;

REVOKE USAGE ON SEQUENCE subscription_transactions_id_seq FROM game_service;
REVOKE SELECT, INSERT, UPDATE ON subscription_transactions FROM game_service;
DROP POLICY "The service may select" ON subscription_transactions;
DROP POLICY "The service may insert" ON subscription_transactions;
DROP POLICY "The service may update" ON subscription_transactions;
DROP TABLE webhook_events;
DROP INDEX idx_subscription_line;
ALTER TABLE subscription_transactions DROP COLUMN line_id, DROP COLUMN product_id;
DROP TABLE retired_lines;
DROP TABLE subscription_lines;

RESET search_path;
RESET ROLE;
