"""The server's secrets, all derived from one: the keys of tokens and of keyed hashes, and the one that wraps people's keys.

Without ATTUNED_SECRET_KEY the one secret is made at the first start and kept in the data directory (0600).
"""

import base64
import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from game_server.settings import Settings
from storage.modes import close_file

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Keys:
    """Derived keys: `signing` (ES256 private key, its public JWK in `jwks`) and `keyed_hash`."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        number = int.from_bytes(self._derive("token signing", 48)) % (_P256_ORDER - 1) + 1
        self.signing = ec.derive_private_key(number, ec.SECP256R1())
        self.verifying = self.signing.public_key()
        jwk = jwt.algorithms.ECAlgorithm.to_jwk(self.verifying, as_dict=True)
        thumb = sha256(f'{{"crv":"{jwk["crv"]}","kty":"EC","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'.encode()).digest()
        self.kid = base64.urlsafe_b64encode(thumb[:12]).decode()
        self.jwks = {"keys": [{**jwk, "kid": self.kid, "alg": "ES256", "use": "sig"}]}
        self._hashing = self._derive("keyed hash", 32)

    def keyed_hash(self, *parts: bytes) -> bytes:
        """A 32-byte hash that only this server can make; parts are length-prefixed."""
        return hmac.digest(self._hashing, b"".join([len(part).to_bytes(8) + part for part in parts]), "sha256")

    def mark(self, purpose: str, *parts: str) -> str:
        """The same as text of 64 hexadecimal digits: what stands for an address or a key where that itself must not."""
        return self.keyed_hash(purpose.encode(), *(part.encode() for part in parts)).hex()

    def wrapping_key(self) -> bytes:
        """The 32-byte key that people's own keys are wrapped with."""
        return self._derive("person keys", 32)

    def login_secret(self) -> bytes:
        """What the passwords of the database's run-time logins are derived from where DATABASE_URL carries none."""
        return self._derive("database logins", 32)

    def _derive(self, purpose: str, length: int) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"attuned {purpose}".encode()).derive(
            self._secret
        )


def load_keys(settings: Settings) -> Keys:
    """The keys of this installation; makes the secret file when there is none. Raises OSError when it cannot be written."""
    return Keys(settings.secret_key or _secret_file(settings.data_dir / "secret.key"))


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
