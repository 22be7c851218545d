-- Time in bonds. A task's deadline is a date of the calendar that the database itself writes, so that it moves with the task on every
-- path (a command, the timetable, the end of a pause, somebody who leaves), and in the same transaction. Who is reminded of which date
-- stands in tables that whoever runs the timetable next finds. A pause that begins and ends twice a day moves what is due by one day.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Dates of the calendar

ALTER TABLE calendar_events ADD COLUMN last_date timestamptz;
COMMENT ON COLUMN calendar_events.last_date IS 'Of a series that ends, when its last occurrence begins at the latest: so that nobody counts them again.';
GRANT UPDATE (last_date) ON calendar_events TO bond_writer;
SELECT app.let_service('calendar_events', 'SELECT');

-- A date is its creator's, and a task's deadline the task's.
CREATE FUNCTION app.guard_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        IF (CASE WHEN TG_OP = 'INSERT' THEN NEW.task_id ELSE OLD.task_id END) IS NOT NULL THEN
            PERFORM app.refuse('a deadline is its task''s');
        ELSIF TG_OP <> 'INSERT' AND coalesce(OLD.created_by <> app.uid(), true) THEN
            PERFORM app.refuse('a date is its creator''s');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.guard_event();

-- A task's deadline, while the task is not called off. Its title is the task's own envelope: both are sealed with the bond's key.
CREATE FUNCTION app.keep_deadline() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.due_date IS NULL OR NEW.status = 'cancelled' THEN
        DELETE FROM calendar_events e WHERE e.task_id = NEW.id;
        RETURN NULL;
    END IF;
    INSERT INTO calendar_events AS e (title, event_type, start_date, bond_id, created_by, timezone, all_day, task_id)
        VALUES (NEW.title, 'task_deadline', NEW.due_date, NEW.bond_id, NEW.assigned_by,
            app.known_zone((SELECT u.time_zone FROM users u WHERE u.id = NEW.assigned_to)), NEW.all_day, NEW.id)
        ON CONFLICT (task_id) WHERE task_id IS NOT NULL DO UPDATE SET
            title = excluded.title, start_date = excluded.start_date, timezone = excluded.timezone, all_day = excluded.all_day,
            sequence = e.sequence + 1
        WHERE (e.title, e.start_date, e.all_day) IS DISTINCT FROM (excluded.title, excluded.start_date, excluded.all_day);
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_deadline AFTER INSERT OR UPDATE OF title, due_date, all_day, status, assigned_to ON tasks
    FOR EACH ROW EXECUTE FUNCTION app.keep_deadline();

INSERT INTO calendar_events (title, event_type, start_date, bond_id, created_by, timezone, all_day, task_id)
    SELECT t.title, 'task_deadline', t.due_date, t.bond_id, t.assigned_by,
        app.known_zone((SELECT u.time_zone FROM users u WHERE u.id = t.assigned_to)), t.all_day, t.id
    FROM tasks t WHERE t.due_date IS NOT NULL AND t.status <> 'cancelled' ORDER BY t.bond_id, t.id
    ON CONFLICT DO NOTHING;

-- Feeds: which calendar a secret opens, whose it is, and whether it says what the dates are called. Found under a former secret of the
-- server's it is kept under the present one from then on.

ALTER TABLE calendar_feeds ADD COLUMN titles boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN calendar_feeds.titles IS 'Does it say what the dates are called, and not only of which kind they are?';
GRANT SELECT (titles) ON calendar_feeds TO authenticated, bond_writer;

CREATE FUNCTION app.open_feed(hashes text[]) RETURNS TABLE (user_id uuid, bond_id uuid, titles boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE calendar_feeds f SET secret_hash = hashes[1] WHERE f.secret_hash = ANY (hashes) AND f.secret_hash <> hashes[1];
    RETURN QUERY SELECT f.user_id, f.bond_id, f.titles FROM calendar_feeds f WHERE f.secret_hash = hashes[1];
END
$$;
GRANT EXECUTE ON FUNCTION app.open_feed(text[]) TO game_service;

-- Reminders: when to look at a date next, and who was reminded of what

CREATE TABLE event_alarms (
    event_id uuid PRIMARY KEY REFERENCES calendar_events (id) ON DELETE CASCADE,
    next_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE event_alarms IS 'When the timetable looks next whether somebody is to be reminded of a date.';
CREATE INDEX idx_event_alarms_next ON event_alarms (next_at);
SELECT app.seal('event_alarms');
SELECT app.let_service('event_alarms', 'SELECT', 'UPDATE', 'DELETE');

CREATE TABLE event_reminders (
    event_id uuid NOT NULL REFERENCES calendar_events (id) ON DELETE CASCADE,
    starts_at timestamptz NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    sent_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (event_id, starts_at, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE event_reminders IS 'Who was reminded of which date: once each.';
CREATE INDEX idx_event_reminders_user ON event_reminders (user_id, sent_at);
SELECT app.seal('event_reminders');
SELECT app.let_service('event_reminders', 'SELECT', 'INSERT', 'DELETE');

CREATE FUNCTION app.set_alarm() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.reminder_minutes IS NULL OR NEW.task_id IS NOT NULL THEN
        DELETE FROM event_alarms a WHERE a.event_id = NEW.id;
    ELSE
        INSERT INTO event_alarms (event_id, next_at) VALUES (NEW.id, app.moment())
            ON CONFLICT (event_id) DO UPDATE SET next_at = excluded.next_at;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER set_alarm AFTER INSERT OR UPDATE OF start_date, timezone, all_day, rrule, exdates, last_date, reminder_minutes
    ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.set_alarm();
INSERT INTO event_alarms (event_id, next_at)
    SELECT e.id, app.moment() FROM calendar_events e WHERE e.reminder_minutes IS NOT NULL AND e.task_id IS NULL;

-- Pauses: what is due moves by whole days, and by no more of them than the pauses since it was last said, all together

CREATE TABLE task_pauses (
    task_id uuid PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
    due_date timestamptz NOT NULL,
    ahead interval NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_pauses IS 'By how much longer a due date was moved than the pauses took: the next one takes it from there.';
COMMENT ON COLUMN task_pauses.due_date IS 'The due date that this is true of: whoever says another begins anew.';
SELECT app.seal('task_pauses');

CREATE OR REPLACE FUNCTION app.end_suspension(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    began timestamptz;
    zone text := app.known_zone((SELECT u.time_zone FROM users u WHERE u.id = person));
    lasted interval;
    days integer;
    one record;
    due timestamptz;
    asking text := current_setting('request.jwt.claims', true);
BEGIN
    DELETE FROM suspensions s WHERE s.bond_id = of_bond AND s.user_id = person RETURNING s.since INTO began;
    lasted := (app.moment() AT TIME ZONE zone) - (began AT TIME ZONE zone);
    IF began IS NULL OR lasted <= interval '0' THEN
        RETURN;
    END IF;
    PERFORM set_config('request.jwt.claims', '', true); -- the feed does not say whose pause it was
    FOR one IN
        SELECT t.id, t.due_date, coalesce(p.ahead, interval '0') AS ahead
        FROM tasks t LEFT JOIN task_pauses p ON p.task_id = t.id AND p.due_date = t.due_date
        WHERE t.bond_id = of_bond AND t.assigned_to = person AND t.status IN ('pending', 'in_progress')
            AND t.due_date IS NOT NULL AND t.created_at < began
        ORDER BY t.id
    LOOP
        days := greatest(ceil(extract(epoch FROM lasted - one.ahead) / 86400), 0);
        due := one.due_date;
        IF days > 0 THEN
            UPDATE tasks t SET
                due_date = ((t.due_date AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone,
                extension_until = ((t.extension_until AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone
                WHERE t.id = one.id RETURNING t.due_date INTO due;
        END IF;
        INSERT INTO task_pauses (task_id, due_date, ahead) VALUES (one.id, due, one.ahead + make_interval(days => days) - lasted)
            ON CONFLICT (task_id) DO UPDATE SET due_date = excluded.due_date, ahead = excluded.ahead;
    END LOOP;
    PERFORM set_config('request.jwt.claims', coalesce(asking, ''), true);
END
$$;

RESET search_path;
RESET ROLE;
