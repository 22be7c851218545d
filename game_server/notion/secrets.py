"""What is kept of a connection and nobody but this server reads: its tokens, what its workspace is called, the key of its hashes.

Sealed with the server's secret and bound to whose it is, so that the timetable can use it while its person is away.
"""

import base64
import secrets
from uuid import UUID

import msgspec

from game_server.integrations.sealed_reference import SealedReferences
from game_server.process.keys import Keys

HASH_BYTES = 32


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """`token` is what Notion is asked with, `refresh_token` what a new one is asked for by, `hash_key` (base64) the key of the
    hashes of what was the same on both sides, `owner_id` whoever said yes there, where Notion says who that was.
    """

    token: str
    hash_key: str
    refresh_token: str | None = None
    workspace: str | None = None
    owner_id: str | None = None

    def renewed(self, token: str, refresh_token: str | None) -> "Secret":
        """The same with other tokens."""
        kept = refresh_token or self.refresh_token
        return msgspec.structs.replace(self, token=token, refresh_token=kept)

    @property
    def hashing(self) -> bytes:
        """The key itself."""
        return base64.b64decode(self.hash_key)


def fresh_hash_key() -> str:
    """Another one."""
    return base64.b64encode(secrets.token_bytes(HASH_BYTES)).decode()


def sealing(keys: Keys, user_id: UUID | str) -> SealedReferences[Secret]:
    """How that of this person is sealed and opened."""
    return SealedReferences(keys.notion_keys(), Secret, f"notion of {user_id}")
