"""Why PostgreSQL does not do what it is asked for: one stable word, and what it means for the operator, without a secret."""

import ssl
from collections.abc import Mapping
from typing import Literal

import asyncpg

Trouble = Literal["away", "refused", "untrusted", "no_database", "crowded", "read_only", "full"]

MEANING: Mapping[Trouble, str] = {
    "away": "Nobody answers there in time. Check DATABASE_URL, and that it runs.",
    "refused": "It refuses the login of the server. Run `game-server migrate up`, which makes the logins and their passwords.",
    "untrusted": "Its certificate is not trusted. Name its issuer in DATABASE_URL: sslrootcert=FILE.",
    "no_database": "It has no database of this name.",
    "crowded": "It has no connection left. Raise its max_connections, or lower ATTUNED_WEB_POOL and ATTUNED_WORKER_POOL.",
    "read_only": "It is a replica that cannot be written. Name the primary in DATABASE_URL.",
    "full": "Its disk or memory is full. See its log.",
}
"""For whoever runs the server."""

_KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Trouble], ...] = (
    (ssl.SSLCertVerificationError, "untrusted"),
    (asyncpg.InvalidAuthorizationSpecificationError, "refused"),
    (asyncpg.InvalidCatalogNameError, "no_database"),
    (asyncpg.TooManyConnectionsError, "crowded"),
    ((asyncpg.ReadOnlySQLTransactionError, asyncpg.TargetServerAttributeNotMatched), "read_only"),
    ((asyncpg.DiskFullError, asyncpg.OutOfMemoryError), "full"),
)


def why(error: BaseException) -> Trouble:
    """The word for what was raised."""
    return next((word for kinds, word in _KINDS if isinstance(error, kinds)), "away")
