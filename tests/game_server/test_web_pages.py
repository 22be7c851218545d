"""The addresses of the page: what they answer, and the headers that keep everything foreign out."""

import json
import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from game_server import errors, web
from game_server.languages.catalogues import LANGUAGES, catalogue
from game_server.web import neutral, shell
from rooms.errors import Refused
from rooms.profiles.survey import SURVEY, in_language

TOKEN = "t" * 43


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    app = Litestar(route_handlers=web.routes(), exception_handlers={Refused: errors.refused}, openapi_config=None)
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/", "/you", "/you/logins", "/plan", "/survey", "/limits", "/phone", "/partners", "/partners/x", "/room/x", "/evenings",
        "/evenings/x", "/j",
    ],
)  # fmt: skip
def test_every_address_of_the_page_answers_with_the_page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<script type="module" src="/static/attuned.' in answer.text


def test_the_page_may_load_nothing_from_elsewhere_and_run_nothing_inline(client):
    answer = client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self' ws: wss:",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<style|<script(?! type=\"module\" src=)| on\w+=| style=", answer.text)


def test_the_page_itself_may_ask_for_the_camera_and_nothing_within_it_may(client):
    policy = client.get("/").headers["permissions-policy"]
    assert policy.split(", ") == ["camera=(self)", "geolocation=()", "microphone=()"]


def test_on_https_no_other_window_reaches_in(client):
    assert "cross-origin-opener-policy" not in client.get("/").headers
    assert client.get("https://testserver.local/").headers["cross-origin-opener-policy"] == "same-origin"


def test_a_link_is_neither_kept_nor_told_to_anybody(client):
    answer = client.get(f"/j/{TOKEN}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/js/main.js", "text/javascript; charset=utf-8"),
        ("/static/css/base.css", "text/css; charset=utf-8"),
        ("/static/icon.svg", "image/svg+xml"),
    ],
)
def test_files_come_with_their_kind(client, path, kind):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind


def test_a_file_that_has_not_changed_is_not_sent_again(client):
    first = client.get("/static/js/main.js")
    again = client.get("/static/js/main.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/static/none.js", "/static/../pages.py", "/static/%2e%2e/pages.py", "/static/"])
def test_what_is_not_a_file_of_the_page_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["manifest", "lists"])
def test_the_page_can_be_installed_under_either_name(client, name):
    answer = client.get(f"/{name}.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["id"], manifest["name"] in ("Attuned", "Lists")) == ("/", True)
    assert {each["purpose"] for each in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        found = client.get(icon["src"])
        assert (found.status_code, found.headers["content-type"]) == (200, icon["type"])


def test_the_discreet_manifest_has_no_word_of_ours(client):
    assert not re.search("attuned|icon-(192|512)", client.get("/lists.webmanifest").text, re.IGNORECASE)


def test_the_worker_keeps_the_page_and_nothing_of_the_api(client):
    answer = client.get("/worker.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["service-worker-allowed"] == "/"
    told = json.loads(answer.text.splitlines()[0].removeprefix("self.SHELL = ").rstrip(";"))
    assert told["files"] == shell.kept("built")
    assert not [path for path in told["files"] if path.startswith(("/api", "/ws", "/health", "/j"))]
    assert set(told["pages"]) >= {"", "room", "survey", "j"}
    assert {language: words["title"] for language, words in told["words"].items()} == {
        "en": "Something is waiting for you.",
        "de": "Etwas wartet auf dich.",
        "es": "Algo te espera.",
    }
    assert {client.get(path).status_code for path in told["files"]} == {200}


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "de-AT,en;q=0.5", "de"),
        ("?language=es", "de", "es"),
        ("?language=en", "de", "en"),
        ("?language=fr", "de", "en"),
    ],
)
def test_the_kept_questions_are_in_the_language_that_is_asked_for(client, asked, accepted, language):
    survey = client.get(f"/survey-questions.json{asked}", headers={"Accept-Language": accepted}).json()
    titles = [chapter.title for chapter in in_language(SURVEY, catalogue("survey", language).say).chapters]
    assert [chapter["title"] for chapter in survey["chapters"]] == titles


def test_only_what_depends_on_the_language_that_is_asked_for_says_so(client):
    paths = [
        "/worker.js", "/manifest.webmanifest", "/lists.webmanifest", "/survey-questions.json?language=de",
        "/survey-questions.json", "/lists",
    ]  # fmt: skip
    varies = [path for path in paths if "Accept-Language" in client.get(path).headers.get("vary", "")]
    assert varies == ["/survey-questions.json", "/lists"]


def test_the_worker_keeps_the_questions_in_each_language_of_the_page(client):
    assert {f"/survey-questions.json?language={each}" for each in LANGUAGES} < set(shell.kept("built"))


@pytest.mark.parametrize(
    ("accepted", "title"),
    [
        ("de-AT,en;q=0.5", "Listen"),
        ("fr, es", "Listas"),
        ("en;q=0.5, de", "Listen"),
        ("est-EE", "Lists"),
        ("", "Lists"),
    ],
)
def test_the_page_to_leave_to_is_plain_in_every_language(client, accepted, title):
    answer = client.get("/lists", headers={"Accept-Language": accepted})
    assert f"<title>{title}</title>" in answer.text
    assert "ttuned" not in answer.text
    assert "{" not in answer.text


def test_every_language_of_it_has_the_same_list():
    pages = [neutral.page(language).decode() for language in LANGUAGES]
    assert {page.count("<li>") for page in pages} == {6}
    assert {page.count("checked") for page in pages} == {2}
    assert len({*pages}) == len(LANGUAGES)
