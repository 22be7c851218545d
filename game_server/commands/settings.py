"""Every setting with its type, its default and what it is for: as lines, as JSON, and as the page docs/settings.md."""

import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Meta

from game_server.settings import Settings, expected, is_secret, variable

ABOUT: dict[str, dict[str, str]] = {
    "Stores": {
        "database_url": "PostgreSQL 15 or newer, as an administrator: it migrates and knows the run-time logins. Without it "
        "and the next two the PostgreSQL that comes with the install is started.",
        "database_web_url": "The login of requests, where it is not to be one that `migrate up` makes.",
        "database_worker_url": "The login of the room writer and the jobs, in the same way.",
        "web_login": "The name of the login of requests that `migrate up` makes: game_web, or with the database's name where "
        "another database of the server has that.",
        "worker_login": "The name of the other one: game_worker, in the same way.",
        "redis_url": (
            "Redis or Valkey 7 or newer, one server or any node of a cluster. Without it the Valkey that comes with the"
            " install is started."
        ),
        "data_dir": "Where the embedded stores, the made secret, people's keys and the development mailbox are.",
        "files_url": "Where pictures are kept, sealed: file:/// and a folder, for one machine, or for several "
        "s3://bucket?endpoint=…&region=… of anything that speaks S3. Who we are to it: s3://key:secret@bucket, or the usual "
        "variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without it the folder `files` in the data directory.",
        "pg_bin": "A folder with other PostgreSQL binaries for the embedded store.",
        "redis_bin": "Another `valkey-server` or `redis-server` for the embedded store.",
        "web_pool": "Connections to PostgreSQL for requests, a process.",
        "worker_pool": "Connections to PostgreSQL for rooms and jobs, a process.",
    },
    "Where it is reached": {
        "host": "The address to listen on.",
        "port": "The port; 0 takes a free one.",
        "lan": "Listen in the local network and show a QR code, as `serve --lan`.",
        "public_url": "The address that people open, where a proxy stands in front: links point to it, and it may join rooms.",
        "allowed_origins": "Further origins of pages that may join rooms, with commas between them.",
        "trusted_proxies": "Addresses or networks of proxies whose forwarded headers are believed, with commas between them.",
        "connections_per_address": "Open connections of one public address or household.",
        "worker_listens": "Does `worker` answer /health and /metrics, on the host above?",
        "worker_port": "The port for that; 0 takes a free one. Where it is taken the worker says so and works without.",
        "page": "The page in few small files, or as the modules that it is written in, for whoever works on it.",
    },
    "Secrets and logs": {
        "secret_key": "The installation's secret: by it tokens are signed and people's keys are wrapped. The same for every "
        "process; needed with a DATABASE_URL. On the embedded database one is made and kept in the data directory.",
        "secret_keys": "Several instead, with commas between them, while one is exchanged: the first signs and wraps, what any "
        "of them made counts.",
        "person_keys": "Where people's keys are: a file of one machine, or for several a `postgresql://` database of its own. "
        "Without it `person-keys.sqlite` in the data directory. Never in a backup of the main database.",
        "log_format": "Lines for people, or JSON.",
        "log_level": "The least that is logged.",
        "metrics_token": "With it as bearer token /metrics answers from elsewhere than this machine.",
        "otel_exporter_otlp_endpoint": "Where OpenTelemetry's traces go, over HTTP (/v1/traces is appended). Needs the extra "
        "`traces`; without it there are none. The SDK's other variables (OTEL_…) are read by the SDK.",
        "otel_service_name": "The name in traces.",
        "crash_at": "For fault tests: kill the process at a named point.",
    },
    "Backups": {
        "backup_to": "Where backups are put by the timetable: a folder's full path, or s3://bucket?endpoint=…&region=… as above. "
        "Without it none are made by themselves; `game-server backup` makes one.",
        "backup_every_hours": "How often.",
        "backup_keep_days": "How long each is kept; the newest good one stays, but none longer than 35 days.",
        "backup_key": "What backups are sealed with, 32 characters or more. Without it a key that follows from the "
        "installation's secret. Whoever has lost it has no backup.",
    },
    "Accounts": {
        "access_token_s": "How long an access token is good.",
        "refresh_token_s": "How long a login lasts that is not used.",
        "anonymous_token_s": "How long an anonymous player's token is good.",
        "reset_token_s": "How long the link in a mail for a new password is good.",
        "lockout_failures": "Wrong passwords after which an account is locked.",
        "lockout_s": "How long it is locked.",
        "supabase_url": "A Supabase project that signs people in, like https://….supabase.co: its access tokens count here, "
        "checked with the key set at its /auth/v1/.well-known/jwks.json. With a DATABASE_URL nobody signs up here any more.",
        "supabase_jwt_secret": "That project's JWT secret, where it signs with one (HS256). Without it such tokens do not count.",
        "supabase_service_role_key": "Its service role or secret key: whoever erases their account is deleted there too.",
        "supabase_confirms_email": "Does that project let nobody in before they confirmed their address? Then addresses count as "
        "confirmed here too.",
        "limit_login": "Tries to log in and mails asked for, as count/seconds for an address.",
        "limit_register": "Sign-ups, for an address.",
        "limit_claims": "Tries of a link's token, for a caller and for an address.",
        "limit_invites": "Tries of a bond's invite code, for a caller and for an address.",
        "limit_tickets": "Tickets to a room's socket, for a caller and for an address.",
        "limit_imports": "Calendars that somebody brings as a file.",
        "limit_feeds": "Addresses of calendars that open nothing, for an address: those that do are never limited.",
        "limit_purchases": "How often a store is asked because a caller brings a purchase or restores.",
        "limit_exports": "How often somebody takes everything about themselves away, for a caller and for an address.",
        "limit_chat": "How many messages somebody sends to characters, for a caller and for an address.",
        "limit_notion": "How often somebody connects Notion, makes databases or asks for a run, for a caller and an address.",
        "limit_files": "How many pictures somebody uploads, for a caller and for an address.",
        "limit_pictures": "How many pictures of characters somebody asks for, for a caller and for an address.",
        "limit_sharing": "How often somebody begins to share more with their partners; to share less is never limited.",
        "limit_other": "Requests that need no login, for an address.",
        "limit_loopback": "Limit requests from this machine too.",
    },
    "Pairing": {
        "pairing_s": "How long a link to connect or to join is good.",
        "connection_fresh_s": "How long after two said yes a game may be opened on that connection.",
    },
    "What is sold": {
        "plans_file": "A JSON file of the plans: a list of {product_id, tier, price, currency, period}. Without it `premium` "
        "(monthly, 4.99 USD) and `premium_annual` (29.99 USD).",
        "apple_bundle_id": "The app's bundle id. With the key, its two ids, the roots and in production the app's number "
        "purchases in the App Store count.",
        "apple_app_id": "The app's number in the App Store; needed in production.",
        "apple_issuer_id": "The issuer id of the key for the App Store Server API.",
        "apple_key_id": "That key's id.",
        "apple_private_key_file": "That key, the `.p8` file.",
        "apple_roots_file": "Apple's root certificates, PEM or DER, one file: what is signed must lead to one of them.",
        "apple_base_url": "Another address of the App Store Server API than that of the environment.",
        "apple_environment": "What sandbox purchases say never counts in production, and the other way round.",
        "google_package": "The app's package name. With the service account purchases in Google Play count.",
        "google_fingerprints": "SHA-256 fingerprints of the certificates that sign the Android app, AB:CD:… with commas between "
        "them: with the package name they let links open the app.",
        "google_service_account_file": "The JSON key of the service account that may read purchases.",
        "google_base_url": "The Play Developer API.",
        "google_push_audience": "The audience that the push subscription of real-time notifications signs for.",
        "google_push_account": "The e-mail of the service account that signs them.",
        "google_certs_url": "Where Google's keys for their signatures are.",
    },
    "How people are reached": {
        "smtp_url": "The mail server: smtps://, or smtp:// with STARTTLS, which only a server on this machine may lack.",
        "mail_from": "Whom mails come from.",
        "fcm_service_account_file": "The JSON key of the service account that sends to Android phones.",
        "fcm_base_url": "Firebase Cloud Messaging.",
        "apns_key_file": "The `.p8` key that sends to iPhones.",
        "apns_key_id": "That key's id.",
        "apns_team_id": "The team's id.",
        "apns_topic": "The app's bundle id.",
        "apns_base_url": "Apple's push service; https://api.sandbox.push.apple.com for builds from Xcode.",
        "vapid_key_file": "The key that signs pushes to browsers: PEM, as of `openssl ecparam -name prime256v1 -genkey -noout`.",
        "vapid_subject": "A mailto: or https: address at which a push service reaches whoever runs this.",
        "web_push_stand_in": "For tests: an origin on this machine, with its port, that browsers may name as push service.",
    },
    "Cards by AI": {
        "cards_base_url": "Where a chat model answers that speaks OpenAI's API, up to before /chat/completions, like "
        "https://api.groq.com/openai/v1. With the key and the model half of the cards are written by it, ahead of need.",
        "cards_api_key": "The key that it is asked with, as a bearer token.",
        "cards_model": "The name of the model.",
        "cards_daily_budget": "How often all processes together may ask it on one UTC day: 1000 where this is not set, 0 never.",
    },
    "Characters": {
        "openai_base_url": "Where OpenAI's Responses API answers, up to before /responses: https://api.openai.com/v1 where this "
        "is not set. With the key and the model people talk with characters there. Needs the extra `ai`.",
        "openai_api_key": "The key that it is asked with.",
        "openai_model": "The model of whoever names none. A character may name another only where `characters_prices` does.",
        "openai_image_model": "The model that draws pictures of characters, at its Images API; without it there are none.",
        "openai_keeps_answers": "May the provider keep what is said, for 30 days, and be gone on from? Without it nothing is "
        "kept there, and the newest of a talk is sent along with each question.",
        "flowise_url": "Where Flowise answers, up to before /api/v1. With the key people talk with characters there. Needs the "
        "extra `ai`.",
        "flowise_api_key": "The key that its chatflows are asked with.",
        "flowise_chatflows": "The chatflows that characters may name, by their ids, with commas between them; the first is asked "
        "where a character names none. Where nothing is set characters name any.",
        "characters_prices": "What answers cost: model=in/out for a million tokens, flowise=price for an answer, *= what is not "
        "named. Of whatever this does not say nothing is asked.",
        "characters_image_price": "What one picture costs, in the same currency.",
        "characters_daily_budget": "What all answers and pictures together may cost on one UTC day, in the prices' currency.",
        "characters_person_daily_budget": "What those of one person may cost.",
        "characters_answer_tokens": "The most tokens of one answer.",
    },
    "Notion": {
        "notion_offered": "May people connect their own Notion at all? By a token of theirs that needs nothing more than this.",
        "notion_base_url": "Where Notion's API answers, up to before /v1.",
        "notion_client_id": "The id of this server's integration at Notion: with the secret people connect there by OAuth, too.",
        "notion_client_secret": "Its secret.",
        "notion_webhook_token": "What its webhook signs with: `game-server notion handshakes` shows what Notion sent to be set "
        "here. Without it changes are found by asking.",
        "notion_requests_per_s": "Requests of one workspace a second, at most.",
        "notion_poll_s": "How often a database there is asked what was edited.",
    },
    "The room": {
        "daily_limit": "Cards a day for a free account.",
        "draw_temperature": "How freely the draw departs from the likeliest card.",
        "ticket_s": "How long a ticket to the socket is good.",
        "hello_s": "How long a new socket may say nothing.",
        "ping_ms": "Between two beats.",
        "dead_ms": "Without a frame for so long a line is dead.",
        "away_s": "How long a dropped phone is away before it has left.",
        "closed_idle_s": "How long the socket of a session that is over may say nothing.",
        "cool_down_s": "The cool-down after a stop.",
        "proposal_s": "How long a proposed level waits for an answer.",
        "idle_session_s": "After so long without an event a session is marked abandoned.",
        "credits_burst": "Commands that a phone may send at once.",
        "credits_per_s": "Commands that it may send a second, over time.",
        "command_timeout_s": "How long a command waits for the stores before it is refused `unavailable`.",
        "replay_gap": "A phone that lacks more events than this gets a snapshot.",
    },
}
"""What each is for, in the order of the page."""


INTRODUCTION = (
    "Made by `game-server settings --markdown`; a test compares. Settings are environment variables, read once, at the start.",
    "One that is wrong or unknown is named then, all of them at once, and a secret is never shown. `game-server settings`",
    "prints them with what is set here. Names in `_S` are seconds, in `_MS` milliseconds; a limit is a count and seconds.",
)

PLAIN_KINDS = {str: "text", Path: "a path", bool: "true or false"}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One setting. `value` is null where nothing is set, and says only that something is where it is a secret."""

    variable: str
    type: str
    default: str | None
    about: str
    secret: bool
    value: str | None


def told(environ: Mapping[str, str]) -> list[Told]:
    """All of them, in the order of the page, with what this environment says."""
    return [_told(name, about, environ) for _, settings in _sections() for name, about in settings.items()]


def lines(environ: Mapping[str, str]) -> list[str]:
    """For people at a terminal."""
    return [f"{one.variable} = {_now(one)}\n    {one.type}. {one.about}" for one in told(environ)]


def markdown() -> str:
    """The page docs/settings.md."""
    text = ["# Settings", "", *INTRODUCTION]
    for title, settings in _sections():
        text += ["", f"## {title}", "", "| Variable | Type | Default | What for |", "|---|---|---|---|"]
        for name, about in settings.items():
            one = _told(name, about, {})
            default = f"`{one.default}`" if one.default is not None else ""
            text.append(f"| `{one.variable}` | {one.type}{', secret' if one.secret else ''} | {default} | {about} |")
    return "\n".join(text) + "\n"


def _now(one: Told) -> str:
    return one.value if one.value is not None else f"{one.default or 'nothing'} (default)"


def _sections() -> Iterator[tuple[str, dict[str, str]]]:
    """The sections; what has no place yet comes last, without a word."""
    yield from ABOUT.items()
    placed = {name for settings in ABOUT.values() for name in settings}
    if rest := {name: "" for name in Settings.__struct_fields__ if name not in placed}:
        yield "Others", rest


def _told(name: str, about: str, environ: Mapping[str, str]) -> Told:
    default = next(field.default for field in msgspec.structs.fields(Settings) if field.name == name)
    given = environ.get(variable(name)) or None
    return Told(
        variable=variable(name),
        type=_kind(typing.get_type_hints(Settings, include_extras=True)[name]),
        default=_as_text(default),
        about=about,
        secret=is_secret(name),
        value="(set, not shown)" if given and is_secret(name) else given,
    )


def _kind(hint: Any) -> str:
    """What fits, in words."""
    kinds = [part for part in (hint, *typing.get_args(hint)) if part is not type(None)]
    bare = [getattr(part, "__origin__", part) for part in kinds]
    if tuple in bare:
        return "a list"
    ruled = any(
        isinstance(mark, Meta) and (mark.description or mark.min_length)
        for part in kinds
        for mark in getattr(part, "__metadata__", ())
    )
    plain = next((words for kind, words in PLAIN_KINDS.items() if kind in bare), None)
    return expected(hint) if ruled or plain is None else plain


def _as_text(default: Any) -> str | None:
    if default is None or default == ():
        return None
    return str(default).lower() if isinstance(default, bool) else str(default)
