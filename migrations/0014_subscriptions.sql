-- What people bought in the stores, and what the stores tell about it.
--
-- A store tells only that something changed: that is kept once (webhook_events), and then the store is asked. What it answers is
-- the line's snapshot (subscription_lines), which only a newer answer replaces; beside it stands a row for each of the line's
-- transactions, as before (subscription_transactions). users.subscription_tier and subscription_expires_at follow in the same
-- transaction. Only the service writes any of it.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- One row a purchase that renews: Apple's original transaction, Google's purchase token (as its hash). `reference` is what the
-- store is asked by, and for nobody else to read. `as_of` is the moment of the store's answer, `read_at` when it was last asked.
CREATE TABLE subscription_lines (
    platform platform_enum NOT NULL,
    line_id text NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reference text NOT NULL,
    transaction_id text NOT NULL,
    product_id text NOT NULL,
    tier subscription_tier_enum NOT NULL,
    state text NOT NULL CONSTRAINT subscription_lines_state_known CHECK (
        state IN ('active', 'canceled', 'grace', 'retry', 'paused', 'pending', 'expired', 'refunded', 'revoked', 'retired')
    ),
    shared boolean NOT NULL,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    grace_until timestamptz,
    environment text NOT NULL CONSTRAINT subscription_lines_environment_known CHECK (environment IN ('production', 'sandbox')),
    as_of timestamptz NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now(),
    renews boolean NOT NULL,
    amount numeric(10, 2) NOT NULL,
    currency text NOT NULL,
    retires text,
    acknowledged_at timestamptz,
    PRIMARY KEY (platform, line_id),
    CONSTRAINT subscription_lines_from_a_store CHECK (platform <> 'web'),
    CONSTRAINT subscription_lines_reference_bounded CHECK (octet_length(reference) <= 4096)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_subscription_lines_user ON subscription_lines (user_id);
CREATE INDEX idx_subscription_lines_read ON subscription_lines (read_at);
CREATE INDEX idx_subscription_lines_unacknowledged ON subscription_lines (read_at) WHERE acknowledged_at IS NULL;

-- Lines whose place another line took, known or not: they never give anything again.
CREATE TABLE retired_lines (
    platform platform_enum NOT NULL,
    line_id text NOT NULL,
    retired_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (platform, line_id)
);

-- Which line a transaction belongs to; null for rows of the older system.
ALTER TABLE subscription_transactions ADD COLUMN line_id text, ADD COLUMN product_id text;
CREATE INDEX idx_subscription_line ON subscription_transactions (platform, line_id);

-- What outside systems have told, each thing once. Of the message itself only what is asked about is kept, until it has been.
CREATE TABLE webhook_events (
    id bigserial PRIMARY KEY,
    provider text NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    reference text,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz,
    CONSTRAINT webhook_events_once UNIQUE (provider, event_id),
    CONSTRAINT webhook_events_reference_bounded CHECK (octet_length(reference) <= 4096)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_webhook_events_due ON webhook_events (next_attempt_at) WHERE processed_at IS NULL;
CREATE INDEX idx_webhook_events_received ON webhook_events (received_at);

SELECT app.seal('subscription_lines');
SELECT app.let_service('subscription_lines', 'SELECT', 'INSERT', 'UPDATE');
SELECT app.seal('retired_lines');
SELECT app.let_service('retired_lines', 'SELECT', 'INSERT');
SELECT app.seal('webhook_events');
SELECT app.let_service('webhook_events', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('subscription_transactions', 'SELECT', 'INSERT', 'UPDATE');
REVOKE ALL ON SEQUENCE webhook_events_id_seq FROM PUBLIC, anon, authenticated;
GRANT USAGE ON SEQUENCE webhook_events_id_seq, subscription_transactions_id_seq TO game_service;

RESET search_path;
RESET ROLE;
