-- Notion: a person's own workspace as a mirror of what they may read here, in both directions.
--
-- Everything is one person's: their connection, their databases, which page is which row, what is in conflict, their runs. What a
-- page holds is not kept: of each field only a keyed hash of what was the same on both sides last, so that the two can be compared
-- in three ways. Words of Notion's that did not come in are kept sealed with their person's key until that is settled.
-- Rows that stand in no feed of a bond say by notion_signals that they changed, and only for who is connected.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TABLE notion_connections (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_notion_connections_id UNIQUE,
    connected_by text NOT NULL,
    state text NOT NULL DEFAULT 'connected',
    sealed text NOT NULL,
    workspace_id text,
    bot_id text,
    error text,
    tries integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT app.moment(),
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT notion_connections_ways CHECK (connected_by IN ('token', 'oauth')),
    CONSTRAINT notion_connections_states CHECK (state IN ('connected', 'broken')),
    CONSTRAINT notion_connections_bounded CHECK (
        octet_length(sealed) <= 16384 AND char_length(workspace_id) <= 64 AND char_length(bot_id) <= 64
        AND char_length(error) <= 64 AND tries >= 0
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_connections IS 'Whose Notion is connected, and until when it is left alone.';
COMMENT ON COLUMN notion_connections.sealed IS 'Tokens, what the workspace is called and the key of the hashes, sealed with the server''s secret.';
CREATE INDEX idx_notion_connections_due ON notion_connections (due_at) WHERE state = 'connected';
SELECT app.keep_own('notion_connections', '');
REVOKE SELECT ON notion_connections FROM authenticated, bond_writer;
GRANT SELECT (user_id, id, connected_by, state, workspace_id, bot_id, error, tries, due_at, created_at)
    ON notion_connections TO authenticated, bond_writer;
SELECT app.let_service('notion_connections', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- How often rows of theirs that stand in no feed changed. Apart from the connection, so that whoever writes a row waits for nobody.
CREATE TABLE notion_signals (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    head bigint NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_signals IS 'A number that moves when a row of somebody''s own changes.';
SELECT app.seal('notion_signals');
SELECT app.let_service('notion_signals', 'SELECT', 'INSERT', 'DELETE');

CREATE FUNCTION app.note_for_notion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    whose uuid;
BEGIN
    IF TG_TABLE_NAME = 'calendar_events' THEN
        whose := CASE WHEN TG_OP = 'DELETE' THEN OLD.created_by ELSE NEW.created_by END;
    ELSE
        whose := CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
    END IF;
    UPDATE notion_signals s SET head = s.head + 1 WHERE s.user_id = whose;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON journal_entries FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON resources FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON check_ins FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON kinksters FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON image_generations FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON boundary_ratings FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();

-- One database of theirs a kind. `flows`: its owner asked for it themselves; `texts`: and words may go along.
CREATE TABLE notion_databases (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_notion_databases_id UNIQUE,
    flows boolean NOT NULL DEFAULT false,
    texts boolean NOT NULL DEFAULT false,
    database_id text,
    data_source_id text,
    properties jsonb NOT NULL DEFAULT '{}',
    mark timestamptz,
    pulled_to text,
    pull_at timestamptz,
    whole_from timestamptz,
    whole_at timestamptz,
    looked text,
    last_pull_at timestamptz,
    last_push_at timestamptz,
    error text,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (user_id, kind),
    CONSTRAINT notion_databases_found CHECK ((database_id IS NULL) = (data_source_id IS NULL)),
    CONSTRAINT notion_databases_bounded CHECK (
        char_length(kind) <= 32 AND octet_length(properties::text) <= 16384 AND char_length(database_id) <= 64 AND char_length(data_source_id) <= 64
        AND char_length(pulled_to) <= 512 AND char_length(looked) <= 128 AND char_length(error) <= 64
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_databases IS 'The databases in somebody''s workspace: which kind is where, whether it flows, how far it is read.';
COMMENT ON COLUMN notion_databases.mark IS 'Up to which edit of Notion''s everything was looked at.';
COMMENT ON COLUMN notion_databases.whole_at IS 'When everything in it was read last; whole_from: since when that is being done again.';
COMMENT ON COLUMN notion_databases.looked IS 'What the bonds'' feeds and notion_signals said when everything here was looked at last.';
CREATE INDEX idx_notion_databases_source ON notion_databases (data_source_id) WHERE data_source_id IS NOT NULL;
SELECT app.keep_own('notion_databases', '');
SELECT app.let_service('notion_databases', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Which page is which row, for one person: a partner has their own.
CREATE TABLE notion_pages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    entity_id uuid,
    page_id text,
    state text NOT NULL DEFAULT 'pending',
    base jsonb NOT NULL DEFAULT '{}',
    refused jsonb NOT NULL DEFAULT '{}',
    pushed text,
    edited_at timestamptz,
    seen_at timestamptz,
    look boolean NOT NULL DEFAULT false,
    tries integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT app.moment(),
    error text,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    FOREIGN KEY (user_id, kind) REFERENCES notion_databases (user_id, kind) ON DELETE CASCADE,
    CONSTRAINT idx_notion_pages_entity UNIQUE (user_id, kind, entity_id),
    CONSTRAINT idx_notion_pages_page UNIQUE (user_id, page_id),
    CONSTRAINT notion_pages_states CHECK (state IN ('pending', 'synced', 'conflict', 'failed', 'archived')),
    CONSTRAINT notion_pages_something CHECK (entity_id IS NOT NULL OR page_id IS NOT NULL),
    CONSTRAINT notion_pages_bounded CHECK (
        char_length(kind) <= 32 AND char_length(page_id) <= 64 AND octet_length(base::text) <= 16384
        AND octet_length(refused::text) <= 16384 AND char_length(pushed) <= 128 AND char_length(error) <= 64 AND tries >= 0
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_pages IS 'Which page of somebody''s workspace is which row, and what was the same on both sides last, as keyed hashes.';
COMMENT ON COLUMN notion_pages.pushed IS 'The version of the row, and what else may change of it, that its page has.';
COMMENT ON COLUMN notion_pages.look IS 'Somebody said that its page changed.';
CREATE INDEX idx_notion_pages_of_page ON notion_pages (page_id) WHERE page_id IS NOT NULL;
CREATE INDEX idx_notion_pages_open ON notion_pages (user_id, kind, due_at) WHERE state = 'pending' OR look;
SELECT app.keep_own('notion_pages', '');
SELECT app.let_service('notion_pages', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Words of Notion's that are not in, and why, until their person has said what is to be.
CREATE TABLE notion_conflicts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    page uuid NOT NULL CONSTRAINT idx_notion_conflicts_page UNIQUE REFERENCES notion_pages (id) ON DELETE CASCADE,
    kind text NOT NULL,
    fields text[] NOT NULL,
    theirs jsonb NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT notion_conflicts_bounded CHECK (
        char_length(kind) <= 32 AND cardinality(fields) <= 60 AND octet_length(theirs::text) <= 2097152 AND char_length(reason) <= 64
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_conflicts IS 'What stands in a page and is not taken over, sealed with its person''s key.';
CREATE INDEX idx_notion_conflicts_user ON notion_conflicts (user_id, created_at DESC, id DESC);
SELECT app.keep_own('notion_conflicts', '');
SELECT app.let_service('notion_conflicts', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

CREATE TABLE notion_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    rows_in_all integer,
    rows_done integer NOT NULL DEFAULT 0,
    pages_seen integer NOT NULL DEFAULT 0,
    pushed integer NOT NULL DEFAULT 0,
    pulled integer NOT NULL DEFAULT 0,
    error text,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    FOREIGN KEY (user_id, kind) REFERENCES notion_databases (user_id, kind) ON DELETE CASCADE,
    CONSTRAINT notion_runs_states CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    CONSTRAINT notion_runs_ended CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL)),
    CONSTRAINT notion_runs_bounded CHECK (char_length(kind) <= 32 AND char_length(error) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_runs IS 'A run through one kind that somebody asked for, and how far it is.';
CREATE UNIQUE INDEX idx_notion_runs_open ON notion_runs (user_id, kind) WHERE state IN ('waiting', 'running');
CREATE INDEX idx_notion_runs_kind ON notion_runs (user_id, kind, created_at DESC);
CREATE INDEX idx_notion_runs_ended ON notion_runs (finished_at) WHERE finished_at IS NOT NULL;
SELECT app.keep_own('notion_runs', '');
SELECT app.let_service('notion_runs', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Who went to Notion to say yes, and in which browser: good once, for some minutes.
CREATE TABLE notion_oauth_states (
    state_hash text PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    browser_hash text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT notion_oauth_states_bounded CHECK (char_length(state_hash) <= 128 AND char_length(browser_hash) <= 128)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_oauth_states IS 'Who went to Notion to connect it, as keyed hashes.';
CREATE INDEX idx_notion_oauth_states_user ON notion_oauth_states (user_id);
CREATE INDEX idx_notion_oauth_states_expires ON notion_oauth_states (expires_at);
SELECT app.seal('notion_oauth_states');
SELECT app.let_service('notion_oauth_states', 'SELECT', 'INSERT', 'DELETE');

-- What Notion told already: told twice, it is heard once.
CREATE TABLE notion_deliveries (
    id text PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT notion_deliveries_bounded CHECK (char_length(id) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_deliveries IS 'Deliveries of Notion''s that were heard, for some days.';
CREATE INDEX idx_notion_deliveries_received ON notion_deliveries (received_at);
SELECT app.seal('notion_deliveries');
SELECT app.let_service('notion_deliveries', 'SELECT', 'INSERT', 'DELETE');

-- The token with which Notion introduces a subscription: for the operator to set, and nothing is trusted by it before.
CREATE TABLE notion_handshakes (
    id integer PRIMARY KEY,
    sealed text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT notion_handshakes_few CHECK (id BETWEEN 1 AND 5),
    CONSTRAINT notion_handshakes_bounded CHECK (octet_length(sealed) <= 2048)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_handshakes IS 'Tokens that somebody who may be Notion sent, sealed, until an operator has set one.';
SELECT app.seal('notion_handshakes');
SELECT app.let_service('notion_handshakes', 'SELECT', 'INSERT', 'DELETE');

-- A character that its owner lets be seen goes into their second database of characters, too.
ALTER TABLE kinksters
    ADD COLUMN is_public boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT kinksters_public_of_somebody CHECK (NOT (is_public AND user_id IS NULL));
COMMENT ON COLUMN kinksters.is_public IS 'Its owner lets it be seen outside of here, in their own database for a community. In here nobody sees it.';
GRANT UPDATE (is_public) ON kinksters TO bond_writer;

-- Beside app.has_sealed, which is as it was: has this person any words of Notion's that only their own key opens?
CREATE FUNCTION app.has_sealed_of_notion(person uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT FROM notion_conflicts t WHERE t.user_id = person) $$;
GRANT EXECUTE ON FUNCTION app.has_sealed_of_notion(uuid) TO game_service;

RESET search_path;
RESET ROLE;
