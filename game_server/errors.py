"""One table: what was refused → HTTP status; and the one shape every error answer has.

    {"error": {"code": "connection_expired", "message": "…", "fields": {…}|null, "request_id": "…"}}

What is not in the table is a bug: 500, logged with its trace, and the caller learns only the request id.
"""

import logging
import re
import uuid
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    ValidationException,
)

from game_server.languages import choice
from game_server.languages.catalogues import Catalogue, catalogue
from rooms import errors
from rooms.errors import Refused
from storage import bounds
from storage.key_rows import KeysAway, KeysUnavailable

log = structlog.get_logger()

STATUS: dict[type[Refused], int] = {
    errors.NotStarted: 409,
    errors.NotYourTurn: 409,
    errors.Stale: 409,
    errors.NoCard: 409,
    errors.Paused: 409,
    errors.CoolingDown: 409,
    errors.NoProposal: 409,
    errors.LimitReached: 409,
    errors.SessionOver: 409,
    errors.NotHosted: 409,
    errors.Replaced: 409,
    errors.Busy: 409,
    errors.IdReused: 409,
    errors.WrongState: 409,
    errors.Taken: 409,
    errors.EmailTaken: 409,
    errors.NoPassword: 409,
    errors.KeyReused: 409,
    errors.PurchaseTaken: 409,
    errors.Changed: 409,
    errors.PersonPaused: 409,
    errors.BondPaused: 409,
    errors.NotEnoughPoints: 409,
    errors.BondFull: 409,
    errors.LastMember: 409,
    errors.ProviderBusy: 503,
    errors.ProviderUnavailable: 503,
    errors.NotConfigured: 503,
    errors.ProviderRefused: 422,
    errors.ProviderBroken: 502,
    errors.NotionRefused: 422,
    errors.NotionUnavailable: 503,
    errors.AnswerCut: 502,
    errors.AnswerStopped: 409,
    errors.AnswerLost: 409,
    errors.BudgetUsed: 429,
    errors.Unavailable: 503,
    errors.KeysUnavailable: 503,
    errors.StoreUnavailable: 503,
    errors.SignInUnavailable: 503,
    errors.Updating: 503,
    errors.RateLimited: 429,
    errors.LockedOut: 429,
    errors.BadMessage: 422,
    errors.Invalid: 422,
    errors.PurchaseRefused: 422,
    errors.Limit: 422,
    errors.ProofRequired: 422,
    errors.AdultsOnly: 422,
    errors.NotJson: 400,
    errors.BadRequest: 400,
    errors.Unauthorized: 401,
    errors.WrongCredentials: 401,
    errors.Forbidden: 403,
    errors.EmailRequired: 403,
    errors.SignUpElsewhere: 403,
    errors.WrongPassword: 403,
    errors.AdultRequired: 403,
    errors.ProfileRequired: 403,
    errors.NotSigned: 403,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    errors.InvalidToken: 404,
    errors.MethodNotAllowed: 405,
    errors.TooSlow: 408,
    errors.Expired: 410,
    errors.TooLarge: 413,
    errors.AddressTooLong: 414,
    errors.UnsupportedMedia: 415,
    errors.HeadersTooLarge: 431,
}

UPDATING_S = "10"
"""When to ask again where a program and its database do not fit together, in seconds."""

CODES = {kind.code: status for kind, status in STATUS.items()} | {"internal": 500}
"""Every code an HTTP answer can carry, with its status."""

AGAIN_IN_S = 1
"""What is away is most often back at once; clients wait longer each time by themselves."""


class ErrorBody(msgspec.Struct, frozen=True):
    """The inside of an error answer."""

    code: str
    message: str
    fields: dict[str, str] | None
    request_id: str


class ErrorAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What every refused request gets. `current`, beside `changed` only: the row as the caller sees it now."""

    error: ErrorBody
    current: Any = None


def refused(request: Request[Any, Any, Any], error: Refused) -> Response[ErrorAnswer]:
    """The answer to something refused."""
    headers = {}
    status = STATUS[type(error)]
    if isinstance(error, errors.RateLimited | errors.ProviderUnavailable):
        headers["Retry-After"] = str(error.retry_after)
    elif status == 503 and not isinstance(error, errors.NotConfigured):  # noqa: PLR2004 - the status itself
        headers["Retry-After"] = UPDATING_S if isinstance(error, errors.Updating) else str(AGAIN_IN_S)
    if status == 401:  # noqa: PLR2004 - the status itself: HTTP wants the header with every one
        headers["WWW-Authenticate"] = "Bearer"
    body = ErrorBody(error.code, error.message, error.fields, "")
    current = error.current if isinstance(error, errors.Changed) else None
    return _answer(request, status, body, headers, current=current)


def framework_refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[ErrorAnswer]:
    """What Litestar itself refuses, in our shape: unknown routes, methods, bodies that do not fit."""
    ours = _ours(error)
    if ours is None and error.status_code >= 500:  # noqa: PLR2004 - the status itself
        return failed(request, error)
    answer = (
        refused(request, ours)
        if ours
        else _answer(request, error.status_code, ErrorBody("refused", _REFUSED, None, ""))
    )
    if isinstance(error, MethodNotAllowedException):
        answer.headers.update(error.headers or {})
    return answer


def _ours(error: HTTPException) -> Refused | None:
    if isinstance(error, ValidationException):
        return _invalid(error)
    if isinstance(error, ClientException) and error.status_code == 400:  # noqa: PLR2004 - the status itself
        return errors.NotJson()
    ours = _BY_STATUS.get(error.status_code)
    return ours() if ours else None


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[ErrorAnswer]:
    """A bound of the database's, a store that is away, or a bug: the trace goes to the log, an id to the caller."""
    if field := bounds.field_over(error):
        return refused(request, errors.Invalid(fields={field: "With this it would be larger than we keep."}))
    if bounds.is_no_text(error):
        return refused(request, errors.Invalid(fields={"body": "It holds a character that is not allowed in text."}))
    if isinstance(error, OSError | TimeoutError) or type(error).__module__.partition(".")[0] in ("asyncpg", "redis"):
        log.warning("store_unavailable", kind=type(error).__name__, request_id=request_id(request))
        return refused(request, errors.Unavailable())
    if isinstance(error, KeysUnavailable):
        # What is away comes back, as a database does, and readiness says so; what is another's or lost needs somebody.
        level = logging.WARNING if isinstance(error, KeysAway) else logging.ERROR
        log.log(level, "keys_unavailable", kind=type(error).__name__, request_id=request_id(request))
        return refused(request, errors.KeysUnavailable())
    log.error("request_failed", request_id=request_id(request), exc_info=error)
    body = ErrorBody("internal", "Something went wrong on our side. Nothing was lost.", None, "")
    return _answer(request, 500, body)


def plain(error: Refused, request_id: str) -> tuple[int, bytes]:
    """The status and the JSON body of a refusal, for what is refused before there is a request of Litestar's."""
    body = ErrorAnswer(ErrorBody(error.code, error.message, error.fields, request_id))
    return STATUS[type(error)], msgspec.json.encode(body)


def request_id(request: Request[Any, Any, Any]) -> str:
    """The id that edge.py gave this request; logs carry it too."""
    return str(request.scope.get("state", {}).get("request_id") or uuid.uuid4().hex)  # noqa: TID251 - names it in the logs


_SENTENCES = {kind.code: (kind.__doc__ or "").strip() for kind in STATUS}
_REFUSED = "This request cannot be answered."
_BY_STATUS = {404: errors.NotFound, 405: errors.MethodNotAllowed, 413: errors.TooLarge, 415: errors.UnsupportedMedia}

_AT_FIELD = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)


OF_FIELDS = {
    "Object contains unknown field": "This field is not known here.",
    "Object missing required field": "This field is required.",
    r".*matching regex": "This has a form or characters that are not allowed here.",
    "Invalid enum value": "This is none of the values that are known here.",  # it goes on with what was sent
    r"Expected `str` of length <= (?P<number>\d+)": "At most {number} characters.",
    r"Expected `str` of length >= (?P<number>\d+)": "At least {number} characters.",
    r"Expected `(?:array|object)` of length <= (?P<number>\d+)": "At most {number} entries.",
    r"Expected `(?:array|object)` of length >= (?P<number>\d+)": "At least {number} entries.",
    r"Expected `(?:int|float)` <= (?P<number>[-\d.e+]+)": "At most {number}.",
    r"Expected `(?:int|float)` >= (?P<number>[-\d.e+]+)": "At least {number}.",
}
"""What msgspec says of a field, and what people read instead; the rest is for programs, and stays."""

_SAID = {re.compile(form, re.DOTALL): said.replace("{number}", r"\g<number>") for form, said in OF_FIELDS.items()}


def invalid_field(error: msgspec.ValidationError) -> errors.Invalid:
    """msgspec's complaint as ours: the path names the field."""
    match = _AT_FIELD.match(str(error))
    what, path = (match["what"], match["path"] or "") if match else (str(error), "")
    unknown = re.match(r"Object contains unknown field `(.+)`", what)
    missing = re.match(r"Object missing required field `(.+)`", what)
    named = unknown or missing
    if named:
        path = f"{path}.{named[1]}".lstrip(".")
    said = next((found.expand(sentence) for form, sentence in _SAID.items() if (found := form.match(what))), what)
    return errors.Invalid(fields={_named(path): said})


def _named(path: str) -> str:
    """The field as the caller wrote it: `data` is our name for the whole body."""
    return path.removeprefix("$.").removeprefix("data").lstrip(".") or "body"


def _invalid(error: ValidationException) -> Refused:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, msgspec.ValidationError):
        return invalid_field(cause)
    fields: dict[str, str] = {}
    for item in error.extra if isinstance(error.extra, list) else []:
        if isinstance(item, dict):
            found = invalid_field(
                msgspec.ValidationError(f"{item.get('message', 'is wrong')} - at `$.{item.get('key') or ''}`")
            )
            fields |= found.fields or {}
    return errors.Invalid(fields=fields or None)


_ABOUT = re.compile(r"“(.+)”: (.+)", re.DOTALL)
"""Words that somebody wrote, and what is wrong with them."""


def in_language(body: ErrorBody, words: Catalogue) -> ErrorBody:
    """Its sentence as a catalogue has it, else the one of its code, which every catalogue has; of fields what there is."""
    english = body.message if words.holds(body.message) else _SENTENCES.get(body.code, body.message)
    fields = {field: _of_field(said, words) for field, said in body.fields.items()} if body.fields else body.fields
    return msgspec.structs.replace(body, message=words.say(english), fields=fields)


def _of_field(said: str, words: Catalogue) -> str:
    about = _ABOUT.fullmatch(said)
    return f"“{about[1]}”: {words.retell(about[2])}" if about else words.retell(said)


def _answer(
    request: Request[Any, Any, Any],
    status: int,
    body: ErrorBody,
    headers: dict[str, str] | None = None,
    *,
    current: Any = None,
) -> Response[ErrorAnswer]:
    language = choice.of_header(request.headers.get("Accept-Language"))
    if language != choice.ENGLISH:
        body = in_language(body, catalogue("server", language))
    return Response(
        ErrorAnswer(msgspec.structs.replace(body, request_id=request_id(request)), current),
        status_code=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type="application/json",
    )
