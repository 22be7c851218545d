"""Poolers between this program and PostgreSQL: one that gives a session to a client (session mode) is as good as none, one that
gives each transaction another session is refused.

In the program's sessions stay prepared statements, the timetable's and the migrations' locks, and the settings that every
statement runs under.
"""

import asyncpg

LOOKS = 3


class SharedSessions(Exception):
    """Sessions are shared between clients; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "Before PostgreSQL stands a pooler that gives each transaction another session. This server keeps prepared statements"
            " and locks (the timetable's, the migrations') in sessions of its own: set DATABASE_URL to the database itself, or to"
            " the pooler's port for session mode."
        )


SHARED = (asyncpg.DuplicatePreparedStatementError, asyncpg.InvalidSQLStatementNameError)
"""What statements of one client say that ended in another one's session."""


async def refuse_shared(url: str, connection: asyncpg.Connection) -> None:
    """Raises SharedSessions; `connection` is one to this URL, on which nothing was prepared yet.

    A pooler tells its clients other numbers of their processes than PostgreSQL does. Two clients that take turns then always find
    the same two processes in session mode; where transactions share sessions they find one, or now this, now that.
    """
    try:
        first = await _process(connection)
        if first == connection.get_server_pid():
            return
        other = await asyncpg.connect(url, timeout=5, statement_cache_size=0, command_timeout=5)
        try:
            found = {(await _process(other), await _process(connection)) for _ in range(LOOKS)}
        finally:
            other.terminate()
    except SHARED as error:
        raise SharedSessions from error
    if len(found) > 1 or any(mine != first or theirs == first for theirs, mine in found):
        raise SharedSessions


async def _process(connection: asyncpg.Connection) -> int:
    found: int = await connection.fetchval("SELECT pg_backend_pid()")
    return found
