"""Who was asked about limits, and who was not: an empty list of somebody who never answered opens nothing."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from game_server.sessions.actions import play
from rooms.activities.taxonomy import BODY_PARTS, BOUNDARY_KEYS
from rooms.profiles.questions import ACTIVITY_OF_QUESTION
from rooms.sessions import limits
from rooms.sessions.commands import Ready
from rooms.sessions.draw import Request, draw
from rooms.sessions.events import ShownCard
from rooms.sessions.index import Index
from storage import activities as bank
from storage import sessions as store
from tests.support.house import House, come_anonymously, open_house, sign_up, tell

SUBMIT = "/api/survey/submit"
LIMITS = "/api/profile/boundaries"
PROGRESS = "/api/survey/progress"
ALL_YES = dict.fromkeys(ACTIVITY_OF_QUESTION, "Y")
ANYTHING = {"anatomy_self": list(BODY_PARTS), "anatomy_preference": ["any"]}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path_factory.mktemp("house"), limit_register="1000/60", limit_claims="1000/60",
        limit_other="100000/60", daily_limit=1000,
    ) as opened:  # fmt: skip
        yield opened


async def somebody(house: House, kind: str) -> Any:
    return await (sign_up(house) if kind == "user" else come_anonymously(house))


both_kinds = pytest.mark.parametrize("kind", ["user", "anonymous"])


async def asked(person: Any) -> bool:
    """What the own profile says of it."""
    found: bool = (await person.client.get("/api/profile")).json()["boundaries"]["asked"]
    return found


async def hand_in(person: Any, answers: dict[str, Any], *, retake: bool = False) -> dict[str, Any]:
    answer = await person.client.post(SUBMIT, json={"answers": answers, "retake": retake})
    assert answer.status_code == 200, answer.text
    boundaries: dict[str, Any] = answer.json()["profile"]["boundaries"]
    return boundaries


@both_kinds
@pytest.mark.parametrize("answers", [{}, ALL_YES, {"C1": None}, {"B34": "Y", "D1": ["penis"]}])
async def test_a_survey_without_the_question_about_limits_has_not_asked(house, kind, answers):
    person = await somebody(house, kind)
    await tell(person.client)
    assert not await asked(person)
    assert not (await hand_in(person, answers))["asked"]
    assert not await asked(person)


@both_kinds
@pytest.mark.parametrize("chosen", [[], ["hardBoundaryAnal"]])
async def test_the_answer_counts_handed_in_or_saved_before_also_when_it_is_none_of_these(house, kind, chosen):
    given, saved = await somebody(house, kind), await somebody(house, kind)
    for person in (given, saved):
        await tell(person.client)
    assert (await hand_in(given, {"C1": chosen}))["asked"]
    await saved.client.patch(PROGRESS, json={"answers": {"C1": chosen}})
    assert (await hand_in(saved, {}))["asked"]
    assert await asked(given)
    assert await asked(saved)


@both_kinds
@pytest.mark.parametrize("chosen", [[], ["hardBoundaryAnal"]])
async def test_naming_hard_limits_in_the_settings_counts_and_outlives_a_survey_without_the_question(
    house, kind, chosen
):
    person = await somebody(house, kind)
    await tell(person.client)
    await person.client.patch(LIMITS, json={"soft_limits": ["hardBoundaryRecord"], "maybe_items": ["moaning"]})
    assert not await asked(person)
    told = await person.client.patch(LIMITS, json={"hard_limits": chosen})
    assert (told.json()["asked"], await asked(person)) == (True, True)
    for retake in (False, True):
        kept = await hand_in(person, {}, retake=retake)
        assert (kept["asked"], kept["hard_limits"]) == (True, chosen)


@both_kinds
async def test_taking_the_survey_again_without_the_question_keeps_limits_and_asked(house, kind):
    person, other = await somebody(house, kind), await somebody(house, kind)
    for one in (person, other):
        await tell(one.client)
    await hand_in(person, {"C1": ["hardBoundaryImpact"]})
    again = await hand_in(person, {"B1a": "Y"}, retake=True)
    assert (again["hard_limits"], again["asked"]) == (["hardBoundaryImpact"], True)
    await hand_in(other, {})
    assert not (await hand_in(other, ALL_YES, retake=True))["asked"]
    assert (await hand_in(other, ALL_YES | {"C1": []}, retake=True))["asked"]


# --- what comes -----------------------------------------------------------------------------------------------------------


async def room(house: House, one: Any, other: Any | None, **settings: Any) -> str:
    """A room at X; without another a guest of the first one's phone."""
    wanted = {"activity_type": "dare", "intimacy_level": "X", "target_activities": 20, **settings}
    partner: dict[str, Any] = {"link": True} if other else {"hosted": HOSTED}
    opened = await one.client.post("/api/sessions", json={"settings": wanted, "partner": partner})
    assert opened.status_code == 201, opened.text
    if other:
        joined = await other.client.post("/api/sessions/join", json={"token": opened.json()["join"]["token"]})
        assert joined.status_code == 200, joined.text
    session_id: str = opened.json()["session_id"]
    return session_id


async def everything_drawn(house: House, session_id: str) -> list[ShownCard]:
    """What comes over hundreds of rolls, for both seats, both types and all of an evening."""
    async with house.services.database.as_service() as connection:
        players = (await store.load_facts(connection, [session_id], 25))[session_id].players
        cards = Index(card for card in (await bank.load_bank(connection))[1] if limits.in_bank(card))
    asks = [
        Request(active=active, type=kind, level="X", step=step, target=25)
        for active in ("A", "B") for kind in ("truth", "dare") for step in (1, 10, 20, 25)
    ]  # fmt: skip
    return [draw(ask, roll / 200, cards, players) for ask in asks for roll in range(200)]


async def test_two_who_hand_in_nothing_get_nothing_that_needs_an_answer_and_two_who_were_asked_do(house):
    people = [await sign_up(house) for _ in range(2)]
    for person in people:
        await tell(person.client, **ANYTHING)
        await hand_in(person, {})
    session_id = await room(house, *people)
    drawn = await everything_drawn(house, session_id)
    assert not [card.boundaries for card in drawn if card.boundaries or card.negotiated]
    for person in people:
        await hand_in(person, ALL_YES | {"C1": []}, retake=True)
    assert {key for card in await everything_drawn(house, session_id) for key in card.boundaries} == set(BOUNDARY_KEYS)


HOSTED = {"name": "Guest", "anatomy_self": ["penis"], "anatomy_preference": []}


async def test_a_guest_of_the_others_phone_was_asked_nothing(house):
    host = await sign_up(house)
    await tell(host.client, **ANYTHING)
    await hand_in(host, ALL_YES | {"C1": []})
    session_id = await room(house, host, None)
    drawn = await everything_drawn(house, session_id)
    assert not [card for card in drawn if card.boundaries or card.negotiated]
    theirs = [set(card.needs_active if card.active == "B" else card.needs_partner) for card in drawn]
    assert set().union(*theirs) <= {"penis"}
    await house.database.execute(
        "UPDATE sessions SET partner_anonymous_anatomy = NULL WHERE session_id = $1", session_id
    )
    drawn = await everything_drawn(house, session_id)
    assert not [card for card in drawn if (card.needs_active if card.active == "B" else card.needs_partner)]


# --- topics ---------------------------------------------------------------------------------------------------------------


async def test_a_topic_answered_no_takes_the_question_off_the_screen_and_it_does_not_come_back(house):
    await house.database.execute(
        'UPDATE activities SET tags = \'{"themes": ["a"], "topics": ["turn_ons"]}\' WHERE type = \'truth\''
    )
    ann, ben = await sign_up(house), await sign_up(house)
    for person in (ann, ben):
        await tell(person.client, **ANYTHING)
        await hand_in(person, {"B31": "M"})
    session_id = await room(house, ann, ben, activity_type="truth")
    for seat in ("A", "B"):
        await play(house.services, session_id, seat, Ready(id=house.services.dice.fresh_id()))
    assert any(card.topics for card in await everything_drawn(house, session_id))
    feed = await house.services.rooms.open(session_id)
    assert feed.room.state.card.topics == ("turn_ons",)
    before = feed.room.state.card_seq
    await hand_in(ben, {"B31": "N"}, retake=True)
    after = (await house.services.rooms.open(session_id)).room.state
    assert after.card_seq > before
    assert after.card is not None
    assert after.card.topics == ()
    assert not any("turn_ons" in card.topics for card in await everything_drawn(house, session_id))


@pytest.mark.parametrize(
    ("answers", "boundaries_without", "expected"),
    [
        ({"B31": "N", "B29": "M", "B30": "Y"}, (), {"turn_ons"}),
        ({"B31": "N"}, ("declined_topics",), {
            "past_experiences", "fantasies", "turn_ons", "turn_offs", "insecurities", "boundaries", "future_fantasies",
            "feeling_desired",
        }),
    ],
)  # fmt: skip
async def test_only_a_spoken_no_closes_a_topic_and_an_older_profile_cannot_tell(
    house, answers, boundaries_without, expected
):
    ann, ben = await sign_up(house), await sign_up(house)
    for person in (ann, ben):
        await tell(person.client, **ANYTHING)
    await hand_in(ann, answers)
    session_id = await room(house, ann, ben)
    for key in boundaries_without:
        await house.database.execute(
            "UPDATE profiles SET boundaries = boundaries - $2::text WHERE user_id = $1::text::uuid", ann.id, key
        )
    async with house.services.database.as_service() as connection:
        players = (await store.load_facts(connection, [session_id], 25))[session_id].players
    assert players["A"].declined_topics == expected
    assert players["B"].declined_topics == frozenset()


def test_a_card_logged_before_topics_were_still_reads_the_same():
    fields = ("topics", "act")
    card = msgspec.to_builtins(
        draw(Request(active="A", type="truth", level="G", step=1, target=25), 0.0, Index(), PAIR)
    )
    old = {name: value for name, value in card.items() if name not in fields}
    assert msgspec.to_builtins(msgspec.convert(old, ShownCard)) == card


PAIR: limits.Pair = {"A": limits.Player(), "B": limits.Player()}
