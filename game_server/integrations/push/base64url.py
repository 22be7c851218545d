"""Bytes as the web writes them: base64url, with or without the padding (RFC 7515, section 2)."""

import base64
import binascii


def decoded(text: str) -> bytes:
    """Raises ValueError."""
    bare = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def encoded(data: bytes) -> str:
    """Without the padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
