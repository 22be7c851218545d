-- Bonds: words and the rest. What two people write to themselves and to each other, what they plan, sign and keep, and the tables of
-- AI characters. Text of one person's own rows is sealed with their key, also while it is shared; text of shared rows with the bond's.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Enums: the reference's values first, ours after them.

CREATE TYPE journal_entry_type_enum AS ENUM ('personal', 'shared', 'gratitude', 'reflection', 'scene_log');
CREATE TYPE calendar_event_type_enum AS ENUM ('scene', 'task_deadline', 'important_date', 'ritual', 'check_in');
CREATE TYPE contract_status_enum AS ENUM ('draft', 'active', 'expired', 'superseded', 'pending_signature', 'withdrawn');
CREATE TYPE signature_status_enum AS ENUM ('pending', 'signed', 'declined');
CREATE TYPE scene_status_enum AS ENUM ('planned', 'agreed', 'done', 'called_off');
CREATE TYPE check_in_status_enum AS ENUM ('green', 'yellow', 'red');
CREATE TYPE message_role_enum AS ENUM ('user', 'assistant');
CREATE TYPE kinkster_provider_enum AS ENUM ('flowise', 'openai_responses');
CREATE TYPE experience_level_enum AS ENUM ('beginner', 'intermediate', 'advanced', 'expert');
-- Adults, and nothing between the ages: there is no value for anybody who is not one.
CREATE TYPE age_range_enum AS ENUM ('21-25', '26-30', '31-40', '41-50', '51-60', '61+');
CREATE TYPE generation_status_enum AS ENUM ('pending', 'running', 'done', 'refused', 'failed');

-- Files: pictures, sealed with the key of who uploaded them

CREATE TABLE files (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    place text NOT NULL CONSTRAINT idx_files_place UNIQUE,
    key_id text NOT NULL,
    content_type text NOT NULL,
    bytes integer NOT NULL,
    width integer,
    height integer,
    attached_at timestamptz,
    withdrawn_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT files_are_pictures CHECK (content_type IN ('image/jpeg', 'image/png', 'image/webp', 'image/avif')),
    CONSTRAINT files_bounded CHECK (
        bytes BETWEEN 1 AND 10485760 AND width BETWEEN 1 AND 16384 AND height BETWEEN 1 AND 16384
        AND char_length(place) <= 256 AND char_length(key_id) <= 64
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE files IS 'Pictures somebody uploaded: where the sealed bytes lie, and which key opens them.';
COMMENT ON COLUMN files.attached_at IS 'Since when it hangs on something: who else may see it, that row says.';
COMMENT ON COLUMN files.place IS 'The name under which the object store keeps the bytes; by itself it opens nothing.';
CREATE INDEX idx_files_user ON files (user_id, created_at DESC, id DESC);
CREATE INDEX idx_files_unattached ON files (created_at) WHERE attached_at IS NULL;
SELECT app.keep_own('files', 'INSERT, DELETE', 'attached_at, withdrawn_at');

-- Journal

CREATE TABLE journal_entries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb,
    content jsonb NOT NULL,
    entry_type journal_entry_type_enum NOT NULL DEFAULT 'personal',
    tags text[] NOT NULL DEFAULT '{}',
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_shared boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT journal_entries_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(content::text) <= 524288
        AND cardinality(tags) <= 20 AND octet_length(tags::text) <= 4096
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE journal_entries IS 'What somebody writes for themselves, and shows their bond where is_shared says so; sealed with their own key.';
CREATE INDEX idx_journal_entries_user ON journal_entries (user_id, created_at DESC, id DESC);
CREATE INDEX idx_journal_entries_bond ON journal_entries (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_journal_entries_tags ON journal_entries USING gin (tags);
SELECT app.keep_own('journal_entries', 'INSERT, DELETE', 'title, content, entry_type, tags, is_shared', 'is_shared', true);

-- Calendar. Without a bond an event is its creator's own, and goes with them: app.forget_words_of_erased below.

CREATE TABLE calendar_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    event_type calendar_event_type_enum NOT NULL DEFAULT 'important_date',
    start_date timestamptz NOT NULL,
    end_date timestamptz,
    bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    ical_uid text NOT NULL DEFAULT gen_random_uuid()::text,
    recurrence_id text NOT NULL DEFAULT '',
    description jsonb,
    location jsonb,
    timezone text NOT NULL DEFAULT 'UTC',
    all_day boolean NOT NULL DEFAULT false,
    rrule text,
    exdates text[] NOT NULL DEFAULT '{}',
    sequence integer NOT NULL DEFAULT 0,
    reminder_minutes integer,
    imported boolean NOT NULL DEFAULT false,
    task_id uuid REFERENCES tasks (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT calendar_events_in_order CHECK (end_date >= start_date),
    CONSTRAINT calendar_events_deadlines CHECK ((event_type = 'task_deadline') = (task_id IS NOT NULL)),
    CONSTRAINT calendar_events_deadlines_shared CHECK (task_id IS NULL OR bond_id IS NOT NULL),
    CONSTRAINT calendar_events_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND octet_length(location::text) <= 4096
        AND char_length(ical_uid) BETWEEN 1 AND 255 AND char_length(recurrence_id) <= 32 AND char_length(timezone) <= 64
        AND char_length(rrule) <= 512 AND cardinality(exdates) <= 366 AND octet_length(exdates::text) <= 16384
        AND reminder_minutes BETWEEN 0 AND 40320
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE calendar_events IS 'Dates of a bond, sealed with its key; without a bond its creator''s own, sealed with theirs.';
COMMENT ON COLUMN calendar_events.task_id IS 'Whose deadline it is: written by the task''s commands alone.';
COMMENT ON COLUMN calendar_events.recurrence_id IS 'Of an occurrence that differs from its series, the moment it had, as iCalendar writes it; else empty.';
CREATE UNIQUE INDEX idx_calendar_events_uid ON calendar_events (bond_id, ical_uid, recurrence_id) WHERE bond_id IS NOT NULL;
CREATE UNIQUE INDEX idx_calendar_events_own_uid ON calendar_events (created_by, ical_uid, recurrence_id) WHERE bond_id IS NULL;
CREATE INDEX idx_calendar_events_bond ON calendar_events (bond_id, start_date, id) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_calendar_events_created_by ON calendar_events (created_by, start_date, id);
CREATE INDEX idx_calendar_events_series ON calendar_events (bond_id, created_by) WHERE rrule IS NOT NULL;
CREATE UNIQUE INDEX idx_calendar_events_task ON calendar_events (task_id) WHERE task_id IS NOT NULL;

SELECT app.seal('calendar_events');
GRANT SELECT ON calendar_events TO authenticated, bond_writer;
GRANT INSERT, DELETE ON calendar_events TO bond_writer;
GRANT UPDATE (title, event_type, start_date, end_date, recurrence_id, description, location, timezone, all_day, rrule, exdates, sequence,
    reminder_minutes) ON calendar_events TO bond_writer;
CREATE POLICY "Members can SELECT events of their bonds, and their own" ON calendar_events FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())) OR bond_id IS NULL AND created_by = (SELECT app.uid()));
CREATE POLICY "A member's command may INSERT" ON calendar_events FOR INSERT TO bond_writer
    WITH CHECK (created_by = (SELECT app.uid()) AND (bond_id IS NULL OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))));
CREATE POLICY "A member's command may UPDATE" ON calendar_events FOR UPDATE TO bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) OR bond_id IS NULL AND created_by = (SELECT app.uid()))
    WITH CHECK (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) OR bond_id IS NULL AND created_by = (SELECT app.uid()));
CREATE POLICY "A member's command may DELETE" ON calendar_events FOR DELETE TO bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) OR bond_id IS NULL AND created_by = (SELECT app.uid()));
CREATE TRIGGER next_version BEFORE UPDATE ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.next_version();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.note_change();

-- The address by which another program reads a calendar: its secret is kept as a hash, and ends with the membership.
CREATE TABLE calendar_feeds (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    secret_hash text NOT NULL CONSTRAINT idx_calendar_feeds_secret UNIQUE,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT idx_calendar_feeds_one UNIQUE NULLS NOT DISTINCT (user_id, bond_id),
    CONSTRAINT calendar_feeds_bounded CHECK (char_length(secret_hash) <= 128)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE calendar_feeds IS 'Who feeds which calendar to another program; without a bond their own.';
CREATE INDEX idx_calendar_feeds_bond ON calendar_feeds (bond_id) WHERE bond_id IS NOT NULL;
SELECT app.keep_own('calendar_feeds', 'INSERT, DELETE');
REVOKE SELECT ON calendar_feeds FROM authenticated, bond_writer;
GRANT SELECT (id, user_id, bond_id, created_at) ON calendar_feeds TO authenticated, bond_writer;

-- Contracts: versions in a line, frozen while they are signed and ever after

CREATE TABLE contracts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    content jsonb NOT NULL,
    version_number integer NOT NULL DEFAULT 1,
    status contract_status_enum NOT NULL DEFAULT 'draft',
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    signed_at timestamptz,
    expires_at timestamptz,
    line_id uuid NOT NULL,
    content_sha256 text,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_contracts_of_bond UNIQUE (id, bond_id),
    CONSTRAINT idx_contracts_version UNIQUE (line_id, version_number),
    CONSTRAINT contracts_frozen_by_hash CHECK ((status = 'draft') = (content_sha256 IS NULL)),
    CONSTRAINT contracts_signed_once CHECK ((status IN ('draft', 'pending_signature')) = (signed_at IS NULL)),
    CONSTRAINT contracts_ended_once CHECK ((status IN ('withdrawn', 'expired', 'superseded')) = (ended_at IS NOT NULL)),
    CONSTRAINT contracts_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(content::text) <= 524288 AND version_number BETWEEN 1 AND 1000
        AND content_sha256 ~ '^[0-9a-f]{64}$'
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE contracts IS 'What members agreed on in writing. No legal force, either ends it at once.';
COMMENT ON COLUMN contracts.line_id IS 'The id of the first version, of which this is a later one.';
COMMENT ON COLUMN contracts.content_sha256 IS 'Of the text its parties sign, as canonical JSON; null while it is a draft.';
CREATE UNIQUE INDEX idx_contracts_active ON contracts (line_id) WHERE status = 'active';
CREATE INDEX idx_contracts_bond ON contracts (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_contracts_created_by ON contracts (created_by);
CREATE INDEX idx_contracts_expires ON contracts (expires_at) WHERE status = 'active';

CREATE TABLE contract_signatures (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    contract_id uuid NOT NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    status signature_status_enum NOT NULL DEFAULT 'pending',
    content_sha256 text,
    reason jsonb,
    signed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_contract_signatures_party UNIQUE (contract_id, user_id),
    FOREIGN KEY (contract_id, bond_id) REFERENCES contracts (id, bond_id) ON DELETE CASCADE,
    CONSTRAINT contract_signatures_signed CHECK (
        (status = 'signed') = (signed_at IS NOT NULL) AND (status = 'signed') = (content_sha256 IS NOT NULL)
    ),
    CONSTRAINT contract_signatures_bounded CHECK (octet_length(reason::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE contract_signatures IS 'The parties of a contract, and whether each signed its hash.';
CREATE INDEX idx_contract_signatures_contract ON contract_signatures (contract_id, bond_id);
CREATE INDEX idx_contract_signatures_bond ON contract_signatures (bond_id);
CREATE INDEX idx_contract_signatures_user ON contract_signatures (user_id);

SELECT app.share_in_bond('contracts', '', 'title, content, status, signed_at, expires_at, content_sha256, ended_at', true);
GRANT INSERT, DELETE ON contracts TO bond_writer;
CREATE POLICY "A member's command may INSERT" ON contracts FOR INSERT TO bond_writer WITH CHECK (
    bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) AND created_by = (SELECT app.uid()) AND status = 'draft'
);
CREATE POLICY "A member's command may DELETE" ON contracts FOR DELETE TO bond_writer USING (
    bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) AND created_by = (SELECT app.uid()) AND status = 'draft'
);

SELECT app.share_in_bond('contract_signatures', '', 'status, content_sha256, reason, signed_at', true);
GRANT INSERT, DELETE ON contract_signatures TO bond_writer;
CREATE POLICY "A member's command may INSERT" ON contract_signatures FOR INSERT TO bond_writer
    WITH CHECK (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) AND status = 'pending');
-- Voided are only those of a draft: what was signed and is in force, or was, stays as it was signed.
CREATE POLICY "A member's command may DELETE" ON contract_signatures FOR DELETE TO bond_writer USING (
    bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))
    AND contract_id IN (SELECT c.id FROM contracts c WHERE c.bond_id = contract_signatures.bond_id AND c.status = 'draft')
);

-- A contract's text is free while it is a draft; from then on nobody changes it, in whatever role. In force is only what every party
-- signed as it stands.
CREATE FUNCTION app.keep_contract() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF (NEW.bond_id, NEW.line_id, NEW.version_number) <> (OLD.bond_id, OLD.line_id, OLD.version_number)
        OR OLD.status <> 'draft' AND (NEW.title, NEW.content, NEW.expires_at) IS DISTINCT FROM (OLD.title, OLD.content, OLD.expires_at)
        OR OLD.status <> 'draft' AND NEW.status <> 'draft' AND NEW.content_sha256 IS DISTINCT FROM OLD.content_sha256
        OR OLD.signed_at <> coalesce(NEW.signed_at, 'infinity') THEN
        RAISE EXCEPTION 'a contract that was given to be signed is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'pending_signature'), ('pending_signature', 'draft'), ('pending_signature', 'active'),
        ('active', 'superseded'), ('active', 'expired'), ('active', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'a contract that is % does not become %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'active' AND OLD.status <> 'active' AND (
        SELECT count(*) < 2 OR bool_or(s.status <> 'signed' OR s.content_sha256 <> NEW.content_sha256)
        FROM contract_signatures s WHERE s.contract_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a contract is in force when every party signed it' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_contract BEFORE UPDATE OF title, content, version_number, status, bond_id, signed_at, expires_at, line_id,
    content_sha256 ON contracts FOR EACH ROW EXECUTE FUNCTION app.keep_contract();

-- Nobody signs for somebody else, or another text than the one that was given.
CREATE FUNCTION app.keep_signature() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF OLD.user_id IS NULL OR OLD.user_id IS DISTINCT FROM app.uid() THEN
        RAISE EXCEPTION 'only a party themselves signs or declines' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.status <> 'pending' OR NOT EXISTS (
        SELECT FROM contracts c WHERE c.id = OLD.contract_id AND c.status = 'pending_signature'
            AND (NEW.status <> 'signed' OR c.content_sha256 = NEW.content_sha256)
    ) THEN
        RAISE EXCEPTION 'what is signed is the text that was given, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_signature BEFORE UPDATE ON contract_signatures FOR EACH ROW
    WHEN ((OLD.status, OLD.content_sha256, OLD.reason, OLD.signed_at, OLD.contract_id)
        IS DISTINCT FROM (NEW.status, NEW.content_sha256, NEW.reason, NEW.signed_at, NEW.contract_id))
    EXECUTE FUNCTION app.keep_signature();

-- Who signed what, and that it ended, for the ledger of consent; who ended it is nobody's to read there.
CREATE FUNCTION app.note_signature_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.append_consent(
        'bond:' || NEW.bond_id, 'contract_signed', app.consent_person(NEW.user_id, NULL),
        jsonb_build_object('contract', NEW.contract_id, 'content_sha256', NEW.content_sha256)
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER contract_signatures_note_consent AFTER UPDATE OF status ON contract_signatures
    FOR EACH ROW WHEN (NEW.status = 'signed' AND OLD.status <> 'signed') EXECUTE FUNCTION app.note_signature_consent();

CREATE FUNCTION app.note_contract_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.append_consent('bond:' || NEW.bond_id, 'contract_ended', NULL, jsonb_build_object('contract', NEW.id));
    RETURN NULL;
END
$$;
CREATE TRIGGER contracts_note_consent AFTER UPDATE OF status ON contracts
    FOR EACH ROW WHEN (OLD.status = 'active' AND NEW.status = 'withdrawn') EXECUTE FUNCTION app.note_contract_consent();

-- Scenes

CREATE TABLE scenes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    scene_date timestamptz,
    duration_minutes integer CHECK (duration_minutes BETWEEN 1 AND 10080),
    activities jsonb NOT NULL DEFAULT '[]',
    consent_details jsonb,
    aftercare_provided boolean NOT NULL DEFAULT false,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    status scene_status_enum NOT NULL DEFAULT 'planned',
    notes jsonb,
    aftercare_notes jsonb,
    logged_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_scenes_of_bond UNIQUE (id, bond_id),
    CONSTRAINT scenes_logged_once CHECK ((status = 'done') = (logged_at IS NOT NULL)),
    CONSTRAINT scenes_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(consent_details::text) <= 65536 AND octet_length(notes::text) <= 65536
        AND octet_length(aftercare_notes::text) <= 65536 AND octet_length(activities::text) <= 262144
    ),
    -- [{name: sealed, keys: [key], with: [user_id], notes?: sealed}]
    CONSTRAINT scenes_activities_shaped CHECK (CASE WHEN jsonb_typeof(activities) <> 'array' THEN false
        ELSE jsonb_array_length(activities) <= 30 AND NOT jsonb_path_exists(activities, '$[*] ? (!(
            @.type() == "object" && @.name.type() == "object" && @.keys.type() == "array" && @.with.type() == "array"
            && @.keys.size() <= 40 && @.with.size() <= 12 && (!exists(@.notes) || @.notes.type() == "object")
        ))') AND NOT jsonb_path_exists(activities, '$[*].keys[*] ? (@.type() != "string" || !(@ like_regex "^[a-z0-9_]{1,64}$"))')
        AND NOT jsonb_path_exists(activities, '$[*].with[*] ? (@.type() != "string" || !(@ like_regex "^[0-9a-f-]{36}$"))') END)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scenes IS 'What members plan, agree on and did together.';
COMMENT ON COLUMN scenes.activities IS '[{name, keys[], with: [user_id], notes?}]: name and notes sealed, keys of preferences and limits readable.';
CREATE INDEX idx_scenes_bond ON scenes (bond_id, scene_date DESC, id DESC);
CREATE INDEX idx_scenes_bond_created ON scenes (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_scenes_created_by ON scenes (created_by);
CREATE INDEX idx_scenes_activities ON scenes USING gin (activities jsonb_path_ops);
SELECT app.share_in_bond('scenes', 'INSERT, DELETE', 'title, scene_date, duration_minutes, activities, consent_details,'
    ' aftercare_provided, status, notes, aftercare_notes, logged_at', true);

-- Who agreed to which version of a scene. It is not edited: another version is agreed to anew.
CREATE TABLE scene_confirmations (
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_scene_confirmations_id UNIQUE,
    scene_id uuid NOT NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    version integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (scene_id, user_id),
    FOREIGN KEY (scene_id, bond_id) REFERENCES scenes (id, bond_id) ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scene_confirmations IS 'Who of a scene''s participants confirmed it.';
COMMENT ON COLUMN scene_confirmations.version IS 'The version of the scene that was confirmed; of no other is it a word.';
CREATE INDEX idx_scene_confirmations_scene ON scene_confirmations (scene_id, bond_id);
CREATE INDEX idx_scene_confirmations_bond ON scene_confirmations (bond_id);
CREATE INDEX idx_scene_confirmations_user ON scene_confirmations (user_id);

SELECT app.seal('scene_confirmations');
GRANT SELECT ON scene_confirmations TO authenticated, bond_writer;
GRANT INSERT, DELETE ON scene_confirmations TO bond_writer;
CREATE POLICY "Members can SELECT rows of their bonds" ON scene_confirmations FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine
        WHERE mine.bond_id = scene_confirmations.bond_id AND mine.joined_at <= scene_confirmations.created_at
    ));
CREATE POLICY "A member's command may INSERT" ON scene_confirmations FOR INSERT TO bond_writer
    WITH CHECK (user_id = (SELECT app.uid()) AND bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));
-- Anybody's: who changes a scene takes back what was said of it before.
CREATE POLICY "A member's command may DELETE" ON scene_confirmations FOR DELETE TO bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));
CREATE TRIGGER note_change AFTER INSERT OR DELETE ON scene_confirmations FOR EACH ROW EXECUTE FUNCTION app.note_change();

CREATE TABLE scene_debriefs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    scene_id uuid REFERENCES scenes (id) ON DELETE SET NULL,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    text jsonb NOT NULL,
    is_shared boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_scene_debriefs_one UNIQUE (scene_id, user_id),
    CONSTRAINT scene_debriefs_bounded CHECK (octet_length(text::text) <= 524288)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scene_debriefs IS 'What each says of a scene afterwards: first for themselves, then shared where they choose; sealed with their own key.';
CREATE INDEX idx_scene_debriefs_bond ON scene_debriefs (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_scene_debriefs_user ON scene_debriefs (user_id, created_at DESC, id DESC);
SELECT app.keep_own('scene_debriefs', 'INSERT, DELETE', 'text, is_shared', 'is_shared', true);

-- What is said to a bond is shared as long as it has one: by this column policies and the feed know.
CREATE FUNCTION app.share_with_its_bond() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.is_shared := NEW.bond_id IS NOT NULL;
    RETURN NEW;
END
$$;

-- Check-ins: one a person, bond and day

CREATE TABLE check_ins (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    status check_in_status_enum NOT NULL,
    notes jsonb,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    local_date date NOT NULL,
    timezone text NOT NULL DEFAULT 'UTC',
    is_shared boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_check_ins_day UNIQUE (user_id, bond_id, local_date),
    CONSTRAINT check_ins_bounded CHECK (octet_length(notes::text) <= 65536 AND char_length(timezone) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE check_ins IS 'How somebody is today, said to a bond; sealed with their own key, and theirs alone once they left.';
CREATE INDEX idx_check_ins_user ON check_ins (user_id, created_at DESC, id DESC);
CREATE INDEX idx_check_ins_bond ON check_ins (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
CREATE TRIGGER share_with_its_bond BEFORE INSERT OR UPDATE OF bond_id, is_shared ON check_ins
    FOR EACH ROW EXECUTE FUNCTION app.share_with_its_bond();
SELECT app.keep_own('check_ins', 'INSERT', 'status, notes, timezone', 'is_shared', true);

-- How somebody is only they say, in whatever role a statement runs.
CREATE FUNCTION app.keep_check_in() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF OLD.user_id IS DISTINCT FROM app.uid() AND (
        NEW.notes <> OLD.notes OR OLD.notes IS NULL AND NEW.notes IS NOT NULL
        OR (NEW.status, NEW.local_date, NEW.user_id) IS DISTINCT FROM (OLD.status, OLD.local_date, OLD.user_id)
    ) THEN
        RAISE EXCEPTION 'only a person themselves says how they are' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_check_in BEFORE UPDATE OF status, notes, local_date, user_id ON check_ins
    FOR EACH ROW EXECUTE FUNCTION app.keep_check_in();

-- AI characters

CREATE TABLE preset_config (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    preset_key text NOT NULL CONSTRAINT idx_preset_config_key UNIQUE,
    name text NOT NULL,
    role dynamic_role_enum NOT NULL DEFAULT 'switch',
    stats jsonb NOT NULL,
    config jsonb NOT NULL DEFAULT '{}',
    avatar_urls text[] NOT NULL DEFAULT '{}',
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT preset_config_stats_allocated CHECK (CASE WHEN jsonb_typeof(stats) <> 'object'
        OR NOT stats ?& ARRAY['dominance', 'submission', 'charisma', 'stamina', 'creativity', 'control']
        OR stats - ARRAY['dominance', 'submission', 'charisma', 'stamina', 'creativity', 'control'] <> '{}'
        OR jsonb_path_exists(stats, '$.* ? (@.type() != "number" || @ < 1 || @ > 20 || @.floor() != @)') THEN false
        ELSE (stats ->> 'dominance')::numeric + (stats ->> 'submission')::numeric + (stats ->> 'charisma')::numeric
            + (stats ->> 'stamina')::numeric + (stats ->> 'creativity')::numeric + (stats ->> 'control')::numeric = 60 END)
);
COMMENT ON TABLE preset_config IS 'Characters to begin with: ours, nobody''s words.';
SELECT app.seal('preset_config');
GRANT SELECT ON preset_config TO authenticated, bond_writer;
CREATE POLICY "Everybody signed in can SELECT presets" ON preset_config FOR SELECT TO authenticated, bond_writer
    USING (active AND (SELECT app.uid()) IS NOT NULL);

CREATE TABLE kinksters (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name jsonb NOT NULL,
    display_name jsonb,
    role dynamic_role_enum NOT NULL DEFAULT 'switch',
    pronouns jsonb,
    archetype jsonb,
    bio jsonb,
    backstory jsonb,
    personality_traits jsonb,
    top_kinks jsonb,
    hard_limits jsonb,
    soft_limits jsonb,
    experience_level experience_level_enum,
    body_type jsonb,
    height jsonb,
    build jsonb,
    hair_color jsonb,
    hair_style jsonb,
    eye_color jsonb,
    skin_tone jsonb,
    facial_hair jsonb,
    age_range age_range_enum NOT NULL,
    clothing_style jsonb,
    favorite_colors jsonb,
    fetish_wear jsonb,
    aesthetic jsonb,
    stats jsonb NOT NULL,
    avatar_urls text[] NOT NULL DEFAULT '{}',
    provider kinkster_provider_enum NOT NULL DEFAULT 'openai_responses',
    openai_model text,
    openai_instructions jsonb,
    flowise_chatflow_id text,
    preset_id uuid REFERENCES preset_config (id) ON DELETE SET NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_primary boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT kinksters_stats_allocated CHECK (CASE WHEN jsonb_typeof(stats) <> 'object'
        OR NOT stats ?& ARRAY['dominance', 'submission', 'charisma', 'stamina', 'creativity', 'control']
        OR stats - ARRAY['dominance', 'submission', 'charisma', 'stamina', 'creativity', 'control'] <> '{}'
        OR jsonb_path_exists(stats, '$.* ? (@.type() != "number" || @ < 1 || @ > 20 || @.floor() != @)') THEN false
        ELSE (stats ->> 'dominance')::numeric + (stats ->> 'submission')::numeric + (stats ->> 'charisma')::numeric
            + (stats ->> 'stamina')::numeric + (stats ->> 'creativity')::numeric + (stats ->> 'control')::numeric = 60 END),
    CONSTRAINT kinksters_texts_bounded CHECK (
        octet_length(name::text) <= 4096 AND octet_length(display_name::text) <= 4096 AND octet_length(pronouns::text) <= 4096
        AND octet_length(archetype::text) <= 4096 AND octet_length(bio::text) <= 65536 AND octet_length(backstory::text) <= 524288
        AND octet_length(personality_traits::text) <= 16384 AND octet_length(top_kinks::text) <= 16384
        AND octet_length(hard_limits::text) <= 16384 AND octet_length(soft_limits::text) <= 16384
        AND octet_length(openai_instructions::text) <= 65536
    ),
    CONSTRAINT kinksters_looks_bounded CHECK (
        octet_length(body_type::text) <= 4096 AND octet_length(height::text) <= 4096 AND octet_length(build::text) <= 4096
        AND octet_length(hair_color::text) <= 4096 AND octet_length(hair_style::text) <= 4096
        AND octet_length(eye_color::text) <= 4096 AND octet_length(skin_tone::text) <= 4096
        AND octet_length(facial_hair::text) <= 4096 AND octet_length(clothing_style::text) <= 4096
        AND octet_length(favorite_colors::text) <= 4096 AND octet_length(fetish_wear::text) <= 4096
        AND octet_length(aesthetic::text) <= 4096
    ),
    CONSTRAINT kinksters_bounded CHECK (
        cardinality(avatar_urls) <= 20 AND octet_length(avatar_urls::text) <= 16384 AND char_length(openai_model) <= 128
        AND char_length(flowise_chatflow_id) <= 128
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE kinksters IS 'Characters that an AI plays for their owner: adults, and sealed with the owner''s key.';
CREATE INDEX idx_kinksters_user ON kinksters (user_id, created_at DESC, id DESC);
CREATE INDEX idx_kinksters_preset ON kinksters (preset_id) WHERE preset_id IS NOT NULL;
CREATE UNIQUE INDEX idx_kinksters_primary ON kinksters (user_id) WHERE is_primary;
SELECT app.keep_own('kinksters', 'INSERT, DELETE', 'name, display_name, role, pronouns, archetype, bio, backstory, personality_traits,'
    ' top_kinks, hard_limits, soft_limits, experience_level, body_type, height, build, hair_color, hair_style, eye_color, skin_tone,'
    ' facial_hair, age_range, clothing_style, favorite_colors, fetish_wear, aesthetic, stats, avatar_urls, provider, openai_model,'
    ' openai_instructions, flowise_chatflow_id, preset_id, is_primary');

CREATE TABLE kinkster_creation_sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT idx_kinkster_creation_sessions_user UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE SET NULL,
    step integer NOT NULL DEFAULT 1,
    draft jsonb,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT kinkster_creation_sessions_bounded CHECK (step BETWEEN 1 AND 100 AND octet_length(draft::text) <= 524288)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE kinkster_creation_sessions IS 'How far somebody is with making a character.';
CREATE INDEX idx_kinkster_creation_sessions_kinkster ON kinkster_creation_sessions (kinkster_id) WHERE kinkster_id IS NOT NULL;
SELECT app.keep_own('kinkster_creation_sessions', 'INSERT, DELETE', 'kinkster_id, step, draft');

-- Messages: of a bond, or of one person and a character

CREATE TABLE conversations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE SET NULL,
    title jsonb,
    provider kinkster_provider_enum NOT NULL DEFAULT 'openai_responses',
    openai_previous_response_id text,
    last_message_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_conversations_owner UNIQUE (id, user_id),
    CONSTRAINT conversations_bounded CHECK (octet_length(title::text) <= 4096 AND char_length(openai_previous_response_id) <= 256)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE conversations IS 'What somebody and a character talk: its owner''s alone.';
CREATE INDEX idx_conversations_user ON conversations (user_id, created_at DESC, id DESC);
CREATE INDEX idx_conversations_kinkster ON conversations (kinkster_id) WHERE kinkster_id IS NOT NULL;
SELECT app.keep_own('conversations', 'INSERT, DELETE', 'title, provider, openai_previous_response_id, last_message_at');

CREATE TABLE messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    content jsonb,
    from_user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    to_user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    conversation_id uuid,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    role message_role_enum,
    read_at timestamptz,
    edited_at timestamptz,
    unsent_at timestamptz,
    partial boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_messages_of_bond UNIQUE (id, bond_id),
    FOREIGN KEY (conversation_id, user_id) REFERENCES conversations (id, user_id) ON DELETE CASCADE,
    CONSTRAINT messages_of_one CHECK (num_nonnulls(bond_id, conversation_id) = 1),
    CONSTRAINT messages_own CHECK (num_nonnulls(conversation_id, user_id, role) IN (0, 3)),
    CONSTRAINT messages_unsent_empty CHECK (unsent_at IS NULL OR content IS NULL),
    CONSTRAINT messages_bounded CHECK (octet_length(content::text) <= 524288 AND (bond_id IS NULL OR octet_length(content::text) <= 65536))
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE messages IS 'What members write to each other, sealed with the bond''s key; or one person and a character, sealed with that person''s.';
COMMENT ON COLUMN messages.user_id IS 'Whose alone it is: of a conversation''s messages its owner.';
COMMENT ON COLUMN messages.content IS 'Null once its sender took it back, or was erased.';
CREATE INDEX idx_messages_bond ON messages (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_messages_conversation ON messages (conversation_id, user_id, created_at DESC, id DESC) WHERE conversation_id IS NOT NULL;
CREATE INDEX idx_messages_user ON messages (user_id, created_at DESC, id DESC) WHERE user_id IS NOT NULL;
CREATE INDEX idx_messages_from ON messages (from_user_id);
CREATE INDEX idx_messages_to ON messages (to_user_id) WHERE to_user_id IS NOT NULL;

SELECT app.seal('messages');
GRANT SELECT ON messages TO authenticated, bond_writer;
GRANT INSERT, DELETE, UPDATE (content, read_at, edited_at, unsent_at, partial) ON messages TO bond_writer;
CREATE POLICY "Members can SELECT messages since they came, and their own" ON messages FOR SELECT TO authenticated, bond_writer
    USING (user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine WHERE mine.bond_id = messages.bond_id AND mine.joined_at <= messages.created_at
    ));
CREATE POLICY "A member's command may INSERT" ON messages FOR INSERT TO bond_writer WITH CHECK (
    user_id = (SELECT app.uid()) OR from_user_id = (SELECT app.uid()) AND bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))
);
CREATE POLICY "A member's command may UPDATE" ON messages FOR UPDATE TO bond_writer
    USING (user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds())))
    WITH CHECK (user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));
CREATE POLICY "A person's command may DELETE their own" ON messages FOR DELETE TO bond_writer USING (user_id = (SELECT app.uid()));
CREATE TRIGGER next_version BEFORE UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION app.next_version();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON messages FOR EACH ROW EXECUTE FUNCTION app.note_change();

-- What was said to others its sender alone changes or takes back, for a quarter of an hour, and it shows; read it only who it is for.
CREATE FUNCTION app.keep_message() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF (NEW.content, NEW.edited_at, NEW.unsent_at) IS DISTINCT FROM (OLD.content, OLD.edited_at, OLD.unsent_at) AND (
        OLD.from_user_id IS DISTINCT FROM app.uid() OR OLD.unsent_at IS NOT NULL
        OR OLD.created_at < app.moment() - interval '15 minutes'
        OR num_nonnulls(NEW.edited_at, NEW.unsent_at) = 0
    ) THEN
        RAISE EXCEPTION 'a message is its sender''s to change, for 15 minutes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.read_at IS DISTINCT FROM OLD.read_at AND (OLD.to_user_id IS DISTINCT FROM app.uid() OR OLD.read_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a message is read once, by whom it is for' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_message BEFORE UPDATE OF content, read_at, edited_at, unsent_at ON messages
    FOR EACH ROW WHEN (OLD.bond_id IS NOT NULL) EXECUTE FUNCTION app.keep_message();

-- An erased person's message stays without its text.
CREATE FUNCTION app.empty_message() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.content := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER empty_message BEFORE UPDATE OF from_user_id ON messages
    FOR EACH ROW WHEN (OLD.bond_id IS NOT NULL AND NEW.from_user_id IS NULL) EXECUTE FUNCTION app.empty_message();

-- What hangs on a message, of a bond or of a conversation; a mark stays when its file is withdrawn.
CREATE TABLE ai_message_attachments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    file_id uuid REFERENCES files (id) ON DELETE SET NULL,
    place integer NOT NULL DEFAULT 1,
    content_type text NOT NULL,
    bytes integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    FOREIGN KEY (message_id, bond_id) REFERENCES messages (id, bond_id) ON DELETE CASCADE,
    CONSTRAINT ai_message_attachments_bounded CHECK (place BETWEEN 1 AND 10 AND bytes >= 1 AND char_length(content_type) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE ai_message_attachments IS 'The pictures of messages, of both kinds. Without a file: withdrawn by who uploaded it.';
CREATE INDEX idx_ai_message_attachments_message ON ai_message_attachments (message_id, bond_id);
CREATE INDEX idx_ai_message_attachments_bond ON ai_message_attachments (bond_id) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_ai_message_attachments_user ON ai_message_attachments (user_id);
CREATE UNIQUE INDEX idx_ai_message_attachments_file ON ai_message_attachments (file_id) WHERE file_id IS NOT NULL;

SELECT app.seal('ai_message_attachments');
GRANT SELECT ON ai_message_attachments TO authenticated, bond_writer;
GRANT INSERT ON ai_message_attachments TO bond_writer;
CREATE POLICY "People can SELECT what hangs on messages they see" ON ai_message_attachments FOR SELECT TO authenticated, bond_writer
    USING (bond_id IS NULL AND user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine
        WHERE mine.bond_id = ai_message_attachments.bond_id AND mine.joined_at <= ai_message_attachments.created_at
    ));
-- A file of one's own, to a message of one's own, where anything may still be written.
CREATE POLICY "A member's command may INSERT" ON ai_message_attachments FOR INSERT TO bond_writer WITH CHECK (
    user_id = (SELECT app.uid()) AND (bond_id IS NULL OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds())))
    AND file_id IN (SELECT f.id FROM files f WHERE f.user_id = (SELECT app.uid()))
    AND message_id IN (
        SELECT m.id FROM messages m WHERE m.bond_id IS NOT DISTINCT FROM ai_message_attachments.bond_id
            AND (SELECT app.uid()) IN (m.from_user_id, m.user_id)
    )
);
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON ai_message_attachments FOR EACH ROW EXECUTE FUNCTION app.note_change();

-- What an AI was asked for its owner: pictures, and the sessions of talk they cost

CREATE TABLE image_generations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE SET NULL,
    status generation_status_enum NOT NULL DEFAULT 'pending',
    style text,
    prompt jsonb,
    model text,
    file_id uuid REFERENCES files (id) ON DELETE SET NULL,
    failed_reason text,
    cost_micros bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT image_generations_bounded CHECK (
        octet_length(prompt::text) <= 65536 AND char_length(style) <= 64 AND char_length(model) <= 128
        AND char_length(failed_reason) <= 64 AND cost_micros >= 0
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE image_generations IS 'Pictures that somebody asked an AI for, and what became of each.';
CREATE INDEX idx_image_generations_user ON image_generations (user_id, created_at DESC, id DESC);
CREATE INDEX idx_image_generations_kinkster ON image_generations (kinkster_id) WHERE kinkster_id IS NOT NULL;
CREATE INDEX idx_image_generations_file ON image_generations (file_id) WHERE file_id IS NOT NULL;
CREATE INDEX idx_image_generations_open ON image_generations (created_at) WHERE status IN ('pending', 'running');
SELECT app.keep_own('image_generations', 'INSERT, DELETE');

CREATE TABLE agent_sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id uuid REFERENCES conversations (id) ON DELETE SET NULL,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE SET NULL,
    provider kinkster_provider_enum NOT NULL,
    model text,
    outcome text,
    input_tokens integer NOT NULL DEFAULT 0,
    output_tokens integer NOT NULL DEFAULT 0,
    cost_micros bigint NOT NULL DEFAULT 0,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT agent_sessions_bounded CHECK (
        char_length(model) <= 128 AND char_length(outcome) <= 64 AND input_tokens >= 0 AND output_tokens >= 0 AND cost_micros >= 0
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE agent_sessions IS 'What each answer of an AI took and cost: numbers, no words.';
CREATE INDEX idx_agent_sessions_user ON agent_sessions (user_id, created_at DESC, id DESC);
CREATE INDEX idx_agent_sessions_conversation ON agent_sessions (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX idx_agent_sessions_kinkster ON agent_sessions (kinkster_id) WHERE kinkster_id IS NOT NULL;
CREATE INDEX idx_agent_sessions_day ON agent_sessions (created_at);
SELECT app.keep_own('agent_sessions', 'INSERT', 'model, outcome, input_tokens, output_tokens, cost_micros, ended_at');

CREATE TABLE scene_compositions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    scene_id uuid REFERENCES scenes (id) ON DELETE SET NULL,
    title jsonb,
    composition jsonb,
    generation_id uuid REFERENCES image_generations (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT scene_compositions_bounded CHECK (octet_length(title::text) <= 4096 AND octet_length(composition::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scene_compositions IS 'How a picture of several characters is composed; its owner''s alone.';
CREATE INDEX idx_scene_compositions_user ON scene_compositions (user_id, created_at DESC, id DESC);
CREATE INDEX idx_scene_compositions_scene ON scene_compositions (scene_id) WHERE scene_id IS NOT NULL;
CREATE INDEX idx_scene_compositions_generation ON scene_compositions (generation_id) WHERE generation_id IS NOT NULL;
SELECT app.keep_own('scene_compositions', 'INSERT, DELETE', 'title, composition, generation_id');

CREATE TABLE character_poses (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE CASCADE,
    composition_id uuid REFERENCES scene_compositions (id) ON DELETE SET NULL,
    name jsonb,
    pose jsonb,
    generation_id uuid REFERENCES image_generations (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT character_poses_bounded CHECK (octet_length(name::text) <= 4096 AND octet_length(pose::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE character_poses IS 'How a character stands in a picture; its owner''s alone.';
CREATE INDEX idx_character_poses_user ON character_poses (user_id, created_at DESC, id DESC);
CREATE INDEX idx_character_poses_kinkster ON character_poses (kinkster_id) WHERE kinkster_id IS NOT NULL;
CREATE INDEX idx_character_poses_composition ON character_poses (composition_id) WHERE composition_id IS NOT NULL;
CREATE INDEX idx_character_poses_generation ON character_poses (generation_id) WHERE generation_id IS NOT NULL;
SELECT app.keep_own('character_poses', 'INSERT, DELETE', 'composition_id, name, pose, generation_id');

-- Achievements: what there is to reach, and who did, computed from facts

CREATE TABLE achievements (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code text NOT NULL CONSTRAINT idx_achievements_code UNIQUE,
    category text NOT NULL,
    threshold integer NOT NULL DEFAULT 1,
    place integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT achievements_bounded CHECK (char_length(code) <= 64 AND char_length(category) <= 64 AND threshold >= 1)
);
COMMENT ON TABLE achievements IS 'What there is to reach: ours. Their words are the page''s.';
SELECT app.seal('achievements');
GRANT SELECT ON achievements TO authenticated, bond_writer;
CREATE POLICY "Everybody signed in can SELECT achievements" ON achievements FOR SELECT TO authenticated, bond_writer
    USING ((SELECT app.uid()) IS NOT NULL);

CREATE TABLE user_achievements (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    achievement_id uuid NOT NULL REFERENCES achievements (id) ON DELETE CASCADE,
    is_shared boolean NOT NULL DEFAULT true,
    reached_at timestamptz NOT NULL DEFAULT app.moment(),
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT idx_user_achievements_once UNIQUE (user_id, bond_id, achievement_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE user_achievements IS 'What somebody reached in a bond; they keep it when they leave.';
CREATE INDEX idx_user_achievements_user ON user_achievements (user_id, created_at DESC, id DESC);
CREATE INDEX idx_user_achievements_bond ON user_achievements (bond_id) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_user_achievements_achievement ON user_achievements (achievement_id);
CREATE TRIGGER share_with_its_bond BEFORE INSERT OR UPDATE OF bond_id, is_shared ON user_achievements
    FOR EACH ROW EXECUTE FUNCTION app.share_with_its_bond();
SELECT app.keep_own('user_achievements', 'INSERT', NULL, 'is_shared');

-- The end of a membership, and of a bond

-- What somebody is with in a scene, without somebody.
CREATE FUNCTION app.without_person(activities jsonb, person uuid) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_agg(jsonb_set(one, '{with}', (one -> 'with') - person::text) ORDER BY place), '[]')
    FROM jsonb_array_elements(activities) WITH ORDINALITY a (one, place)
$$;

-- One's own words go home, unshared; what one is party of ends, or is a draft again.
CREATE FUNCTION app.take_words_home(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE journal_entries j SET is_shared = false, bond_id = NULL WHERE j.bond_id = of_bond AND j.user_id = person;
    UPDATE check_ins c SET bond_id = NULL WHERE c.bond_id = of_bond AND c.user_id = person;
    UPDATE scene_debriefs d SET is_shared = false, bond_id = NULL, scene_id = NULL WHERE d.bond_id = of_bond AND d.user_id = person;
    UPDATE user_achievements a SET bond_id = NULL WHERE a.bond_id = of_bond AND a.user_id = person;
    UPDATE resources r SET shared_with_partner = false, bond_id = NULL WHERE r.bond_id = of_bond AND r.user_id = person;
    DELETE FROM calendar_feeds f WHERE f.bond_id = of_bond AND f.user_id = person;
    UPDATE contracts c SET status = 'withdrawn', ended_at = app.moment()
        WHERE c.bond_id = of_bond AND c.status = 'active'
        AND EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = c.id AND s.user_id = person);
    UPDATE contracts c SET status = 'draft', content_sha256 = NULL
        WHERE c.bond_id = of_bond AND c.status = 'pending_signature'
        AND EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = c.id AND s.user_id = person);
    DELETE FROM contract_signatures s USING contracts c WHERE c.id = s.contract_id AND c.bond_id = of_bond AND c.status = 'draft';
END
$$;

-- A scene that is still to come is without who left, and nobody has agreed to that one yet.
CREATE FUNCTION app.leave_scenes(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    with_them jsonb := jsonb_build_array(jsonb_build_object('with', jsonb_build_array(person)));
    open_scene uuid;
BEGIN
    FOR open_scene IN
        SELECT s.id FROM scenes s WHERE s.bond_id = of_bond AND s.status IN ('planned', 'agreed') AND (
            s.created_by = person OR s.activities @> with_them
            OR EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = s.id AND c.user_id = person)
        )
    LOOP
        DELETE FROM scene_confirmations c WHERE c.scene_id = open_scene;
        UPDATE scenes s SET status = 'planned', activities = app.without_person(s.activities, person) WHERE s.id = open_scene;
    END LOOP;
END
$$;

CREATE FUNCTION app.end_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.take_words_home(OLD.bond_id, OLD.user_id);
    PERFORM app.leave_scenes(OLD.bond_id, OLD.user_id);
    RETURN NULL;
END
$$;
-- By its name it comes before settle_members, which may end the bond.
CREATE TRIGGER end_words AFTER DELETE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.end_words();

CREATE FUNCTION app.end_words_of_bond() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.take_words_home(NEW.id, m.user_id) FROM bond_members m WHERE m.bond_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_words AFTER UPDATE OF status ON bonds FOR EACH ROW
    WHEN (NEW.status = 'dissolved' AND OLD.status <> 'dissolved') EXECUTE FUNCTION app.end_words_of_bond();

-- What no foreign key forgets of an erased person: events of their own, and that they were with somebody in a scene.
CREATE FUNCTION app.forget_words_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM calendar_events e WHERE e.created_by = OLD.id AND e.bond_id IS NULL;
    UPDATE scenes s SET activities = app.without_person(s.activities, OLD.id)
        WHERE s.activities @> jsonb_build_array(jsonb_build_object('with', jsonb_build_array(OLD.id)));
    RETURN OLD;
END
$$;
CREATE TRIGGER users_leave_words BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.forget_words_of_erased();

-- Keys: what of these tables is sealed with which. The service asks by these functions, and reads no row itself.

CREATE FUNCTION app.has_sealed_words(person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM journal_entries t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM calendar_events t WHERE t.created_by = person AND t.bond_id IS NULL)
        OR EXISTS (SELECT FROM scene_debriefs t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM check_ins t WHERE t.user_id = person AND t.notes IS NOT NULL)
        OR EXISTS (SELECT FROM files t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinksters t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinkster_creation_sessions t WHERE t.user_id = person AND t.draft IS NOT NULL)
        OR EXISTS (SELECT FROM conversations t WHERE t.user_id = person AND t.title IS NOT NULL)
        OR EXISTS (SELECT FROM messages t WHERE t.user_id = person AND t.content IS NOT NULL)
        OR EXISTS (SELECT FROM image_generations t WHERE t.user_id = person AND t.prompt IS NOT NULL)
        OR EXISTS (SELECT FROM scene_compositions t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM character_poses t WHERE t.user_id = person)
$$;

-- The keys that some of them need, people's and bonds', the newest of each table.
CREATE FUNCTION app.some_keys_of_words() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    (SELECT content ->> 'key_id' FROM journal_entries ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM calendar_events ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM contracts ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM scenes ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT text ->> 'key_id' FROM scene_debriefs ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT notes ->> 'key_id' FROM check_ins WHERE notes IS NOT NULL ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT key_id FROM files ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT name ->> 'key_id' FROM kinksters ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM messages WHERE content IS NOT NULL ORDER BY created_at DESC LIMIT 100)
$$;

-- Deletes what none of the keys held opens any more, or empties it where the rest of the row is readable. How many rows that were.
CREATE FUNCTION app.give_up_words(held text[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH journal AS (DELETE FROM journal_entries WHERE content ->> 'key_id' <> ALL (held) RETURNING 1),
        events AS (DELETE FROM calendar_events WHERE title ->> 'key_id' <> ALL (held) RETURNING 1),
        signed AS (DELETE FROM contracts WHERE content ->> 'key_id' <> ALL (held) RETURNING 1),
        planned AS (DELETE FROM scenes WHERE title ->> 'key_id' <> ALL (held) RETURNING 1),
        debriefs AS (DELETE FROM scene_debriefs WHERE text ->> 'key_id' <> ALL (held) RETURNING 1),
        days AS (UPDATE check_ins SET notes = NULL WHERE notes ->> 'key_id' <> ALL (held) RETURNING 1),
        pictures AS (DELETE FROM files WHERE key_id <> ALL (held) RETURNING 1),
        characters AS (DELETE FROM kinksters WHERE name ->> 'key_id' <> ALL (held) RETURNING 1),
        drafts AS (UPDATE kinkster_creation_sessions SET draft = NULL WHERE draft ->> 'key_id' <> ALL (held) RETURNING 1),
        talks AS (UPDATE conversations SET title = NULL WHERE title ->> 'key_id' <> ALL (held) RETURNING 1),
        said AS (DELETE FROM messages WHERE content ->> 'key_id' <> ALL (held) RETURNING 1),
        asked AS (UPDATE image_generations SET prompt = NULL WHERE prompt ->> 'key_id' <> ALL (held) RETURNING 1),
        composed AS (
            DELETE FROM scene_compositions WHERE coalesce(composition, title) ->> 'key_id' <> ALL (held) RETURNING 1
        ),
        posed AS (DELETE FROM character_poses WHERE coalesce(pose, name) ->> 'key_id' <> ALL (held) RETURNING 1)
    SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM events) + (SELECT count(*) FROM signed)
        + (SELECT count(*) FROM planned) + (SELECT count(*) FROM debriefs) + (SELECT count(*) FROM days)
        + (SELECT count(*) FROM pictures) + (SELECT count(*) FROM characters) + (SELECT count(*) FROM drafts)
        + (SELECT count(*) FROM talks) + (SELECT count(*) FROM said) + (SELECT count(*) FROM asked)
        + (SELECT count(*) FROM composed) + (SELECT count(*) FROM posed)
$$;

-- A bond whose key is lost goes whole: nothing in it can be read any more. What people keep of their own goes where theirs is.
CREATE FUNCTION app.give_up_bonds(held text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    lost uuid[] := ARRAY(SELECT b.id FROM bonds b WHERE b.name ->> 'key_id' <> ALL (held));
    one uuid;
    given_up bigint;
BEGIN
    -- In the order in which commands hold them: the people, then the bonds.
    FOR one IN
        SELECT m.user_id FROM bond_members m WHERE m.bond_id = ANY (lost)
        UNION SELECT u.id FROM users u WHERE u.bond_id = ANY (lost) OR u.kink_identity ->> 'key_id' <> ALL (held)
        ORDER BY 1
    LOOP
        PERFORM FROM users u WHERE u.id = one FOR NO KEY UPDATE;
    END LOOP;
    PERFORM FROM bonds b WHERE b.id = ANY (lost) ORDER BY b.id FOR UPDATE;
    DELETE FROM bonds b WHERE b.id = ANY (lost);
    given_up := cardinality(lost);
    WITH kept AS (DELETE FROM resources r WHERE r.title ->> 'key_id' <> ALL (held) RETURNING 1),
        identities AS (
            UPDATE users u SET kink_identity = NULL WHERE u.kink_identity ->> 'key_id' <> ALL (held) RETURNING 1
        )
    SELECT given_up + (SELECT count(*) FROM kept) + (SELECT count(*) FROM identities) INTO given_up;
    RETURN given_up;
END
$$;

GRANT EXECUTE ON FUNCTION app.has_sealed_words(uuid), app.some_keys_of_words(), app.give_up_words(text[]), app.give_up_bonds(text[])
TO game_service;

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
      OR EXISTS (SELECT FROM bond_join_requests r WHERE r.user_id = owner_user AND r.message IS NOT NULL)
      OR EXISTS (SELECT FROM submission_state_logs l WHERE l.user_id = owner_user AND l.reason IS NOT NULL)
      OR EXISTS (SELECT FROM personal_limits l WHERE l.user_id = owner_user AND l.words <> '{}')
      OR app.has_sealed_words(owner_user)
$$;

RESET search_path;
RESET ROLE;
