"""Whether a database is the one that was met before: after a failover to a replica that lacked something, or a restore, it is
another one, and what is remembered of rooms may never have happened there.
"""

from collections.abc import Callable

import asyncpg


class Lineage:
    """Asks every new connection which database it leads to. Open sessions get new epochs where it is another one than was met
    last, by whichever process; `on_another` hears those epochs by session, before the connection is used, in each process that
    had met the other one, and in the one that renewed them.
    """

    def __init__(self) -> None:
        self._met: str | None = None
        self._missed: dict[str, str] | None = None
        self._on_another: Callable[[dict[str, str]], None] | None = None

    @property
    def met(self) -> str | None:
        """Which database was met last; None before the first, and of one that says none."""
        return self._met

    def listen(self, on_another: Callable[[dict[str, str]], None]) -> None:
        """Hear of another database from now on, and of one that was met before anybody listened."""
        self._on_another = on_another
        if self._missed is not None:
            on_another(self._missed)
            self._missed = None

    async def meet(self, connection: asyncpg.Connection) -> None:
        """A new connection of the service. Raises STORE_ERRORS."""
        try:
            met = await connection.fetchrow("SELECT lineage, renewed FROM app.meet_lineage()")
        except (asyncpg.UndefinedFunctionError, asyncpg.InvalidSchemaNameError):
            return  # not migrated yet: that is said elsewhere
        if met is None or met["lineage"] is None:
            return
        before, self._met = self._met, met["lineage"]
        if not met["renewed"] and before in (None, self._met):
            return
        rows = await connection.fetch("SELECT session_id, epoch FROM sessions WHERE status IN ('waiting', 'active')")
        epochs = {row["session_id"]: row["epoch"] for row in rows}
        if self._on_another is None:
            self._missed = epochs
        else:
            self._on_another(epochs)
