-- Mails by SMTP: claimed for a while instead of locked while a server talks, each with the moment after which it is no use any more;
-- sign-ups that wait for their address to be confirmed; addresses that want no requests; and of jobs what an operator asks.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- due_at takes the place of next_attempt_at, which says 'infinity' in what is queued from now on: programs before this one cannot read
-- its sealed params and pass over it. message_id is the same however often a mail is sent.
ALTER TABLE mail_outbox
    ADD COLUMN due_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN expires_at timestamptz NOT NULL DEFAULT now() + interval '1 day',
    ADD COLUMN message_id uuid NOT NULL DEFAULT gen_random_uuid();
CREATE INDEX idx_mail_outbox_open ON mail_outbox (due_at) WHERE sent_at IS NULL;

-- No account yet: whoever reads the address's mail makes one of it. Several may wait for one address, each with its own password, so
-- that nobody gets into an account by having asked for it first.
CREATE TABLE sign_ups (
    token_hash text PRIMARY KEY,
    email text NOT NULL,
    password_hash text NOT NULL,
    display_name text,
    adult_confirmed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_sign_ups_email ON sign_ups (email);
CREATE INDEX idx_sign_ups_expires ON sign_ups (expires_at);
SELECT app.seal('sign_ups');
SELECT app.let_service('sign_ups', 'SELECT', 'INSERT', 'DELETE');

-- By the SHA-256 of the address and not by a keyed hash: a no outlives every secret of the server's.
CREATE TABLE refused_mail (
    address_hash text PRIMARY KEY,
    refused_at timestamptz NOT NULL DEFAULT now()
);
SELECT app.seal('refused_mail');
SELECT app.let_service('refused_mail', 'SELECT', 'INSERT', 'DELETE');

-- When the last run was due (it began at last_started_at), and when one last succeeded.
ALTER TABLE job_runs
    ADD COLUMN last_due_at timestamptz,
    ADD COLUMN last_done_at timestamptz;

RESET search_path;
RESET ROLE;
