"""The request that is being answered: known to whatever runs for it, so that a line in the log says which one it belongs to.

Only numbers of requests and kinds of callers are here, never who they are. What runs in the background belongs to no request:
`tasks.py` starts it without, for one statement may serve many.
"""

from contextvars import ContextVar
from typing import Any

import msgspec


class Asked(msgspec.Struct):
    """`caller` is the kind of who asks: user, anonymous, or nobody as long as they have not been recognised. `span` is the
    request's in a trace, where there are traces.
    """

    request_id: str
    caller: str = "nobody"
    span: Any = None


current: ContextVar[Asked | None] = ContextVar("asked", default=None)


def recognised(kind: str) -> None:
    """Whoever asks is one of these."""
    if request := current.get():
        request.caller = kind
