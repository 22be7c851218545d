-- Takes back 0022. Whom Supabase signed in stays, and nobody can sign in as them: their logins go. Who was still to be deleted there is
-- forgotten: look at supabase_erasures first.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER credentials_refuse_password ON credentials;
DROP FUNCTION app.refuse_password();
DROP TABLE supabase_erasures;
DELETE FROM logins WHERE token_until IS NOT NULL;
ALTER TABLE logins DROP COLUMN token_until;
ALTER TABLE anonymous_sessions DROP COLUMN supabase_id;
ALTER TABLE users DROP COLUMN from_supabase;

RESET search_path;
RESET ROLE;
