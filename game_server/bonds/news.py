"""Who is told what of a bond: in the transaction of what it is about, in fixed words that name nobody; sent after the commit."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from game_server.bonds.commands import Hand
from game_server.notifications.sending import send_soon
from game_server.services import Services
from rooms.bonds.news import NEWS
from rooms.notifications.kinds import KINDS
from storage import bond_news


async def tell(hand: Hand, kind: str, people: Iterable[UUID | str | None], row_id: UUID | None = None) -> None:
    """Tell these people of the bond about a row, or about the bond itself; oneself never, and nobody who is no member."""
    others = {str(one) for one in people if one is not None and str(one) in hand.people} - {hand.me.user_id}
    if others and await bond_news.tell(
        hand.db, hand.bond.id, sorted(others), kind, news=NEWS[kind], row_id=row_id, worth_s=KINDS[kind].worth_s
    ):
        send_after(hand)


def send_after(hand: Hand) -> None:
    """What was told by this command is sent as soon as it is committed, not only by the timetable."""
    hand.then.append(partial(_send, hand.services))


async def tell_others(hand: Hand, kind: str, row_id: UUID | None = None) -> None:
    """Tell everybody else of the bond."""
    await tell(hand, kind, hand.people, row_id)


async def seen(hand: Hand, kind: str, row_id: UUID | None = None) -> None:
    """Whoever commands has seen what they were told of it: of the next they are told anew."""
    await bond_news.read(hand.db, hand.bond.id, NEWS[kind].noun, row_id)


async def _send(services: Services) -> None:
    send_soon(services)
