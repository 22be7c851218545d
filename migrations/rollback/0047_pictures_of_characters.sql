-- Takes back 0047. Pictures that were asked for and are not there yet are asked for no more; those that are there stay their owner's.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER drop_avatar ON files;
DROP TRIGGER keep_avatars ON kinksters;
DROP TRIGGER drop_file ON image_generations;
DROP TRIGGER hang ON image_generations;
DROP TRIGGER guard ON image_generations;
DROP FUNCTION app.drop_avatar(), app.keep_avatars(), app.claim_generation(timestamptz, timestamptz, integer), app.guard_generation();
DROP POLICY "A member's command may UPDATE" ON image_generations;
REVOKE UPDATE (status, file_id, failed_reason, cost_micros, finished_at, leased_until, due_at) ON image_generations FROM bond_writer;
DROP POLICY "The service may update" ON image_generations;
DROP POLICY "The service may select" ON image_generations;
REVOKE SELECT, UPDATE ON image_generations FROM game_service;
DROP INDEX idx_image_generations_due, idx_image_generations_running;
ALTER TABLE image_generations
    DROP CONSTRAINT image_generations_kinkster_id_fkey,
    ADD CONSTRAINT image_generations_kinkster_id_fkey FOREIGN KEY (kinkster_id) REFERENCES kinksters (id) ON DELETE SET NULL,
    DROP COLUMN reserved_micros,
    DROP COLUMN attempts,
    DROP COLUMN leased_until,
    DROP COLUMN due_at,
    DROP COLUMN subject,
    DROP CONSTRAINT image_generations_ended;

RESET search_path;
RESET ROLE;
