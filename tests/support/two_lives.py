"""Two people of whom there is a row in every table that may hold one of theirs, each with a mark in everything."""

from uuid import UUID

import msgspec

from game_server.accounts import unasked
from game_server.accounts.actions import counted_by
from rooms.sessions import events
from storage.export_catalog_bonds import NOT_SHOWN_OF_BONDS
from tests.storage import rows
from tests.storage.bonds_world import MADE_BY_ITSELF, World, columns_of, made_by_migrations
from tests.support.house import House, Person, let_in, tell
from tests.support.marked import Marks, mark

Couple = tuple[Person, Person, Marks]


async def whole(house: House, name: str, topic: str) -> Person:
    """Somebody with an account, a profile and a survey."""
    person = await let_in(house)
    assert (await tell(person.client, name=name, gender=f"{name} gender", adult=True)).status_code == 200
    submitted = await person.client.post("/api/survey/submit", json={"answers": {"A1": 5, topic: "Y", "C1": []}})
    assert submitted.status_code == 200, submitted.text
    return person


async def connected(one: Person, other: Person) -> int:
    made = (await one.client.post("/api/partners/connections", json={})).json()
    await other.client.post("/api/partners/connections/claim", json={"token": made["token"]})
    for side in (other, one):
        assert (await side.client.post(f"/api/partners/connections/{made['id']}/accept")).status_code == 200
    return int(made["id"])


async def a_game(house: House, one: Person, other: Person) -> str:
    """Over, with a card, feedback of both, a skip and a pause; the causes say whose doing that was."""
    free = {"rules": {"note": f"note of {one.id}"}}
    opened = await one.client.post("/api/sessions", json={"partner": {"link": True}, "settings": free})
    await other.client.post("/api/sessions/join", json={"token": opened.json()["join"]["token"]})
    game = opened.json()["session_id"]
    card = events.ShownCard(
        activity_id=None, type="truth", rating="G", intensity=1, steps=(events.Step("A", "Ask {partner}"),), active="A",
        partner="B", boundaries=(), preference_keys=(), source="bank", phase="warm", seq_no=1, relaxed="RELAXED",
    )  # fmt: skip
    told = [
        events.CardShown(turn=1, card=card, remaining=7, charged_on="2026-11-01"),
        events.CardReplaced(turn=1, card=card, consecutive_skips=1),
        events.FeedbackGiven(turn=1, by="A", feedback="like", executed=True),
        events.FeedbackGiven(turn=1, by="B", feedback="dislike", executed=False),
        events.Paused(),
    ]
    head = await house.database.fetchval("SELECT head FROM sessions WHERE session_id = $1", game)
    for seq, event in enumerate(told, start=head + 1):
        kind = msgspec.to_builtins(event)["t"]
        await rows.insert(
            house.database, "session_events", session_id=game, seq=seq, at=house.clock.now(), type=kind,
            event=msgspec.to_builtins(event), cause={"command": {"seat": f"SEAT OF {other.id}"}},
        )  # fmt: skip
    await rows.insert(
        house.database, "session_activities", session_id=game, seq=1, type="truth", rating="G", intensity=1,
        script={"steps": [{"actor": "A", "do": "Ask {partner}"}]}, roles={"active_player": "A"}, source="bank",
        checks={"relaxed": "RELAXED"},
    )  # fmt: skip
    await house.database.execute(
        "UPDATE sessions SET status = 'completed', head = $2, current_step = 1 WHERE session_id = $1",
        *(game, head + len(told)),
    )
    for person in (one, other):
        kept = await person.client.put(f"/api/sessions/{game}/note", json={"text": f"Note of {person.id}"})
        assert kept.status_code == 200, kept.text
    return game


async def rows_beside(house: House, person: Person, other: Person, stranger: Person, game: str) -> None:
    """A row of this person in every table that they may have one in, where nothing has made one yet."""
    me, them, database = UUID(person.id), UUID(other.id), house.database
    at, line = house.clock.now(), f"line of {person.id}"
    address = counted_by(house.services, person.email)[0]
    await rows.insert(database, "login_attempts", address=address, failed_since=at, failed_count=3)
    await rows.insert(database, "refused_mail", address_hash=unasked.address_hash(person.email))
    await rows.insert(database, "survey_progress", user_id=me, survey_version="0.3", answers={})
    await rows.insert(database, "blocked_people", user_id=me, blocked_user_id=UUID(stranger.id), name="")
    await rows.shown(database, game, None, user_id=me)
    await rows.insert(database, "notifications", user_id=me, from_user_id=them, kind="", about="", link="")
    device = await rows.insert(database, "push_notification_tokens", user_id=me, device_token=person.id, platform="ios")
    await rows.insert(
        database, "notification_outbox", dedup_key=person.id, kind="", user_id=me, from_user_id=them, device_id=device["id"],
        link="", expires_at=at,
    )  # fmt: skip
    await rows.insert(
        database, "one_time_tokens", token_hash=person.id, user_id=me, purpose="confirm_email", expires_at=at
    )
    await rows.insert(database, "mail_outbox", recipient=person.email, template="")
    await rows.insert(
        database, "subscription_lines", platform="ios", line_id=line, user_id=me, reference="", transaction_id="", product_id="",
        tier="premium", state="active", shared=False, started_at=at, expires_at=at, environment="sandbox", as_of=at, renews=True,
        amount=5, currency="",
    )  # fmt: skip
    await rows.insert(database, "retired_lines", platform="ios", line_id=line)
    await rows.insert(database, "voided_transactions", platform="ios", line_id=line, transaction_id="")
    await rows.insert(
        database, "subscription_transactions", user_id=me, platform="ios", platform_transaction_id=person.id,
        subscription_tier="", amount=5, started_at=at, expires_at=at, line_id=line,
    )  # fmt: skip
    card = await rows.activity(database, source="user_submitted")
    await rows.insert(database, "couple_cards", activity_id=card, writer_id=me, partner_id=them)


async def marked(house: House, who: str, person: Person) -> Marks:
    """Every column of theirs that takes any value says whose and which it is."""
    me, database = UUID(person.id), house.database
    address = counted_by(house.services, person.email)[0]
    marks: Marks = await mark(database, who, "users", "id = $1", me)
    by_user = (
        "credentials", "profiles", "survey_progress", "remembered_partners", "blocked_people", "user_activity_history",
        "notifications", "push_notification_tokens", "notification_outbox", "logins", "one_time_tokens", "subscription_lines",
        "subscription_transactions", "session_seats", "session_notes",
    )  # fmt: skip
    for table in by_user:
        marks |= await mark(database, who, table, "user_id = $1", me)
    in_ledger = "person = (SELECT p.person FROM consent_people p WHERE p.user_id = $1)"
    marks |= await mark(database, who, "consent_ledger", in_ledger, me)
    own_lines = "line_id IN (SELECT l.line_id FROM subscription_lines l WHERE l.user_id = $1)"
    own_cards = "activity_id IN (SELECT k.activity_id FROM couple_cards k WHERE k.writer_id = $1)"
    marks |= await mark(database, who, "retired_lines", own_lines, me)
    marks |= await mark(database, who, "voided_transactions", own_lines, me)
    marks |= await mark(database, who, "activities", own_cards, me)
    marks |= await mark(database, who, "couple_cards", "writer_id = $1", me)
    marks |= await mark(database, who, "login_attempts", "address = $1", address)
    marks |= await mark(database, who, "refused_mail", "address_hash = $1", unasked.address_hash(person.email))
    marks |= await mark(database, who, "mail_outbox", "recipient = $1", person.email)
    submission = "submission_id = (SELECT p.submission_id FROM profiles p WHERE p.user_id = $1)"
    marks |= await mark(database, who, "survey_submissions", submission, me)
    return marks


SHARED = ("bonds", "bond_settings")
APART = frozenset({"bond_changes", "bond_members", *SHARED, *NOT_SHOWN_OF_BONDS})


async def a_bond(house: House, one: Person, other: Person) -> Marks:
    """A bond of both in which each has a row in every table of bonds, marked; of what each may share nothing is."""
    made = (await one.client.post("/api/bonds", json={"name": "Ours"})).json()
    database, both, marks = house.database, (UUID(one.id), UUID(other.id)), Marks()
    world = World(database, both)
    world.bond = UUID(made["id"])
    async with database.transaction():
        await database.execute("SELECT set_config('app.moment', $1, true)", house.clock.now().isoformat())
        await world.speak_as(both[1])
        await rows.insert(database, "bond_members", bond_id=world.bond, user_id=both[1])
        for table in [table for tables in made_by_migrations().values() for table in tables]:
            world.tables[table] = await columns_of(database, table)
        for person in both:
            row = await database.fetchrow("SELECT * FROM bond_members WHERE user_id = $1", person)
            assert row
            world.first["bond_members", person] = row
            await world.speak_as(person)
            for table in world.in_order():
                if table not in MADE_BY_ITSELF:
                    await world.put(table, person)
        await database.execute("SET LOCAL session_replication_role = replica")
        shared_by = {"resources": "shared_with_partner", "journal_entries": "is_shared", "scene_debriefs": "is_shared"}
        for table, column in shared_by.items():
            await database.execute(f"UPDATE {table} SET {column} = false")
    for who, person in zip(("Ana", "Ben"), both, strict=True):
        marks |= await mark(database, who, "bond_members", "user_id = $1", person)
        for (table, owner), row in world.first.items():
            if owner == person and table not in APART:
                key = next(
                    name for name in ("id", "boundary_id", "scene_id", "event_id", "task_id", "place") if name in row
                )
                whose = " AND user_id = $2" if key != "id" and "user_id" in row else ""
                marks |= await mark(database, who, table, f"{key} = $1{whose}", row[key], *([person] if whose else []))
    for table, key in zip(SHARED, ("id", "bond_id"), strict=True):
        marks |= await mark(database, "both", table, f"{key} = $1", world.bond)
    return marks


async def two_lives(house: House) -> Couple:
    """What both own (a game with its link and log, their connection) is marked as "both"."""
    ana, ben = await whole(house, "Ana", "B1a"), await whole(house, "Ben", "B2a")
    connection = await connected(ana, ben)
    game = await a_game(house, ana, ben)
    stranger = await let_in(house)
    for one, other in ((ana, ben), (ben, ana)):
        await rows_beside(house, one, other, stranger, game)
    marks = await a_bond(house, ana, ben) | await marked(house, "Ana", ana) | await marked(house, "Ben", ben)
    for table in ("sessions", "session_links", "session_activities", "session_events"):
        marks |= await mark(house.database, "both", table, "session_id = $1", game)
    marks |= await mark(house.database, "both", "partner_connections", "id = $1", connection)
    return ana, ben, marks
