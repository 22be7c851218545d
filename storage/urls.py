"""The stores' URLs as hosters write them: understood once, at the start, or refused in a sentence that shows no secret.

Hosters, ORMs and other clients hang parameters on a URL that asyncpg would hand to PostgreSQL as settings of the session, and
redis-py to a constructor. What only says how another client waits, pools or caches is dropped; what promises something that
cannot be kept here is refused, and so is what nobody knows. What passes is safe to hand to the client libraries.
"""

import getpass
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

ENCODED = "In a user name or password write # as %23, / as %2F, ? as %3F, @ as %40 and % as %25."

KEPT = frozenset({
    "host", "port", "dbname", "database", "user", "password", "passfile", "service", "options", "application_name",
    "sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "sslpassword", "sslnegotiation", "ssl_min_protocol_version",
    "ssl_max_protocol_version", "target_session_attrs", "krbsrvname", "gsslib",
})  # fmt: skip
"""What asyncpg understands as libpq does, and `options`, which PostgreSQL itself reads."""

DROPPED = frozenset({
    # libpq: how it waits, names itself and picks among equals
    "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
    "fallback_application_name", "sslcompression", "sslsni", "load_balance_hosts", "gssdelegation",
    "min_protocol_version", "max_protocol_version",
    # poolers and other clients: how they pool and cache
    "pgbouncer", "connection_limit", "pool", "pool_timeout", "pool_size", "pool_mode", "poolmode", "socket_timeout",
    "statement_cache_size", "prepared_statement_cache_size", "prepared_statements", "preparethreshold",
    "uselibpqcompat", "supa", "workaround",
})  # fmt: skip

HARMLESS: Mapping[str, tuple[frozenset[str], str]] = {
    "channel_binding": (
        frozenset({"prefer", "disable"}),
        "this program cannot bind to the channel. Take it out; sslmode=verify-full with sslrootcert makes sure of the server",
    ),
    "gssencmode": (frozenset({"prefer", "disable"}), "this program encrypts by TLS only. Take it out and use sslmode"),
    "client_encoding": (frozenset({"utf8", "utf-8", "auto"}), "this program speaks UTF-8 only. Take it out"),
    "schema": (frozenset({"public"}), "the tables are in the schema public. Take it out"),
    "sslcertmode": (
        frozenset({"allow", "disable"}),
        "whether the server asks for a certificate cannot be required here",
    ),
    "replication": (frozenset({"false", "off", "no", "0"}), "this is no replica. Take it out"),
}
"""Parameters of which some values change nothing, and why the others cannot be had."""

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
FILES = {
    "sslrootcert": ("disable", "allow", "prefer"),
    "sslcert": ("disable",),
    "sslkey": ("disable",),
    "sslcrl": ("disable",),
}
"""Files that are read, and by which sslmode they are not."""
WRITABLE = ("any", "primary", "read-write")

TRUSTED = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep the certificates that they trust, for `sslrootcert=system`."""


class UrlRefused(ValueError):
    """A URL cannot be used; the message says which part and what to do, and holds no secret."""


def database_url(text: str, environ: Mapping[str, str]) -> str:
    """The URL with what asyncpg needs and nothing else; user and database are filled in as libpq would. Raises UrlRefused."""
    parts = _split(text, {"postgresql", "postgres"}, "postgresql://user:password@host/database")
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, colon, password = credentials.partition(":")
    for host in hosts.split(","):
        _require_server(host)
    query = _known(_pairs(parts.query))
    _check(query)
    if "," in hosts + query.get("host", ""):
        query.setdefault("target_session_attrs", "read-write")  # the first that answers may be one that only reads
    name = unquote(user) or query.pop("user", "")
    database = unquote(parts.path.removeprefix("/")) or query.pop("dbname", "") or query.pop("database", "")
    if "service" not in query and "PGSERVICE" not in environ:
        name = name or environ.get("PGUSER", "") or _who()
        database = database or environ.get("PGDATABASE", "") or name
    login = quote(name, safe="") + (colon and ":" + quote(unquote(password), safe=""))
    netloc = f"{login}@{hosts}" if login else hosts
    path = database and f"/{quote(database, safe='')}"
    return urlunsplit(("postgresql", netloc, path, urlencode(query, quote_via=quote), ""))


def is_database(text: str) -> bool:
    """Is this a PostgreSQL URL, or meant to be one?"""
    return text.strip().lower().startswith(("postgres:", "postgresql:", "postgresql+"))


def redis_url(text: str) -> str:
    """The URL with what redis-py understands and nothing else. Raises UrlRefused."""
    parts = _split(text, set(REDIS_SCHEMES), "redis://:password@host:6379/0, or rediss:// for TLS")
    scheme = REDIS_SCHEMES[parts.scheme.lower()]
    credentials, at, host = parts.netloc.rpartition("@")
    if "," in host:
        raise UrlRefused(
            "names several servers. Name the one that takes writes, any node of a cluster, or the proxy before them"
        )
    if scheme == "unix" and not parts.path.strip("/"):
        raise UrlRefused("names no socket. It looks like unix:///run/redis.sock")
    if scheme != "unix":
        _require_server(host)
        if parts.path.strip("/") and not _is_number(parts.path.strip("/")):
            raise UrlRefused("names a database that is no number after the host. Write /0")
    given = _pairs(parts.query)
    if scheme == "redis" and any(given.pop(name, "").lower() in ("true", "1") for name in ("tls", "ssl")):
        scheme = "rediss"
    query = _known_to_redis(given, scheme)
    user, colon, password = credentials.partition(":")
    login = quote(unquote(user), safe="") + (colon and ":" + quote(unquote(password), safe=""))
    return f"{scheme}://{login}{at}{host}{parts.path}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")


def _known_to_redis(given: dict[str, str], scheme: str) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in given.items():
        if name.lower() in REDIS_DROPPED:
            continue
        if name not in REDIS_KEPT:
            raise UrlRefused(f"has the parameter {_shown(name)}, which is not known here. Take it out")
        fitting = value.lower().removeprefix("cert_") if name == "ssl_cert_reqs" else value
        if not REDIS_KEPT[name](fitting):
            raise UrlRefused(f"has a value of {name} that cannot be used")
        if name.startswith("ssl_") and scheme != "rediss":
            raise UrlRefused(f"has the parameter {name}, but no TLS. Write rediss:// instead of {scheme}://")
        kept[name] = fitting
    return kept


def place(url: str) -> str:
    """Where a PostgreSQL URL points to, for people: hosts and ports, never who and with what."""
    parts = urlsplit(url)
    query = _pairs(parts.query)
    hosts = unquote(parts.netloc.rpartition("@")[2]) or query.get("host") or query.get("service")
    if not hosts:
        return "the local socket"
    port = query.get("port", "5432")
    return ",".join(
        host if host.startswith("/") or ":" in host.rpartition("]")[2] else f"{host}:{port}"
        for host in hosts.split(",")
    )


def password_of(url: str) -> str:
    """The password that a PostgreSQL URL itself carries, or nothing."""
    parts = urlsplit(url)
    return unquote(parts.netloc.rpartition("@")[0].partition(":")[2]) or _pairs(parts.query).get("password", "")


def user_of(url: str) -> str:
    """The user that a PostgreSQL URL itself names, or nothing."""
    parts = urlsplit(url)
    return unquote(parts.netloc.rpartition("@")[0].partition(":")[0]) or _pairs(parts.query).get("user", "")


def as_login(url: str, user: str, password: str) -> str:
    """The same server and database for another login."""
    parts = urlsplit(url)
    query = {name: value for name, value in _pairs(parts.query).items() if name not in ("user", "password", "passfile")}
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=netloc, query=urlencode(query, quote_via=quote)))


def _split(text: str, schemes: set[str], example: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        raise UrlRefused(f"cannot be read. It looks like {example}. {ENCODED}") from None
    if any(ord(sign) < ord(" ") or ord(sign) == 127 for sign in unquote(text.strip())):  # noqa: PLR2004 - delete
        raise UrlRefused("has a control character in it, as %00 is one. Take it out")
    scheme = parts.scheme.lower()
    if scheme.startswith("postgres"):
        scheme = scheme.partition("+")[0]  # postgresql+asyncpg:// is SQLAlchemy's
    if scheme not in schemes or not text.strip().lower().startswith(f"{parts.scheme}://"):
        raise UrlRefused(f"does not begin with {' or '.join(f'{one}://' for one in sorted(schemes))}, as in {example}")
    if parts.fragment or "#" in text or ("@" not in parts.netloc and "@" in parts.path + parts.query):
        raise UrlRefused(f"has characters in it that end a URL's part. {ENCODED}")
    return parts._replace(scheme=scheme)


def _pairs(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


def _known(given: dict[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in given.items():
        values, reason = HARMLESS.get(name, (frozenset(), ""))
        if name.lower() in DROPPED or value.lower() in values:
            continue
        if reason:
            raise UrlRefused(f"has {name}={value if value.isalnum() else '…'}: {reason}")
        if name == "ssl" and value.lower() in ("true", "1"):
            kept.setdefault("sslmode", "require")
        elif name in KEPT:
            kept[name] = value
        else:
            raise UrlRefused(
                f"has the parameter {_shown(name)}, which this program does not know. Take it out; a setting of PostgreSQL"
                " is written options=-c%20name%3Dvalue"
            )
    return kept


def _check(query: dict[str, str]) -> None:
    """Raises UrlRefused for values that cannot work."""
    if query.get("sslmode", "prefer") not in SSL_MODES:
        raise UrlRefused(f"has an sslmode that does not exist. It is one of {', '.join(SSL_MODES)}")
    for port in query.get("port", "").split(","):
        _require_port(port)
    for host in query.get("host", "").split(","):
        _require_host(host)
    if query.get("target_session_attrs", "any") not in WRITABLE:
        raise UrlRefused("has a target_session_attrs by which nothing can be written. Write read-write, or take it out")
    if query.get("sslrootcert") == "system":
        query["sslrootcert"] = _trusted()
        query["sslmode"] = "verify-full"
    for name, without in FILES.items():
        if name in query and query.get("sslmode", "prefer") not in without:
            try:
                Path(query[name]).open("rb").close()
            except OSError as error:
                raise UrlRefused(f"has {name}={query[name]}, which cannot be read: {error.strerror}") from None


def _trusted() -> str:
    for path in (ssl.get_default_verify_paths().cafile, *TRUSTED):
        if path and Path(path).is_file():
            return path
    raise UrlRefused("has sslrootcert=system, but this system keeps no file of certificates. Name a file instead")


def _require_server(text: str) -> None:
    """A host and perhaps its port. Raises UrlRefused."""
    if text.startswith("["):
        colon, port = text.partition("]")[2][:1], text.partition("]")[2][1:]
    else:
        host, colon, port = text.partition(":")
        _require_host(unquote(host))
    if colon not in ("", ":"):
        raise UrlRefused(f"has an address that cannot be read. It looks like [::1]:5432. {ENCODED}")
    _require_port(port)


def _require_host(name: str) -> None:
    """A name that can be looked up, or a socket's folder. Raises UrlRefused."""
    try:
        possible = name.startswith("/") or (name.encode("idna") is not None and " " not in name)
    except UnicodeError:
        possible = False
    if not possible:
        raise UrlRefused(
            f"names a host that cannot be one: no space, no two dots, no part over 63 characters. {ENCODED}"
        )


def _require_port(text: str) -> None:
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) <= 65535):  # noqa: PLR2004 - the last port
        raise UrlRefused(f"has a port that is no number from 1 to 65535. {ENCODED}")


def _shown(name: str) -> str:
    """A parameter's name as it may be shown: what is no name may be a piece of a password."""
    return name if name.replace("_", "").replace(".", "").replace("-", "").isalnum() and len(name) <= 40 else "…"  # noqa: PLR2004


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "postgres"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_text(text: str) -> bool:
    return bool(text)


def _is_one_of(*values: str) -> Callable[[str], bool]:
    return lambda text: text.lower() in values


REDIS_SCHEMES = {"redis": "redis", "rediss": "rediss", "unix": "unix", "valkey": "redis", "valkeys": "rediss"}

REDIS_DROPPED = frozenset({
    # how many, how long and how often is this program's own business
    "max_connections", "timeout", "socket_timeout", "socket_connect_timeout", "connect_timeout", "read_timeout",
    "write_timeout", "socket_keepalive", "retry_on_timeout", "retry_on_error", "health_check_interval", "pool_size",
    "pool_timeout", "min_idle_conns", "max_retries", "keepalive", "client_name", "lib_name", "decode_responses",
    "encoding", "charset", "family", "protocol", "prefix", "key_prefix", "name", "legacy_responses",
    "socket_read_size", "tls", "ssl",
})  # fmt: skip

REDIS_KEPT: Mapping[str, Callable[[str], bool]] = {
    "db": _is_number,
    "username": _is_text,
    "password": _is_text,
    "ssl_cert_reqs": _is_one_of("none", "optional", "required"),
    "ssl_check_hostname": _is_one_of("true", "false", "1", "0", "yes", "no"),
    "ssl_ca_certs": lambda path: Path(path).is_file(),
    "ssl_ca_path": lambda path: Path(path).is_dir(),
    "ssl_certfile": lambda path: Path(path).is_file(),
    "ssl_keyfile": lambda path: Path(path).is_file(),
    "ssl_password": _is_text,
}
