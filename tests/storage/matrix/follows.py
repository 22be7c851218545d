"""What follows by itself in bonds: lines of the feed, a bond's state, its founder and codes, its end, and who is held."""

from collections.abc import Iterator

from tests.storage import rows
from tests.storage.matrix.attempts import REFUSED, keys
from tests.storage.matrix.audiences import Own
from tests.storage.matrix.bonds import BONDS, COUPLE, GROWN, ids
from tests.storage.matrix.deed import Deed
from tests.storage.matrix.identities import COMMAND, OWNER, PEOPLE, SERVICE
from tests.storage.matrix.rules import BOND_TABLES

ANNA, BEA = f"anna{COMMAND}", f"bea{COMMAND}"
OF_BEA = f"bond_id = '{COUPLE.id}' AND user_id = '{PEOPLE['bea']}'"
AS_BEA = f"""SELECT set_config('request.jwt.claims', '{{"sub": "{PEOPLE["bea"]}"}}', true)"""
GONE = "DELETE FROM public.bond_members WHERE user_id = '{}' AND bond_id = '{}'"
ERASED = "DELETE FROM public.users WHERE id = '{}'"
PAUSED = f"UPDATE public.bond_members SET paused_at = now() WHERE {OF_BEA}"

_STATE = "SELECT concat_ws(' ', status, founder_id, invite_code IS NULL) FROM bonds WHERE id = '{}'"
_ENDED = "SELECT coalesce(string_agg(person, E'\\n'), 'nothing') FROM erased_people WHERE person LIKE 'bond:%'"
_FEED = """SELECT coalesce(string_agg(DISTINCT concat_ws(' ', "table", op, coalesce(by::text, 'nobody')), E'\\n'), 'nothing')
FROM bond_changes WHERE seq > 0"""
_OF_TABLE = f"{_FEED} AND \"table\" = '{{}}'"
_HELD = "SELECT string_agg(id::text, E'\\n') FROM users WHERE xmax::text <> '0'"
_FRESH = """CREATE TEMP TABLE held AS SELECT * FROM public.users; DELETE FROM public.users;
INSERT INTO public.users SELECT * FROM held"""
"""Rows that nobody holds yet: those that were there foreign keys held."""

NOTHING = "=nothing"


def _line(of: str, by: str | None) -> str:
    return f"={of} {PEOPLE[by] if by else 'nobody'}"


def _fed() -> Iterator[Deed]:
    """What changes of shared rows is a line of the feed, and of rows that are somebody's own when they show them or no longer."""
    for table, audience in BOND_TABLES.items():
        if isinstance(audience, Own):
            if audience.shared_by in audience.edits.split():
                yield from _shown(table, audience.shared_by)
        elif audience.edits:
            changed, who, by = (
                ("created_at", OWNER.name, None) if audience.guarded else (audience.edits.split()[0], ANNA, "anna")
            )
            sql = f"UPDATE public.{table} SET {changed} = {changed} WHERE bond_id = '{COUPLE.id}'"
            yield Deed(table, "feed: update", sql, _OF_TABLE.format(table), {who: _line(f"{table} update", by)})
        if not isinstance(audience, Own) or audience.shared_by:
            sql = f"DELETE FROM public.{table} WHERE bond_id = '{COUPLE.id}'"
            line = _line(f"{table} delete", None)
            yield Deed(table, "feed: delete", sql, _OF_TABLE.format(table), {OWNER.name: line})


def _shown(table: str, shared_by: str) -> Iterator[Deed]:
    sql = f"UPDATE public.{table} SET {shared_by} = {{}} WHERE bond_id = '{COUPLE.id}' AND user_id = '{{}}'"
    for name, shown, op in (("anna", "true", "insert"), ("bea", "false", "delete"), ("bea", "true", "update")):
        line = {f"{name}{COMMAND}": _line(f"{table} {op}", name)}
        yield Deed(table, f"feed: {op}", sql.format(shown, PEOPLE[name]), _FEED, line)
    hidden = sql.format("false", PEOPLE["anna"])
    yield Deed(table, "feed: nothing of what is not shown", hidden, _FEED, {ANNA: NOTHING})


def _fed_of_members() -> Iterator[Deed]:
    """Of members what the others read, of a person what their bonds do."""
    line = _line("bond_members update", "bea")
    for column, value, told in (
        ("nickname", """'{"by": 1}'""", line),
        ("read_receipts", "false", NOTHING),
        ("accepts_from", "'{}'", NOTHING),
        ("read_through", "now()", NOTHING),
    ):
        sql = f"UPDATE public.bond_members SET {column} = {value} WHERE {OF_BEA}"
        yield Deed("bond_members", f"feed: {column}", sql, _FEED, {BEA: told})
    for column, value, told in (
        ("dynamic_role", "'switch'", line),
        ("submission_state", "'low_energy'", line),
        ("kink_identity", "'{}'", line),
        ("time_zone", "'UTC'", NOTHING),
    ):
        sql = f"UPDATE public.users SET {column} = {value} WHERE id = '{PEOPLE['bea']}'"
        yield Deed("users", f"feed: {column}", sql, _FEED, {BEA: told})
    sql = "UPDATE public.users SET display_name = 'B'"
    yield Deed("users", "feed: display_name", sql, _FEED, {"bea": line})
    named = f"""UPDATE public.bonds SET name = '{{"by": 1}}' WHERE id = '{COUPLE.id}'"""
    yield Deed("bonds", "feed: name", named, _FEED, {ANNA: _line("bonds update", "anna")})
    left, gone = GONE.format(PEOPLE["bea"], COUPLE.id), _line("bond_members delete", None)
    yield Deed("bond_members", "feed: somebody left", left, _OF_TABLE.format("bond_members"), {OWNER.name: gone})
    yield Deed("bond_members", "feed: nobody paused", PAUSED, _FEED, {OWNER.name: _line("bonds update", None)}, AS_BEA)
    asked = f"DELETE FROM public.bond_join_requests WHERE bond_id = '{COUPLE.id}'"
    withdrawn = {OWNER.name: _line("bond_join_requests delete", None)}
    yield Deed(
        "bond_join_requests", "feed: who asked is gone", asked, _OF_TABLE.format("bond_join_requests"), withdrawn
    )
    append = "app.append_change(uuid,text,uuid,text,uuid)"
    appended = f"SELECT app.append_change('{COUPLE.id}', 'bonds', '{COUPLE.id}', 'update', '{PEOPLE['anna']}')"
    yield Deed(append, "feed: a line: call", appended, _FEED, {OWNER.name: _line("bonds update", "anna")})


def _settled() -> Iterator[Deed]:
    """A bond's state, founder and codes, whoever ended a membership and however."""
    anna, eve, cleo = PEOPLE["anna"], PEOPLE["eve"], PEOPLE["cleo"]
    couple, grown = _STATE.format(COUPLE.id), _STATE.format(GROWN.id)
    bea_alone, eve_alone = f"=forming {PEOPLE['bea']} t", f"=forming {eve} t"
    for of, what, sql, look, by, before in (
        ("bond_members", "a founder left", GONE.format(anna, COUPLE.id), couple, {OWNER.name: bea_alone}, ""),
        ("users", "a founder was erased", ERASED.format(anna), couple, {SERVICE.name: bea_alone}, ""),
        ("bond_members", "a newcomer left", GONE.format(cleo, GROWN.id), grown, {OWNER.name: eve_alone}, ""),
        ("bond_members", "somebody paused", PAUSED, couple, {OWNER.name: f"=paused {anna} f"}, AS_BEA),
    ):
        yield Deed(of, f"follow: {what}", sql, look, by, before)
    rests = f"SELECT string_agg(user_id::text, E'\\n') FROM suspensions WHERE bond_id = '{COUPLE.id}'"
    nobody = f"{AS_BEA}; DELETE FROM suspensions WHERE bond_id = '{COUPLE.id}'"
    everybody = {OWNER.name: keys(ids(COUPLE.members))}
    yield Deed("bonds", "follow: nothing is asked during a pause", PAUSED, rests, everybody, nobody)
    wrong = f"UPDATE bonds SET status = 'paused', founder_id = NULL WHERE id = '{GROWN.id}'"
    settle, right = f"SELECT app.settle_bond('{GROWN.id}')", {SERVICE.name: f"=active {eve} f"}
    yield Deed("app.settle_bond(uuid)", "follow: settled: call", settle, grown, right, wrong)


def _ended() -> Iterator[Deed]:
    """A bond ends with the last who is in it; what is somebody's own goes home with them."""
    for name, person in PEOPLE.items():
        alone = [bond for bond in BONDS if bond.members == (name,)]
        ended = keys(f"bond:{bond.id}" for bond in alone) if alone else NOTHING
        yield Deed("users", f"follow: {name} was erased", ERASED.format(person), _ENDED, {SERVICE.name: ended})
    ended = f"DELETE FROM public.bonds WHERE id = '{COUPLE.id}'"
    yield Deed("bonds", "follow: a bond ended", ended, _ENDED, {OWNER.name: f"=bond:{COUPLE.id}"})
    of_eve = f"resources WHERE user_id = '{PEOPLE['eve']}'"
    home = f"SELECT string_agg(DISTINCT concat_ws(' ', bond_id IS NULL, shared_with_partner), '') FROM {of_eve}"
    left = GONE.format(PEOPLE["eve"], GROWN.id)
    yield Deed("bond_members", "follow: what is theirs goes home", left, home, {OWNER.name: "=t f"})


def _held() -> Iterator[Deed]:
    """A command holds everybody in the bond, a pause oneself."""
    all_of_them, oneself = keys(ids(COUPLE.members)), keys({str(PEOPLE["anna"])})
    hold = f"SELECT app.hold_bond('{COUPLE.id}')"
    yield Deed("app.hold_bond(uuid)", "hold: all members: call", hold, _HELD, {ANNA: all_of_them}, _FRESH)
    yield Deed("app.hold_myself()", "hold: oneself: call", "SELECT app.hold_myself()", _HELD, {ANNA: oneself}, _FRESH)


_TASK = f"(SELECT min(t.id::text)::uuid FROM public.tasks t WHERE t.bond_id = '{COUPLE.id}')"
_DONE = (
    f"UPDATE tasks SET assigned_by = '{PEOPLE['anna']}', assigned_to = '{PEOPLE['bea']}', status = 'completed', point_value = 5"
    f" WHERE id = {_TASK}"
)
_ATTACH = (
    "INSERT INTO public.ai_message_attachments (message_id, bond_id, user_id, file_id, content_type, bytes)"
    " SELECT m.id, {bond}, '{person}', {file}, 'image/jpeg', 1 FROM public.messages m"
    f" WHERE m.bond_id = '{COUPLE.id}' AND m.from_user_id = '{{by}}' LIMIT 1"
)
_NEW_FILE = (
    "INSERT INTO files (id, user_id, place, key_id, content_type, bytes) VALUES"
    f" ('{rows.row_id(4711)}', '{PEOPLE['anna']}', 'new', 'k', 'image/jpeg', 1)"
)


def _paid() -> Iterator[Deed]:
    """Points come with what they are for, and a member writes none of them."""
    look = "SELECT string_agg(concat_ws(' ', kind, points, user_id), E'\n') FROM points_ledger WHERE {}"
    approved = f"UPDATE public.tasks SET status = 'approved' WHERE id = {_TASK}"
    told = {ANNA: f"=award 5 {PEOPLE['bea']}"}
    yield Deed("tasks", "follow: an approval is paid", approved, look.format(f"source_id = {_TASK}"), told, _DONE)
    given = (
        "INSERT INTO public.rewards (id, bond_id, title, assigned_by, assigned_to, point_value) VALUES"
        f" ('{rows.row_id(4712)}', '{COUPLE.id}', '{{}}', '{PEOPLE['anna']}', '{PEOPLE['bea']}', 7)"
    )
    granted = {ANNA: f"=grant 7 {PEOPLE['bea']}"}
    of_it = look.format(f"source_id = '{rows.row_id(4712)}'")
    yield Deed("rewards", "follow: a reward grants", given, of_it, granted)


def _hung() -> Iterator[Deed]:
    """What hangs on a message: a file of one's own, on one's own, in its bond."""
    anna, bea, file = PEOPLE["anna"], PEOPLE["bea"], f"'{rows.row_id(4711)}'"
    bond = f"'{COUPLE.id}'"
    look = f"SELECT count(*)::text FROM ai_message_attachments WHERE file_id = {file}"
    for what, values, told in (
        ("a file", {"bond": bond, "person": anna, "file": file, "by": anna}, "=1"),
        ("nothing", {"bond": bond, "person": anna, "file": "NULL", "by": anna}, REFUSED),
        ("a file, in no bond", {"bond": "NULL::uuid", "person": anna, "file": file, "by": anna}, REFUSED),
        ("a file, on another's", {"bond": bond, "person": anna, "file": file, "by": bea}, REFUSED),
        ("a file, as another", {"bond": bond, "person": bea, "file": file, "by": anna}, "error"),
    ):
        sql = _ATTACH.format(**values)
        yield Deed("ai_message_attachments", f"hang: {what}", sql, look, {ANNA: told}, _NEW_FILE)


def _void() -> Iterator[Deed]:
    """What was said to a contract is void while it is a draft, and stays from then on."""
    frozen = f"UPDATE contracts SET status = 'pending_signature', content_sha256 = repeat('a', 64) WHERE bond_id = '{COUPLE.id}'"
    gone = f"DELETE FROM public.contract_signatures WHERE bond_id = '{COUPLE.id}'"
    look = f"SELECT (count(*) > 0)::text FROM contract_signatures WHERE bond_id = '{COUPLE.id}'"
    yield Deed("contract_signatures", "keep: what was said", gone, look, {ANNA: "=true"}, frozen)
    yield Deed("contract_signatures", "keep: nothing of a draft", gone, look, {ANNA: "=false"})


FOLLOWING = (*_fed(), *_fed_of_members(), *_settled(), *_ended(), *_held(), *_paid(), *_hung(), *_void())
