-- Bonds: two people or more who live a dynamic keep it in one place. Here is the ground: who is in a bond, who writes in it, the
-- feed of what changed, and how every table after this one is closed. The tools' tables come in the files after it.
-- oldest_code: 0011
--
--   bond_writer    what a member's commands run as, with the member's own claims: it sees and writes what that member may. The
--                  worker's login takes it on for one transaction (SET LOCAL ROLE); by itself it is nobody, for it has no claims.

DO $roles$
DECLARE
    worker text := 'game_worker';
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bond_writer') THEN
        BEGIN
            CREATE ROLE bond_writer NOLOGIN NOINHERIT;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster was migrated at the same moment
        END;
    END IF;
    -- This database's own login, and no other's: a release that another database still has refuses a login which is in more roles
    -- than it knows.
    IF to_regclass('public.run_time_logins') IS NOT NULL THEN
        SELECT coalesce(max(l.login), worker) INTO worker FROM public.run_time_logins l WHERE l.kind = 'worker';
    END IF;
    IF EXISTS (
        SELECT FROM pg_roles r WHERE r.rolname = worker AND (
            coalesce(shobj_description(r.oid, 'pg_authid'), '') NOT LIKE 'Attuned: run-time login of %'
            OR shobj_description(r.oid, 'pg_authid') = 'Attuned: run-time login of ' || current_database()
        )
    ) AND NOT EXISTS (
        SELECT FROM pg_auth_members m WHERE m.roleid = 'bond_writer'::regrole AND m.member = to_regrole(quote_ident(worker))
    ) THEN
        BEGIN
            EXECUTE format('GRANT bond_writer TO %I', worker);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- as above
        END;
    END IF;
END
$roles$;

SET ROLE game_owner;
SET search_path = public;

GRANT USAGE ON SCHEMA app TO bond_writer;
GRANT EXECUTE ON FUNCTION app.claims(), app.uid() TO bond_writer;

-- Enums: the reference's values first, ours after them.

CREATE TYPE dynamic_role_enum AS ENUM ('dominant', 'submissive', 'switch');
CREATE TYPE submission_state_enum AS ENUM ('active', 'low_energy', 'paused');
CREATE TYPE bond_status_enum AS ENUM ('forming', 'active', 'paused', 'dissolved');
CREATE TYPE bond_type_enum AS ENUM ('dyad', 'polycule', 'household', 'dynamic');
CREATE TYPE resource_type_enum AS ENUM ('article', 'video', 'book', 'tool', 'other');
CREATE TYPE resource_category_enum AS ENUM ('education', 'safety', 'technique', 'community', 'legal', 'other');

-- The moment of a command is given with it (SET LOCAL app.moment), so that a week can be lived in a test, and a process whose
-- clock is the database's asks once. What nobody gave a moment for, an erasure or an operator's statement, has its own.
CREATE FUNCTION app.moment() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(nullif(current_setting('app.moment', true), '')::timestamptz, statement_timestamp())
$$;

-- The bonds, and who is in them

CREATE TABLE bonds (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name jsonb NOT NULL,
    invite_code text CONSTRAINT idx_bonds_invite_code UNIQUE,
    status bond_status_enum NOT NULL DEFAULT 'forming',
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    description jsonb,
    bond_type bond_type_enum NOT NULL DEFAULT 'dyad',
    is_private boolean NOT NULL DEFAULT true,
    founder_id uuid REFERENCES users (id) ON DELETE SET NULL,
    invite_expires_at timestamptz,
    invited_by uuid REFERENCES users (id) ON DELETE SET NULL,
    dissolved_at timestamptz,
    head bigint NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT bonds_texts_bounded CHECK (octet_length(name::text) <= 4096 AND octet_length(description::text) <= 65536),
    CONSTRAINT bonds_code_expires CHECK ((invite_code IS NULL) = (invite_expires_at IS NULL)),
    CONSTRAINT bonds_dissolved_once CHECK ((status = 'dissolved') = (dissolved_at IS NOT NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bonds IS 'A bond: what two people or more share. Its texts are sealed with its own key.';
COMMENT ON COLUMN bonds.invite_code IS 'The keyed hash of the code; the code itself is shown once and kept nowhere.';
COMMENT ON COLUMN bonds.head IS 'The number of the newest row of bond_changes.';
CREATE INDEX idx_bonds_created_by ON bonds (created_by);
CREATE INDEX idx_bonds_founder ON bonds (founder_id);
CREATE INDEX idx_bonds_invited_by ON bonds (invited_by);
CREATE INDEX idx_bonds_dissolved ON bonds (dissolved_at) WHERE status = 'dissolved';

-- Who is in a bond. A membership that ends is deleted: from that moment its person sees nothing.
CREATE TABLE bond_members (
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_bond_members_id UNIQUE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_in_bond dynamic_role_enum NOT NULL DEFAULT 'switch',
    joined_at timestamptz NOT NULL DEFAULT app.moment(),
    nickname jsonb,
    safewords jsonb,
    aftercare_needs jsonb,
    can_invite boolean NOT NULL DEFAULT false,
    can_manage boolean NOT NULL DEFAULT false,
    accepts_from uuid[],
    read_receipts boolean NOT NULL DEFAULT true,
    presence boolean NOT NULL DEFAULT true,
    paused_at timestamptz,
    dissolve_vote_at timestamptz,
    read_through timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (bond_id, user_id),
    CONSTRAINT bond_members_texts_bounded CHECK (
        octet_length(nickname::text) <= 4096 AND octet_length(safewords::text) <= 16384
        AND octet_length(aftercare_needs::text) <= 65536
    ),
    CONSTRAINT bond_members_accepts_few CHECK (cardinality(accepts_from) <= 12)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_members IS 'Who is in a bond now, and what they say of themselves there.';
COMMENT ON COLUMN bond_members.accepts_from IS 'By whom its owner lets themselves be led; null: by everybody whose role leads theirs.';
COMMENT ON COLUMN bond_members.paused_at IS 'Since when this member''s pause of the bond stands. Whose it is, nobody else reads.';
CREATE INDEX idx_bond_members_user ON bond_members (user_id, bond_id);

CREATE TABLE bond_settings (
    bond_id uuid PRIMARY KEY REFERENCES bonds (id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_bond_settings_id UNIQUE,
    auto_approve_members boolean NOT NULL DEFAULT false,
    max_members integer NOT NULL DEFAULT 2,
    invite_expires_after_days integer NOT NULL DEFAULT 7,
    enable_points_system boolean NOT NULL DEFAULT true,
    enable_rewards_system boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT bond_settings_members_between CHECK (max_members BETWEEN 2 AND 12),
    CONSTRAINT bond_settings_days_between CHECK (invite_expires_after_days BETWEEN 1 AND 30)
);
COMMENT ON TABLE bond_settings IS 'What a bond''s members agreed on about how it works.';

-- What somebody keeps of a bond: kept for its members, and nobody else's.
CREATE TABLE bond_activity_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    action text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT bond_activity_log_action_bounded CHECK (char_length(action) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_activity_log IS 'What happened to a bond itself: who came, left, changed its settings. Of a pause nobody''s name.';
CREATE INDEX idx_bond_activity_log_bond ON bond_activity_log (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_bond_activity_log_user ON bond_activity_log (user_id);

-- The feed: what of a bond's shared rows changed, in order. It points to rows and holds nothing of them.
CREATE TABLE bond_changes (
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    "table" text NOT NULL,
    id uuid NOT NULL,
    op text NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
    by uuid REFERENCES users (id) ON DELETE SET NULL,
    at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (bond_id, seq)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_changes IS 'The feed of a bond: its shared rows as they came, changed and went.';
CREATE INDEX idx_bond_changes_by ON bond_changes (by);
CREATE INDEX idx_bond_changes_at ON bond_changes (at);

-- A command that was done already: which row its answer is, and nothing of the row.
CREATE TABLE bond_replies (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    mark text NOT NULL,
    route text NOT NULL,
    body_hash text NOT NULL,
    row_id uuid,
    version integer,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (user_id, mark),
    CONSTRAINT bond_replies_bounded CHECK (char_length(mark) <= 128 AND char_length(route) <= 256 AND char_length(body_hash) <= 128)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_replies IS 'Keys and ids of commands that were done, as keyed hashes; a retry reads the row again.';
CREATE INDEX idx_bond_replies_created_at ON bond_replies (created_at);

-- People: the reference's profiles fields

ALTER TABLE users
    ADD COLUMN dynamic_role dynamic_role_enum,
    ADD COLUMN submission_state submission_state_enum NOT NULL DEFAULT 'active',
    ADD COLUMN bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    ADD COLUMN kink_identity jsonb,
    ADD COLUMN time_zone text,
    ADD COLUMN bonds_onboarded boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT users_time_zone_bounded CHECK (char_length(time_zone) <= 64),
    ADD CONSTRAINT users_kink_identity_bounded CHECK (octet_length(kink_identity::text) <= 8192);
COMMENT ON COLUMN users.kink_identity IS 'Sealed with its owner''s key.';
CREATE INDEX idx_users_bond ON users (bond_id) WHERE bond_id IS NOT NULL;

-- Who is asking, in the form that a statement asks once.

CREATE FUNCTION app.my_bonds() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT m.bond_id FROM bond_members m WHERE m.user_id = (SELECT app.uid()) $$;

-- Those in which anything may still be written.
CREATE FUNCTION app.my_open_bonds() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.bond_id FROM bond_members m JOIN bonds b ON b.id = m.bond_id
    WHERE m.user_id = (SELECT app.uid()) AND b.status <> 'dissolved'
$$;

-- Since when: a newcomer reads nothing older.
CREATE FUNCTION app.my_bonds_since() RETURNS TABLE (bond_id uuid, joined_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT m.bond_id, m.joined_at FROM bond_members m WHERE m.user_id = (SELECT app.uid()) $$;

-- Everybody in a bond as its members' process has to know them (a person's state and whose lead they accept decide what may be
-- written to them); what of it members are shown, the process says. Nothing to who is no member.
CREATE FUNCTION app.bond_people(of_bond uuid) RETURNS TABLE (
    id uuid, user_id uuid, display_name text, dynamic_role text, submission_state text, kink_identity jsonb, time_zone text,
    role_in_bond text, joined_at timestamptz, nickname jsonb, safewords jsonb, aftercare_needs jsonb, can_invite boolean,
    can_manage boolean, accepts_from uuid[], read_receipts boolean, presence boolean, paused_at timestamptz,
    dissolve_vote_at timestamptz, version integer, updated_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.id, m.user_id, u.display_name, u.dynamic_role::text, u.submission_state::text, u.kink_identity, u.time_zone,
        m.role_in_bond::text, m.joined_at, m.nickname, m.safewords, m.aftercare_needs, m.can_invite,
        m.can_manage, m.accepts_from, m.read_receipts, m.presence, m.paused_at,
        m.dissolve_vote_at, m.version, m.updated_at
    FROM bond_members m JOIN users u ON u.id = m.user_id
    WHERE m.bond_id = of_bond AND of_bond IN (SELECT app.my_bonds())
    ORDER BY m.joined_at, m.user_id
$$;

-- Every command begins here: the people it depends on are held, by id, then the bond; what was read before is read again under it.
-- KEY SHARE and not SHARE, so that a card that somebody plays meanwhile waits for nothing, and an erasure waits for this; who pauses
-- holds all their bonds (hold_myself), who names a limit theirs. False for who is no member.
CREATE FUNCTION app.hold_bond(of_bond uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    member uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid()) THEN
        RETURN false;
    END IF;
    FOR member IN SELECT m.user_id FROM bond_members m WHERE m.bond_id = of_bond ORDER BY m.user_id LOOP
        PERFORM FROM users u WHERE u.id = member FOR KEY SHARE;
    END LOOP;
    PERFORM FROM bonds b WHERE b.id = of_bond FOR UPDATE;
    RETURN EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid());
END
$$;

-- The caller's own row, before what is theirs alone changes for all their bonds (a pause), then these bonds, by id. NO KEY UPDATE:
-- whoever holds one of these bonds already may still write a row that names the caller, and need not wait for who waits for them.
CREATE FUNCTION app.hold_myself() RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM users u WHERE u.id = app.uid() FOR NO KEY UPDATE;
    RETURN QUERY
    SELECT b.id FROM bonds b
    WHERE b.id IN (SELECT m.bond_id FROM bond_members m WHERE m.user_id = app.uid())
    ORDER BY b.id FOR UPDATE;
END
$$;

-- What every table of bonds has: a version, the moment of its change, and its line in the feed

CREATE FUNCTION app.next_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := app.moment();
    RETURN NEW;
END
$$;

CREATE FUNCTION app.append_change(of_bond uuid, of_table text, row_id uuid, what text, who uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    next_seq bigint;
BEGIN
    UPDATE bonds b SET head = b.head + 1 WHERE b.id = of_bond RETURNING b.head INTO next_seq;
    IF next_seq IS NOT NULL THEN -- else the bond itself is going, and its feed with it
        INSERT INTO bond_changes (bond_id, seq, "table", id, op, by)
        VALUES (of_bond, next_seq, of_table, row_id, what, (SELECT u.id FROM users u WHERE u.id = who));
    END IF;
END
$$;

-- A row's line in the feed. TG_ARGV[0] names the column without which a row is its author's alone: to share it is an insert for the
-- others, to take it back a delete.
CREATE FUNCTION app.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    before_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    bond_before uuid := (before_row ->> 'bond_id')::uuid;
    bond_after uuid := (after_row ->> 'bond_id')::uuid;
BEGIN
    IF TG_NARGS > 0 THEN
        bond_before := CASE WHEN (before_row ->> TG_ARGV[0])::boolean THEN bond_before END;
        bond_after := CASE WHEN (after_row ->> TG_ARGV[0])::boolean THEN bond_after END;
    END IF;
    IF bond_before IS NOT NULL AND bond_before IS DISTINCT FROM bond_after THEN
        PERFORM app.append_change(bond_before, TG_TABLE_NAME, (before_row ->> 'id')::uuid, 'delete', app.uid());
    END IF;
    IF bond_after IS NOT NULL THEN
        PERFORM app.append_change(
            bond_after, TG_TABLE_NAME, (after_row ->> 'id')::uuid,
            CASE WHEN bond_before = bond_after THEN 'update' ELSE 'insert' END, app.uid()
        );
    END IF;
    RETURN NULL;
END
$$;

-- How a policy says: those made since they came to their bonds. By the bonds' ids first, which an index answers; since when they are
-- there is then asked of these rows alone.
CREATE FUNCTION app.seen_since(seen regclass, made name DEFAULT 'created_at') RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT format('bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (SELECT FROM app.my_bonds_since() mine'
        ' WHERE mine.bond_id = %1$s.bond_id AND mine.joined_at <= %1$s.%2$I)', seen, made)
$$;

-- A table whose rows all members see (with `since`: those made since they came), and may write by the commands named; which of
-- them may, the command knows. `edits` are the columns that may change. Nobody enters a row as made by somebody else, nor changes
-- one that they do not see.
CREATE FUNCTION app.share_in_bond(shared regclass, commands text, edits text DEFAULT NULL, since boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    seen text := CASE WHEN since
        THEN app.seen_since(shared)
        ELSE 'bond_id = ANY (ARRAY(SELECT app.my_bonds()))' END;
    open text := 'bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))';
    has_maker boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = shared AND attname = 'created_by' AND NOT attisdropped);
BEGIN
    PERFORM app.seal(shared);
    EXECUTE format('GRANT SELECT ON %s TO authenticated, bond_writer', shared);
    EXECUTE format('CREATE POLICY "Members can SELECT rows of their bonds" ON %s FOR SELECT TO authenticated, bond_writer USING (%s)',
        shared, seen);
    PERFORM app.let_write_in_bond(
        shared, commands, edits, open || CASE WHEN since THEN ' AND ' || seen ELSE '' END, open,
        open || CASE WHEN has_maker THEN ' AND created_by = (SELECT app.uid())' ELSE '' END
    );
    EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON %s'
        ' FOR EACH ROW EXECUTE FUNCTION app.note_change()', shared);
END
$$;

-- A table whose rows are their author's (`user_id`); with `shared_by` others of the bond see those where that column is true.
CREATE FUNCTION app.keep_own(own regclass, commands text, edits text DEFAULT NULL, shared_by text DEFAULT NULL, since boolean DEFAULT false)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    mine text := 'user_id = (SELECT app.uid())';
    has_bond boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = own AND attname = 'bond_id' AND NOT attisdropped);
    others text := CASE
        WHEN shared_by IS NULL THEN ''
        WHEN since THEN format(' OR (%I AND %s)', shared_by, app.seen_since(own))
        ELSE format(' OR (%I AND bond_id = ANY (ARRAY(SELECT app.my_bonds())))', shared_by) END;
    open text := mine || CASE WHEN has_bond
        THEN ' AND (bond_id IS NULL OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds())))' ELSE '' END;
BEGIN
    PERFORM app.seal(own);
    EXECUTE format('GRANT SELECT ON %s TO authenticated, bond_writer', own);
    EXECUTE format('CREATE POLICY "People can SELECT rows of theirs" ON %s FOR SELECT TO authenticated, bond_writer USING (%s%s)',
        own, mine, others);
    PERFORM app.let_write_in_bond(own, commands, edits, open, open, open);
    IF shared_by IS NOT NULL THEN
        EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON %s'
            ' FOR EACH ROW EXECUTE FUNCTION app.note_change(%L)', own, shared_by);
    END IF;
END
$$;

-- `held` are the rows that may change or go, `kept` those that may stand after a change, `entered` those that may come.
CREATE FUNCTION app.let_write_in_bond(written regclass, commands text, edits text, held text, kept text, entered text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF commands LIKE '%INSERT%' THEN
        EXECUTE format('GRANT INSERT ON %s TO bond_writer', written);
        EXECUTE format('CREATE POLICY "A member''s command may INSERT" ON %s FOR INSERT TO bond_writer WITH CHECK (%s)', written, entered);
    END IF;
    IF edits IS NOT NULL THEN
        EXECUTE format('GRANT UPDATE (%s) ON %s TO bond_writer', edits, written);
        EXECUTE format('CREATE POLICY "A member''s command may UPDATE" ON %s FOR UPDATE TO bond_writer USING (%s) WITH CHECK (%s)',
            written, held, kept);
    END IF;
    IF commands LIKE '%DELETE%' THEN
        EXECUTE format('GRANT DELETE ON %s TO bond_writer', written);
        EXECUTE format('CREATE POLICY "A member''s command may DELETE" ON %s FOR DELETE TO bond_writer USING (%s)', written, held);
    END IF;
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = written AND attname = 'version' AND NOT attisdropped) THEN
        EXECUTE format('CREATE TRIGGER next_version BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION app.next_version()', written);
    END IF;
END
$$;

-- Bonds and members: closed by hand, because only commands write them

SELECT app.seal('bonds');
SELECT app.let_service('bonds', 'SELECT');
GRANT SELECT (id, name, status, created_by, created_at, updated_at, description, bond_type, is_private, founder_id, invite_expires_at,
    dissolved_at, head, version) ON bonds TO authenticated, bond_writer;
GRANT UPDATE (name, description, is_private) ON bonds TO bond_writer;
CREATE POLICY "Members can SELECT their bonds" ON bonds FOR SELECT TO authenticated, bond_writer
    USING (id = ANY (ARRAY(SELECT app.my_bonds())));
CREATE POLICY "A member's command may UPDATE" ON bonds FOR UPDATE TO bond_writer
    USING (id = ANY (ARRAY(SELECT app.my_open_bonds()))) WITH CHECK (id = ANY (ARRAY(SELECT app.my_open_bonds())));

SELECT app.seal('bond_members');
SELECT app.let_service('bond_members', 'SELECT');
-- Not what only its owner is to know: who paused, who voted, whose lead somebody accepts, whether they send receipts, how far they read.
GRANT SELECT (id, bond_id, user_id, role_in_bond, joined_at, nickname, safewords, aftercare_needs, can_invite, can_manage, created_at,
    updated_at, version) ON bond_members TO authenticated, bond_writer;
GRANT UPDATE (role_in_bond, nickname, safewords, aftercare_needs, can_invite, can_manage, accepts_from, read_receipts, presence,
    read_through) ON bond_members TO bond_writer;
CREATE POLICY "Members can SELECT the members of their bonds" ON bond_members FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())));
CREATE POLICY "A member's command may UPDATE" ON bond_members FOR UPDATE TO bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))) WITH CHECK (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));

-- What somebody says of themselves nobody else writes, and nobody gives themselves rights: also not by a command that has a fault.
-- What follows from who came or went is written by triggers, one deeper: the rights of a founder, and who is gone leads nobody.
CREATE FUNCTION app.keep_to_oneself() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    IF (OLD.role_in_bond, OLD.nickname, OLD.safewords, OLD.aftercare_needs, OLD.accepts_from, OLD.read_receipts, OLD.presence,
            OLD.paused_at, OLD.dissolve_vote_at, OLD.read_through)
        IS DISTINCT FROM (NEW.role_in_bond, NEW.nickname, NEW.safewords, NEW.aftercare_needs, NEW.accepts_from, NEW.read_receipts,
            NEW.presence, NEW.paused_at, NEW.dissolve_vote_at, NEW.read_through)
        AND OLD.user_id IS DISTINCT FROM app.uid() THEN
        RAISE EXCEPTION 'only a member themselves says this of them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (OLD.can_invite, OLD.can_manage) IS DISTINCT FROM (NEW.can_invite, NEW.can_manage) AND (
        OLD.user_id = app.uid()
        OR NOT EXISTS (SELECT FROM bonds b WHERE b.id = OLD.bond_id AND b.founder_id = app.uid())
    ) THEN
        RAISE EXCEPTION 'rights are given by the founder, and never to oneself' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_to_oneself BEFORE UPDATE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.keep_to_oneself();

-- What others do not read of a member changes neither its version nor the feed.
CREATE TRIGGER next_version BEFORE UPDATE ON bond_members FOR EACH ROW
    WHEN ((OLD.role_in_bond, OLD.nickname, OLD.safewords, OLD.aftercare_needs, OLD.can_invite, OLD.can_manage)
        IS DISTINCT FROM (NEW.role_in_bond, NEW.nickname, NEW.safewords, NEW.aftercare_needs, NEW.can_invite, NEW.can_manage))
    EXECUTE FUNCTION app.next_version();
CREATE TRIGGER note_change_of_member AFTER UPDATE ON bond_members FOR EACH ROW WHEN (OLD.version <> NEW.version)
    EXECUTE FUNCTION app.note_change();
CREATE TRIGGER note_change AFTER INSERT OR DELETE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.note_change();

CREATE TRIGGER next_version BEFORE UPDATE ON bonds FOR EACH ROW
    WHEN ((OLD.name, OLD.description, OLD.status, OLD.is_private, OLD.founder_id)
        IS DISTINCT FROM (NEW.name, NEW.description, NEW.status, NEW.is_private, NEW.founder_id))
    EXECUTE FUNCTION app.next_version();

-- The bond's own line in the feed; a change of its state is nobody's, for it may be a pause.
CREATE FUNCTION app.note_bond_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.append_change(NEW.id, 'bonds', NEW.id, 'update', CASE WHEN NEW.status = OLD.status THEN app.uid() END);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_change AFTER UPDATE ON bonds FOR EACH ROW WHEN (OLD.version <> NEW.version)
    EXECUTE FUNCTION app.note_bond_change();

-- What follows from who is in a bond and whose pause stands, whoever changed it and in whatever way: its state, its codes, its
-- founder. A bond without anybody goes, and its key with it.
CREATE FUNCTION app.settle_bond(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    bond bonds;
    members integer;
    paused boolean;
    next_founder uuid;
BEGIN
    SELECT * INTO bond FROM bonds b WHERE b.id = of_bond FOR UPDATE;
    IF bond.id IS NULL THEN
        RETURN;
    END IF;
    SELECT count(*), coalesce(bool_or(m.paused_at IS NOT NULL), false) INTO members, paused
        FROM bond_members m WHERE m.bond_id = of_bond;
    IF members = 0 THEN
        IF current_setting('app.erasing', true) = 'on' THEN
            RETURN; -- it goes once its last member is gone: app.end_bonds_of_erased
        END IF;
        DELETE FROM bonds b WHERE b.id = of_bond;
        RETURN;
    END IF;
    SELECT m.user_id INTO next_founder FROM bond_members m WHERE m.bond_id = of_bond
        ORDER BY m.user_id <> coalesce(bond.founder_id, m.user_id) OR bond.founder_id IS NULL, m.can_manage DESC, m.joined_at, m.user_id LIMIT 1;
    UPDATE bonds b SET
        founder_id = next_founder,
        status = CASE WHEN b.status = 'dissolved' THEN b.status
            WHEN paused THEN 'paused' WHEN members > 1 THEN 'active' ELSE 'forming' END
        WHERE b.id = of_bond AND (b.founder_id, b.status) IS DISTINCT FROM (
            next_founder, CASE WHEN b.status = 'dissolved' THEN b.status
                WHEN paused THEN 'paused'::bond_status_enum WHEN members > 1 THEN 'active' ELSE 'forming' END
        );
    UPDATE bond_members m SET can_invite = true, can_manage = true
        WHERE m.bond_id = of_bond AND m.user_id = next_founder AND NOT (m.can_invite AND m.can_manage);
END
$$;

-- Whoever comes or goes voids the open code, and what a single member said of who may come without being asked for: that was said
-- in another company.
CREATE FUNCTION app.settle_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_bond uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.bond_id ELSE NEW.bond_id END;
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        UPDATE bonds b SET invite_code = NULL, invite_expires_at = NULL, invited_by = NULL
            WHERE b.id = of_bond AND b.invite_code IS NOT NULL;
        UPDATE bond_settings t SET auto_approve_members = false WHERE t.bond_id = of_bond AND t.auto_approve_members;
    END IF;
    IF TG_OP = 'DELETE' THEN
        UPDATE bond_members m SET accepts_from = array_remove(m.accepts_from, OLD.user_id)
            WHERE m.bond_id = of_bond AND OLD.user_id = ANY (m.accepts_from);
    END IF;
    PERFORM app.settle_bond(of_bond);
    RETURN NULL;
END
$$;
CREATE TRIGGER settle_members AFTER INSERT OR DELETE OR UPDATE OF paused_at ON bond_members
    FOR EACH ROW EXECUTE FUNCTION app.settle_members();

-- An erased person leaves their bonds first, in the order in which commands hold them, while everything of theirs still says so.
CREATE FUNCTION app.leave_bonds_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM bonds b WHERE b.id IN (SELECT m.bond_id FROM bond_members m WHERE m.user_id = OLD.id) ORDER BY b.id FOR UPDATE;
    DELETE FROM bond_members m WHERE m.user_id = OLD.id;
    RETURN OLD;
END
$$;
CREATE TRIGGER users_leave_bonds BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.leave_bonds_of_erased();

-- A bond that is empty then goes after its last member and not before: its end would change the very row that is being deleted
-- (users.bond_id), and the deletion fail. By their names these come before everything else here, and after the foreign keys.
CREATE FUNCTION app.begin_erasing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.erasing', 'on', true);
    RETURN OLD;
END
$$;
CREATE TRIGGER users_begin_erasing BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.begin_erasing();

CREATE FUNCTION app.end_bonds_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.erasing', '', true);
    DELETE FROM bonds b WHERE b.founder_id IS NULL AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = b.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER users_end_bonds AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.end_bonds_of_erased();

-- Like an erased person's, the key of a bond that is gone is forgotten by who comes next to these notes.
CREATE FUNCTION app.note_ended_bond() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO erased_people (person, rooms) VALUES ('bond:' || OLD.id, '{}') ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER bonds_note_ended AFTER DELETE ON bonds FOR EACH ROW EXECUTE FUNCTION app.note_ended_bond();

-- A person's state is theirs alone to declare, in whatever role a statement runs.
CREATE FUNCTION app.keep_state_own() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM app.uid() THEN
        RAISE EXCEPTION 'only a person themselves declares their state' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER users_keep_state_own BEFORE UPDATE OF submission_state ON users FOR EACH ROW
    WHEN (OLD.submission_state <> NEW.submission_state) EXECUTE FUNCTION app.keep_state_own();

GRANT SELECT (id, display_name, dynamic_role, submission_state, bond_id, kink_identity, time_zone, bonds_onboarded, adult_confirmed_at)
    ON users TO bond_writer;
GRANT UPDATE (dynamic_role, submission_state, bond_id, kink_identity, time_zone, bonds_onboarded) ON users TO bond_writer;
CREATE POLICY "A person's command may SELECT their own row" ON users FOR SELECT TO bond_writer USING (id = (SELECT app.uid()));
CREATE POLICY "A person's command may UPDATE their own row" ON users FOR UPDATE TO bond_writer
    USING (id = (SELECT app.uid())) WITH CHECK (id = (SELECT app.uid()));

-- A change of name, role, kink_identity or state is one of the member's in each of their bonds.
CREATE FUNCTION app.note_change_of_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    member record;
BEGIN
    FOR member IN SELECT m.id, m.bond_id FROM bond_members m WHERE m.user_id = NEW.id ORDER BY m.bond_id LOOP
        PERFORM app.append_change(member.bond_id, 'bond_members', member.id, 'update', NEW.id);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_note_change AFTER UPDATE OF display_name, dynamic_role, submission_state, kink_identity ON users FOR EACH ROW
    WHEN ((OLD.display_name, OLD.dynamic_role, OLD.submission_state, OLD.kink_identity)
        IS DISTINCT FROM (NEW.display_name, NEW.dynamic_role, NEW.submission_state, NEW.kink_identity))
    EXECUTE FUNCTION app.note_change_of_person();

-- Settings, log, feed, replies

SELECT app.share_in_bond('bond_settings', '',
    'auto_approve_members, max_members, invite_expires_after_days, enable_points_system, enable_rewards_system');
SELECT app.let_service('bond_settings', 'SELECT');

SELECT app.seal('bond_activity_log');
GRANT SELECT ON bond_activity_log TO authenticated, bond_writer;
GRANT INSERT ON bond_activity_log TO bond_writer;
CREATE POLICY "Members can SELECT what happened since they came" ON bond_activity_log FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine
        WHERE mine.bond_id = bond_activity_log.bond_id AND mine.joined_at <= bond_activity_log.created_at
    ));
CREATE POLICY "A member's command may INSERT" ON bond_activity_log FOR INSERT TO bond_writer
    WITH CHECK (bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND coalesce(user_id = (SELECT app.uid()), true));

SELECT app.seal('bond_changes');
SELECT app.let_service('bond_changes', 'SELECT', 'DELETE');
GRANT SELECT ON bond_changes TO authenticated, bond_writer;
CREATE POLICY "Members can SELECT the feed since they came" ON bond_changes FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine WHERE mine.bond_id = bond_changes.bond_id AND mine.joined_at <= bond_changes.at
    ));

SELECT app.seal('bond_replies');
SELECT app.let_service('bond_replies', 'SELECT', 'DELETE');
GRANT SELECT, INSERT ON bond_replies TO bond_writer;
GRANT UPDATE (row_id, version) ON bond_replies TO bond_writer;
CREATE POLICY "A person's command may SELECT their own" ON bond_replies FOR SELECT TO bond_writer USING (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may INSERT their own" ON bond_replies FOR INSERT TO bond_writer
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may UPDATE their own" ON bond_replies FOR UPDATE TO bond_writer
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));

-- Founding: whoever does so is its first member. At most `most` bonds a person; null where these are.
CREATE FUNCTION app.found_bond(
    new_id uuid, sealed_name jsonb, sealed_description jsonb, of_type bond_type_enum, private boolean, most integer
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me users;
BEGIN
    SELECT * INTO me FROM users u WHERE u.id = app.uid() FOR UPDATE;
    IF me.id IS NULL OR (SELECT count(*) FROM bond_members m WHERE m.user_id = me.id) >= most THEN
        RETURN NULL;
    END IF;
    INSERT INTO bonds (id, name, description, bond_type, is_private, created_by, founder_id)
        VALUES (new_id, sealed_name, sealed_description, of_type, private, me.id, me.id);
    INSERT INTO bond_settings (bond_id, max_members) VALUES (new_id, CASE WHEN of_type = 'dyad' THEN 2 ELSE 12 END);
    INSERT INTO bond_members (bond_id, user_id, role_in_bond, can_invite, can_manage)
        VALUES (new_id, me.id, coalesce(me.dynamic_role, 'switch'), true, true);
    INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (new_id, me.id, 'founded');
    UPDATE users u SET bond_id = coalesce(u.bond_id, new_id), bonds_onboarded = u.bonds_onboarded OR u.dynamic_role IS NOT NULL
        WHERE u.id = me.id;
    RETURN new_id;
END
$$;

-- The first tool: what somebody keeps to read, and may show

CREATE TABLE resources (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    url jsonb,
    resource_type resource_type_enum NOT NULL DEFAULT 'article',
    category resource_category_enum NOT NULL DEFAULT 'other',
    description jsonb,
    tags text[] NOT NULL DEFAULT '{}',
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    shared_with_partner boolean NOT NULL DEFAULT false,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    rating integer CHECK (rating BETWEEN 1 AND 5),
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT resources_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(url::text) <= 16384 AND octet_length(description::text) <= 65536
        AND cardinality(tags) <= 20 AND octet_length(tags::text) <= 4096
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE resources IS 'What somebody keeps to read; its texts are sealed with their own key, also while it is shared.';
CREATE INDEX idx_resources_user ON resources (user_id, created_at DESC, id DESC);
CREATE INDEX idx_resources_bond ON resources (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
SELECT app.keep_own('resources', 'INSERT, DELETE',
    'title, url, resource_type, category, description, tags, shared_with_partner, rating', 'shared_with_partner');
SELECT app.let_service('resources', 'SELECT');

GRANT EXECUTE ON FUNCTION app.moment(), app.my_bonds(), app.my_open_bonds(), app.my_bonds_since(), app.bond_people(uuid)
TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.hold_bond(uuid), app.hold_myself(),
    app.found_bond(uuid, jsonb, jsonb, bond_type_enum, boolean, integer)
TO bond_writer;
GRANT EXECUTE ON FUNCTION app.moment(), app.settle_bond(uuid) TO game_service;

-- Has this person anything that only their own key opens?
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
    ) OR EXISTS (SELECT FROM users u WHERE u.id = owner_user AND u.kink_identity IS NOT NULL)
      OR EXISTS (SELECT FROM resources r WHERE r.user_id = owner_user)
$$;

RESET search_path;
RESET ROLE;
