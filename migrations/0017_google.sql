-- What Google Play says apart from a purchase's state: that an order was refunded.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Transactions whose money went back while their line goes on, as Google tells it: the line gives nothing until it has another
-- transaction. They go with their line, and that with its person.
CREATE TABLE voided_transactions (
    platform platform_enum NOT NULL,
    line_id text NOT NULL,
    transaction_id text NOT NULL,
    voided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (platform, line_id, transaction_id),
    FOREIGN KEY (platform, line_id) REFERENCES subscription_lines (platform, line_id) ON DELETE CASCADE
);
SELECT app.seal('voided_transactions');
SELECT app.let_service('voided_transactions', 'SELECT', 'INSERT');

RESET search_path;
RESET ROLE;
