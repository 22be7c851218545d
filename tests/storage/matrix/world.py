"""The database of the matrix: every table has rows, and every row says who may see, change and enter it.

Whoever reads a table of the rules owns at least one row of it here, so that an empty answer is never an empty table.
"""

from collections.abc import Callable, Iterable
from typing import Any

import asyncpg
import msgspec

from tests.storage import rows
from tests.storage.matrix.identities import ANNA, BEA, CLEO, DORA, EVE, EVERYBODY, FAY, KIM, LOU, PEOPLE

NOBODY: frozenset[str] = frozenset()


class Row(msgspec.Struct, frozen=True):
    """A row by its key, as text: who sees it, who could change or delete it and who could enter it, were that granted.
    `stuck`: whoever changes it is refused, for it would not be theirs afterwards. `drops`: who could delete it, where these are
    not those who change it.
    """

    key: str
    seen: frozenset[str] = NOBODY
    own: frozenset[str] = NOBODY
    enters: frozenset[str] = NOBODY
    stuck: frozenset[str] = NOBODY
    drops: frozenset[str] | None = None


class Table(msgspec.Struct, kw_only=True):
    """A table as it stands in the world. `places` are the rows' ctids by key, `values` a literal that fits for each column,
    `touched` the column that a change of every row sets, `entered` the row that is entered again, by key: its JSON. `computed`
    are columns that are made of others.
    """

    name: str
    keys: list[str]
    columns: list[str]
    types: dict[str, str] = {}
    rows: dict[str, Row] = {}
    places: dict[str, str] = {}
    values: dict[str, str] = {}
    touched: str = ""
    computed: frozenset[str] = NOBODY
    entered: dict[str, str] = {}
    goes: frozenset[str] = NOBODY
    service_takes: frozenset[str] = NOBODY

    @property
    def key(self) -> str:
        """Its key as one text, in SQL."""
        return f"concat_ws('/', {', '.join(self.keys)})"


class World:
    """Rows by table, as they were put in."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.tables: dict[str, Table] = {}
        self.made: dict[tuple[str, str, str], list[Any]] = {}
        self.told: dict[str, list[tuple[asyncpg.Record, dict[str, frozenset[str]]]]] = {}

    async def put(self, table: str, seen: Iterable[str] = (), /, **values: Any) -> asyncpg.Record:
        """One row that `seen` see, and could change and enter were it granted, unless what else a Row says differs."""
        known = {"seen": frozenset(seen), "own": frozenset(seen)}
        known |= {name: frozenset(values.pop(name)) for name in ("own", "enters", "stuck", "drops") if name in values}
        row = await rows.insert(self.connection, table, **values)
        self.told.setdefault(table, []).append((row, {"enters": known["own"]} | known))
        return row

    def once(self, attempts: Callable[[Table, Any], Iterable[Any]], table: str, who: Any) -> list[Any]:
        """The attempts of somebody on a table, made once: they are the same for every mutant."""
        key = (attempts.__name__, table, who.name)
        if key not in self.made:
            self.made[key] = list(attempts(self.tables[table], who))
        return self.made[key]


async def build(connection: asyncpg.Connection) -> World:
    """Everything below, in an empty bank."""
    world = World(connection)
    await connection.execute("DELETE FROM activities")
    await _people(world)
    await _between_people(world)
    cards = await _cards(world)
    await _games(world, cards)
    await _servers_own(world, cards)
    return world


async def _people(world: World) -> None:
    await rows.user(world.connection, 6)
    for name, person in PEOPLE.items():
        confirmed = None if name == "cleo" else await world.connection.fetchval("SELECT now()")
        await world.put(
            "users", [name], id=person, email=f"{name}@example.org", email_confirmed_at=confirmed, display_name=name,
            profile_sharing_setting="all_responses" if name == "bea" else "overlapping_only",
        )  # fmt: skip
        await _survey(world, name, user_id=person)
        for table, values in _of_a_person(name).items():
            await world.put(table, [name], user_id=person, **values)
        for table, values in _secrets_of_a_person(name).items():
            await world.put(table, user_id=person, **values)
    for guest in (KIM, LOU):
        # Lou's profile was entered as if it were an account's: nobody enters or keeps such a one.
        odd = {"stuck": [LOU], "enters": [], "is_anonymous": False} if guest == LOU else {"is_anonymous": True}
        profile = await _survey(world, guest, anonymous_session_id=guest, **odd)
        await world.put("anonymous_sessions", [guest], session_id=guest, profile_id=profile)
    await world.connection.execute("DELETE FROM users WHERE id = $1", FAY)


async def _survey(world: World, name: str, *, stuck: Iterable[str] = (), **values: Any) -> int:
    """Answers, what is kept of them, and how far they came; the profile's id."""
    enters = {"enters": values.pop("enters")} if "enters" in values else {}
    user = values.get("user_id")
    submission = await world.put(
        "survey_submissions", [name], submission_id=f"of {name}", payload_json={}, own=[name] if user else [],
        respondent_id=str(user or name),
    )  # fmt: skip
    scores = ("power_dynamic", "arousal_propensity", "domain_scores", "activities", "truth_topics", "boundaries")
    owner = {key: value for key, value in values.items() if key != "is_anonymous"}
    profile = await world.put(
        "profiles", [name], submission_id=submission["submission_id"], stuck=stuck, **enters, **values,
        **{column: {} for column in scores},
    )  # fmt: skip
    await world.put("survey_progress", [name], **owner)
    return int(profile["id"])


def _of_a_person(name: str) -> dict[str, dict[str, Any]]:
    return {
        "push_notification_tokens": {"device_token": f"device of {name}", "platform": "ios"},
        "notifications": {"kind": "your_turn", "about": f"turn of {name}", "link": "/room/x"},
        "subscription_transactions": {
            "platform": "ios", "platform_transaction_id": f"bought by {name}", "subscription_tier": "premium", "amount": 5,
            "started_at": rows.MOMENT, "expires_at": rows.MOMENT,
        },
    }  # fmt: skip


def _secrets_of_a_person(name: str) -> dict[str, dict[str, Any]]:
    return {
        "credentials": {"password_hash": "hash"},
        "logins": {"refresh_hash": f"refresh of {name}", "expires_at": rows.MOMENT},
        "one_time_tokens": {"token_hash": f"token of {name}", "purpose": "password_reset", "expires_at": rows.MOMENT},
        "subscription_lines": {
            "platform": "ios", "line_id": f"line of {name}", "product_id": "premium", "tier": "premium", "state": "active",
            "environment": "sandbox", "amount": 5, "currency": "EUR", "reference": "x", "renews": True, "shared": False,
            "transaction_id": f"bought by {name}", "as_of": rows.MOMENT, "started_at": rows.MOMENT, "expires_at": rows.MOMENT,
        },
    }  # fmt: skip


async def _between_people(world: World) -> None:
    for one, other in (("anna", "bea"), ("dora", "cleo"), ("eve", "dora")):
        await _connection(world, one, other, seen=[one, other], status="accepted")
        for mine, theirs in ((one, other), (other, one)):
            await world.put(
                "remembered_partners", [mine], user_id=PEOPLE[mine], partner_user_id=PEOPLE[theirs], partner_name=theirs,
                partner_email="",
            )  # fmt: skip
    await _connection(world, "anna", "cleo", seen=["anna", "cleo"], status="disconnected")
    await _requests(world)
    await world.put("blocked_people", ["anna"], user_id=ANNA, blocked_user_id=EVE, name="Eve")
    for name in ("bea", "cleo", "dora", "eve"):
        await world.put("blocked_people", [name], user_id=PEOPLE[name], blocked_user_id=await _fiend(world), name="Guy")


async def _fiend(world: World) -> Any:
    """Somebody without anything, whom everybody but Anna has blocked."""
    found = await world.connection.fetchval("SELECT id FROM users WHERE email = 'guy@example.org'")
    return found or (await world.put("users", id=rows.user_id(7), email="guy@example.org"))["id"]


async def _requests(world: World) -> None:
    """Requests to an address: seen where it is confirmed, open, and of nobody who is blocked."""
    later = "2100-01-01"
    await _request(world, "anna", "Dora@Example.org", seen=["anna", "dora"], expires_at=later)
    await _request(world, "anna", "cleo@example.org", seen=["anna"], expires_at=later)  # Cleo has not confirmed it
    await _request(world, "eve", "anna@example.org", seen=["eve"], expires_at=later)  # Anna has blocked Eve
    await _request(world, "bea", "dora@example.org", seen=["bea"], expires_at="2001-01-01")
    await _request(world, "bea", "dora@example.org", seen=["bea"], expires_at=later, status="cancelled", enters=[])
    # What nobody can enter as a request of their own: it is more than that already.
    await _request(
        world, "anna", "eve@example.org", seen=["anna", "dora"], recipient_user_id=DORA, enters=[], expires_at=later
    )
    for moment in ("claimed_at", "requester_accepted_at", "recipient_accepted_at"):
        await _request(world, "anna", "nobody@example.org", seen=["anna"], enters=[], **{moment: rows.MOMENT})


async def _request(world: World, one: str, to: str, *, seen: Iterable[str], **values: Any) -> None:
    if isinstance(moment := values.get("expires_at"), str):
        values["expires_at"] = await world.connection.fetchval("SELECT $1::text::timestamptz", moment)
    tokens = len(world.told.get("partner_connections", ()))
    await world.put(
        "partner_connections", seen, requester_user_id=PEOPLE[one], recipient_email=to, connection_token=f"token {tokens}",
        **{"own": [one], "enters": [one]} | values,
    )  # fmt: skip


async def _connection(world: World, one: str, other: str, *, seen: Iterable[str], status: str) -> None:
    await _request(world, one, "", seen=seen, recipient_user_id=PEOPLE[other], status=status, enters=[])


async def _cards(world: World) -> dict[str, int]:
    """The bank, and what is of somebody: by name, the activity's id."""
    found = {}
    for name, seen, values in (
        ("bank", EVERYBODY, {}),
        ("waiting", (), {"approved": False}),
        ("withdrawn", (), {"is_active": False}),
        ("an AI's", (), {"approved": False, "source": "ai_generated"}),
        ("nobody's", (), {"source": "user_submitted"}),
        ("not of a couple", (), {"approved": False}),
        *((f"{one} for {other}", seen, {"source": "user_submitted"}) for one, other, seen in _COUPLES),
    ):
        card = await world.put(
            "activities", seen, type="truth", rating="G", intensity=1, script={"steps": []}, **values
        )
        found[name] = int(card["activity_id"])
    for one, other, seen in _COUPLES:
        await world.put(
            "couple_cards",
            seen,
            activity_id=found[f"{one} for {other}"],
            writer_id=PEOPLE[one],
            partner_id=PEOPLE[other],
        )
    # Whose it is said to be does not open a card that no couple wrote.
    await world.put(
        "couple_cards", ["anna", "bea"], activity_id=found["not of a couple"], writer_id=ANNA, partner_id=BEA
    )
    return found


_COUPLES = (
    ("anna", "bea", ("anna", "bea")),
    ("bea", "anna", ("anna", "bea")),
    ("dora", "cleo", ("cleo", "dora")),
    ("cleo", "dora", ("cleo", "dora")),
    ("eve", "dora", ("dora", "eve")),
    # Connected no more.
    ("anna", "cleo", ()),
    ("cleo", "anna", ()),
    # Each has a partner, and it is not the other.
    ("bea", "dora", ()),
    ("dora", "bea", ()),
)
"""Who wrote a card for whom, and who sees it."""


async def _games(world: World, cards: dict[str, int]) -> None:
    games: dict[str, tuple[str, ...]] = {
        "anna and bea": ("anna", "bea"),
        "anna and cleo": ("anna", "cleo"),
        "dora and eve": ("dora", "eve"),
        "anna and kim": ("anna", KIM),
        "dora and lou": ("dora", LOU),
    }
    for name, players in games.items():
        host = PEOPLE[players[0]]
        await world.put(
            "sessions", players, session_id=name, session_owner_user_id=host, primary_user_id=host, own=[players[0]]
        )
        await _played(world, name, players, cards["bank"])
        for seat, player in zip("AB", players, strict=True):
            who = {"user_id": PEOPLE[player]} if player in PEOPLE else {"anonymous_session_id": player}
            await world.put("session_seats", [player], session_id=name, seat=seat, **who)
            await world.put("session_notes", [player], session_id=name, seat=seat, key_id="k", words={}, **who)
            await _shown(world, player, name, cards["bank"])
    await _odd_games(world, cards["bank"])


async def _played(world: World, name: str, players: Iterable[str], card: int) -> None:
    await world.put(
        "session_activities", players, session_id=name, seq=1, activity_id=card, type="truth", rating="G", intensity=1,
        script={}, source="bank",
    )  # fmt: skip


async def _odd_games(world: World, card: int) -> None:
    """Sessions without seats, by their own columns, and history in somebody else's session."""
    await world.put(
        "sessions", ["anna", "bea"], session_id="of Anna, begun by Bea", session_owner_user_id=ANNA, primary_user_id=BEA,
        partner_user_id=ANNA, own=["anna"], enters=[],
    )  # fmt: skip
    await world.put(
        "sessions", ["anna", "cleo"], session_id="begun by Anna, of Dora", session_owner_user_id=DORA, primary_user_id=ANNA,
        partner_user_id=CLEO, own=["dora"], enters=[],
    )  # fmt: skip
    await world.put("sessions", session_id="of nobody")
    await _played(world, "of nobody", (), card)
    await _shown(world, "anna", "dora and eve", card, enters=[])
    await _shown(world, "dora", "anna and bea", card, enters=[])


async def _shown(world: World, player: str, name: str, card: int, **known: Any) -> None:
    who = {"user_id": PEOPLE[player]} if player in PEOPLE else {"anonymous_session_id": player}
    await world.put(
        "user_activity_history", [player], session_id=name, activity_id=card, activity_type="truth", **who, **known
    )  # fmt: skip


_READING = {
    **{
        side: {"yes": [f"of {name}"], "topics": [f"topic of {name}"], "power": {"orientation": f"of {name}"}}
        for side, name in (("a", "anna"), ("b", "bea"))
    },
    "overlap": ["of both"], "mutual": [{"key": "of both", "gives": "b"}], "mutual_topics": ["topic of both"], "enough": True,
}  # fmt: skip
"""What Anna and Bea said yes to, each alone and both."""


async def _servers_own(world: World, cards: dict[str, int]) -> None:
    await world.put("survey_submissions", submission_id="of nobody", payload_json={})
    profiles = [row["id"] for row, _ in world.told["profiles"][:2]]
    room = {"session_id": "anna and bea"}
    for table, values in {
        "compatibility_results": {"profile_a_id": profiles[0], "profile_b_id": profiles[1], "compatibility_score": 70},
        "compatibility_readings": {
            "profile_a_id": profiles[0], "profile_b_id": profiles[1], "reading": _READING, "submission_a": "of anna",
            "submission_b": "of bea",
        },
        "session_events": room | {"seq": 1, "at": rows.MOMENT, "type": "started", "event": {}},
        "session_links": room | {"token_hash": "t", "words": ["one"], "expires_at": rows.MOMENT},
        "session_replies": room | {"command_id": ANNA, "body_hash": b"h", "seq": 1},
        "ai_generation_logs": room | {"activity_type": "truth", "intimacy_level": "G", "prompt_text": "p"},
        "room_cards": room | {"activity_id": cards["an AI's"]},
        "erased_people": {"person": "of before"},
        "mail_outbox": {"recipient": "anna@example.org", "template": "confirm"},
        "notification_outbox": {"kind": "your_turn", "link": "/", "dedup_key": "k", "expires_at": rows.MOMENT},
        "idempotency_keys": {"caller": "anna", "key": "k", "route": "r", "body_hash": "b", "status": 200},
        "login_attempts": {"address": "192.0.2.1", "failed_since": rows.MOMENT},
        "sign_ups": {
            "token_hash": "t", "email": "new@example.org", "password_hash": "h", "adult_confirmed_at": rows.MOMENT,
            "expires_at": rows.MOMENT,
        },
        "refused_mail": {"address_hash": "h"},
        "retired_lines": {"platform": "ios", "line_id": "old"},
        "voided_transactions": {"platform": "ios", "line_id": "line of anna", "transaction_id": "t"},
        "webhook_events": {"provider": "p", "event_id": "e", "kind": "k", "occurred_at": rows.MOMENT},
        "notion_deliveries": {"id": "d"},
        "notion_handshakes": {"id": 1, "sealed": "s"},
        "ai_spending": {"day": rows.MOMENT.date(), "spent_micros": 1},
        "files_to_delete": {"place": "gone", "due_at": rows.MOMENT},
        "supabase_erasures": {"person_hash": "h", "erased_at": rows.MOMENT},
        "card_budget": {"day": rows.MOMENT.date(), "asked": 1},
        "job_runs": {"name": "a job of the matrix"},
        "secret_keys": {"key_id": "a key of the matrix", "signs_until": rows.MOMENT},
    }.items():  # fmt: skip
        await world.put(table, **values)
    for table, values in {
        "key_store": {"store": "s"}, "survey_baseline": {}, "database_lineage": {"lineage": "l"}, "bank_revision": {},
        "run_time_logins": {"kind": "web", "login": "game_web"},
    }.items():  # fmt: skip
        if not await world.connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):
            await (
                world.put(table, **values)
                if values
                else world.connection.execute(f"INSERT INTO {table} DEFAULT VALUES")
            )
    await world.connection.execute("UPDATE users SET adult_confirmed_at = now() WHERE email = 'anna@example.org'")
