"""The API's description: OpenAPI 3.1 as JSON, and a page that needs no script and no other server.

Litestar describes what is asked and what is answered; what is refused, and who may ask, is written in from our own table of
errors, for Litestar knows only its own.
"""

import re
from functools import cache
from html import escape
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Response, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from game_server.errors import CODES, STATUS, ErrorAnswer
from game_server.http import refusals
from game_server.http.bodies import TAKES, AnyRequest
from game_server.http.examples import BODIES, EXAMPLE
from game_server.http.idempotency import HEADER
from rooms.errors import NotConfigured, Refused

Document = dict[str, Any]

_STYLE = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
BEARER = "bearer"
ALSO = "also"
"""On a handler: media types of text that it answers with besides JSON."""
PHRASES = {
    400: "The body is no JSON.", 401: "Nobody is signed in.", 403: "Not for this caller.", 404: "There is no such thing.",
    409: "Not as things stand.", 410: "It has run out.", 413: "The body is too large.", 415: "The body is not JSON.",
    422: "A field is wrong; `fields` names it.", 429: "Too often.", 503: "The server cannot do it now; try again.",
}  # fmt: skip
TAGS = {
    "accounts": "Signing up and in, anonymous players, the account's own page.",
    "files": "Pictures: uploaded, seen by whom they are for, taken back.",
    "export": "Everything that is kept about whoever asks, to be taken away.",
    "profiles": "What people say about themselves: name and anatomy, the survey, their limits; and what partners may see of it.",
    "partners": "Connecting two people: requests by link or e-mail, two yeses, the partners remembered and blocked.",
    "notifications": "The devices somebody is reached at, and the list of what they were told.",
    "sessions": "Games: opening, joining, looking back. Play itself goes over the room's socket.",
    "activities": "The bank of cards.",
    "cards": "Cards that two write for themselves, and the ones both liked.",
    "bonds": "What two or more people keep together for years: who is in it, and its tools.",
    "characters": "Characters that an AI plays: who they are, what is talked about with them, how they look.",
    "notion": "A workspace of one's own in Notion that shows what one reads here: connecting it, what flows, conflicts.",
    "subscriptions": "What is left of the day, what is sold, purchases; and what the stores tell.",
    "operations": "Is the server well?",
}
"""An area's routes stand together; those of no area are for who runs the server."""
_FORM = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
    "additionalProperties": False,
}
"""A form of one file."""
HEADERS = {
    401: ("WWW-Authenticate", {"type": "string"}),
    429: ("Retry-After", {"type": "string", "pattern": "^[0-9]+$"}),
    503: ("Retry-After", {"type": "string", "pattern": "^[0-9]+$"}),
}


class Unserved(Router):
    """Takes the routes of Litestar's own pages, which load scripts of other servers, and has none of them."""

    def register(self, value: Any) -> list[Any]:  # noqa: ARG002 - whatever it is
        return []


def config() -> OpenAPIConfig:
    """What Litestar needs to describe itself, and to serve nothing of it: that is done here."""
    return OpenAPIConfig(
        title="Attuned",
        version="1",
        render_plugins=[JsonRenderPlugin()],
        openapi_router=Unserved("/", route_handlers=[]),
    )


def routes() -> list[HTTPRouteHandler]:
    """The handlers. What they answer is made once, in a thread: it takes a while, and anybody may ask."""

    @cache
    def encoded(app: Litestar) -> bytes:
        return msgspec.json.encode(document(app))

    @cache
    def html(app: Litestar) -> str:
        return _html(document(app))

    @get("/schema/openapi.json", include_in_schema=False, sync_to_thread=True)
    def openapi(request: AnyRequest) -> Response[bytes]:
        """The document."""
        return Response(encoded(request.app), media_type="application/vnd.oai.openapi+json")

    @get("/schema", include_in_schema=False, sync_to_thread=True, media_type=MediaType.HTML)
    def page(request: AnyRequest) -> Response[str]:
        """The same for people."""
        return Response(html(request.app), media_type=MediaType.HTML, headers={"Content-Security-Policy": _STYLE})

    return [openapi, page]


@cache
def document(app: Litestar) -> Document:
    """The description of this application, made once."""
    made: Document = _plainly_named(_any_of(app.openapi_schema.to_schema()))
    made["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    components = made.setdefault("components", {})
    components["securitySchemes"] = {
        BEARER: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The access token of a login, or the token of an anonymous player where the route lets one in; "
            "Supabase's, where it is set up.",
        }
    }
    (_,), schemas = msgspec.json.schema_components([ErrorAnswer], ref_template="#/components/schemas/{name}")
    components["schemas"] |= schemas
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, _handler(app, path, method), components["schemas"])
    return made


def _any_of(part: Any) -> Any:
    """Litestar calls every union `oneOf`, but 57 is an integer and a number too."""
    if isinstance(part, dict):
        return {"anyOf" if key == "oneOf" else key: _any_of(value) for key, value in part.items()}
    return [_any_of(one) for one in part] if isinstance(part, list) else part


_PAGE = re.compile(r"\bPage(?:_(?:\w+\.)*(\w+)_|\[(\w+)\])")


def _plainly_named(part: Any) -> Any:
    """A page of somethings is called after them, and not after the module that has them."""
    if isinstance(part, dict):
        return {_plainly_named(key): _plainly_named(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_plainly_named(one) for one in part]
    return _PAGE.sub(lambda found: f"{found[1] or found[2]}Page", part) if isinstance(part, str) else part


def _handler(app: Litestar, path: str, method: str) -> HTTPRouteHandler:
    for route in app.routes:
        if route.path_format == path:
            for handler in getattr(route, "route_handlers", ()):
                if isinstance(handler, HTTPRouteHandler) and method.upper() in handler.http_methods:
                    return handler
    raise LookupError(f"{method} {path} is described and not served")


def _complete(operation: Document, handler: HTTPRouteHandler, schemas: Document) -> None:
    """Who may ask, what may be refused, and the header that makes a retry safe."""
    answers = operation["responses"]
    answers.pop("400", None)  # Litestar's own shape, which is never answered
    kinds = refusals.of(handler)
    for status in sorted({STATUS[kind] for kind in kinds}):
        if str(status) not in answers:
            codes = sorted({kind.code for kind in kinds if STATUS[kind] == status})
            answers[str(status)] = _refusal(status, codes, schemas)
    if TAKES in handler.opt:
        operation["requestBody"] = {"required": True, "content": {handler.opt[TAKES]: {"schema": {"type": "string"}}}}
    for media_type in handler.opt.get(ALSO, ()):
        answers["200"]["content"][media_type] = {"schema": {"type": "string"}}
    if refusals.needs_somebody(handler):
        operation["security"] = [{BEARER: []}]
    if any(kind.code == "key_reused" for kind in kinds):
        key = {"type": "string", "pattern": "^[\\x21-\\x7e]{1,128}$"}
        operation.setdefault("parameters", []).append(
            {"name": HEADER, "in": "header", "required": False, "schema": key, "description": "Makes a retry safe."}
        )
    name = operation["operationId"] = handler.handler_name
    if (
        TAKES not in handler.opt
        and "requestBody" in operation
        and handler.parsed_fn_signature.parameters["data"].has_default
    ):
        operation["requestBody"]["required"] = False
    example = handler.opt.get(EXAMPLE, BODIES.get(name))
    if example is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = example
    if TAKES in handler.opt:
        operation["requestBody"] = {"content": {handler.opt[TAKES]: {"schema": _FORM}}, "required": True}
    area = handler.fn.__module__.split(".")[1]
    operation["tags"] = [area if area in TAGS else "operations"]
    told = " ".join((handler.fn.__doc__ or "").split())
    operation["summary"] = re.split(r"[.;] ", told)[0].rstrip(".")
    operation["description"] = told


def _refusal(status: int, codes: list[str], schemas: Document) -> Document:
    """An answer with one of these codes. Its schema is named after them, so that routes that refuse alike share one."""
    name = "Or".join(code.title().replace("_", "") for code in codes)
    narrowed = {"properties": {"error": {"properties": {"code": {"enum": codes}}}}}
    schemas[name] = {"title": name, "allOf": [{"$ref": "#/components/schemas/ErrorAnswer"}, narrowed]}
    sentences = "\n".join(f"- `{code}`: {_sentence(code)}" for code in codes)
    error = {"code": codes[0], "message": _sentence(codes[0]), "fields": None, "request_id": "4f1c2d7a90b84f62"}
    answer: Document = {
        "description": f"{PHRASES[status]}\n\n{sentences}",
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}, "example": {"error": error}}
        },
    }
    if status in HEADERS:
        name, header = HEADERS[status]
        answer["headers"] = {
            name: {"schema": header, "required": NotConfigured.code not in codes}
        }  # nor does waiting help
    return answer


def _sentence(code: str) -> str:
    return next(_first_line(kind) for kind in STATUS if kind.code == code)


def _first_line(kind: type[Refused]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _html(document: Document) -> str:
    rows = [
        f"<tr><td>{escape(method.upper())}</td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(operation['description'])}</td><td>{'token' if 'security' in operation else ''}</td>"
        f"<td>{', '.join(sorted(operation['responses']))}</td></tr>"
        for path, operations in sorted(document["paths"].items())
        for method, operation in operations.items()
    ]
    codes = [
        f"<tr><td><code>{escape(code)}</code></td><td>{status}</td>"
        f"<td>{escape(_sentence(code)) if code != 'internal' else 'A fault of ours.'}</td></tr>"
        for code, status in sorted(CODES.items())
    ]
    title = escape(document["info"]["title"])
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{title}</title><h1>{title}</h1><p><a href=/schema/openapi.json>OpenAPI 3.1 as JSON</a></p>"
        f"<h2>Routes</h2><table><tr><th>Method<th>Path<th>What<th>Needs<th>Answers</tr>{''.join(rows)}</table>"
        f"<h2>Error codes</h2><table><tr><th>Code<th>Status<th>What</tr>{''.join(codes)}</table></html>"
    )
