-- What people in a bond ask of each other: tasks, rules, rewards, points. Who may ask whom for what is the process's to refuse, with
-- words; here it is impossible: nobody gives themselves points, approves what was theirs to do, or is asked while they pause.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Enums: the reference's values first, ours after them.

CREATE TYPE task_status_enum AS ENUM ('pending', 'in_progress', 'completed', 'approved', 'cancelled');
CREATE TYPE task_priority_enum AS ENUM ('low', 'medium', 'high', 'urgent');
CREATE TYPE task_recurring_enum AS ENUM ('none', 'daily', 'weekly', 'monthly');
CREATE TYPE proof_type_enum AS ENUM ('text', 'photo', 'video');
CREATE TYPE rule_type_enum AS ENUM ('standing', 'situational', 'temporary', 'optional');
CREATE TYPE reward_type_enum AS ENUM ('verbal', 'points', 'relational', 'achievement');
CREATE TYPE reward_status_enum AS ENUM ('available', 'redeemed', 'fulfilled', 'withdrawn');
CREATE TYPE points_source_enum AS ENUM ('task', 'reward', 'manual');
CREATE TYPE points_kind_enum AS ENUM ('award', 'grant', 'redeem', 'refund', 'manual', 'reversal');

-- Tasks

CREATE TABLE task_templates (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    priority task_priority_enum NOT NULL DEFAULT 'medium',
    point_value integer NOT NULL DEFAULT 0 CHECK (point_value BETWEEN 0 AND 10000),
    proof_required boolean NOT NULL DEFAULT false,
    proof_type proof_type_enum,
    recurring task_recurring_enum NOT NULL DEFAULT 'none',
    reminder_minutes integer CHECK (reminder_minutes BETWEEN 0 AND 20160),
    all_day boolean NOT NULL DEFAULT false,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT task_templates_bounded CHECK (octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_templates IS 'Tasks to be given again and again; texts sealed with the bond''s key.';
CREATE INDEX idx_task_templates_bond ON task_templates (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_task_templates_created_by ON task_templates (created_by);

-- What comes again: a line of occurrences, of which at most one waits. `day` is the day of the month where it is monthly.
CREATE TABLE task_series (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    priority task_priority_enum NOT NULL DEFAULT 'medium',
    point_value integer NOT NULL DEFAULT 0 CHECK (point_value BETWEEN 0 AND 10000),
    proof_required boolean NOT NULL DEFAULT false,
    proof_type proof_type_enum,
    reminder_minutes integer CHECK (reminder_minutes BETWEEN 0 AND 20160),
    all_day boolean NOT NULL DEFAULT false,
    limit_keys text[] NOT NULL DEFAULT '{}',
    assigned_by uuid REFERENCES users (id) ON DELETE SET NULL,
    assigned_to uuid REFERENCES users (id) ON DELETE SET NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    template_id uuid REFERENCES task_templates (id) ON DELETE SET NULL,
    recurring task_recurring_enum NOT NULL DEFAULT 'daily' CHECK (recurring <> 'none'),
    time_zone text NOT NULL DEFAULT 'UTC' CHECK (char_length(time_zone) <= 64),
    local_time time NOT NULL DEFAULT '12:00',
    day integer NOT NULL DEFAULT 1 CHECK (day BETWEEN 1 AND 31),
    next_on date NOT NULL,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT task_series_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND cardinality(limit_keys) <= 200
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_series IS 'What recurring tasks are made from; texts sealed with the bond''s key.';
CREATE INDEX idx_task_series_bond ON task_series (bond_id);
CREATE INDEX idx_task_series_assigned_by ON task_series (assigned_by);
CREATE INDEX idx_task_series_assigned_to ON task_series (assigned_to);
CREATE INDEX idx_task_series_template ON task_series (template_id);
CREATE INDEX idx_task_series_next ON task_series (next_on) WHERE ended_at IS NULL;

CREATE TABLE tasks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    status task_status_enum NOT NULL DEFAULT 'pending',
    priority task_priority_enum NOT NULL DEFAULT 'medium',
    due_date timestamptz,
    assigned_by uuid REFERENCES users (id) ON DELETE SET NULL,
    assigned_to uuid REFERENCES users (id) ON DELETE SET NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    point_value integer NOT NULL DEFAULT 0 CHECK (point_value BETWEEN 0 AND 10000),
    proof_required boolean NOT NULL DEFAULT false,
    proof_type proof_type_enum,
    recurring task_recurring_enum NOT NULL DEFAULT 'none',
    series_id uuid REFERENCES task_series (id) ON DELETE SET NULL,
    occurs_on date,
    template_id uuid REFERENCES task_templates (id) ON DELETE SET NULL,
    reminder_minutes integer CHECK (reminder_minutes BETWEEN 0 AND 20160),
    all_day boolean NOT NULL DEFAULT false,
    extension_requested boolean NOT NULL DEFAULT false,
    extension_reason jsonb,
    extension_until timestamptz,
    revise_reason jsonb,
    notes jsonb,
    limit_keys text[] NOT NULL DEFAULT '{}',
    started_at timestamptz,
    completed_at timestamptz,
    approved_at timestamptz,
    approved_by uuid REFERENCES users (id) ON DELETE SET NULL,
    cancelled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT tasks_occur_once UNIQUE (series_id, occurs_on),
    CONSTRAINT tasks_approved_by_another CHECK (approved_by <> assigned_to),
    CONSTRAINT tasks_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND octet_length(notes::text) <= 65536
        AND octet_length(extension_reason::text) <= 65536 AND octet_length(revise_reason::text) <= 65536
        AND cardinality(limit_keys) <= 200
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE tasks IS 'What one asks of another, or of themselves; texts sealed with the bond''s key.';
COMMENT ON COLUMN tasks.limit_keys IS 'The keys of limits that its title and description name, whoever''s they are or nobody''s.';
CREATE INDEX idx_tasks_bond ON tasks (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_tasks_assigned_to ON tasks (assigned_to, bond_id) WHERE assigned_to IS NOT NULL;
CREATE INDEX idx_tasks_assigned_by ON tasks (assigned_by);
CREATE INDEX idx_tasks_approved_by ON tasks (approved_by);
CREATE INDEX idx_tasks_template ON tasks (template_id);
CREATE INDEX idx_tasks_due ON tasks (due_date) WHERE status IN ('pending', 'in_progress') AND reminder_minutes IS NOT NULL;
CREATE UNIQUE INDEX idx_tasks_one_waits ON tasks (series_id) WHERE status = 'pending' AND series_id IS NOT NULL;

CREATE TABLE task_proof (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id uuid NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    proof_type proof_type_enum NOT NULL DEFAULT 'text',
    text jsonb,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT task_proof_bounded CHECK (octet_length(text::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_proof IS 'What somebody shows of a task of theirs: it goes with them. Sealed with the bond''s key.';
CREATE INDEX idx_task_proof_task ON task_proof (task_id, created_at);
CREATE INDEX idx_task_proof_bond ON task_proof (bond_id);
CREATE INDEX idx_task_proof_user ON task_proof (user_id, bond_id);

CREATE TABLE task_reminders (
    task_id uuid NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    due_date timestamptz NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    sent_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (task_id, due_date)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_reminders IS 'Who was reminded of what: once for a due date.';
CREATE INDEX idx_task_reminders_user ON task_reminders (user_id, sent_at);

-- Rules

CREATE TABLE rules (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    rule_type rule_type_enum NOT NULL DEFAULT 'standing',
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    assigned_to uuid REFERENCES users (id) ON DELETE SET NULL,
    for_all boolean NOT NULL DEFAULT false,
    active boolean NOT NULL DEFAULT true,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    effective_from timestamptz,
    effective_until timestamptz,
    limit_keys text[] NOT NULL DEFAULT '{}',
    text_version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT rules_window CHECK (effective_from < effective_until),
    CONSTRAINT rules_for_one_or_all CHECK (NOT for_all OR assigned_to IS NULL),
    CONSTRAINT rules_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND cardinality(limit_keys) <= 200
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE rules IS 'What holds in a bond, for whoever said yes to it; texts sealed with the bond''s key.';
COMMENT ON COLUMN rules.for_all IS 'For everybody, said at its creation: a rule whose person was erased is nobody''s and not everybody''s.';
COMMENT ON COLUMN rules.text_version IS 'Which words and which time somebody said yes to.';
CREATE INDEX idx_rules_bond ON rules (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_rules_assigned_to ON rules (assigned_to);
CREATE INDEX idx_rules_created_by ON rules (created_by);

CREATE TABLE rule_acknowledgements (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    rule_id uuid NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    text_version integer NOT NULL,
    declined boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT rule_acknowledgements_one_a_person UNIQUE (rule_id, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE rule_acknowledgements IS 'Each one''s own yes or no to the words of a rule.';
CREATE INDEX idx_rule_acknowledgements_bond ON rule_acknowledgements (bond_id);
CREATE INDEX idx_rule_acknowledgements_user ON rule_acknowledgements (user_id, bond_id);

-- Rewards and points

CREATE TABLE rewards (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    reward_type reward_type_enum NOT NULL DEFAULT 'verbal',
    point_value integer NOT NULL DEFAULT 0 CHECK (point_value BETWEEN 0 AND 10000),
    point_cost integer NOT NULL DEFAULT 0 CHECK (point_cost BETWEEN 0 AND 100000),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    assigned_by uuid REFERENCES users (id) ON DELETE SET NULL,
    assigned_to uuid REFERENCES users (id) ON DELETE SET NULL,
    status reward_status_enum NOT NULL DEFAULT 'available',
    limit_keys text[] NOT NULL DEFAULT '{}',
    redeemed_at timestamptz,
    fulfilled_at timestamptz,
    withdrawn_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT rewards_from_another CHECK (assigned_by <> assigned_to),
    CONSTRAINT rewards_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND cardinality(limit_keys) <= 200
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE rewards IS 'What somebody gives another; texts sealed with the bond''s key.';
COMMENT ON COLUMN rewards.point_value IS 'What it grants when it is given.';
COMMENT ON COLUMN rewards.point_cost IS 'What it takes when it is redeemed.';
CREATE INDEX idx_rewards_bond ON rewards (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_rewards_assigned_to ON rewards (assigned_to);
CREATE INDEX idx_rewards_assigned_by ON rewards (assigned_by);

CREATE TABLE points_ledger (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    points integer NOT NULL CHECK (points <> 0),
    reason jsonb,
    kind points_kind_enum NOT NULL,
    source_type points_source_enum NOT NULL,
    source_id uuid,
    reverses uuid CONSTRAINT points_ledger_reversed_once UNIQUE REFERENCES points_ledger (id) ON DELETE CASCADE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT points_ledger_bounded CHECK (octet_length(reason::text) <= 65536),
    CONSTRAINT points_ledger_reversal CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
    CONSTRAINT points_ledger_source CHECK (source_type <> 'manual' OR source_id IS NULL)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE points_ledger IS 'Every change of somebody''s points. Nothing of it changes; what was wrong is reversed by another entry.';
CREATE UNIQUE INDEX idx_points_ledger_once ON points_ledger (source_type, source_id, user_id, kind)
    WHERE source_id IS NOT NULL;
CREATE INDEX idx_points_ledger_bond ON points_ledger (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_points_ledger_user ON points_ledger (user_id, bond_id);
CREATE INDEX idx_points_ledger_created_by ON points_ledger (created_by);

CREATE TABLE point_balances (
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_point_balances_id UNIQUE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    balance integer NOT NULL DEFAULT 0 CONSTRAINT point_balances_not_negative CHECK (balance >= 0),
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (bond_id, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE point_balances IS 'The sum of somebody''s entries in points_ledger.';
CREATE INDEX idx_point_balances_user ON point_balances (user_id);

-- Since when nothing is asked of a member, because they pause or the bond does: one pause where both overlap, so that what was due
-- moves by as long as it could not be asked for, once.
CREATE TABLE suspensions (
    bond_id uuid NOT NULL,
    user_id uuid NOT NULL,
    since timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (bond_id, user_id),
    CONSTRAINT suspensions_of_members FOREIGN KEY (bond_id, user_id) REFERENCES bond_members (bond_id, user_id) ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE suspensions IS 'Since when nothing may be asked of a member, whoever''s pause it is.';

-- Who sees and who writes

SELECT app.share_in_bond('task_templates', 'INSERT, DELETE',
    'title, description, priority, point_value, proof_required, proof_type, recurring, reminder_minutes, all_day');
SELECT app.share_in_bond('task_series', 'INSERT', 'title, description, priority, point_value, proof_required, proof_type, '
    'reminder_minutes, all_day, limit_keys, assigned_to, ended_at');
SELECT app.share_in_bond('tasks', 'INSERT, DELETE', 'title, description, status, priority, due_date, assigned_to, point_value, '
    'proof_required, proof_type, reminder_minutes, all_day, extension_requested, extension_reason, extension_until, revise_reason, '
    'notes, limit_keys');
SELECT app.share_in_bond('task_proof', 'INSERT, DELETE', NULL, true);
SELECT app.share_in_bond('rules', 'INSERT, DELETE',
    'title, description, rule_type, active, effective_from, effective_until, limit_keys');
SELECT app.share_in_bond('rule_acknowledgements', 'INSERT', 'text_version, declined');
SELECT app.share_in_bond('rewards', 'INSERT, DELETE', 'title, description, reward_type, point_cost, status, limit_keys');
SELECT app.share_in_bond('points_ledger', '', NULL, true);
SELECT app.share_in_bond('point_balances', '');
SELECT app.seal('suspensions');
SELECT app.seal('task_reminders');
SELECT app.let_service('task_reminders', 'SELECT', 'INSERT');
SELECT app.let_service('tasks', 'SELECT', 'INSERT');
SELECT app.let_service('task_series', 'SELECT', 'UPDATE');

-- What commands and their triggers ask

CREATE FUNCTION app.leads(of_bond uuid, leader uuid, led uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM bond_members l JOIN bond_members f ON f.bond_id = l.bond_id AND f.user_id <> l.user_id
        WHERE l.bond_id = of_bond AND l.user_id = leader AND f.user_id = led
        AND l.role_in_bond IN ('dominant', 'switch') AND f.role_in_bond IN ('submissive', 'switch')
        AND (f.accepts_from IS NULL OR leader = ANY (f.accepts_from))
        AND (app.uid() IS NULL OR of_bond IN (SELECT app.my_bonds()))
    )
$$;

-- Is nothing to be asked of them now? So it is, too, for whoever is no member.
CREATE FUNCTION app.is_suspended(of_bond uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = person)
        OR EXISTS (SELECT FROM suspensions s WHERE s.bond_id = of_bond AND s.user_id = person)
        OR app.uid() IS NOT NULL AND of_bond NOT IN (SELECT app.my_bonds())
$$;

-- A job's hold on a bond: people first, by id, then the bond, as commands do.
CREATE FUNCTION app.hold_bond_for_job(of_bond uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF app.uid() IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM FROM users u WHERE u.id IN (SELECT m.user_id FROM bond_members m WHERE m.bond_id = of_bond) ORDER BY u.id FOR KEY SHARE;
    PERFORM FROM bonds b WHERE b.id = of_bond FOR UPDATE;
    RETURN FOUND;
END
$$;

CREATE FUNCTION app.refuse(says text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '%', says USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Triggers on what commands and jobs write; what the database itself does (a person erased, somebody left) they let be.

CREATE FUNCTION app.guard_template() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND coalesce(CASE WHEN TG_OP = 'INSERT' THEN NEW.created_by ELSE OLD.created_by END <> app.uid(), true)
    THEN
        PERFORM app.refuse('a template is its creator''s');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON task_templates FOR EACH ROW EXECUTE FUNCTION app.guard_template();

-- May this be asked of that person, by who writes it now: for oneself without points, else by who leads them, and not while they
-- are suspended. A job asks what somebody who leads them asked for.
CREATE FUNCTION app.may_ask(of_bond uuid, asker uuid, person uuid, worth integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF person IS NULL OR asker IS NULL THEN
        PERFORM app.refuse('somebody asks it of somebody');
    ELSIF asker = person THEN
        IF worth <> 0 AND app.uid() IS NOT NULL THEN -- a job's came of who leads them
            PERFORM app.refuse('nobody gives themselves points');
        ELSIF app.uid() IS NULL AND app.is_suspended(of_bond, person) THEN
            PERFORM app.refuse('nothing is asked during a pause');
        END IF;
    ELSIF NOT app.leads(of_bond, asker, person) THEN
        PERFORM app.refuse('only who leads a person asks something of them');
    ELSIF app.is_suspended(of_bond, person) THEN
        PERFORM app.refuse('nothing is asked during a pause');
    END IF;
END
$$;

CREATE FUNCTION app.guard_series() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.assigned_by <> app.uid() THEN
            PERFORM app.refuse('whoever asks says so');
        END IF;
        PERFORM app.may_ask(NEW.bond_id, app.uid(), NEW.assigned_to, NEW.point_value);
    ELSIF OLD.ended_at IS NOT NULL THEN
        PERFORM app.refuse('it has ended');
    ELSIF NEW.ended_at IS NOT NULL AND NOT (coalesce(OLD.assigned_to = app.uid(), false)
        OR app.leads(OLD.bond_id, app.uid(), OLD.assigned_to)) THEN
        PERFORM app.refuse('it is ended by whom it is for, and by who leads them');
    ELSIF (OLD.title, OLD.description, OLD.priority, OLD.point_value, OLD.proof_required, OLD.proof_type, OLD.reminder_minutes,
            OLD.all_day, OLD.limit_keys, OLD.assigned_to)
        IS DISTINCT FROM (NEW.title, NEW.description, NEW.priority, NEW.point_value, NEW.proof_required, NEW.proof_type,
            NEW.reminder_minutes, NEW.all_day, NEW.limit_keys, NEW.assigned_to) THEN
        IF OLD.assigned_to = app.uid() AND OLD.assigned_by <> app.uid() THEN
            PERFORM app.refuse('whoever leads a person changes what they asked of them');
        END IF;
        PERFORM app.may_ask(NEW.bond_id, app.uid(), OLD.assigned_to, 0);
        PERFORM app.may_ask(NEW.bond_id, app.uid(), NEW.assigned_to, NEW.point_value);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON task_series FOR EACH ROW EXECUTE FUNCTION app.guard_series();

-- A job's login inherits the service's rights and does not become it.
CREATE FUNCTION app.guard_new_task() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user <> 'bond_writer' AND NOT EXISTS (
        SELECT FROM pg_roles r WHERE r.rolname = current_user AND NOT r.rolsuper AND pg_has_role(r.oid, 'game_service', 'USAGE')
    ) THEN
        RETURN NEW;
    END IF;
    IF NEW.status <> 'pending' OR NEW.approved_by IS NOT NULL OR NEW.extension_requested THEN
        PERFORM app.refuse('a task begins at its beginning');
    ELSIF current_user = 'bond_writer' AND coalesce(NEW.assigned_by <> app.uid(), true) THEN
        PERFORM app.refuse('whoever asks says so');
    ELSIF NEW.series_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM task_series s WHERE s.id = NEW.series_id AND s.bond_id = NEW.bond_id AND s.ended_at IS NULL
        AND s.assigned_to = NEW.assigned_to AND s.assigned_by = NEW.assigned_by AND s.point_value = NEW.point_value
    ) OR (app.uid() IS NULL AND NEW.series_id IS NULL) THEN
        PERFORM app.refuse('an occurrence is one of its series');
    ELSIF NEW.template_id IS NOT NULL AND current_user = 'bond_writer' THEN
        IF NOT EXISTS (SELECT FROM task_templates t WHERE t.id = NEW.template_id AND t.bond_id = NEW.bond_id) THEN
            PERFORM app.refuse('a template of another bond is none');
        END IF;
    END IF;
    PERFORM app.may_ask(NEW.bond_id, NEW.assigned_by, NEW.assigned_to, NEW.point_value);
    RETURN NEW;
END
$$;
CREATE TRIGGER guard_new BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION app.guard_new_task();

-- Each step of a task by whom it is, and when it was.
CREATE FUNCTION app.guard_task_step(old_row tasks, new_row tasks) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    theirs boolean := old_row.assigned_to IS NOT NULL AND old_row.assigned_to = app.uid();
    leader boolean := app.leads(old_row.bond_id, app.uid(), old_row.assigned_to);
BEGIN
    IF NOT (CASE (old_row.status, new_row.status)
        WHEN ('pending'::task_status_enum, 'in_progress'::task_status_enum) THEN theirs
        WHEN ('pending'::task_status_enum, 'completed'::task_status_enum) THEN theirs
        WHEN ('in_progress'::task_status_enum, 'completed'::task_status_enum) THEN theirs
        WHEN ('completed'::task_status_enum, 'approved'::task_status_enum) THEN leader AND NOT theirs
        WHEN ('completed'::task_status_enum, 'in_progress'::task_status_enum) THEN leader
            AND NOT app.is_suspended(old_row.bond_id, old_row.assigned_to)
        ELSE new_row.status = 'cancelled' AND (theirs OR leader)
    END) THEN
        PERFORM app.refuse('not theirs to do');
    END IF;
END
$$;

CREATE FUNCTION app.guard_task() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    granted boolean := coalesce(OLD.extension_requested AND NOT NEW.extension_requested AND NEW.due_date = OLD.extension_until, false);
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF OLD.status IN ('approved', 'cancelled') THEN
        PERFORM app.refuse('it is over');
    END IF;
    IF (OLD.title, OLD.description, OLD.priority, OLD.assigned_to, OLD.point_value, OLD.proof_required, OLD.proof_type,
            OLD.reminder_minutes, OLD.all_day, OLD.limit_keys)
        IS DISTINCT FROM (NEW.title, NEW.description, NEW.priority, NEW.assigned_to, NEW.point_value, NEW.proof_required,
            NEW.proof_type, NEW.reminder_minutes, NEW.all_day, NEW.limit_keys)
        OR (OLD.due_date IS DISTINCT FROM NEW.due_date AND NOT granted) THEN
        IF OLD.status NOT IN ('pending', 'in_progress') THEN
            PERFORM app.refuse('it is done');
        ELSIF OLD.assigned_to = app.uid() AND coalesce(OLD.assigned_by <> app.uid(), true) THEN
            PERFORM app.refuse('whoever leads a person changes what they asked of them');
        END IF;
        PERFORM app.may_ask(NEW.bond_id, app.uid(), OLD.assigned_to, 0);
        PERFORM app.may_ask(NEW.bond_id, app.uid(), NEW.assigned_to, NEW.point_value);
    ELSIF granted AND NOT app.leads(OLD.bond_id, app.uid(), OLD.assigned_to) THEN
        PERFORM app.refuse('who leads a person answers them');
    END IF;
    IF OLD.status <> NEW.status THEN
        PERFORM app.guard_task_step(OLD, NEW);
        NEW.started_at := CASE WHEN NEW.status = 'in_progress' THEN coalesce(OLD.started_at, app.moment()) ELSE OLD.started_at END;
        NEW.completed_at := CASE NEW.status WHEN 'completed' THEN app.moment() WHEN 'in_progress' THEN NULL ELSE OLD.completed_at END;
        NEW.approved_at := CASE WHEN NEW.status = 'approved' THEN app.moment() END;
        NEW.approved_by := CASE WHEN NEW.status = 'approved' THEN app.uid() END;
        NEW.cancelled_at := CASE WHEN NEW.status = 'cancelled' THEN app.moment() END;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION app.guard_task();

CREATE FUNCTION app.guard_removed_task() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND (OLD.status <> 'pending' OR coalesce(OLD.assigned_by <> app.uid(), true)) THEN
        PERFORM app.refuse('only who asked takes back what nobody began');
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER guard_removed BEFORE DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION app.guard_removed_task();

CREATE FUNCTION app.guard_proof() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        IF TG_OP = 'DELETE' THEN
            IF OLD.user_id <> app.uid() THEN
                PERFORM app.refuse('a proof is its uploader''s');
            END IF;
        ELSIF NEW.user_id <> app.uid() OR NOT EXISTS (
            SELECT FROM tasks t WHERE t.id = NEW.task_id AND t.bond_id = NEW.bond_id AND t.assigned_to = NEW.user_id
        ) THEN
            PERFORM app.refuse('a proof is of one''s own task');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR DELETE ON task_proof FOR EACH ROW EXECUTE FUNCTION app.guard_proof();

-- A rule for all is its creator's, one for a person theirs who leads them, one for oneself one's own.
CREATE FUNCTION app.guard_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_rule rules;
    made boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        of_rule := NEW;
    ELSE
        of_rule := OLD;
    END IF;
    made := of_rule.created_by IS NOT NULL AND of_rule.created_by = app.uid();
    IF current_user = 'bond_writer' THEN
        IF TG_OP = 'INSERT' AND NOT made THEN
            PERFORM app.refuse('whoever makes a rule says so');
        ELSIF TG_OP = 'INSERT' AND of_rule.assigned_to IS NULL AND NOT of_rule.for_all THEN
            PERFORM app.refuse('a rule is for somebody, or for all');
        ELSIF NOT (CASE
            WHEN of_rule.assigned_to IS NULL OR of_rule.assigned_to = app.uid() THEN made
            ELSE app.leads(of_rule.bond_id, app.uid(), of_rule.assigned_to) OR (TG_OP = 'DELETE' AND made) END) THEN
            PERFORM app.refuse('only who leads a person makes rules for them');
        ELSIF TG_OP <> 'DELETE' AND of_rule.assigned_to <> app.uid() AND NEW.active
            AND app.is_suspended(of_rule.bond_id, of_rule.assigned_to) THEN
            PERFORM app.refuse('nothing is asked during a pause');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.title, OLD.description, OLD.rule_type, OLD.effective_from, OLD.effective_until)
        IS DISTINCT FROM (NEW.title, NEW.description, NEW.rule_type, NEW.effective_from, NEW.effective_until) THEN
        NEW.text_version := OLD.text_version + 1;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON rules FOR EACH ROW EXECUTE FUNCTION app.guard_rule();

CREATE FUNCTION app.guard_acknowledgement() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        IF NEW.user_id <> app.uid() OR NOT EXISTS (
            SELECT FROM rules r WHERE r.id = NEW.rule_id AND r.bond_id = NEW.bond_id AND r.text_version = NEW.text_version
            AND (r.for_all OR r.assigned_to = NEW.user_id)
        ) THEN
            PERFORM app.refuse('everybody says yes or no for themselves, to what a rule says now');
        ELSIF NOT NEW.declined AND app.is_suspended(NEW.bond_id, NEW.user_id) THEN
            PERFORM app.refuse('nobody is bound to anything during a pause');
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON rule_acknowledgements FOR EACH ROW EXECUTE FUNCTION app.guard_acknowledgement();

CREATE FUNCTION app.guard_reward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    theirs boolean := OLD.assigned_to IS NOT NULL AND OLD.assigned_to = app.uid();
    made boolean := OLD.assigned_by IS NOT NULL AND OLD.assigned_by = app.uid();
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF (OLD.title, OLD.description, OLD.reward_type, OLD.point_cost, OLD.limit_keys)
        IS DISTINCT FROM (NEW.title, NEW.description, NEW.reward_type, NEW.point_cost, NEW.limit_keys)
        AND (OLD.status <> 'available' OR NOT made) THEN
        PERFORM app.refuse('a reward is changed by who gave it, until it is redeemed');
    END IF;
    IF OLD.status <> NEW.status THEN
        IF NOT (CASE (OLD.status, NEW.status)
            WHEN ('available'::reward_status_enum, 'redeemed'::reward_status_enum) THEN theirs
            WHEN ('redeemed'::reward_status_enum, 'fulfilled'::reward_status_enum) THEN
                NOT theirs AND (made OR app.leads(OLD.bond_id, app.uid(), OLD.assigned_to))
            WHEN ('available'::reward_status_enum, 'withdrawn'::reward_status_enum) THEN
                app.leads(OLD.bond_id, app.uid(), OLD.assigned_to)
            WHEN ('redeemed'::reward_status_enum, 'withdrawn'::reward_status_enum) THEN
                theirs OR app.leads(OLD.bond_id, app.uid(), OLD.assigned_to)
            ELSE false END) THEN
            PERFORM app.refuse('not theirs to do');
        END IF;
        NEW.redeemed_at := CASE WHEN NEW.status = 'redeemed' THEN app.moment() ELSE OLD.redeemed_at END;
        NEW.fulfilled_at := CASE WHEN NEW.status = 'fulfilled' THEN app.moment() END;
        NEW.withdrawn_at := CASE WHEN NEW.status = 'withdrawn' THEN app.moment() END;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON rewards FOR EACH ROW EXECUTE FUNCTION app.guard_reward();

CREATE FUNCTION app.guard_given_reward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        IF TG_OP = 'DELETE' THEN
            IF OLD.status NOT IN ('available', 'withdrawn') OR coalesce(OLD.assigned_by <> app.uid(), true) THEN
                PERFORM app.refuse('what somebody paid for is not deleted');
            END IF;
        ELSIF NEW.status <> 'available' OR coalesce(NEW.assigned_by <> app.uid(), true)
            OR NOT app.leads(NEW.bond_id, app.uid(), NEW.assigned_to) THEN
            PERFORM app.refuse('who leads a person rewards them');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard_given BEFORE INSERT OR DELETE ON rewards FOR EACH ROW EXECUTE FUNCTION app.guard_given_reward();

-- Points: nobody writes the ledger. It follows from an approval, a reward's life, and two functions that test who asks.

CREATE FUNCTION app.write_points(
    of_bond uuid, person uuid, amount integer, of_kind points_kind_enum, of_type points_source_enum, of_source uuid, why jsonb,
    taken_back uuid
) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    entry uuid;
BEGIN
    IF amount = 0 OR person IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO points_ledger (bond_id, user_id, points, kind, source_type, source_id, reason, reverses, created_by)
        VALUES (of_bond, person, amount, of_kind, of_type, of_source, why, taken_back, app.uid()) RETURNING id INTO entry;
    IF amount > 0 THEN
        INSERT INTO point_balances AS b (bond_id, user_id, balance) VALUES (of_bond, person, amount)
            ON CONFLICT (bond_id, user_id) DO UPDATE SET balance = b.balance + excluded.balance;
    ELSE
        UPDATE point_balances b SET balance = b.balance + amount
            WHERE b.bond_id = of_bond AND b.user_id = person AND b.balance + amount >= 0;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'not enough points' USING ERRCODE = 'check_violation', CONSTRAINT = 'point_balances_not_negative';
        END IF;
    END IF;
    RETURN entry;
END
$$;

CREATE FUNCTION app.has_points(of_bond uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT coalesce((SELECT s.enable_points_system FROM bond_settings s WHERE s.bond_id = of_bond), false) $$;

CREATE FUNCTION app.award_task() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF app.has_points(NEW.bond_id) THEN
        PERFORM app.write_points(NEW.bond_id, NEW.assigned_to, NEW.point_value, 'award', 'task', NEW.id, NULL, NULL);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER award AFTER UPDATE OF status ON tasks FOR EACH ROW WHEN (OLD.status <> 'approved' AND NEW.status = 'approved')
    EXECUTE FUNCTION app.award_task();

CREATE FUNCTION app.pay_reward() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF app.has_points(NEW.bond_id) THEN
            PERFORM app.write_points(NEW.bond_id, NEW.assigned_to, NEW.point_value, 'grant', 'reward', NEW.id, NULL, NULL);
        END IF;
    ELSIF OLD.status = 'available' AND NEW.status = 'redeemed' THEN
        PERFORM app.write_points(NEW.bond_id, NEW.assigned_to, -NEW.point_cost, 'redeem', 'reward', NEW.id, NULL, NULL);
    ELSIF OLD.status = 'redeemed' AND NEW.status = 'withdrawn' THEN
        PERFORM app.write_points(NEW.bond_id, NEW.assigned_to, NEW.point_cost, 'refund', 'reward', NEW.id, NULL, NULL);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER pay AFTER INSERT OR UPDATE OF status ON rewards FOR EACH ROW EXECUTE FUNCTION app.pay_reward();

CREATE FUNCTION app.give_points(of_bond uuid, person uuid, amount integer, why jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF app.uid() IS NULL OR of_bond NOT IN (SELECT app.my_open_bonds()) OR NOT app.leads(of_bond, app.uid(), person)
        OR NOT app.has_points(of_bond) OR (amount < 0 AND app.is_suspended(of_bond, person)) THEN
        PERFORM app.refuse('who leads a person gives them points');
    END IF;
    RETURN app.write_points(of_bond, person, amount, 'manual', 'manual', NULL, why, NULL);
END
$$;

-- What a task, a reward's gift or a person gave is taken back, once; what a reward took is its own to give back.
CREATE FUNCTION app.reverse_points(entry uuid, why jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    wrong points_ledger;
BEGIN
    SELECT * INTO wrong FROM points_ledger p WHERE p.id = entry;
    IF wrong.id IS NULL OR app.uid() IS NULL OR wrong.kind NOT IN ('award', 'grant', 'manual')
        OR wrong.bond_id NOT IN (SELECT app.my_open_bonds()) OR NOT app.leads(wrong.bond_id, app.uid(), wrong.user_id)
        OR NOT app.has_points(wrong.bond_id) OR (wrong.points > 0 AND app.is_suspended(wrong.bond_id, wrong.user_id)) THEN
        PERFORM app.refuse('who leads a person takes back points of theirs');
    END IF;
    RETURN app.write_points(wrong.bond_id, wrong.user_id, -wrong.points, 'reversal', wrong.source_type, wrong.source_id, why, wrong.id);
END
$$;

-- Nothing of an entry changes, by whomever; a name in it goes with its person.
CREATE FUNCTION app.keep_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER keep BEFORE UPDATE ON points_ledger FOR EACH ROW
    WHEN ((OLD.id, OLD.bond_id, OLD.user_id, OLD.points, OLD.reason, OLD.kind, OLD.source_type, OLD.source_id, OLD.reverses, OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.bond_id, NEW.user_id, NEW.points, NEW.reason, NEW.kind, NEW.source_type, NEW.source_id,
            NEW.reverses, NEW.created_at))
    EXECUTE FUNCTION app.keep_entry();

-- Pauses: what is due moves by as long as it could not be asked for

-- The name of a time zone; UTC for what the database does not know.
CREATE FUNCTION app.known_zone(zone text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM 'epoch'::timestamptz AT TIME ZONE zone;
    RETURN coalesce(zone, 'UTC');
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN 'UTC';
END
$$;

CREATE FUNCTION app.end_suspension(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    began timestamptz;
    zone text := app.known_zone((SELECT u.time_zone FROM users u WHERE u.id = person));
    days integer;
    asking text := current_setting('request.jwt.claims', true);
BEGIN
    DELETE FROM suspensions s WHERE s.bond_id = of_bond AND s.user_id = person RETURNING s.since INTO began;
    days := ceil(extract(epoch FROM (app.moment() AT TIME ZONE zone) - (began AT TIME ZONE zone)) / 86400);
    IF days > 0 THEN
        PERFORM set_config('request.jwt.claims', '', true); -- the feed does not say whose pause it was
        UPDATE tasks t SET
            due_date = ((t.due_date AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone,
            extension_until = ((t.extension_until AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone
            WHERE t.bond_id = of_bond AND t.assigned_to = person AND t.status IN ('pending', 'in_progress')
            AND t.due_date IS NOT NULL AND t.created_at < began;
        PERFORM set_config('request.jwt.claims', coalesce(asking, ''), true);
    END IF;
END
$$;

CREATE FUNCTION app.suspend_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_bond uuid;
BEGIN
    IF NEW.submission_state = 'paused' THEN
        INSERT INTO suspensions (bond_id, user_id) SELECT m.bond_id, m.user_id FROM bond_members m WHERE m.user_id = NEW.id
            ON CONFLICT DO NOTHING;
    ELSE
        FOR of_bond IN SELECT m.bond_id FROM bond_members m JOIN bonds b ON b.id = m.bond_id
            WHERE m.user_id = NEW.id AND b.status <> 'paused' ORDER BY m.bond_id
        LOOP
            PERFORM app.end_suspension(of_bond, NEW.id);
        END LOOP;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_suspend AFTER UPDATE OF submission_state ON users FOR EACH ROW
    WHEN ((OLD.submission_state = 'paused') <> (NEW.submission_state = 'paused')) EXECUTE FUNCTION app.suspend_person();

CREATE FUNCTION app.suspend_bond() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    person uuid;
BEGIN
    IF NEW.status = 'dissolved' THEN
        PERFORM app.end_obligations(NEW.id, NULL);
    ELSIF NEW.status = 'paused' THEN
        INSERT INTO suspensions (bond_id, user_id) SELECT m.bond_id, m.user_id FROM bond_members m WHERE m.bond_id = NEW.id
            ON CONFLICT DO NOTHING;
    ELSE
        FOR person IN SELECT m.user_id FROM bond_members m JOIN users u ON u.id = m.user_id
            WHERE m.bond_id = NEW.id AND u.submission_state <> 'paused' ORDER BY m.user_id
        LOOP
            PERFORM app.end_suspension(NEW.id, person);
        END LOOP;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER suspend AFTER UPDATE OF status ON bonds FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND 'paused' IN (OLD.status, NEW.status) OR OLD.status <> NEW.status AND NEW.status = 'dissolved')
    EXECUTE FUNCTION app.suspend_bond();

CREATE FUNCTION app.suspend_newcomer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO suspensions (bond_id, user_id) SELECT NEW.bond_id, NEW.user_id
        WHERE EXISTS (SELECT FROM users u WHERE u.id = NEW.user_id AND u.submission_state = 'paused')
        OR EXISTS (SELECT FROM bonds b WHERE b.id = NEW.bond_id AND b.status = 'paused')
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER suspend_newcomer AFTER INSERT ON bond_members FOR EACH ROW EXECUTE FUNCTION app.suspend_newcomer();

-- Whoever goes is asked nothing more: what was open is called off, what they showed and said yes to goes; null: everybody. What comes
-- again ends with who asked for it, too: nothing is asked in the name of somebody who is gone.
CREATE FUNCTION app.end_obligations(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE tasks t SET status = 'cancelled', cancelled_at = app.moment(), extension_requested = false
        WHERE t.bond_id = of_bond AND (person IS NULL OR t.assigned_to = person) AND t.status IN ('pending', 'in_progress');
    UPDATE task_series s SET ended_at = app.moment()
        WHERE s.bond_id = of_bond AND (person IS NULL OR person IN (s.assigned_to, s.assigned_by)) AND s.ended_at IS NULL;
    DELETE FROM task_proof p WHERE p.bond_id = of_bond AND (person IS NULL OR p.user_id = person);
    DELETE FROM rule_acknowledgements a WHERE a.bond_id = of_bond AND (person IS NULL OR a.user_id = person);
END
$$;

CREATE FUNCTION app.end_obligations_of_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.end_obligations(OLD.bond_id, OLD.user_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER end_obligations AFTER DELETE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.end_obligations_of_gone();

GRANT EXECUTE ON FUNCTION app.leads(uuid, uuid, uuid), app.is_suspended(uuid, uuid), app.may_ask(uuid, uuid, uuid, integer),
    app.refuse(text), app.guard_task_step(tasks, tasks)
TO bond_writer, game_service;
GRANT EXECUTE ON FUNCTION app.give_points(uuid, uuid, integer, jsonb), app.reverse_points(uuid, jsonb) TO bond_writer;
GRANT EXECUTE ON FUNCTION app.hold_bond_for_job(uuid) TO game_service;

RESET search_path;
RESET ROLE;
