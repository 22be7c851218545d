-- By which of the server's secrets the address of a calendar is known, so that an operator who exchanges it sees what still hangs on
-- the old one. Rows of before, and those that a release before keeps anew, do not say it until somebody asks for the calendar.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE calendar_feeds ADD COLUMN key_id text,
    ADD CONSTRAINT calendar_feeds_key_bounded CHECK (char_length(key_id) <= 64) NOT VALID;
ALTER TABLE calendar_feeds VALIDATE CONSTRAINT calendar_feeds_key_bounded;
COMMENT ON COLUMN calendar_feeds.key_id IS 'The public name of the secret that its hash is made with; null where nobody noted it.';

-- As before, for a release that does not say which secret it is.
CREATE OR REPLACE FUNCTION app.open_feed(hashes text[]) RETURNS TABLE (user_id uuid, bond_id uuid, titles boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE calendar_feeds f SET secret_hash = hashes[1], key_id = NULL
        WHERE f.secret_hash = ANY (hashes) AND f.secret_hash <> hashes[1];
    RETURN QUERY SELECT f.user_id, f.bond_id, f.titles FROM calendar_feeds f WHERE f.secret_hash = hashes[1];
END
$$;

CREATE FUNCTION app.open_feed(hashes text[], first_key text) RETURNS TABLE (user_id uuid, bond_id uuid, titles boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE calendar_feeds f SET secret_hash = hashes[1], key_id = first_key
        WHERE f.secret_hash = ANY (hashes) AND (f.secret_hash, f.key_id) IS DISTINCT FROM (hashes[1], first_key);
    RETURN QUERY SELECT f.user_id, f.bond_id, f.titles FROM calendar_feeds f WHERE f.secret_hash = hashes[1];
END
$$;
GRANT EXECUTE ON FUNCTION app.open_feed(text[], text) TO game_service;

-- How many feeds, and codes that open a bond, may hang on a secret that made keyed hashes in that time.
CREATE FUNCTION app.hang_on_secret(key text, since timestamptz, until timestamptz, at timestamptz, OUT feeds bigint, OUT codes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT
        (SELECT count(*) FROM calendar_feeds f WHERE f.key_id = key OR (f.key_id IS NULL AND f.created_at <= until)),
        (SELECT count(*) FROM bonds b WHERE b.invite_expires_at > greatest(since, at)
            AND b.invite_expires_at - interval '30 days' <= until)
$$;
GRANT EXECUTE ON FUNCTION app.hang_on_secret(text, timestamptz, timestamptz, timestamptz) TO game_service;

RESET search_path;
RESET ROLE;
