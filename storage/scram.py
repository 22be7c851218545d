"""What PostgreSQL keeps of a password (RFC 5802), made and compared here: the password itself is in no statement and no log."""

import base64
import hmac
import re
import secrets
from hashlib import md5, pbkdf2_hmac, sha256

ROUNDS = 4096
_KEPT = re.compile(r"SCRAM-SHA-256\$(\d+):([\w+/=]+)\$([\w+/=]+):([\w+/=]+)")


def verifier(password: str) -> str:
    """What to keep of this password, with a fresh salt."""
    return _verifier(password, secrets.token_bytes(16), ROUNDS)


def is_of(kept: str, password: str, role: str) -> bool:
    """Is this what is kept of that password of that role? Also in the older md5 form."""
    if kept.startswith("md5"):
        return hmac.compare_digest(kept, "md5" + md5((password + role).encode(), usedforsecurity=False).hexdigest())
    found = _KEPT.fullmatch(kept)
    return found is not None and hmac.compare_digest(
        kept, _verifier(password, base64.b64decode(found[2]), int(found[1]))
    )


def _verifier(password: str, salt: bytes, rounds: int) -> str:
    salted = pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    b64 = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${rounds}:{b64[0]}${b64[1]}:{b64[2]}"
