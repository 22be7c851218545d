"""Request bodies: what no JSON parser should be asked twice about is refused as bad JSON, not reported as a bug."""

from typing import Any

from litestar import Request

from rooms.errors import NotJson


class JsonRequest(Request[Any, Any, Any]):
    """Litestar's request, which lets two kinds of broken JSON through as exceptions of their own."""

    async def json(self) -> Any:
        """The body as JSON. Raises NotJson also for what is no UTF-8, and for what is nested without end."""
        try:
            return await super().json()
        except (UnicodeDecodeError, RecursionError) as error:
            raise NotJson from error
