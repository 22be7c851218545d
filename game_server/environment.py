"""The text of an environment variable as a typed value, and what is wrong with it that its type cannot say."""

import ipaddress
import re
import types
import typing
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from rooms import prices

SHORTEST_SECRET = 32


def typed(text: str, kind: Any) -> Any:
    """The text of a variable as a value of this type. Raises ValueError or msgspec.ValidationError."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        kind = next(part for part in typing.get_args(kind) if part is not type(None))
    if typing.get_origin(kind) is Annotated and typing.get_origin(typing.get_args(kind)[0]) is tuple:
        kind = typing.get_args(kind)[0]
    if kind is Path:
        return Path(text).expanduser()
    if kind is bool:
        if text.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise ValueError("expected true or false")
        return text.lower() in ("1", "true", "yes", "on")
    if typing.get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return msgspec.convert(text, kind, strict=False)


def problems(name: str, value: Any) -> list[str]:
    """What is wrong with a value whose type cannot say it."""
    if name in LISTS:
        return LISTS[name](value)
    kind = next((kind for kind in RIGHT if name.endswith(kind)), None)
    return [] if kind is None or RIGHT[kind][0](value) else [RIGHT[kind][1]]


def _proxy_problems(proxies: tuple[str, ...]) -> list[str]:
    return [
        f"{proxy!r} is not an address or a network like 10.0.0.0/8. Names and * cannot be checked against a "
        "connection: write the address that your proxy connects from"
        for proxy in proxies
        if not _is_network(proxy)
    ]


def _origin_problems(origins: tuple[str, ...]) -> list[str]:
    return [
        f"{'one' if '@' in origin else repr(origin)} is not an origin like https://play.example.org (scheme, host and "
        "port, without a path)"
        for origin in origins
        if not _is_web_address(origin)
    ]


def _secret_problems(secrets: tuple[str, ...]) -> list[str]:
    short = any(len(secret) < SHORTEST_SECRET for secret in secrets)
    return [f"expected {SHORTEST_SECRET} characters or more in each, and commas between them"] * short + [
        "has one twice"
    ] * (len(set(secrets)) < len(secrets))


def _fingerprint_problems(fingerprints: tuple[str, ...]) -> list[str]:
    return [
        f"{found!r} is not a SHA-256 fingerprint: 32 pairs of hexadecimal digits with colons between, in capitals"
        for found in fingerprints
        if not re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", found)
    ]


def _price_problems(lines: tuple[str, ...]) -> list[str]:
    try:
        prices.read(lines)
    except ValueError as error:
        return [
            f"{str(error)!r} is no price like gpt-5=1.25/10, for a million tokens in and out, or flowise=0.01, for each answer"
        ]
    return []


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_web_address(text: str, *, path: bool = False) -> bool:
    try:
        parts = urlsplit(text)
        named = parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:
        return False
    rest = (not path and parts.path not in ("", "/")) or parts.query or parts.fragment
    return bool(parts.scheme in ("http", "https") and named and not rest)


def is_service_address(text: str) -> bool:
    """https, or http where nobody stands between: everything that goes there is signed, and much of it secret."""
    if not _is_web_address(text, path=True):
        return False
    parts = urlsplit(text)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def _is_on_this_machine(text: str) -> bool:
    """An origin that only this machine reaches, with its port: scheme, host and port, as an address would begin."""
    if not _is_web_address(text):
        return False
    parts = urlsplit(text)
    return parts.port is not None and is_loopback(parts.hostname or "") and not parts.path


def _is_contact(text: str) -> bool:
    """How push services reach whoever runs this (RFC 8292)."""
    return bool(re.fullmatch(r"mailto:[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+|https://[^\s<>]+", text))


def is_loopback(host: str) -> bool:
    """Does a host's name or address mean this machine?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_readable(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def _is_mail_server(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(
            parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0 and parts.path in ("", "/")
        )
    except ValueError:
        return False


def _is_sender(text: str) -> bool:
    address = parseaddr(text)[1]
    return bool(re.fullmatch(r"[^@\s]+@[^@\s]+", address)) and text.isprintable()


def _is_header_text(text: str) -> bool:
    """What a header can carry."""
    return bool(re.fullmatch(r"[\x21-\x7e]+", text))


def _is_page_address(text: str) -> bool:
    return _is_web_address(text, path=True)


LISTS: Mapping[str, Callable[[Any], list[str]]] = {
    "trusted_proxies": _proxy_problems,
    "allowed_origins": _origin_problems,
    "secret_keys": _secret_problems,
    "google_fingerprints": _fingerprint_problems,
    "characters_prices": _price_problems,
}

SERVICE = "not a web address like https://service.example.org; http only of this machine"
RIGHT: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "public_url": (_is_page_address, "not a web address like https://play.example.org"),
    "_otlp_endpoint": (_is_page_address, "not a web address like http://collector:4318"),
    "_base_url": (is_service_address, SERVICE),
    "flowise_url": (is_service_address, SERVICE),
    "_certs_url": (is_service_address, SERVICE),
    "supabase_url": (is_service_address, SERVICE),
    "vapid_subject": (_is_contact, "not an address like mailto:someone@example.org or https://example.org"),
    "web_push_stand_in": (_is_on_this_machine, "not an origin on this machine like http://127.0.0.1:4711"),
    "_api_key": (_is_header_text, "expected letters, digits and signs of ASCII, without spaces"),
    "_file": (_is_readable, "no file that can be read"),
    "smtp_url": (
        _is_mail_server,
        "not an address like smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465",
    ),
    "mail_from": (_is_sender, "not an address like no-reply@example.org, or Name <no-reply@example.org>"),
}
"""By the end of a setting's name: what is right, and the words where it is not."""
