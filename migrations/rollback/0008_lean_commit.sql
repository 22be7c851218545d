-- Back to before 0008: the room's commit as 0005 had it.

SET ROLE game_owner;

DROP FUNCTION app.append_commands(jsonb);
DROP FUNCTION app.note_played(app.room_command[]);
DROP FUNCTION app.write_accounts(app.room_command[]);
DROP FUNCTION app.write_feedback(app.room_command[]);
DROP FUNCTION app.write_cards(app.room_command[]);
DROP FUNCTION app.write_rooms(app.room_command[]);
DROP TYPE app.room_verdict;
DROP TYPE app.room_command;

-- One row a command of the batch: `outcome` is won, replied (with the first reply's seq and hash), fenced, head, limits,
-- charge or card; `head` is the log's head as this transaction sees it.
CREATE FUNCTION app.append_commands(batch jsonb)
RETURNS TABLE (i integer, outcome text, seq integer, body_hash text, head integer)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    verdicts jsonb;
    won jsonb;
BEGIN
    PERFORM FROM sessions s
    WHERE s.session_id IN (SELECT x ->> 'session_id' FROM jsonb_array_elements(batch) x)
    ORDER BY s.session_id FOR UPDATE;
    PERFORM FROM users u
    WHERE u.id IN (SELECT (x -> 'account' ->> 'user_id')::uuid FROM jsonb_array_elements(batch) x)
    ORDER BY u.id FOR UPDATE;
    PERFORM FROM anonymous_sessions a
    WHERE a.session_id IN (SELECT x -> 'account' ->> 'anonymous_session_id' FROM jsonb_array_elements(batch) x)
    ORDER BY a.session_id FOR UPDATE;

    SELECT jsonb_agg(jsonb_build_object('i', v.i, 'outcome', v.outcome, 'seq', v.seq, 'hash', v.hash, 'head', v.head))
    INTO verdicts
    FROM (
        SELECT c.i, r.seq, encode(r.body_hash, 'hex') AS hash, s.head,
            CASE
                WHEN r.session_id IS NOT NULL THEN 'replied'
                WHEN c.fence IS NOT NULL AND c.fence IS DISTINCT FROM seat.fence THEN 'fenced'
                WHEN s.head IS DISTINCT FROM c.expected THEN 'head'
                WHEN c.limits_rev IS NOT NULL AND s.limits_rev IS DISTINCT FROM c.limits_rev THEN 'limits'
                WHEN c.card IS NOT NULL AND NOT EXISTS (
                    SELECT FROM activities a WHERE a.activity_id = c.card AND a.approved AND a.is_active
                ) THEN 'card'
                WHEN (c.charge ->> 'day') IS NOT NULL AND NOT coalesce((
                    (c.charge ->> 'day')::date = (now() AT TIME ZONE 'UTC')::date
                    AND (c.charge ->> 'seen')::integer < (c.charge ->> 'limit')::integer
                    AND (c.charge ->> 'seen')::integer = coalesce(
                        (SELECT app.used_today(u.daily_activity_count, u.daily_activity_reset_at)
                         FROM users u WHERE u.id = (c.account ->> 'user_id')::uuid),
                        (SELECT app.used_today(n.daily_activity_count, n.daily_activity_reset_at)
                         FROM anonymous_sessions n WHERE n.session_id = c.account ->> 'anonymous_session_id')
                    )
                ), false) THEN 'charge'
                ELSE 'won'
            END AS outcome
        FROM jsonb_to_recordset(batch) AS c (
            i integer, session_id text, expected integer, seat text, fence bigint, limits_rev integer,
            card integer, charge jsonb, account jsonb, command_id uuid
        )
        LEFT JOIN sessions s ON s.session_id = c.session_id
        LEFT JOIN session_seats seat ON seat.session_id = c.session_id AND seat.seat = c.seat
        LEFT JOIN session_replies r ON r.session_id = c.session_id AND r.command_id = c.command_id
    ) AS v;

    SELECT jsonb_agg(x) INTO won
    FROM jsonb_array_elements(batch) x, jsonb_array_elements(verdicts) v
    WHERE v ->> 'outcome' = 'won' AND v -> 'i' = x -> 'i';
    IF won IS NOT NULL THEN
        PERFORM app.write_commands(won);
    END IF;

    RETURN QUERY
    SELECT v.i, v.outcome, v.seq, v.hash, v.head
    FROM jsonb_to_recordset(verdicts) AS v (i integer, outcome text, seq integer, hash text, head integer);
END
$$;

-- Everything a batch of winners writes: log, replies, the session's row, the turn log, histories, counts. Called by
-- append_commands under its locks. In plpgsql, where plans are kept; they are made while tables may still be small, so
-- scans of whole tables are forbidden. In plpgsql, because only there are plans kept.
CREATE FUNCTION app.write_commands(won jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    midnight timestamptz := app.utc_midnight();
BEGIN
    INSERT INTO session_events (session_id, seq, at, type, seat, event, cause)
    SELECT x ->> 'session_id', (ev ->> 'seq')::integer, (ev ->> 'at')::timestamptz, ev ->> 'type', ev ->> 'seat',
        ev -> 'event', nullif(ev -> 'cause', 'null')
    FROM jsonb_array_elements(won) x, jsonb_array_elements(x -> 'events') ev;

    INSERT INTO session_replies (session_id, command_id, body_hash, seq)
    SELECT x ->> 'session_id', (x ->> 'command_id')::uuid, decode(x ->> 'body_hash', 'hex'), (x ->> 'reply_seq')::integer
    FROM jsonb_array_elements(won) x WHERE x ->> 'command_id' IS NOT NULL;

    UPDATE sessions s
    SET head = (x ->> 'head')::integer,
        status = x -> 'session' ->> 'status',
        intimacy_level = (x -> 'session' ->> 'level')::intimacy_level_enum,
        rating = x -> 'session' ->> 'level',
        skip_count = (x -> 'session' ->> 'skip_count')::integer,
        truth_so_far = (x -> 'session' ->> 'truth')::integer,
        dare_so_far = (x -> 'session' ->> 'dare')::integer,
        current_step = (x -> 'session' ->> 'step')::integer,
        connection_confirmed_at = coalesce(s.connection_confirmed_at, (x -> 'session' ->> 'confirmed_at')::timestamptz),
        completed_at = coalesce(s.completed_at, (x -> 'session' ->> 'completed_at')::timestamptz),
        partner_anonymous_name = CASE WHEN x -> 'session' ->> 'completed_at' IS NULL THEN s.partner_anonymous_name END,
        partner_anonymous_anatomy = CASE WHEN x -> 'session' ->> 'completed_at' IS NULL THEN s.partner_anonymous_anatomy END,
        last_active_at = now()
    FROM jsonb_array_elements(won) x
    WHERE s.session_id = x ->> 'session_id' AND x -> 'session' <> 'null';

    DELETE FROM session_activities t
    USING jsonb_array_elements(won) x
    WHERE t.session_id = x ->> 'session_id' AND t.seq = (x ->> 'drop_turn')::integer;

    INSERT INTO session_activities
        (session_id, seq, activity_id, type, rating, intensity, script, tags, roles, source, template_id, checks)
    SELECT x ->> 'session_id', (t ->> 'seq')::integer, (t ->> 'activity_id')::integer, t ->> 'type', t ->> 'rating',
        (t ->> 'intensity')::integer, t -> 'script', t -> 'tags', t -> 'roles', t ->> 'source',
        (t ->> 'activity_id')::integer, t -> 'checks'
    FROM jsonb_array_elements(won) x, LATERAL (SELECT x -> 'turn' AS t) AS turn
    WHERE t <> 'null'
    ON CONFLICT (session_id, seq) DO UPDATE SET
        activity_id = excluded.activity_id, type = excluded.type, rating = excluded.rating,
        intensity = excluded.intensity, script = excluded.script, tags = excluded.tags, roles = excluded.roles,
        source = excluded.source, template_id = excluded.template_id, checks = excluded.checks, created_at = now();

    UPDATE user_activity_history h
    SET was_skipped = true
    FROM jsonb_array_elements(won) x
    WHERE h.session_id = x ->> 'session_id' AND h.turn = (x ->> 'skipped_turn')::integer AND NOT h.was_skipped
        AND NOT EXISTS (
            SELECT FROM user_activity_history later
            WHERE later.session_id = h.session_id AND later.turn = h.turn AND later.id > h.id
                AND later.user_id IS NOT DISTINCT FROM h.user_id
                AND later.anonymous_session_id IS NOT DISTINCT FROM h.anonymous_session_id
        );

    -- Whose history it is, the seats say now: a guest has none, and whoever was erased meanwhile has none any more.
    INSERT INTO user_activity_history
        (user_id, anonymous_session_id, session_id, activity_id, activity_type, presented_at, theme_tags, turn)
    SELECT seat.user_id, seat.anonymous_session_id, x ->> 'session_id', (h ->> 'activity_id')::integer,
        (h ->> 'type')::activity_type_enum, (h ->> 'at')::timestamptz, h -> 'themes', (h ->> 'turn')::integer
    FROM jsonb_array_elements(won) x, LATERAL (SELECT x -> 'shown' AS h) AS shown, session_seats seat
    WHERE h <> 'null' AND seat.session_id = x ->> 'session_id'
        AND num_nonnulls(seat.user_id, seat.anonymous_session_id) = 1;

    UPDATE user_activity_history h
    SET feedback_type = (f ->> 'feedback')::feedback_type_enum, feedback_executed = (f ->> 'executed')::boolean
    FROM jsonb_array_elements(won) x, LATERAL (SELECT x -> 'feedback' AS f) AS given, session_seats seat
    WHERE f <> 'null' AND seat.session_id = x ->> 'session_id' AND seat.seat = f ->> 'seat'
        AND h.id = (
            SELECT max(last.id) FROM user_activity_history last
            WHERE last.session_id = x ->> 'session_id' AND last.turn = (f ->> 'turn')::integer AND NOT last.was_skipped
                AND (last.user_id = seat.user_id OR last.anonymous_session_id = seat.anonymous_session_id)
        );

    UPDATE users u
    SET daily_activity_count = CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count ELSE 0 END + 1,
        daily_activity_reset_at = CASE
            WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_reset_at ELSE now() END
    FROM jsonb_array_elements(won) x
    WHERE u.id = (x -> 'account' ->> 'user_id')::uuid AND x -> 'charge' ->> 'day' IS NOT NULL;

    UPDATE anonymous_sessions n
    SET daily_activity_count = CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count ELSE 0 END + 1,
        daily_activity_reset_at = CASE
            WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_reset_at ELSE now() END
    FROM jsonb_array_elements(won) x
    WHERE n.session_id = x -> 'account' ->> 'anonymous_session_id' AND x -> 'charge' ->> 'day' IS NOT NULL;

    -- A turn given back counts only on the day it was charged, and never below nothing.
    UPDATE users u
    SET daily_activity_count = greatest(0, u.daily_activity_count - 1)
    FROM jsonb_array_elements(won) x
    WHERE u.id = (x -> 'account' ->> 'user_id')::uuid AND u.daily_activity_reset_at >= midnight
        AND (x ->> 'given_back')::date = (now() AT TIME ZONE 'UTC')::date;

    UPDATE anonymous_sessions n
    SET daily_activity_count = greatest(0, n.daily_activity_count - 1)
    FROM jsonb_array_elements(won) x
    WHERE n.session_id = x -> 'account' ->> 'anonymous_session_id' AND n.daily_activity_reset_at >= midnight
        AND (x ->> 'given_back')::date = (now() AT TIME ZONE 'UTC')::date;

    -- The people a finished game was played with move to the top of each other's lists.
    UPDATE remembered_partners p
    SET last_played_at = now()
    FROM jsonb_array_elements(won) x
    JOIN session_seats a ON a.session_id = x ->> 'session_id' AND a.seat = 'A'
    JOIN session_seats b ON b.session_id = x ->> 'session_id' AND b.seat = 'B'
    WHERE x -> 'session' ->> 'completed_at' IS NOT NULL AND (x -> 'session' ->> 'step')::integer > 0
        AND ((p.user_id = a.user_id AND p.partner_user_id = b.user_id)
            OR (p.user_id = b.user_id AND p.partner_user_id = a.user_id));
END
$$;

GRANT EXECUTE ON FUNCTION app.append_commands(jsonb) TO game_service;
GRANT EXECUTE ON FUNCTION app.write_commands(jsonb) TO game_service;

RESET ROLE;
