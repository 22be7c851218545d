"""A bond over its socket: what is committed comes to every member's phone, in order, as they may see it, and nothing is lost."""

import asyncio
import uuid

import pytest

from tests.support.bond_phone import BondPhone
from tests.support.bonds import founded
from tests.support.game import generous
from tests.support.person import Person
from tests.support.phone import Refused


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, away_s=2, replay_gap=20, ping_ms=500)


@pytest.fixture
async def people(server):
    made: list[Person] = []

    async def register(count: int) -> list[Person]:
        made.extend(
            [await Person.registered(server.url, name) for name in ("Ana", "Ben", "Cleo", "Dora", "Eve")[:count]]
        )
        return made[-count:]

    yield register
    for person in made:
        await person.close()


@pytest.fixture
async def pair(server, sql, people):
    ana, ben = await people(2)
    return ana, ben, await founded(sql, ana, ben)


async def phone(person, bond):
    return await BondPhone.in_room(person, bond.id)


async def test_a_phone_begins_with_the_bond_its_people_and_what_it_may(pair):
    ana, ben, bond = pair
    here = await phone(ana, bond)
    assert here.mode == "snapshot"
    assert here.state.keys() == {"bond", "members", "permissions"}
    assert here.state["bond"] == await ana.get(bond.path)
    assert {one["user_id"] for one in here.state["members"]} == {ana.id, ben.id}
    assert here.state["permissions"] == await ana.get(f"{bond.path}/permissions")
    kinds = [frame["t"] for frame in here.frames]
    assert kinds[:3] == ["welcome", "snapshot", "live"]
    await here.until(lambda: here.here(ana.id) == "present" and here.here(ben.id) == "left")
    await here.close()


async def test_what_one_does_is_on_both_phones_as_each_may_see_it(pair):
    ana, ben, bond = pair
    hers, his = await phone(ana, bond), await phone(ben, bond)
    task = await bond.task(ana)
    for one in (hers, his):
        await one.until(lambda one=one: one.row("tasks", task["id"]))
        assert one.row("tasks", task["id"])["title"] == "Water the plants"
    told = next(event for event in his.events("changed") if event["table"] == "tasks")
    assert (told["op"], told["by"]) == ("insert", ana.id)
    await ben.post(f"{bond.path}/tasks/{task['id']}/submit", None)
    await hers.until(lambda: hers.row("tasks", task["id"])["status"] == "completed")
    assert hers.row("tasks", task["id"]) == await ana.get(f"{bond.path}/tasks/{task['id']}")
    await ana.post(f"{bond.path}/tasks/{task['id']}/approve", None)
    await his.until(lambda: his.row("tasks", task["id"])["status"] == "approved")
    await his.close()
    await hers.close()


async def test_a_change_of_people_or_bond_says_what_it_changed_of_the_state(pair):
    ana, ben, bond = pair
    his = await phone(ben, bond)
    await ana.http.patch(bond.path, json={"name": "The two of us"})
    await his.until(lambda: his.state["bond"]["name"] == "The two of us")
    await ben.post("/api/me/submission-state", {"state": "low_energy"})
    await his.until(
        lambda: {one["submission_state"] for one in his.state["members"] if one["user_id"] == ben.id} == {"low_energy"}
    )
    own = his.of("own")
    assert [(one["table"], one["op"]) for one in own] == [("submission_state_logs", "insert")]
    await ana.http.post(f"{bond.path}/pause")
    await his.until(lambda: his.state["bond"]["status"] == "paused")
    assert all(
        event["by"] is None
        for event in his.events("changed")
        if event["table"] == "bonds" and event["row"]["status"] == "paused"
    )
    await his.close()


async def test_a_private_row_is_told_to_its_owner_alone_and_a_shared_one_comes_and_goes(pair):
    ana, ben, bond = pair
    hers, her_other, his = await phone(ana, bond), await phone(ana, bond), await phone(ben, bond)
    body = {"title": "A secret plan", "url": "https://example.org/", "resource_type": "article"}
    kept = await ana.post(f"{bond.path}/resources", body, expect=201)
    for one in (hers, her_other):
        await one.until(lambda one=one: one.of("own"))
        assert one.of("own") == [{"t": "own", "table": "resources", "id": kept["id"], "op": "insert"}]
    await ana.http.patch(f"{bond.path}/resources/{kept['id']}", json={"shared_with_partner": True})
    await his.until(lambda: his.row("resources", kept["id"]))
    assert his.row("resources", kept["id"])["title"] == "A secret plan"
    assert his.of("own") == []
    await ana.http.patch(f"{bond.path}/resources/{kept['id']}", json={"shared_with_partner": False})
    await his.until(lambda: his.row("resources", kept["id"]) is None)
    assert his.events("changed")[-1]["op"] == "delete"
    for one in (hers, her_other, his):
        await one.close()


async def test_a_phone_that_was_away_gets_what_it_lacks_or_a_snapshot(pair):
    ana, ben, bond = pair
    his = await phone(ben, bond)
    await his.drop()
    tasks = [(await bond.task(ana))["id"] for _ in range(3)]
    await his.connect()
    assert his.mode == "replay"
    assert all(his.row("tasks", one) for one in tasks)
    await his.drop()
    for _ in range(25):
        await bond.task(ana)
    await his.connect()
    assert his.mode == "snapshot"
    assert his.seq == (await ben.get(f"{bond.path}/changes?after={his.seq}"))["head"]
    his.epoch = "another"
    await his.drop()
    await his.connect()
    assert his.mode == "snapshot"
    await his.close()


async def test_what_a_phone_says_that_it_lacks_is_sent_again_and_never_the_whole_feed(pair):
    ana, ben, bond = pair
    his = await phone(ben, bond)
    tasks = [(await bond.task(ana))["id"] for _ in range(13)]
    await his.until(lambda: his.row("tasks", tasks[-1]))

    async def forgets(all_after: int) -> None:
        his.answers_beats, had = False, len(his.frames)
        await his.until(lambda: his.of("beat", had))
        his.seq, his.answers_beats = all_after, True
        await his.say({"t": "beat", "seq": all_after})

    head, had = his.seq, len(his.frames)
    await forgets(head - 2)
    await his.until(lambda: [frame["seq"] for frame in his.of("event", had)] == [head - 1, head])
    for _ in range(10):
        await bond.task(ana)
    await his.until(lambda: his.seq > 20)
    await forgets(0)
    assert await his.until_closed() == 4008
    await his.drop()


async def test_an_answer_to_a_beat_that_comes_late_says_nothing_of_what_was_sent_since(pair):
    ana, ben, bond = pair
    his = await BondPhone.in_room(ben, bond.id, answers_beats=False)
    await his.until(lambda: his.of("beat"))
    had = his.seq
    tasks = [(await bond.task(ana))["id"] for _ in range(25)]
    await his.until(lambda: his.row("tasks", tasks[-1]))
    head, beats = his.seq, len(his.frames)
    assert head - had > 20, "more than is sent again"
    await his.until(lambda: his.of("beat", beats))
    assert his.of("beat")[0]["head"] <= had
    for beat in his.of("beat"):
        await his.say({"t": "beat", "seq": min(beat["head"], head)})
    beats = len(his.frames)
    await his.until(lambda: his.of("beat", beats))
    assert [frame["seq"] for frame in his.of("event")] == [*range(had + 1, head + 1)]
    assert his.closed is None
    await his.close()


async def test_messages_over_the_socket_are_kept_once_and_come_before_their_ack(pair):
    ana, ben, bond = pair
    hers, his = await phone(ana, bond), await phone(ben, bond)
    id_ = str(uuid.uuid4())
    ack = await hers.command("message", id=id_, content="Good night, love\nsleep well")
    assert hers.row("messages", ack["row_id"])["content"] == "Good night, love\nsleep well"
    await his.until(lambda: his.row("messages", ack["row_id"]))
    again = await hers.command("message", id=id_, content="Good night, love\nsleep well")
    assert again["row_id"] == ack["row_id"]
    with pytest.raises(Refused, match="id_reused"):
        await hers.command("message", id=id_, content="Something else")
    assert len((await ben.get(f"{bond.path}/messages"))["items"]) == 1
    read = await his.command("read", message_id=ack["row_id"])
    assert read["row_id"] == ack["row_id"]
    with pytest.raises(Refused, match="not_found"):
        await his.command("read", message_id=str(uuid.uuid4()))
    for wrong in ({"content": "x" * 1501}, {"content": ""}, {}):
        with pytest.raises(Refused, match="bad_message"):
            await hers.command("message", **wrong)
    await hers.close()
    await his.close()


async def test_typing_is_shown_to_others_and_kept_nowhere(pair):
    ana, ben, bond = pair
    hers, his = await phone(ana, bond), await phone(ben, bond)
    before = hers.seq
    await hers.command("typing")
    await his.until(lambda: his.of("typing"))
    assert his.of("typing") == [{"t": "typing", "user_id": ana.id}]
    assert hers.of("typing") == []
    assert (await ana.get(f"{bond.path}/changes"))["head"] == before
    await hers.close()
    await his.close()


async def test_presence_follows_coming_and_going_and_off_reads_as_away(pair):
    ana, ben, bond = pair
    hers = await phone(ana, bond)
    his, his_other = await phone(ben, bond), await phone(ben, bond)
    await hers.until(lambda: hers.here(ben.id) == "present")
    await his.drop()
    await his_other.command("typing")  # one of two is enough
    assert hers.here(ben.id) == "present"
    await his_other.drop()
    await hers.until(lambda: hers.here(ben.id) == "away")
    await hers.until(lambda: hers.here(ben.id) == "left")
    await ben.http.patch(f"{bond.path}/me", json={"presence": False})
    await his.connect()
    await hers.until(lambda: hers.here(ben.id) == "away")
    await hers.close()
    await his.close()


async def test_a_sixth_phone_closes_the_oldest(pair):
    ana, _, bond = pair
    phones = [await phone(ana, bond) for _ in range(6)]
    assert await phones[0].until_closed() == 4409
    await bond.task(ana)
    for one in phones[1:]:
        await one.until(lambda one=one: one.events("changed"))
        await one.close()


async def test_who_is_no_member_stays_outside_and_who_leaves_is_sent_away(pair, sql, people):
    ana, ben, bond = pair
    [eve] = await people(1)
    answer = await eve.http.post("/api/ws-tickets", json={"bond_id": bond.id})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    for body in ({}, {"bond_id": bond.id, "session_id": "x"}, {"bond_id": "x"}):
        assert (await ana.http.post("/api/ws-tickets", json=body)).status_code in (404, 422)
    his = await phone(ben, bond)
    await bond.leave(sql, ben)
    assert await his.until_closed() == 4403
    hers = await phone(ana, bond)
    await ana.http.post("/api/auth/logout")
    assert await hers.until_closed() == 4401


async def test_each_of_five_gets_fifty_changes_in_their_order(server, sql, people):
    five = await people(5)
    bond = await founded(sql, *five)
    phones = [await phone(one, bond) for one in five]
    await asyncio.gather(*(bond.task(five[0]) for _ in range(50)))
    head = (await five[0].get(f"{bond.path}/changes"))["head"]
    for one in phones:
        await one.until_seq(head)
        assert one.closed is None
        await one.close()
