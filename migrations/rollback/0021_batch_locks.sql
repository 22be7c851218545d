-- Takes back 0021.

SET ROLE game_owner;

DO $$
BEGIN
    EXECUTE replace(
        pg_get_functiondef(
            'app.append_commands(app.live_command[], app.live_event[], app.live_change[], app.live_card[], app.live_turn[],'
            ' app.live_turn[], app.live_feedback[], uuid[], text[])'::regprocedure
        ),
        'FOR NO KEY UPDATE;', 'FOR UPDATE;'
    );
END
$$;

RESET ROLE;
