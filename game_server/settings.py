"""Every environment variable, typed, read once; what is wrong is said in one clear error that lists all of it."""

import difflib
import typing
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from game_server import adapters, environment, file_places
from game_server.environment import SHORTEST_SECRET
from game_server.file_places import Bucket
from storage import urls

PREFIX = "ATTUNED_"
PLAIN = (
    "database_url", "database_web_url", "database_worker_url", "redis_url", "port",
    "otel_exporter_otlp_endpoint", "otel_service_name",
    "supabase_url", "supabase_jwt_secret", "supabase_service_role_key",
)  # fmt: skip
"""These are read without the prefix, as hosting platforms, OpenTelemetry and Supabase name them."""

Positive = Annotated[int, Meta(ge=1)]
Secret = Meta(extra={"secret": True})
"""Marks what no message may show: keys, tokens, and URLs that can hold a password."""

Rate = Annotated[str, Meta(pattern="^[1-9][0-9]*/[1-9][0-9]*$", description="a count and seconds, like 10/900")]
CrashPoint = Annotated[
    str, Meta(pattern="^[a-z_]+(:[0-9]+)?$", description="a point like after_commit or after_commit:3")
]


class SettingsError(Exception):
    """One or more settings are wrong; the message lists every one of them."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("The settings are not usable:\n" + "\n".join(f"  - {problem}" for problem in problems))


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment says. Times in seconds unless the name says otherwise."""

    # stores
    database_url: Annotated[str, Secret] | None = None
    database_web_url: Annotated[str, Secret] | None = None
    database_worker_url: Annotated[str, Secret] | None = None
    web_login: str | None = None
    worker_login: str | None = None
    redis_url: Annotated[str, Secret] | None = None
    data_dir: Path = Path(".data")
    files_url: Annotated[str, Secret] | None = None
    pg_bin: Path | None = None
    redis_bin: Path | None = None
    web_pool: Positive = 8
    worker_pool: Positive = 8

    # where it is reached
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    lan: bool = False
    public_url: str | None = None
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    connections_per_address: Positive = 200
    worker_listens: bool = True
    worker_port: Annotated[int, Meta(ge=0, le=65535)] = 9464
    page: Literal["built", "modules"] = "built"

    # secrets and logs
    secret_key: Annotated[str, Meta(min_length=SHORTEST_SECRET), Secret] | None = None
    secret_keys: Annotated[tuple[str, ...], Secret] = ()
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    crash_at: CrashPoint | None = None
    person_keys: Annotated[str, Secret] | None = None
    metrics_token: Annotated[str, Meta(min_length=16), Secret] | None = None
    otel_exporter_otlp_endpoint: str | None = None
    otel_service_name: str = "attuned"

    # backups
    backup_to: Annotated[str, Secret] | None = None
    backup_every_hours: Annotated[int, Meta(ge=1, le=168)] = 24
    backup_keep_days: Annotated[int, Meta(ge=1, le=35)] = 30
    backup_key: Annotated[str, Meta(min_length=SHORTEST_SECRET), Secret] | None = None

    # accounts
    access_token_s: Positive = 900
    refresh_token_s: Positive = 30 * 86400
    anonymous_token_s: Positive = 90 * 86400
    reset_token_s: Positive = 1800
    lockout_failures: Positive = 10
    lockout_s: Positive = 900
    supabase_url: str | None = None
    supabase_jwt_secret: Annotated[str, Meta(min_length=SHORTEST_SECRET), Secret] | None = None
    supabase_service_role_key: Annotated[str, Meta(min_length=16, pattern="^[\\x21-\\x7e]+$"), Secret] | None = None
    supabase_confirms_email: bool = False
    limit_login: Rate = "10/900"
    limit_register: Rate = "5/3600"
    limit_claims: Rate = "20/3600"
    limit_invites: Rate = "20/3600"
    limit_tickets: Rate = "60/60"
    limit_imports: Rate = "30/3600"
    limit_feeds: Rate = "60/3600"
    limit_purchases: Rate = "30/3600"
    limit_exports: Rate = "10/3600"
    limit_sharing: Rate = "20/3600"
    limit_files: Rate = "60/3600"
    limit_pictures: Rate = "20/3600"
    limit_chat: Rate = "30/300"
    limit_notion: Rate = "240/3600"
    limit_other: Rate = "300/60"
    limit_loopback: bool = False

    # pairing
    pairing_s: Positive = 300
    connection_fresh_s: Positive = 900

    # what is sold, and by whom
    plans_file: Path | None = None
    apple_bundle_id: str | None = None
    apple_app_id: Positive | None = None
    apple_issuer_id: str | None = None
    apple_key_id: str | None = None
    apple_private_key_file: Path | None = None
    apple_roots_file: Path | None = None
    apple_base_url: str | None = None
    apple_environment: Literal["Production", "Sandbox"] = "Production"
    google_package: str | None = None
    google_fingerprints: tuple[str, ...] = ()
    google_service_account_file: Path | None = None
    google_base_url: str = "https://androidpublisher.googleapis.com"
    google_push_audience: str | None = None
    google_push_account: str | None = None
    google_certs_url: str = "https://www.googleapis.com/oauth2/v3/certs"

    # how people are reached
    smtp_url: Annotated[str, Secret] | None = None
    mail_from: str | None = None
    fcm_service_account_file: Path | None = None
    fcm_base_url: str = "https://fcm.googleapis.com"
    apns_key_file: Path | None = None
    apns_key_id: str | None = None
    apns_team_id: str | None = None
    apns_topic: str | None = None
    apns_base_url: str = "https://api.push.apple.com"
    vapid_key_file: Path | None = None
    vapid_subject: str | None = None
    web_push_stand_in: str | None = None

    # cards by AI
    cards_base_url: str | None = None
    cards_api_key: Annotated[str, Secret] | None = None
    cards_model: str | None = None
    cards_daily_budget: Annotated[int, Meta(ge=0)] | None = None

    # characters
    openai_base_url: str | None = None
    openai_api_key: Annotated[str, Secret] | None = None
    openai_model: Annotated[str, Meta(max_length=128)] | None = None
    openai_image_model: Annotated[str, Meta(max_length=128)] | None = None
    openai_keeps_answers: bool = False
    flowise_url: str | None = None
    flowise_api_key: Annotated[str, Secret] | None = None
    flowise_chatflows: tuple[str, ...] = ()
    characters_prices: tuple[str, ...] = ("*=2/10", "flowise=0.01")
    characters_image_price: Annotated[float, Meta(ge=0, le=1000)] = 0.04
    characters_daily_budget: Annotated[float, Meta(ge=0, le=1_000_000)] = 20.0
    characters_person_daily_budget: Annotated[float, Meta(ge=0, le=1_000_000)] = 1.0
    characters_answer_tokens: Annotated[int, Meta(ge=50, le=8000)] = 800

    # Notion
    notion_offered: bool = True
    notion_base_url: str = "https://api.notion.com"
    notion_client_id: str | None = None
    notion_client_secret: Annotated[str, Secret] | None = None
    notion_webhook_token: Annotated[str, Meta(min_length=16), Secret] | None = None
    notion_requests_per_s: Annotated[float, Meta(ge=0.1, le=10_000)] = 2.5
    notion_poll_s: Positive = 60

    # the room
    daily_limit: Positive = 25
    draw_temperature: Annotated[float, Meta(ge=0.01, le=10)] = 0.15
    ticket_s: Positive = 30
    hello_s: Positive = 5
    ping_ms: Positive = 15_000
    dead_ms: Positive = 45_000
    away_s: Positive = 60
    closed_idle_s: Positive = 60
    cool_down_s: Positive = 600
    proposal_s: Positive = 120
    idle_session_s: Positive = 86_400
    credits_burst: Positive = 20
    credits_per_s: Positive = 5
    command_timeout_s: Positive = 5
    replay_gap: Positive = 100

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], **overrides: Any) -> "Settings":
        """Read the variables; raise SettingsError with every problem at once. Overrides (options of a command) win."""
        raw, problems = _raw(environ)
        hints = typing.get_type_hints(cls, include_extras=True)
        values: dict[str, Any] = {}
        for name, text in raw.items():
            shown = variable(name) if is_secret(name) or "@" in text else f"{variable(name)}={text!r}"
            try:
                values[name] = _understood(name, environment.typed(text, hints[name]), environ)
            except urls.UrlRefused as error:
                problems.append(f"{variable(name)} {str(error).rstrip('.')}.")
            except msgspec.ValidationError:
                problems.append(f"{shown}: expected {expected(hints[name])}")
            except ValueError as error:
                problems.append(f"{shown}: {error}")
            else:
                problems += [f"{shown}: {problem}" for problem in environment.problems(name, values[name])]
        settings = cls(**{**values, **{k: v for k, v in overrides.items() if v is not None}})
        problems += settings._clashes()
        if problems:
            raise SettingsError(problems)
        return settings

    def _clashes(self) -> list[str]:
        """What is right by itself and cannot be together."""
        found = []
        if self.dead_ms <= self.ping_ms:
            found.append(
                "ATTUNED_DEAD_MS must be more than ATTUNED_PING_MS: every phone would be cut before it is asked"
            )
        if self.embedded_database and (self.database_web_url or self.database_worker_url):
            given, other = ("WEB", "WORKER") if self.database_web_url else ("WORKER", "WEB")
            found.append(f"DATABASE_{given}_URL needs DATABASE_{other}_URL or DATABASE_URL beside it")
        if self.secret_key and self.secret_keys:
            found.append("ATTUNED_SECRET_KEYS takes the place of ATTUNED_SECRET_KEY: set one of them")
        if self.backup_to and not self.embedded_database and not self.database_url:
            found.append("ATTUNED_BACKUP_TO needs DATABASE_URL beside it: backups are made as its administrator")
        return found + adapters.half_set(self, variable)

    def __repr__(self) -> str:
        """Without what no log may hold."""
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        shown = ", ".join(f"{name}={'…' if value and is_secret(name) else repr(value)}" for name, value in values)
        return f"Settings({shown})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The installation's, the one that signs and wraps first; none where nobody set one."""
        return self.secret_keys or ((self.secret_key,) if self.secret_key else ())

    @property
    def person_key_file(self) -> Path:
        """Where people's keys are on a single machine; never in a backup."""
        return Path(self.person_keys).expanduser() if self.person_keys else self.data_dir / "person-keys.sqlite"

    @property
    def person_key_url(self) -> str | None:
        """The database where people's keys are, for several machines; None where they are in a file."""
        return self.person_keys if self.person_keys and urls.is_database(self.person_keys) else None

    @property
    def files_place(self) -> Path | Bucket:
        """Where pictures are."""
        return file_places.read(self.files_url) if self.files_url else (self.data_dir / "files").absolute()

    @property
    def embedded_database(self) -> bool:
        """Is the PostgreSQL that comes with the install used?"""
        return not (self.database_url or (self.database_web_url and self.database_worker_url))

    @property
    def embedded_redis(self) -> bool:
        """Is the Valkey that comes with the install used?"""
        return self.redis_url is None

    @property
    def on_this_machine(self) -> bool:
        """Does it listen to this machine alone, with nothing said of a proxy? So it does where somebody works on it."""
        in_front = self.public_url or self.trusted_proxies or self.lan
        return environment.is_loopback(self.host) and not in_front

    @property
    def only_here(self) -> bool:
        """Can nobody reach it but from this machine? Then its database is its own too."""
        return self.embedded_database and self.on_this_machine

    @property
    def testers_count(self) -> bool:
        """Do purchases of testers entitle to anything, in whichever store?"""
        return self.apple_environment == "Sandbox"

    @property
    def base_url(self) -> str:
        """Where links point to, without a trailing slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


def variable(name: str) -> str:
    """The environment variable of a field."""
    return name.upper() if name in PLAIN else PREFIX + name.upper()


def expected(hint: Any) -> str:
    """What fits a setting, in words, of the same marks that msgspec checks."""
    kinds = (hint, *typing.get_args(hint))
    metas = [mark for mark in _metadata(hint) if isinstance(mark, Meta)]
    told = {name: getattr(meta, name) for meta in metas for name in ("description", "min_length", "ge", "le")
            if getattr(meta, name) is not None}  # fmt: skip
    if typing.get_origin(hint) is Literal:
        return " or ".join(typing.get_args(hint))
    if "description" in told:
        return str(told["description"])
    if "min_length" in told:
        return f"{told['min_length']} characters or more"
    whole = any(kind is int or getattr(kind, "__origin__", None) is int for kind in kinds)
    number = "a whole number" if whole else "a number"
    return f"{number} from {told['ge']} to {told['le']}" if "le" in told else f"{number}, {told['ge']} or more"


@cache
def _secrets() -> frozenset[str]:
    hints = typing.get_type_hints(Settings, include_extras=True)
    return frozenset(name for name, hint in hints.items() if Secret in _metadata(hint))


def is_secret(name: str) -> bool:
    """May the value of this field be shown to nobody?"""
    return name in _secrets()


def _metadata(hint: Any) -> tuple[Any, ...]:
    parts = (hint, *typing.get_args(hint))
    return tuple(mark for part in parts for mark in getattr(part, "__metadata__", ()))


def _understood(name: str, value: Any, environ: Mapping[str, str]) -> Any:
    if name == "redis_url":
        return urls.redis_url(value)
    if name == "backup_to" and "://" not in value:
        return file_places.folder(value)
    if name in ("files_url", "backup_to"):
        return file_places.understood(value, environ)
    if name == "person_keys" and urls.is_database(value):
        return urls.database_url(value, environ)
    return urls.database_url(value, environ) if name.startswith("database_") else value


def _raw(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    names = {variable(name): name for name in Settings.__struct_fields__}
    raw = {names[key]: value for key, value in environ.items() if key in names and value != ""}
    unknown = sorted(key for key in environ if key.startswith(PREFIX) and key not in names)
    return raw, [_unknown(key, list(names)) for key in unknown]


def _unknown(key: str, known: list[str]) -> str:
    """What is near by its letters, or is the same without our prefix."""
    bare = key.removeprefix(PREFIX)
    near = [bare] if bare in known else difflib.get_close_matches(key, known, 1, cutoff=0.8)
    meant = f"Did you mean {near[0]}?" if near else "Take it out."
    return f"{key} is not a setting of this server. {meant} `game-server settings` lists all of them"
