-- Takes back 0044: by which secret a calendar's address is known.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.hang_on_secret(text, timestamptz, timestamptz, timestamptz), app.open_feed(text[], text);
CREATE OR REPLACE FUNCTION app.open_feed(hashes text[]) RETURNS TABLE (user_id uuid, bond_id uuid, titles boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE calendar_feeds f SET secret_hash = hashes[1] WHERE f.secret_hash = ANY (hashes) AND f.secret_hash <> hashes[1];
    RETURN QUERY SELECT f.user_id, f.bond_id, f.titles FROM calendar_feeds f WHERE f.secret_hash = hashes[1];
END
$$;
ALTER TABLE calendar_feeds DROP COLUMN key_id;

RESET search_path;
RESET ROLE;
