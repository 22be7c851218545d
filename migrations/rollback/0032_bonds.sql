-- Takes back 0032, with every bond. The role stays, as the others do: it belongs to the whole cluster. Keys of bonds that are still in
-- the key store open nothing any more.

-- The release before refuses a login that is a member of more roles than it knows.
DO $memberships$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT l.rolname FROM pg_auth_members m JOIN pg_roles l ON l.oid = m.member
        WHERE m.roleid = 'bond_writer'::regrole AND (
            l.rolname IN (SELECT r.login FROM public.run_time_logins r)
            OR (l.rolname = 'game_worker' AND NOT EXISTS (SELECT FROM public.run_time_logins))
        )
    LOOP
        BEGIN
            EXECUTE format('REVOKE bond_writer FROM %I', found.rolname);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING 'an administrator has to run this before the release before starts: REVOKE bond_writer FROM %', quote_ident(found.rolname);
        END;
    END LOOP;
END
$memberships$;

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    )
$$;

DROP TRIGGER users_note_change ON users;
DROP TRIGGER users_keep_state_own ON users;
DROP TRIGGER users_end_bonds ON users;
DROP TRIGGER users_begin_erasing ON users;
DROP TRIGGER users_leave_bonds ON users;
DROP POLICY "A person's command may SELECT their own row" ON users;
DROP POLICY "A person's command may UPDATE their own row" ON users;
REVOKE ALL ON users FROM bond_writer;
ALTER TABLE users
    DROP COLUMN dynamic_role, DROP COLUMN submission_state, DROP COLUMN bond_id, DROP COLUMN kink_identity, DROP COLUMN time_zone,
    DROP COLUMN bonds_onboarded;

DROP FUNCTION app.found_bond(uuid, jsonb, jsonb, bond_type_enum, boolean, integer);
DROP TABLE resources, bond_replies, bond_changes, bond_activity_log, bond_settings, bond_members, bonds;
DROP FUNCTION app.note_change_of_person(), app.keep_state_own(), app.note_ended_bond(), app.end_bonds_of_erased(), app.begin_erasing(),
    app.leave_bonds_of_erased(), app.settle_members(), app.settle_bond(uuid), app.note_bond_change(), app.keep_to_oneself(),
    app.let_write_in_bond(regclass, text, text, text, text, text), app.keep_own(regclass, text, text, text, boolean),
    app.share_in_bond(regclass, text, text, boolean), app.seen_since(regclass, name), app.note_change(), app.append_change(uuid, text, uuid, text, uuid),
    app.next_version(), app.hold_myself(), app.hold_bond(uuid), app.bond_people(uuid), app.my_bonds_since(),
    app.my_open_bonds(), app.my_bonds(), app.moment();
DROP TYPE resource_category_enum, resource_type_enum, bond_type_enum, bond_status_enum, submission_state_enum, dynamic_role_enum;
REVOKE EXECUTE ON FUNCTION app.claims(), app.uid() FROM bond_writer;
REVOKE USAGE ON SCHEMA app FROM bond_writer;

RESET search_path;
RESET ROLE;
