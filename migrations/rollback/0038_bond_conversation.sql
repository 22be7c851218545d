-- Takes back 0038: which word stood beside an answer, and how far people read what they read meanwhile stays.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER tell ON check_ins;
DO $tables$
DECLARE
    written regclass;
BEGIN
    FOR written IN SELECT t.tgrelid FROM pg_trigger t WHERE t.tgname = 'begin_now' AND NOT t.tgisinternal LOOP
        EXECUTE format('DROP TRIGGER begin_now ON %s', written);
    END LOOP;
END
$tables$;
CREATE OR REPLACE FUNCTION app.let_write_in_bond(written regclass, commands text, edits text, held text, kept text, entered text)
RETURNS void
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
DROP FUNCTION app.hold_to_pause(uuid), app.tell_of_check_in(), app.read_messages(uuid, uuid), app.my_reading(uuid),
    app.let_begin_now(regclass), app.begin_now();
ALTER TABLE bond_replies DROP COLUMN prompt;

RESET search_path;
RESET ROLE;
