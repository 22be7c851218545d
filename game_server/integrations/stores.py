"""What a store of apps is to us: whose signature is believed, and what it says of a purchase when it is asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from game_server import adapters
from game_server.process.clock import Clock
from game_server.process.keys import Keys
from game_server.settings import Settings, SettingsError
from rooms.subscriptions.plans import Plans
from rooms.subscriptions.purchase import Platform, Purchase

Provider = Literal["apple", "google"]


class Forged(Exception):
    """Not signed by the store, not meant for this app, or not readable: nothing of it is kept. The text is for our log only, and
    holds nothing of what was sent.
    """


class StoreAway(Exception):
    """The store, or what its signatures are checked with, cannot be asked now. Nothing is lost; ask again."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something a store has told, verified. `event_id` is the same when it is told again.

    It only says that something changed: `reference` is what the store is then asked by; None where there is nothing to ask
    (a test, a kind that we do not know). `kind` is the store's word for it, for the log.
    """

    provider: Provider
    event_id: str
    kind: str
    reference: str | None
    occurred_at: datetime


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What a phone brings of a purchase: a signed transaction (ios), or a product and a purchase token (android)."""

    platform: Platform
    signed_transaction: str | None = None
    product_id: str | None = None
    purchase_token: str | None = None


NEEDED: dict[Platform, tuple[str, ...]] = {"ios": ("signed_transaction",), "android": ("product_id", "purchase_token")}
"""The fields of a submission, by platform; the last is what the store vouches for."""


class Brought(msgspec.Struct, frozen=True):
    """A purchase that a phone brought: what the store is asked by, and whose it says to be, where that can be read from it."""

    reference: str
    owner: str | None = None


class Store(Protocol):
    """One store. `name` is its place in URLs and in the table of events."""

    name: Provider
    platform: Platform

    async def verified(self, headers: Mapping[str, str], body: bytes) -> Event:
        """A notification as it came (names of headers in small letters). Raises Forged, StoreAway."""

    async def submitted(self, submission: Submission) -> Brought:
        """A purchase that a phone brought, verified as far as that needs no asking. Raises Forged."""

    async def read(self, reference: str) -> list[Purchase]:
        """What the store says now of every line that this reference stands for; lines of products that are not sold here, of
        another app or another environment are left out. [] where the store knows nothing of it. Raises StoreAway.
        """

    async def acknowledge(self, purchase: Purchase) -> None:
        """Tell the store that we keep this purchase, where it wants to be told; may be done twice. Raises StoreAway."""

    async def close(self) -> None:
        """Give its connections back."""


def open_stores(settings: Settings, plans: Plans, clock: Clock, keys: Keys) -> dict[Provider, Store]:
    """The stores that the settings switch on. Raises SettingsError where a file of theirs, or their library, is not to be had."""
    stores: dict[Provider, Store] = {}
    try:
        if adapters.APPLE.on(settings):
            from game_server.integrations.apple import open_apple  # noqa: PLC0415 - its library is an extra

            stores["apple"] = open_apple(settings, plans, clock)
        if adapters.GOOGLE.on(settings):
            from game_server.integrations.google import open_google  # noqa: PLC0415 - it is made of what is here

            stores["google"] = open_google(settings, plans, clock, keys)
    except ModuleNotFoundError as error:
        raise SettingsError(
            [f"a store of apps is set, and {error.name} is not installed: install attuned[apple]"]
        ) from None
    return stores
