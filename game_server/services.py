"""What actions may use, in one frozen bundle: the stores, the rooms, the vendors, the bank, the clock, the dice and the keys."""

import asyncio
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Any

import msgspec

from game_server import failover
from game_server.integrations.ai.talker import Talker
from game_server.integrations.ai.vendors import open_talkers
from game_server.integrations.ai_images import ImageProvider, open_image_provider
from game_server.integrations.card_writer import CardWriter, open_card_writer
from game_server.integrations.notion import Notion
from game_server.integrations.objects import Objects
from game_server.integrations.push.deliveries import Deliveries
from game_server.integrations.push.vendors import open_vendors
from game_server.integrations.smtp import Smtp
from game_server.integrations.stores import Provider, Store, open_stores
from game_server.integrations.supabase import Supabase, open_supabase
from game_server.live import feed, rooms
from game_server.live.area import Kept, Kind, Spoken
from game_server.live.attend import Attendant
from game_server.live.bell import Bell
from game_server.live.hub import Hub
from game_server.live.messages import Heard
from game_server.live.room import Rules
from game_server.looked import Looked
from game_server.process import gauges, tasks, traces
from game_server.process.clock import Clock, ask_database
from game_server.process.database_logins import with_logins
from game_server.process.dice import Dice
from game_server.process.keys import Keys, load_keys
from game_server.process.pictures import Pictures
from game_server.process.precedence import Precedence
from game_server.process.schema import Schema
from game_server.process.traces import Tracer
from game_server.settings import Settings, SettingsError, variable
from rooms.characters.character import Provider as TalkerName
from rooms.sessions.commands import UNATTRIBUTED, FromSeat, Leave, Pause, Stop
from rooms.sessions.events import Joined
from rooms.sessions.fold import evolve
from rooms.sessions.frames import frame, frames
from rooms.sessions.index import Index
from rooms.sessions.views import view
from rooms.subscriptions.plans import Plans
from storage import crash, erased, former_players, game_rules, hot, migrate
from storage import sessions as store
from storage.commits import GroupCommit
from storage.counts import Counts
from storage.database import Database
from storage.key_database import KeyDatabase
from storage.key_file import KeyFile
from storage.key_rows import KeyStore
from storage.keyspace import Keyspace
from storage.open_logins import OpenLogins
from storage.person_keys import PersonKeys
from storage.sessions import Logged, Room
from storage.submissions import Desk


class Bank(msgspec.Struct):
    """The drawable cards as last loaded; whoever loads them anew holds `loading`."""

    revision: int = -1
    index: Index = msgspec.field(default_factory=Index)
    loading: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)


Feed = feed.Feed[Room, Logged]
"""A session's room in this process."""
Rooms = rooms.Rooms[Room, Logged]


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """Made once by `open_services`, handed to every action."""

    settings: Settings
    database: Database
    redis: Keyspace
    commits: GroupCommit
    counts: Counts
    logins: OpenLogins
    desk: Desk
    hub: Hub
    rooms: Rooms
    attendant: Attendant
    push: Deliveries
    bank: Bank
    looked: Looked
    keys: Keys
    person_keys: PersonKeys
    objects: Objects
    pictures: Pictures
    smtp: Smtp | None
    cards: CardWriter | None
    images: ImageProvider | None
    talkers: Mapping[TalkerName, Talker]
    supabase: Supabase | None
    notion: Notion | None
    schema: Schema
    stores: Mapping[Provider, Store]
    plans: Plans
    clock: Clock
    dice: Dice
    precedence: Precedence
    tracer: Tracer | None

    async def close(self) -> None:
        """Give everything back."""
        await self.schema.stop()
        await self.push.close()
        await self.attendant.stop()
        await self.hub.stop()
        await self.redis.aclose()
        for sold_by in self.stores.values():
            await sold_by.close()
        if self.cards is not None:
            await self.cards.close()
        if self.images is not None:
            await self.images.close()
        for talker in self.talkers.values():
            await talker.close()
        if self.supabase is not None:
            await self.supabase.close()
        if self.notion is not None:
            await self.notion.close()
        await self.database.close()
        await self.person_keys.close()
        if self.tracer is not None:
            await self.tracer.close()


def game_rooms(keys: PersonKeys) -> Kind[Room, Logged]:
    """What a session's room is. What is done in it needs services, and is the area's: `sessions/course.py`."""
    decoder: msgspec.json.Decoder[FromSeat | Heard] = msgspec.json.Decoder(FromSeat | Heard)
    return Kind(
        rules=Rules(
            start=store.start_of,
            evolve=evolve,
            frame=frame,
            frames=frames,
            view=view,
            cleared=former_players.cleared,
            newcomer=Joined,
        ),
        spoken=Spoken(decoder=decoder, halts={Pause: "pause", Stop: "stop"}, goodbye=Leave, unattributed=UNATTRIBUTED),
        kept=Kept(
            load=store.load,
            read_log=store.read_log,
            seats=store.load_seats,
            watch=store.watch,
            unchecked=store.unchecked_rooms,
            attach=store.attach,
            fences=store.fences,
            replied=store.replied,
            opened=partial(game_rules.opened, keys),
            copy=hot.load,
            save=hot.save,
            copy_key=hot.key,
        ),
        bell=msgspec.json.Decoder(Bell[Logged]),
    )


async def open_services(settings: Settings, *, restoring: bool = False) -> Services:
    """Connect to the stores of these settings, with `restoring` to a database that nobody may serve yet. Raises asyncpg errors,
    OSError, UnsafeDatabase; Redis may be away.
    """
    if settings.crash_at:
        crash.arm(settings.crash_at)
    if settings.redis_url is None:
        raise ValueError("the settings name no Redis")
    plans = _plans(settings)
    objects = open_objects(settings)
    keys = load_keys(settings)
    stores = open_stores(settings, plans, clock := Clock(), keys)
    talkers = open_talkers(settings, clock.now)
    redis_url, settings = settings.redis_url, await with_logins(settings)
    tracer = traces.opened(settings)
    database = await _open_database(settings, tracer, restoring=restoring)
    dice = Dice()
    try:
        schema = Schema(database)
        if not restoring:
            await schema.look()
        person_keys = PersonKeys(open_key_store(settings), keys.wrapping_keys())
        person_keys.lives = partial(erased.lives, database)
        await ask_database(clock, database)
        vendors = open_vendors(settings, now=clock.now, fresh_id=dice.fresh_id)
    except BaseException:
        await database.close()
        raise
    name = dice.uuid()
    connection = Keyspace.at(redis_url, _spawn)
    hub = Hub(connection, name)
    known = Rooms(game_rooms(person_keys), database, hub, connection, name)
    attendant = Attendant(settings, database=database, connection=connection, hub=hub, rooms=known, clock=clock)
    await hub.start()
    attendant.start()
    if not restoring:
        schema.start()
    database.lineage.listen(partial(failover.start_over, known, connection))
    return Services(
        settings=settings,
        database=database,
        redis=connection,
        commits=GroupCommit(database.worker, _spawn, gauges.committed),
        counts=Counts(connection, _spawn),
        logins=OpenLogins(database.worker, _spawn),
        desk=Desk(database.worker, _spawn),
        hub=hub,
        rooms=known,
        attendant=attendant,
        push=Deliveries(vendors),
        bank=Bank(),
        looked=Looked(),
        keys=keys,
        person_keys=person_keys,
        objects=objects,
        pictures=Pictures(),
        smtp=Smtp.of(settings),
        cards=open_card_writer(settings, clock.now),
        images=open_image_provider(settings, clock.now),
        talkers=talkers,
        supabase=open_supabase(settings, clock),
        notion=_notion(settings, clock),
        schema=schema,
        stores=stores,
        plans=plans,
        clock=clock,
        dice=dice,
        precedence=Precedence(),
        tracer=tracer,
    )


async def _open_database(settings: Settings, tracer: Tracer | None, *, restoring: bool) -> Database:
    """The pools, for a database that is safe to use and not behind this program."""
    database = await Database.open(
        str(settings.database_web_url),
        str(settings.database_worker_url),
        web_pool=settings.web_pool,
        worker_pool=settings.worker_pool,
        queried=tracer.queried if tracer else None,
    )
    try:
        await database.verify()
        if not restoring:
            async with database.reading() as reader:
                await migrate.refuse_behind(reader)
    except BaseException:
        await database.close()
        raise
    return database


def open_key_store(settings: Settings) -> KeyStore:
    """Where people's keys are. Raises OSError, sqlite3.Error."""
    url = settings.person_key_url
    return KeyFile(settings.person_key_file) if url is None else KeyDatabase(url)


def open_objects(settings: Settings) -> Objects:
    """Where pictures lie. Raises SettingsError where the folder cannot be made."""
    try:
        return Objects(settings.files_place)
    except OSError as error:
        raise SettingsError(
            [f"{variable('files_url')}: {error.strerror or 'the folder'}: {settings.files_place}"]
        ) from None


def _notion(settings: Settings, clock: Clock) -> Notion | None:
    """Notion, where people may connect theirs."""
    if not settings.notion_offered:
        return None
    return Notion(
        settings.notion_base_url,
        now=clock.now,
        client_id=settings.notion_client_id,
        client_secret=settings.notion_client_secret,
        rate=settings.notion_requests_per_s,
    )


def _plans(settings: Settings) -> Plans:
    """What is sold. Raises SettingsError where the file cannot be read."""
    if settings.plans_file is None:
        return Plans()
    try:
        return Plans.read(settings.plans_file.read_bytes())
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise SettingsError([f"{variable('plans_file')}: {error}"]) from None


def _spawn(name: str, work: Coroutine[Any, Any, None]) -> object:
    return tasks.start(work, name=name)
