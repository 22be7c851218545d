"""The consent ledger: what makes an entry makes exactly that one, whoever acts and wherever their search path leads; and nobody,
the owner included, changes an entry or makes one that does not fit.
"""

from collections.abc import Iterator

import msgspec

from tests.storage.matrix.astray import ASTRAY
from tests.storage.matrix.attempts import Attempt, keys
from tests.storage.matrix.identities import ANNA, BEA, CLEO, DORA, KIM, OWNER, SERVICE, Identity

LEDGER, PEOPLE = "consent_ledger", "consent_people"
_MADE = """
SELECT string_agg(split_part(l.chain, ':', 1) || ' ' || l.kind || ' ' || l.detail, E'\n')
    || coalesce((SELECT E'\nbroken' FROM app.broken_consents() LIMIT 1), '') FROM public.consent_ledger l
"""
_PERSON = "'00000000-0000-0000-0000-0000000000ff'"
_ASKED = """'{"asked": true}'"""
_TEN = "('00000000-0000-0000-0000-00000000000a', 'ten@example.org', now())"
_WITH_CLEO = f"requester_user_id = '{{}}' AND recipient_user_id = '{CLEO}'"


class Event(msgspec.Struct, frozen=True):
    """What makes entries: the trigger that sees it, what is done, and the entries: what their chain is of, kind and detail.

    `before` is done first, without a trace.
    """

    trigger: str
    sql: str
    entries: tuple[str, ...]
    before: str = ""


def _in_the_room(kind: str, *entries: str, seat: str = "NULL", level: str = "R") -> Event:
    sql = (
        "INSERT INTO public.session_events (session_id, seq, at, type, seat, event) VALUES"
        f" ('anna and bea', 2, now(), '{kind}', {seat}, '{{\"level\": \"{level}\"}}')"
    )
    return Event(f"session_events_note_consent of {kind} {level}", sql, entries)


EVENTS = (
    Event(
        "users_note_first_consent",
        f"INSERT INTO public.users (id, email, adult_confirmed_at) VALUES {_TEN}",
        ("account adult_stated {}",),
    ),
    Event(
        "users_note_consent",
        f"UPDATE public.users SET adult_confirmed_at = now() WHERE id = '{BEA}'",
        ("account adult_stated {}",),
    ),
    Event(
        "users_note_consent of sharing",
        f"UPDATE public.users SET profile_sharing_setting = 'demographics_only' WHERE id = '{BEA}'",
        ('account sharing_changed {"to": "demographics_only"}',),
    ),
    Event(
        "anonymous_sessions_note_first_consent",
        "INSERT INTO public.anonymous_sessions (session_id, adult_confirmed_at) VALUES ('mia', now())",
        ("account adult_stated {}",),
    ),
    Event(
        "anonymous_sessions_note_consent",
        f"UPDATE public.anonymous_sessions SET adult_confirmed_at = now() WHERE session_id = '{KIM}'",
        ("account adult_stated {}",),
    ),
    Event(
        "profiles_note_first_consent",
        "INSERT INTO public.profiles SELECT * FROM pg_temp.kept",
        ("limits limits_changed {}",),
        before=f"CREATE TEMP TABLE kept AS SELECT * FROM public.profiles WHERE user_id = '{BEA}'; GRANT SELECT ON kept TO PUBLIC;"
        f" UPDATE kept SET boundaries = {_ASKED}; DELETE FROM public.profiles WHERE user_id = '{BEA}'",
    ),
    Event(
        "profiles_note_consent",
        f"UPDATE public.profiles SET boundaries = {_ASKED} WHERE user_id = '{BEA}'",
        ("limits limits_changed {}",),
    ),
    Event(
        "partner_connections_note_consent",
        f"UPDATE public.partner_connections SET status = 'accepted' WHERE {_WITH_CLEO.format(ANNA)}",
        ("connection connection_accepted {}", "connection connection_accepted {}"),
    ),
    Event(
        "partner_connections_note_consent of an end",
        f"UPDATE public.partner_connections SET status = 'disconnected' WHERE {_WITH_CLEO.format(DORA)}",
        ("connection connection_ended {}",),
    ),
    _in_the_room("started", *(['session agreed {"level": "R"}'] * 2), seat="'A'"),
    _in_the_room("level_changed", 'session level_raised {"level": "R"}', seat="'A'"),
    _in_the_room("level_changed", 'session level_lowered {"level": "G"}', seat="'A'", level="G"),
    _in_the_room("paused", "session paused {}"),
    _in_the_room("stopped", "session stopped {}"),
    _in_the_room("resumed", "session resumed {}", seat="'A'"),
)
BY_THE_OWNER = Event(
    "partner_connections_note_last_consent",
    f"DELETE FROM public.partner_connections WHERE {_WITH_CLEO.format(DORA)}",
    ("connection connection_ended {}",),
)
BY_A_PERSON = Event(
    "users_note_consent of one's own sharing",
    "UPDATE public.users SET profile_sharing_setting = 'all_responses'",
    ('account sharing_changed {"to": "all_responses"}',),
)

UNFIT: dict[str, str] = {
    "consent_ledger_pkey": "'of before', 1, now(), 'agreed', NULL, '{}', NULL, ''",
    "consent_ledger_number_check": "'of before', 0, now(), 'agreed', NULL, '{}', 'x', ''",
    "consent_ledger_linked": "'of before', 2, now(), 'agreed', NULL, '{}', NULL, ''",
    "consent_ledger_bounded, by its detail": "'of before', 2, now(), 'agreed', NULL, to_jsonb(repeat('d', 1024)), 'x', ''",
    "consent_ledger_bounded": "repeat('c', 161), 1, now(), 'agreed', NULL, '{}', NULL, ''",
    "consent_ledger_unattributed": f"'of before', 2, now(), 'stopped', {_PERSON}, '{{}}', 'x', ''",
}
"""By constraint: the entry that it refuses."""


UNFIT_PEOPLE: dict[str, str] = {
    "of nobody": "(NULL, NULL)",
    "of two": f"('{DORA}', '{KIM}')",
    "of one twice": f"('{DORA}', NULL), ('{DORA}', NULL)",
    "of a guest twice": f"(NULL, '{KIM}'), (NULL, '{KIM}')",
    "of no user": f"({_PERSON}, NULL)",
    "of no guest": "(NULL, 'nobody')",
}
_EMPTY = "DELETE FROM public.consent_ledger"
_ENTRY = "INSERT INTO public.consent_ledger (chain, number, at, kind, person, detail, previous, hash) VALUES"
_FIRST = f"{_ENTRY} ('of before', 1, now(), 'agreed', NULL, '{{}}', NULL, '')"
_CHANGES = {
    "UPDATE": "UPDATE public.consent_ledger SET kind = kind",
    "DELETE": "DELETE FROM public.consent_ledger",
    "TRUNCATE": "TRUNCATE public.consent_ledger",
}


def of_the_ledger(who: Identity) -> Iterator[Attempt]:
    """What the service and the owner do about it, and what its triggers do for a person."""
    if who in (SERVICE, OWNER):
        for event in EVENTS:
            yield from _noted(event)
    if who is OWNER:
        yield from _noted(BY_THE_OWNER)
        yield from _refused()
        yield from _of_people()
    if who.name == "anna":
        yield from _noted(BY_A_PERSON)


def _noted(event: Event) -> Iterator[Attempt]:
    """With and without a search path that leads astray."""
    before = f"{_EMPTY}; {event.before}"
    for path in ("", ASTRAY):
        what = f"note{' astray' if path else ''}: {event.trigger}"
        yield Attempt(LEDGER, what, f"{path}{event.sql}", keys(event.entries), before, _MADE)


def _refused() -> Iterator[Attempt]:
    """To the owner, whom no right and no policy stops."""
    yield Attempt(LEDGER, "entry that fits", _FIRST, "=", _EMPTY, "SELECT ''")
    before = f"{_EMPTY}; {_FIRST}"
    for constraint, values in UNFIT.items():
        yield Attempt(LEDGER, f"entry against {constraint}", f"{_ENTRY} ({values})", "error", before, "SELECT ''")
    for what, sql in _CHANGES.items():
        yield Attempt(LEDGER, f"{what} by the owner", sql, "error", before, "SELECT ''")


def _of_people() -> Iterator[Attempt]:
    """Whose the random ids are: one person's each, and nobody's who is erased."""
    person = "INSERT INTO public.consent_people (user_id, anonymous_session_id) VALUES"
    for whose, values in UNFIT_PEOPLE.items():
        yield Attempt(PEOPLE, f"person {whose}", f"{person} {values}", "error", look="SELECT ''")
    again = f"INSERT INTO public.consent_people (person, user_id) SELECT person, '{DORA}' FROM public.consent_people"
    yield Attempt(PEOPLE, "person again", again, "error", look="SELECT ''")
    left = f"SELECT count(*)::text FROM public.consent_people WHERE user_id = '{ANNA}'"
    yield Attempt(PEOPLE, "person who is erased", f"DELETE FROM public.users WHERE id = '{ANNA}'", "=0", look=left)
