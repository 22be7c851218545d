"""What people do with their pictures: keep one, be sent to where it is opened, open it, take it back.

read → decoded and written anew → sealed → noted → put into the store → the row, which takes the note away
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID

import asyncpg
import msgspec
import structlog

from game_server.accounts.callers import Caller
from game_server.files import addresses, sweeps, uploads
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER, idempotent
from game_server.integrations.objects import Missing, StoreAway
from game_server.process import gauges, pictures
from game_server.process.pictures import Busy, NotAPicture, Recoded, TooManyPixels
from game_server.profiles.person_key import hold_key
from game_server.services import Services
from rooms.errors import Invalid, NotFound, Refused, Unavailable
from storage import crash, files, sealed_bytes
from storage.files import File
from storage.key_rows import KeyGone
from storage.person_keys import DataKey
from storage.sealing import Unsealable

log = structlog.get_logger()

ROUTE = "POST /api/files"
COMES_WITHIN = timedelta(hours=1)
"""Much longer than it takes from the note to the row."""


class Kept(msgspec.Struct, frozen=True):
    """A picture that was uploaded: it hangs on nothing yet, and goes after a day where nothing else is said."""

    file_id: UUID
    content_type: str
    bytes: int


async def keep(services: Services, user: Caller, request: AnyRequest) -> Kept:
    """Take the picture of this request, once for its key. Raises BadRequest, TooLarge, Invalid, Busy, KeyReused, Unavailable."""
    try:
        async with services.pictures.reading():
            data = await uploads.picture_of(request)
            digest = await asyncio.to_thread(_digest, data)
            async with services.pictures.decoding():
                kept = await idempotent(
                    services,
                    key=request.headers.get(HEADER),
                    caller=user.actor,
                    route=ROUTE,
                    body=digest,
                    act=lambda: _keep(services, user, data),
                    again=_again,
                )
    except Busy:
        gauges.PICTURES.labels("busy").inc()
        raise Unavailable("Many pictures are coming in. Please try again in a moment.") from None
    except Refused as error:
        gauges.PICTURES.labels(error.code).inc()
        raise
    gauges.PICTURES.labels("kept").inc()
    return kept


async def address(services: Services, user: Caller, file_id: UUID) -> str:
    """Where the caller may open a picture for a few minutes. Raises NotFound."""
    await _seen(services, user.id, file_id)
    return addresses.signed(services.keys, file_id, UUID(user.id), services.clock.now())


async def opened(services: Services, text: str) -> tuple[File, AsyncIterator[bytes]]:
    """What an address opens now, and its bytes in pieces. Raises NotFound, Unavailable."""
    named = addresses.read(services.keys, text, services.clock.now())
    if named is None:
        raise NotFound
    file_id, user_id = named
    file = await _seen(services, str(user_id), file_id)
    return file, await read(services, file)


async def read(services: Services, file: File) -> AsyncIterator[bytes]:
    """The bytes of a picture, in pieces, of which the first is opened already. Raises NotFound, Unavailable."""
    try:
        key = await services.person_keys.key(f"user:{file.user_id}")
        if key.id != file.key_id:
            raise NotFound
        pieces = await _opened(services, key, file.place)
        first = await anext(pieces)
    except StoreAway:
        raise Unavailable from None
    except (KeyGone, Missing, Unsealable) as error:
        log.error("file_unreadable", kind=type(error).__name__)  # noqa: TRY400 - a trace would name its place
        raise NotFound from None
    return _from(first, pieces)


async def withdraw(services: Services, user: Caller, file_id: UUID) -> None:
    """The caller takes a picture of theirs back, at any time; a mark stays where it hung. Raises NotFound."""
    async with services.database.as_member(user.id, services.clock.now()) as db:
        if not await files.withdraw(db, file_id):
            raise NotFound
    sweeps.soon(services)


async def _seen(services: Services, user_id: str, file_id: UUID) -> File:
    async with services.database.as_user(user_id) as db:
        found = await files.to_see(db, file_id)
    if found is None:
        raise NotFound
    return found


async def add(db: asyncpg.Connection, user_id: UUID, key: DataKey, place: str, picture: Recoded) -> UUID:
    """The row of a picture whose bytes were put there, in a transaction of its owner's: its id."""
    return await files.add(
        db,
        {
            "user_id": user_id,
            "place": place,
            "key_id": key.id,
            "content_type": picture.content_type,
            "bytes": len(picture.data),
            "width": picture.width,
            "height": picture.height,
        },
    )


async def _keep(services: Services, user: Caller, data: bytes) -> Kept:
    picture = await _recoded(data)
    await hold_key(services, user)
    key = await services.person_keys.key(user.actor, make=True)
    place = await put(services, key, picture)
    now = services.clock.now()
    async with services.database.as_member(user.id, now) as db:
        file_id = await add(db, UUID(user.id), key, place, picture)
    gauges.PICTURE_BYTES.inc(len(picture.data))
    return Kept(file_id, picture.content_type, len(picture.data))


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


async def _again(kept: object) -> Kept:
    return msgspec.convert(kept, Kept)


async def _recoded(data: bytes) -> Recoded:
    try:
        return await pictures.recode(data)
    except TooManyPixels:
        raise Invalid(fields={uploads.FIELD: "This picture has too many pixels: 40 million at most."}) from None
    except NotAPicture:
        raise Invalid(
            fields={uploads.FIELD: "This is no picture that can be read: JPEG, PNG, WebP, GIF or AVIF."}
        ) from None


async def put(services: Services, key: DataKey, picture: Recoded, folder: str = "") -> str:
    """Sealed, noted and in the store: the place, in that folder where one is named. Raises Unavailable."""
    name = services.dice.fresh_id().hex
    place, salt, now = f"{folder}{name[:2]}/{name}", sealed_bytes.fresh_salt(), services.clock.now()
    seal = partial(sealed_bytes.seal, key.of_file(salt), salt, picture.data, bound_to=_bound(key, place))
    sealed = await asyncio.to_thread(seal)  # of ten megabytes, and rooms are played beside
    async with services.database.as_service() as db:
        await files.note(db, place, now + COMES_WITHIN, now)
    crash.point("before_put")
    try:
        await services.objects.put(place, sealed)
    except StoreAway:
        raise Unavailable from None
    crash.point("after_put")
    return place


async def _opened(services: Services, key: DataKey, place: str) -> AsyncIterator[bytes]:
    chunks = await services.objects.get(place)
    head = bytearray()
    while len(head) < sealed_bytes.HEAD_BYTES:
        try:
            head += await anext(chunks)
        except StopAsyncIteration:
            raise Unsealable from None
    salt = sealed_bytes.salt_of(bytes(head))
    rest = _from(bytes(head[sealed_bytes.HEAD_BYTES :]), chunks)
    return sealed_bytes.opened(key.of_file(salt), rest, bound_to=_bound(key, place))


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _bound(key: DataKey, place: str) -> str:
    return f"{key.owner} {place}"
