-- Back to before 0005: the room's commit and the turn of a history row.

SET ROLE game_owner;

DROP FUNCTION app.append_commands(jsonb);
DROP FUNCTION app.write_commands(jsonb);
DROP FUNCTION app.used_today(integer, timestamptz);
ALTER TABLE public.user_activity_history DROP COLUMN turn;

RESET ROLE;
