-- Who may read and write what. The database itself refuses; the code above it is the second line.
--
-- 1. Every table: nothing for PUBLIC and the clients' roles but what is granted below, row-level security enabled and
--    forced, one policy for the owner (without it a definer function or a foreign key's action sees no rows).
-- 2. The service's rights, table by table.
-- 3. What a signed-in or anonymous person may read and write of their own. A policy is a right only where a grant goes
--    with it: clients write four columns of users, everything else goes through the server's commands.
--
-- Policies ask for the caller in the set form (SELECT app.uid()): once a statement, not once a row.

SET ROLE game_owner;
SET search_path = public;

-- 1. Seal. A later migration that makes a table seals it with the same call.

CREATE FUNCTION app.seal(sealed regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON TABLE %s FROM PUBLIC, anon, authenticated, game_service', sealed);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', sealed);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', sealed);
    EXECUTE format('CREATE POLICY "The owner sees every row" ON %s TO game_owner USING (true) WITH CHECK (true)', sealed);
END
$$;

-- The service reads, and writes by the commands given ('INSERT, UPDATE, DELETE' or fewer): a grant and a policy each.
CREATE FUNCTION app.let_service(served regclass, VARIADIC commands text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    command text;
BEGIN
    FOREACH command IN ARRAY commands LOOP
        EXECUTE format('GRANT %s ON TABLE %s TO game_service', command, served);
        EXECUTE format(
            'CREATE POLICY %I ON %s FOR %s TO game_service %s %s',
            'The service may ' || lower(command), served, command,
            CASE WHEN command <> 'INSERT' THEN 'USING (true)' END,
            CASE WHEN command IN ('INSERT', 'UPDATE') THEN 'WITH CHECK (true)' END
        );
    END LOOP;
END
$$;

DO $seal$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relowner = 'game_owner'::regrole
    LOOP
        PERFORM app.seal(found.name);
    END LOOP;
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND c.relowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM PUBLIC, anon, authenticated', found.name);
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace IN ('public'::regnamespace, 'app'::regnamespace) AND p.proowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, anon, authenticated, game_service', found.name);
    END LOOP;
END
$seal$;

GRANT USAGE ON SCHEMA app TO authenticated, anon, game_service;

-- 2. The service: the room writer, login and the jobs. Its rights are those its statements use; a later migration that brings
-- another statement gives the right with it.

DO $service$
DECLARE
    served text;
    found record;
BEGIN
    FOREACH served IN ARRAY ARRAY[
        'users', 'survey_submissions', 'survey_progress', 'profiles', 'anonymous_sessions',
        'remembered_partners', 'sessions', 'session_activities', 'user_activity_history', 'compatibility_results',
        'logins', 'login_attempts', 'one_time_tokens', 'mail_outbox', 'idempotency_keys'
    ] LOOP
        PERFORM app.let_service(served::regclass, 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
    END LOOP;
    FOREACH served IN ARRAY ARRAY[
        'partner_connections', 'session_seats', 'session_links', 'activities', 'credentials', 'job_runs',
        'compatibility_readings', 'key_store'
    ] LOOP
        PERFORM app.let_service(served::regclass, 'SELECT', 'INSERT', 'UPDATE');
    END LOOP;
    PERFORM app.let_service('blocked_people', 'SELECT', 'INSERT', 'DELETE');
    PERFORM app.let_service('erased_people', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
    -- Append-only by privilege too: a log or a reply goes only with its session.
    PERFORM app.let_service('session_events', 'SELECT', 'INSERT');
    PERFORM app.let_service('session_replies', 'SELECT', 'INSERT');
    PERFORM app.let_service('bank_revision', 'SELECT', 'UPDATE');
    -- Readiness asks whether the migrations are at head.
    PERFORM app.let_service('schema_migrations', 'SELECT');
    FOR found IN -- the numbers of tables into which it writes
        SELECT s.oid::regclass AS name
        FROM pg_class s
        JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass
            AND d.deptype IN ('a', 'i')
        WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace AND s.relowner = 'game_owner'::regrole
            AND has_table_privilege('game_service', d.refobjid, 'INSERT')
    LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO game_service', found.name);
    END LOOP;
END
$service$;

GRANT EXECUTE ON FUNCTION
    app.claims(), app.uid(), app.anonymous_session_id(), app.utc_midnight(), app.used_today(integer, timestamptz),
    check_daily_activity_limit(uuid, integer),
    reset_daily_activity_counts(),
    get_excluded_activities_for_user(uuid, text),
    expire_pending_connections(),
    cleanup_old_anonymous_sessions(integer),
    app.abandon_old_surveys(integer), app.has_sealed(uuid, text), app.known_rules(jsonb),
    app.submission_rests_on(uuid, text, text), app.survey_standing(uuid, text, text), app.write_submission(jsonb),
    app.submit_surveys(jsonb),
    app.have_started_since(uuid, uuid, timestamptz), app.is_reading_due(integer, integer, timestamptz),
    app.settle_reading(integer, integer, timestamptz), app.keep_compatibility(integer, integer, jsonb, timestamptz),
    app.append_commands(jsonb), app.write_rooms(app.room_command[]), app.write_cards(app.room_command[]),
    app.write_feedback(app.room_command[]), app.write_accounts(app.room_command[]), app.note_played(app.room_command[])
TO game_service;

-- 3. People

GRANT EXECUTE ON FUNCTION
    app.claims(), app.uid(), app.utc_midnight(),
    check_daily_activity_limit(uuid, integer),
    get_excluded_activities_for_user(uuid, text),
    app.partner_profile(uuid), app.partner_compatibility(uuid)
TO authenticated;
GRANT EXECUTE ON FUNCTION
    app.claims(), app.anonymous_session_id(),
    get_excluded_activities_for_user(uuid, text),
    set_anonymous_session_context(text)
TO anon;

DO $auth$
BEGIN
    -- Supabase grants its own.
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'auth' AND nspowner = 'game_owner'::regrole) THEN
        REVOKE ALL ON FUNCTION auth.uid() FROM PUBLIC;
        GRANT USAGE ON SCHEMA auth TO authenticated, anon, game_service;
        GRANT EXECUTE ON FUNCTION auth.uid() TO authenticated, anon, game_service;
    END IF;
END
$auth$;
GRANT EXECUTE ON FUNCTION app.uid() TO anon; -- auth.uid() asks it

-- users

GRANT SELECT ON users TO authenticated;
GRANT UPDATE (display_name, demographics, profile_sharing_setting, notification_preferences) ON users TO authenticated;
CREATE POLICY "Users can SELECT their own row" ON users FOR SELECT TO authenticated
    USING (id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE their own row" ON users FOR UPDATE TO authenticated
    USING (id = (SELECT app.uid())) WITH CHECK (id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own row" ON users FOR INSERT TO authenticated
    WITH CHECK (id = (SELECT app.uid()));

-- profiles: a partner's is shown by one function over derived columns, never by a row

GRANT SELECT ON profiles TO authenticated, anon;
CREATE POLICY "Users can SELECT their own profile" ON profiles FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own profile" ON profiles FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE their own profile" ON profiles FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT their own profile" ON profiles FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can INSERT their own profile" ON profiles FOR INSERT TO anon
    WITH CHECK (is_anonymous AND anonymous_session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can UPDATE their own profile" ON profiles FOR UPDATE TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()))
    WITH CHECK (is_anonymous AND anonymous_session_id = (SELECT app.anonymous_session_id()));

-- survey_submissions: found through the own profile. respondent_id alone would let an anonymous id that copies a user's
-- id pass for that user.

CREATE POLICY "Users can SELECT their own submissions" ON survey_submissions FOR SELECT TO authenticated
    USING (submission_id IN (SELECT p.submission_id FROM profiles p WHERE p.user_id = (SELECT app.uid())));
CREATE POLICY "Users can INSERT their own submissions" ON survey_submissions FOR INSERT TO authenticated
    WITH CHECK (respondent_id = (SELECT app.uid())::text);
CREATE POLICY "Anonymous people can SELECT their own submissions" ON survey_submissions FOR SELECT TO anon
    USING (submission_id IN (
        SELECT p.submission_id FROM profiles p WHERE p.anonymous_session_id = (SELECT app.anonymous_session_id())
    ));

-- survey_progress

GRANT SELECT ON survey_progress TO authenticated, anon;
CREATE POLICY "Users can SELECT their own progress" ON survey_progress FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own progress" ON survey_progress FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE their own progress" ON survey_progress FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT their own progress" ON survey_progress FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can INSERT their own progress" ON survey_progress FOR INSERT TO anon
    WITH CHECK (anonymous_session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can UPDATE their own progress" ON survey_progress FOR UPDATE TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()))
    WITH CHECK (anonymous_session_id = (SELECT app.anonymous_session_id()));

-- anonymous_sessions

GRANT SELECT ON anonymous_sessions TO anon;
CREATE POLICY "Anonymous people can SELECT their own session" ON anonymous_sessions FOR SELECT TO anon
    USING (session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can INSERT their own session" ON anonymous_sessions FOR INSERT TO anon
    WITH CHECK (session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can UPDATE their own session" ON anonymous_sessions FOR UPDATE TO anon
    USING (session_id = (SELECT app.anonymous_session_id()))
    WITH CHECK (session_id = (SELECT app.anonymous_session_id()));

-- partner_connections: either side, and whoever has confirmed the e-mail that a pending request was sent to

GRANT SELECT (id, requester_user_id, recipient_email, recipient_user_id, status, expires_at, created_at, updated_at,
              words, claimed_at, requester_accepted_at, recipient_accepted_at, session_id)
    ON partner_connections TO authenticated;
CREATE POLICY "Users can SELECT connections they are a side of" ON partner_connections FOR SELECT TO authenticated
    USING (requester_user_id = (SELECT app.uid()) OR recipient_user_id = (SELECT app.uid()));
-- A request of somebody whom the owner of the address has blocked does not reach them.
CREATE POLICY "Users can SELECT requests to their confirmed e-mail" ON partner_connections FOR SELECT TO authenticated
    USING (
        status = 'pending' AND recipient_user_id IS NULL AND expires_at > now()
        AND lower(recipient_email) = (
            SELECT lower(u.email) FROM users u WHERE u.id = (SELECT app.uid()) AND u.email_confirmed_at IS NOT NULL
        )
        AND NOT EXISTS (
            SELECT FROM blocked_people b
            WHERE b.user_id = (SELECT app.uid()) AND b.blocked_user_id = partner_connections.requester_user_id
        )
    );
CREATE POLICY "Users can INSERT requests of their own" ON partner_connections FOR INSERT TO authenticated
    WITH CHECK (
        requester_user_id = (SELECT app.uid()) AND recipient_user_id IS NULL AND status = 'pending'
        AND num_nonnulls(claimed_at, requester_accepted_at, recipient_accepted_at) = 0
    );

-- remembered_partners: rows appear when both accepted, so nobody makes one

GRANT SELECT ON remembered_partners TO authenticated;
CREATE POLICY "Users can SELECT the partners they remember" ON remembered_partners FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can DELETE the partners they remember" ON remembered_partners FOR DELETE TO authenticated
    USING (user_id = (SELECT app.uid()));

-- blocked_people: one's own list; whether somebody is on another's is nobody's to read

GRANT SELECT ON blocked_people TO authenticated;
CREATE POLICY "Users can SELECT whom they blocked" ON blocked_people FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));

-- push_notification_tokens

GRANT SELECT ON push_notification_tokens TO authenticated;
CREATE POLICY "Users can SELECT their own devices" ON push_notification_tokens FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own devices" ON push_notification_tokens FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE their own devices" ON push_notification_tokens FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Users can DELETE their own devices" ON push_notification_tokens FOR DELETE TO authenticated
    USING (user_id = (SELECT app.uid()));

-- sessions: who takes part is said by the seats (and the reference's columns), never by a profile's id.
-- limits_rev is not readable: it would tell a partner that the other's limits changed.

GRANT SELECT (session_id, seat, actor, user_id, anonymous_session_id, profile_id, display_name, hosted, asked_at, joined_at)
    ON session_seats TO authenticated, anon;
CREATE POLICY "Users can SELECT their own seat" ON session_seats FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT their own seat" ON session_seats FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));

GRANT SELECT (session_id, player_a_profile_id, player_b_profile_id, primary_user_id, primary_profile_id,
              partner_user_id, partner_profile_id, partner_anonymous_name, partner_anonymous_anatomy, intimacy_level,
              skip_count, session_owner_user_id, connection_confirmed_at, rating, activity_type, target_activities,
              bank_ratio, truth_so_far, dare_so_far, current_step, status, rules, created_at, completed_at,
              epoch, head, last_active_at)
    ON sessions TO authenticated, anon;
CREATE POLICY "Users can SELECT sessions they participate in" ON sessions FOR SELECT TO authenticated
    USING (
        primary_user_id = (SELECT app.uid()) OR partner_user_id = (SELECT app.uid())
        OR session_id IN (SELECT seats.session_id FROM session_seats seats WHERE seats.user_id = (SELECT app.uid()))
    );
CREATE POLICY "Users can INSERT sessions they own" ON sessions FOR INSERT TO authenticated
    WITH CHECK (session_owner_user_id = (SELECT app.uid()) AND primary_user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE sessions they own" ON sessions FOR UPDATE TO authenticated
    USING (session_owner_user_id = (SELECT app.uid())) WITH CHECK (session_owner_user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT sessions they participate in" ON sessions FOR SELECT TO anon
    USING (session_id IN (
        SELECT seats.session_id FROM session_seats seats
        WHERE seats.anonymous_session_id = (SELECT app.anonymous_session_id())
    ));

-- session_activities: of the sessions that the caller's policies on sessions show; `checks` is the server's

GRANT SELECT (session_id, seq, activity_id, type, rating, intensity, script, tags, roles, source, template_id, created_at)
    ON session_activities TO authenticated, anon;
CREATE POLICY "Users can SELECT activities of their sessions" ON session_activities FOR SELECT TO authenticated
    USING (session_id IN (SELECT s.session_id FROM sessions s));
CREATE POLICY "Anonymous people can SELECT activities of their sessions" ON session_activities FOR SELECT TO anon
    USING (session_id IN (SELECT s.session_id FROM sessions s));

-- activities: the approved bank; what a couple wrote for itself is theirs alone

GRANT SELECT ON activities TO authenticated, anon;
CREATE POLICY "Users can SELECT approved activities" ON activities FOR SELECT TO authenticated, anon
    USING (approved AND is_active AND source <> 'user_submitted');

-- user_activity_history

GRANT SELECT ON user_activity_history TO authenticated, anon;
CREATE POLICY "Users can SELECT their own history" ON user_activity_history FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own history" ON user_activity_history FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT app.uid()) AND session_id IN (SELECT s.session_id FROM sessions s));
CREATE POLICY "Users can UPDATE their own history" ON user_activity_history FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT their own history" ON user_activity_history FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));

-- subscription_transactions

GRANT SELECT ON subscription_transactions TO authenticated;
CREATE POLICY "Users can SELECT their own purchases" ON subscription_transactions FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));

-- compatibility_results, compatibility_readings: nobody's to read; a partner is shown what functions derive from them

RESET search_path;
RESET ROLE;
