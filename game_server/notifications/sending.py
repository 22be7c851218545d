"""From the outbox to the vendors: rows that are due are taken, sent outside of any transaction, and settled.

    requests by address ──▶ whose address it is ──▶ a line in their list, a row a device
    rows of a vendor ──▶ taken (a lease) ──▶ still so? wanted? now? ──▶ sent ──▶ settled

Delivery is at least once: who dies between sending and settling leaves the row to the next, and the collapse key makes the phone
show one of the two. `send_soon` is the fast way after a commit; the timetable does the same every few seconds.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

import asyncpg
import msgspec
import structlog

from game_server.integrations.push.deliveries import Work
from game_server.integrations.push.vendor import Delivered, Device, Gone, Message, Outcome, Refused, Vendor
from game_server.integrations.sealed_reference import SealedElsewhere, SealedReferences
from game_server.integrations.upstream import Retry
from game_server.languages import choice
from game_server.live import presence
from game_server.notifications import told, zones
from game_server.process import gauges, tasks
from game_server.process.keys import Keys
from game_server.services import Services
from rooms.notifications import delivery, kinds
from rooms.notifications import preferences as chosen
from rooms.notifications.delivery import Drop, Send, Wait
from storage import devices, notifications, pushes
from storage.database import STORE_ERRORS
from storage.devices import Platform
from storage.notifications import Told
from storage.pushes import Asked, Due

log = structlog.get_logger()

AT_ONCE = 20
MOST_UNDER_WAY = 60
LOOK_AGAIN_S = 0.5
"""While pushes are under way, what else has become due is looked for so often."""
VENDOR_WITHIN_S = 12.0
KEPT_FOR = timedelta(days=90)


class Done(msgspec.Struct, frozen=True):
    """Nothing more is to be done with a row. `gone`: and the device goes, as the vendor says."""

    outcome: str
    gone: Gone | None = None


class Later(msgspec.Struct, frozen=True):
    """It is due again then."""

    outcome: str
    due_at: datetime


Settled = Done | Later


def send_soon(services: Services) -> None:
    """What was just committed goes out beside the answer; what is lost of this, the timetable does."""
    services.push.begin("soon", partial(_quietly, partial(send_due, services)))


async def send_due(services: Services) -> None:
    """Find whose the addresses are that were asked, and begin a round of every vendor; does not wait for these."""
    while await _look_up(services) == AT_ONCE:
        pass
    for platform, vendor in services.push.vendors.items():
        services.push.begin(platform, partial(_quietly, partial(_send_all, services, platform, vendor)))


async def forget_old(services: Services) -> None:
    """Pushes that are not worth sending any more, sent or not, and lines that are three months old."""
    now = services.clock.now()
    async with services.database.as_service() as connection:
        await pushes.forget_expired(connection, now)
        await notifications.forget_before(connection, now - KEPT_FOR, now)


async def _quietly(work: Work) -> None:
    try:
        await work()
    except STORE_ERRORS as error:
        log.warning("pushes_left_to_the_timetable", kind=type(error).__name__)


async def _look_up(services: Services) -> int:
    async with services.database.as_service() as connection:
        asked = await pushes.take_asked(connection, AT_ONCE)
        for one in asked:
            if one.user_id is not None:
                await notifications.tell(connection, _request(one, one.user_id, services.settings.pairing_s))
    return len(asked)


def _request(asked: Asked, user_id: str, worth_s: float) -> Told:
    """The list leads to the page where an owner of the address needs no link; a push leads through the link."""
    return Told(
        kind="connection_request",
        user_id=user_id,
        from_user_id=asked.from_user_id,
        about=f"request:{asked.connection_id}",
        version=asked.id,
        link="/partners",
        push_link=asked.link,
        worth_s=worth_s,
        connection_id=asked.connection_id,
    )


async def _send_all(services: Services, platform: Platform, vendor: Vendor) -> None:
    """Until nothing is due: each push as a place becomes free, so that one that takes long holds up nobody's but its person's.
    Where nothing gets through, what is still due is left for later.
    """
    under_way: dict[asyncio.Task[Settled], Due] = {}
    failing = 0
    try:
        while True:
            due = await _taken(services, platform, under_way.values()) if failing < AT_ONCE else []
            under_way |= {tasks.start(_one(services, vendor, push), name=f"push {push.id}"): push for push in due}
            if not under_way:
                return
            done, _ = await asyncio.wait(under_way, timeout=LOOK_AGAIN_S, return_when=asyncio.FIRST_COMPLETED)
            settled = [(under_way.pop(one), one.result()) for one in done]
            async with services.database.as_service() as connection:
                for push, became in settled:
                    await _settle(services, connection, push, became)
            for _, became in settled:
                failing = failing + 1 if isinstance(became, Later) else 0
    finally:
        await tasks.stop(*under_way)


async def _taken(services: Services, platform: Platform, under_way: Collection[Due]) -> list[Due]:
    """What goes out now beside what is under way."""
    room = MOST_UNDER_WAY - len(under_way)
    if room <= 0:
        return []
    now = services.clock.now()
    async with services.database.as_service() as connection:
        return await pushes.take_due(
            connection,
            [platform],
            now=now,
            lease_until=now + timedelta(seconds=pushes.LEASE_S),
            most=min(room, AT_ONCE),
            but={push.user_id for push in under_way},
        )


async def _one(services: Services, vendor: Vendor, push: Due) -> Settled:
    """Send it if it is still to be sent."""
    now = services.clock.now()
    link = _opened(services.keys, push.link)
    if not push.stands or link is None:
        return Done("void")
    wanted = chosen.read(push.preferences)
    match delivery.step(push.kind, wanted, zones.of(wanted.time_zone), now=now, expires_at=push.expires_at):
        case Drop(why):
            return Done(why)
        case Wait(until):
            return Later("quiet", until)
        case Send(style):
            pass
    if push.kind == "your_turn" and push.attempts > 1 and await _is_here(services, push):
        return Done("here")
    outcome = await _handed_over(vendor, push, message(services.keys, push, style, now, link))
    gauges.PUSHES.labels(push.platform, type(outcome).__name__.lower()).inc()
    return _became(push, outcome, now)


async def _handed_over(vendor: Vendor, push: Due, message: Message) -> Outcome:
    device = Device(push.device_id, push.platform, push.token)
    try:
        async with asyncio.timeout(VENDOR_WITHIN_S):
            return await vendor.send(device, message)
    except TimeoutError:
        return Retry("timeout")
    except Exception as error:  # noqa: BLE001 - the kind alone: a text may hold the token, or an address with it
        log.error("push_failed", push=push.id, platform=push.platform, kind=type(error).__name__)  # noqa: TRY400
        return Retry("failed")


def sealed(keys: Keys, link: str) -> str:
    """A link that is a secret, as it waits in the outbox."""
    return _links(keys).seal(link)


def _opened(keys: Keys, link: str) -> str | None:
    """A link as it is, or as it was sealed; None where no secret of ours opens it."""
    if link.startswith("/"):
        return link
    try:
        return _links(keys).open(link)
    except SealedElsewhere:
        return None


def _links(keys: Keys) -> SealedReferences[str]:
    return SealedReferences(keys.mail_keys(), str, "pushed link")


def message(keys: Keys, push: Due, style: kinds.Style, now: datetime, link: str) -> Message:
    """What a screen shows of it: fixed words, where a tap leads, and a name for it that says nothing: one that a vendor cannot
    guess, and another on each device, so that nobody sees whose phones are told of the same thing.
    """
    words = told.words(push.kind, style, choice.of_account(push.language))
    about = f"{push.kind}:{push.row_id or push.bond_id or push.session_id or push.connection_id}"
    return Message(
        kind=push.kind,
        title=words.title,
        body=words.body,
        link=link,
        collapse_key=keys.mark("push", about, str(push.device_id))[:32],
        ttl_s=max(1, int((push.expires_at - now).total_seconds())),
    )


def _became(push: Due, outcome: Outcome, now: datetime) -> Settled:
    match outcome:
        case Delivered():
            return Done("delivered")
        case Gone():
            return Done("gone", outcome)
        case Refused(reason):
            log.error("push_refused", push=push.id, platform=push.platform, kind=push.kind, reason=reason)
            return Done(f"refused {reason}")
        case Retry(reason, after_s):
            due_at = now + delivery.wait_before(push.attempts, push.id, after_s)
            log.warning("push_delayed", push=push.id, platform=push.platform, reason=reason, attempts=push.attempts)
            return Later(reason, due_at) if due_at < push.expires_at else Done(f"late {reason}")


async def _settle(services: Services, connection: asyncpg.Connection, push: Due, became: Settled) -> None:
    match became:
        case Later(outcome, due_at):
            await pushes.later(connection, push.id, outcome, due_at)
        case Done(outcome, gone):
            await pushes.done(connection, push.id, outcome, services.clock.now())
            if gone:
                await devices.gone(connection, push.device_id, gone.since)


async def _is_here(services: Services, push: Due) -> bool:
    """Has whoever was away come back since?"""
    if push.session_id is None or push.seat is None:
        return False
    try:
        marks = (await presence.read(services.redis, [push.session_id]))[push.session_id]
    except presence.PresenceErrors:
        return False
    now = services.clock.now().timestamp()
    return presence.reads(marks.get(push.seat), now, services.settings.away_s).status == "present"
