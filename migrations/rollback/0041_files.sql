-- Takes back 0041. What was to go from the object store stays there: empty files_to_delete before.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.file_to_see(uuid);
DROP TRIGGER file_withdrawn ON ai_message_attachments;
DROP TRIGGER drop_files ON messages;
DROP TRIGGER drop_file ON ai_message_attachments;
DROP TRIGGER drop_file ON task_proof;
DROP TRIGGER keep_attached ON files;
DROP TRIGGER attach ON ai_message_attachments;
DROP TRIGGER attach ON task_proof;
DROP TRIGGER went ON files;
DROP TRIGGER came ON files;
DROP FUNCTION app.file_withdrawn(), app.drop_files_of_unsent(), app.drop_file(), app.keep_attached(), app.attach_file(),
    app.file_went(), app.file_came();
DROP POLICY "The service may delete" ON files;
DROP POLICY "The service may select" ON files;
REVOKE SELECT, DELETE ON files FROM game_service;
DROP TABLE files_to_delete;
ALTER TABLE task_proof DROP COLUMN file_id;

RESET search_path;
RESET ROLE;
