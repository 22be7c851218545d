-- The live room for less: its commit, and what its draws read. A batch comes as typed rows, so that nothing is taken apart twice;
-- what no command brings is an empty array and costs nothing; what only moves the head writes only the head.
--
-- The rules are those of 0008. Locks are taken in key order (sessions, then the accounts that pay), so that two batches cannot
-- deadlock. Every condition is read under those locks by a later statement, which sees what was committed meanwhile: the head,
-- the seat's fence, limits_rev, the account's count, the card's own row. What fails a condition writes nothing and says why.
--
-- Plans are kept and made once, perhaps while a table is empty. So scans of whole tables are forbidden, and what one command looks
-- up is a subquery of its own: a join with an empty table may be planned as a read of the whole index, and stays so as it fills.
--
-- What 0008 made stays for the processes of the release before, which play on while this is brought in; the next release drops it.

SET ROLE game_owner;
SET search_path = public;

-- One accepted command: what it must find (expected, fence, limits_rev, card, charge) and what it leaves. What it lacks is null.
-- `moves`: it has events; `changes`: and they change what the session's row says besides its head.
CREATE TYPE app.live_command AS (
    session_id text, expected integer, head integer, moves boolean, changes boolean, seat text, fence bigint, limits_rev integer, card integer,
    command_id uuid, body_hash bytea, reply_seq integer, user_id uuid, anonymous_session_id text,
    charge_day date, charge_seen integer, charge_limit integer, given_back date
);

-- What goes with a command, `i` being its place in the batch, from 1. JSON comes as the text it is, and is parsed once, where it
-- is stored.
CREATE TYPE app.live_event AS (
    i integer, session_id text, seq integer, at timestamptz, type text, seat text, event text, cause text
);
CREATE TYPE app.live_change AS (
    i integer, session_id text, status text, level text, skip_count integer, truth integer, dare integer,
    step integer, at_limit boolean, confirmed_at timestamptz, completed_at timestamptz
);
CREATE TYPE app.live_card AS (
    i integer, session_id text, seq integer, activity_id integer, type text, rating text, intensity integer, script text,
    tags text, roles text, source text, checks text, shown_at timestamptz, themes text
);
CREATE TYPE app.live_turn AS (i integer, session_id text, turn integer);
CREATE TYPE app.live_feedback AS (
    i integer, session_id text, turn integer, seat text, feedback text, executed boolean
);

-- One batch. What became of each command, in the batch's order: won, replied (with the first reply's seq and hash), fenced, head,
-- limits, card or charge; `heads` are the logs' heads before it.
CREATE FUNCTION app.append_commands(
    commands app.live_command[], events app.live_event[], changes app.live_change[], cards app.live_card[],
    dropped app.live_turn[], skipped app.live_turn[], feedback app.live_feedback[], users uuid[], guests text[],
    OUT outcomes text[], OUT seqs integer[], OUT hashes text[], OUT heads integer[]
)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    won boolean[];
    midnight timestamptz := app.utc_midnight();
BEGIN
    PERFORM FROM sessions s
    WHERE s.session_id = ANY (ARRAY(SELECT c.session_id FROM unnest(commands) c))
    ORDER BY s.session_id FOR UPDATE;
    IF users <> '{}' THEN
        PERFORM FROM users u WHERE u.id = ANY (users) ORDER BY u.id FOR UPDATE;
    END IF;
    IF guests <> '{}' THEN
        PERFORM FROM anonymous_sessions a WHERE a.session_id = ANY (guests) ORDER BY a.session_id FOR UPDATE;
    END IF;

    SELECT array_agg(v.outcome), array_agg(v.seq), array_agg(v.body_hash), array_agg(v.head), array_agg(v.outcome = 'won')
    INTO outcomes, seqs, hashes, heads, won
    FROM (
        SELECT reply.seq, encode(reply.body_hash, 'hex') AS body_hash, room.head,
            CASE
                WHEN reply.seq IS NOT NULL THEN 'replied'
                WHEN c.fence IS NOT NULL AND c.fence IS DISTINCT FROM (
                    SELECT place.fence FROM session_seats place WHERE place.session_id = c.session_id AND place.seat = c.seat
                ) THEN 'fenced'
                WHEN room.head IS DISTINCT FROM c.expected THEN 'head'
                WHEN c.limits_rev IS NOT NULL AND room.limits_rev IS DISTINCT FROM c.limits_rev THEN 'limits'
                WHEN c.card IS NOT NULL AND NOT EXISTS (
                    SELECT FROM activities a WHERE a.activity_id = c.card AND a.approved AND a.is_active
                ) THEN 'card'
                WHEN c.charge_day IS NOT NULL AND NOT coalesce((
                    c.charge_day = (now() AT TIME ZONE 'UTC')::date AND c.charge_seen < c.charge_limit
                    AND c.charge_seen = coalesce(
                        (SELECT CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count ELSE 0 END
                         FROM users u WHERE u.id = c.user_id),
                        (SELECT CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count ELSE 0 END
                         FROM anonymous_sessions n WHERE n.session_id = c.anonymous_session_id)
                    )
                ), false) THEN 'charge'
                ELSE 'won'
            END AS outcome
        FROM unnest(commands) WITH ORDINALITY AS c
        LEFT JOIN LATERAL (
            SELECT s.head, s.limits_rev FROM sessions s WHERE s.session_id = c.session_id OFFSET 0
        ) AS room ON true
        LEFT JOIN LATERAL (
            SELECT r.seq, r.body_hash FROM session_replies r
            WHERE r.session_id = c.session_id AND r.command_id = c.command_id OFFSET 0
        ) AS reply ON true
        ORDER BY c.ordinality
    ) AS v;
    IF NOT true = ANY (won) THEN
        RETURN;
    END IF;
    PERFORM app.write_rooms(commands, events, changes, won);
    IF cards <> '{}' OR dropped <> '{}' THEN
        PERFORM app.write_cards(cards, dropped, skipped, won);
    END IF;
    IF feedback <> '{}' THEN
        PERFORM app.write_feedback(feedback, won);
    END IF;
    IF users <> '{}' OR guests <> '{}' THEN
        PERFORM app.write_accounts(commands, users <> '{}', guests <> '{}', won);
    END IF;
    IF EXISTS (SELECT FROM unnest(changes) c WHERE c.completed_at IS NOT NULL) THEN
        PERFORM app.note_played(changes, won);
    END IF;
END
$$;

-- What follows writes the winners' part of a batch, under the locks and with the planner's settings of append_commands.

-- The log, the replies, and what the log derives into the session's row. The session's end clears what a guest told. A command
-- that was decided on the limits says as of which; a recheck that changes nothing writes only that.
CREATE FUNCTION app.write_rooms(
    commands app.live_command[], events app.live_event[], changes app.live_change[], won boolean[]
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO session_events (session_id, seq, at, type, seat, event, cause)
    SELECT e.session_id, e.seq, e.at, e.type, e.seat, e.event::jsonb, e.cause::jsonb FROM unnest(events) e WHERE won[e.i];

    INSERT INTO session_replies (session_id, command_id, body_hash, seq)
    SELECT c.session_id, c.command_id, c.body_hash, c.reply_seq
    FROM unnest(commands) WITH ORDINALITY AS c WHERE won[c.ordinality] AND c.command_id IS NOT NULL;

    IF changes <> '{}' THEN
        UPDATE sessions s
        SET head = c.head,
            status = n.status,
            intimacy_level = n.level::intimacy_level_enum,
            skip_count = n.skip_count,
            truth_so_far = n.truth,
            dare_so_far = n.dare,
            current_step = n.step,
            connection_confirmed_at = coalesce(s.connection_confirmed_at, n.confirmed_at),
            completed_at = coalesce(s.completed_at, n.completed_at),
            at_limit = n.at_limit,
            checked_rev = coalesce(c.limits_rev, s.checked_rev),
            partner_anonymous_name = CASE WHEN n.completed_at IS NULL THEN s.partner_anonymous_name END,
            partner_anonymous_anatomy = CASE WHEN n.completed_at IS NULL THEN s.partner_anonymous_anatomy END,
            last_active_at = now()
        FROM unnest(changes) n, LATERAL (SELECT (commands[n.i]).head, (commands[n.i]).limits_rev) AS c
        WHERE s.session_id = n.session_id AND won[n.i];
    END IF;
    IF cardinality(changes) < cardinality(commands) THEN
        UPDATE sessions s
        SET head = c.head,
            checked_rev = coalesce(c.limits_rev, s.checked_rev),
            last_active_at = CASE WHEN c.moves THEN now() ELSE s.last_active_at END
        FROM unnest(commands) WITH ORDINALITY AS c
        WHERE s.session_id = c.session_id AND won[c.ordinality] AND NOT c.changes
            AND (c.moves OR c.limits_rev IS NOT NULL);
    END IF;
END
$$;

-- Cards shown, replaced and taken away: the turn log, and one row of history a card and player. Whose history it is, the seats
-- say now: a guest has none, and whoever was erased meanwhile has none any more.
CREATE FUNCTION app.write_cards(
    cards app.live_card[], dropped app.live_turn[], skipped app.live_turn[], won boolean[]
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF dropped <> '{}' THEN
        DELETE FROM session_activities t
        USING unnest(dropped) d
        WHERE t.session_id = d.session_id AND t.seq = d.turn AND won[d.i];
    END IF;
    IF cards = '{}' THEN
        RETURN;
    END IF;

    INSERT INTO session_activities
        (session_id, seq, activity_id, type, rating, intensity, script, tags, roles, source, template_id, checks)
    SELECT k.session_id, k.seq, k.activity_id, k.type, k.rating, k.intensity, k.script::jsonb, k.tags::jsonb,
        k.roles::jsonb, k.source, k.activity_id, k.checks::jsonb
    FROM unnest(cards) k WHERE won[k.i]
    ON CONFLICT (session_id, seq) DO UPDATE SET
        activity_id = excluded.activity_id, type = excluded.type, rating = excluded.rating,
        intensity = excluded.intensity, script = excluded.script, tags = excluded.tags, roles = excluded.roles,
        source = excluded.source, template_id = excluded.template_id, checks = excluded.checks, created_at = now();

    IF skipped <> '{}' THEN
        UPDATE user_activity_history h
        SET was_skipped = true
        FROM unnest(skipped) d
        WHERE h.session_id = d.session_id AND h.turn = d.turn AND won[d.i] AND NOT h.was_skipped
            AND NOT EXISTS (
                SELECT FROM user_activity_history later
                WHERE later.session_id = h.session_id AND later.turn = h.turn AND later.id > h.id
                    AND later.user_id IS NOT DISTINCT FROM h.user_id
                    AND later.anonymous_session_id IS NOT DISTINCT FROM h.anonymous_session_id
            );
    END IF;

    INSERT INTO user_activity_history
        (user_id, anonymous_session_id, session_id, activity_id, activity_type, presented_at, theme_tags, turn)
    SELECT seat.user_id, seat.anonymous_session_id, k.session_id, k.activity_id, k.type::activity_type_enum, k.shown_at,
        k.themes::jsonb, k.seq
    FROM unnest(cards) k
    JOIN session_seats seat ON seat.session_id = k.session_id
    WHERE won[k.i] AND num_nonnulls(seat.user_id, seat.anonymous_session_id) = 1;
END
$$;

-- What a seat says of a card goes into its own player's history.
CREATE FUNCTION app.write_feedback(feedback app.live_feedback[], won boolean[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE user_activity_history h
    SET feedback_type = f.feedback::feedback_type_enum, feedback_executed = f.executed
    FROM unnest(feedback) f, session_seats seat
    WHERE won[f.i] AND seat.session_id = f.session_id AND seat.seat = f.seat
        AND h.id = (
            SELECT max(last.id) FROM user_activity_history last
            WHERE last.session_id = f.session_id AND last.turn = f.turn AND NOT last.was_skipped
                AND (last.user_id = seat.user_id OR last.anonymous_session_id = seat.anonymous_session_id)
        );
END
$$;

-- One more on the accounts that pay, one less on those that get a turn back: on the day it was charged, never below nothing.
CREATE FUNCTION app.write_accounts(commands app.live_command[], of_users boolean, of_guests boolean, won boolean[])
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    midnight timestamptz := app.utc_midnight();
    today date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
    IF of_users THEN
        UPDATE users u
        SET daily_activity_count = greatest(0,
                CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count ELSE 0 END
                + (c.charge_day IS NOT NULL)::integer - coalesce(c.given_back = today, false)::integer),
            daily_activity_reset_at = CASE
                WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_reset_at ELSE now() END
        FROM unnest(commands) WITH ORDINALITY AS c
        WHERE u.id = c.user_id AND won[c.ordinality]
            AND (c.charge_day IS NOT NULL OR c.given_back = today AND u.daily_activity_reset_at >= midnight);
    END IF;
    IF of_guests THEN
        UPDATE anonymous_sessions n
        SET daily_activity_count = greatest(0,
                CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count ELSE 0 END
                + (c.charge_day IS NOT NULL)::integer - coalesce(c.given_back = today, false)::integer),
            daily_activity_reset_at = CASE
                WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_reset_at ELSE now() END
        FROM unnest(commands) WITH ORDINALITY AS c
        WHERE n.session_id = c.anonymous_session_id AND won[c.ordinality]
            AND (c.charge_day IS NOT NULL OR c.given_back = today AND n.daily_activity_reset_at >= midnight);
    END IF;
END
$$;

-- The people a finished game was played with move to the top of each other's lists.
CREATE FUNCTION app.note_played(changes app.live_change[], won boolean[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE remembered_partners p
    SET last_played_at = now()
    FROM unnest(changes) c
    JOIN session_seats a ON a.session_id = c.session_id AND a.seat = 'A'
    JOIN session_seats b ON b.session_id = c.session_id AND b.seat = 'B'
    WHERE won[c.i] AND c.completed_at IS NOT NULL AND c.step > 0
        AND ((p.user_id = a.user_id AND p.partner_user_id = b.user_id)
            OR (p.user_id = b.user_id AND p.partner_user_id = a.user_id));
END
$$;

GRANT EXECUTE ON FUNCTION
    app.append_commands(
        app.live_command[], app.live_event[], app.live_change[], app.live_card[], app.live_turn[], app.live_turn[],
        app.live_feedback[], uuid[], text[]
    ),
    app.write_rooms(app.live_command[], app.live_event[], app.live_change[], boolean[]),
    app.write_cards(app.live_card[], app.live_turn[], app.live_turn[], boolean[]),
    app.write_feedback(app.live_feedback[], boolean[]),
    app.write_accounts(app.live_command[], boolean, boolean, boolean[]),
    app.note_played(app.live_change[], boolean[])
TO game_service;

-- What draws in these rooms have to know, a row a seat; a function, because to plan it anew costs ten times the reading.
-- `recent` are the last hundred cards of whoever sits there, the one seen last first.
CREATE FUNCTION app.draw_facts(rooms text[]) RETURNS TABLE (
    session_id text, limits_rev integer, unchecked boolean, extra_today bigint, bank_revision bigint, day text,
    resets_at timestamptz, used integer, seat text, boundaries jsonb, activities jsonb, truth_topics jsonb,
    profile_version text, anatomy jsonb, premium boolean, recent integer[]
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    midnight timestamptz := app.utc_midnight();
BEGIN
    RETURN QUERY
    WITH room AS MATERIALIZED (
        SELECT s.session_id::text, s.limits_rev, s.limits_rev <> s.checked_rev AS unchecked, s.partner_anonymous_anatomy,
            (SELECT revision FROM bank_revision) AS bank_revision,
            to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
            midnight + interval '1 day' AS resets_at,
            coalesce(
                CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count END,
                CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count END, 0
            ) AS used,
            (SELECT count(*) - count(DISTINCT (h.session_id, h.turn)) FROM (
                SELECT h.session_id, h.turn FROM user_activity_history h
                WHERE h.user_id = a.user_id AND h.presented_at >= midnight
                UNION ALL
                SELECT h.session_id, h.turn FROM user_activity_history h
                WHERE a.user_id IS NULL AND h.anonymous_session_id = a.anonymous_session_id
                    AND h.presented_at >= midnight
            ) AS h
            JOIN session_seats together ON together.session_id = h.session_id AND together.actor = b.actor) AS extra_today
        FROM sessions s
        LEFT JOIN session_seats a ON a.session_id = s.session_id AND a.seat = 'A'
        LEFT JOIN session_seats b ON b.session_id = s.session_id AND b.seat = 'B'
        LEFT JOIN users u ON u.id = a.user_id
        LEFT JOIN anonymous_sessions n ON n.session_id = a.anonymous_session_id
        WHERE s.session_id = ANY (rooms)
    )
    SELECT room.session_id, room.limits_rev, room.unchecked, room.extra_today, room.bank_revision, room.day,
        room.resets_at, room.used,
        t.seat, p.boundaries, p.activities, p.truth_topics,
        p.profile_version::text,
        CASE WHEN t.hosted THEN room.partner_anonymous_anatomy ELSE p.anatomy END AS anatomy,
        coalesce(u.subscription_tier = 'premium' AND coalesce(u.subscription_expires_at > now(), true), false) AS premium,
        array_remove(CASE WHEN t.user_id IS NOT NULL THEN ARRAY(
            SELECT h.activity_id FROM user_activity_history h
            WHERE h.user_id = t.user_id AND h.presented_at > now() - interval '1 year'
            ORDER BY h.presented_at DESC, h.id DESC LIMIT 100
        ) ELSE ARRAY(
            SELECT h.activity_id FROM user_activity_history h
            WHERE h.anonymous_session_id = t.anonymous_session_id AND h.presented_at > now() - interval '1 year'
            ORDER BY h.presented_at DESC, h.id DESC LIMIT 100
        ) END, NULL) AS recent
    FROM room
    JOIN session_seats t ON t.session_id = room.session_id
    LEFT JOIN profiles p ON p.id = t.profile_id AND p.id <> 0
    LEFT JOIN users u ON u.id = t.user_id;
END
$$;

-- What the draw leans on beside the limits, a row a seat of somebody who answered the survey. The last hundred cards count, of
-- which the last thirty say what is new; ten sessions are enough to know somebody.
CREATE FUNCTION app.draw_tastes(rooms text[]) RETURNS TABLE (
    session_id text, seat text, arousal_propensity jsonb, power_dynamic jsonb, domain_scores jsonb, activities jsonb,
    liked jsonb, themes text[], sessions integer
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT t.session_id::text, t.seat, p.arousal_propensity, p.power_dynamic, p.domain_scores, p.activities, liked.sums AS liked,
        coalesce(lately.themes, '{}') AS themes, played.sessions
    FROM session_seats t
    JOIN profiles p ON p.id = t.profile_id AND p.id <> 0 AND p.profile_version <> 'neutral'
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(said.about, said.total), '{}') AS sums FROM (
            SELECT about, sum(CASE latest.feedback_type WHEN 'like' THEN 1 ELSE -1 END)::integer AS total
            FROM (
                (SELECT h.activity_id, h.feedback_type, h.presented_at, h.id FROM user_activity_history h
                 WHERE h.user_id = t.user_id ORDER BY h.presented_at DESC, h.id DESC LIMIT 100)
                UNION ALL
                (SELECT h.activity_id, h.feedback_type, h.presented_at, h.id FROM user_activity_history h
                 WHERE t.user_id IS NULL AND h.anonymous_session_id = t.anonymous_session_id
                 ORDER BY h.presented_at DESC, h.id DESC LIMIT 100)
            ) AS latest
            JOIN activities c ON c.activity_id = latest.activity_id
            CROSS JOIN LATERAL jsonb_array_elements_text(
                coalesce(c.preference_keys, '[]') || coalesce(c.domains, '[]')
            ) AS about
            WHERE latest.feedback_type IN ('like', 'dislike')
            GROUP BY about
        ) AS said
    ) AS liked
    CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT theme) AS themes FROM (
            (SELECT h.theme_tags FROM user_activity_history h
             WHERE h.user_id = t.user_id ORDER BY h.presented_at DESC, h.id DESC LIMIT 30)
            UNION ALL
            (SELECT h.theme_tags FROM user_activity_history h
             WHERE t.user_id IS NULL AND h.anonymous_session_id = t.anonymous_session_id
             ORDER BY h.presented_at DESC, h.id DESC LIMIT 30)
        ) AS latest
        CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(latest.theme_tags, '[]')) AS theme
    ) AS lately
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS sessions FROM (
            SELECT FROM session_seats earlier
            WHERE (earlier.user_id = t.user_id OR earlier.anonymous_session_id = t.anonymous_session_id)
                AND earlier.session_id <> t.session_id
            LIMIT 10
        ) AS earlier_ones
    ) AS played
    WHERE t.session_id = ANY (rooms);
END
$$;

GRANT EXECUTE ON FUNCTION app.draw_facts(text[]), app.draw_tastes(text[]) TO game_service;

-- The older column repeats the newer one: asked only where they are not alike.
DROP TRIGGER sessions_rating_follows_level ON sessions;
CREATE TRIGGER sessions_rating_follows_level BEFORE INSERT OR UPDATE OF intimacy_level, rating ON sessions
    FOR EACH ROW WHEN (NEW.rating IS DISTINCT FROM NEW.intimacy_level::text)
    EXECUTE FUNCTION app.rating_follows_level();

-- A seat goes only with its session, and so does the log: that the seat is one of the two is enough. A foreign key to it costs
-- more than the row.
ALTER TABLE session_events
    DROP CONSTRAINT session_events_session_id_seat_fkey,
    ADD CONSTRAINT session_events_seat_known CHECK (seat IN ('A', 'B'));
DROP INDEX idx_session_events_seat;

-- A card's row is changed soon after it came (skipped, feedback): there is room for that on its page, and no index is touched.
ALTER TABLE user_activity_history SET (fillfactor = 85);

-- Feedback and skips look up a turn of a game.
CREATE INDEX idx_activity_history_turn ON user_activity_history (session_id, turn);
DROP INDEX idx_activity_history_session;

RESET search_path;
RESET ROLE;
