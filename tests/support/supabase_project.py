"""A Supabase project as a small real server: its key set, and its administrators' route that deletes a user.

It signs tokens as Supabase does, rotates its keys, takes deletions only with the service's key in both headers, and fails on
command.
"""

import asyncio
import json
import threading
import time
import uuid
from collections import Counter
from functools import cache
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.support.standin import StandIn

SECRET = "the project's JWT secret, 32 and more characters"
SERVICE_KEY = "sb_secret_the-service-role-key"
KEYS = "/auth/v1/.well-known/jwks.json"
USERS = "/auth/v1/admin/users/"

Json = dict[str, Any]


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Member(msgspec.Struct, frozen=True):
    """A user of the project, in one session."""

    id: str
    session_id: str
    email: str
    anonymous: bool = False
    provider: str = "email"
    signed_in_at: float = 0


class SupabaseProject:
    """The project and its switches. All of it may be used from any thread."""

    def __init__(self) -> None:
        self.keys: Json = {"es-1": ec.generate_private_key(ec.SECP256R1()), "rs-1": rsa_key()}
        self.signs_with = "es-1"
        self.users: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.refused: list[str] = []
        """Why deletions of ours were not taken; empty where all were right."""
        self.failing: dict[str, list[int]] = {}
        """Statuses that the next requests get, by what is asked: keys, delete."""
        self.always: dict[str, int] = {}
        self.answers: dict[str, bytes] = {}
        """What is answered instead."""
        self.hanging: set[str] = set()
        self.reached, self.released = threading.Event(), threading.Event()
        """A request hangs; it may go on."""
        self.max_age = 600
        self.answer_is_lost = False
        """A deletion is done and the answer is an error."""
        self.clock = time.time
        self._stand_in = StandIn(self._app)
        self.url = self._stand_in.url

    def close(self) -> None:
        self.released.set()
        self._stand_in.close()

    def settings(self) -> Json:
        """Our settings for this project."""
        return {
            "supabase_url": self.url,
            "supabase_jwt_secret": SECRET,
            "supabase_service_role_key": SERVICE_KEY,
        }

    # --- its users --------------------------------------------------------------------------------------------------

    def signs_in(self, known: Member | None = None, **fields: Any) -> Member:
        """Somebody new, or somebody known once more, in a session of its own."""
        own = msgspec.structs.asdict(known) if known else {"id": str(uuid.uuid4())}
        told = {"email": "" if fields.get("anonymous") else f"{own['id'][:13]}@example.com", **own, **fields}
        member = Member(**{**told, "session_id": str(uuid.uuid4()), "signed_in_at": self.clock()})
        self.users.add(member.id)
        return member

    def claims(self, member: Member, **changes: Any) -> Json:
        """What a token of theirs says; a change to None leaves one out."""
        now = int(self.clock())
        told = {
            "iss": f"{self.url}/auth/v1",
            "aud": "authenticated",
            "sub": member.id,
            "iat": now,
            "exp": now + 3600,
            "email": member.email,
            "phone": "",
            "role": "authenticated",
            "aal": "aal1",
            "amr": [{"method": "password", "timestamp": int(member.signed_in_at)}],
            "session_id": member.session_id,
            "is_anonymous": member.anonymous,
            "app_metadata": {} if member.anonymous else {"provider": member.provider, "providers": [member.provider]},
            "user_metadata": {"full_name": "A Name", "email_verified": True},
            **changes,
        }
        return {name: value for name, value in told.items() if value is not None}

    def token(self, member: Member, *, by: str | None = None, **changes: Any) -> str:
        """A token of theirs, signed by the key of that name, or with the secret ("HS256")."""
        name = by or self.signs_with
        claims = self.claims(member, **changes)
        if name == "HS256":
            return jwt.encode(claims, SECRET, algorithm="HS256")
        key = self.keys[name]
        algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
        return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": name})

    def rotate(self) -> str:
        """A new key signs from now on; the one before stays in the set until it is revoked."""
        self.signs_with = f"es-{uuid.uuid4().hex[:8]}"
        self.keys[self.signs_with] = ec.generate_private_key(ec.SECP256R1())
        return self.signs_with

    def revoke(self, name: str) -> None:
        self.keys = {kept: key for kept, key in self.keys.items() if kept != name}

    def calm(self) -> None:
        """Every switch as at the start."""
        self.released.set()
        self.hanging.clear()
        for switches in (self.failing, self.always, self.answers, self.refused, self.asked):
            switches.clear()
        self.released.clear()
        self.reached.clear()
        self.max_age, self.answer_is_lost = 600, False

    # --- the server -------------------------------------------------------------------------------------------------

    async def _app(self, scope: Json, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] == "http.request" and message.get("more_body"):
            pass
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        what = "keys" if (scope["method"], scope["path"]) == ("GET", KEYS) else "delete"
        self.asked[what] += 1
        if what in self.hanging:
            self.reached.set()
            await asyncio.to_thread(self.released.wait, 30)
        failing = self.failing.get(what) or []
        status = failing.pop(0) if failing else self.always.get(what)
        lines = [(b"content-type", b"application/json")]
        if status is not None:
            if what == "delete" and self.answer_is_lost:
                self._delete(scope["method"], scope["path"], headers)
            answered, told = status, json.dumps({"code": status, "msg": "as the test says"}).encode()
            lines += [(b"location", f"{self.url}/elsewhere".encode())] if status in (301, 302, 307, 308) else []
        elif what == "keys":
            answered, told = 200, self.answers.get(what, self._key_set())
            lines += [(b"cache-control", f"public, max-age={self.max_age}".encode())]
        else:
            answered, found = self._delete(scope["method"], scope["path"], headers)
            told = json.dumps(found).encode()
        await send({"type": "http.response.start", "status": answered, "headers": lines})
        await send({"type": "http.response.body", "body": told})

    def _key_set(self) -> bytes:
        return json.dumps({"keys": [published(key, name) for name, key in self.keys.items()]}).encode()

    def _delete(self, method: str, path: str, headers: Json) -> tuple[int, Json]:
        user_id = path.removeprefix(USERS)
        if method != "DELETE" or user_id == path:
            return self._refuse(404, f"no such route: {method}")
        if headers.get("apikey") != SERVICE_KEY or headers.get("authorization") != f"Bearer {SERVICE_KEY}":
            return self._refuse(401, "not the service's key")
        if user_id not in self.users:
            return 404, {"code": 404, "error_code": "user_not_found", "msg": "User not found"}
        self.users.discard(user_id)
        return 200, {}

    def _refuse(self, status: int, why: str) -> tuple[int, Json]:
        self.refused.append(why)
        return status, {"code": status, "msg": why}


def published(key: Any, name: str, **other: Any) -> Json:
    """A key as a key set shows it."""
    if isinstance(key, rsa.RSAPrivateKey):
        shown = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return {**shown, "kid": name, "alg": "RS256", "use": "sig", "key_ops": ["verify"], **other}
    shown = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**shown, "kid": name, "alg": "ES256", "use": "sig", "key_ops": ["verify"], "ext": True, **other}
