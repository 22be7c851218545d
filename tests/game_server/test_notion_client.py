"""Notion's API as we ask it: over a real line, from a stand-in that is as strict and as unreliable as it is documented to be."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from game_server.integrations import notion_webhooks
from game_server.integrations.notion import Notion
from game_server.integrations.notion_connection import NotionConnection
from game_server.integrations.notion_errors import (
    Away,
    Limited,
    NotionFailed,
    NotThere,
    Overloaded,
    Refused,
    Restricted,
    Unauthorized,
)
from rooms.notion import incoming, outgoing, pace, schema
from rooms.notion.kinds import KINDS
from tests.rooms.notion.values import AROUND
from tests.support import notion as standin
from tests.support.notion_store import Workspace

KIND = KINDS["resources"]
NOON = datetime(2026, 11, 30, 12, 0, 30, tzinfo=UTC)


class Time:
    """A clock that goes on where somebody sleeps."""

    def __init__(self) -> None:
        self.seconds, self.slept = 0.0, []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture(scope="module")
def notion() -> Iterator[standin.Notion]:
    with standin.Notion(lambda: NOON) as served:
        yield served


@pytest.fixture(autouse=True)
def as_usual(notion):
    yield
    notion.faults.clear()
    notion.lag, notion.per_minute, notion.most_results, notion.gate = 0, None, standin.MOST_RESULTS, None


@pytest.fixture
def ours(notion) -> Workspace:
    return notion.workspace()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def api(notion, time):
    made = Notion(
        notion.url, now=lambda: NOON, client_id=standin.CLIENT_ID, client_secret=standin.CLIENT_SECRET,
        seconds=lambda: time.seconds, sleep=time.sleep,
    )  # fmt: skip
    yield made
    await made.close()


@pytest.fixture
def there(api, ours) -> NotionConnection:
    return NotionConnection(api, ours.token)


async def made(there, ours, kind=KIND):
    """A database of this kind, and its properties' ids."""
    database = await there.create_database(ours.page_id, kind.called, schema.properties_of(kind, "o"))
    table = await there.data_source(database.data_sources[0])
    return table.id, schema.ids_of(kind, table.properties)


def said(ids, values, entity_id="00000000-0000-4000-8000-000000000001", new=True):
    return outgoing.written(KIND, values, entity_id=entity_id, ids=ids, new=new).properties


class TestConnecting:
    async def test_who_we_are(self, there, ours):
        me = await there.me()
        assert (me.bot_id, me.workspace_id, me.workspace_name, me.owner_id) == (ours.bot_id, ours.id, "Ours", None)

    async def test_somebody_signs_in_there_once_and_again_with_new_tokens(self, api, notion, ours):
        code = notion.let_in(ours, "https://here.example/callback")
        assert "client_secret" not in api.authorize_url("s t", "https://here.example/callback")
        with pytest.raises(Refused, match="invalid_grant"):
            await api.exchange(code, "https://elsewhere.example/")
        code = notion.let_in(ours, "https://here.example/callback")
        grant = await api.exchange(code, "https://here.example/callback")
        assert (grant.workspace_id, grant.bot_id, grant.owner_id) == (ours.id, ours.bot_id, ours.person_id)
        assert (await NotionConnection(api, grant.access_token).me()).owner_id == ours.person_id
        with pytest.raises(Refused, match="invalid_grant"):
            await api.exchange(code, "https://here.example/callback")
        newer = await api.refresh(grant.refresh_token)
        assert newer.access_token != grant.access_token
        with pytest.raises(Unauthorized):
            await NotionConnection(api, grant.access_token).me()

    async def test_an_operator_with_a_wrong_secret_is_told_so(self, notion, ours):
        other = Notion(notion.url, now=lambda: NOON, client_id=standin.CLIENT_ID, client_secret="wrong")
        with pytest.raises(Unauthorized, match="invalid_client"):
            await other.exchange(notion.let_in(ours, "u"), "u")
        await other.close()

    async def test_a_token_that_was_revoked_breaks_the_connection(self, there, notion, ours):
        notion.revoke(ours)
        with pytest.raises(Unauthorized) as refused:
            await there.me()
        assert pace.plan(refused.value.trouble, 1).broken


class TestDatabases:
    async def test_ours_is_found_among_many_by_its_mark_whatever_it_is_called(self, there, ours):
        table, _ = await made(there, ours)
        ours.tables[table].title = "Books"
        for number in range(250):
            ours.new_table(ours.page_id, KIND.called, {"Name": {"title": {}}, f"n{number}": {"number": {}}})
        every = await there.every_data_source()
        assert len(every) == 251
        assert [one.id for one in every if schema.is_marked(KIND, "o", one.properties)] == [table]

    async def test_what_lacks_is_added(self, there, ours):
        table, ids = await made(there, ours)
        ours.human.drop(table, "Description")
        lacking = schema.missing(KIND, (await there.data_source(table)).properties, ids)
        after = await there.add_properties(table, schema.mended(KIND, lacking))
        assert schema.missing(KIND, after.properties, ids) == ()
        assert schema.forgotten(ids, schema.ids_of(KIND, after.properties, ids)) == ("description",)

    async def test_a_page_that_is_not_shared_takes_no_database(self, there):
        with pytest.raises(NotThere):
            await there.create_database("00000000-0000-4000-8000-000000000009", "x", {"Name": {"title": {}}})

    async def test_somebody_elses_are_not_there(self, there, api, notion, ours):
        table, _ = await made(there, ours)
        other = NotionConnection(api, notion.workspace("Other").token)
        assert await other.every_data_source() == ()
        with pytest.raises(NotThere):
            await other.data_source(table)
        ours.human.unshare(table)
        with pytest.raises(NotThere):
            await there.query(table)


class TestPages:
    async def test_long_and_odd_texts_come_back_as_they_were(self, there, ours):
        table, ids = await made(there, ours)
        values = {
            "title": "A title, with a comma",
            "description": "😀\n" * 30_000 + "end",
            "tags": ("a", "b"),
            "rating": 3,
        }
        page = await there.create_page(table, said(ids, values))
        assert page.data_source_id == table
        read = await there.page(page.id)
        assert incoming.theirs(KIND, read.properties, AROUND, ids=ids).items() >= values.items()
        (found,) = (await there.query(table)).items
        assert incoming.theirs(KIND, found.properties, AROUND, ids=ids).items() >= values.items()

    async def test_a_change_is_found_since_the_minute_before_it(self, there, notion, ours):
        table, ids = await made(there, ours)
        page = await there.create_page(table, said(ids, {"title": "a"}))
        notion.now = lambda: NOON + timedelta(hours=1)
        ours.human.edit(page.id, "Title", "b")
        ours.human.create(table, {"Title": "c"})
        notion.now = lambda: NOON
        found = await there.query(table, since=NOON + timedelta(hours=1))
        assert len(found.items) == 2
        assert (await there.query(table, since=NOON + timedelta(hours=2))).items == ()
        edited = next(one for one in found.items if one.id == page.id)
        assert (edited.created_by, edited.last_edited_by) == (ours.bot_id, ours.person_id)
        assert edited.last_edited_time == "2026-11-30T13:00:00.000Z"

    async def test_pages_of_pages_are_followed_and_an_end_that_is_none_is_told(self, there, notion, ours):
        table, _ = await made(there, ours)
        for number in range(7):
            ours.human.create(table, {"Title": str(number)})
        seen, cursor = [], None
        while True:
            part = await there.query(table, cursor=cursor, size=3)
            seen += part.items
            cursor = part.next_cursor
            if cursor is None:
                break
        assert len({one.id for one in seen}) == 7
        assert not part.incomplete
        notion.most_results = 4
        assert (await there.query(table)).incomplete

    async def test_a_row_is_found_by_our_id_once_the_query_knows_it(self, there, notion, ours):
        table, ids = await made(there, ours)
        notion.lag = 3
        page = await there.create_page(table, said(ids, {"title": "a"}))
        wanted = "00000000-0000-4000-8000-000000000001"
        assert await there.find_by_id(table, ids["id"], wanted) == ()
        assert (await there.page(page.id)).id == page.id
        await there.me()
        assert [one.id for one in await there.find_by_id(table, ids["id"], wanted)] == [page.id]

    async def test_the_trash_is_out_of_queries_and_still_there(self, there, ours):
        table, ids = await made(there, ours)
        page = await there.create_page(table, said(ids, {"title": "a"}))
        assert (await there.trash(page.id)).in_trash
        assert (await there.query(table)).items == ()
        assert (await there.page(page.id)).in_trash
        with pytest.raises(Refused, match="validation_error"):
            await there.update_page(page.id, said(ids, {"title": "b"}))
        ours.human.restore(page.id)
        await there.update_page(page.id, said(ids, {"title": "b"}))
        assert ours.human.read(page.id)["Title"] == "b"

    async def test_cleared_is_cleared(self, there, ours):
        table, ids = await made(there, ours)
        page = await there.create_page(
            table, said(ids, {"title": "a", "description": "x", "rating": 3, "tags": ("t",)})
        )
        await there.update_page(page.id, said(ids, {"description": None, "rating": None, "tags": None}, new=False))
        read = ours.human.read(page.id)
        assert (read["Title"], read["Description"], read["My rating"], read["Tags"]) == ("a", "", None, [])

    async def test_what_is_not_taken_says_whose_value_it_is_and_never_the_value(self, there, ours):
        table, _ = await made(there, ours)
        for properties, named in (
            ({"Nothing": {"number": 1}}, "Nothing"),
            ({"My rating": {"rich_text": []}}, "My rating"),
            ({"Description": {"rich_text": [{"text": {"content": "x" * 2001}}]}}, "Description"),
            ({"Description": {"rich_text": [{"text": {"content": "x"}}] * 101}}, "Description"),
            ({"Tags": {"multi_select": [{"name": "private, words"}]}}, None),
        ):
            with pytest.raises(Refused) as refused:
                await there.create_page(table, properties)
            assert (refused.value.code, refused.value.property) == ("validation_error", named)
            assert "private" not in repr(refused.value)
        with pytest.raises(Refused, match="too_large"):
            await there.create_page(table, {"Description": {"rich_text": [{"text": {"content": "x" * 600_000}}]}})


class TestTrouble:
    async def test_a_short_wait_is_waited_and_asked_once_more(self, there, notion, time):
        notion.next(2, 429, after="2")
        await there.me()
        assert time.seconds >= 4

    async def test_a_long_one_is_the_callers_and_everybodys_of_this_connection(self, there, api, notion, ours, time):
        notion.next(1, 429, after="90")
        with pytest.raises(Limited) as limited:
            await there.me()
        assert limited.value.after_s == 90
        asked = len(notion.asked)
        with pytest.raises(Limited, match="own_budget"):
            await NotionConnection(api, ours.token).me()
        assert len(notion.asked) == asked
        await NotionConnection(api, notion.workspace("Other").token).me()
        time.seconds += 91
        await there.me()

    async def test_a_date_is_a_wait_too(self, there, notion):
        notion.next(1, 529, after="Mon, 30 Nov 2026 12:05:30 GMT")
        with pytest.raises(Overloaded) as busy:
            await there.me()
        assert busy.value.after_s == 300

    async def test_who_is_always_told_to_wait_not_at_all_does_not_ask_for_ever(self, there, notion):
        notion.next(100, 429, after="0")
        asked = len(notion.asked)
        with pytest.raises(Limited):
            await there.me()
        assert len(notion.asked) - asked <= 21

    async def test_each_status_is_one_kind_of_trouble(self, there, notion):
        for status, kind in (
            (403, Restricted),
            (404, NotThere),
            (408, Away),
            (500, Away),
            (502, Away),
            (503, Away),
            (504, Away),
        ):
            notion.next(1, status, code="some_code")
            with pytest.raises(kind, match="some_code"):
                await there.me()
        notion.next(1, 409)
        with pytest.raises(NotionFailed) as collision:
            await there.me()
        assert collision.value.trouble == "conflict"

    async def test_nothing_else_is_asked_for_twice(self, there, notion, ours):
        table, ids = await made(there, ours)
        before = notion.count("POST pages")
        for fault in (
            {"cut": True, "status": 0},
            {"cut": True, "status": 0, "done": True},
            {"status": 500, "done": True},
            {"garbled": True, "status": 0},
        ):
            notion.next(1, **fault)
            with pytest.raises(Away):
                await there.create_page(table, said(ids, {"title": "a"}))
        assert notion.count("POST pages") - before == 4
        assert len(ours.human.pages(table)) == 3  # and some of it was done: the next run finds that by our id

    async def test_ten_callers_of_one_connection_keep_to_its_budget(self, there, notion, time):
        notion.per_minute = 200
        for _ in range(4):
            await asyncio.gather(*(there.me() for _ in range(10)))
        assert time.slept
        assert pace.BURST + time.seconds * pace.RATE + 1 >= 40

    async def test_nobody_there_is_away(self):
        nobody = Notion("http://127.0.0.1:9", now=lambda: NOON)
        with pytest.raises(Away, match="connection"):
            await NotionConnection(nobody, "t").me()
        await nobody.close()

    async def test_who_gives_up_leaves_nothing_open(self, there, notion):
        notion.gate = threading.Event()
        waiting = asyncio.ensure_future(there.me())
        assert await asyncio.to_thread(notion.arrived.wait, 20)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        notion.gate.set()
        notion.gate = None
        await there.me()

    async def test_neither_tokens_nor_words_are_logged(self, there, notion, ours, caplog):
        caplog.set_level(logging.INFO)
        table, ids = await made(there, ours)
        notion.next(1, 400, code="validation_error", only="pages")
        with pytest.raises(Refused) as refused:
            await there.create_page(table, said(ids, {"title": "very private"}))
        told = caplog.text + repr(refused.value) + str(refused.value.__context__)
        assert "very private" not in told
        assert ours.token not in told


class TestWebhooks:
    def test_what_is_signed_by_the_word_is_from_there(self, ours):
        ours.human.create(ours.new_table(ours.page_id, "x", {"Name": {"title": {}}}).id, {"Name": "a"})
        body, headers = standin.Notion.signed(ours.events[0])
        mark = headers["x-notion-signature"]
        assert notion_webhooks.is_signed(standin.VERIFICATION_TOKEN, body, mark)
        assert notion_webhooks.is_signed(standin.VERIFICATION_TOKEN, body, mark.upper().replace("SHA256", "sha256"))
        for wrong in ("", "sha256=", mark[:-1], mark.removeprefix("sha256="), "sha256=" + "é" * 64):
            assert not notion_webhooks.is_signed(standin.VERIFICATION_TOKEN, body, wrong)
        assert not notion_webhooks.is_signed("another", body, mark)
        assert not notion_webhooks.is_signed(standin.VERIFICATION_TOKEN, body + b" ", mark)

    def test_events_are_read_however_often_and_in_whatever_order_they_come(self, notion, ours):
        table = ours.new_table(ours.page_id, "x", {"Name": {"title": {}}})
        page = ours.human.create(table.id, {"Name": "a"})
        ours.human.edit(page, "Name", "b")
        ours.human.trash(page)
        told = [notion_webhooks.read(body) for body, _ in notion.deliveries(ours, seed=4)]
        assert {one.type for one in told} == {"page.created", "page.properties_updated", "page.deleted"}
        assert len({one.id for one in told}) == 3
        assert {(one.entity_id, one.workspace_id) for one in told} == {(page, ours.id)}
        assert told[0].authors == {ours.person_id: "person"}

    def test_the_word_comes_once_and_what_is_nothing_is_nothing(self):
        assert notion_webhooks.read(b'{"verification_token": "secret_x"}') == notion_webhooks.Handshake("secret_x")
        for body in (
            b"",
            b"[]",
            b"{}",
            b'{"id": "x"}',
            b"\xff",
            json.dumps({"id": "x", "type": "y", "entity": 3}).encode(),
        ):
            assert notion_webhooks.read(body) is None
