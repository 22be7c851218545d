"""Refresh tokens: `<login id>.<secret>`, each the keyed hash of the one before it, so that a lost answer can be given again.

The secret carries a mark that only this server can make, so that an old one used again (a thief, or the robbed) is told from a
guess. An old token P gets the same successor S while nothing that came with S was used, or for a minute after S was made (two
tabs); later it is reuse, and the login ends.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from game_server.http.links import hash_token
from game_server.process.keys import Keys
from rooms.errors import Unauthorized
from storage.logins import Earlier, Held

AGAIN_WITHIN = timedelta(seconds=60)
MOST_EARLIER = 64
"""Superseded tokens of a minute that are remembered; one forgotten counts as reused."""

_MARK = 24


class Presented(msgspec.Struct, frozen=True):
    """What a refresh token of ours is at this moment. `generation` is its successor's: of the tokens to answer with;
    `followed_by` the successor's hash, where there was one already."""

    state: Literal["newest", "again", "reused"]
    generation: int
    followed_by: str | None = None


def first_secret(keys: Keys, login_id: str, token: str) -> str:
    """The secret of a new login, from 256 random bits in base64url."""
    return token + _marks(keys, login_id, token)[0]


def successor(keys: Keys, login_id: str, secret: str, given: Presented) -> str:
    """The secret that follows; always the same one. Raises Unauthorized where it was made with a key that we have no more."""
    for index, following in enumerate(keys.keyed_hashes(b"refresh successor", login_id.encode(), secret.encode())):
        token = urlsafe_b64encode(following).decode().rstrip("=")
        made = token + _marks(keys, login_id, token)[index]
        if given.followed_by in (None, hash_token(made)):
            return made
    raise Unauthorized


def read(keys: Keys, refresh_token: str) -> tuple[str, str]:
    """Login id and secret. Raises Unauthorized for what we never made."""
    login_id, _, secret = refresh_token.partition(".")
    token, mark = secret[:-_MARK], secret[-_MARK:]
    if not any(hmac.compare_digest(mark.encode(), ours.encode()) for ours in _marks(keys, login_id, token)):
        raise Unauthorized
    return login_id, secret


def presented(login: Held, secret: str, now: datetime) -> Presented:
    """What this secret is to an open login."""
    given = hash_token(secret)
    if given == login.refresh_hash:
        return Presented("newest", login.generation + 1)
    for age, earlier in enumerate(login.earlier):
        if earlier.hash == given:
            unused = age == 0 and login.used_at is None
            again = unused or now - earlier.followed_at <= AGAIN_WITHIN
            follower = login.earlier[age - 1].hash if age else login.refresh_hash
            return Presented("again" if again else "reused", login.generation - age, follower)
    return Presented("reused", login.generation)


def superseded(login: Held, now: datetime) -> list[Earlier]:
    """What to remember of a login whose newest secret is followed now: that one, and those of the last minute."""
    still = [earlier for earlier in login.earlier if now - earlier.followed_at <= AGAIN_WITHIN]
    return [Earlier(login.refresh_hash, now), *still][:MOST_EARLIER]


def _marks(keys: Keys, login_id: str, token: str) -> list[str]:
    return [
        urlsafe_b64encode(made[:18]).decode()
        for made in keys.keyed_hashes(b"refresh", login_id.encode(), token.encode())
    ]
