"""What only one browser can open: RFC 8188's aes128gcm with the keys of RFC 8291, one record. No I/O.

On `cryptography`, which is here for tokens: http-ece has no types and no release since 2024, and pywebpush brings two HTTP
clients for what are forty lines. The RFC's own example is a test.
"""

import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from game_server.integrations.push.subscription import BrowserKeys

RECORD_SIZE = 4096
SALT_BYTES = 16
LAST_RECORD = b"\x02"
LARGEST = 3993
"""Bytes that a push service must take (RFC 8291, 4): 4096 less what is around them."""


def seal(
    content: bytes,
    keys: BrowserKeys,
    *,
    padded_to: int = 0,
    ephemeral: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push, for the browser with these keys. What is shorter than `padded_to` bytes looks as long.

    The ephemeral key and the salt are new for every message; they are given only where a known result is expected.
    """
    ephemeral = ephemeral or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(SALT_BYTES)
    browser, ours = keys.public(), _point(ephemeral.public_key())
    shared = ephemeral.exchange(ec.ECDH(), browser)
    material = _derived(shared, keys.secret(), b"WebPush: info\0" + _point(browser) + ours, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    record = content + LAST_RECORD + b"\0" * max(padded_to - len(content), 0)
    header = salt + RECORD_SIZE.to_bytes(4) + len(ours).to_bytes(1) + ours
    return header + AESGCM(key).encrypt(nonce, record, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
