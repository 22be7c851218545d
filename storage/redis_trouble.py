"""Why Redis does not do what it is asked for: one stable word, and what it means for the operator. No secret is in either."""

import ssl
from collections.abc import Iterator, Mapping
from typing import Literal

from redis import exceptions

Trouble = Literal[
    "away",
    "part_away",
    "refused",
    "forbidden",
    "untrusted",
    "no_tls",
    "no_database",
    "crowded",
    "loading",
    "down",
    "read_only",
    "full",
    "unsaved",
    "failing",
]

MEANING: Mapping[Trouble, str] = {
    "away": "Nobody answers there in time. Check in REDIS_URL host, port and TLS (redis:// or rediss://), and that it runs.",
    "part_away": (
        "A node of the cluster does not answer. Check that it runs, and that the address it announces can be reached from here."
    ),
    "refused": "It refuses the login. Check user and password in REDIS_URL.",
    "forbidden": "Its user may not do what is needed here. docs/operations.md names the rights.",
    "untrusted": "Its certificate is not trusted. Name its issuer (ssl_ca_certs=FILE), and a host that it names.",
    "no_tls": "TLS cannot be had there. Check that the port speaks it (else redis://), and the files that REDIS_URL names.",
    "no_database": "It has no database of the number in REDIS_URL. Write /0; a cluster usually has no other.",
    "crowded": "It takes no more connections. Raise its maxclients.",
    "loading": "It is still reading its data.",
    "down": "The cluster is down: slots are without a master. See CLUSTER INFO there.",
    "read_only": "It is a replica that cannot be written. Name the master in REDIS_URL.",
    "full": "Its memory is full. Raise its maxmemory, or set maxmemory-policy to volatile-ttl.",
    "unsaved": "It takes no writes because it cannot save them. See its log, and its disk.",
    "failing": "It answers with an error. See its log.",
}
"""For whoever runs the server."""

_KINDS: tuple[tuple[type[Exception], Trouble], ...] = (
    (ssl.SSLCertVerificationError, "untrusted"),
    (ssl.SSLError, "no_tls"),
    (exceptions.AuthenticationError, "refused"),
    (exceptions.AuthenticationWrongNumberOfArgsError, "refused"),
    (exceptions.AuthorizationError, "refused"),
    (exceptions.NoPermissionError, "forbidden"),
    (exceptions.BusyLoadingError, "loading"),
    (exceptions.MaxConnectionsError, "crowded"),
    (exceptions.ClusterDownError, "down"),
    (exceptions.ReadOnlyError, "read_only"),
    (exceptions.OutOfMemoryError, "full"),
    (exceptions.AskError, "forbidden"),  # MOVED to whom was not told where the slots are
)

_SAID: tuple[tuple[str, Trouble], ...] = (
    ("wrongpass", "refused"),
    ("noauth", "refused"),
    ("no password is set", "refused"),
    ("without any password configured", "refused"),
    ("db index is out of range", "no_database"),
    ("invalid db index", "no_database"),
    ("select is not allowed in cluster mode", "no_database"),
    ("max number of clients reached", "crowded"),
    ("misconf", "unsaved"),
    ("noreplicas", "unsaved"),
    ("noperm", "forbidden"),
)
"""What has no class of its own, by what the server says."""


def why(error: BaseException) -> Trouble:
    """The word for what was raised."""
    for one in _chain(error):
        for kind, word in _KINDS:
            if isinstance(one, kind):
                return word
        said = str(one).lower()
        for part, word in _SAID:
            if part in said:
                return word
    return "failing" if isinstance(error, exceptions.ResponseError) else "away"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
