-- Takes back 0025.

SET ROLE game_owner;

DO $$
DECLARE
    source text := pg_get_functiondef('app.draw_facts(text[])'::regprocedure);
    began integer := strpos(source, '(SELECT coalesce(sum(game.extra), 0)');
    ended integer := strpos(source, 'AS extra_today');
BEGIN
    EXECUTE overlay(source PLACING
        '(SELECT count(*) - count(DISTINCT (h.session_id, h.turn)) FROM (
                SELECT h.session_id, h.turn FROM user_activity_history h
                WHERE h.user_id = a.user_id AND h.presented_at >= midnight
                UNION ALL
                SELECT h.session_id, h.turn FROM user_activity_history h
                WHERE a.user_id IS NULL AND h.anonymous_session_id = a.anonymous_session_id
                    AND h.presented_at >= midnight
            ) AS h
            JOIN session_seats together ON together.session_id = h.session_id AND together.actor = b.actor) '
        FROM began FOR ended - began);
END
$$;

RESET ROLE;
