"""The routes of pictures."""

from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from game_server.accounts.callers import Caller, require_adult
from game_server.files import actions, uploads
from game_server.files.actions import Kept
from game_server.http.bodies import TAKES, AnyRequest
from game_server.http.limits import spend
from game_server.http.text import clean_uuid
from game_server.services import Services

PRIVATE = {"Cache-Control": "private, no-store"}
NAMES = {
    "image/jpeg": "picture.jpg",
    "image/png": "picture.png",
    "image/webp": "picture.webp",
    "image/avif": "picture.avif",
}
"""What it is called where somebody saves it: its own name was never kept."""


@post(
    "/api/files",
    status_code=201,
    request_max_body_size=uploads.LARGEST_BODY,
    opt={TAKES: "multipart/form-data"},
)
async def upload_file(user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest) -> Kept:
    """Upload a picture of 10 MB at most, in the field `file`. It is written anew without anything that was beside the pixels;
    then it can be attached once, and without that it goes after 24 hours.
    """
    require_adult(user)
    await spend(services, request, user, "files")
    return await actions.keep(services, user, request)


@get("/api/files/{file_id:str}", status_code=307)
async def find_file(
    file_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> Response[None]:
    """Where a picture is opened, for five minutes: for its uploader, and for whoever sees what it hangs on."""
    require_adult(user)
    where = await actions.address(services, user, UUID(clean_uuid(file_id)))
    return Response(None, status_code=307, headers={"Location": where, **PRIVATE})


@delete("/api/files/{file_id:str}", status_code=204)
async def withdraw_file(
    file_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """Take back a picture of one's own, at any time. Where it hung a mark stays."""
    require_adult(user)
    await actions.withdraw(services, user, UUID(clean_uuid(file_id)))


@get("/files/{signed:str}", include_in_schema=False)
async def open_file(signed: FromPath[str], services: NamedDependency[Services], request: AnyRequest) -> Stream:
    """The picture itself."""
    await spend(services, request, None, "other")
    file, pieces = await actions.opened(services, signed)
    return Stream(
        pieces,
        media_type=file.content_type,
        headers={
            **PRIVATE,
            "Content-Length": str(file.bytes),
            "Content-Disposition": f'inline; filename="{NAMES[file.content_type]}"',
            "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [upload_file, find_file, withdraw_file, open_file]
