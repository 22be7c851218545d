"""Surveys handed in at the same moment, through two servers on the same stores: what is kept is what the last answers give."""

import asyncio
import json
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from game_server.profiles import matching, surveys
from storage import compatibilities
from tests.bench.profiles import answers
from tests.support.house import House, Person, open_house, sign_up, tell

SUBMIT = "/api/survey/submit"
ROUNDS = 12


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def houses(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[House]]:
    folder = tmp_path_factory.mktemp("house")
    lifted = {f"limit_{name}": "100000/60" for name in ("register", "claims", "other")}
    async with (
        open_house(database_url, redis_url, folder, **lifted) as one,
        open_house(database_url, redis_url, folder, **lifted) as other,
    ):
        yield [one, other]


async def come(house: House, name: str) -> Person:
    person = await sign_up(house)
    await tell(person.client, name=name)
    return person


async def connect(one: Person, other: Person) -> int:
    made = (await one.client.post("/api/partners/connections", json={})).json()
    await other.client.post("/api/partners/connections/claim", json={"token": made["token"]})
    for side in (other, one):
        assert (await side.client.post(f"/api/partners/connections/{made['id']}/accept")).status_code == 200
    return int(made["id"])


def submit(house: House, person: Person, number: int, **body):
    """Through this house."""
    body = {"answers": answers(number), "retake": True, **body}
    return house.client(person.access).post(SUBMIT, json=body)


async def test_an_answer_that_is_lost_after_the_commit_is_looked_up(houses):
    """PostgreSQL has written it, and the connection breaks before anybody hears of it."""
    house = houses[0]
    person = await come(house, "Ines")
    desk = house.services.desk
    write = desk._submissions._act

    async def written_and_lost(batch):
        await write(batch)
        raise ConnectionResetError

    desk._submissions._act = written_and_lost
    try:
        answer = await submit(house, person, 3)
    finally:
        desk._submissions._act = write
    own = (await person.client.get("/api/profile")).json()
    assert (answer.status_code, own["profile_version"]) == (200, "0.4")
    assert answer.json()["profile"]["updated_at"] == own["updated_at"]


async def kept(house: House, *pair: Person):
    """What is kept of a pair, and what their profiles give at this moment."""
    async with house.services.database.as_service() as connection:
        people = await compatibilities.surveyed(connection, [person.id for person in pair])
    a, b = sorted(people.values(), key=lambda one: one.profile_id)
    rows = await house.database.fetch(
        "SELECT profile_a_id, profile_b_id, compatibility_score, details FROM compatibility_results"
        " WHERE profile_a_id = ANY ($1) AND profile_b_id = ANY ($1)",
        [a.profile_id, b.profile_id],
    )
    assert [(row["profile_a_id"], row["profile_b_id"]) for row in rows] == [(a.profile_id, b.profile_id)]
    expected = msgspec.json.decode(msgspec.json.encode(matching.result(a.profile, b.profile)))
    assert rows[0]["compatibility_score"] == expected["score"]
    return json.loads(rows[0]["details"]), expected


@pytest.fixture(params=["free", "held"])
def way(request, monkeypatch):
    """Written if nothing has moved, or, as after several vain tries, with everything locked from the start."""
    if request.param == "held":
        monkeypatch.setattr(surveys, "FREE_TRIES", 0)


@pytest.mark.usefixtures("way")
async def test_partners_who_submit_at_once_are_kept_as_their_last_answers_fit(houses):
    ann, bob = await come(houses[0], "Ann"), await come(houses[1], "Bob")
    await connect(ann, bob)
    for number in range(ROUNDS):
        first, second = houses if number % 2 else reversed(houses)
        done = await asyncio.gather(submit(first, ann, number), submit(second, bob, 3 * number + 1))
        assert [answer.status_code for answer in done] == [200, 200]
        details, expected = await kept(houses[0], ann, bob)
        assert details["now"] == expected
        if number == 0:
            reading = expected["reading"]
    stored = "SELECT reading FROM compatibility_readings r JOIN profiles p ON p.id = r.profile_a_id WHERE p.user_id IN ($1, $2)"
    (row,) = await houses[0].database.fetch(stored, ann.id, bob.id)
    assert json.loads(row["reading"]) == reading  # one a day, and of what both said at one moment


@pytest.mark.usefixtures("way")
async def test_three_who_are_all_connected_never_block_each_other(houses):
    people = [await come(houses[0], name) for name in ("Ann", "Bob", "Cleo")]
    pairs = [(people[0], people[1]), (people[1], people[2]), (people[2], people[0])]
    for pair in pairs:
        await connect(*pair)
    for number in range(ROUNDS // 2):
        done = await asyncio.gather(
            *(submit(houses[(number + n) % 2], person, 5 * number + n) for n, person in enumerate(people))
        )
        assert [answer.status_code for answer in done] == [200] * 3
        for pair in pairs:
            details, expected = await kept(houses[0], *pair)
            assert details["now"] == expected


async def test_limits_changed_while_the_partner_submits_are_in_what_is_kept(houses):
    ann, bob = await come(houses[0], "Ann"), await come(houses[1], "Bob")
    await connect(ann, bob)
    await asyncio.gather(submit(houses[0], ann, 1), submit(houses[1], bob, 2))
    for number in range(ROUNDS):
        limits = {"hard_limits": ["hardBoundaryImpact"] if number % 2 else ["hardBoundaryAnal", "hardBoundaryBreath"]}
        done = await asyncio.gather(
            submit(houses[0], ann, number), bob.client.patch("/api/profile/boundaries", json=limits)
        )
        assert [answer.status_code for answer in done] == [200, 200]
        details, expected = await kept(houses[0], ann, bob)
        assert details["now"] == expected


async def test_limits_of_ones_own_changed_while_one_submits_stand(houses):
    ann = await come(houses[0], "Ann")
    for number in range(ROUNDS):
        given = {key: value for key, value in answers(number).items() if key != "C1"}
        limits = ["hardBoundaryImpact"] if number % 2 else ["hardBoundaryAnal", "hardBoundaryBreath"]
        done = await asyncio.gather(
            submit(houses[0], ann, 0, answers=given),
            houses[1].client(ann.access).patch("/api/profile/boundaries", json={"hard_limits": limits}),
        )
        assert [answer.status_code for answer in done] == [200, 200]
        assert (await ann.client.get("/api/profile")).json()["boundaries"]["hard_limits"] == limits


@pytest.mark.usefixtures("way")
async def test_submissions_of_one_person_through_two_servers_have_one_result(houses):
    for retake in (False, True):
        ann = await come(houses[0], "Ann")
        done = await asyncio.gather(*(submit(houses[n % 2], ann, n, retake=retake) for n in range(6)))
        assert sorted(answer.status_code for answer in done) == ([200] * 6 if retake else [200] + [409] * 5)
        shown = (await ann.client.get("/api/profile")).json()
        assert shown in [answer.json().get("profile") for answer in done]
        for table, owner in (("survey_submissions", "respondent_id"), ("survey_progress", "user_id::text")):
            assert await houses[0].database.fetchval(f"SELECT count(*) FROM {table} WHERE {owner} = $1", ann.id) == 1


async def test_answers_saved_on_another_phone_meanwhile_are_in_it_or_still_there(houses):
    ann = await come(houses[0], "Ann")
    for _ in range(ROUNDS):
        saving = houses[1].client(ann.access).patch("/api/survey/progress", json={"answers": {"B20": "Y"}})
        done = await asyncio.gather(submit(houses[0], ann, 0, answers={"A1": 4}), saving)
        assert [answer.status_code for answer in done] == [200, 200]
        progress = (await ann.client.get("/api/survey/progress")).json()
        if progress["status"] == "completed":
            assert progress["answers"] == {"A1": 4, "B20": "Y"}
            assert done[0].json()["profile"]["activities"]["moaning"] == 1.0
        else:
            assert progress["answers"] == {"B20": "Y"}
            again = await submit(houses[0], ann, 0, answers={})
            assert again.json()["profile"]["activities"]["moaning"] == 1.0


async def test_nothing_is_kept_of_a_pair_that_parts_while_one_submits(houses):
    ann, bob = await come(houses[0], "Ann"), await come(houses[1], "Bob")
    for number in range(ROUNDS // 2):
        connection = await connect(ann, bob)
        await submit(houses[1], bob, number)
        done = await asyncio.gather(
            submit(houses[0], ann, number), bob.client.post(f"/api/partners/connections/{connection}/disconnect")
        )
        assert [answer.is_success for answer in done] == [True, True], [answer.text for answer in done]
        assert await _rows_of(houses[0], ann) == 0


async def test_a_partner_erased_while_one_submits_leaves_nothing(houses):
    for number in range(ROUNDS // 2):
        ann, bob = await come(houses[0], "Ann"), await come(houses[1], "Bob")
        await connect(ann, bob)
        await asyncio.gather(submit(houses[0], ann, 0), submit(houses[1], bob, 1))
        done = await asyncio.gather(
            submit(houses[0], ann, number), bob.client.request("DELETE", "/api/me", json={"password": "correct horse"})
        )
        assert [answer.is_success for answer in done] == [True, True], [answer.text for answer in done]
        assert await _rows_of(houses[0], ann) == 0


async def test_people_who_have_nothing_with_each_other_share_their_statements(houses):
    people = [await come(houses[0], f"P{n}") for n in range(12)]
    done = await asyncio.gather(*(submit(houses[0], person, n) for n, person in enumerate(people)))
    assert [answer.status_code for answer in done] == [200] * len(people)
    for person, answer in zip(people, done, strict=True):
        assert (await person.client.get("/api/profile")).json() == answer.json()["profile"]


async def _rows_of(house: House, person: Person) -> int:
    count: int = await house.database.fetchval(
        "SELECT count(*) FROM compatibility_results r JOIN profiles p ON p.id IN (r.profile_a_id, r.profile_b_id)"
        " WHERE p.user_id = $1",
        person.id,
    )
    return count
