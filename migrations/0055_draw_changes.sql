-- Most draws find what they have to know as it was at the draw before: a room asks whether it is, for less than to read it again.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- What decides whether a process may still draw on what it has read of these rooms (app.draw_facts), and what moves all the time,
-- a row a room. `limits_rev` says all that limits say, `whose` and `profiles` who sits there, in the order of the seats; `latest` is
-- when they saw a card last, in whatever room. Two rooms whose cards come at one moment may not see each other's.
CREATE FUNCTION app.draw_changes(rooms text[]) RETURNS TABLE (
    session_id text, limits_rev integer, unchecked boolean, bank_revision bigint, day text, resets_at timestamptz, used integer,
    premium boolean, own_cards boolean, whose text[], profiles integer[], latest timestamptz[]
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    midnight timestamptz := app.utc_midnight();
BEGIN
    RETURN QUERY
    SELECT s.session_id::text, s.limits_rev, s.limits_rev <> s.checked_rev, (SELECT revision FROM bank_revision),
        to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), midnight + interval '1 day',
        coalesce(
            CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count END,
            CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count END, 0
        ),
        coalesce(u.subscription_tier = 'premium' AND coalesce(u.subscription_expires_at > now(), true), false)
            OR coalesce(p.subscription_tier = 'premium' AND coalesce(p.subscription_expires_at > now(), true), false),
        app.has_own_cards(s.session_id),
        ARRAY[coalesce(a.user_id::text, a.anonymous_session_id), coalesce(b.user_id::text, b.anonymous_session_id)],
        ARRAY[a.profile_id, b.profile_id],
        ARRAY[
            CASE WHEN a.user_id IS NOT NULL THEN (
                SELECT max(h.presented_at) FROM user_activity_history h WHERE h.user_id = a.user_id
            ) ELSE (
                SELECT max(h.presented_at) FROM user_activity_history h WHERE h.anonymous_session_id = a.anonymous_session_id
            ) END,
            CASE WHEN b.user_id IS NOT NULL THEN (
                SELECT max(h.presented_at) FROM user_activity_history h WHERE h.user_id = b.user_id
            ) ELSE (
                SELECT max(h.presented_at) FROM user_activity_history h WHERE h.anonymous_session_id = b.anonymous_session_id
            ) END
        ]
    FROM sessions s
    JOIN session_seats a ON a.session_id = s.session_id AND a.seat = 'A'
    JOIN session_seats b ON b.session_id = s.session_id AND b.seat = 'B'
    LEFT JOIN users u ON u.id = a.user_id
    LEFT JOIN anonymous_sessions n ON n.session_id = a.anonymous_session_id
    LEFT JOIN users p ON p.id = b.user_id
    WHERE s.session_id = ANY (rooms);
END
$$;

GRANT EXECUTE ON FUNCTION app.draw_changes(text[]) TO game_service;

-- The same time, from a plan that is kept: a function in SQL with a setting of its own is planned anew at every call.
CREATE OR REPLACE FUNCTION app.utc_midnight() RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
END
$$;

RESET search_path;
RESET ROLE;
