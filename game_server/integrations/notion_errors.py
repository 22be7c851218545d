"""What may come of a request to Notion instead of an answer, each with what it means for us."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from rooms.notion.pace import Trouble

_CODE = re.compile(r"[a-z0-9_]{1,64}")
_NOT_NOW, _SERVER_ERRORS = 408, 500


class NotionFailed(Exception):
    """It was not done; `trouble` says what that means for us, `code` is a short word for the log: no names, no contents.
    `after_s`: in how many seconds it may be asked again, where that was said.
    """

    trouble: Trouble = "away"

    def __init__(self, code: str, after_s: float | None = None) -> None:
        self.code, self.after_s = code, after_s
        super().__init__(code)


class Unauthorized(NotionFailed):
    """The token is good for nothing any more: its person has to connect again."""

    trouble: Trouble = "unauthorized"


class Limited(NotionFailed):
    """Too much was asked for. Nothing was done."""

    trouble: Trouble = "limited"


class Overloaded(Limited):
    """Notion itself has too much to do. Nothing was done."""

    trouble: Trouble = "overloaded"


class Away(NotionFailed):
    """No answer, or none that can be read: what was asked for may have been done."""

    trouble: Trouble = "away"


class Collision(NotionFailed):
    """Somebody wrote there at the same moment. Nothing was done."""

    trouble: Trouble = "conflict"


class Refused(NotionFailed):
    """It cannot be done as it was asked for. `property`: whose value Notion does not take, where it says that."""

    trouble: Trouble = "refused"

    def __init__(self, status: int, code: str, property_: str | None = None) -> None:
        self.status, self.property = status, property_
        super().__init__(code)


class Restricted(Refused):
    """The connection may not do this: it lacks a capability, or the workspace has no room."""


class NotThere(Refused):
    """There is no such thing, or it is not shared with the connection."""


_REFUSED: Mapping[int, type[Refused]] = {403: Restricted, 404: NotThere}


class _Refusal(msgspec.Struct):
    code: str | None = None
    error: str | None = None
    message: str = ""


def failure(status: int, body: bytes, after_s: float | None, sent: Iterable[str] = ()) -> NotionFailed:
    """What an answer that is no success means. `sent` are the properties that were sent, by name or id: the message of a refusal
    may say one of them; nothing else of it is kept.
    """
    try:
        told = msgspec.json.decode(body, type=_Refusal)
    except msgspec.MsgspecError:
        told = _Refusal()
    said = told.code or told.error or ""
    code = said if _CODE.fullmatch(said) else f"http_{status}"
    match status:
        case 429:
            return Limited(code, after_s)
        case 529:
            return Overloaded(code, after_s)
        case _ if status == _NOT_NOW or status >= _SERVER_ERRORS:
            return Away(code, after_s)
        case 401:
            return Unauthorized(code)
        case 409:
            return Collision(code)
    named = [name for name in sent if name in told.message]
    return _REFUSED.get(status, Refused)(status, code, max(named, key=len, default=None))
