"""Where a picture is opened: an address of our own that is good for a few minutes, for one file and one person.

Whoever has it can open it, so it goes into no log, cache or page that is kept; and being opened it is asked again whether that
person may see that file.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

from game_server.process.keys import Keys

PATH = "/files/"
GOOD_FOR = timedelta(minutes=5)

_IDS, _UNTIL, _MAC = 32, 5, 32


def signed(keys: Keys, file_id: UUID, user_id: UUID, now: datetime) -> str:
    """The address."""
    until = int((now + GOOD_FOR).timestamp()).to_bytes(_UNTIL)
    said = file_id.bytes + user_id.bytes + until
    return PATH + urlsafe_b64encode(said + keys.keyed_hash(b"file address", said)).rstrip(b"=").decode()


def read(keys: Keys, text: str, now: datetime) -> tuple[UUID, UUID] | None:
    """The file and the person of an address that is good now."""
    try:
        given = urlsafe_b64decode(text + "=" * (-len(text) % 4)) if text.isascii() else b""
    except ValueError:
        return None
    said, mac = given[:-_MAC], given[-_MAC:]
    if len(said) != _IDS + _UNTIL:
        return None
    if not any([hmac.compare_digest(mac, one) for one in keys.keyed_hashes(b"file address", said)]):  # noqa: C419 - all are compared
        return None
    if int.from_bytes(said[_IDS:]) <= now.timestamp():
        return None
    return UUID(bytes=said[:16]), UUID(bytes=said[16:_IDS])
