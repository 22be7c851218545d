"""What functions of bonds answer and do: to a member, and to who is none there. They act as their owner: each asks who calls."""

from collections.abc import Iterator

from tests.storage.matrix.bonds import ALONE, COUPLE
from tests.storage.matrix.deed import Deed
from tests.storage.matrix.identities import COMMAND, PEOPLE, SERVICE

ANNA, BEA, DORA, EVE = (f"{name}{COMMAND}" for name in ("anna", "bea", "dora", "eve"))
_PERSON = {name: f"'{person}'" for name, person in PEOPLE.items()}
_HERE = f"'{COUPLE.id}'"
_STATE = f"SELECT concat_ws(' ', status, founder_id, invite_code) FROM bonds WHERE id = {_HERE}"
_AS_IT_WAS = f"=active {PEOPLE['anna']} code of {COUPLE.id}"
_MAY_INVITE = f"UPDATE bond_members SET can_invite = true WHERE user_id = {_PERSON['anna']}"
_GOOD = f"UPDATE bonds SET invite_expires_at = '2100-01-01'; {_MAY_INVITE}"
_OPEN = "UPDATE bond_join_requests SET expires_at = '2100-01-01'"
_ANSWERED = f"SELECT string_agg(status::text, '') FROM bond_join_requests WHERE bond_id = {_HERE}"
_LEADS = f"""UPDATE bond_members SET role_in_bond = 'submissive';
UPDATE bond_members SET role_in_bond = 'dominant' WHERE user_id = {_PERSON["anna"]}"""
_POINTS = f"SELECT coalesce(sum(points), 0)::text FROM points_ledger WHERE bond_id = {_HERE} AND kind IN ('manual', 'reversal')"


def _read() -> Iterator[tuple[str, str, dict[str, str], str]]:
    """The function, how it is called, what comes of it for whom, and what was before."""
    yes, no = "=true", "=false"
    yield "app.feed_begins(uuid)", f"app.feed_begins({_HERE}) < 0", {"anna": yes, BEA: yes, "dora": "=", EVE: "="}, ""
    code = f"app.invite_stands({_HERE}, ARRAY['code of {COUPLE.id}'])"
    yield "app.invite_stands(uuid,text[])", code, {"anna": yes, ANNA: yes, "dora": no, EVE: no}, _GOOD
    names = f"(SELECT string_agg(display_name, '') FROM app.join_requests({_HERE}))"
    yield "app.join_requests(uuid)", names, {"anna": "=dora", BEA: "=dora", "dora": "=dora", EVE: "="}, ""
    of_two = f"user_id IN ({_PERSON['anna']}, {_PERSON['bea']})"
    seen = "app.ratings_seen(ARRAY(SELECT id FROM public.boundaries))"
    rated = f"(SELECT count(*) FROM {seen} WHERE rating = 'yes' AND {of_two})"
    yield "app.ratings_seen(uuid[])", rated, {"anna": "=2", ANNA: "=2", "dora": "=0", EVE: "=0"}, ""
    mutual = "(SELECT bool_or(app.is_mutual(id)) FROM public.boundaries)"
    yield "app.is_mutual(uuid)", mutual, {"anna": yes, BEA: yes, "dora": no, DORA: no}, ""
    fell = f"(SELECT bool_or(app.fell_into_pause(id)) FROM public.tasks WHERE bond_id = {_HERE})"
    paused = f"INSERT INTO bond_activity_log (bond_id, action, created_at) VALUES ({_HERE}, 'paused', '2000-01-01')"
    always = f"{paused}; UPDATE tasks SET due_date = '2100-01-01'"
    yield "app.fell_into_pause(uuid)", fell, {"anna": yes, "bea": yes, "dora": "=", "eve": "="}, always
    limits = f"app.limits_of_members({_HERE}, ARRAY[{_PERSON['bea']}]::uuid[])"
    limits = f"(SELECT string_agg(user_id::text, '') FROM {limits})"
    yield "app.limits_of_members(uuid,uuid[])", limits, {ANNA: f"={PEOPLE['bea']}", DORA: "=", EVE: "="}, ""
    rooms = "(SELECT count(*) FROM app.hold_my_rooms())"
    yield "app.hold_my_rooms()", rooms, {ANNA: "=3", BEA: "=1", "a command of nobody": "=0"}, ""
    leads = f"app.leads({_HERE}, {_PERSON['anna']}, {_PERSON['bea']})"
    yield "app.leads(uuid,uuid,uuid)", leads, {ANNA: yes, BEA: yes, DORA: no, EVE: no}, _LEADS
    held = f"app.hold_bond_for({_HERE}, {_PERSON['dora']})"
    yield "app.hold_bond_for(uuid,uuid)", held, {ANNA: yes, BEA: yes, DORA: no, EVE: no}, ""
    yield "app.hold_bond_for_job(uuid)", f"app.hold_bond_for_job({_HERE})", {SERVICE.name: yes}, ""
    paused = f"app.is_suspended({_HERE}, {_PERSON['bea']})"
    yield "app.is_suspended(uuid,uuid)", paused, {ANNA: yes, BEA: yes}, ""


def _done() -> Iterator[tuple[str, str, str, dict[str, str], str]]:
    """The same, and what is looked at afterwards."""
    not_here = dict.fromkeys((DORA, EVE), _AS_IT_WAS)
    bea_alone = f"=forming {PEOPLE['bea']}"
    yield (
        "app.end_membership(uuid,uuid)",
        f"app.end_membership({_HERE}, app.uid())",
        _STATE,
        not_here | {ANNA: bea_alone},
        "",
    )
    handed = f"=active {PEOPLE['bea']} code of {COUPLE.id}"
    transfer = f"app.transfer_bond({_HERE}, {_PERSON['bea']})"
    yield "app.transfer_bond(uuid,uuid)", transfer, _STATE, not_here | {ANNA: handed, BEA: _AS_IT_WAS}, ""
    vote = f"app.vote_to_dissolve({_HERE}, true)"
    yield "app.vote_to_dissolve(uuid,boolean)", vote, _STATE, not_here | {BEA: f"=dissolved {PEOPLE['anna']}"}, ""
    paused = f"=paused {PEOPLE['anna']} code of {COUPLE.id}"
    yield "app.pause_bond(uuid,boolean)", f"app.pause_bond({_HERE}, true)", _STATE, not_here | {BEA: paused}, ""
    invited = {ANNA: f"=active {PEOPLE['anna']} new"}
    invite = f"app.set_invite({_HERE}, 'new', '2100-01-01')"
    yield "app.set_invite(uuid,text,timestamp with time zone)", invite, _STATE, not_here | invited, _MAY_INVITE
    of_request = f"{_HERE}, (SELECT r.id FROM public.bond_join_requests r WHERE r.bond_id = {_HERE})"
    said = {ANNA: "=approved", DORA: "=pending", EVE: "=pending"}  # Bea's yes is there
    voices = f"""{_OPEN}; UPDATE bond_join_voices SET user_id = {_PERSON["bea"]};
        UPDATE bond_settings SET max_members = 12; UPDATE bonds SET bond_type = 'polycule'"""
    yield "app.approve_request(uuid,uuid)", f"app.approve_request({of_request})", _ANSWERED, said, voices
    no = {BEA: "=rejected", DORA: "=pending", EVE: "=pending"}
    yield "app.reject_request(uuid,uuid)", f"app.reject_request({of_request})", _ANSWERED, no, _OPEN
    back = {DORA: "=withdrawn", ANNA: "=pending", EVE: "=pending"}
    yield "app.withdraw_request(uuid,uuid)", f"app.withdraw_request({of_request})", _ANSWERED, back, _OPEN
    ask = f"(SELECT outcome FROM app.ask_to_join(gen_random_uuid(), ARRAY['code of {ALONE.id}'], NULL, NULL))"
    asked = f"SELECT count(*)::text FROM bond_join_requests WHERE bond_id = '{ALONE.id}' AND user_id = {_PERSON['eve']}"
    good = "UPDATE bonds SET invite_expires_at = '2100-01-01'; UPDATE bond_members SET can_invite = true"
    yield "app.ask_to_join(uuid,text[],uuid,jsonb)", ask, asked, {EVE: "=1", ANNA: "=0"}, good
    given = f"app.give_points({_HERE}, {_PERSON['bea']}, 5, NULL)"
    yield "app.give_points(uuid,uuid,integer,jsonb)", given, _POINTS, {ANNA: "=5"}, f"{_LEADS}; DELETE FROM suspensions"


def _all() -> Iterator[Deed]:
    for of, call, by, before in _read():
        yield Deed(of, "answer: call", f"SELECT ({call})::text", "", by, before)
    for of, call, look, by, before in _done():
        yield Deed(of, "do: call", f"SELECT {call}", look, by, before)


ANSWERED = tuple(_all())
