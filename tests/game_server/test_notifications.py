"""What people are told when they are not looking: the list, the pushes, and who is never rung."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from game_server.integrations.push.deliveries import Deliveries
from game_server.integrations.push.vendor import Gone, Refused
from game_server.integrations.upstream import Retry
from game_server.notifications import sending
from game_server.process.keys import Keys
from game_server.sessions.seats import ASKS_AN_HOUR
from rooms.notifications.kinds import DISCREET, KINDS, Words
from storage import notifications, pushes
from storage.notifications import Told
from storage.pushes import Due
from tests.support.house import House, Person, come_anonymously, open_house, refused_fields, sign_up, tell
from tests.support.postbox import Postbox

ALWAYS = {"quiet_hours": {"from": "00:00", "to": "23:59"}}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    limits = {f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "other")}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **limits) as opened:
        yield opened


_idle: list[Person] = []
_busy: list[Person] = []


@pytest.fixture(autouse=True)
async def fresh(house) -> AsyncIterator[None]:
    """Nobody knows anybody, and nobody was told anything. Signing up takes long, so people come again in the next test."""
    yield
    await house.services.push.rest()
    house.clock.ahead = timedelta()
    tables = ("notification_outbox", "notifications", "push_notification_tokens", "partner_connections")
    for table in (*tables, "remembered_partners", "blocked_people"):
        await house.database.execute(f"DELETE FROM {table}")
    await house.database.execute("UPDATE users SET notification_preferences = '{}', email_confirmed_at = NULL")
    _idle.extend(_busy)
    _busy.clear()


@pytest.fixture
async def phone(house) -> AsyncIterator[Postbox]:
    """The vendor of iPhones, from now on."""
    box = Postbox("ios")
    house.services.push.vendors = {"ios": box}
    yield box
    await house.services.push.rest()
    house.services.push.vendors = {}


async def rest(house: House) -> None:
    """Everything that was begun is done."""
    await house.services.push.rest()


async def sweep(house: House) -> None:
    """What the timetable does every few seconds."""
    await rest(house)
    await sending.send_due(house.services)
    await rest(house)


async def somebody(house: House, *, confirmed: bool = True, device: bool = True, **preferences: Any) -> Person:
    if _idle:
        person = _idle.pop()
    else:
        person = await sign_up(house, display_name="Secretname")
        await tell(person.client, name="Secretname")
    _busy.append(person)
    if confirmed:
        await house.database.execute("UPDATE users SET email_confirmed_at = now() WHERE id = $1::text::uuid", person.id)
    if device:
        await register(person)
    if preferences:
        answer = await person.client.patch("/api/me", json={"notification_preferences": preferences})
        assert answer.status_code == 200, answer.text
    return person


async def register(person: Person, token: str | None = None) -> int:
    body = {"platform": "ios", "token": token or f"token-of-{person.id}"}
    answer = await person.client.post("/api/devices", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def ask(person: Person, recipient: str | None) -> dict[str, Any]:
    answer = await person.client.post("/api/partners/connections", json={"recipient_email": recipient})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(person: Person) -> list[dict[str, Any]]:
    return (await person.client.get("/api/notifications")).json()["items"]


async def kinds_of(person: Person) -> list[str]:
    return [item["kind"] for item in await listed(person)]


async def connected(house: House, one: Person, other: Person) -> int:
    """Both have said yes."""
    made = await ask(one, None)
    assert (
        await other.client.post("/api/partners/connections/claim", json={"token": made["token"]})
    ).status_code == 200
    for person in (other, one):
        answer = await person.client.post(f"/api/partners/connections/{made['id']}/accept")
        assert answer.status_code == 200, answer.text
    await rest(house)
    return int(made["id"])


# --- requests ----------------------------------------------------------------------------------------------------------


async def test_a_request_rings_the_owner_of_the_address_with_the_deep_link_and_without_any_name(house, phone):
    asker, owner = await somebody(house, device=False), await somebody(house)
    made = await ask(asker, owner.email.upper())
    await rest(house)
    ((device, message),) = phone.empty()
    assert (device.platform, device.token) == ("ios", f"token-of-{owner.id}")
    assert (message.kind, message.link) == ("connection_request", f"/j/{made['token']}")
    assert (message.title, message.body) == (DISCREET.title, DISCREET.body)
    assert 0 < message.ttl_s <= 300
    said = msgspec.json.encode(message).decode()
    assert [word for word in ("Secretname", asker.email, asker.id, owner.email) if word in said] == []
    (item,) = await listed(owner)
    assert (item["kind"], item["link"], item["read_at"]) == ("connection_request", "/partners", None)
    assert item["title"] == KINDS["connection_request"].words.title


async def test_the_answer_and_what_is_written_do_not_tell_whether_the_address_has_an_account(house, phone):
    asker, owner, unconfirmed = (
        await somebody(house, device=False),
        await somebody(house),
        await somebody(house, confirmed=False),
    )
    answers = [await ask(asker, address) for address in (owner.email, unconfirmed.email, "nobody@example.com")]
    assert {tuple(sorted(answer)) for answer in answers} == {tuple(sorted(answers[0]))}
    await rest(house)
    assert [device.token for device, _ in phone.empty()] == [f"token-of-{owner.id}"]
    assert await kinds_of(unconfirmed) == []


async def test_what_a_request_writes_is_the_same_for_every_address_until_it_is_looked_up(house):
    asker, owner = await somebody(house, device=False), await somebody(house)
    held = house.services.push.vendors, house.services.push.begin
    house.services.push.begin = lambda *_: None
    try:
        tokens = [(await ask(asker, address))["token"] for address in (owner.email, "nobody@example.com")]
    finally:
        house.services.push.begin = held[1]
    written = await house.database.fetch(
        "SELECT kind, user_id, device_id, link, done_at FROM notification_outbox WHERE from_user_id = $1::text::uuid",
        asker.id,
    )
    assert len(written) == 2
    assert {(*row[:3], row[4]) for row in written} == {("connection_request", None, None, None)}
    assert len({len(row["link"]) for row in written}) == 1
    assert [row for row in written for token in tokens if token in row["link"]] == []
    await sweep(house)
    assert await kinds_of(owner) == ["connection_request"]
    assert not await house.database.fetchval(
        "SELECT count(*) FROM notification_outbox WHERE from_user_id = $1::text::uuid AND device_id IS NULL", asker.id
    )


async def test_a_link_that_was_made_anew_rings_again_and_the_list_has_one_line(house, phone):
    asker, owner = await somebody(house, device=False), await somebody(house)
    body, headers = {"recipient_email": owner.email}, {"Idempotency-Key": f"again-{owner.id}"}
    made = [(await asker.client.post("/api/partners/connections", json=body, headers=headers)).json() for _ in range(2)]
    await sweep(house)
    assert made[0]["id"] == made[1]["id"]
    sent = phone.empty()
    assert sent[-1][1].link == f"/j/{made[1]['token']}"
    assert len({message.collapse_key for _, message in sent}) == 1
    assert await kinds_of(owner) == ["connection_request"]


async def test_a_request_that_ran_out_or_was_taken_back_is_not_in_the_list_any_more(house, phone):
    asker, owner, other = await somebody(house, device=False), await somebody(house), await somebody(house)
    await ask(asker, owner.email)
    made = await ask(asker, other.email)
    await rest(house)
    assert await kinds_of(owner) == await kinds_of(other) == ["connection_request"]
    await asker.client.post(f"/api/partners/connections/{made['id']}/cancel")
    assert await kinds_of(other) == []
    house.clock.ahead = timedelta(seconds=301)
    assert await kinds_of(owner) == []


async def test_nobody_rings_whoever_has_blocked_them_and_the_answer_is_as_ever(house, phone):
    asker, owner = await somebody(house), await somebody(house)
    await connected(house, asker, owner)
    assert (await owner.client.post(f"/api/partners/blocked/{asker.id}")).status_code == 201
    phone.empty()
    await ask(asker, owner.email)
    await sweep(house)
    assert phone.empty() == []
    assert await listed(owner) == []


async def test_what_was_queued_before_somebody_was_blocked_does_not_ring(house, phone):
    asker, owner = await somebody(house), await somebody(house)
    await connected(house, asker, owner)
    phone.empty()
    phone.answers.append(Retry("down"))
    await owner.client.post("/api/sessions", json={"partner": {"user_id": asker.id}})
    await rest(house)
    assert len(phone.empty()) == 1
    await asker.client.post(f"/api/partners/blocked/{owner.id}")
    house.clock.ahead = timedelta(seconds=20)
    await sweep(house)
    assert phone.empty() == []


async def test_the_numbers_in_ones_own_list_do_not_count_what_others_were_told(house):
    asker, owner = await sign_up(house, display_name="Secretname"), await somebody(house, device=False)
    numbers = []
    for turn in range(3):  # between two of the asker's own lines somebody else gets one, or nobody
        async with house.services.database.as_service() as connection:
            about = f"thing:{turn}"
            told = Told(kind="later_kind", user_id=asker.id, from_user_id=None, about=about, link="/", worth_s=3600)
            assert await notifications.tell(connection, told)
        numbers.append((await listed(asker))[0]["id"])
        await ask(asker, owner.email if turn % 2 else f"nobody-{turn}@example.org")
        await sweep(house)
    apart = [later - earlier for earlier, later in pairwise(numbers)]
    assert min(map(abs, apart)) > 1000
    assert all(0 < number < 2**53 for number in numbers)


# --- answers -----------------------------------------------------------------------------------------------------------


async def test_a_claim_a_yes_and_a_no_are_told_to_the_other_side_once(house, phone):
    one, other, third = [await somebody(house) for _ in range(3)]
    connection = await connected(house, one, other)
    told = [(device.token, message.kind) for device, message in phone.empty()]
    assert told == [(f"token-of-{one.id}", "connection_claimed"), (f"token-of-{other.id}", "connection_accepted")]
    made = await ask(one, third.email)
    await rest(house)
    phone.empty()
    for _ in range(2):
        await third.client.post(f"/api/partners/connections/{made['id']}/decline")
    await sweep(house)
    assert [(device.token, message.kind, message.link) for device, message in phone.empty()] == [
        (f"token-of-{one.id}", "connection_declined", "/partners")
    ]
    assert await kinds_of(one) == ["connection_declined", "connection_claimed"]
    assert await kinds_of(other) == ["connection_accepted"]
    ended = await other.client.post(f"/api/partners/connections/{connection}/disconnect")
    assert ended.status_code == 200
    assert (await kinds_of(one), await kinds_of(other)) == (["connection_declined"], [])


async def test_a_vendor_cannot_tell_that_two_phones_are_told_of_the_same_game_nor_what_it_is_about(house, phone):
    one, other = await somebody(house), await somebody(house)
    session_id = "00000000-0000-4000-8000-00000000000b"
    async with house.services.database.as_service() as connection:
        for person in (one, other):
            told = Told(
                kind="later_kind", user_id=person.id, from_user_id=None, about=f"thing:{session_id}", link="/",
                worth_s=3600, session_id=session_id,
            )  # fmt: skip
            assert await notifications.tell(connection, told)
    await sweep(house)
    keys = [message.collapse_key for _, message in phone.empty()]
    assert len(keys) == len(set(keys)) == 2
    guessed = sha256(f"later_kind:{session_id}".encode()).hexdigest()
    assert [key for key in keys if key in guessed] == []


async def test_a_partner_who_is_asked_to_play_finds_it_by_push(house, phone):
    one, other = await somebody(house), await somebody(house, push="normal")
    await connected(house, one, other)
    phone.empty()
    opened = await one.client.post("/api/sessions", json={"partner": {"user_id": other.id}})
    await rest(house)
    ((device, message),) = phone.empty()
    assert device.token == f"token-of-{other.id}"
    assert (message.kind, message.link) == ("session_asked", f"/room/{opened.json()['session_id']}")
    assert message.title == KINDS["session_asked"].words.title


async def test_asking_over_and_over_to_play_rings_no_more_than_a_few_times_an_hour(house, phone):
    one, other = await somebody(house), await somebody(house)
    await connected(house, one, other)
    phone.empty()
    for _ in range(ASKS_AN_HOUR + 2):
        opened = await one.client.post("/api/sessions", json={"partner": {"user_id": other.id}})
        assert opened.status_code == 201, opened.text
    await sweep(house)
    assert len(phone.empty()) == ASKS_AN_HOUR
    assert (await kinds_of(other)).count("session_asked") == ASKS_AN_HOUR


async def test_erasing_somebody_takes_what_others_were_told_of_them(house, phone):
    one, other = await somebody(house), await somebody(house)
    await connected(house, one, other)
    phone.answers.append(Retry("down"))
    await one.client.post("/api/sessions", json={"partner": {"user_id": other.id}})
    await rest(house)
    phone.empty()
    assert (await one.client.delete("/api/me")).status_code == 204
    _busy.remove(one)
    house.clock.ahead = timedelta(minutes=1)
    await sweep(house)
    assert phone.empty() == []
    assert await listed(other) == []
    for table in ("notifications", "notification_outbox", "push_notification_tokens"):
        assert one.id not in str(await house.database.fetch(f"SELECT t::text FROM {table} t"))


# --- preferences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preferences", [{"push": "off"}, {"connection_request": False}, ALWAYS])
async def test_who_wants_no_push_of_it_finds_it_in_the_list(house, phone, preferences):
    asker, owner = await somebody(house, device=False), await somebody(house, **preferences)
    await ask(asker, owner.email)
    await sweep(house)
    assert phone.empty() == []
    assert await kinds_of(owner) == ["connection_request"]


async def test_quiet_hours_delay_what_is_still_worth_something_then(house, phone):
    one, other = await somebody(house), await somebody(house)
    await connected(house, one, other)
    phone.empty()
    now = house.clock.now()
    hours = {"from": f"{now - timedelta(hours=1):%H:%M}", "to": f"{now + timedelta(hours=3):%H:%M}"}
    await other.client.patch("/api/me", json={"notification_preferences": {"quiet_hours": hours, "time_zone": "UTC"}})
    await one.client.post("/api/sessions", json={"partner": {"user_id": other.id}})
    await sweep(house)
    assert phone.empty() == []
    house.clock.ahead = timedelta(hours=3, minutes=1)
    await house.database.execute("UPDATE logins SET expires_at = now() + interval '30 days'")
    await sweep(house)
    assert [message.kind for _, message in phone.empty()] == ["session_asked"]


async def test_what_was_chosen_counts_as_it_is_when_the_push_goes_out(house, phone):
    asker, owner = await somebody(house, device=False), await somebody(house)
    phone.answers.append(Retry("down"))
    await ask(asker, owner.email)
    await rest(house)
    phone.empty()
    await owner.client.patch("/api/me", json={"notification_preferences": {"push": "off"}})
    house.clock.ahead = timedelta(seconds=20)
    await sweep(house)
    assert phone.empty() == []


async def test_preferences_of_an_older_time_are_no_obstacle(house, phone):
    asker, owner = await somebody(house, device=False), await somebody(house)
    await house.database.execute(
        "UPDATE users SET notification_preferences = $2 WHERE id = $1::text::uuid",
        *(owner.id, '{"push": {"old": true}, "quiet_hours": "always", "time_zone": "Mars/Olympus", "your_turn": "no"}'),
    )
    await ask(asker, owner.email)
    await sweep(house)
    assert [message.title for _, message in phone.empty()] == [DISCREET.title]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"push": "loud"}, "push"),
        ({"quiet_hours": {"from": "22:00", "to": "25:00"}}, "quiet_hours"),
        ({"time_zone": "Europe"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"your_turn": "never"}, "your_turn"),
    ],
)
async def test_a_choice_that_means_nothing_is_refused_by_its_name(house, sent, field):
    person = await somebody(house, device=False)
    answer = await person.client.patch("/api/me", json={"notification_preferences": sent})
    assert refused_fields(answer) == {f"notification_preferences.{field}"}


@given(
    kind=st.one_of(st.sampled_from(sorted(KINDS)), st.text(max_size=20)),
    style=st.sampled_from(["discreet", "normal"]),
    session_id=st.none() | st.uuids().map(str),
    token=st.text(min_size=5),
    number=st.integers(1, 2**40),
)
def test_whatever_is_pushed_a_screen_shows_fixed_words_and_nothing_of_anybody(kind, style, session_id, token, number):
    now = datetime(2026, 11, 29, tzinfo=UTC)
    push = Due(
        id=number,
        kind=kind,
        user_id="00000000-0000-4000-8000-00000000000a",
        device_id=1,
        platform="ios",
        token=token,
        session_id=session_id,
        seat="A" if session_id else None,
        connection_id=None if session_id else number,
        bond_id=None,
        row_id=None,
        link="/room/x",
        attempts=1,
        expires_at=now + timedelta(hours=1),
        preferences={},
        language="en",
        stands=True,
    )
    keys = Keys("a secret of tests, long enough for it")
    shown = sending.message(keys, push, style, now, push.link)
    elsewhere = sending.message(keys, msgspec.structs.replace(push, device_id=2), style, now, push.link)
    assert shown.collapse_key != elsewhere.collapse_key
    assert Words(shown.title, shown.body) in {DISCREET, *(known.words for known in KINDS.values())}
    assert (shown.link, shown.ttl_s) == ("/room/x", 3600)
    assert re.fullmatch(r"[0-9a-f]{32}", shown.collapse_key)


# --- sending -----------------------------------------------------------------------------------------------------------


async def told_something(house: House, person: Person, about: str = "thing:1") -> None:
    """Committed, and nobody has begun to send it: as after a kill between the two."""
    async with house.services.database.as_service() as connection:
        assert await notifications.tell(
            connection,
            Told(kind="later_kind", user_id=person.id, from_user_id=None, about=about, link="/", worth_s=3600),
        )


async def test_where_the_process_dies_after_the_commit_the_sweep_sends(house, phone):
    person = await somebody(house)
    await told_something(house, person)
    assert phone.sent == []
    await sweep(house)
    assert len(phone.empty()) == 1
    await sweep(house)
    assert phone.empty() == []


async def test_where_the_process_dies_while_it_sends_the_row_comes_again_when_its_lease_is_over(house, phone):
    person = await somebody(house)
    await told_something(house, person)
    now = house.clock.now()
    async with house.services.database.as_service() as connection:
        lease = now + timedelta(seconds=pushes.LEASE_S)
        assert len(await pushes.take_due(connection, ["ios"], now=now, lease_until=lease, most=9)) == 1
    await sweep(house)
    assert phone.empty() == []
    house.clock.ahead = timedelta(seconds=pushes.LEASE_S + 1)
    await sweep(house)
    assert len(phone.empty()) == 1


async def test_phones_whose_service_takes_its_time_hold_up_nobody_elses(house, phone):
    slow, other = await somebody(house, device=False), await somebody(house)
    for number in range(sending.AT_ONCE):
        await register(slow, f"slow-{number}-of-{slow.id}")
    for number in range(2):
        await told_something(house, slow, f"thing:{number}")
    await told_something(house, other)
    phone.held = asyncio.Event()
    await sending.send_due(house.services)
    async with asyncio.timeout(5):
        while f"token-of-{other.id}" not in [device.token for device, _ in phone.sent]:
            await phone.came.wait()
    assert len(phone.sent) < 2 * sending.AT_ONCE
    phone.held.set()
    await rest(house)
    await sweep(house)
    assert len(phone.empty()) == 2 * sending.AT_ONCE + 1


async def test_two_processes_never_send_the_same_row(house, phone):
    people = [await somebody(house) for _ in range(3)]
    for person in people:
        for number in range(15):
            await told_something(house, person, f"thing:{number}")
    others = [msgspec.structs.replace(house.services, push=Deliveries({"ios": phone})) for _ in range(4)]
    await asyncio.gather(*(sending.send_due(services) for services in others))
    await asyncio.gather(*(services.push.rest() for services in others))
    sent = phone.empty()
    assert len(sent) == 45
    assert {device.token for device, _ in sent} == {f"token-of-{person.id}" for person in people}


async def test_the_same_thing_is_told_once_and_a_newer_version_makes_its_line_new(house):
    person = await somebody(house, device=False)

    async def say(version: int) -> bool:
        told = Told(
            kind="your_turn", user_id=person.id, from_user_id=None, about="turn:x", version=version, link="/", worth_s=9
        )
        async with house.services.database.as_service() as connection:
            return await notifications.tell(connection, told)

    assert [await say(3), await say(3), await say(2)] == [True, False, False]
    await person.client.post("/api/notifications/read", json={})
    assert await say(7)
    (item,) = await listed(person)
    assert item["read_at"] is None


async def test_a_vendor_that_is_down_is_tried_again_later_and_in_the_end_given_up(house, phone):
    person = await somebody(house)
    phone.answers.extend([Retry("http_500"), RuntimeError("a bug"), Retry("http_429", after_s=500.0)])
    await told_something(house, person)
    for ahead, tries in ((0, 1), (1, 0), (4, 1), (20, 1), (400, 0), (800, 1), (900, 0)):
        house.clock.ahead = timedelta(seconds=ahead)
        await sweep(house)
        assert (ahead, len(phone.empty())) == (ahead, tries)
    phone.answers.extend([Retry("http_503")] * 99)
    await told_something(house, person, "thing:2")
    for ahead in range(900, 900 + 3601, 300):
        house.clock.ahead = timedelta(seconds=ahead)
        await sweep(house)
    assert 5 < len(phone.empty()) < 14
    row = await house.database.fetchrow(
        "SELECT done_at, outcome FROM notification_outbox WHERE user_id = $1::text::uuid ORDER BY id DESC LIMIT 1",
        person.id,
    )
    assert row["done_at"]
    assert row["outcome"] in ("late http_503", "late")


async def test_a_token_that_nobody_has_any_more_is_removed_unless_it_was_registered_since(house, phone):
    person = await somebody(house)
    phone.answers.append(Gone(since=house.clock.now() - timedelta(hours=1)))
    await told_something(house, person)
    await sweep(house)
    assert len((await person.client.get("/api/devices")).json()["items"]) == 1
    phone.answers.append(Gone())
    await told_something(house, person, "thing:2")
    await sweep(house)
    assert (await person.client.get("/api/devices")).json()["items"] == []


async def test_what_a_vendor_refuses_for_good_is_not_tried_again_and_the_token_stays(house, phone):
    person = await somebody(house)
    phone.answers.append(Refused("topic"))
    await told_something(house, person)
    await sweep(house)
    house.clock.ahead = timedelta(minutes=20)
    await sweep(house)
    house.clock.ahead = timedelta()
    assert len(phone.empty()) == 1
    assert len((await person.client.get("/api/devices")).json()["items"]) == 1


async def test_a_link_is_not_kept_once_it_is_sent(house, phone):
    asker, owner = await somebody(house, device=False), await somebody(house)
    made = await ask(asker, owner.email)
    await rest(house)
    assert len(phone.empty()) == 1
    kept = await house.database.fetch(
        "SELECT o::text FROM notification_outbox o UNION ALL SELECT n::text FROM notifications n"
    )
    assert [row for row in kept if made["token"] in row[0]] == []


async def test_what_is_not_worth_sending_any_more_is_forgotten(house):
    person = await somebody(house)
    await told_something(house, person)
    house.clock.ahead = timedelta(hours=2)
    await sending.forget_old(house.services)
    house.clock.ahead = timedelta()
    assert not await house.database.fetchval(
        "SELECT count(*) FROM notification_outbox WHERE user_id = $1::text::uuid", person.id
    )
    assert await kinds_of(person) == []


# --- devices -----------------------------------------------------------------------------------------------------------


async def test_another_account_on_the_same_phone_takes_the_token_over(house, phone):
    before, after = await somebody(house, device=False), await somebody(house, device=False)
    first = await register(before, "one-phone")
    await told_something(house, before)
    assert await register(after, "one-phone") != first
    await told_something(house, before, "thing:2")
    await told_something(house, after, "thing:3")
    await sweep(house)
    assert len(phone.empty()) == 1
    assert (await before.client.get("/api/devices")).json()["items"] == []


async def test_a_phone_whose_login_has_ended_gets_no_more(house, phone):
    person = await somebody(house)
    again = await house.client().post("/api/auth/login", json={"email": person.email, "password": "correct horse"})
    other = house.client(again.json()["access_token"])
    await other.post("/api/devices", json={"platform": "ios", "token": f"second-{person.id}"})
    await person.client.post("/api/auth/logout")
    _busy.remove(person)
    await told_something(house, person)
    await sweep(house)
    assert [device.token for device, _ in phone.empty()] == [f"second-{person.id}"]


async def test_a_device_is_registered_once_listed_without_its_token_and_removed_by_its_owner(house):
    person, stranger = await somebody(house, device=False), await somebody(house, device=False)
    number = await register(person)
    assert await register(person) == number
    answer = await person.client.get("/api/devices")
    (item,) = answer.json()["items"]
    assert set(item) == {"id", "platform", "created_at", "updated_at"}
    assert "token-of" not in answer.text
    for who, status in ((stranger, 404), (person, 204), (person, 404)):
        assert (await who.client.delete(f"/api/devices/{number}")).status_code == status
    assert (await person.client.delete("/api/devices/99999999999999999999")).status_code == 404


async def test_devices_of_one_person_are_bounded(house):
    person = await somebody(house, device=False)
    numbers = [await register(person, f"{person.id}-{number}") for number in range(22)]
    kept = {item["id"] for item in (await person.client.get("/api/devices")).json()["items"]}
    assert kept == set(numbers[2:])


async def test_the_list_is_ones_own_comes_in_pages_is_bounded_and_marked_as_read(house):
    person, stranger = await somebody(house, device=False), await somebody(house, device=False)
    for number in range(104):
        await told_something(house, person, f"thing:{number}")
    items, cursor = [], None
    while cursor or not items:
        page = (
            await person.client.get(
                "/api/notifications", params={"limit": 40, "cursor": cursor} if cursor else {"limit": 40}
            )
        ).json()
        items, cursor = items + page["items"], page["next_cursor"]
    assert len({item["id"] for item in items}) == 100
    assert [item["created_at"] for item in items] == sorted((item["created_at"] for item in items), reverse=True)
    assert await listed(stranger) == []
    first = items[0]["id"]
    assert (await stranger.client.post("/api/notifications/read", json={"ids": [first]})).status_code == 204
    assert (await listed(person))[0]["read_at"] is None
    assert (await person.client.post("/api/notifications/read", json={"ids": [first]})).status_code == 204
    assert [item["read_at"] is not None for item in (await listed(person))[:2]] == [True, False]
    assert (await person.client.post("/api/notifications/read", json={})).status_code == 204
    assert all(item["read_at"] for item in await listed(person))


async def test_players_without_an_account_have_neither_devices_nor_a_list(house):
    guest = await come_anonymously(house)
    for method, path, body in (
        ("GET", "/api/notifications", None),
        ("POST", "/api/devices", {"platform": "ios", "token": "x"}),
        ("GET", "/api/devices/web-key", None),
    ):
        assert (await guest.client.request(method, path, json=body)).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"platform": "fax", "token": "x"},
        {"platform": "ios"},
        {"platform": "ios", "token": ""},
        {"platform": "ios", "token": "a\0"},
    ],
)
async def test_what_is_no_device_is_refused(house, body):
    person = await somebody(house, device=False)
    assert (await person.client.post("/api/devices", json=body)).status_code == 422
