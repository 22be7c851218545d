"""Every operation of the API, every field of it that names something, whose it is, and who asks: all against all.

What is somebody else's, what was deleted and what never was are one and the same answer, and change no row; whoever may, can.
The tables are in tests/support/route_rows.py: a new route, or a new field that names something, needs a line there.
"""

import re
import uuid
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from litestar.routes import HTTPRoute

from game_server.http.docs import document
from tests.support.bond_rows import BESIDE
from tests.support.house import Person, come_anonymously, open_house
from tests.support.identities import CLIENTS, World, begin, whole
from tests.support.route_rows import ELSEWHERE, ENDS_LOGINS, HIDDEN, KINDS, NAME_NOTHING, ROWS, Row

FREE = {f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "invites", "tickets", "other")}
NAMING = re.compile(r"(^|[._])(id|ids|token|cursor|key|fingerprint|transaction|auth|p256dh)s?(\[\])?$|-Key$")
REFUSED_BY_KIND = ("unauthorized", "forbidden", "adult_required", "profile_required")
MALFORMED_TEXT = ("\0", "x" * 400, "💞", "-1", "' OR 1=1 --", "9" * 40, "\u0661", str(2**63))
MALFORMED_NUMBERS = (-1, 0, 2**31 * 2**32, 10**40, 1.5, "1", [], {}, True, "\0")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(database_url: str, redis_url: str, tmp_path_factory) -> AsyncIterator[World]:
    alone = {**FREE, "notion_offered": False}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("matrix"), **alone) as house:
        yield await begin(house)


def operations(world: World) -> dict[str, Any]:
    paths = document(world.house.app)["paths"]
    return {f"{method.upper()} {path}": one for path, found in paths.items() for method, one in found.items()}


def fields(world: World, operation: Any) -> Iterator[tuple[str, bool]]:
    """The fields of a request, and whether each is in the path: query and header by name, the body's by their way into it."""
    schemas = document(world.house.app)["components"]["schemas"]

    def leaves(schema: Any, at: str) -> Iterator[str]:
        if "$ref" in schema:
            yield from leaves(schemas[schema["$ref"].rpartition("/")[2]], at)
        elif schema.get("type") == "array":
            yield from leaves(schema["items"], f"{at}[]")
        elif "properties" in schema:
            for name, inner in schema["properties"].items():
                yield from leaves(inner, f"{at}.{name}".lstrip("."))
        elif "anyOf" in schema:
            for inner in schema["anyOf"]:
                yield from leaves(inner, at)
        elif at and schema.get("type") != "null":
            yield at

    for parameter in operation.get("parameters", ()):
        yield parameter["name"], parameter["in"] == "path"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    yield from dict.fromkeys((name, False) for name in leaves(body, ""))


# --- the gates --------------------------------------------------------------------------------------------------------


def test_every_operation_says_who_may_ask(world):
    assert operations(world).keys() - KINDS.keys() == set(), "a route without a line in route_rows.WHO: who may ask?"
    assert KINDS.keys() - operations(world).keys() == set(), "a line in route_rows.WHO that no route answers to"


def test_every_route_is_described_or_says_why_not(world):
    routes = [route for route in world.house.app.routes if isinstance(route, HTTPRoute)]
    served = {f"{method} {route.path_format}" for route in routes for method in route.methods - {"OPTIONS"}}
    assert served == operations(world).keys() | HIDDEN.keys(), (
        "a route that is neither described nor in route_rows.HIDDEN"
    )


def test_every_field_that_names_something_has_a_row(world):
    naming = {
        (name, field)
        for name, operation in operations(world).items()
        for field, is_in_path in fields(world, operation)
        if is_in_path or (NAMING.search(field) and field not in NAME_NOTHING)
    }
    told = ROWS.keys() | ELSEWHERE.keys()
    assert naming - told == set(), "a field that names something without a row in route_rows.ROWS: whose may it be?"
    assert told - naming == set(), "a row in route_rows that no field answers to"


# --- who may ask ------------------------------------------------------------------------------------------------------


def answered(answer: httpx.Response) -> tuple[int, str | None]:
    body = answer.json() if "json" in answer.headers.get("content-type", "") and answer.content else None
    error = body.get("error") if isinstance(body, dict) else None
    return answer.status_code, error["code"] if isinstance(error, dict) else None


async def example(world: World, client: httpx.AsyncClient, name: str) -> tuple[int, str | None]:
    """The operation as its example has it, on things that never were."""
    method, path = name.split()
    body = operations(world)[name].get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    address = re.sub(r"\{\w+\}", str(uuid.uuid4()), path)
    sent = {"json": body} if body is not None else {}
    return answered(await client.request(method, address, **sent))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def una(world) -> Person:
    return await whole(world.house, "Una")


@pytest.mark.parametrize("name", KINDS)
async def test_only_whom_it_is_for_is_heard(world, una, name):
    kind, guest = KINDS[name], world.clients["anonymous"]
    if kind == "guest":
        guest = (await come_anonymously(world.house)).client
    if name in ENDS_LOGINS:
        una = await whole(world.house, "Una")
    if kind != "anybody":
        for who in ("nobody", "erased"):
            assert await example(world, world.clients[who], name) == (401, "unauthorized"), who
    if kind == "user":
        assert await example(world, guest, name) == (403, "forbidden")
    if kind == "guest":
        assert await example(world, una.client, name) == (403, "forbidden")
    heard = {"user": [una.client], "player": [una.client, guest], "guest": [guest]}.get(kind, [world.clients["nobody"]])
    for client in heard:
        status, code = await example(world, client, name)
        assert status < 500 or code == "not_configured"
        assert code not in REFUSED_BY_KIND or (status, name) == (401, "POST /api/auth/refresh")


# --- what names something in another way ------------------------------------------------------------------------------


LISTS = ("/api/me/logins", "/api/partners/connections", "/api/notifications", "/api/sessions", "/api/cards")


async def test_a_cursor_of_somebody_elses_list_is_a_place_in_ones_own(world):
    async def listed(who: str, path: str, **asked: Any) -> Any:
        answer = await world.clients[who].get(path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    for make in (world.logins, world.requests, world.notices, world.notices, world.rooms, world.cards, world.cards):
        await make()
    for path in LISTS:
        own = [str(item) for item in (await listed("stranger", path, limit=100))["items"]]
        cursor = (await listed("self", path, limit=1))["next_cursor"]
        assert cursor, path
        page = await listed("stranger", path, limit=100, cursor=cursor)
        assert {str(item) for item in page["items"]} <= set(own), path


async def test_a_key_of_somebody_elses_request_is_ones_own_key(world):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"partner": {"link": True}}
    ask = partial(httpx.AsyncClient.post, url="/api/sessions", json=body, headers=key)
    first, other = [await ask(world.clients[who]) for who in ("self", "stranger")]
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["session_id"] != other.json()["session_id"]
    again = await ask(world.clients["self"])
    assert again.json()["session_id"] == first.json()["session_id"]


async def test_an_anonymous_players_id_without_its_token_is_taken_and_gives_nothing(world):
    for who in ("nobody", "stranger", "erased"):
        for id_ in (world.guest_id, world.people["self"].id):
            answer = await world.clients[who].post("/api/anonymous-sessions", json={"adult": True, "session_id": id_})
            assert answered(answer) == (409, "taken")


# --- whose it is ------------------------------------------------------------------------------------------------------


async def ask(client: httpx.AsyncClient, key: tuple[str, str], row: Row, id_: Any) -> httpx.Response:
    """The operation with this id in its field."""
    field, (method, path) = key[1], key[0].split()
    if f"{{{field}}}" in path:
        body = None if row.body is None else row.body(id_)
        address = path.replace(f"{{{field}}}", quote(str(id_), safe=""))
        for other in re.findall(r"\{(\w+)\}", path.replace(f"{{{field}}}", "")):
            address = address.replace(f"{{{other}}}", BESIDE.get(str(id_), BESIDE[""])[other])
        return await client.request(method, address, json=body)
    if row.body is None:
        return await client.request(method, path, params={field: id_})
    return await client.request(method, path, json=row.body(id_))


def seen(answer: httpx.Response) -> tuple[int, dict[str, str], str]:
    """All that a caller can tell answers apart by."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "date")}
    return answer.status_code, headers, answer.text.replace(answer.headers["x-request-id"], "")


async def every_row(world: World) -> dict[str, str]:
    """A fingerprint of each table."""
    database = world.house.database
    names = await database.fetch(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
    )
    summed = "md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS sum"
    made = " UNION ALL ".join(f"SELECT '{row['name']}' AS name, {summed} FROM {row['name']} t" for row in names)
    return {row["name"]: row["sum"] for row in await database.fetch(made)}


async def changed_since(world: World, before: dict[str, str]) -> set[str]:
    """The tables in which a row is another one now."""
    return {name for name, _ in before.items() ^ (await every_row(world)).items()}


def expected_of(key: tuple[str, str], who: str, row: Row) -> tuple[int, str | None]:
    """What somebody without a right to the thing is answered."""
    kind = KINDS[key[0]]
    if who == "erased" or (who == "nobody" and kind != "anybody"):
        return 401, "unauthorized"
    if who == "anonymous" and kind == "user":
        return 403, "forbidden"
    if who == "anonymous" and key[1] in ("partner.user_id", "partner.connection_id"):
        return 403, "forbidden"
    return row.refused


@pytest.mark.long
@pytest.mark.parametrize("key", ROWS, ids=lambda key: f"{key[0]} {key[1]}")
async def test_whatever_can_be_no_id_is_refused_and_changes_nothing(world, key):
    """Before those that block and end what somebody has."""
    things = await ROWS[key].things(world)
    before = await every_row(world)
    await malformed(world, key, ROWS[key], things)
    assert await changed_since(world, before) == set()


@pytest.mark.parametrize("key", ROWS, ids=lambda key: f"{key[0]} {key[1]}")
async def test_it_answers_to_whom_it_belongs_and_says_nothing_to_anybody_else(world, key):
    row = ROWS[key]
    things = await row.things(world)
    before = await every_row(world)
    for who in CLIENTS:
        answers, expected = {}, expected_of(key, who, row)
        # Whoever is refused for what they are is refused before it is looked at: one thing and one that never was will do.
        tried = things if expected == row.refused else {name: things[name] for name in [next(iter(things)), "guessed"]}
        for whose, id_ in tried.items():
            if (who, whose) not in row.may:
                answer = await ask(world.clients[who], key, row, id_)
                assert answered(answer) == expected, (who, whose, answer.text)
                answers[whose] = seen(answer)
        assert len({str(one) for one in answers.values()}) <= 1, (who, answers)
    await malformed(world, key, row, things, [*ROWS].index(key))
    assert await changed_since(world, before) == set()
    for (who, whose), status in row.may.items():
        answer = await ask(world.clients[who], key, row, things[whose])
        assert answer.status_code == status, (who, whose, answer.text)


async def malformed(
    world: World, key: tuple[str, str], row: Row, things: dict[str, Any], turn: int | None = None
) -> None:
    """What can be no id is refused in one way. With a turn it is two of them, other ones at the next row."""
    is_number = row.body is not None and isinstance(things["guessed"], int)
    tried = MALFORMED_NUMBERS if is_number else MALFORMED_TEXT
    for id_ in tried if turn is None else [tried[(turn + n) % len(tried)] for n in (0, 3)]:
        answer = await ask(world.clients["self"], key, row, id_)
        assert answered(answer) in row.malformed, (id_, answer.text)
