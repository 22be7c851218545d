"""What is due in bonds is done one by one. What cannot be done now keeps nobody else waiting, and its run has failed."""

from collections.abc import Awaitable

import asyncpg
import structlog

from storage.key_rows import KeysAway

log = structlog.get_logger()

AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
    KeysAway,
)
"""With these nothing else can be done either."""


class OneByOne:
    """One run of a job."""

    def __init__(self) -> None:
        self._failed: Exception | None = None

    async def do(self, act: Awaitable[int | None]) -> int:
        """How often something was done; 0 where it could not be: somebody holds it for long, or it is broken. Raises AWAY."""
        try:
            return await act or 0
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - it is raised, once the others had their turn
            log.warning("left_to_the_next_run", kind=type(error).__name__)
            self._failed = self._failed or error
            return 0

    def over(self) -> None:
        """Raises what could not be done."""
        if self._failed is not None:
            raise self._failed
