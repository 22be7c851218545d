"""Request bodies: broken JSON is refused as bad JSON, and a field of the wrong type is refused instead of being guessed."""

from typing import Any

import msgspec
from litestar import Request

from game_server.errors import invalid_field
from rooms.errors import NotJson


class JsonRequest(Request[Any, Any, Any]):
    """Litestar's request, less lenient: it lets two kinds of broken JSON through, and takes "true" for true."""

    async def json(self) -> Any:
        """The body as JSON, of the handler's type. Raises NotJson (also no UTF-8, nested without end), Invalid."""
        try:
            body = await super().json()
        except (UnicodeDecodeError, RecursionError) as error:
            raise NotJson from error
        wanted = self.route_handler.parsed_data_field
        if wanted is not None:
            try:
                msgspec.convert(body, wanted.annotation, strict=True)
            except msgspec.ValidationError as error:
                raise invalid_field(error) from error
        return body
