-- A batch holds its rooms and payers against changes, not against what refers to them.
-- oldest_code: 0011
--
-- Two batches of two processes whose players sit in each other's rooms waited for each other: a row of history refers to its player
-- (KEY SHARE), whom the other batch held FOR UPDATE. No key of these rows ever changes.

SET ROLE game_owner;

DO $$
BEGIN
    EXECUTE replace(
        pg_get_functiondef(
            'app.append_commands(app.live_command[], app.live_event[], app.live_change[], app.live_card[], app.live_turn[],'
            ' app.live_turn[], app.live_feedback[], uuid[], text[])'::regprocedure
        ),
        'FOR UPDATE;', 'FOR NO KEY UPDATE;'
    );
END
$$;

RESET ROLE;
