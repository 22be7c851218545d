-- What a draw has to know, for less: a room's extra cards of today are counted a game at a time, so that whoever played fifty cards
-- today costs a draw one look at who sat there instead of fifty.
-- oldest_code: 0011

SET ROLE game_owner;

DO $$
DECLARE
    source text := pg_get_functiondef('app.draw_facts(text[])'::regprocedure);
    began integer := strpos(source, '(SELECT count(*) - count(DISTINCT (h.session_id, h.turn))');
    ended integer := strpos(source, 'AS extra_today');
BEGIN
    IF began = 0 OR ended < began THEN
        RAISE EXCEPTION 'app.draw_facts is not as 0011 left it';
    END IF;
    EXECUTE overlay(source PLACING
        '(SELECT coalesce(sum(game.extra), 0)::bigint FROM (
                SELECT h.session_id, count(*) - count(DISTINCT h.turn) AS extra FROM user_activity_history h
                WHERE h.user_id = a.user_id AND h.presented_at >= midnight
                GROUP BY h.session_id
                UNION ALL
                SELECT h.session_id, count(*) - count(DISTINCT h.turn) FROM user_activity_history h
                WHERE a.user_id IS NULL AND h.anonymous_session_id = a.anonymous_session_id
                    AND h.presented_at >= midnight
                GROUP BY h.session_id
            ) AS game
            JOIN session_seats together ON together.session_id = game.session_id AND together.actor = b.actor) '
        FROM began FOR ended - began);
END
$$;

RESET ROLE;
