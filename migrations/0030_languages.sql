-- The language that somebody reads: mails and notifications come in it. One of those that the program ships; which, it knows itself.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE users
    ADD COLUMN language text NOT NULL DEFAULT 'en'
        CONSTRAINT users_language_is_a_tag CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$');
GRANT UPDATE (language) ON users TO authenticated;

-- What they signed up in, until there is an account.
ALTER TABLE sign_ups
    ADD COLUMN language text NOT NULL DEFAULT 'en'
        CONSTRAINT sign_ups_language_is_a_tag CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$');

-- For a mail to who has no account, or has it no more. NULL: that of whoever caused it.
ALTER TABLE mail_outbox
    ADD COLUMN language text
        CONSTRAINT mail_outbox_language_is_a_tag CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$');

RESET search_path;
RESET ROLE;
