"""Functions: who may call each, how it is called for somebody, and what it tells about whom."""

from collections.abc import Iterator

import msgspec

from tests.storage import rows
from tests.storage.matrix.astray import ASTRAY
from tests.storage.matrix.attempts import ALLOWED, NO_CALL, NO_SCHEMA, NO_TABLE, Attempt, keys
from tests.storage.matrix.identities import ANONYMOUS, OWNER, PEOPLE, WEB, Identity


class Call(msgspec.Struct, frozen=True):
    """`by` are letters: a(nonymous), p(eople), m(embers' commands), s(ervice); the owner always may. `of_somebody` is a call that
    reads or writes a table for the caller: with nothing granted on tables it is refused, for the function has its caller's
    rights. None: of none.
    """

    by: str = ""
    of_somebody: str | None = None


_CARDS = "'{}'::app.live_card[], '{}'::app.live_turn[], '{}'::app.live_turn[]"
_ANNA = f"'{PEOPLE['anna']}'"
_ROOM = "'anna and bea'"
_COMMAND = (
    f"ARRAY[ROW({_ROOM}, 0, 1, true, true, 'A', 0, 0, NULL, {_ANNA}, '\\x00', 1, {_ANNA}, NULL, NULL, NULL, NULL, NULL)]"
    "::app.live_command[]"
)
_JSON_COMMAND = f'[{{"session_id": "anna and bea", "expected": 0, "head": 1, "user_id": {_ANNA[1:-1]!r}}}]'.replace(
    "'", '"'
)
_OLD_COMMAND = f"ARRAY(SELECT jsonb_populate_record(NULL::app.room_command, '{_JSON_COMMAND[1:-1]}'))"
_CHANGE = f"ARRAY[ROW(1, {_ROOM}, 'active', 'G', 0, 0, 0, 0, false, NULL, NULL)]::app.live_change[]"
_FEEDBACK = f"ARRAY[ROW(1, {_ROOM}, 1, 'A', 'like', true)]::app.live_feedback[]"
_TURN = f"ARRAY[ROW(1, {_ROOM}, 1)]::app.live_turn[]"
_SUBMISSION = (
    '{"submission_id": "new", "user_id": "00000000-0000-0000-0000-000000000001", "version": "0.4", "payload": {}}'
)

CALLS: dict[str, Call] = {
    # Who asks: of no table.
    "app.claims()": Call("apms"),
    "app.uid()": Call("apms"),
    "app.moment()": Call("pms"),
    "app.anonymous_session_id()": Call("as"),
    "app.utc_midnight()": Call("ps"),
    "app.day_of(timestamp with time zone)": Call(),
    "auth.uid()": Call("aps"),
    "set_anonymous_session_context(text)": Call("a"),
    # What people are told.
    "app.partner_profile(uuid)": Call("p"),
    "app.file_to_see(uuid)": Call("p"),
    "app.fell_into_pause(uuid)": Call("p"),
    "app.partner_compatibility(uuid)": Call("p"),
    "check_daily_activity_limit(uuid,integer)": Call("ps", f"check_daily_activity_limit({_ANNA}, 25)"),
    "get_excluded_activities_for_user(uuid,text)": Call("aps", f"get_excluded_activities_for_user({_ANNA}, NULL)"),
    # What people are told of their bonds, and what their commands do there.
    **dict.fromkeys(
        (
            "app.bond_people(uuid)", "app.my_bonds()", "app.my_bonds_since()", "app.my_open_bonds()", "app.feed_begins(uuid)",
            "app.invite_stands(uuid,text[])", "app.is_mutual(uuid)", "app.join_requests(uuid)", "app.my_imports()",
            "app.my_imported()", "app.my_reading(uuid)",
            "app.ratings_seen(uuid[])",
        ),
        Call("pm"),
    ),
    **dict.fromkeys(
        (
            "app.found_bond(uuid,jsonb,jsonb,bond_type_enum,boolean,integer)", "app.hold_bond(uuid)", "app.hold_myself()",
            "app.accept_import(uuid,uuid)", "app.note_import(uuid,text,uuid,uuid)", "app.refuse_import(uuid)",
            "app.approve_request(uuid,uuid)",
            "app.ask_to_join(uuid,text[],uuid,jsonb)", "app.conclude_contract(uuid)",
            "app.end_membership(uuid,uuid)",
            "app.give_points(uuid,uuid,integer,jsonb)", "app.hold_bond_for(uuid,uuid)", "app.hold_my_rooms()",
            "app.reserve_ai(bigint,bigint,bigint)", "app.settle_ai(timestamp with time zone,bigint,bigint)",
            "app.hold_to_pause(uuid)", "app.read_messages(uuid,uuid)",
            "app.limits_of_members(uuid,uuid[])", "app.pause_bond(uuid,boolean)", "app.reject_request(uuid,uuid)",
            "app.reverse_points(uuid,jsonb)", "app.set_invite(uuid,text,timestamp with time zone)",
            "app.read_news(uuid,text,uuid)", "app.tell_news(uuid,uuid[],text,text,uuid,integer,boolean,boolean,boolean,boolean)",
            "app.transfer_bond(uuid,uuid)", "app.vote_to_dissolve(uuid,boolean)", "app.withdraw_request(uuid,uuid)",
        ),
        Call("m"),
    ),
    # What triggers ask with the rights of who acts.
    **dict.fromkeys(
        (
            "app.end_lost_answers(timestamp with time zone)",
            "app.guard_task_step(tasks,tasks)", "app.is_suspended(uuid,uuid)", "app.leads(uuid,uuid,uuid)",
            "app.may_ask(uuid,uuid,uuid,integer)", "app.refuse(text)", "app.scene_people(uuid)",
        ),
        Call("ms"),
    ),
    **dict.fromkeys(
        (
            "app.delete_dissolved(uuid,timestamp with time zone)", "app.give_up_bonds(text[])", "app.give_up_words(text[])",
            "app.has_sealed_words(uuid)", "app.hold_bond_for_job(uuid)", "app.settle_bond(uuid)",
            "app.expire_contracts(uuid)", "app.news_stands(text,uuid,uuid,uuid)",
            "app.settle_due_requests(uuid)", "app.some_keys_of_words()",
            "app.drop_system_character(text)", "app.put_system_character(text,jsonb)", "app.system_characters()",
            "app.unsettle_scene(uuid)", "app.forget_ai_spending(date)",
        ),
        Call("s"),
    ),
    "app.open_feed(text[])": Call("s"),
    "app.end_feeds(uuid)": Call("s"),
    "app.ask_of_import(uuid,uuid,bytea,integer,integer,integer,timestamp with time zone)": Call("s"),
    "app.open_feed(text[],text)": Call("s"),
    "app.hang_on_secret(text,timestamp with time zone,timestamp with time zone,timestamp with time zone)": Call("s"),
    "app.limits_in_seat(text,text)": Call("s", f"app.limits_in_seat({_ROOM}, 'A')"),
    "app.read_limits(uuid,uuid[])": Call("s", f"app.read_limits('{rows.bond_id(1)}', ARRAY[{_ANNA}]::uuid[])"),
    # What the server does.
    "app.abandon_old_surveys(integer)": Call("s", "app.abandon_old_surveys(0)"),
    "app.append_commands(app.live_command[],app.live_event[],app.live_change[],app.live_card[],app.live_turn[],app.live_turn[],"
    "app.live_feedback[],uuid[],text[])": Call(
        "s", f"app.append_commands({_COMMAND}, '{{}}', '{{}}', {_CARDS}, '{{}}', ARRAY[{_ANNA}]::uuid[], '{{}}')"
    ),
    "app.append_commands(jsonb)": Call("s", f"app.append_commands('{_JSON_COMMAND}')"),
    "app.broken_consents()": Call("s", "app.broken_consents()"),
    "app.consent_hash(bytea,text,integer,timestamp with time zone,text,uuid,jsonb)": Call("s"),
    "app.draw_changes(text[])": Call("s", f"app.draw_changes(ARRAY[{_ROOM}])"),
    "app.draw_facts(text[])": Call("s", f"app.draw_facts(ARRAY[{_ROOM}])"),
    "app.draw_favourites(text[])": Call("s", f"app.draw_favourites(ARRAY[{_ROOM}])"),
    "app.draw_own_cards(text[])": Call("s", f"app.draw_own_cards(ARRAY[{_ROOM}])"),
    "app.draw_tastes(text[])": Call("s", f"app.draw_tastes(ARRAY[{_ROOM}])"),
    "app.has_own_cards(text)": Call("s", f"app.has_own_cards({_ROOM})"),
    "app.has_sealed_of_notion(uuid)": Call("s", f"app.has_sealed_of_notion({_ANNA})"),
    "app.has_sealed(uuid,text)": Call("s", f"app.has_sealed({_ANNA}, NULL)"),
    "app.have_started_since(uuid,uuid,timestamp with time zone)": Call(
        "s", f"app.have_started_since({_ANNA}, '{PEOPLE['bea']}', now())"
    ),
    "app.is_reading_due(integer,integer,timestamp with time zone)": Call("s", "app.is_reading_due(1, 2, now())"),
    "app.keep_compatibility(integer,integer,jsonb,timestamp with time zone)": Call(
        "s", "app.keep_compatibility(1, 2, '{}', now())"
    ),
    "app.claim_generation(timestamp with time zone,timestamp with time zone,integer)": Call(
        "s", "app.claim_generation(now(), now(), 1)"
    ),
    "app.known_rules(jsonb)": Call("s"),
    "app.lineage()": Call("s"),
    "app.meet_lineage()": Call("s", "app.meet_lineage()"),
    "app.note_played(app.live_change[],boolean[])": Call("s", f"app.note_played({_CHANGE}, ARRAY[true])"),
    "app.note_played(app.room_command[])": Call("s", f"app.note_played({_OLD_COMMAND})"),
    "app.recheck_rooms_of(uuid,uuid)": Call("s", f"app.recheck_rooms_of({_ANNA}, '{PEOPLE['bea']}')"),
    "app.settle_reading(integer,integer,timestamp with time zone)": Call("s", "app.settle_reading(1, 2, now())"),
    "app.submission_rests_on(uuid,text,text)": Call("s", f"app.submission_rests_on({_ANNA}, NULL, 'x')"),
    "app.submit_surveys(jsonb)": Call("s", f"app.submit_surveys('[{_SUBMISSION}]')"),
    "app.survey_standing(uuid,text,text)": Call("s", f"app.survey_standing({_ANNA}, NULL, '0.4')"),
    "app.used_today(integer,timestamp with time zone)": Call("s"),
    "app.write_accounts(app.live_command[],boolean,boolean,boolean[])": Call(
        "s", f"app.write_accounts({_COMMAND}, true, true, ARRAY[true])"
    ),
    "app.write_accounts(app.room_command[])": Call("s", f"app.write_accounts({_OLD_COMMAND})"),
    "app.write_cards(app.live_card[],app.live_turn[],app.live_turn[],boolean[])": Call(
        "s", f"app.write_cards('{{}}'::app.live_card[], {_TURN}, {_TURN}, ARRAY[true])"
    ),
    "app.write_cards(app.room_command[])": Call("s", f"app.write_cards({_OLD_COMMAND})"),
    "app.write_feedback(app.live_feedback[],boolean[])": Call("s", f"app.write_feedback({_FEEDBACK}, ARRAY[true])"),
    "app.write_feedback(app.room_command[])": Call("s", f"app.write_feedback({_OLD_COMMAND})"),
    "app.write_rooms(app.live_command[],app.live_event[],app.live_change[],boolean[])": Call(
        "s", f"app.write_rooms({_COMMAND}, '{{}}', {_CHANGE}, ARRAY[true])"
    ),
    "app.write_rooms(app.room_command[])": Call("s", f"app.write_rooms({_OLD_COMMAND})"),
    "app.write_submission(jsonb)": Call("s", f"app.write_submission('{_SUBMISSION}')"),
    "cleanup_old_anonymous_sessions(integer)": Call("s", "cleanup_old_anonymous_sessions(0)"),
    "expire_pending_connections()": Call("s", "expire_pending_connections()"),
    "reset_daily_activity_counts()": Call("s", "reset_daily_activity_counts()"),
    # Of the owner alone: what migrations call, and what functions above call as the owner.
    **dict.fromkeys(
        (
            "app.append_change(uuid,text,uuid,text,uuid)", "app.append_consent(text,text,uuid,jsonb)",
            "app.close_database()", "app.consent_person(uuid,text)",
            "app.everybody_may(text)", "app.is_connected(uuid)", "app.is_shared()",
            "app.keep_own(regclass,text,text,text,boolean)", "app.let_service(regclass,text[])",
            "app.let_begin_now(regclass)", "app.let_write_in_bond(regclass,text,text,text,text,text)",
            "app.share_in_bond(regclass,text,text,boolean)",
            "app.seen_since(regclass,name)",
            "app.answer_request(uuid,join_request_status_enum)", "app.code_is_good(bonds,text[])",
            "app.derive_boundaries(uuid,uuid,boolean)", "app.dissolve_bond(uuid)", "app.end_obligations(uuid,uuid)",
            "app.end_suspension(uuid,uuid)", "app.has_points(uuid)", "app.has_room(uuid)", "app.hold_people(uuid,uuid)",
            "app.known_zone(text)", "app.leave_scenes(uuid,uuid)", "app.let_in(uuid)", "app.may_not_ask(uuid,uuid)",
            "app.members_of(uuid)", "app.most_bonds()", "app.news_about(text,uuid,uuid)",
            "app.request_told(uuid,uuid)", "app.settle_requests(uuid)",
            "app.settle_votes(uuid)", "app.take_words_home(uuid,uuid)", "app.tell_members(uuid,uuid)",
            "app.tell_of_bond(uuid,uuid[],uuid,text,text,bigint,boolean)", "app.without_person(jsonb,uuid)",
            "app.write_points(uuid,uuid,integer,points_kind_enum,points_source_enum,uuid,jsonb,uuid)",
            "app.open_functions()", "app.other_logins()", "app.own_logins()", "app.reading_with(uuid)", "app.seal(regclass)",
        ),
        Call(),
    ),
}  # fmt: skip

FUNCTIONS = """
SELECT p.oid::regprocedure::text AS name, p.prorettype = 'trigger'::regtype AS of_a_trigger, p.prosecdef AS definer,
    format('%I.%I(%s)', p.pronamespace::regnamespace::text, p.proname,
        (SELECT string_agg(format(
            CASE WHEN p.provariadic <> 0 AND place = p.pronargs THEN 'VARIADIC NULL::%s' ELSE 'NULL::%s' END, t::regtype
        ), ', ') FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, place))) AS call
FROM pg_proc p WHERE p.pronamespace::regnamespace::text IN ('public', 'app', 'auth') AND p.prokind IN ('f', 'w', 'a', 'p')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
ORDER BY name
"""


def may_call(call: Call, who: Identity) -> bool:
    letters = {"authenticated": "p", "anon": "a", "bond_writer": "m", "game_service": "s", "game_worker": "sm"}
    return who is OWNER or any(letter in call.by for letter in letters.get(who.role, ""))


def as_it_is(name: str, call: str, who: Identity) -> Iterator[Attempt]:
    """Whether it lets itself be called at all; a trigger's function is nobody's to call (it is not in CALLS)."""
    may = may_call(CALLS.get(name, Call()), who)
    inside = name.startswith(("app.", "auth."))
    # The login by itself does not even get in.
    denied = NO_SCHEMA if (who is WEB and inside) or (who.commands and name.startswith("auth.")) else NO_CALL
    yield Attempt(name, "call", _called(call), ALLOWED if may else denied, look="SELECT ''")


def with_nothing_granted(name: str, who: Identity) -> Iterator[Attempt]:
    """With no right on any table a function that runs with its caller's rights comes to nothing."""
    sample = CALLS.get(name, Call()).of_somebody
    if sample and may_call(CALLS[name], who):
        yield Attempt(name, "with nothing granted: call", _called(sample), NO_TABLE, look="SELECT ''")


def _called(call: str) -> str:
    """Whatever it returns: rows, a row, a value or nothing."""
    return f"SELECT bool_or(answers.answer) FROM (SELECT ({call}) IS NULL AS answer) answers"


def of_others(who: Identity, connected: frozenset[frozenset[str]]) -> Iterator[Attempt]:
    """What functions tell each client about everybody, by id."""
    yield Attempt("app.uid()", "call for oneself", "SELECT app.uid()::text", keys({_uid(who)}))
    if not who.is_client or who.commands:
        return
    is_user = who.role == "authenticated"
    for other, person in PEOPLE.items():
        mine = is_user and other == who.name
        partner = is_user and frozenset({other, who.name}) in connected
        yield _excluded(f"'{person}', NULL", other, mine=mine)
        sharing = "all_responses" if other == "bea" else "overlapping_only"
        for told, is_theirs in (
            ("app.partner_profile", f"->> 'user_id' = '{person}'"),
            ("app.partner_compatibility", f"->> 'sharing' = '{sharing}'"),
        ):
            for path in ("", ASTRAY):
                what = f"about {other}{', astray' if path else ''}: call"
                sql = f"{path} SELECT coalesce({told}('{person}') {is_theirs}, false)"
                yield Attempt(f"{told}(uuid)", what, sql, _truth(partner) if is_user else NO_CALL)
        sql = f"SELECT check_daily_activity_limit('{person}', 25)"
        found = _truth(mine) if is_user else NO_CALL
        yield Attempt("check_daily_activity_limit(uuid,integer)", f"about {other}: call", sql, found)
    for other in ANONYMOUS:
        mine = who.role == "anon" and other == who.name
        yield _excluded(f"NULL, '{other}'", other, mine=mine)
        if who.role == "anon":
            sql = f"SELECT set_anonymous_session_context('{other}')"
            found = "=" if mine else "error"
            yield Attempt("set_anonymous_session_context(text)", f"as {other}: call", sql, found, look="SELECT ''")
    if who.name == "anna":
        yield from _shared_with_anna()


def _shared_with_anna() -> Iterator[Attempt]:
    """What Bea's setting of this moment lets Anna see of their reading, and what Anna's lets of how they fit."""
    setting = "UPDATE public.users SET profile_sharing_setting = '{}' WHERE id = '{}'"
    both = '[{"key": "of both", "gives": "partner"}]/["topic of both"]'
    for sharing, profile, fits in (
        ("all_responses", '["of bea"]/["topic of bea"]/{"orientation": "of bea"}', both),
        ("overlapping_only", '["of both"]/["topic of both"]', both),
        ("demographics_only", "", ""),
    ):
        for told, parts, found in (
            ("app.partner_profile", ("yes", "topics", "power"), profile),
            ("app.partner_compatibility", ("mutual", "mutual_topics", "orientations"), fits),
        ):
            shown = ", ".join(f"told ->> '{part}'" for part in parts)
            sql = f"SELECT concat_ws('/', {shown}) FROM {told}('{PEOPLE['bea']}') AS told"
            before = setting.format(sharing, PEOPLE["bea"])
            yield Attempt(f"{told}(uuid)", f"what is shared by {sharing}: call", sql, f"={found}", before)


def _excluded(arguments: str, other: str, *, mine: bool) -> Attempt:
    sql = f"SELECT count(*) > 0 FROM get_excluded_activities_for_user({arguments})"
    return Attempt("get_excluded_activities_for_user(uuid,text)", f"about {other}: call", sql, _truth(mine))


def _truth(is_so: bool) -> str:
    return "=true" if is_so else "=false"


def _uid(who: Identity) -> str:
    claimed = str(who.claims.get("sub", ""))
    return claimed if claimed.startswith("00000000-") else ""
