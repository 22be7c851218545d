-- The cards that two players have both liked: what a game with `rules.favourites` begins with.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- By room the cards that its two liked when they played them together, as they last said it: of A's last thousand cards, so that
-- a long history costs no more than a short one. A card liked with somebody else is nobody's business here.
CREATE FUNCTION app.draw_favourites(rooms text[]) RETURNS TABLE (session_id text, activities integer[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT a.session_id::text, array_agg(said.activity_id) AS activities
    FROM session_seats a
    JOIN session_seats b ON b.session_id = a.session_id AND b.seat = 'B'
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (mine.activity_id) mine.activity_id, mine.feedback_type AS one, theirs.feedback_type AS other
        FROM (
            (SELECT h.* FROM user_activity_history h
             WHERE h.user_id = a.user_id ORDER BY h.presented_at DESC, h.id DESC LIMIT 1000)
            UNION ALL
            (SELECT h.* FROM user_activity_history h
             WHERE a.user_id IS NULL AND h.anonymous_session_id = a.anonymous_session_id
             ORDER BY h.presented_at DESC, h.id DESC LIMIT 1000)
        ) AS mine
        JOIN user_activity_history theirs ON theirs.session_id = mine.session_id AND theirs.turn = mine.turn
            AND theirs.activity_id = mine.activity_id
            AND (theirs.user_id = b.user_id OR theirs.anonymous_session_id = b.anonymous_session_id)
        WHERE mine.feedback_type IS NOT NULL AND theirs.feedback_type IS NOT NULL
        ORDER BY mine.activity_id, mine.presented_at DESC, mine.id DESC
    ) AS said
    WHERE a.session_id = ANY (rooms) AND a.seat = 'A' AND said.one = 'like' AND said.other = 'like'
    GROUP BY a.session_id;
END
$$;
GRANT EXECUTE ON FUNCTION app.draw_favourites(text[]) TO game_service;

RESET search_path;
RESET ROLE;
