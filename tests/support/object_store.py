"""An object store that speaks S3, as a small real server: it checks every signature (SigV4), keeps objects in memory, and can be
told to fail.
"""

import hmac
import re
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote, unquote
from xml.sax.saxutils import escape

from tests.support.standin import StandIn

KEY, SECRET, REGION, BUCKET = "AKIDOFATEST", "secret-of-a-test/with+signs", "eu-test-1", "pictures"
LATE = timedelta(minutes=15)


class ObjectStore(StandIn):
    """`objects` by key; `fails` is a status that is answered instead, `asked` what was asked in which order, `unsigned` what came
    without a signature that is right. Where it is `full` nothing more is taken.
    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.fails: int | None = None
        self.full = False
        self.asked: list[str] = []
        self.unsigned: list[str] = []
        self.lock = threading.Lock()
        super().__init__(self._serve)

    @property
    def files_url(self) -> str:
        """Our setting for this store."""
        return f"s3://{KEY}:{quote(SECRET, safe='')}@{BUCKET}?endpoint={quote(self.url, safe='')}&region={REGION}"

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        with self.lock:
            status, answer, more = self._answered(scope, bytes(body))
        headers = [(b"content-length", str(len(answer)).encode()), *more]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer})

    def _answered(self, scope: Any, body: bytes) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        method, path = scope["method"], scope["raw_path"].decode().partition("?")[0]
        self.asked.append(f"{method} {path}")
        if self.fails:
            return self.fails, _error("SlowDown"), _XML
        if self.full and method == "PUT":
            return 507, _error("QuotaExceeded"), _XML
        if not self._is_signed(scope, body):
            self.unsigned.append(f"{method} {path}")
            return 403, _error("SignatureDoesNotMatch"), _XML
        bucket, _, key = unquote(path).lstrip("/").partition("/")
        if bucket != BUCKET:
            return 404, _error("NoSuchBucket"), _XML
        return self._done(method, key, scope["query_string"].decode(), body)

    def _done(self, method: str, key: str, query: str, body: bytes) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        if method == "POST" and "delete" in dict(parse_qsl(query, keep_blank_values=True)):
            keys = re.findall(r"<Key>([^<]+)</Key>", body.decode())
            for one in keys:
                self.objects.pop(one, None)
            told = "".join(f"<Deleted><Key>{one}</Key></Deleted>" for one in keys)
            return 200, f'<?xml version="1.0"?><DeleteResult>{told}</DeleteResult>'.encode(), _XML
        if method == "GET" and not key:
            listed = "".join(
                f"<Contents><Key>{escape(one)}</Key><Size>{len(held)}</Size><ETag>&quot;e&quot;</ETag>"
                "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
                for one, held in sorted(self.objects.items())
            )
            return 200, f'<?xml version="1.0"?><ListBucketResult>{listed}</ListBucketResult>'.encode(), _XML
        if method == "PUT":
            self.objects[key] = body
            return 200, b"", [(b"etag", b'"e"')]
        if method == "DELETE":
            self.objects.pop(key, None)
            return 204, b"", []
        if key not in self.objects:
            return 404, _error("NoSuchKey"), _XML
        said = [(b"etag", b'"e"'), (b"last-modified", b"Thu, 01 Jan 2026 00:00:00 GMT")]
        return 200, self.objects[key], said

    def _is_signed(self, scope: Any, body: bytes) -> bool:
        """As Amazon's description has it: of exactly this request, not long ago."""
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        kind, _, rest = headers.get("authorization", "").partition(" ")
        said = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        signed = said.get("SignedHeaders", "").split(";")
        credential = said.get("Credential", "").split("/")
        moment = headers.get("x-amz-date", "")
        if kind != "AWS4-HMAC-SHA256" or len(credential) != 5 or not {"host", "x-amz-date"} <= set(signed):
            return False
        if abs(datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) - datetime.now(UTC)) > LATE:
            return False
        told = headers.get("x-amz-content-sha256", "")
        if told != sha256(body).hexdigest() or credential[1:] != [moment[:8], REGION, "s3", "aws4_request"]:
            return False
        pairs = sorted(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        canonical = "\n".join(
            (
                scope["method"],
                scope["raw_path"].decode().partition("?")[0],
                "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs),
                *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed),
                "",
                ";".join(signed),
                told,
            )
        )
        to_sign = "\n".join((kind, moment, "/".join(credential[1:]), sha256(canonical.encode()).hexdigest()))
        key = b"AWS4" + SECRET.encode()
        for part in credential[1:]:
            key = hmac.digest(key, part.encode(), "sha256")
        right = hmac.digest(key, to_sign.encode(), "sha256").hex()
        return credential[0] == KEY and hmac.compare_digest(right, said.get("Signature", ""))


_XML = [(b"content-type", b"application/xml")]


def _error(code: str) -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'.encode()
