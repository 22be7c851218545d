"""A service account as Google knows it: its file, and what its assertions (RFC 7523) are granted."""

import json
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PROJECT = "attuned-example"
LASTS_S = 3600


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa_key()


class GoogleAccount:
    """One account for one scope; `access` has the tokens that it was granted, with when each of them ends."""

    def __init__(self, name: str, scope: str) -> None:
        self.email, self.scope = f"{name}@{PROJECT}.iam.gserviceaccount.com", scope
        self.key, self.key_id = _key(), "account-1"
        self.access: dict[str, float] = {}

    def file(self, folder: Path, tokens_at: str, **other: Any) -> Path:
        """The account's JSON; `tokens_at` is its token_uri."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        told = {
            "type": "service_account", "client_email": self.email, "private_key": key, "private_key_id": self.key_id,
            "token_uri": tokens_at, "project_id": PROJECT, **other,
        }  # fmt: skip
        path = folder / f"service-account-{uuid.uuid4().hex[:8]}.json"
        path.write_text(json.dumps(told))
        return path

    def wrong(self, headers: Mapping[str, str], body: bytes, tokens_at: str, now: float) -> str | None:
        """Why Google would give nothing for this request; None where all is right."""
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if headers.get("content-type", "") != "application/x-www-form-urlencoded":
            return "not a form"
        if form.get("grant_type") != GRANT:
            return "grant type"
        try:
            header = jwt.get_unverified_header(form["assertion"])
            claims = jwt.decode(
                form["assertion"], self.key.public_key(), algorithms=["RS256"], audience=tokens_at, issuer=self.email,
                options={"require": ["iss", "scope", "aud", "exp", "iat"], "verify_exp": False, "verify_iat": False},
            )  # fmt: skip
        except (KeyError, jwt.InvalidTokenError) as error:
            return f"assertion: {error!r}"
        in_time = abs(now - claims["iat"]) < 60 and now < claims["exp"] <= claims["iat"] + LASTS_S
        right = header.get("kid") == self.key_id and claims["scope"] == self.scope
        return None if right and in_time else f"claims: {claims}"

    def grant(self, now: float) -> dict[str, Any]:
        """The answer to one that is right."""
        access = f"ya29.{uuid.uuid4().hex}"
        self.access[access] = now + LASTS_S
        return {"access_token": access, "expires_in": LASTS_S - 1, "token_type": "Bearer"}

    def takes(self, headers: Mapping[str, str], now: float) -> bool:
        """Does a request carry a token of this account that is good now?"""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and self.access.get(token, 0) > now
