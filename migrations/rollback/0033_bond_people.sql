-- Takes back 0033: who asks to come into a bond, and what states people have declared.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.leave_bonds_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM bonds b WHERE b.id IN (SELECT m.bond_id FROM bond_members m WHERE m.user_id = OLD.id) ORDER BY b.id FOR UPDATE;
    DELETE FROM bond_members m WHERE m.user_id = OLD.id;
    RETURN OLD;
END
$$;

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
    ) OR EXISTS (SELECT FROM users u WHERE u.id = owner_user AND u.kink_identity IS NOT NULL)
      OR EXISTS (SELECT FROM resources r WHERE r.user_id = owner_user)
$$;

DROP TRIGGER settle_voices ON bond_members;
DROP TABLE bond_join_voices, bond_join_requests, submission_state_logs;
DROP FUNCTION app.delete_dissolved(uuid, timestamptz),
    app.settle_due_requests(uuid),
    app.feed_begins(uuid),
    app.settle_voices(),
    app.pause_bond(uuid, boolean),
    app.vote_to_dissolve(uuid, boolean),
    app.settle_votes(uuid),
    app.dissolve_bond(uuid),
    app.transfer_bond(uuid, uuid),
    app.end_membership(uuid, uuid),
    app.invite_stands(uuid, text[]),
    app.set_invite(uuid, text, timestamptz),
    app.join_requests(uuid),
    app.withdraw_request(uuid, uuid),
    app.reject_request(uuid, uuid),
    app.approve_request(uuid, uuid),
    app.may_not_ask(uuid, uuid),
    app.code_is_good(bonds, text[]),
    app.ask_to_join(uuid, text[], uuid, jsonb),
    app.settle_requests(uuid),
    app.let_in(uuid),
    app.tell_members(uuid, uuid),
    app.answer_request(uuid, join_request_status_enum),
    app.request_told(uuid, uuid),
    app.has_room(uuid),
    app.members_of(uuid),
    app.tell_of_bond(uuid, uuid[], uuid, text, text, bigint, boolean),
    app.hold_bond_for(uuid, uuid),
    app.hold_people(uuid, uuid),
    app.most_bonds(),
    app.note_request();
DROP TYPE join_request_status_enum;

RESET search_path;
RESET ROLE;
