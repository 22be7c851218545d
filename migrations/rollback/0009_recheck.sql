-- Back to before 0009: a change of limits was told by the process that took it.

SET ROLE game_owner;

-- The log, the replies, and what the log derives into the session's row. The session's end clears what a guest told.
CREATE OR REPLACE FUNCTION app.write_rooms(won app.room_command[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    INSERT INTO session_events (session_id, seq, at, type, seat, event, cause)
    SELECT c.session_id, (ev ->> 'seq')::integer, (ev ->> 'at')::timestamptz, ev ->> 'type', ev ->> 'seat',
        ev -> 'event', nullif(ev -> 'cause', 'null')
    FROM unnest(won) c, jsonb_array_elements(c.events) ev;

    INSERT INTO session_replies (session_id, command_id, body_hash, seq)
    SELECT c.session_id, c.command_id, decode(c.body_hash, 'hex'), c.reply_seq
    FROM unnest(won) c WHERE c.command_id IS NOT NULL;

    UPDATE sessions s
    SET head = c.head,
        status = c.session ->> 'status',
        intimacy_level = (c.session ->> 'level')::intimacy_level_enum,
        rating = c.session ->> 'level',
        skip_count = (c.session ->> 'skip_count')::integer,
        truth_so_far = (c.session ->> 'truth')::integer,
        dare_so_far = (c.session ->> 'dare')::integer,
        current_step = (c.session ->> 'step')::integer,
        connection_confirmed_at = coalesce(s.connection_confirmed_at, (c.session ->> 'confirmed_at')::timestamptz),
        completed_at = coalesce(s.completed_at, (c.session ->> 'completed_at')::timestamptz),
        partner_anonymous_name = CASE WHEN c.session ->> 'completed_at' IS NULL THEN s.partner_anonymous_name END,
        partner_anonymous_anatomy = CASE WHEN c.session ->> 'completed_at' IS NULL THEN s.partner_anonymous_anatomy END,
        last_active_at = now()
    FROM unnest(won) c
    WHERE s.session_id = c.session_id AND c.session IS NOT NULL;
END
$$;

DROP TRIGGER session_seats_raise_limits_rev ON session_seats;
DROP FUNCTION app.raise_limits_rev_of_seat();

DROP TRIGGER profiles_raise_limits_rev ON profiles;
CREATE TRIGGER profiles_raise_limits_rev AFTER UPDATE OF boundaries, activities, anatomy ON profiles
    FOR EACH ROW WHEN (
        (OLD.boundaries, OLD.activities, OLD.anatomy) IS DISTINCT FROM (NEW.boundaries, NEW.activities, NEW.anatomy)
    ) EXECUTE FUNCTION app.raise_limits_rev();

ALTER TABLE sessions DROP COLUMN checked_rev, DROP COLUMN at_limit;

RESET ROLE;
