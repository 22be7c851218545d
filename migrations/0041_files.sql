-- Files: a proof may hang one, what is gone leaves the object store too, and who may see a file is what it hangs on.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE task_proof ADD COLUMN file_id uuid REFERENCES files (id) ON DELETE SET NULL;
COMMENT ON COLUMN task_proof.file_id IS 'The picture; a photo without one was withdrawn by who showed it.';
CREATE UNIQUE INDEX idx_task_proof_file ON task_proof (file_id) WHERE file_id IS NOT NULL;

-- What is to go from the object store: bytes of rows that are gone, and bytes whose row has not come yet, which are noted before they
-- are put there. The row takes its note away; where it never comes, the note brings the bytes down.
CREATE TABLE files_to_delete (
    place text PRIMARY KEY,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT files_to_delete_bounded CHECK (char_length(place) <= 256)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE files_to_delete IS 'Places in the object store that are to be empty: nobody''s, and nothing is said of whose they were.';
CREATE INDEX idx_files_to_delete_due ON files_to_delete (due_at);
SELECT app.seal('files_to_delete');
SELECT app.let_service('files_to_delete', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('files', 'SELECT', 'DELETE');

-- A row takes its note away, and comes not where somebody has begun to bring its bytes down.
CREATE FUNCTION app.file_came() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM files_to_delete d WHERE d.place = NEW.place AND d.attempts = 0;
    IF EXISTS (SELECT FROM files_to_delete d WHERE d.place = NEW.place) THEN
        RAISE EXCEPTION 'these bytes are being deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER came BEFORE INSERT ON files FOR EACH ROW EXECUTE FUNCTION app.file_came();

CREATE FUNCTION app.file_went() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO files_to_delete (place, due_at) VALUES (OLD.place, app.moment())
        ON CONFLICT (place) DO UPDATE SET due_at = excluded.due_at;
    RETURN NULL;
END
$$;
CREATE TRIGGER went AFTER DELETE ON files FOR EACH ROW EXECUTE FUNCTION app.file_went();

-- Attached once, by who uploaded it: the row that it hangs on attaches it.
CREATE FUNCTION app.attach_file() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        UPDATE files f SET attached_at = app.moment()
            WHERE f.id = NEW.file_id AND f.user_id = NEW.user_id AND f.attached_at IS NULL AND f.withdrawn_at IS NULL;
        IF NOT FOUND THEN
            PERFORM app.refuse('a file is attached once, by who uploaded it');
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER attach BEFORE INSERT ON task_proof FOR EACH ROW WHEN (NEW.file_id IS NOT NULL) EXECUTE FUNCTION app.attach_file();
CREATE TRIGGER attach BEFORE INSERT ON ai_message_attachments FOR EACH ROW WHEN (NEW.file_id IS NOT NULL)
    EXECUTE FUNCTION app.attach_file();

CREATE FUNCTION app.keep_attached() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.refuse('what was attached or withdrawn stays so');
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_attached BEFORE UPDATE OF attached_at, withdrawn_at ON files FOR EACH ROW
    WHEN (OLD.attached_at <> NEW.attached_at OR OLD.attached_at IS NOT NULL AND NEW.attached_at IS NULL
        OR OLD.withdrawn_at <> NEW.withdrawn_at OR OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NULL)
    EXECUTE FUNCTION app.keep_attached();

-- What hung on a row goes with it: a proof taken back, of whoever left, of a bond that is over.
CREATE FUNCTION app.drop_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM files f WHERE f.id = OLD.file_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER drop_file AFTER DELETE ON task_proof FOR EACH ROW WHEN (OLD.file_id IS NOT NULL) EXECUTE FUNCTION app.drop_file();
CREATE TRIGGER drop_file AFTER DELETE ON ai_message_attachments FOR EACH ROW WHEN (OLD.file_id IS NOT NULL)
    EXECUTE FUNCTION app.drop_file();

-- A message that was taken back shows no pictures, only that there were some.
CREATE FUNCTION app.drop_files_of_unsent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM files f USING ai_message_attachments a WHERE a.message_id = NEW.id AND f.id = a.file_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER drop_files AFTER UPDATE OF unsent_at ON messages FOR EACH ROW
    WHEN (OLD.unsent_at IS NULL AND NEW.unsent_at IS NOT NULL) EXECUTE FUNCTION app.drop_files_of_unsent();

-- Who has the message on their screen is told that it looks otherwise now.
CREATE FUNCTION app.file_withdrawn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE messages m SET updated_at = app.moment() WHERE m.id = NEW.message_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER file_withdrawn AFTER UPDATE OF file_id ON ai_message_attachments FOR EACH ROW
    WHEN (OLD.file_id IS NOT NULL AND NEW.file_id IS NULL) EXECUTE FUNCTION app.file_withdrawn();

-- A file for whoever may see what it hangs on, as the policies of those tables say it: its uploader, and members who were there.
CREATE FUNCTION app.file_to_see(file uuid) RETURNS TABLE (
    id uuid, user_id uuid, place text, key_id text, content_type text, bytes integer
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT f.id, f.user_id, f.place, f.key_id, f.content_type, f.bytes FROM files f
    WHERE f.id = file AND f.withdrawn_at IS NULL AND (
        f.user_id = app.uid()
        OR EXISTS (
            SELECT FROM task_proof p JOIN app.my_bonds_since() mine ON mine.bond_id = p.bond_id AND mine.joined_at <= p.created_at
            WHERE p.file_id = f.id
        )
        OR EXISTS (
            SELECT FROM ai_message_attachments a
            JOIN app.my_bonds_since() mine ON mine.bond_id = a.bond_id AND mine.joined_at <= a.created_at
            WHERE a.file_id = f.id
        )
    )
$$;
GRANT EXECUTE ON FUNCTION app.file_to_see(uuid) TO authenticated;

RESET search_path;
RESET ROLE;
