-- The cards that two players have both liked: what a game with `rules.favourites` begins with.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- By room the cards that its two liked in games of theirs, each by the last they said of it: of the last thousand cards of each,
-- so that a long history costs no more than a short one. What was liked with somebody else is nobody's business here.
CREATE FUNCTION app.draw_favourites(rooms text[]) RETURNS TABLE (session_id text, activities integer[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT both_liked.session_id::text, array_agg(both_liked.activity_id) AS activities
    FROM (
        SELECT t.session_id, said.activity_id
        FROM session_seats t
        JOIN session_seats across ON across.session_id = t.session_id AND across.seat <> t.seat
        CROSS JOIN LATERAL (
            SELECT DISTINCT ON (latest.activity_id) latest.activity_id, latest.feedback_type
            FROM (
                (SELECT h.* FROM user_activity_history h
                 WHERE h.user_id = t.user_id ORDER BY h.presented_at DESC, h.id DESC LIMIT 1000)
                UNION ALL
                (SELECT h.* FROM user_activity_history h
                 WHERE t.user_id IS NULL AND h.anonymous_session_id = t.anonymous_session_id
                 ORDER BY h.presented_at DESC, h.id DESC LIMIT 1000)
            ) AS latest
            JOIN session_seats together ON together.session_id = latest.session_id AND together.actor = across.actor
            WHERE latest.activity_id IS NOT NULL AND latest.feedback_type IS NOT NULL
            ORDER BY latest.activity_id, latest.presented_at DESC, latest.id DESC
        ) AS said
        WHERE t.session_id = ANY (rooms) AND said.feedback_type = 'like'
        GROUP BY t.session_id, said.activity_id
        HAVING count(*) = 2
    ) AS both_liked
    GROUP BY both_liked.session_id;
END
$$;
GRANT EXECUTE ON FUNCTION app.draw_favourites(text[]) TO game_service;

RESET search_path;
RESET ROLE;
