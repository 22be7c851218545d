"""Mutants that change nothing that anybody could see, each looked at, with the reason. Whatever else survives is a hole."""

from tests.storage.mutants.mutant import Mutant

_NO_TABLE = "it reads no table: as the owner it answers what it answers as its caller"

EQUIVALENT: dict[str, str] = {
    f"invoker made definer: {name}": _NO_TABLE
    for name in (
        "app.anonymous_session_id()",
        "app.claims()",
        "app.moment()",
        "app.consent_hash(bytea,text,integer,timestamp with time zone,text,uuid,jsonb)",
        "app.known_rules(jsonb)",
        "app.lineage()",
        "app.uid()",
        "app.used_today(integer,timestamp with time zone)",
        "app.utc_midnight()",
        "auth.uid()",
        "set_anonymous_session_context(text)",
    )
}
EQUIVALENT |= {
    **{
        f"function opened: {name} to PUBLIC": "every role may call it but the login by itself, which sees nothing by any id"
        for name in ("app.claims()", "app.uid()", "auth.uid()")
    },
    **{
        f"policy added: session_events, UPDATE to {role}": "a trigger refuses every UPDATE of the log, whoever asks"
        for role in ("anon", "authenticated", "bond_writer")
    },
    "function opened: auth.uid() to bond_writer": "no member's command gets into the schema in which it is",
    **{
        f"definer made invoker: {name}": "whoever calls it is the owner, as which functions of bonds run"
        for name in (
            "app.answer_request(uuid,join_request_status_enum)",
            "app.append_change(uuid,text,uuid,text,uuid)",
            "app.code_is_good(bonds,text[])",
            "app.derive_boundaries(uuid,uuid,boolean)",
            "app.dissolve_bond(uuid)",
            "app.end_obligations(uuid,uuid)",
            "app.end_obligations_of_gone()",
            "app.end_suspension(uuid,uuid)",
            "app.end_words()",
            "app.end_words_of_bond()",
            "app.follow_members_of_boundaries()",
            "app.has_room(uuid)",
            "app.let_in(uuid)",
            "app.settle_members()",
            "app.settle_requests(uuid)",
            "app.suspend_bond()",
        )
    },
    **{
        f"definer made invoker: {name}": "it deletes a file of whoever acts, who may do so themselves"
        for name in ("app.drop_file()", "app.drop_files_of_unsent()")
    },
    "condition left out: ai_message_attachments, A member's command may INSERT: WITH CHECK without"
    " (user_id = ( SELECT app.uid() AS uid))": "the trigger that attaches the file looks for the same",
    "condition left out: contract_signatures, A member's command may DELETE: USING without"
    " (c.bond_id = contract_signatures.bond_id)": "a foreign key says the same of both",
    "definer made invoker: app.settle_bond(uuid)": "the service, which alone calls it, may do itself what it does",
    "definer made invoker: app.note_ended_bond()": "the service, which may end a bond, may note it too",
    "definer made invoker: app.end_bonds_of_erased()": "the service, which erases people, may end a bond itself",
    **{
        f"definer made invoker: {name}": "row security shows its callers the very rows that it asks for"
        for name in ("app.my_bonds_since()", "app.my_open_bonds()")
    },
    **{
        f"search path let go: {name}": "it names no table, and what it calls by the whole name"
        for name in ("app.note_bond_change()",)
    },
    **dict.fromkeys(
        (
            "trigger dropped: users_leave_bonds",
            "trigger switched off: users_leave_bonds",
            "search path let go: app.leave_bonds_of_erased()",
        ),
        "a foreign key ends the memberships of who is erased, too: this is for the order in which rows are held",
    ),
    "condition left out: couple_cards, Users can SELECT cards of theirs and a connected partner's: USING without"
    " ((writer_id = ( SELECT app.uid() AS uid)) OR (partner_id = ( SELECT app.uid() AS uid)))": (
        "the connection that it asks for is of the same two, and row security shows nobody a connection of others"
    ),
    "condition left out: partner_connections, Users can SELECT requests to their confirmed e-mail: USING without"
    " (u.id = ( SELECT app.uid() AS uid))": "row security shows nobody another's row of users",
    "condition left out: partner_connections, Users can SELECT requests to their confirmed e-mail: USING without"
    " (b.user_id = ( SELECT app.uid() AS uid))": "row security shows nobody whom another has blocked",
}
"""By title."""


def reason(mutant: Mutant) -> str:
    """Why nobody can see it; empty where somebody should."""
    return EQUIVALENT.get(mutant.title, "")
