"""Two phones against a server process that is killed under them: the thread from one end to the other."""

import pytest

from tests.support.person import Person
from tests.support.phone import Phone


async def test_two_people_play_on_after_kill_9_of_the_server_in_mid_game(server):
    async with await Person.registered(server.url, "Ada") as ada, await Person.anonymous(server.url, "Bo") as bo:
        room = await ada.open_room(activity_type="truth", target_activities=5)
        joined = await bo.join(room["join"]["token"])
        assert joined["words"] == room["join"]["words"]
        a = await Phone.in_room(ada, room["session_id"])
        b = await Phone.in_room(bo, room["session_id"])
        await a.command("ready")
        await b.command("ready")
        await a.until(lambda: a.state["phase"] == "card")
        ack = await a.command("complete", on=a.last_seq_of("card_shown", "card_replaced"))
        await b.until_seq(ack["seq"])

        server.kill()
        await a.until_closed()
        await b.until_closed()
        server.restart()
        await a.connect()
        await b.connect()

        assert a.mode == "replay"
        await a.until_seq(max(a.seq, b.seq))
        await b.until_seq(a.seq)
        assert a.state["turn"] == b.state["turn"] == 2
        for phone in (a, b):
            answer = await phone.person.get(f"/api/sessions/{room['session_id']}")
            assert answer == {"seq": phone.seq, "state": phone.state}
        await b.command("complete", on=b.last_seq_of("card_shown", "card_replaced"))
        await a.command("end")
        await b.until(lambda: b.state["phase"] == "ended")
        for phone in (a, b):
            await phone.close()


@pytest.mark.parametrize("partner", [Person.registered, Person.anonymous])
async def test_two_people_pair_and_open_a_room_from_their_connection(server, partner):
    async with await Person.registered(server.url, "Ada") as ada, await partner(server.url, "Bo") as bo:
        if partner == Person.registered:
            connection_id = await ada.befriend(bo)
            room = await ada.open_room(partner={"connection_id": connection_id})
        else:
            room = await ada.open_room()
            await bo.join(room["join"]["token"])
        listed = await bo.get("/api/sessions")
        assert room["session_id"] in [item["session_id"] for item in listed["items"]]
