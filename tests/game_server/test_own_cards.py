"""Cards that a couple writes for itself: whose they are, when they come, and that nobody else ever sees or learns of them."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from game_server.cards import actions as own_cards
from game_server.sessions.actions import play
from rooms.sessions.commands import Choose, Complete, Feedback, Ready
from storage import couple_cards
from storage.sessions import load_facts
from tests.support.house import House, come_anonymously, let_in, open_house, tell

CARDS = "/api/cards"
MASSAGE = "Massage your partner's shoulders for the length of one song."
LAUGH = "Tell your partner what made you laugh this week."
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path_factory.mktemp("house"), limit_register="1000/60", limit_claims="1000/60",
        limit_other="100000/60",
    ) as opened:  # fmt: skip
        await opened.database.execute("UPDATE activities SET is_active = false")  # so that one's own come
        yield opened


async def person(house, name):
    made = await let_in(house)
    assert (await tell(made.client, name=name, adult=True)).status_code == 200
    return made


async def connect(one, other):
    made = (await one.client.post("/api/partners/connections", json={})).json()
    await other.client.post("/api/partners/connections/claim", json={"token": made["token"]})
    for side in (other, one):
        done = await side.client.post(f"/api/partners/connections/{made['id']}/accept")
        assert done.status_code == 200, done.text
    return made["id"]


async def couple(house):
    ann, bob = await person(house, "Ann"), await person(house, "Bob")
    return ann, bob, await connect(ann, bob)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pair(house):
    """Ann and Bob, whom tests may use that leave them connected."""
    ann, bob, _ = await couple(house)
    return ann, bob


def body_for(partner, *texts, kind="truth", rating="G", tags=()):
    steps = [{"actor": "AB"[number], "do": text} for number, text in enumerate(texts or (LAUGH,))]
    return {"partner_user_id": partner.id, "type": kind, "rating": rating, "steps": steps, "tags": list(tags)}


def post(one, partner, *texts, key=None, **about):
    headers = {"Idempotency-Key": key} if key else {}
    return one.client.post(CARDS, json=body_for(partner, *texts, **about), headers=headers)


async def write(one, partner, *texts, **about):
    written = await post(one, partner, *texts, **about)
    assert written.status_code == 201, written.text
    return written.json()


def approve(one, card):
    return one.client.post(f"{CARDS}/{card['id']}/approve")


async def agreed(one, other, *texts, **about):
    """A card of both."""
    card = await write(one, other, *texts, **about)
    assert (await approve(other, card)).status_code == 200
    return card


async def agreed_before(house, one, other, *texts, **about):
    """The same, agreed to before limits changed that keep it away now."""
    card = await write(one, other, *texts, **about)
    async with house.services.database.as_service() as db:
        assert await couple_cards.approve(db, card["id"], other.id)
    return card


async def listed(one, **params):
    answer = await one.client.get(CARDS, params=params)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


async def room(one, other, **settings):
    made = await one.client.post("/api/sessions", json={"settings": settings, "partner": {"link": True}})
    joined = await other.client.post("/api/sessions/join", json={"token": made.json()["join"]["token"]})
    assert joined.status_code == 200, joined.text
    return made.json()["session_id"]


async def own_of(house, session_id):
    """The texts of the cards that come into this room's draws beside the bank."""
    async with house.services.database.reading() as connection:
        facts = await load_facts(connection, [session_id], daily_limit=25)
    return {card.steps[0].do for card in facts[session_id].own_cards}


async def state(one, session_id):
    return (await one.client.get(f"/api/sessions/{session_id}")).json()["state"]


async def shown(house, one, session_id, kind="truth"):
    """A card on screen, chosen for by whose turn it is: the room's state."""
    fresh, services = house.services.dice.fresh_id, house.services
    if (await state(one, session_id))["phase"] == "lobby":
        for seat in ("A", "B"):
            await play(services, session_id, seat, Ready(id=fresh()))
    now = await state(one, session_id)
    if now["phase"] == "choosing":
        await play(services, session_id, now["active"], Choose(id=fresh(), on=now["turn_seq"], type=kind))
    return await state(one, session_id)


async def test_to_a_card_that_ones_own_limits_keep_away_nobody_says_yes_and_the_writer_hears_nothing(house):
    ann, bob, _ = await couple(house)
    texts = "Give your partner a slow massage of both hands while a song plays."
    card = await write(ann, bob, texts, kind="dare", rating="R", tags=["hardBoundaryDegrade"])
    before = (await ann.client.get(CARDS)).json()
    limits = {"hard_limits": ["hardBoundaryDegrade"]}
    assert (await bob.client.patch("/api/profile/boundaries", json=limits)).status_code == 200
    refused = await approve(bob, card)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "wrong_state")
    assert (await ann.client.get(CARDS)).json() == before


def refused_alike(*answers):
    assert {answer.status_code for answer in answers} == {404}
    errors = [answer.json()["error"] for answer in answers]
    assert len({json.dumps({**error, "request_id": ""}) for error in errors}) == 1


class TestWriting:
    async def test_the_writer_and_the_partner_see_the_card_with_what_its_words_touch(self, pair):
        ann, bob = pair
        card = await write(ann, bob, MASSAGE, "Say softer or firmer.", kind="dare", rating="R", tags=["apart"])
        assert (card["status"], card["written_by"], card["partner_user_id"]) == ("waiting", "me", bob.id)
        assert card["tags"] == ["massage", "apart"]
        (theirs,) = [each for each in (await bob.client.get(CARDS)).json()["items"] if each["id"] == card["id"]]
        assert theirs == {**card, "written_by": "partner", "partner_user_id": ann.id}
        yes = (await approve(bob, card)).json()
        assert (yes["status"], yes["approved_at"] is not None) == ("approved", True)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"rating": "G", "steps": [{"actor": "A", "do": "Kiss your partner on the neck."}]}, "rating"),
            ({"steps": [{"actor": "A", "do": "Do whatever your partner wants tonight."}], "type": "dare"}, "steps[0].do"),
            ({"tags": ["cuddles"]}, "tags"),
            ({"tags": ["a\0b"]}, "tags[0]"),
            ({"steps": []}, "steps"),
            ({"steps": [{"actor": "Ann", "do": LAUGH}]}, "steps[0].actor"),
            ({"partner_user_id": "me"}, "partner_user_id"),
            ({"approved": True}, "approved"),
            ({"type": "wish"}, "type"),
        ],
    )  # fmt: skip
    async def test_what_is_wrong_is_named_by_its_field_and_nothing_is_kept(self, house, pair, change, field):
        ann, bob = pair
        before = await house.database.fetchval("SELECT count(*) FROM activities")
        answer = await ann.client.post(CARDS, json={**body_for(bob), **change})
        assert answer.status_code == 422, answer.text
        assert field in str(answer.json()["error"])
        assert await house.database.fetchval("SELECT count(*) FROM activities") == before

    async def test_a_retry_gives_the_same_card(self, pair):
        ann, bob = pair
        first, second = [await post(ann, bob, key="one-key") for _ in range(2)]
        assert (first.json(), second.status_code) == (second.json(), 201)
        other = await post(ann, bob, "Tell your partner one good thing of today.", key="one-key")
        assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")

    async def test_no_more_wait_for_a_yes_than_anybody_would_read(self, house, monkeypatch):
        monkeypatch.setattr(own_cards, "MOST_WAITING", 2)
        ann, bob, _ = await couple(house)
        answers = await asyncio.gather(*(post(one, other) for one, other in ((ann, bob), (bob, ann), (ann, bob))))
        assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
        for card in await listed(ann):
            await ann.client.delete(f"{CARDS}/{card}")
        await write(bob, ann)

    async def test_pages_go_on_where_the_last_one_ended(self, house):
        ann, bob, _ = await couple(house)
        written = [(await write(*two))["id"] for two in ((ann, bob), (bob, ann), (ann, bob))]
        first = (await bob.client.get(CARDS, params={"limit": 2, "partner_user_id": ann.id})).json()
        rest = (await bob.client.get(CARDS, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert [each["id"] for each in first["items"] + rest["items"]] == written[::-1]
        assert rest["next_cursor"] is None
        assert await listed(bob, partner_user_id=NOBODY) == []

    async def test_the_partner_is_told_once_however_many_are_written_and_not_of_what_was_taken_back(self, house):
        ann, bob, _ = await couple(house)
        cards = [await write(ann, bob) for _ in range(2)]
        told = [
            each
            for each in (await bob.client.get("/api/notifications")).json()["items"]
            if each["kind"] == "card_waiting"
        ]
        assert [each["link"] for each in told] == [f"/partners/{ann.id}/cards"]
        for card in cards:
            assert (await ann.client.delete(f"{CARDS}/{card['id']}")).status_code == 204
        assert "card_waiting" not in (await bob.client.get("/api/notifications")).text

    async def test_it_is_for_adults_with_an_account(self, house, pair):
        guest = await come_anonymously(house)
        assert (await guest.client.get(CARDS)).status_code == 403
        assert (await house.client().get(CARDS)).status_code == 401
        await house.database.execute("UPDATE users SET adult_confirmed_at = NULL WHERE id = $1", pair[0].id)
        try:
            answer = await pair[0].client.get(CARDS)
            assert answer.json()["error"]["code"] == "adult_required"
        finally:
            await house.database.execute("UPDATE users SET adult_confirmed_at = now() WHERE id = $1", pair[0].id)


class TestWhoseItIs:
    async def test_a_strangers_card_is_like_one_that_does_not_exist(self, house, pair):
        ann, bob = pair
        card, stranger = await write(ann, bob), await person(house, "Cleo")
        await connect(stranger, ann)  # knows one of the two, and is no side of the card
        refused_alike(
            await post(stranger, bob),
            await stranger.client.post(CARDS, json={**body_for(bob), "partner_user_id": NOBODY}),
            await post(ann, ann),
            await approve(stranger, card),
            await approve(stranger, {"id": 2**31 - 1}),
            await approve(stranger, {"id": "x"}),
            await stranger.client.delete(f"{CARDS}/{card['id']}"),
            await stranger.client.delete(f"{CARDS}/1"),
            await stranger.client.get(f"/api/partners/{bob.id}/favourites"),
            await stranger.client.get(f"/api/partners/{NOBODY}/favourites"),
        )
        assert await listed(stranger) == []
        assert card["id"] in await listed(ann)

    async def test_a_card_of_the_bank_is_nobodys_to_approve_or_delete(self, house, pair):
        bank = await house.database.fetchval("SELECT min(activity_id) FROM activities WHERE source = 'bank'")
        refused_alike(await approve(pair[0], {"id": bank}), await pair[0].client.delete(f"{CARDS}/{bank}"))
        assert await house.database.fetchval("SELECT true FROM activities WHERE activity_id = $1", bank)

    async def test_the_writer_said_yes_by_writing_and_the_partners_yes_counts_once(self, pair):
        ann, bob = pair
        card = await write(ann, bob)
        assert (await approve(ann, card)).json()["error"]["code"] == "wrong_state"
        first, second = await asyncio.gather(approve(bob, card), approve(bob, card))
        assert first.json() == second.json() == (await approve(bob, card)).json()

    async def test_approving_while_it_is_taken_back_ends_with_nothing(self, house, pair):
        ann, bob = pair
        card = await write(ann, bob)
        yes, gone = await asyncio.gather(approve(bob, card), ann.client.delete(f"{CARDS}/{card['id']}"))
        assert gone.status_code == 204
        assert yes.status_code in (200, 404)
        refused_alike(await approve(bob, card), await bob.client.delete(f"{CARDS}/{card['id']}"))
        assert not await house.database.fetchval("SELECT true FROM activities WHERE activity_id = $1", card["id"])

    @pytest.mark.parametrize("how", ["disconnect", "block"])
    async def test_after_the_end_of_the_two_nothing_is_listed_drawn_or_approved(self, house, how):
        ann, bob, connection = await couple(house)
        card, waiting = await agreed(ann, bob), await write(ann, bob)
        session_id = await room(ann, bob)
        assert await own_of(house, session_id) == {LAUGH}
        path = {"disconnect": f"connections/{connection}/disconnect", "block": f"blocked/{ann.id}"}[how]
        assert (await bob.client.post(f"/api/partners/{path}")).is_success
        for one, other in ((ann, bob), (bob, ann)):
            assert await listed(one) == []
            refused_alike(await post(one, other), await approve(one, waiting))
        assert await own_of(house, session_id) == set()
        unchecked = await house.database.fetchval(
            "SELECT limits_rev > 0 FROM sessions WHERE session_id = $1", session_id
        )
        assert unchecked
        assert (await ann.client.delete(f"{CARDS}/{card['id']}")).status_code == 204  # a no is always heard


class TestPlayed:
    async def test_it_comes_after_both_approved_it_in_these_twos_rooms_and_in_no_other(self, house, pair):
        ann, bob = pair
        text, cleo = "Tell your partner which song fits to this evening.", await person(house, "Cleo")
        await connect(cleo, ann)
        ours, theirs = await room(bob, ann), await room(ann, cleo)
        card = await write(ann, bob, text)
        assert text not in await own_of(house, ours)
        await approve(bob, card)
        assert text in await own_of(house, ours)
        assert await own_of(house, theirs) == set()

    async def test_on_both_phones_and_in_the_log_it_is_the_couples(self, house):
        ann, bob, _ = await couple(house)
        card = await agreed(ann, bob, LAUGH)
        session_id = await room(ann, bob)
        for one in (ann, bob):
            now = await shown(house, one, session_id)
            assert (now["card"]["source"], now["card"]["activity_id"]) == ("user_submitted", card["id"])
        row = await house.database.fetchrow(
            "SELECT source, activity_id, template_id FROM session_activities WHERE session_id = $1", session_id
        )
        assert tuple(row) == ("user_submitted", card["id"], card["id"])

    @pytest.mark.parametrize("side", [0, 1])
    async def test_a_limit_of_either_keeps_it_away_and_no_answer_says_so(self, house, side):
        pair = ann, bob, _ = await couple(house)
        asked = {"hard_limits": ["hardBoundaryRestrain"], "soft_limits": []}
        for one in (ann, bob):
            limits = asked if one is pair[side] else {"hard_limits": [], "soft_limits": []}
            assert (await one.client.patch("/api/profile/boundaries", json=limits)).status_code == 200
        tied = "Tie your partner's wrists loosely with a scarf for one song."
        await agreed_before(house, ann, bob, tied, kind="dare", rating="R")
        session_id = await room(ann, bob, intimacy_level="R")
        assert tied in await own_of(
            house, session_id
        )  # it is theirs, and the draw's limits are the same for every card
        now = await shown(house, ann, session_id, "dare")
        assert now["card"]["source"] == "bank"
        assert now["card"]["activity_id"] is None  # one of the neutral ones

    async def test_it_never_comes_above_its_level(self, house):
        ann, bob, _ = await couple(house)
        await agreed(
            ann,
            bob,
            "Undress your partner by candle light, one piece a song.",
            kind="dare",
            rating="R",
            tags=["stripping"],
        )
        session_id = await room(ann, bob, intimacy_level="G")
        assert (await shown(house, ann, session_id, "dare"))["card"]["activity_id"] is None

    async def test_taken_back_it_goes_from_the_screen_and_comes_no_more(self, house):
        ann, bob, _ = await couple(house)
        card = await agreed(ann, bob)
        session_id = await room(ann, bob)
        assert (await shown(house, ann, session_id))["card"]["activity_id"] == card["id"]
        assert (await bob.client.delete(f"{CARDS}/{card['id']}")).status_code == 204
        now = await state(ann, session_id)
        assert now["card"]["activity_id"] is None
        assert await own_of(house, session_id) == set()

    async def test_writing_and_taking_back_leave_the_banks_revision_alone(self, house, pair):
        ann, bob = pair
        revision = "SELECT revision FROM bank_revision"
        before = await house.database.fetchval(revision)
        card = await agreed(ann, bob)
        await ann.client.delete(f"{CARDS}/{card['id']}")
        assert await house.database.fetchval(revision) == before


class TestFavourites:
    async def test_they_are_what_both_liked_together_by_the_last_word_of_each(self, house):
        ann, bob, _ = await couple(house)
        card = await agreed(ann, bob)
        session_id = await room(ann, bob)
        path, fresh = "/api/partners/{}/favourites", house.services.dice.fresh_id
        await shown(house, ann, session_id)
        turn = (await state(ann, session_id))["turn"]
        now = await state(ann, session_id)
        await play(house.services, session_id, "A", Complete(id=fresh(), on=now["card_seq"]))
        for one, other, seat in ((ann, bob, "A"), (bob, ann, "B")):
            assert (await one.client.get(path.format(other.id))).json() == {"items": [], "next_cursor": None}
            await play(house.services, session_id, seat, Feedback(id=fresh(), turn=turn, feedback="like"))
        for one, other in ((ann, bob), (bob, ann)):
            (liked,) = (await one.client.get(path.format(other.id))).json()["items"]
            assert (liked["activity_id"], liked["script"]["steps"]) == (card["id"], card["steps"])
        await house.database.execute(
            "UPDATE user_activity_history SET feedback_type = 'dislike' WHERE user_id = $1", bob.id
        )
        assert (await ann.client.get(path.format(bob.id))).json()["items"] == []

    async def test_what_one_has_forbidden_since_is_not_listed_for_them_and_the_other_learns_nothing(self, house):
        ann, bob, _ = await couple(house)
        await agreed_before(
            house,
            ann,
            bob,
            "Tell your partner where strangers might see the two of you.",
            tags=["hardBoundaryPublic"],
            rating="R",
            kind="dare",
        )
        session_id = await room(ann, bob, intimacy_level="R")
        await house.database.execute(
            """INSERT INTO user_activity_history (user_id, session_id, activity_id, activity_type, feedback_type)
               SELECT u::uuid, $1, k.activity_id, 'dare', 'like' FROM unnest($2::text[]) u, couple_cards k
               WHERE k.writer_id = $3""",
            *(session_id, [ann.id, bob.id], ann.id),
        )
        listed, limits = {}, {ann: ["hardBoundaryPublic"], bob: []}
        for one, other in ((ann, bob), (bob, ann)):
            await one.client.patch("/api/profile/boundaries", json={"hard_limits": limits[one]})
            listed[one] = (await one.client.get(f"/api/partners/{other.id}/favourites")).json()["items"]
        assert (len(listed[ann]), len(listed[bob])) == (0, 1)

    async def test_a_page_ends_where_the_next_begins(self, house):
        ann, bob, _ = await couple(house)
        session_id = await room(ann, bob)
        await house.database.execute("UPDATE activities SET is_active = true WHERE source = 'bank'")
        try:
            await house.database.execute(
                """INSERT INTO user_activity_history (user_id, session_id, activity_id, activity_type, feedback_type)
                   SELECT u::uuid, $1, c.activity_id, 'truth', 'like' FROM unnest($2::text[]) u, (
                       SELECT activity_id FROM activities WHERE rating = 'G' AND type = 'truth' AND source = 'bank'
                       ORDER BY activity_id LIMIT 5) c""",
                *(session_id, [ann.id, bob.id]),
            )
            path, seen, cursor = f"/api/partners/{bob.id}/favourites", [], None
            while not seen or cursor:
                page = (
                    await ann.client.get(path, params={"limit": 2, **({"cursor": cursor} if cursor else {})})
                ).json()
                seen += [each["activity_id"] for each in page["items"]]
                cursor = page["next_cursor"]
            assert len(seen) == len(set(seen)) == 5
        finally:
            await house.database.execute("UPDATE activities SET is_active = false WHERE source = 'bank'")


class TestErasure:
    @pytest.mark.parametrize("side", [0, 1])
    async def test_with_either_person_every_word_of_their_cards_goes(self, house, side):
        pair = ann, bob, _ = await couple(house)
        await agreed(ann, bob, "Tell your partner the CANARYPLAYED of this week.")
        session_id = await room(ann, bob)
        assert "CANARYPLAYED" in str((await shown(house, ann, session_id))["card"])
        await agreed(ann, bob, "Tell your partner the CANARYKEPT of this week.")
        await write(bob, ann, "Tell your partner the CANARYWAITS of this week.")
        assert (await pair[side].client.delete("/api/me")).status_code == 204
        assert await _canaries(house) == []
        stays = pair[1 - side]
        assert await listed(stays) == []
        assert (await stays.client.get(f"/api/sessions/{session_id}")).status_code == 404


async def _canaries(house):
    tables = await house.database.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    found = [
        table["name"]
        for table in tables
        if await house.database.fetchval(f"SELECT count(*) FROM {table['name']} t WHERE t::text LIKE '%CANARY%'")
    ]
    redis = house.services.redis
    readers = {b"string": redis.get, b"hash": redis.hgetall}
    async for key in redis.scan_iter():
        kind = await redis.type(key)
        if kind in readers and "CANARY" in str(await readers[kind](key)):
            found.append(repr(key))
    return found


async def test_a_card_of_their_own_may_have_a_clock_and_one_alone(pair):
    ann, bob = pair
    body = body_for(bob, "Hold hands with me a while.", "Smile at me a while.", kind="dare")
    wrong = {**body, "steps": [{**step, "duration_s": 60} for step in body["steps"]]}
    refused = await ann.client.post(CARDS, json=wrong)
    assert (refused.status_code, set(refused.json()["error"]["fields"])) == (422, {"steps"})
    for seconds in (4, 601, "60", True):
        wrong = {**body, "steps": [{**body["steps"][0], "duration_s": seconds}]}
        assert (await ann.client.post(CARDS, json=wrong)).status_code == 422, seconds
    body["steps"][1]["duration_s"] = 90
    made = await ann.client.post(CARDS, json=body)
    assert made.status_code == 201, made.text
    listed = (await bob.client.get(CARDS)).json()["items"]
    assert next(card["steps"] for card in listed if card["id"] == made.json()["id"]) == body["steps"]
    assert [set(step) for step in body["steps"]] == [{"actor", "do"}, {"actor", "do", "duration_s"}]
