"""The private keys that APNs and browsers' push services know us by: a file with one key of the curve P-256."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from game_server.integrations.push import base64url

LONGEST = 16 * 1024
NUMBER_BYTES = 32


class KeyUnusable(ValueError):
    """The message says what the file should hold, never what it holds."""


def p256(path: Path | None) -> ec.EllipticCurvePrivateKey:
    """The key in a PEM file, or in one that holds only its number as base64url, as tools of the web write it.

    Raises KeyUnusable.
    """
    try:
        with Path(path or "").open("rb") as file:
            held = file.read(LONGEST)
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be read ({type(error).__name__})") from error
    try:
        key = load_pem_private_key(held, password=None) if b"-----BEGIN" in held else _of_number(held)
    except (ValueError, TypeError) as error:
        raise KeyUnusable(f"{path} is not a PEM file with a private key and no password") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyUnusable(f"the key in {path} is not one of the curve P-256")
    return key


def _of_number(held: bytes) -> ec.EllipticCurvePrivateKey:
    number = base64url.decoded(held.strip().decode())
    if len(number) != NUMBER_BYTES:
        raise ValueError("not 32 bytes")
    return ec.derive_private_key(int.from_bytes(number), ec.SECP256R1())
