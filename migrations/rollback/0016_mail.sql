-- Takes back 0016: mails that wait are tried again by the program before, but for those whose words only this one can read.

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE job_runs DROP COLUMN last_due_at, DROP COLUMN last_done_at;
DROP TABLE refused_mail;
DROP TABLE sign_ups;
DELETE FROM mail_outbox WHERE params ? 'ciphertext' OR template = 'sign_up_asked';
UPDATE mail_outbox SET next_attempt_at = due_at WHERE sent_at IS NULL AND next_attempt_at = 'infinity';
ALTER TABLE mail_outbox DROP COLUMN due_at, DROP COLUMN expires_at, DROP COLUMN message_id;

RESET search_path;
RESET ROLE;
