-- A recheck is data: what changes about people is compared with what their room was last looked at with, so that whoever looks
-- next finds it, also when the process that took the change is gone.
--
-- `limits_rev` moves with the change, in its transaction; `checked_rev` is the limits_rev of the last commit that looked at the
-- card on screen (or drew it). `at_limit`: the day's cards are used up, and an upgrade would go on at once.

SET ROLE game_owner;

ALTER TABLE sessions
    ADD COLUMN checked_rev integer NOT NULL DEFAULT 0,
    ADD COLUMN at_limit boolean NOT NULL DEFAULT false;

UPDATE sessions s SET at_limit = true
WHERE s.status = 'active' AND EXISTS (
    SELECT FROM session_events e WHERE e.session_id = s.session_id AND e.seq = s.head AND e.type = 'limit_reached'
);

CREATE INDEX idx_sessions_unchecked ON sessions (session_id)
    WHERE limits_rev <> checked_rev AND status IN ('waiting', 'active');
CREATE INDEX idx_sessions_at_limit ON sessions (session_id) WHERE at_limit AND status IN ('waiting', 'active');

-- Everything of a profile that decides which cards its person may see.
DROP TRIGGER profiles_raise_limits_rev ON profiles;
CREATE TRIGGER profiles_raise_limits_rev
    AFTER UPDATE OF boundaries, activities, truth_topics, anatomy, profile_version ON profiles
    FOR EACH ROW WHEN (
        (OLD.boundaries, OLD.activities, OLD.truth_topics, OLD.anatomy, OLD.profile_version)
        IS DISTINCT FROM (NEW.boundaries, NEW.activities, NEW.truth_topics, NEW.anatomy, NEW.profile_version)
    ) EXECUTE FUNCTION app.raise_limits_rev();

-- A person who was erased takes their profile from the seat: nobody knows any more what they would see.
CREATE FUNCTION app.raise_limits_rev_of_seat() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE sessions SET limits_rev = limits_rev + 1
    WHERE session_id = NEW.session_id AND status IN ('waiting', 'active');
    RETURN NULL;
END
$$;
CREATE TRIGGER session_seats_raise_limits_rev AFTER UPDATE ON session_seats
    FOR EACH ROW WHEN (OLD.profile_id <> 0 AND NEW.profile_id <> OLD.profile_id)
    EXECUTE FUNCTION app.raise_limits_rev_of_seat();

-- The log, the replies, and what the log derives into the session's row. The session's end clears what a guest told. A command
-- that was decided on the limits says as of which; a recheck that changes nothing writes only that.
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
        at_limit = coalesce((c.session ->> 'at_limit')::boolean, false),
        checked_rev = coalesce(c.limits_rev, s.checked_rev),
        partner_anonymous_name = CASE WHEN c.session ->> 'completed_at' IS NULL THEN s.partner_anonymous_name END,
        partner_anonymous_anatomy = CASE WHEN c.session ->> 'completed_at' IS NULL THEN s.partner_anonymous_anatomy END,
        last_active_at = now()
    FROM unnest(won) c
    WHERE s.session_id = c.session_id AND c.session IS NOT NULL;

    IF EXISTS (SELECT FROM unnest(won) c WHERE c.session IS NULL AND c.limits_rev IS NOT NULL) THEN
        UPDATE sessions s SET checked_rev = c.limits_rev
        FROM unnest(won) c
        WHERE s.session_id = c.session_id AND c.session IS NULL AND c.limits_rev IS NOT NULL;
    END IF;
END
$$;

REVOKE ALL ON FUNCTION app.raise_limits_rev_of_seat() FROM PUBLIC;

RESET ROLE;
