-- Reaching people who are not looking: the list in the app, and the outbox of what goes to their phones and browsers.
--
-- What happened writes one line into the list and one row a device into the outbox, in its own transaction; whoever sends takes
-- rows that are due, a few seconds at a time, and writes down what became of them. So nothing is lost with a process, and no
-- row is with two of them at once.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- A phone gets no more once the login it registered with has ended. `device_token` stands in an index, and a browser's is JSON.
ALTER TABLE push_notification_tokens
    ADD COLUMN login_id uuid REFERENCES logins (id) ON DELETE CASCADE,
    ADD CONSTRAINT push_notification_tokens_bounded CHECK (octet_length(device_token) <= 2048);
CREATE INDEX idx_push_tokens_login ON push_notification_tokens (login_id);

SELECT app.let_service('push_notification_tokens', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
GRANT USAGE ON SEQUENCE push_notification_tokens_id_seq TO game_service;
-- Its own devices are read by their number and kind: the token is the server's.
REVOKE SELECT ON push_notification_tokens FROM authenticated;
GRANT SELECT (id, user_id, platform, created_at, updated_at) ON push_notification_tokens TO authenticated;

-- One line for each thing that was told (`about`, like 'request:12'); what happens to it again, told by a higher `version`,
-- makes the same line new. `from_user_id` is whose doing it was: nobody's name stands here, and the line goes with either person.
CREATE TABLE notifications (
    id bigserial PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    from_user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    about text NOT NULL,
    version bigint NOT NULL DEFAULT 0,
    link text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz,
    expires_at timestamptz, -- from then on it says nothing any more, and is not shown
    CONSTRAINT notifications_one_line UNIQUE (user_id, about)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_notifications_list ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX idx_notifications_from ON notifications (from_user_id) WHERE from_user_id IS NOT NULL;
CREATE INDEX idx_notifications_created ON notifications (created_at);

SELECT app.seal('notifications');
SELECT app.let_service('notifications', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
GRANT USAGE ON SEQUENCE notifications_id_seq TO game_service;
GRANT SELECT (id, user_id, kind, link, created_at, read_at, expires_at), UPDATE (read_at) ON notifications TO authenticated;
CREATE POLICY "Users can SELECT what they were told" ON notifications FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE what they have read" ON notifications FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));

-- A row a device and thing told. Without a device it is a request to an address: whose that is, is looked up after the answer,
-- which so costs the same for an address that has no account. Whoever takes a row moves `due_at` on, so that it comes again where
-- they die; `done_at` when the vendor has it or it is given up. `link` may hold a secret and is emptied then.
CREATE TABLE notification_outbox (
    id bigserial PRIMARY KEY,
    dedup_key text NOT NULL CONSTRAINT notification_outbox_once UNIQUE,
    kind text NOT NULL,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    from_user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    device_id integer REFERENCES push_notification_tokens (id) ON DELETE CASCADE,
    connection_id integer REFERENCES partner_connections (id) ON DELETE CASCADE,
    session_id text, -- no foreign key: its lock would stand in the way of the room's commits
    version bigint NOT NULL DEFAULT 0,
    link text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    outcome text,
    done_at timestamptz,
    CONSTRAINT notification_outbox_whose CHECK ((user_id IS NULL) = (device_id IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_notification_outbox_due ON notification_outbox (due_at) WHERE done_at IS NULL;
CREATE INDEX idx_notification_outbox_expires ON notification_outbox (expires_at);
CREATE INDEX idx_notification_outbox_user ON notification_outbox (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX idx_notification_outbox_from ON notification_outbox (from_user_id) WHERE from_user_id IS NOT NULL;
CREATE INDEX idx_notification_outbox_device ON notification_outbox (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX idx_notification_outbox_connection ON notification_outbox (connection_id) WHERE connection_id IS NOT NULL;

SELECT app.seal('notification_outbox');
SELECT app.let_service('notification_outbox', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
GRANT USAGE ON SEQUENCE notification_outbox_id_seq TO game_service;

RESET search_path;
RESET ROLE;
