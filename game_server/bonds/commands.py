"""How a member's command runs: one transaction with their own rights, everything it depends on held, and done once for a key.

key claimed → people and bond held → read again → decided → written → reply kept → committed → the row as its caller reads it
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds.live.bells import ring
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER
from game_server.services import Services
from rooms.bonds.limits import ANSWERS_WITHIN, MOST_AT_ALL
from rooms.bonds.people import Member
from rooms.errors import BondPaused, Changed, Invalid, KeyReused, Limit, NotFound, PersonPaused, WrongState
from storage import bond_limits, bond_replies, bonds, crash
from storage.bonds import Bond, Person

T = TypeVar("T")

_HANDS: ContextVar["list[Hand]"] = ContextVar("bonds held in this transaction")

_KEY = re.compile(r"[\x21-\x7e]{1,128}")


class Asked(msgspec.Struct, frozen=True):
    """A command as it was sent: by which route, with which body, and under which key, if any."""

    key: str | None
    route: str
    body: object


def asked(request: AnyRequest, body: object = None) -> Asked:
    """What this request asks for. Its path names the rows, so that a key is good for one of them."""
    return Asked(request.headers.get(HEADER), f"{request.method} {request.url.path}", body)


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """What a command has in hand: its transaction, its moment, and the bond with its people, held until it ends. In `prompts` it
    leaves what its answer says should be talked about, in `then` what is to be done at once when it is committed. `opened` are
    rows with their texts, by id and version.
    """

    services: Services
    db: asyncpg.Connection
    at: datetime
    caller: Caller
    bond: Bond
    persons: tuple[Person, ...]
    people: Mapping[str, Member]
    prompts: list[str] = msgspec.field(default_factory=list)
    then: list[Callable[[], Awaitable[None]]] = msgspec.field(default_factory=list)
    opened: dict[tuple[UUID, int], dict[str, Any]] = msgspec.field(default_factory=dict)

    @property
    def me(self) -> Member:
        """Whoever commands."""
        return self.people[self.caller.id]

    def member(self, user_id: str, field: str) -> Member:
        """Another of the bond, named in a field. Raises Invalid."""
        found = self.people.get(user_id)
        if found is None:
            raise Invalid(fields={field: "This is nobody of this bond."})
        return found

    def may_ask(self, person: Member) -> None:
        """May something new be asked of this person now? For oneself always. Raises PersonPaused, BondPaused."""
        if person.user_id == self.me.user_id:
            return
        if person.is_paused:
            raise PersonPaused
        if self.bond.status == "paused":
            raise BondPaused


class Beside(msgspec.Struct):
    """What a command's answer has beside its row, a retry's too: a word of ours for what should be talked about, and where the
    bond's feed stood then, of what came over a socket.
    """

    prompt: str | None = None
    seq: int | None = None


async def run(  # noqa: PLR0917 - what a command is, and what it leaves
    services: Services,
    caller: Caller,
    what: Asked,
    act: Callable[[asyncpg.Connection, datetime], Awaitable[tuple[UUID, int | None]]],
    read: Callable[[UUID], Awaitable[T]],
    beside: Beside | None = None,
    *,
    at_once: bool = False,
) -> T:
    """Do it once for this key, and answer what `read` makes of the row that `act` names; a retry reads the row again. `beside`:
    `act` fills it, and for a retry it is filled. `at_once`: what halts, or says no, gives way to nobody's game, and waits
    for none of the caller's commands that do not.

    Raises KeyReused for another body or route under the same key; Changed with the row as the caller sees it now.
    """
    now = services.clock.now()
    tries, said = _marks(services, caller, what), beside or Beside()
    if not at_once:
        await services.precedence.give_way()
    try:
        async with writing(services, caller, now, at_once=at_once) as db:
            row_id = await _done(db, caller, what, tries, said) if tries is not None else None
            if row_id is None:
                row_id, version = await act(db, now)
                if tries is not None:
                    await bond_replies.keep(
                        db, caller.id, tries.marks[0], row_id, version, prompt=said.prompt, seq=said.seq
                    )
    except Changed as stale:
        if isinstance(stale.current, UUID):
            stale.current = await read(stale.current)
        raise
    except Limit as refused:  # counted when the command is undone, which leaves nothing else
        if refused.bond is not None:
            async with services.database.as_member(caller.id, now) as db:
                await bond_limits.note_answer(db, refused.bond, caller.id, now - ANSWERS_WITHIN, most=MOST_AT_ALL)
        raise
    if not at_once:
        await services.precedence.give_way()
    return await read(row_id)


@asynccontextmanager
async def writing(
    services: Services, caller: Caller, at: datetime, *, at_once: bool = False
) -> AsyncIterator[asyncpg.Connection]:
    """A member's transaction; `at_once` as in `run`. When it is committed, whoever follows a bond that it held is told to
    look, and what was left to be done then is done.
    """
    hands: list[Hand] = []
    token = _HANDS.set(hands)
    try:
        async with services.database.as_member(caller.id, at, at_once=at_once) as db:
            yield db
            crash.point("before_commit")
        crash.point("after_commit")
    finally:
        _HANDS.reset(token)
    for bond_id in {hand.bond.id for hand in hands}:
        ring(services, bond_id)
    for hand in hands:
        for follow in hand.then:
            await follow()


@asynccontextmanager
async def held(
    services: Services,
    db: asyncpg.Connection,
    caller: Caller,
    bond_id: UUID,
    at: datetime,
    *,
    person: UUID | None = None,
    dissolved: bool = False,
) -> AsyncIterator[Hand]:
    """The bond and its people, held in a transaction of `writing`. `person`: one who comes or goes, held with them. `dissolved`:
    also where the bond is over. Raises NotFound for who is no member, WrongState.
    """
    if not await bonds.hold(db, bond_id, person=person):
        raise NotFound
    found = await bonds.whole(db, bond_id)
    if found is None:
        raise NotFound
    bond, persons = found
    if bond.status == "dissolved" and not dissolved:
        raise WrongState("This bond is over. It can be read for 30 days, and left.")
    members = [person.as_member(bond.founder_id) for person in persons]
    hand = Hand(
        services=services,
        db=db,
        at=at,
        caller=caller,
        bond=bond,
        persons=tuple(persons),
        people={member.user_id: member for member in members},
    )
    _HANDS.get([]).append(hand)
    yield hand


def require_version(given: int | None, current: int, row_id: UUID) -> None:
    """Is the caller's idea of the row the present one? Raises Changed, which `run` completes with the row."""
    if given is not None and given != current:
        stale = Changed()
        stale.current = row_id
        raise stale


class _Marks(msgspec.Struct, frozen=True):
    marks: tuple[str, ...]
    bodies: tuple[str, ...]


async def _done(db: asyncpg.Connection, caller: Caller, what: Asked, tries: _Marks, said: Beside) -> UUID | None:
    """The row of the same command, where it was done before, and what was `said`; else its key is ours now. Raises KeyReused."""
    done = await bond_replies.claim(db, caller.id, tries.marks, what.route, tries.bodies)
    if done is None:
        return None
    if done.route != what.route or done.body_hash not in tries.bodies or done.row_id is None:
        raise KeyReused
    said.prompt, said.seq = done.prompt, done.seq
    return done.row_id


def _marks(services: Services, caller: Caller, what: Asked) -> _Marks | None:
    """What the key and the body are kept as, under each of the server's secrets. Raises Invalid."""
    if what.key is None:
        return None
    if not _KEY.fullmatch(what.key):
        raise Invalid(fields={HEADER: "1 to 128 printable ASCII characters without spaces, for example a UUID."})
    body = msgspec.json.encode(what.body, order="deterministic")
    return _Marks(
        services.keys.marks("bond command", caller.id, what.key),
        tuple(one.hex() for one in services.keys.keyed_hashes(b"bond command body", body)),
    )
