"""Talks with characters: what is said, asked, shown and kept, whoever loses the line, with providers that behave and that do not.

The provider is tests/support/openai_standin.py, as a real server.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator

import httpx
import msgspec
import pytest

from storage import talks
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.support.ai_standin import Cut, Refuse, Wait
from tests.support.bond_phone import BondPhone
from tests.support.bonds import Bond
from tests.support.databases import login_url
from tests.support.flowise_standin import CHATFLOW, FlowiseServer
from tests.support.openai_standin import MODEL, OpenAi, no
from tests.support.person import Person
from tests.support.pictures import picture
from tests.support.server_process import ServerProcess
from tests.support.talks import FLOWISE, character, events, follow, refused, said, say, saying


@pytest.fixture(scope="module")
def openai_server() -> Iterator[OpenAi]:
    with OpenAi() as server:
        yield server


@pytest.fixture(scope="module")
def flowise_server() -> Iterator[FlowiseServer]:
    with FlowiseServer() as server:
        yield server


@pytest.fixture
def provider(openai_server) -> Iterator[OpenAi]:
    openai_server.begin()
    yield openai_server
    assert openai_server.wrong == []


@pytest.fixture(scope="module")
def settings(settings, openai_server, flowise_server):
    return msgspec.structs.replace(
        settings,
        **openai_server.settings,
        **flowise_server.settings,
        limit_chat="100000/60",
        limit_files="100000/60",
        characters_prices=("*=2/10", f"{MODEL}=1/4", "other-model=2/8", "flowise=0.25"),
        characters_daily_budget=1000.0,
    )


@pytest.fixture
async def ada(server) -> AsyncIterator[Person]:
    async with await Person.registered(server.url, "Ada") as person:
        yield person


async def test_what_a_character_answers_comes_in_pieces_and_is_kept_with_what_it_took(provider, ada, sql):
    rowan = await character(ada)
    heard = await say(ada, rowan, "Good evening, Rowan. Write to me at ada@example.org.")
    assert heard.text == "I am glad that you are here. How was your day?"
    talk, answer = heard.last["conversation_id"], heard.last["message_id"]
    # 300 tokens in and 40 out, at 1 and 4 for a million
    assert heard.last["usage"] == {"input_tokens": 300, "output_tokens": 40, "cost_micros": 460}
    assert [(one["role"], one["content"], one["status"]) for one in await said(ada, talk)] == [
        ("user", "Good evening, Rowan. Write to me at ada@example.org.", "done"),
        ("assistant", heard.text, "done"),
    ]
    listed = (await ada.get("/api/conversations"))["items"]
    assert [(one["id"], one["kinkster_id"], one["answering"]) for one in listed] == [(talk, rowan, None)]
    assert listed[0]["title"].startswith("Good evening, Rowan.")
    row = await sql.fetchrow("SELECT * FROM agent_sessions WHERE message_id = $1", uuid.UUID(answer))
    assert (row["outcome"], row["model"], row["cost_micros"]) == ("done", MODEL, 460)
    assert (
        await sql.fetchval("SELECT spent_micros FROM ai_spending_of_people WHERE user_id = $1", uuid.UUID(ada.id))
        == 460
    )
    body = provider.last
    assert "Rowan" in body["instructions"]
    assert body["store"] is False
    told = str(body)
    assert not [one for one in (ada.id, ada.email, "ada@example.org", rowan, talk, "Ada") if one in told]
    assert body["input"][-1]["content"][0]["text"] == "Good evening, Rowan. Write to me at …."


async def test_the_limits_of_the_person_are_told_and_guard_what_is_shown(provider, ada, sql, server):
    rowan = await character(ada)
    await Bond("", "").limit(sql, ada, "hardBoundaryImpact")
    provider.scripts.append(["I like you. I would ", "love to spank you", " now. Do you like tea?"])
    heard = await say(ada, rowan, "Tell me something nice.")
    assert "spank" not in heard.text
    assert heard.text.startswith("I like you. ")
    assert heard.text.endswith("Do you like tea?")
    assert (await said(ada, heard.last["conversation_id"]))[1]["content"] == heard.text
    assert "hitting of any kind" in provider.last["instructions"]
    assert '"answer_withheld"' in server.log.read_text()


async def test_who_loses_the_line_reads_on_from_what_is_kept_and_the_answer_goes_on_without_them(provider, ada):
    rowan, wait = await character(ada), Wait()
    provider.scripts.append(["One is first. ", wait, "Two is second. ", "Three is last."])
    async with saying(ada, rowan, "Count for me.") as answer:
        stream = events(answer)
        assert await anext(stream) == {"text": "One is first. "}
    talk = (await ada.get("/api/conversations"))["items"][0]
    assert talk["answering"]
    _, growing = await said(ada, talk["id"])
    assert (growing["status"], growing["content"], growing["id"]) == ("streaming", "One is first. ", talk["answering"])
    assert await refused(ada, rowan, "More?", conversation_id=talk["id"]) == (409, "wrong_state")
    again = asyncio.create_task(follow(ada, talk["id"], f"{talk['answering']}:{len('One is first. ')}"))
    wait.go.set()
    heard = await again
    assert (heard.text, heard.done) == ("Two is second. Three is last.", True)
    whole = await follow(ada, talk["id"])
    assert whole.text == "One is first. Two is second. Three is last."
    assert whole.last == heard.last
    assert len(provider.asked) == 1


async def test_an_answer_that_is_stopped_ends_there_too_and_what_had_come_is_kept(provider, ada, sql):
    rowan, wait = await character(ada), Wait()
    provider.scripts.append(["That is fine. ", wait, "Never told."])
    async with saying(ada, rowan, "Tell me.") as answer:
        stream = events(answer)
        assert await anext(stream) == {"text": "That is fine. "}
        talk = (await ada.get("/api/conversations"))["items"][0]["id"]
        assert (await ada.http.delete(f"/api/conversations/{talk}/stream")).status_code == 204
        last = [event async for event in stream][-1]
    assert last["error"]["code"] == "answer_stopped"
    assert await asyncio.to_thread(provider.hung_up.wait, 20)
    wait.go.set()
    kept = (await said(ada, talk))[1]
    assert (kept["status"], kept["content"]) == ("partial", "That is fine. ")
    assert (await ada.http.delete(f"/api/conversations/{talk}/stream")).status_code == 204
    # Nobody counted its tokens: it cost as much as it can have.
    cost = await sql.fetchval("SELECT cost_micros FROM agent_sessions WHERE message_id = $1", uuid.UUID(kept["id"]))
    assert cost > 0
    heard = await say(ada, rowan, "Go on.", conversation_id=talk)
    assert heard.done
    assert [one["content"] for one in provider.last["input"][:-1]] == ["Tell me.", "That is fine. "]


async def test_the_same_key_is_the_same_turn_and_is_paid_once(provider, ada, sql):
    rowan, key = await character(ada), str(uuid.uuid4())
    first, second = await asyncio.gather(*(say(ada, rowan, "Only once, please.", key=key) for _ in range(2)))
    third = await say(ada, rowan, "Only once, please.", key=key)
    assert first.done
    assert (first.text, first.last) == (second.text, second.last) == (third.text, third.last)
    assert len(provider.asked) == 1
    assert await refused(ada, rowan, "Something else.", key=key) == (409, "key_reused")
    assert await sql.fetchval("SELECT count(*) FROM messages WHERE user_id = $1", uuid.UUID(ada.id)) == 2


@pytest.mark.parametrize(
    ("script", "code", "status", "text"),
    [
        (no(429, "insufficient_quota"), "provider_busy", "partial", None),
        (Refuse(401, {"error": {"message": "no", "code": "invalid_api_key"}}), "not_configured", "partial", None),
        ([{"type": "response.refusal.delta", "item_id": "x", "output_index": 0, "content_index": 0, "delta": "No."}],
         "provider_refused", "refused", None),
        (["It began. ", Cut()], "answer_cut", "partial", "It began. "),
    ],
)  # fmt: skip
async def test_what_goes_wrong_is_said_and_what_had_come_is_kept(  # noqa: PLR0917 - fixtures and a row
    provider, ada, sql, script, code, status, text
):
    rowan, key = await character(ada), str(uuid.uuid4())
    provider.scripts.append(script)
    heard = await say(ada, rowan, "Tell me.", key=key)
    assert (heard.code, heard.text) == (code, text or "")
    assert heard.last["error"]["message"]
    _, kept = await said(ada, heard.last["conversation_id"])
    assert (kept["status"], kept["content"]) == (status, text)
    assert (await say(ada, rowan, "Tell me.", key=key)).last == heard.last
    assert len(provider.asked) == 1
    cost, reserved = await sql.fetchrow(
        "SELECT cost_micros, reserved_micros FROM agent_sessions WHERE user_id = $1", uuid.UUID(ada.id)
    )
    assert (cost == 0) == (code in ("provider_busy", "not_configured"))
    assert cost <= reserved
    spent = await sql.fetchval("SELECT spent_micros FROM ai_spending_of_people WHERE user_id = $1", uuid.UUID(ada.id))
    assert spent == cost


async def test_a_talk_is_told_again_and_begins_anew_where_the_character_is_another_one(provider, ada):
    rowan = await character(ada)
    talk = (await say(ada, rowan, "My cat is called Pixel.")).last["conversation_id"]
    await say(ada, rowan, "What is she called?", conversation_id=talk)
    assert [one["role"] for one in provider.last["input"]] == ["user", "assistant", "user"]
    other = await character(ada, name="Else")
    assert await refused(ada, other, "Hello?", conversation_id=talk) == (422, "invalid")
    await ada.http.patch(f"/api/kinksters/{rowan}", json={"bio": "Loud and merry."})
    await say(ada, rowan, "And now?", conversation_id=talk)
    assert [one["role"] for one in provider.last["input"]] == ["user"]
    await say(ada, rowan, "And then?", conversation_id=talk)
    assert [one["content"] for one in provider.last["input"][:-1]] == [
        "And now?",
        "I am glad that you are here. How was your day?",
    ]
    await ada.http.patch(f"/api/kinksters/{rowan}", json={"openai_model": "other-model"})
    await say(ada, rowan, "Who are you?", conversation_id=talk)
    assert (provider.last["model"], len(provider.last["input"])) == ("other-model", 1)
    await ada.http.patch(f"/api/kinksters/{rowan}", json={"openai_model": "a-model-without-a-price"})
    await say(ada, rowan, "And now?", conversation_id=talk)
    assert provider.last["model"] == MODEL


async def test_a_safeword_stops_what_is_being_written_and_nobody_is_asked(provider, ada, sql):
    rowan, wait = await character(ada), Wait()
    provider.scripts.append(["I come closer. ", wait, "Closer."])
    async with saying(ada, rowan, "Come here.") as answer:
        stream = events(answer)
        await anext(stream)
        talk = (await ada.get("/api/conversations"))["items"][0]["id"]
        heard = await say(ada, rowan, "Red!", conversation_id=talk)
        last = [event async for event in stream][-1]
    wait.go.set()
    assert last["error"]["code"] == "answer_stopped"
    assert (heard.done, heard.last["safety"]) == (True, True)
    assert "owe nobody a reason" in heard.text
    assert heard.last["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost_micros": 0}
    crisis = await say(ada, rowan, "I want to die", conversation_id=talk)
    assert crisis.last["safety"]
    assert "112" in crisis.text
    assert len(provider.asked) == 1
    assert [one["safety"] for one in await said(ada, talk)] == [False, False, False, True, False, True]
    outcomes = await sql.fetch("SELECT outcome FROM agent_sessions WHERE user_id = $1", uuid.UUID(ada.id))
    assert sorted(row["outcome"] for row in outcomes) == ["answer_stopped", "safety", "safety"]


async def test_a_word_that_was_agreed_on_in_the_talk_stops_it_where_it_stands_alone(provider, ada):
    rowan = await character(ada)
    first = await say(ada, rowan, "Pineapple.")
    talk = first.last["conversation_id"]
    assert "safety" not in first.last, "nobody has said that it means anything"
    await say(ada, rowan, "Let us begin. Our safeword is pineapple, and if I say it we stop.", conversation_id=talk)
    await say(ada, rowan, "I brought you a pineapple from the market.", conversation_id=talk)
    assert len(provider.asked) == 3
    for words in ("Pineapple!", "pineapple, please"):
        heard = await say(ada, rowan, words, conversation_id=talk)
        assert (heard.last["safety"], len(provider.asked)) == (True, 3)
    assert "owe nobody a reason" in heard.text
    elsewhere = await say(ada, rowan, "Pineapple")
    assert "safety" not in elsewhere.last
    assert "safety" not in (await say(ada, rowan, "Good night.", conversation_id=talk)).last


async def test_a_word_that_a_long_talk_agreed_on_where_it_began_still_stops_it(provider, ada, sql):
    rowan = await character(ada)
    first = await say(ada, rowan, "Our safeword is pineapple, and if I say it we stop.")
    talk = first.last["conversation_id"]
    await say(ada, rowan, "The weather is fine.", conversation_id=talk)
    await sql.execute(
        "INSERT INTO messages (conversation_id, user_id, role, content, created_at)"
        " SELECT conversation_id, user_id, 'user', content, created_at + number * interval '1 millisecond'"
        " FROM (SELECT * FROM messages WHERE conversation_id = $1 AND role = 'user' ORDER BY created_at DESC LIMIT 1) AS last,"
        " generate_series(1, 260) AS number",
        uuid.UUID(talk),
    )
    assert (await say(ada, rowan, "Pineapple", conversation_id=talk)).last["safety"]
    assert len(provider.asked) == 2


async def test_of_a_talk_its_first_and_its_last_words_are_read_the_oldest_first_and_each_once(ada, sql, database_url):
    rowan = await character(ada)
    database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    for count in range(9):
        talk = await sql.fetchval(
            "INSERT INTO conversations (user_id, kinkster_id, provider) VALUES ($1, $2, 'flowise') RETURNING id",
            *(uuid.UUID(ada.id), uuid.UUID(rowan)),
        )
        await sql.execute(
            "INSERT INTO messages (conversation_id, user_id, role, content, created_at)"
            " SELECT $1, $2, 'user', to_jsonb(number), now() + number * interval '1 second'"
            " FROM generate_series(1, $3::int) AS number",
            *(talk, uuid.UUID(ada.id), count),
        )
        async with database.as_user(ada.id) as db:
            read = await talks.texts(db, talk, first=2, last=3)
        numbers = list(range(1, count + 1))
        assert read == [*numbers[:2], *numbers[max(2, count - 3) :]]
    await database.close()


async def test_flowise_answers_in_a_session_of_the_talk(flowise_server, provider, ada):
    flowise_server.begin()
    rowan = await character(ada, provider="flowise", flowise_chatflow_id=CHATFLOW)
    heard = await say(ada, rowan, "Good evening.", path=FLOWISE)
    assert heard.text == "I am glad that you are here. How was your day?"
    assert heard.last["usage"]["cost_micros"] == 250_000
    talk = heard.last["conversation_id"]
    await say(ada, rowan, "And you?", conversation_id=talk)
    await ada.http.patch(f"/api/kinksters/{rowan}", json={"bio": "Loud and merry."})
    await say(ada, rowan, "And now?", conversation_id=talk)
    first, second, third = (one.body["chatId"] for one in flowise_server.asked)
    assert first == second != third
    assert flowise_server.wrong == []
    assert [one["content"] for one in await said(ada, talk) if one["role"] == "user"] == [
        "Good evening.", "And you?", "And now?",
    ]  # fmt: skip
    by_openai = await character(ada)
    assert await refused(ada, by_openai, "Hello?", path=FLOWISE) == (422, "invalid")
    assert provider.asked == []
    # A quarter each: what is left of a unit does not pay for a fifth.
    await say(ada, rowan, "A fourth?", conversation_id=talk)
    assert await refused(ada, rowan, "A fifth?", conversation_id=talk) == (429, "budget_used")
    assert len(flowise_server.asked) == 4
    helped = await say(ada, rowan, "safeword", conversation_id=talk)
    assert helped.last["safety"]


async def test_pictures_of_ones_own_are_sent_as_they_are_and_go_with_the_talk(provider, ada, server, sql):
    rowan = await character(ada)
    mine = (await ada.http.post("/api/files", files={"file": ("a.png", picture("PNG"))})).json()["file_id"]
    heard = await say(ada, rowan, "Look!", file_ids=[mine])
    assert heard.done
    [sent] = [one for one in provider.last["input"][-1]["content"] if one["type"] == "input_image"]
    assert sent["image_url"].startswith("data:image/")
    talk = heard.last["conversation_id"]
    assert [one["file_id"] for one in (await said(ada, talk))[0]["attachments"]] == [mine]
    async with await Person.registered(server.url, "Ben") as ben:
        theirs = (await ben.http.post("/api/files", files={"file": ("a.png", picture("PNG"))})).json()["file_id"]
    for wrong in (mine, theirs, str(uuid.uuid4())):
        assert await refused(ada, rowan, "Look again!", file_ids=[wrong], conversation_id=talk) == (422, "invalid")
    assert len(provider.asked) == 1
    assert (await ada.http.delete(f"/api/conversations/{talk}")).status_code == 204
    assert await sql.fetchval("SELECT count(*) FROM files WHERE user_id = $1", uuid.UUID(ada.id)) == 0
    assert (await ada.http.get(f"/api/conversations/{talk}/messages")).status_code == 404


async def test_a_talk_is_its_persons_alone_and_is_told_to_their_own_phones(provider, ada, server):
    rowan = await character(ada)
    bond = (await ada.post("/api/bonds", {"name": "Us", "bond_type": "dyad"}, expect=201))["id"]
    phone = await BondPhone.in_room(ada, bond)
    heard = await say(ada, rowan, "Only for us.")
    talk, answer = heard.last["conversation_id"], heard.last["message_id"]

    def told() -> list[tuple[str, str]]:
        return [(frame["op"], frame["id"]) for frame in phone.of("own") if frame["table"] == "messages"]

    await phone.until(lambda: ("insert", answer) in told() and ("update", answer) in told())
    assert {frame["table"] for frame in phone.of("own")} >= {"messages", "conversations"}
    await phone.close()
    async with await Person.registered(server.url, "Ben") as ben:
        for verb, path in [
            ("GET", ""),
            ("GET", "/messages"),
            ("GET", "/stream"),
            ("DELETE", ""),
            ("DELETE", "/stream"),
        ]:
            assert (await ben.http.request(verb, f"/api/conversations/{talk}{path}")).status_code == 404
        assert (await ben.get("/api/conversations"))["items"] == []
        own = await character(ben)
        assert await refused(ben, rowan, "Hello?") == (404, "not_found")
        assert await refused(ben, own, "Hello?", conversation_id=talk) == (404, "not_found")
        stolen = await ben.http.get(f"/api/conversations/{talk}/stream", headers={"Last-Event-ID": f"{answer}:0"})
        assert stolen.status_code == 404
    assert len(provider.asked) == 1


async def test_what_is_said_is_in_the_export_and_goes_with_its_person(provider, ada, sql):
    rowan = await character(ada)
    provider.scripts.append(["An answer for the export."])
    await say(ada, rowan, "A question for the export.")
    made = (await ada.http.get("/api/me/export")).text
    assert "A question for the export." in made
    assert "An answer for the export." in made
    gone = await ada.http.request("DELETE", "/api/me", json={"password": ada.password})
    assert gone.status_code in (200, 202, 204), gone.text
    for table in ("conversations", "messages", "agent_sessions", "ai_spending_of_people"):
        assert await sql.fetchval(f"SELECT count(*) FROM {table} WHERE user_id = $1", uuid.UUID(ada.id)) == 0


async def test_nothing_of_a_talk_stands_where_others_read(provider, ada, sql, server, database_url):
    secret, answer = "Zitronenfalter-of-a-question", "Wolkenkuckuck-of-an-answer"
    rowan, key = await character(ada), str(uuid.uuid4())
    provider.scripts += [[f"{answer}. ", Cut()], Refuse(400, {"error": {"message": secret, "code": secret}})]
    heard = await say(ada, rowan, secret, key=key)
    await say(ada, rowan, secret, conversation_id=heard.last["conversation_id"])
    log = server.log.read_text()
    assert secret not in log
    assert answer not in log
    for (table,) in await sql.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    ):
        found = await sql.fetchval(f"SELECT count(*) FROM {table} t WHERE t::text ~ $1", f"{secret}|{answer}")
        assert found == 0, table
    failed = str([heard.last, await ada.get("/api/notifications")])
    assert secret not in failed


@pytest.mark.long
async def test_a_process_that_is_killed_leaves_a_part_that_another_ends(provider, settings, server, sql, tmp_path):
    dying = ServerProcess(msgspec.structs.replace(settings, crash_at="answer_grown:1"), tmp_path / "log")
    key, wait = str(uuid.uuid4()), Wait()
    provider.scripts.append(["That is fine. ", wait, "Never told."])
    async with await Person.registered(dying.url, "Ada") as ada:
        rowan = await character(ada)
        with pytest.raises(httpx.HTTPError):
            async with saying(ada, rowan, "Tell me.", key=key) as answer:
                [_ async for _ in events(answer)]
        await asyncio.to_thread(dying.process.wait, 20)
        dying.kill()  # its output is closed
        wait.go.set()
        token = ada.http.headers["Authorization"]
    async with Person(server.url, "Ada") as ada:  # signed in at another process of the same service
        ada.http.headers["Authorization"] = token
        talk = (await ada.get("/api/conversations"))["items"][0]["id"]
        assert (await said(ada, talk))[1]["status"] == "streaming"
        # The same turn: it is told what there is, and waits until nobody is believed to write it.
        heard = await say(ada, rowan, "Tell me.", key=key)
        assert (heard.text, heard.code) == ("That is fine. ", "answer_lost")
        kept = (await said(ada, talk))[1]
        assert (kept["status"], kept["content"]) == ("partial", "That is fine. ")
        assert (await say(ada, rowan, "Go on.", conversation_id=talk)).done
    assert len(provider.asked) == 2
    cost, reserved = await sql.fetchrow(
        "SELECT cost_micros, reserved_micros FROM agent_sessions WHERE message_id = $1", uuid.UUID(kept["id"])
    )
    assert cost == reserved > 0


@pytest.mark.long
@pytest.mark.parametrize("point", ["after_commit:2", "answer_begun"])
async def test_a_process_that_is_killed_before_it_asks_leaves_a_turn_that_is_begun_once_or_ended(  # noqa: PLR0917 - fixtures
    provider, settings, server, sql, tmp_path, point
):
    dying = ServerProcess(msgspec.structs.replace(settings, crash_at=point), tmp_path / "log")
    key = str(uuid.uuid4())
    async with await Person.registered(dying.url, "Ada") as ada:
        rowan = await character(ada)  # the first commit
        with pytest.raises(httpx.HTTPError):
            async with saying(ada, rowan, "Tell me.", key=key) as answer:
                [_ async for _ in events(answer)]
        await asyncio.to_thread(dying.process.wait, 20)
        dying.kill()  # its output is closed
        token, who = ada.http.headers["Authorization"], uuid.UUID(ada.id)
    assert provider.asked == []
    async with Person(server.url, "Ada") as ada:
        ada.http.headers["Authorization"] = token
        heard = await say(ada, rowan, "Tell me.", key=key)
        assert (heard.code, len(provider.asked)) == ((None, 1) if point == "after_commit:2" else ("answer_lost", 0))
        kept = (await said(ada, (await ada.get("/api/conversations"))["items"][0]["id"]))[1]
        assert kept["status"] == ("done" if heard.done else "partial")
        cost, reserved = await sql.fetchrow(
            "SELECT cost_micros, reserved_micros FROM agent_sessions WHERE message_id = $1", uuid.UUID(kept["id"])
        )
        assert cost == (460 if heard.done else reserved)
        spent = await sql.fetchval("SELECT spent_micros FROM ai_spending_of_people WHERE user_id = $1", who)
        assert spent == cost
