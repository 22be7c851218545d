"""The server's secrets, all derived from one: the keys of tokens and of keyed hashes, and those that wrap and seal other keys.

On the embedded database the one secret is made at the first start and kept in the data directory (0600). While it is exchanged
for another there are several: the first signs, hashes and wraps, and what any of them made still counts.
"""

import base64
import hmac
import os
import secrets
from functools import cache
from hashlib import sha256
from pathlib import Path

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from game_server.process.exits import CannotRunError
from game_server.settings import Settings
from storage.modes import close_file

FILE = "secret.key"

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class SecretMissing(CannotRunError):
    """External stores, and no secret: one that was made here would be another than the other machines have."""

    def __init__(self, data_dir: Path) -> None:
        path = (data_dir / FILE).absolute()
        here = (
            f"This directory has the one of before: ATTUNED_SECRET_KEY=\"$(cat '{path}')\"."
            if path.exists()
            else f"Where this database was served before without it, take {FILE} from the ATTUNED_DATA_DIR of that machine"
            f" (there is none at {path}); for a new one make 32 characters or more, as with: openssl rand -base64 48"
        )
        super().__init__(
            "With a DATABASE_URL of your own set ATTUNED_SECRET_KEY, the same for every process: by it tokens are signed and"
            f" keys are wrapped. {here}"
        )


class _One:
    """What follows from one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        number = int.from_bytes(self.derived("token signing")) % (_P256_ORDER - 1) + 1
        self.signing = ec.derive_private_key(number, ec.SECP256R1())
        self.verifying = self.signing.public_key()
        jwk = jwt.algorithms.ECAlgorithm.to_jwk(self.verifying, as_dict=True)
        thumb = sha256(f'{{"crv":"{jwk["crv"]}","kty":"EC","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'.encode()).digest()
        self.kid = base64.urlsafe_b64encode(thumb[:12]).decode()
        self.jwk = {**jwk, "kid": self.kid, "alg": "ES256", "use": "sig"}
        self._hashing = hmac.new(self.derived("keyed hash"), digestmod="sha256")

    def keyed_hash(self, *parts: bytes) -> bytes:
        keyed = self._hashing.copy()  # to begin with the key again costs more than all the rest
        for part in parts:
            keyed.update(len(part).to_bytes(8) + part)
        return keyed.digest()

    @cache  # noqa: B019 - as many as there are purposes, for as long as the process runs
    def derived(self, purpose: str) -> bytes:
        length = 48 if purpose == "token signing" else 32
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"attuned {purpose}".encode()).derive(
            self._secret
        )


class Keys:
    """Derived keys: `signing` (ES256 private key of the first secret, called `kid`) and keyed hashes, 32 bytes that only this
    server can make. What is kept is made with the first secret (`keyed_hash`, `mark`) and compared under all of them
    (`…_hashes`, `marks`; the first one's first).
    """

    def __init__(self, *secrets: str) -> None:
        self._all = tuple(map(_One, secrets))
        self.signing, self.kid = self._all[0].signing, self._all[0].kid
        self.kids = tuple(one.kid for one in self._all)
        self.jwks = {"keys": [one.jwk for one in self._all]}

    def verifying(self, kid: str | None) -> ec.EllipticCurvePublicKey | None:
        """The public key of that name, the first one's where none is named."""
        return next((one.verifying for one in self._all if kid in (None, one.kid)), None)

    def keyed_hash(self, *parts: bytes) -> bytes:
        """The parts (length-prefixed) hashed with the first secret's key."""
        return self._all[0].keyed_hash(*parts)

    def keyed_hashes(self, *parts: bytes) -> tuple[bytes, ...]:
        """The same under every secret."""
        return tuple(one.keyed_hash(*parts) for one in self._all)

    def mark(self, purpose: str, *parts: str) -> str:
        """The same as text of 64 hexadecimal digits: what stands for an address or a key where that itself must not."""
        return self.marks(purpose, *parts)[0]

    def marks(self, purpose: str, *parts: str) -> tuple[str, ...]:
        """The same under every secret."""
        return tuple(made.hex() for made in self.keyed_hashes(purpose.encode(), *(part.encode() for part in parts)))

    def wrapping_keys(self) -> dict[str, bytes]:
        """The 32-byte keys that people's own keys are wrapped with, by name; new ones with the first."""
        return {one.kid: one.derived("person keys") for one in self._all}

    def sealing_keys(self) -> dict[str, bytes]:
        """The 32-byte keys that the passwords of the database's logins are sealed with, by name; new ones with the first."""
        return {one.kid: one.derived("login passwords") for one in self._all}

    def purchase_keys(self) -> dict[str, bytes]:
        """The 32-byte keys that purchase tokens are sealed with, by name; new ones with the first."""
        return {one.kid: one.derived("purchases") for one in self._all}

    def mail_keys(self) -> dict[str, bytes]:
        """The 32-byte keys that waiting mails are sealed with, by name; new ones with the first."""
        return {one.kid: one.derived("queued mails") for one in self._all}

    def notion_keys(self) -> dict[str, bytes]:
        """The 32-byte keys that the tokens of people's workspaces are sealed with, by name; new ones with the first."""
        return {one.kid: one.derived("notion") for one in self._all}

    def backup_keys(self) -> dict[str, bytes]:
        """The 32-byte keys that backups are sealed with where they have none of their own, by name; new ones with the first."""
        return {one.kid: one.derived("backups") for one in self._all}

    def former_login_secrets(self) -> list[bytes]:
        """What those passwords were derived from in earlier versions where DATABASE_URL carried none."""
        return [one.derived("database logins") for one in self._all]


def load_keys(settings: Settings) -> Keys:
    """The keys of these settings. Raises SecretMissing."""
    if not settings.secrets:
        raise SecretMissing(settings.data_dir)
    return Keys(*settings.secrets)


def with_secret(settings: Settings) -> Settings:
    """The settings of an installation on the embedded database, whose secret is in a file and made where there is none yet.

    Raises OSError.
    """
    if settings.secrets:
        return settings
    return msgspec.structs.replace(settings, secret_key=_secret_file(settings.data_dir / FILE))


def _secret_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # the first of several starting processes wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    close_file(path)
    return path.read_text().strip()
