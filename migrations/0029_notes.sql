-- A note that a player writes to themselves about an evening: sealed with their own key, and nobody else's to read.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- `words` is the sealed text; `key_id` says which key opens it, so that the service can tell whether that key is still there without
-- reading anything. It goes with its writer, and with the session.
CREATE TABLE session_notes (
    session_id varchar(128) NOT NULL,
    seat text NOT NULL,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    anonymous_session_id text REFERENCES anonymous_sessions (session_id) ON DELETE CASCADE,
    key_id text NOT NULL,
    words jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (session_id, seat),
    FOREIGN KEY (session_id, seat) REFERENCES session_seats (session_id, seat) ON DELETE CASCADE,
    CONSTRAINT session_notes_one_owner CHECK (num_nonnulls(user_id, anonymous_session_id) = 1),
    CONSTRAINT session_notes_words_bounded CHECK (octet_length(words::text) <= 24576)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE session_notes IS 'What a player wrote to themselves about a session, sealed with their own key.';
COMMENT ON COLUMN session_notes.words IS 'The sealed text: {nonce, ciphertext}. Its writer alone reads it, the service only writes it.';
CREATE TRIGGER update_session_notes_updated_at BEFORE UPDATE ON session_notes
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE INDEX idx_session_notes_user ON session_notes (user_id, created_at, session_id) WHERE user_id IS NOT NULL;
CREATE INDEX idx_session_notes_anonymous ON session_notes (anonymous_session_id, created_at, session_id)
    WHERE anonymous_session_id IS NOT NULL;

SELECT app.seal('session_notes');
SELECT app.let_service('session_notes', 'INSERT', 'UPDATE', 'DELETE');
-- All but the words: the process that plays a room keeps what it is given, and cannot look.
GRANT SELECT (session_id, seat, user_id, anonymous_session_id, key_id, created_at, updated_at) ON session_notes TO game_service;
CREATE POLICY "The service may select" ON session_notes FOR SELECT TO game_service USING (true);

GRANT SELECT ON session_notes TO authenticated, anon;
CREATE POLICY "Users can SELECT notes to themselves" ON session_notes FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT notes to themselves" ON session_notes FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));

-- A note, too, is something that only their own key opens.
CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    )
$$;

RESET search_path;
RESET ROLE;
