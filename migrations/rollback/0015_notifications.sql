-- Takes back 0015. What was told, and whatever was not sent yet, goes.

SET ROLE game_owner;
SET search_path = public;

DROP TABLE notification_outbox;
DROP TABLE notifications;

REVOKE SELECT (id, user_id, platform, created_at, updated_at) ON push_notification_tokens FROM authenticated;
GRANT SELECT ON push_notification_tokens TO authenticated;
REVOKE ALL ON push_notification_tokens FROM game_service;
REVOKE ALL ON SEQUENCE push_notification_tokens_id_seq FROM game_service;
DROP POLICY "The service may select" ON push_notification_tokens;
DROP POLICY "The service may insert" ON push_notification_tokens;
DROP POLICY "The service may update" ON push_notification_tokens;
DROP POLICY "The service may delete" ON push_notification_tokens;
ALTER TABLE push_notification_tokens DROP CONSTRAINT push_notification_tokens_bounded, DROP COLUMN login_id;

RESET search_path;
RESET ROLE;
