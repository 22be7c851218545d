"""What makes the page an app on a phone: two manifests to choose from, its worker, and a plain page to leave to in a hurry.

The worker is written in js/reach/worker.js; it is served from the root, so that every page is under it, with the list of
what it keeps in front. It keeps the page itself, never an answer of the API.
"""

import asyncio
import hashlib
from functools import cache
from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from game_server.bonds.declared import declared
from game_server.http.bodies import AnyRequest
from game_server.http.text import Word
from game_server.languages.catalogues import LANGUAGES, Language, catalogue
from game_server.languages.choice import of_request
from game_server.notifications.told import words as told_words
from game_server.web import assets, neutral, pages
from rooms.profiles.survey import SURVEY, in_language

WORKER = "js/reach/worker.js"
QUESTIONS = "/survey-questions.json"
"""The survey's questions, which are the same for everybody, so that it can go on without a connection: in the language that
`?language=` names, as the page may speak another one than the browser asks for."""

TOOLS = "/bond-tools.json"
"""What the tools of a bond are made of, which is the same for everybody: the page makes lists, forms and buttons of it."""

NEUTRAL = "/lists"
BESIDE = ("css/neutral.css", "icon-discreet.svg", "img/mark.svg")
"""Of the static files those that the page itself may name only later, or another page."""

LEFT_OUT = (".txt", ".html", ".png")
"""Where the page goes out as it lies: licences, the page, which has addresses of its own, and the phone's own icons."""

LOOKS = {
    "manifest": ("Attuned", "icon", "/static/icon.svg"),
    "lists": ("Lists", "lists", "/static/icon-discreet.svg"),
}
GROUND = "#171013"
VARIES = {"Vary": "Accept-Language"}


def routes(form: assets.Form = "built") -> list[HTTPRouteHandler]:
    """The handlers."""
    manifests = {name: _manifest(*look) for name, look in LOOKS.items()}

    @get("/worker.js", include_in_schema=False)
    async def read_worker() -> Response[bytes]:
        body = await asyncio.to_thread(_worker, form)
        return _answer(body, "text/javascript", {"Service-Worker-Allowed": "/"})

    @get("/manifest.webmanifest", include_in_schema=False, sync_to_thread=False)
    def read_manifest() -> Response[bytes]:
        return _answer(manifests["manifest"], "application/manifest+json")

    @get("/lists.webmanifest", include_in_schema=False, sync_to_thread=False)
    def read_discreet() -> Response[bytes]:
        return _answer(manifests["lists"], "application/manifest+json")

    @get(QUESTIONS, include_in_schema=False, sync_to_thread=False)
    def read_questions(request: AnyRequest, language: FromQuery[Word | None] = None) -> Response[bytes]:
        spoken = of_request(language, request.headers.get("Accept-Language"))
        return _answer(_questions(spoken), "application/json", VARIES if language is None else {})

    @get(TOOLS, include_in_schema=False, sync_to_thread=False)
    def read_tools(request: AnyRequest) -> Response[bytes]:
        return pages.answer(request, _tools(), "no-cache")

    @get(NEUTRAL, include_in_schema=False, sync_to_thread=False)
    def read_neutral(request: AnyRequest) -> Response[bytes]:
        return _answer(neutral.page(request.headers.get("Accept-Language", "")), "text/html", VARIES)

    return [read_worker, read_manifest, read_discreet, read_questions, read_tools, read_neutral]


def kept(form: assets.Form) -> list[str]:
    """Every address that the worker keeps, the page's own first."""
    if form == "built":
        page = assets.shell()
    else:
        page = ["/", *(f"/static/{path}" for path in assets.plain() if not path.endswith(LEFT_OUT))]
    beside = [f"/static/{path}" for path in BESIDE]
    questions = [f"{QUESTIONS}?language={each}" for each in LANGUAGES]
    return list(
        dict.fromkeys([*page, *beside, *questions, TOOLS, NEUTRAL, *(f"/{name}.webmanifest" for name in LOOKS)])
    )


@cache
def _worker(form: assets.Form) -> bytes:
    """The worker's text: another whenever anything that it keeps is another, which is how a browser finds out."""
    version = hashlib.sha256(_told((kept(form), LOOKS)))
    for path, asset in assets.plain().items():
        version.update(f"{path} {asset.hash}\n".encode())
    for tongue in LANGUAGES:
        version.update(_questions(tongue) + neutral.page(tongue))
    version.update(_tools().body)
    firsts = sorted({path.split("/")[1] for path in (*pages.PAGES, *pages.LINKS)})
    words = {tongue: told_words("", "discreet", tongue) for tongue in LANGUAGES}
    version.update(_told(words))
    listed = {"version": version.hexdigest()[:16], "files": kept(form), "pages": firsts, "words": words}
    return b"self.SHELL = " + _told(listed) + b";\n" + assets.plain()[WORKER].body


@cache
def _questions(language: Language) -> bytes:
    return _told(in_language(SURVEY, catalogue("survey", language).say))


@cache
def _tools() -> assets.Asset:
    return assets.as_file(TOOLS, _told(declared()))


def _manifest(name: str, icons: str, drawing: str) -> bytes:
    """One app under one of two names: `id` is the same, so that a phone takes the other for an update."""
    return _told(
        {
            "id": "/",
            "name": name,
            "short_name": name,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": GROUND,
            "theme_color": GROUND,
            "icons": [
                *(_png(icons, size, size, "any") for size in ("192", "512")),
                _png(icons, "maskable", "512", "maskable"),
                {"src": drawing, "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            ],
        }
    )


def _png(icons: str, suffix: str, size: str, purpose: str) -> dict[str, str]:
    return {
        "src": f"/static/img/{icons}-{suffix}.png",
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


def _told(told: Any) -> bytes:
    return msgspec.json.encode(told)


def _answer(body: bytes, kind: str, headers: dict[str, str] | None = None) -> Response[bytes]:
    """Asked for anew each time: a browser that kept an old worker would keep an old page."""
    every = {**pages.HEADERS, "Cache-Control": "no-cache", **(headers or {})}
    return Response(body, headers=every, media_type=kind)
