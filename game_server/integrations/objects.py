"""The object store: sealed bytes under random names, in a folder of this machine or in a bucket that speaks S3.

It sees ciphertext and when it is asked; whose it is and what it shows stands nowhere in it. What it answers wrong, late or not at
all is one thing to whoever asks: it is away.
"""

import asyncio
import math
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from game_server.file_places import Bucket
from game_server.integrations.breaker import Breaker
from storage import disks

log = structlog.get_logger()

ANSWERED_IN_S = 20.0
"""One request, with all its bytes."""
CONNECTED_IN = timedelta(seconds=3)
REGION = "us-east-1"
"""Where a store of somebody's own has none: it is only signed with."""
LEAST_PIECE = 256 * 1024

KEPT_FREE = 64 * 1024 * 1024
"""Of a folder's disk: for what is being written beside, by others too."""
TRIED_WITH = 4 * 1024 * 1024
"""What a bucket has to take, which does not say what is left of it: more than a picture has as a rule."""
TRIED_AT = "is-there-room"
ROOM_FOR_S, NO_ROOM_FOR_S = 60.0, 30.0
"""So long what it said is believed."""

T = TypeVar("T")


class StoreAway(Exception):
    """The store did not do it, or did not say so."""


class Missing(Exception):
    """There is nothing at that place."""


class Objects:
    """The store of these settings. Bytes go in whole and come out in pieces. `seconds` is a clock that only goes forward."""

    def __init__(self, place: Path | Bucket, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._room, self._room_until = False, -math.inf
        self.folder = place if isinstance(place, Path) else None
        self._store = _folder(place) if isinstance(place, Path) else bucket_store(place)
        self._breaker = Breaker(seconds)

    async def put(self, place: str, sealed: bytes) -> None:
        """Keep these bytes there, whole or not at all. Raises StoreAway."""
        try:
            await self._asked(self._store.put_async(place, sealed, use_multipart=False))
        except StoreAway:
            self._room_until = -math.inf
            raise
        if self.folder is not None:
            await self._asked(asyncio.to_thread(_to_disk, self.folder / place))

    async def has_room(self) -> bool:
        """Would it keep a picture now? For whoever pays for one before they have its bytes."""
        if self.folder is not None:
            there = await asyncio.to_thread(disks.at, self.folder)
            return there is None or there.free >= KEPT_FREE
        if self._seconds() >= self._room_until:
            self._room = await self._takes_more()
            self._room_until = self._seconds() + (ROOM_FOR_S if self._room else NO_ROOM_FOR_S)
        return self._room

    async def _takes_more(self) -> bool:
        try:
            await self._asked(self._store.put_async(TRIED_AT, bytes(TRIED_WITH), use_multipart=False))
            await self.delete(TRIED_AT)
        except StoreAway:
            return False
        return True

    async def get(self, place: str) -> AsyncIterator[bytes]:
        """What is there, in pieces. Raises Missing, StoreAway; the latter also between two pieces."""
        found = await self._asked(self._store.get_async(place))
        return self._pieces(aiter(found.stream(min_chunk_size=LEAST_PIECE)))

    async def holds(self, place: str) -> bool:
        """Is there something? Raises StoreAway."""
        try:
            await self._asked(self._store.head_async(place))
        except Missing:
            return False
        return True

    async def delete(self, place: str) -> None:
        """Nothing is there any more, as perhaps before. Raises StoreAway."""
        try:
            await self._asked(self._store.delete_async(place))
        except Missing:
            return

    async def places(self) -> AsyncIterator[str]:
        """Everything that is there. Raises StoreAway."""
        async for place, _ in self.sizes():
            yield place

    async def sizes(self) -> AsyncIterator[tuple[str, int]]:
        """The same with how many bytes each is, as it is kept. Raises StoreAway."""
        listed = aiter(self._store.list_async())
        while True:
            try:
                for one in await self._asked(anext(listed)):
                    if one["path"] != TRIED_AT:
                        yield one["path"], one["size"]
            except StopAsyncIteration:
                return

    async def _pieces(self, stream: AsyncIterator[object]) -> AsyncIterator[bytes]:
        while True:
            try:
                piece = await self._asked(anext(stream))
            except StopAsyncIteration:
                return
            yield bytes(piece)  # type: ignore[call-overload]  # obstore's own bytes

    async def _asked(self, request: Awaitable[T]) -> T:
        """One request. Nothing that the library says goes on: it names hosts and keys."""
        if not self._breaker.begin():
            _forget(request)
            raise StoreAway
        try:
            async with asyncio.timeout(ANSWERED_IN_S):
                answer = await request
        except (FileNotFoundError, StopAsyncIteration) as answered:
            self._breaker.went_well()
            if isinstance(answered, StopAsyncIteration):
                raise
            raise Missing from None
        except (BaseError, OSError, TimeoutError) as error:
            self._breaker.failed()
            log.warning("object_store_away", kind=type(error).__name__)
            raise StoreAway from None
        except BaseException:
            self._breaker.failed()
            raise
        self._breaker.went_well()
        return answer


def _forget(request: Awaitable[object]) -> None:
    """It is not to be asked: close what would warn that nobody awaited it."""
    close = getattr(request, "close", None)
    if close is not None:
        close()


def _folder(folder: Path) -> LocalStore:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return LocalStore(folder, automatic_cleanup=False, mkdir=True)


def bucket_store(bucket: Bucket) -> S3Store:
    """The library's own view of a bucket."""
    config = {
        "endpoint": bucket.endpoint,
        "region": bucket.region or (REGION if bucket.endpoint else None),
        "access_key_id": bucket.key,
        "secret_access_key": bucket.secret,
    }
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        config={name: value for name, value in config.items() if value is not None},  # type: ignore[arg-type]
        client_options={
            "allow_http": (bucket.endpoint or "").startswith("http://"),
            "timeout": timedelta(seconds=ANSWERED_IN_S),
            "connect_timeout": CONNECTED_IN,
        },
        retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=ANSWERED_IN_S / 2)},
    )


def _to_disk(path: Path) -> None:
    """A row will say that it is there, also after a power cut."""
    for one, flags in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY | os.O_DIRECTORY)):
        descriptor = os.open(one, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
