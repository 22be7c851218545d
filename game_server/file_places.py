"""Where pictures are kept, as ATTUNED_FILES_URL says it: a folder of this machine, or a bucket of an object store."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from game_server.environment import is_service_address

FORM = "expected file:///a/folder, or s3://bucket?endpoint=https://storage.example.org&region=eu-central-1"

IDENTITIES = (
    ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI",),
)
"""The usual variables by which a program is somebody to a store, those that go together."""


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket, and who we are to its store; None: as the usual variables of AWS say. Without `endpoint` it is Amazon's."""

    name: str
    prefix: str
    endpoint: str | None
    region: str | None
    key: str | None
    secret: str | None

    def __repr__(self) -> str:
        """Without what no log may hold."""
        return f"Bucket({self.name!r})"


def read(text: str) -> Path | Bucket:
    """The folder or the bucket. Raises ValueError, whose words show no secret."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - it is read to see whether it is one
    except ValueError:
        raise ValueError(FORM) from None
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        if parts.netloc or parts.query or parts.fragment or not folder.is_absolute() or folder == Path("/"):
            raise ValueError("expected file:/// and the full path of a folder")
        return folder
    if parts.scheme != "s3" or not parts.hostname or parts.fragment:
        raise ValueError(FORM)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := asked.keys() - {"endpoint", "region"}:
        raise ValueError(f"nothing is known here of {', '.join(sorted(unknown))}: it takes endpoint and region")
    endpoint = asked.get("endpoint")
    if endpoint is not None and not is_service_address(endpoint):
        raise ValueError(
            "its endpoint is not a web address like https://storage.example.org; http only of this machine"
        )
    if (parts.username is None) != (parts.password is None) or parts.username == "":
        raise ValueError("an access key goes with its secret: s3://key:secret@bucket")
    return Bucket(
        name=parts.netloc.rpartition("@")[2],
        prefix=unquote(parts.path).strip("/"),
        endpoint=endpoint.rstrip("/") if endpoint else None,
        region=asked.get("region") or None,
        key=unquote(parts.username) if parts.username else None,
        secret=unquote(parts.password) if parts.password else None,
    )


def folder(text: str) -> str:
    """A folder's path as it stands, where it is the same from wherever a process is started. Raises ValueError."""
    if not Path(text).expanduser().is_absolute():
        raise ValueError("expected the full path of a folder, or s3://bucket?endpoint=…&region=…")
    return text


def understood(text: str, environ: Mapping[str, str]) -> str:
    """The setting as it stands, where it can be used in this environment. Raises ValueError."""
    place = read(text)
    if isinstance(place, Path):
        return text
    if place.key is None and not any(all(map(environ.get, names)) for names in IDENTITIES):
        raise ValueError(
            "nothing says who we are to the store: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write"
            " s3://key:secret@bucket"
        )
    if not (place.region or place.endpoint or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")):
        raise ValueError("in which region is the bucket? Add ?region=…, or set AWS_REGION")
    return text
