-- Bonds: what is written to each other and of oneself. When it was, the server says and no command; how far somebody read is theirs
-- to move; who says that they are not well is heard by the others; and what a command answered of its talk, its retry answers, too.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- A word that a command's answer had beside its row ("talk_first"): one of the program's own, and nothing of the row.
ALTER TABLE bond_replies
    ADD COLUMN prompt text,
    ADD CONSTRAINT bond_replies_prompt_is_a_word CHECK (prompt ~ '^[a-z_]{1,32}$');
GRANT UPDATE (prompt) ON bond_replies TO bond_writer;

-- A row that a member's command makes is of the command's moment: by when it was made lists are in order, a newcomer sees it or not,
-- and a message may be changed.
CREATE FUNCTION app.begin_now() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.created_at := app.moment();
    RETURN NEW;
END
$$;

CREATE FUNCTION app.let_begin_now(written regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = written AND attname = 'created_at' AND NOT attisdropped) THEN
        EXECUTE format('CREATE TRIGGER begin_now BEFORE INSERT ON %s FOR EACH ROW WHEN (current_user = ''bond_writer'')'
            ' EXECUTE FUNCTION app.begin_now()', written);
    END IF;
END
$$;

DO $tables$
DECLARE
    written regclass;
BEGIN
    FOR written IN
        SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND has_table_privilege('bond_writer', c.oid, 'INSERT')
        ORDER BY c.relname
    LOOP
        PERFORM app.let_begin_now(written);
    END LOOP;
END
$tables$;

-- As it was, and so is every table after this one.
CREATE OR REPLACE FUNCTION app.let_write_in_bond(written regclass, commands text, edits text, held text, kept text, entered text)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF commands LIKE '%INSERT%' THEN
        EXECUTE format('GRANT INSERT ON %s TO bond_writer', written);
        EXECUTE format('CREATE POLICY "A member''s command may INSERT" ON %s FOR INSERT TO bond_writer WITH CHECK (%s)', written, entered);
        PERFORM app.let_begin_now(written);
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

-- How far the caller read a bond's messages, and how many they did not: so many that anybody counts.
CREATE FUNCTION app.my_reading(of_bond uuid, OUT read_through timestamptz, OUT unread integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.read_through, (
        SELECT count(*) FROM (
            SELECT FROM messages s
            WHERE s.bond_id = of_bond AND s.created_at >= m.joined_at AND s.created_at > coalesce(m.read_through, '-infinity')
                AND s.unsent_at IS NULL AND (s.from_user_id IS NULL OR s.from_user_id <> m.user_id)
            LIMIT 1000
        ) s
    )::integer
    FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = (SELECT app.uid())
$$;

-- The caller has read up to this message. Others learn of it only where they are two, and by what the reader lets them know. A message
-- that waited for the bond may have come a little before the last that was read. False where there is no such message for the caller.
CREATE FUNCTION app.read_messages(of_bond uuid, of_message uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me bond_members;
    upto timestamptz;
BEGIN
    SELECT m.* INTO me FROM bond_members m JOIN bonds b ON b.id = m.bond_id
        WHERE m.bond_id = of_bond AND m.user_id = app.uid() AND b.status <> 'dissolved';
    SELECT s.created_at INTO upto FROM messages s WHERE s.id = of_message AND s.bond_id = of_bond AND s.created_at >= me.joined_at;
    IF upto IS NULL THEN
        RETURN false;
    END IF;
    IF me.read_receipts AND cardinality(app.members_of(of_bond)) = 2 THEN
        UPDATE messages s SET read_at = app.moment()
            WHERE s.bond_id = of_bond AND s.to_user_id = me.user_id AND s.read_at IS NULL AND s.created_at <= upto
            AND s.created_at > coalesce(me.read_through - interval '1 minute', '-infinity');
    END IF;
    UPDATE bond_members m SET read_through = upto
        WHERE m.bond_id = of_bond AND m.user_id = me.user_id AND (m.read_through IS NULL OR m.read_through < upto);
    RETURN true;
END
$$;

-- Who is not well today is heard, in words that say nothing: a red, and a second yellow in a row. Once a day for each.
CREATE FUNCTION app.tell_of_check_in() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.status = 'red' OR EXISTS (
        SELECT FROM check_ins c WHERE c.user_id = NEW.user_id AND c.bond_id = NEW.bond_id AND c.local_date = NEW.local_date - 1
            AND c.status = 'yellow'
    ) THEN
        PERFORM app.tell_of_bond(NEW.bond_id, app.members_of(NEW.bond_id), NEW.user_id, 'bond_check_in',
            'bond_check_in:' || NEW.id, CASE NEW.status WHEN 'red' THEN 2 ELSE 1 END, true);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT OR UPDATE OF status ON check_ins FOR EACH ROW
    WHEN (NEW.bond_id IS NOT NULL AND NEW.status <> 'green') EXECUTE FUNCTION app.tell_of_check_in();

-- Before a command that pauses the caller: the people of the bond, the caller as who changes, then all bonds of theirs. In the order
-- of hold_bond, so that no two wait for each other. Whoever is no member holds nothing.
CREATE FUNCTION app.hold_to_pause(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    member uuid;
BEGIN
    IF NOT app.uid() = ANY (app.members_of(of_bond)) THEN
        RETURN;
    END IF;
    FOR member IN SELECT m.user_id FROM bond_members m WHERE m.bond_id = of_bond ORDER BY m.user_id LOOP
        IF member = app.uid() THEN
            PERFORM FROM users u WHERE u.id = member FOR NO KEY UPDATE;
        ELSE
            PERFORM FROM users u WHERE u.id = member FOR KEY SHARE;
        END IF;
    END LOOP;
    PERFORM FROM bonds b WHERE b.id IN (SELECT m.bond_id FROM bond_members m WHERE m.user_id = app.uid()) ORDER BY b.id FOR UPDATE;
END
$$;

GRANT EXECUTE ON FUNCTION app.my_reading(uuid) TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.read_messages(uuid, uuid), app.hold_to_pause(uuid) TO bond_writer;

RESET search_path;
RESET ROLE;
