"""Values sealed with a key of 32 bytes (AES-256-GCM), as JSON: {nonce, ciphertext}, both base64."""

import base64
import secrets
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Unsealable(Exception):
    """This was not sealed with that key, for that purpose, or was changed since."""


def seal(key: bytes, value: Any, *, bound_to: str) -> dict[str, str]:
    """JSON into an envelope that opens with the same key and `bound_to` only."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, msgspec.json.encode(value), bound_to.encode())
    return {"nonce": _text(nonce), "ciphertext": _text(ciphertext)}


def unseal(key: bytes, envelope: Any, *, bound_to: str) -> Any:
    """What was sealed. Raises Unsealable."""
    try:
        nonce, ciphertext = (base64.b64decode(envelope[part], validate=True) for part in ("nonce", "ciphertext"))
        plain = AESGCM(key).decrypt(nonce, ciphertext, bound_to.encode())
    except (InvalidTag, KeyError, TypeError, ValueError) as error:
        raise Unsealable from error
    return msgspec.json.decode(plain)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
