"""What there is between the caller and others: connections, with what each partner lets them see, and cards of their own."""

from collections.abc import AsyncIterator

import msgspec

from game_server.export.reader import Reader
from game_server.partners.views import ConnectionView, seen_by
from game_server.profiles.partner_views import compatibility_of, profile_of
from storage import compatibilities, export, partners
from storage.export import Item
from storage.partners import Connection

CONNECTIONS = 100


async def connections(reader: Reader) -> AsyncIterator[list[Item]]:
    """Requests and connections, newest first, as the caller's list of them says; with their own yes, and the partner as seen."""
    user, before = reader.caller.id, None
    while True:
        await reader.still()
        async with reader.own() as connection:
            found = await partners.list_own(connection, user, before=before, limit=CONNECTIONS)
        views = await seen_by(reader.services, user, found)
        yield [await _told(reader, *pair) for pair in zip(found, views, strict=True)]
        if len(found) < CONNECTIONS:
            return
        before = found[-1].id


async def cards(reader: Reader) -> AsyncIterator[list[Item]]:
    """What the caller wrote for a partner, and a connected partner for them."""
    async for found in reader.pages(export.COUPLE_CARDS):
        yield [_card(reader, item) for item in found]


async def _told(reader: Reader, connection: Connection, view: ConnectionView) -> Item:
    accepted_at = connection.requester_accepted_at if view.role == "requester" else connection.recipient_accepted_at
    told: Item = {
        **msgspec.structs.asdict(view),
        "accepted_by_me_at": accepted_at,
        "partner": None,
        "compatibility": None,
    }
    if view.partner_user_id and reader.caller.adult:
        async with reader.own() as read:
            shown = await compatibilities.shown_profile(read, view.partner_user_id)
            fits = await compatibilities.shown_compatibility(read, view.partner_user_id)
        told["partner"] = msgspec.to_builtins(profile_of(shown)) if shown else None
        told["compatibility"] = msgspec.to_builtins(compatibility_of(fits)) if fits else None
    return told


def _card(reader: Reader, item: Item) -> Item:
    writer, partner = str(item.pop("writer_id")), str(item.pop("partner_id"))
    by_me = writer == reader.caller.id
    other = partner if by_me else writer
    return {"written_by_me": by_me, "partner_user_id": other if item.pop("connected") else None, **item}
