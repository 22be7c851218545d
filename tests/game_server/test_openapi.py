"""The API's description and the API say the same: what is asked, what is answered, what is refused and who may ask."""

import json
import re
import uuid
from collections.abc import Iterator

import asyncpg
import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from game_server.app import create_app
from game_server.bonds.task_templates import ANYBODY
from game_server.errors import STATUS
from game_server.http.docs import document
from game_server.http.examples import BODIES, EXAMPLE
from game_server.settings import Settings
from tests.bench.profiles import answers
from tests.support.bonds import founded
from tests.support.made_client import MadeClient
from tests.support.person import ANATOMY, Person
from tests.support.pictures import picture, uploaded

NIGHTLY = settings.default is not None and settings.default.max_examples > 10_000
EXAMPLES = 100 if NIGHTLY else 1
"""Requests of each kind at each operation; `--hypothesis-profile=nightly` makes more, other ones every time."""
# A 500 is described nowhere, so the first of them finds it too.
CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
)
APP = create_app(Settings(database_url="postgresql://u:p@h/db", redis_url="redis://h"))
DOCUMENT = document(APP)
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}
PARSERS = {414, 431}
"""Refused before there is a route: an address or headers beyond all bounds (test_parser.py)."""
REFUSALS = {400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503}


@pytest.fixture(scope="module")
def schema(server) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server.url}/schema/openapi.json", timeout=120)  # made when first asked for


@pytest.fixture(scope="module")
def made(server, tmp_path_factory) -> Iterator[MadeClient]:
    client = MadeClient.generate(server.url, tmp_path_factory.mktemp("client"))
    yield client
    client.close()


@pytest.fixture(scope="module")
def phone(server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=20) as client:
        yield client


@pytest.fixture
def somebody(phone) -> dict[str, str]:
    """The headers of a person with a whole profile. Some routes end the one who asks: then it is somebody new."""
    if phone.headers.get("Authorization") is None or phone.get("/api/me/demographics").status_code != 200:
        email = f"fuzz-{uuid.uuid4().hex}@example.org"
        body = {"email": email, "password": "correct horse battery", "display_name": "Fuzz", "adult": True}
        token = phone.post("/api/auth/register", json=body).json()["access_token"]
        phone.headers["Authorization"] = f"Bearer {token}"
        assert phone.post("/api/me/demographics", json={"name": "Fuzz", **ANATOMY}).status_code == 200
    return dict(phone.headers)


def _codes(operation: dict, status: int) -> set[str]:
    named = operation["responses"][str(status)]["content"]["application/json"]["schema"]["$ref"]
    schema = DOCUMENT["components"]["schemas"][named.rpartition("/")[2]]
    return set(schema["allOf"][1]["properties"]["error"]["properties"]["code"]["enum"])


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_what_is_answered_is_what_is_described(schema, somebody, name, mode):
    method, path = name.split()
    operation = schema[path][method]

    # No shrinking and no database: the first difference is told as it came.
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        deadline=None,
        derandomize=not NIGHTLY,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        for headers in (somebody, {}):
            case.query.pop("wait", None)  # a long poll is answered when it is over
            answer = case.call(headers=headers, timeout=30)
            if answer.status_code not in PARSERS:
                case.validate_response(answer, headers=headers, checks=CHECKS)

    if mode == GenerationMode.NEGATIVE and not _has_input(OPERATIONS[name]):
        pytest.skip("nothing in it can be wrong")
    ask()


NOT_BY_THEM = ("stream", "/notion/oauth/", "/notion/runs/")
"""What needs somebody else's server."""


async def test_what_a_couple_reads_is_what_is_described(server, schema, sql):
    async with await Person.registered(server.url, "Ada") as ada, await Person.registered(server.url, "Bea") as bea:
        connection = await ada.befriend(bea)
        for person in (ada, bea):
            submitted = await person.http.post("/api/survey/submit", json={"answers": answers(1)})
            assert submitted.status_code == 200, submitted.text
            schema["/api/survey/submit"]["POST"].validate_response(submitted)
        opened = await ada.open_room()
        await bea.join(opened["join"]["token"])
        bond = await founded(sql, ada, bea)
        file_id = await uploaded(ada.http, picture())
        ids = {"file_id": file_id, "user_id": bea.id, "connection_id": connection, "session_id": opened["session_id"],
               "login_id": "", "bond_id": bond.id, **await _drawn(sql, ada)}  # fmt: skip
        read = [
            path
            for path, operations in DOCUMENT["paths"].items()
            if "get" in operations and not any(part in path for part in NOT_BY_THEM)
        ]
        for path in sorted(read):
            rows = path.removesuffix("/{row_id}")
            if rows != path and f"POST {rows}" not in OPERATIONS:
                ids["row_id"] = (await ada.get(rows.format(**ids)))["items"][0]["id"]
            elif rows != path:
                body = OPERATIONS[f"POST {rows}"]["requestBody"]["content"]["application/json"]["example"]
                anybody = ids["kinkster_id"] if "kinkster_id" in body else bea.id
                made = await ada.post(rows.format(**ids), json.loads(json.dumps(body).replace(ANYBODY, anybody)))
                ids["row_id"] = made["id"]
            answer = await ada.http.get(path.format(**ids))
            assert answer.status_code == (307 if "file_id" in path else 200), (path, answer.text)
            schema[path]["GET"].validate_response(answer)
        again = await ada.http.get("/api/survey", headers={"If-None-Match": "*"})
        assert again.status_code == 304
        schema["/api/survey"]["GET"].validate_response(again)


async def _drawn(sql: asyncpg.Connection, person: Person) -> dict[str, str]:
    """Ids of a character of somebody's, of a talk with it and of a picture that is asked for."""
    example = OPERATIONS["POST /api/kinksters"]["requestBody"]["content"]["application/json"]["example"]
    ids = {"kinkster_id": (await person.post("/api/kinksters", example))["id"]}
    for table, name in (("conversations", "conversation_id"), ("image_generations", "generation_id")):
        made = f"INSERT INTO {table} (user_id, kinkster_id) VALUES ($1::text::uuid, $2::text::uuid) RETURNING id"
        ids[name] = str(await sql.fetchval(made, person.id, ids["kinkster_id"]))
    return ids


def _has_input(operation: dict) -> bool:
    return bool("requestBody" in operation or operation.get("parameters"))


def test_every_operation_is_walked(schema):
    walked = {found.ok().label for found in schema.get_all_operations() if isinstance(found, Ok)}
    assert walked == set(OPERATIONS)


def test_every_refusal_is_described_in_the_one_shape_with_its_codes():
    for name, operation in OPERATIONS.items():
        answers = operation["responses"]
        for status in REFUSALS & {int(status) for status in answers} - ({503} if "health" in name else set()):
            codes = _codes(operation, status)
            assert codes <= {kind.code for kind, mapped in STATUS.items() if mapped == status}, name
            assert all(f"`{code}`: " in answers[str(status)]["description"] for code in codes), name
        assert "extra" not in str(answers), name
    assert "extra" not in str(DOCUMENT["components"])


def test_every_status_of_the_issue_is_described_somewhere():
    described = {int(status) for operation in OPERATIONS.values() for status in operation["responses"]}
    assert described >= REFUSALS


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("POST /api/auth/login", 401, "wrong_credentials"),
        ("POST /api/auth/login", 429, "locked_out"),
        ("POST /api/auth/register", 409, "email_taken"),
        ("POST /api/anonymous-sessions", 409, "taken"),
        ("POST /api/partners/connections/claim", 404, "invalid_token"),
        ("POST /api/partners/connections/{connection_id}/accept", 410, "expired"),
        ("POST /api/sessions", 403, "profile_required"),
        ("POST /api/sessions", 409, "key_reused"),
        ("GET /api/history", 403, "adult_required"),
        ("GET /api/me", 403, "forbidden"),
        ("PATCH /api/me", 413, "too_large"),
    ],
)
def test_a_refusal_that_a_route_makes_is_described_at_that_route(name, status, code):
    assert code in _codes(OPERATIONS[name], status)


def test_who_has_to_be_signed_in_is_described_and_true(server):
    with httpx.Client(base_url=server.url, timeout=20) as stranger:
        for name, operation in OPERATIONS.items():
            method, path = name.split()
            answer = stranger.request(method, re.sub(r"\{\w+\}", str(uuid.uuid4()), path))
            is_refused = answer.status_code == 401 and answer.json()["error"]["code"] == "unauthorized"
            assert is_refused == (operation.get("security") == [{"bearer": []}]), name
            assert not is_refused or "401" in operation["responses"], name


def test_the_page_asks_no_other_server_for_anything(server):
    page = httpx.get(f"{server.url}/schema")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", page.text) == []
    assert "<script" not in page.text
    assert "invalid_token" in page.text


def test_the_scheme_is_a_bearer_token():
    assert DOCUMENT["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


@pytest.mark.long
def test_the_document_is_one_of_openapi_3_1():
    assert DOCUMENT["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(json.loads(json.dumps(DOCUMENT))).validate()


def test_names_say_nothing_of_modules():
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    assert [name for name in (*names, *DOCUMENT["components"]["schemas"]) if not re.fullmatch(r"\w+", name)] == []


def test_an_operation_has_a_place_and_a_line():
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for name, operation in OPERATIONS.items():
        assert operation["tags"][0] in tags, name
        assert 0 < len(operation["summary"]) <= 100, name
        assert not operation["summary"].endswith("."), name


def test_every_body_has_an_example_that_its_route_takes():
    handlers = {
        handler.handler_name: handler for route in APP.routes for handler in getattr(route, "route_handlers", ())
    }
    with_body = {
        operation["operationId"]
        for operation in OPERATIONS.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    declared = {name: made.opt[EXAMPLE] for name, made in handlers.items() if EXAMPLE in made.opt}
    assert BODIES.keys() | declared.keys() == with_body
    for name, body in (BODIES | declared).items():
        msgspec.convert(body, handlers[name].parsed_data_field.annotation)


@pytest.mark.long
def test_a_generated_client_signs_up_answers_the_survey_and_plays_as_far_as_http_goes(server, made):
    nobody = made.client()
    who = made.model("SignUp")(
        email=f"made-{uuid.uuid4().hex}@example.org", password="correct horse battery", adult=True, display_name="Ana"
    )
    signed_in = made.call("accounts", "register", nobody, body=who, expect=201)
    ana = made.client(signed_in.access_token)
    assert made.call("accounts", "read_me", ana).email == who.email

    told = made.model("TellDemographics").from_dict({"name": "Ana", **ANATOMY})
    assert made.call("profiles", "tell_demographics", ana, body=told).profile_completed
    given = made.model("SubmitSurvey").from_dict({"answers": answers(1)})
    handed_in = made.call("profiles", "submit_survey", ana, body=given)
    assert handed_in.profile.to_dict() == made.call("profiles", "read_profile", ana).to_dict()
    assert made.call("activities", "list_activities", ana).items

    guest = {"name": "Ben", "anatomy_self": ["penis"], "anatomy_preference": ["any"]}
    body = made.model("SessionBody").from_dict({"partner": {"hosted": guest}, "settings": {"target_activities": 5}})
    key = uuid.uuid4().hex
    opened = made.call("sessions", "open_session", ana, body=body, idempotency_key=key, expect=201)
    again = made.call("sessions", "open_session", ana, body=body, idempotency_key=key, expect=201)
    assert again.session_id == opened.session_id
    room = made.call("sessions", "read_session", ana, opened.session_id)
    assert room.state["phase"] == "lobby"
    assert [one.session_id for one in made.call("sessions", "list_sessions", ana).items] == [opened.session_id]
    assert made.call("sessions", "read_activities", ana, opened.session_id).items == []
    assert made.call("profiles", "read_history", ana).items == []
    asked = made.model("TicketBody")(session_id=opened.session_id)
    assert made.call("sessions", "give_ticket", ana, body=asked).expires_in == 30


@pytest.mark.long
def test_a_generated_client_reads_what_is_refused(server, made):
    nobody = made.client()
    body = made.model("LogIn")(email="nobody@example.org", password="not theirs")
    refused = made.call("accounts", "log_in", nobody, body=body, expect=401)
    assert refused.to_dict()["error"]["code"] == "wrong_credentials"


def test_a_wrong_password_says_how_to_sign_in_as_every_401_does(server):
    wrong = {
        **BODIES["log_in"],
        "password": "nobody's password",
    }  # the example's own may be registered by a test before
    answer = httpx.post(f"{server.url}/api/auth/login", json=wrong)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
