"""Pictures are drawn in the background, and the row is all that is known of it.

    pending ──▶ running, leased ──▶ asked once ──▶ done: bytes written anew, sealed, in the store, on the row, a face
       ▲                            │
       └── surely not taken ────────┴──▶ refused by the provider, or failed with a reason

Whoever asked begins at once; a job begins what nobody has. One at a time for each person, AT_ONCE in all. Who dies while one is
running leaves a lease behind: when that is over it has failed, for it may have been drawn and paid, and nobody asks for it again.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import structlog

from game_server.bonds.live.bells import Op, touch
from game_server.characters import images, person
from game_server.files import actions as files
from game_server.files import sweeps
from game_server.integrations.ai_images import Declined, Drawn, ImageProvider, Outcome, Undrawn
from game_server.process import gauges, pictures, tasks
from game_server.process.pictures import Busy, NotAPicture, Recoded, TooManyPixels
from game_server.services import Services
from rooms.characters.pictures import fault_of, texts_in
from rooms.errors import NotFound, Unavailable
from storage import ai_spending, crash, image_generations
from storage import files as rows_of_files
from storage.database import STORE_ERRORS
from storage.image_generations import Claimed
from storage.key_rows import KeyGone, KeysAway
from storage.person_keys import DataKey

log = structlog.get_logger()

AT_ONCE = 4
"""In all processes: each is an open request, and megabytes of an answer."""

LEASE = timedelta(minutes=5)
"""Longer than the provider, the decoder and the store may take together."""

MOST_ATTEMPTS = 4
WAITS = timedelta(hours=6)
"""So long a picture may wait to be asked for; then nobody expects it any more."""

KEYS_AGAIN = timedelta(seconds=60)
ROOM_AGAIN = timedelta(minutes=10)
STORE_AGAIN_S = (1.0, 5.0)
AT_ONCE_SWEPT = 100
FOLDER = "kinkster-avatars/"
"""Where the object store keeps these."""

TABLE = "image_generations"


def soon(services: Services) -> None:
    """Begin now what is due, in the background."""
    if services.images is not None:
        tasks.start(_quietly(services), name="draw pictures")


async def sweep(services: Services) -> None:
    """What nobody draws any more has failed; what is due is begun."""
    now = services.clock.now()
    async with services.database.as_service() as db:
        lapsed = await image_generations.lapsed(db, now, AT_ONCE_SWEPT)
        stale = await image_generations.stale(db, now - WAITS, AT_ONCE_SWEPT)
    for one in lapsed:
        log.warning("picture_not_drawn", reason="interrupted")
        _tell(services, one.user_id, one.id)
        _count("interrupted")
    for one in stale:
        async with services.database.as_member(str(one.user_id), now) as db:
            reserved = await image_generations.too_late(db, one.id)
            if reserved is not None:
                await ai_spending.settle(db, reserved.at, reserved.micros, 0)
        if reserved is not None:
            log.warning("picture_not_drawn", reason="too_late")
            _tell(services, one.user_id, one.id)
            _count("too_late")
    soon(services)


async def draw_due(services: Services) -> int:
    """Draw what is due, one after the other, until nothing is, or this process goes; how many were asked for."""
    provider, asked = services.images, 0
    while provider is not None and not services.hub.draining:
        now = services.clock.now()
        async with services.database.as_service() as db:
            claimed = await image_generations.claim(db, now, now + LEASE, AT_ONCE)
        if claimed is None:
            break
        crash.point("after_claim")
        _tell(services, claimed.user_id, claimed.id)
        await _draw(services, provider, claimed)
        asked += 1
    return asked


async def _quietly(services: Services) -> None:
    try:
        await draw_due(services)
    except STORE_ERRORS as error:
        log.warning("pictures_left_to_the_job", kind=type(error).__name__)


async def _draw(services: Services, provider: ImageProvider, claimed: Claimed) -> None:
    """One that is ours now."""
    try:
        key, prompt = await _opened(services, claimed)
        own = await person.limits(services, str(claimed.user_id))  # which may be others than when it was asked for
        fault = await asyncio.to_thread(fault_of, texts_in(prompt), own)
        if fault is not None:
            await _give_up(services, claimed, "refused", fault, cost_micros=0)
            return
    except NotFound:
        return  # its owner was erased, and it went with them
    except KeyGone:
        await _give_up(services, claimed, "failed", "keys", cost_micros=0)
        return
    except KeysAway:
        await _give_back(services, claimed, KEYS_AGAIN)
        return
    if not await services.objects.has_room():  # it would be paid for, and thrown away
        await _without_room(services, claimed)
        return
    outcome = await provider.draw(prompt)
    crash.point("after_drawn")
    await _settle(services, claimed, key, outcome)


async def _settle(services: Services, claimed: Claimed, key: DataKey, outcome: Outcome) -> None:
    match outcome:
        case Drawn(data):
            await _keep(services, claimed, key, data)
        case Declined():
            await _give_up(services, claimed, "refused", "provider", cost_micros=0)
        case Undrawn(reason, taken=True):
            await _give_up(services, claimed, "failed", reason, cost_micros=claimed.reserved_micros)
        case Undrawn(reason, again_s=float() as seconds) if claimed.attempts < MOST_ATTEMPTS:
            await _give_back(services, claimed, timedelta(seconds=seconds), reason)
        case Undrawn(reason):
            await _give_up(services, claimed, "failed", reason, cost_micros=0)


async def _opened(services: Services, claimed: Claimed) -> tuple[DataKey, str]:
    """Its owner's key, and what is asked for. Raises KeyGone, KeysAway."""
    key = await services.person_keys.key(f"user:{claimed.user_id}")
    if claimed.prompt is None:
        raise KeyGone
    return key, str(key.unseal(claimed.prompt))


async def _keep(services: Services, claimed: Claimed, key: DataKey, data: bytes) -> None:
    """Bytes of a stranger become a picture of its owner's, where they are one."""
    try:
        async with services.pictures.decoding():
            picture = await pictures.recode(data)
        place = await _put(services, key, picture)
    except (NotAPicture, TooManyPixels):
        await _give_up(services, claimed, "failed", "no_picture", cost_micros=claimed.reserved_micros)
        return
    except (Busy, Unavailable):
        await _give_up(services, claimed, "failed", "store_away", cost_micros=claimed.reserved_micros)
        return
    face = None
    async with services.database.as_member(str(claimed.user_id), services.clock.now()) as db:
        file_id = await files.add(db, claimed.user_id, key, place, picture)
        kept = await image_generations.done(db, claimed, file_id, claimed.reserved_micros)
        if kept:
            face = await _face(db, claimed, file_id)
        else:  # taken back meanwhile, and so are the bytes
            await rows_of_files.withdraw(db, file_id)
    _settled(services, claimed, "done", kept=kept)
    if not kept:
        sweeps.soon(services)
    if face is not None:
        touch(services, str(claimed.user_id), "kinksters", face, "update")


async def _put(services: Services, key: DataKey, picture: Recoded) -> str:
    """The place. It is paid for: a store that is away for a moment is asked again. Raises Unavailable."""
    for pause in STORE_AGAIN_S:
        try:
            return await files.put(services, key, picture, FOLDER)
        except Unavailable:
            await asyncio.sleep(pause)
    return await files.put(services, key, picture, FOLDER)


async def _face(db: asyncpg.Connection, claimed: Claimed, file_id: UUID) -> UUID | None:
    """Whose face it is from now on, where it is one's."""
    if claimed.subject != "avatar" or claimed.kinkster_id is None:
        return None
    address = f"{images.ADDRESS}{file_id}"
    added = await image_generations.add_avatar(db, claimed.kinkster_id, address, images.MOST_AVATARS)
    return claimed.kinkster_id if added else None


async def _without_room(services: Services, claimed: Claimed) -> None:
    if claimed.attempts < MOST_ATTEMPTS:
        await _give_back(services, claimed, ROOM_AGAIN, "store_away")
    else:
        await _give_up(services, claimed, "failed", "store_away", cost_micros=0)


async def _give_back(services: Services, claimed: Claimed, wait: timedelta, reason: str = "keys_away") -> None:
    now = services.clock.now()
    async with services.database.as_member(str(claimed.user_id), now) as db:
        kept = await image_generations.give_back(db, claimed, now + wait)
    _settled(services, claimed, f"again_{reason}", kept=kept)


async def _give_up(
    services: Services, claimed: Claimed, status: image_generations.Ending, reason: str, *, cost_micros: int
) -> None:
    async with services.database.as_member(str(claimed.user_id), services.clock.now()) as db:
        kept = await image_generations.give_up(db, claimed, status, reason, cost_micros=cost_micros)
        if kept:
            await ai_spending.settle(db, claimed.created_at, claimed.reserved_micros, cost_micros)
    _settled(services, claimed, reason if status == "failed" else f"refused_{reason}", kept=kept)


def _settled(services: Services, claimed: Claimed, outcome: str, *, kept: bool) -> None:
    """It is written; not `kept` where its owner took it back meanwhile."""
    if kept and outcome != "done":
        log.warning("picture_not_drawn", reason=outcome)
    _count(outcome if kept else "taken_back")
    if kept:
        _tell(services, claimed.user_id, claimed.id)


def _tell(services: Services, user_id: UUID, generation_id: UUID, op: Op = "update") -> None:
    touch(services, str(user_id), TABLE, generation_id, op)


def _count(outcome: str) -> None:
    gauges.IMAGES_DRAWN.labels(outcome).inc()
