"""What two connected people can do with cards of their own. Each function is one thing one person does."""

import asyncio
from collections.abc import Callable

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.activities.actions import allowed_to
from game_server.http.paging import Page, Place, write_cursor
from game_server.notifications import actions as notifications
from game_server.services import Services
from game_server.sessions.rechecks import recheck_each
from rooms.activities import couple_card
from rooms.activities.card import Card
from rooms.activities.couple_card import Draft
from rooms.errors import Invalid, NotFound, WrongState
from storage import blocked, couple_cards, partners
from storage.couple_cards import CoupleCard

_KEPT_AWAY = (
    "Your own limits, or that you have not told yours yet, keep this card away: it would never come."
    " Your partner is not told. “No, thank you” takes it away, and gives no reason either."
)

MOST_WAITING, MOST_OF_A_PAIR = 50, 100
"""Cards of two people, waiting for a yes and altogether: each draw in their rooms reads those that both approved."""


async def propose(services: Services, user: Caller, partner_id: str, draft: Draft) -> CoupleCard:
    """Write a card for oneself and a connected partner. Raises Invalid, NotFound unless connected, WrongState when there are
    enough.
    """
    card, wrong = await asyncio.to_thread(couple_card.read, draft)  # the first text of a process takes a second
    if wrong:
        raise Invalid(fields=wrong)
    async with services.database.as_service() as db:
        await blocked.hold_pair(db, user.id, partner_id)
        if not await partners.are_connected(db, user.id, partner_id):
            raise NotFound
        _make_room(await couple_cards.count(db, user.id, partner_id))
        made = await couple_cards.propose(db, card, writer_id=user.id, partner_id=partner_id)
        await notifications.card_waiting(services, db, user_id=partner_id, by=user.id)
    notifications.send_soon(services)
    return made


async def approve(services: Services, user: Caller, card_id: int) -> CoupleCard:
    """Say yes to a card that the partner wrote; again is the same yes. Raises NotFound, WrongState for one's own card, and for
    one that the caller's own limits keep away: of that the writer hears nothing, the card goes on waiting.
    """
    async with services.database.as_user(user.id) as db:
        allows = await allowed_to(db)
    async with services.database.as_service() as db:
        asked = await _found(db, user, card_id)
        is_mine = asked.writer_id == user.id
        if not is_mine and asked.approved_at is None and not allows(msgspec.structs.replace(asked.card, approved=True)):
            raise WrongState(_KEPT_AWAY)
        said_yes = await couple_cards.approve(db, card_id, user.id)
        found = await _found(db, user, card_id)
        if said_yes:
            await _nothing_waits(db, found.writer_id, found.partner_id)
    if found.approved_at is None:
        raise WrongState("You said yes by writing it; it is your partner's turn.")
    return found


async def find(services: Services, user: Caller, card_id: int) -> CoupleCard:
    """One card of the caller's. Raises NotFound."""
    async with services.database.as_service() as db:
        return await _found(db, user, card_id)


async def remove(services: Services, user: Caller, card_id: int) -> None:
    """Take a card back for both, whoever wrote it; where it is on a screen it goes. Raises NotFound."""
    async with services.database.as_service() as db:
        pair = await couple_cards.remove(db, card_id, user.id)
        if pair is None:
            raise NotFound
        await _nothing_waits(db, *pair)
        rooms = await blocked.rooms_of_both(db, *pair)
    await recheck_each(services, rooms)


async def listed(
    services: Services, user: Caller, *, partner_id: str | None, after: Place | None, limit: int
) -> tuple[list[CoupleCard], str | None]:
    """The caller's cards, newest first, and where the next page begins."""
    before = (after.at, int(after.id)) if after else None
    async with services.database.as_user(user.id) as db:
        found = await couple_cards.listed(db, user.id, partner_id=partner_id, before=before, limit=limit + 1)
    items = found[:limit]
    more = len(found) > limit
    return items, write_cursor(Place(items[-1].created_at, str(items[-1].id))) if more else None


async def favourites(
    services: Services,
    user: Caller,
    partner_id: str,
    *,
    allows: Callable[[Card], bool],
    after: Place | None,
    limit: int,
) -> Page[Card]:
    """Cards that the caller and a connected partner liked, and `allows`; newest first. Raises NotFound unless connected."""
    before = (after.at, int(after.id)) if after else None
    kept: list[couple_cards.Liked] = []
    async with services.database.as_service() as db:
        if not await partners.are_connected(db, user.id, partner_id):
            raise NotFound
        while len(kept) <= limit:
            found = await couple_cards.both_liked(db, user.id, partner_id, before=before, limit=limit + 1)
            kept += [liked for liked in found if allows(liked.card)]
            if len(found) <= limit:
                break
            before = (found[-1].at, found[-1].card.activity_id or 0)
    last = kept[limit - 1] if len(kept) > limit else None
    cursor = write_cursor(Place(last.at, str(last.card.activity_id))) if last else None
    return Page([liked.card for liked in kept[:limit]], cursor)


async def _found(db: asyncpg.Connection, user: Caller, card_id: int) -> CoupleCard:
    found = await couple_cards.find(db, card_id, user.id)
    if found is None:
        raise NotFound
    return found


async def _nothing_waits(db: asyncpg.Connection, writer_id: str, partner_id: str) -> None:
    """Where that was the last card that waited, the partner is told of none any more."""
    if not await couple_cards.is_waiting(db, writer_id, partner_id):
        await notifications.cards_answered(db, user_id=partner_id, by=writer_id)


def _make_room(pair: couple_cards.Counted) -> None:
    if pair.waiting >= MOST_WAITING:
        raise WrongState(
            f"{MOST_WAITING} cards of the two of you wait for a yes. Answer or take back some of them first."
        )
    if pair.all >= MOST_OF_A_PAIR:
        raise WrongState(f"The two of you have {MOST_OF_A_PAIR} cards, which is the most. Take one back first.")
