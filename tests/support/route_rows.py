"""Who may ask for what: every operation of the API, and every field of a request that names something, with whom it answers to.

Whatever stands in no row's `may` is refused, and alike whether the thing is somebody else's, was deleted or never was.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from tests.support import calendar_rows as calendars
from tests.support import image_rows as images
from tests.support import notion_rows as mirrored
from tests.support import obligation_rows as obligations
from tests.support import pact_rows as pacts
from tests.support import word_rows as words
from tests.support.bond_rows import OF_BONDS, OF_ROWS, Told, bonds, both
from tests.support.boundary_rows import OF_BOUNDARIES
from tests.support.calendar_rows import OF_CALENDARS
from tests.support.character_rows import OF_CHARACTERS
from tests.support.character_rows import OPERATIONS as OF_PLAYED
from tests.support.file_rows import OF_FILES
from tests.support.file_rows import OPERATIONS as OF_PICTURES
from tests.support.identities import Things, World, card_for
from tests.support.talk_rows import OF_TALKS
from tests.support.talk_rows import OPERATIONS as OF_SAID

WHO = {
    "anybody": """
        POST /api/mail/refused · POST /api/mail/allowed · POST /api/auth/password-reset · POST /api/auth/password-reset/confirm ·
        POST /api/auth/confirm-email · POST /api/auth/register · POST /api/auth/login · POST /api/auth/refresh ·
        POST /api/anonymous-sessions · GET /.well-known/jwks.json · GET /api/survey · POST /api/partners/connections/preview ·
        GET /health/live · GET /health/ready · POST /api/webhooks/apple · POST /api/webhooks/google""",
    "guest": "DELETE /api/anonymous-sessions",
    "player": """
        GET /api/me/export · POST /api/me/demographics · GET /api/profile · PATCH /api/profile/boundaries · GET /api/history ·
        GET /api/survey/progress · PATCH /api/survey/progress · POST /api/survey/submit · GET /api/sessions · POST /api/sessions ·
        POST /api/sessions/join · POST /api/sessions/{session_id}/link · POST /api/sessions/{session_id}/decline ·
        GET /api/sessions/{session_id} · GET /api/sessions/{session_id}/activities · GET /api/sessions/{session_id}/note ·
        PUT /api/sessions/{session_id}/note · DELETE /api/sessions/{session_id}/note · POST /api/ws-tickets ·
        GET /api/activities/languages""",
    "user": """
        POST /api/me/password · POST /api/auth/logout · GET /api/me · PATCH /api/me · DELETE /api/me · GET /api/me/logins ·
        DELETE /api/me/logins · DELETE /api/me/logins/{login_id} · GET /api/partners/{user_id}/profile ·
        GET /api/partners/{user_id}/compatibility · GET /api/partners/{user_id}/favourites · GET /api/partners/connections ·
        POST /api/partners/connections · GET /api/partners/connections/{connection_id} ·
        POST /api/partners/connections/claim · POST /api/partners/connections/{connection_id}/accept ·
        POST /api/partners/connections/{connection_id}/decline · POST /api/partners/connections/{connection_id}/cancel ·
        POST /api/partners/connections/{connection_id}/disconnect · GET /api/partners/remembered ·
        DELETE /api/partners/remembered · GET /api/partners/remembered/{user_id} · DELETE /api/partners/remembered/{user_id} ·
        POST /api/partners/blocked/{user_id} · DELETE /api/partners/blocked/{user_id} · GET /api/partners/blocked ·
        GET /api/devices · POST /api/devices · GET /api/devices/web-key · DELETE /api/devices/{device_id} ·
        GET /api/kinksters/providers · GET /api/notifications · POST /api/notifications/read ·
        GET /api/activities · GET /api/cards · POST /api/cards ·
        POST /api/cards/{card_id}/approve · DELETE /api/cards/{card_id} · GET /api/subscription · GET /api/subscription/plans ·
        POST /api/subscription/transactions · POST /api/subscription/restore ·
        GET /api/me/submission-state · POST /api/me/submission-state · POST /api/bonds · GET /api/bonds · POST /api/bonds/join ·
        GET /api/bonds/{bond_id} · PATCH /api/bonds/{bond_id} · GET /api/bonds/{bond_id}/settings ·
        PATCH /api/bonds/{bond_id}/settings · POST /api/bonds/{bond_id}/invite · DELETE /api/bonds/{bond_id}/invite ·
        GET /api/bonds/{bond_id}/requests · POST /api/bonds/{bond_id}/requests ·
        POST /api/bonds/{bond_id}/requests/{request_id}/approve · POST /api/bonds/{bond_id}/requests/{request_id}/reject ·
        POST /api/bonds/{bond_id}/requests/{request_id}/withdraw · PATCH /api/bonds/{bond_id}/me ·
        PATCH /api/bonds/{bond_id}/members/{user_id} · DELETE /api/bonds/{bond_id}/members/{user_id} ·
        POST /api/bonds/{bond_id}/leave · POST /api/bonds/{bond_id}/transfer · POST /api/bonds/{bond_id}/pause ·
        POST /api/bonds/{bond_id}/resume · POST /api/bonds/{bond_id}/dissolve · GET /api/bonds/{bond_id}/permissions ·
        GET /api/bonds/{bond_id}/activity · GET /api/bonds/{bond_id}/changes · GET /api/bonds/{bond_id}/resources ·
        POST /api/bonds/{bond_id}/resources · GET /api/bonds/{bond_id}/resources/{row_id} ·
        PATCH /api/bonds/{bond_id}/resources/{row_id} · DELETE /api/bonds/{bond_id}/resources/{row_id} · GET /api/resources ·
        GET /api/bonds/{bond_id}/boundaries · POST /api/bonds/{bond_id}/boundaries ·
        GET /api/bonds/{bond_id}/boundaries/{row_id} · PATCH /api/bonds/{bond_id}/boundaries/{row_id} ·
        DELETE /api/bonds/{bond_id}/boundaries/{row_id} · PUT /api/bonds/{bond_id}/boundaries/{row_id}/rating ·
        GET /api/me/limits · DELETE /api/me/limits/{limit_id} ·
        POST /api/resources · GET /api/resources/{row_id} · PATCH /api/resources/{row_id} · DELETE /api/resources/{row_id}""",
}
WHO["anybody"] += f" · {mirrored.ANYBODY}"
WHO["user"] += (
    f" · {OF_PICTURES} · {obligations.OPERATIONS} · {words.OPERATIONS} · {pacts.OPERATIONS} · {calendars.OPERATIONS}"
    f" · {images.OPERATIONS} · {OF_PLAYED} · {OF_SAID} · {mirrored.OPERATIONS}"
)
KINDS = {operation.strip(): kind for kind, listed in WHO.items() for operation in listed.split("·")}
"""By operation: what one has to be. A player is a person with an account or without."""

HIDDEN = {
    "GET /": "the page", "GET /you": "the page", "GET /plan": "the page", "GET /survey": "the page", "GET /limits": "the page",
    "GET /evenings": "the page", "GET /evenings/{session_id}": "the page",
    "GET /partners": "the page", "GET /partners/{user_id}": "the page: the same bytes for any id",
    "GET /partners/{user_id}/cards": "the page", "GET /room/{session_id}": "the page", "GET /j": "the page",
    "GET /j/{token}": "the page: opening a link uses nothing up", "GET /static/{path}": "the page's files",
    "GET /files/{signed}": "a picture by its address of five minutes: test_files.py",
    "GET /u/{token}": "sends to the page; its token is tried in test_mail.py", "POST /u/{token}": "the same by a mail program",
    "GET /schema": "the description", "GET /schema/openapi.json": "the description", "GET /metrics": "this machine's own",
    "GET /.well-known/apple-app-site-association": "one file for all", "GET /.well-known/assetlinks.json": "one file for all",
    "GET /you/{part}": "the page", "GET /phone": "the page", "GET /lists": "nothing of ours: where a quick exit leads",
    "GET /manifest.webmanifest": "the page's name and icons", "GET /lists.webmanifest": "the same, discreet",
    "GET /worker.js": "the page's worker, the same for all", "GET /survey-questions.json": "the questions, in a language",
    "GET /calendar/{secret}": "another program's, by a secret: tried in test_calendar_files.py",
    "GET /bond-tools.json": "what a bond's tools are made of, the same for all",
    "GET /gallery": "made-up data, for this machine alone", "GET /gallery/frame": "made-up data",
    "GET /gallery/raw/{path}": "the page's files, for this machine alone",
    "GET /bonds": "the page", "GET /bonds/new": "the page", "GET /bonds/join": "the page: its code stands behind a #",
    "GET /bonds/{bond_id}": "the page: the same bytes for any id", "GET /bonds/{bond_id}/{part}": "the page",
    "GET /bonds/{bond_id}/{part}/{row_id}": "the page",
    "GET /characters": "the page", "GET /characters/{kinkster_id}": "the page: the same bytes for any id",
    "GET /characters/{kinkster_id}/{part}": "the page", "GET /characters/{kinkster_id}/{part}/{row_id}": "the page",
    "GET /api/plans": "GET /api/subscription/plans by another name",
}  # fmt: skip
"""Routes that the description leaves out, and why they are in no matrix."""

NAME_NOTHING = {
    "limit": "a number of rows", "wait": "seconds", "format": "json or html", "status": "one of five words", "type": "a word",
    "rating": "a word", "language": "a word", "cursor": "a place in one's own list: tried apart", "platform": "a word",
    "device_fingerprint": "accepted and never stored", "product_id": "what is sold, the same for all",
    "Idempotency-Key": "a name among the caller's own requests: tried apart", "token.keys.auth": "a browser's key",
    "token.keys.p256dh": "a browser's key", "activities[].keys[]": "words of a list",
}  # fmt: skip
"""Fields that look as if they named something of somebody's."""

ELSEWHERE = {
    ("POST /api/mail/refused", "token"): "test_mail.py: of no account; the sealed address itself",
    ("POST /api/mail/allowed", "token"): "test_mail.py: the same",
    ("POST /api/auth/password-reset/confirm", "token"): "test_accounts.py: once, half an hour, one answer",
    ("POST /api/auth/confirm-email", "token"): "test_mail.py: the same",
    ("POST /api/auth/refresh", "refresh_token"): "test_refresh.py: rotated, reuse ends the login",
    ("POST /api/anonymous-sessions", "session_id"): "tried apart: one that exists is `taken` by the contract",
    ("POST /api/bonds/{bond_id}/transfer", "user_id"): "test_bond_people.py: to a member, and of nobody else a word",
    ("POST /api/calendar", "recurrence_id"): "test_calendar.py: an occurrence of one's own series, by its moment",
    ("POST /api/bonds/{bond_id}/calendar", "recurrence_id"): "test_calendar.py: the same",
    ("GET /api/bonds/{bond_id}/points", "user_id"): "a filter of entries that one sees anyway",
    ("GET /api/bonds/{bond_id}/check-ins", "user_id"): "a filter of what one sees anyway",
    (
        "POST /api/bonds/{bond_id}/points",
        "user_id",
    ): "test_obligations.py: somebody whom one leads, and of nobody else a word",
    (
        "POST /api/bonds/{bond_id}/tasks/{row_id}/submit",
        "proof.file_id",
    ): "test_files.py: one's own that hangs on nothing yet, and of any other a word",
    ("POST /api/bonds/{bond_id}/tasks", "template_id"): "test_obligations.py: one of the bond's",
    **dict.fromkeys(
        (
            ("POST /api/kinksters", "preset_id"),
            ("PATCH /api/kinksters/{kinkster_id}", "preset_id"),
            ("PUT /api/kinksters/creation-session", "draft.preset_id"),
        ),
        "test_characters.py: a preset is the same for all",
    ),
    **{
        (operation, field): "test_talks.py: of anybody else's a word, and nobody is asked"
        for operation in ("POST /api/kinksters/chat", "POST /api/flowise/chat")
        for field in ("kinkster_id", "conversation_id", "file_ids[]")
    },
    **dict.fromkeys(
        (
            ("POST /api/kinksters", "flowise_chatflow_id"),
            ("PATCH /api/kinksters/{kinkster_id}", "flowise_chatflow_id"),
            ("PUT /api/kinksters/creation-session", "draft.flowise_chatflow_id"),
        ),
        "what an AI's provider calls it, nothing of ours",
    ),
    ("POST /api/devices", "token"): "test_notifications.py: whoever registers it has it, as a phone changes hands",
    ("POST /api/subscription/transactions", "signed_transaction"): "test_apple_forgeries.py",
    ("POST /api/subscription/transactions", "purchase_token"): "test_google_forgeries.py",
    **images.ELSEWHERE,
    **mirrored.ELSEWHERE,
}
"""Secrets that are a proof by themselves, each with the tests that try its forgeries."""

Make = Callable[[World], Awaitable[Things]]
May = dict[tuple[str, str], int]
"""(who, whose) → the status; in this order, for a step may be possible once."""

ENDS_LOGINS = {"POST /api/auth/logout", "POST /api/me/password", "DELETE /api/me", "DELETE /api/me/logins"}
"""Whoever asks for these is somebody else afterwards."""

NOT_FOUND = (404, "not_found")
INVALID = (422, "invalid")

PAIR: May = dict.fromkeys(
    [("self", "partner"), ("partner", "self"), ("stranger", "theirs"), ("theirs", "stranger")], 200
)
PLAYED: May = {
    ("self", "ours"): 200, ("partner", "ours"): 200, ("self", "former's"): 200, ("former", "former's"): 200,
    ("stranger", "foreign"): 200, ("theirs", "foreign"): 200, ("anonymous", "guest's"): 200, ("theirs", "guest's"): 200,
}  # fmt: skip


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One field. `malformed`: how what can be no id is refused; `body` has the id in its place; `refused` may be an answer that
    says nothing (`why`)."""

    things: Make
    may: May
    refused: tuple[int, str | None] = NOT_FOUND
    malformed: tuple[tuple[int, str | None], ...] = (NOT_FOUND,)
    body: Callable[[Any], Any] | None = None
    why: str = ""


def _bond_row(told: Told) -> Row:
    things, may, body = told
    if body is None or callable(body):
        return Row(things=things, may=may, body=body)
    return Row(things=things, may=may, body=lambda _: body)


def _sessions(**partner: Any) -> Any:
    return {"partner": partner}


ROWS: dict[tuple[str, str], Row] = {
    ("GET /api/partners/{user_id}/profile", "user_id"): Row(things=World.users, may=PAIR),
    ("GET /api/partners/{user_id}/compatibility", "user_id"): Row(things=World.users, may=PAIR),
    ("GET /api/partners/{user_id}/favourites", "user_id"): Row(things=World.users, may=PAIR),
    ("GET /api/partners/remembered/{user_id}", "user_id"): Row(things=World.users, may=PAIR),
    ("GET /api/cards", "partner_user_id"): Row(
        things=World.users, may={**PAIR, **{(who, who): 200 for who in ("self", "partner", "stranger", "theirs")}},
        refused=(200, None), why="a filter of one's own list: nothing on it is with them, and everything with oneself",
    ),
    ("GET /api/partners/connections/{connection_id}", "connection_id"): Row(
        things=World.connections,
        may={key: status for key, status in PLAYED.items() if "anonymous" not in key and "guest's" not in key},
        why="one's ended connections are one's own history",
    ),
    **{(operation, "bond_id"): _bond_row(told) for operation, told in OF_BONDS.items()},
    **{key: _bond_row(told) for key, told in (OF_ROWS | OF_BOUNDARIES | OF_FILES).items()},
    **{key: _bond_row(told) for key, told in (OF_ROWS | OF_BOUNDARIES | OF_CALENDARS).items()},
    **{key: _bond_row(told) for key, told in OF_CHARACTERS.items()},
    **{key: _bond_row(told) for key, told in OF_TALKS.items()},
    **{(operation, "bond_id"): _bond_row(told) for operation, told in obligations.OF_BONDS.items()},
    **{key: _bond_row(told) for key, told in obligations.OF_ROWS.items()},
    **{(operation, "bond_id"): _bond_row(told) for operation, told in words.OF_BONDS.items()},
    **{key: _bond_row(told) for key, told in words.OF_ROWS.items()},
    **{(operation, "bond_id"): _bond_row(told) for operation, told in pacts.OF_BONDS.items()},
    **{key: _bond_row(told) for key, told in pacts.OF_ROWS.items()},
    **{key: _bond_row(told) for key, told in images.OF_IMAGES.items()},
    **{key: _bond_row(told) for key, told in mirrored.OF_NOTION.items()},
    ("PATCH /api/me", "bond_id"): Row(
        things=bonds, may=both(), refused=INVALID, malformed=(INVALID,), body=lambda id_: {"bond_id": id_}
    ),
    ("GET /api/sessions/{session_id}", "session_id"): Row(things=World.rooms, may=PLAYED),
    ("GET /api/sessions/{session_id}/activities", "session_id"): Row(things=World.rooms, may=PLAYED),
    ("GET /api/sessions/{session_id}/note", "session_id"): Row(things=World.rooms, may=PLAYED),
    ("PUT /api/sessions/{session_id}/note", "session_id"): Row(
        things=World.rooms, may=PLAYED, body=lambda _: {"text": "To myself"}
    ),
    ("DELETE /api/sessions/{session_id}/note", "session_id"): Row(things=World.rooms, may=dict.fromkeys(PLAYED, 204)),
    ("POST /api/ws-tickets", "session_id"): Row(
        things=World.rooms, may=PLAYED, malformed=(NOT_FOUND, INVALID), body=lambda id_: {"session_id": id_}
    ),
    ("POST /api/ws-tickets", "bond_id"): Row(
        things=bonds, may=both(), malformed=(NOT_FOUND, INVALID), body=lambda id_: {"bond_id": id_}
    ),
    ("POST /api/sessions/{session_id}/link", "session_id"): Row(
        things=World.open_rooms, may={("self", "ours"): 200, ("stranger", "foreign"): 200, ("anonymous", "guest's"): 200}
    ),
    ("POST /api/sessions/{session_id}/decline", "session_id"): Row(
        things=World.asked_rooms, may={("partner", "ours"): 204, ("theirs", "foreign"): 204}
    ),
    ("POST /api/partners/connections/{connection_id}/accept", "connection_id"): Row(
        things=World.requests,
        may={("partner", "ours"): 200, ("self", "ours"): 200, ("stranger", "foreign"): 200, ("theirs", "foreign"): 200},
    ),
    ("POST /api/partners/connections/{connection_id}/decline", "connection_id"): Row(
        things=World.requests,
        may={("self", "ours"): 409, ("partner", "ours"): 200, ("stranger", "foreign"): 409, ("theirs", "foreign"): 200},
    ),
    ("POST /api/partners/connections/{connection_id}/cancel", "connection_id"): Row(
        things=World.said_yes,
        may={("partner", "ours"): 409, ("self", "ours"): 200, ("theirs", "foreign"): 409, ("stranger", "foreign"): 200},
    ),
    ("POST /api/partners/connections/claim", "token"): Row(
        things=World.invitations,
        may={
            ("host", "open"): 409, ("host", "used"): 409, ("partner", "used"): 200, ("stranger", "open"): 200,
            ("self", "open"): 404, ("partner", "open"): 404, ("former", "open"): 404, ("theirs", "open"): 404,
        },  # one's own request is told from a wrong link: one knows that one made it
        refused=(404, "invalid_token"), malformed=((404, "invalid_token"), INVALID), body=lambda id_: {"token": id_},
        why="whoever holds an open link may open it, once",
    ),
    ("POST /api/partners/connections/preview", "token"): Row(
        things=World.invitations,
        may={
            **{(who, "open"): 200 for who in ("nobody", "anonymous", "self", "partner", "former", "stranger", "theirs")},
            ("partner", "used"): 200,
        },
        refused=(404, "invalid_token"), malformed=((404, "invalid_token"), INVALID), body=lambda id_: {"token": id_},
        why="whoever holds an open link may look, and uses nothing up",
    ),
    ("POST /api/sessions/join", "token"): Row(
        things=World.links, may={
            ("partner", "used"): 200, ("host", "open"): 404, ("anonymous", "open"): 200, ("self", "open"): 404,
            ("partner", "open"): 404, ("former", "open"): 404, ("stranger", "open"): 404, ("theirs", "open"): 404,
        },
        refused=(404, "invalid_token"), malformed=((404, "invalid_token"), INVALID), body=lambda id_: {"token": id_},
        why="whoever holds an open link may sit down, once",
    ),
    ("POST /api/sessions", "partner.connection_id"): Row(
        things=World.connections,
        may={("self", "ours"): 201, ("partner", "ours"): 409, ("theirs", "foreign"): 201, ("stranger", "foreign"): 409},
        malformed=(INVALID,), body=lambda id_: _sessions(connection_id=id_), why="once; the other side is told that it was used",
    ),
    ("POST /api/sessions", "partner.user_id"): Row(
        things=World.users, may=dict.fromkeys(PAIR, 201), malformed=(NOT_FOUND, INVALID),
        body=lambda id_: _sessions(user_id=id_),
    ),
    ("POST /api/cards", "partner_user_id"): Row(
        things=World.users, may=dict.fromkeys(PAIR, 201), malformed=(INVALID,), body=card_for
    ),
    ("POST /api/cards/{card_id}/approve", "card_id"): Row(
        things=World.cards,
        may={("self", "ours"): 409, ("partner", "ours"): 200, ("stranger", "foreign"): 409, ("theirs", "foreign"): 200},
    ),
    ("DELETE /api/cards/{card_id}", "card_id"): Row(
        things=World.cards,
        may={("partner", "ours"): 204, ("self", "ours"): 404, ("stranger", "foreign"): 204, ("theirs", "foreign"): 404},
        why="either takes it back for both",
    ),
    ("DELETE /api/me/logins/{login_id}", "login_id"): Row(
        things=World.logins, may={(who, who): 204 for who in ("self", "partner", "former", "stranger")}
    ),
    ("DELETE /api/devices/{device_id}", "device_id"): Row(
        things=World.devices, may={(who, who): 204 for who in ("self", "partner", "former", "stranger")}
    ),
    ("POST /api/notifications/read", "ids[]"): Row(
        things=World.notices, may={(who, who): 204 for who in ("self", "partner", "former", "stranger")},
        refused=(204, None), malformed=(INVALID,), body=lambda id_: {"ids": [id_]},
        why="what is not one's own stays unread, and nothing is said",
    ),
    ("DELETE /api/partners/blocked/{user_id}", "user_id"): Row(things=World.blocked, may={("stranger", "blocked"): 204}),
    ("DELETE /api/partners/remembered/{user_id}", "user_id"): Row(
        things=World.users, may=dict.fromkeys(PAIR, 204), why="each takes the other off their own list"
    ),
    ("POST /api/partners/connections/{connection_id}/disconnect", "connection_id"): Row(
        things=World.connections,
        may={
            ("self", "former's"): 409, ("former", "former's"): 409, ("partner", "ours"): 200, ("self", "ours"): 409,
            ("stranger", "foreign"): 200, ("theirs", "foreign"): 409,
        },
    ),
    ("POST /api/partners/blocked/{user_id}", "user_id"): Row(
        things=World.users,
        may={
            **dict.fromkeys(PAIR, 201), ("self", "former"): 201, ("former", "self"): 201, ("stranger", "blocked"): 201,
        },
        why="only people whom one has met, so that nobody learns a name",
    ),
}  # fmt: skip
"""In this order: what ends things comes last."""
