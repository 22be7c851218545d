-- What a boundary is called, and whether it is still asked, is its creator's to say: what others rated must not come to stand under other
-- words. So far the program alone refused it. Ratings write the derived columns, which are not among these.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE FUNCTION app.guard_boundary() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND coalesce(OLD.created_by <> app.uid(), true) THEN
        PERFORM app.refuse('a boundary is its creator''s');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE OF activity_name, category, keys, archived_at ON boundaries
    FOR EACH ROW EXECUTE FUNCTION app.guard_boundary();

RESET search_path;
RESET ROLE;
