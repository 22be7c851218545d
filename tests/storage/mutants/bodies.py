"""What functions that guard somebody say, with one word of theirs wrong."""

from collections.abc import Iterator

from tests.storage.mutants.mutant import Mutant

_LEDGER = frozenset({"consent_ledger", "consent_people", "session_events"})
_PERSONS = frozenset({"profiles", "users", "anonymous_sessions"})
_BONDS = frozenset(
    {"bonds", "bond_members", "bond_settings", "bond_changes", "bond_activity_log", "resources", "users"}
)
_FOUND = "app.found_bond(uuid,jsonb,jsonb,bond_type_enum,boolean,integer)"
_NOT_THEIRS = "id IS DISTINCT FROM app.anonymous_session_id()"
_REFUSED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'"

MISTAKES: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("app.uid()", "->> 'sub'", "->> 'anonymous_session_id'", _PERSONS),
    ("app.uid()", "RETURN NULL", "RETURN '00000000-0000-0000-0000-000000000001'", _PERSONS),
    ("app.anonymous_session_id()", "claims ->> 'sub' IS NULL", "true", _PERSONS),
    ("app.anonymous_session_id()", "SELECT claims ->> 'anonymous_session_id'", "SELECT claims ->> 'sub'", _PERSONS),
    ("set_anonymous_session_context(text)", _NOT_THEIRS, "false", frozenset()),
    ("app.is_connected(uuid)", "c.status = 'accepted'", "c.status <> 'pending'", frozenset()),
    ("app.is_connected(uuid)", "c.recipient_user_id = partner", "true", frozenset()),
    ("app.is_connected(uuid)", "c.requester_user_id = partner", "true", frozenset()),
    ("app.is_connected(uuid)", "c.requester_user_id = app.uid()", "true", frozenset()),
    ("app.is_connected(uuid)", "c.recipient_user_id = app.uid()", "true", frozenset()),
    ("app.partner_profile(uuid)", "AND app.is_connected(partner)", "", frozenset()),
    ("app.partner_profile(uuid)", "u.id = partner AND", "", frozenset()),
    ("app.partner_profile(uuid)", "THEN r.reading -> 'overlap'", "THEN r.reading -> r.theirs -> 'yes'", frozenset()),
    (
        "app.partner_profile(uuid)",
        "THEN r.reading -> 'mutual_topics'",
        "THEN r.reading -> r.theirs -> 'topics'",
        frozenset(),
    ),
    (
        "app.partner_profile(uuid)",
        "CASE u.profile_sharing_setting WHEN 'all_responses' THEN r.reading -> r.theirs -> 'power' END",
        "r.reading -> r.theirs -> 'power'",
        frozenset(),
    ),
    ("app.partner_compatibility(uuid)", "u.profile_sharing_setting = 'demographics_only' OR", "", frozenset()),
    (
        "app.partner_compatibility(uuid)",
        "AND me.profile_sharing_setting = 'all_responses'",
        "",
        frozenset(),
    ),
    ("app.partner_compatibility(uuid)", "WHEN r.theirs THEN 'partner'", "WHEN r.theirs THEN 'me'", frozenset()),
    (
        "app.reading_with(uuid)",
        "CASE WHEN me.id = pair.a THEN 'b' ELSE 'a' END",
        "CASE WHEN me.id = pair.a THEN 'a' ELSE 'b' END",
        frozenset(),
    ),
    ("app.partner_compatibility(uuid)", "AND app.is_connected(partner)", "", frozenset()),
    ("app.partner_compatibility(uuid)", "u.id = partner AND", "", frozenset()),
    ("check_daily_activity_limit(uuid,integer)", "u.id = user_uuid", "true", frozenset()),
    ("get_excluded_activities_for_user(uuid,text)", "h.user_id = user_uuid", "true", frozenset()),
    ("app.refuse_change_of_log()", _REFUSED, "RETURN coalesce(NEW, OLD)", _LEDGER),
    ("app.append_consent(text,text,uuid,jsonb)", "details, last_one.hash,", "details, 'forged',", _LEDGER),
    (
        "app.append_consent(text,text,uuid,jsonb)",
        "app.consent_hash(last_one.hash,",
        "app.consent_hash('forged',",
        _LEDGER,
    ),
    (
        "app.append_consent(text,text,uuid,jsonb)",
        "of_chain, next_number, now(), of_kind,",
        "of_chain, 7, now(), of_kind,",
        _LEDGER,
    ),
    ("app.note_limits_consent()", "'limits_changed', who, '{}'", "'limits_changed', who, NEW.boundaries", _LEDGER),
    ("app.note_room_consent()", "NEW.type, NULL, '{}'", "NEW.type, NULL, NEW.event", _LEDGER),
    ("app.note_room_consent()", "ELSE 'level_lowered'", "ELSE 'level_raised'", _LEDGER),
    (
        "app.note_connection_consent()",
        "'connection_ended', NULL, '{}'",
        "'connection_ended', NULL, to_jsonb(OLD)",
        _LEDGER,
    ),
    # Bonds: who is in one, and what is whose to say.
    ("app.my_bonds()", "m.user_id = (SELECT app.uid())", "true", _BONDS),
    ("app.my_open_bonds()", "m.user_id = (SELECT app.uid()) AND", "", _BONDS),
    ("app.my_open_bonds()", "AND b.status <> 'dissolved'", "", _BONDS),
    ("app.my_bonds_since()", "m.user_id = (SELECT app.uid())", "true", _BONDS),
    ("app.my_bonds_since()", "m.joined_at FROM", "'-infinity'::timestamptz FROM", _BONDS),
    ("app.bond_people(uuid)", "AND of_bond IN (SELECT app.my_bonds())", "", frozenset()),
    ("app.bond_people(uuid)", "m.bond_id = of_bond AND", "", frozenset()),
    ("app.hold_bond(uuid)", "AND m.user_id = app.uid()", "", frozenset()),
    ("app.hold_myself()", "WHERE m.user_id = app.uid()", "", frozenset()),
    (_FOUND, "me.id IS NULL OR", "", frozenset()),
    (_FOUND, ">= most", "> most", frozenset()),
    ("app.keep_to_oneself()", "OLD.user_id IS DISTINCT FROM app.uid()", "OLD.user_id IS NULL", _BONDS),
    *(
        ("app.keep_to_oneself()", f"NEW.{column}", f"OLD.{column}", _BONDS)
        for column in (
            "role_in_bond",
            "nickname",
            "safewords",
            "aftercare_needs",
            "accepts_from",
            "read_receipts",
            "presence",
            "paused_at",
            "dissolve_vote_at",
            "read_through",
            "can_invite",
            "can_manage",
        )
    ),
    ("app.keep_to_oneself()", "OLD.user_id = app.uid()\n        OR", "", _BONDS),
    ("app.keep_to_oneself()", "AND b.founder_id = app.uid()", "", _BONDS),
    ("app.keep_state_own()", "NEW.id IS DISTINCT FROM app.uid()", "false", _BONDS),
    ("app.append_change(uuid,text,uuid,text,uuid)", "WHERE u.id = who", "LIMIT 1", _BONDS),
    ("app.note_change()", "IS DISTINCT FROM bond_after", "IS NULL", _BONDS),
    ("app.note_change()", "WHEN bond_before = bond_after", "WHEN true", _BONDS),
    ("app.note_change()", "IF TG_NARGS > 0", "IF false", _BONDS),
    ("app.note_bond_change()", "CASE WHEN NEW.status = OLD.status THEN app.uid() END", "app.uid()", _BONDS),
    ("app.settle_bond(uuid)", "WHEN paused THEN 'paused' ", "", _BONDS),
    ("app.settle_bond(uuid)", "IF members = 0", "IF false", _BONDS),
    ("app.settle_bond(uuid)", "= 'on'", "= 'off'", _BONDS),
    ("app.keep_to_oneself()", "pg_trigger_depth() > 1", "true", _BONDS),
    (
        "app.settle_bond(uuid)",
        "m.user_id <> coalesce(bond.founder_id, m.user_id)",
        "m.user_id = bond.founder_id",
        _BONDS,
    ),
    ("app.settle_members()", "invite_code = NULL, invite_expires_at = NULL, ", "", _BONDS),
    ("app.end_bonds_of_erased()", "b.founder_id IS NULL AND", "false AND", _BONDS),
    ("app.note_ended_bond()", "'bond:' || OLD.id", "OLD.id::text", _BONDS),
    (
        "app.take_words_home(uuid,uuid)",
        "UPDATE resources r SET shared_with_partner = false, bond_id = NULL",
        "UPDATE resources r SET shared_with_partner = false",
        _BONDS,
    ),
)
"""A function, what it says, what it says by mistake, and where that shows besides in the function itself."""


def of_bodies() -> Iterator[Mutant]:
    """Each made as somebody could have written it; who finds nothing to change says so."""
    for name, said, mistaken, of in MISTAKES:
        sql = f"""DO $mistake$
DECLARE
    healthy CONSTANT text := pg_get_functiondef('{name}'::regprocedure);
    mistaken CONSTANT text := replace(healthy, {_literal(said)}, {_literal(mistaken)});
BEGIN
    ASSERT mistaken <> healthy, 'nothing to mistake';
    EXECUTE mistaken;
END
$mistake$"""
        yield Mutant("function mistaken", f"{name} with {mistaken or 'nothing'} for {said}", sql, of | {name, *_TOLD})


_TOLD = ("app.partner_profile(uuid)", "app.partner_compatibility(uuid)")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
