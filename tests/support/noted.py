"""The statements that reach PostgreSQL for what a test does in a house."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from tests.support.house import House

_here: ContextVar[list[str] | None] = ContextVar("_here", default=None)


@contextmanager
def noted(house: House) -> Iterator[list[str]]:
    """The statements that reach PostgreSQL for what is done here, without their values; what the process asks by itself once a
    second is not among them, nor what the driver asks about a type, once a connection. Each is one way there and back.
    """
    heard: list[str] = []

    def note(query: Any) -> None:
        if _here.get() is heard and "typeinfo" not in query.query and "current_setting('jit')" not in query.query:
            heard.append(query.query)

    ours = _here.set(heard)  # what an earlier request has begun goes on with its own
    database = house.services.database
    pools = (database.web, database.worker, database.members)
    connections = [holder._con for pool in pools for holder in pool._holders if holder._con]
    for connection in connections:
        connection.add_query_logger(note)
    try:
        yield heard
    finally:
        _here.reset(ours)
        for connection in connections:
            connection.remove_query_logger(note)
