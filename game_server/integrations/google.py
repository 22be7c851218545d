"""Google Play as a store: purchases are read from its Developer API, notifications come from Pub/Sub.

A purchase token is whoever has it: it is sealed wherever it is kept (`reference`), and known by its hash (`line_id`).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import httpx
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from game_server import adapters
from game_server.integrations import play_push
from game_server.integrations.play import SCOPE, NoSuchPurchase, Play, PurchaseToken
from game_server.integrations.play_purchase import purchase_of
from game_server.integrations.sealed_reference import SealedElsewhere, SealedReferences
from game_server.integrations.service_account import AccessTokens, AccountUnusable, read_account
from game_server.integrations.signing_keys import KeysUnreachable, SigningKeys, read_rsa_keys
from game_server.integrations.stores import Brought, Event, Forged, Provider, StoreAway, Submission
from game_server.process.clock import Clock
from game_server.process.keys import Keys
from game_server.process.traces import ONWARD
from game_server.settings import Settings, SettingsError, variable
from rooms.subscriptions.plans import Plans
from rooms.subscriptions.purchase import Platform, Purchase

log = structlog.get_logger()

TIMEOUT = httpx.Timeout(10, connect=3, pool=3)
LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=5)
PURPOSE = "google purchase"


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """What Google is asked by; `voided`: the order that it said was refunded, '' where it named none."""

    token: PurchaseToken
    voided: str | None = None


class Push(msgspec.Struct, frozen=True):
    """Whose pushes are believed: signed for this audience, in the name of this service account."""

    audience: str
    account: str


class Google:
    """The store. `push` is None where notifications are not set up: none is believed then."""

    name: Provider = "google"
    platform: Platform = "android"

    def __init__(
        self,
        play: Play,
        keys: SigningKeys[RSAPublicKey],
        references: SealedReferences[Reference],
        *,
        http: httpx.AsyncClient,
        package: str,
        push: Push | None,
        plans: Plans,
        sandbox: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._play, self._keys, self._references = play, keys, references
        self._http, self._package, self._push, self._plans, self._now = http, package, push, plans, now
        self._sandbox = sandbox

    async def verified(self, headers: Mapping[str, str], body: bytes) -> Event:
        """A notification as Pub/Sub pushed it. Raises Forged, StoreAway."""
        if self._push is None:
            raise Forged("notifications are not set up")
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Forged("no token")
        try:
            key = await self._keys.key(play_push.key_name(token.strip()))
        except KeysUnreachable as error:
            raise StoreAway(f"no keys of Google's: {error.reason}") from error
        if key is None:
            raise Forged("unknown key")
        play_push.check_token(
            token.strip(), key, audience=self._push.audience, account=self._push.account, now=self._now()
        )
        return self._event(play_push.read_push(body, self._package))

    def _event(self, told: play_push.Notification) -> Event:
        asked: Reference | None = None
        match told.about:
            case play_push.Changed(purchase_token=token, kind=number):
                kind, asked = f"subscription {number}", Reference(token)
            case play_push.Voided(purchase_token=token, order_id=order):
                kind, asked = "voided", Reference(token, voided=order or "")
            case play_push.Nothing(kind=kind):
                pass
        return Event(
            provider=self.name,
            event_id=told.id,
            kind=kind,
            reference=self._references.seal(asked) if asked else None,
            occurred_at=told.at or self._now(),
        )

    async def submitted(self, submission: Submission) -> Brought:
        """A purchase that a phone brought; whose it is, only Google can say. Raises Forged."""
        try:
            asked = msgspec.convert({"token": submission.purchase_token}, Reference)
        except msgspec.ValidationError as error:
            raise Forged("no purchase token") from error
        if submission.product_id is None or self._plans.of(submission.product_id) is None:
            raise Forged("not sold here")
        return Brought(self._references.seal(asked))

    async def read(self, reference: str) -> list[Purchase]:
        """What Google says now of one purchase; [] where it knows none, or it is a tester's and those do not count here,
        or no secret of ours opens the reference. Raises StoreAway.
        """
        as_of = self._now()
        try:
            asked = self._references.open(reference)
            told = await self._play.subscription(asked.token)
        except SealedElsewhere:
            log.error("purchase_token_sealed_elsewhere")  # noqa: TRY400 - the trace says nothing more
            return []
        except NoSuchPurchase:
            return []
        kept = self._references.seal(Reference(asked.token))
        found = purchase_of(told, self._plans, token=asked.token, reference=kept, as_of=as_of, voided=asked.voided)
        if found is None or (found.environment == "sandbox" and not self._sandbox):
            return []
        if found.voids is None and found.until is not None and await self._play.was_refunded(found.transaction_id):
            found = msgspec.structs.replace(found, voids=found.transaction_id)
        return [found]

    async def acknowledge(self, purchase: Purchase) -> None:
        """Google refunds what is not acknowledged within three days. May be done twice. Raises StoreAway."""
        try:
            asked = self._references.open(purchase.reference)
            await self._play.acknowledge(purchase.product_id, asked.token)
        except SealedElsewhere as error:
            raise StoreAway("sealed with a secret that is not set here") from error
        except NoSuchPurchase:
            log.info("nothing_to_acknowledge")

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()


def references(keys: Keys) -> SealedReferences[Reference]:
    """How purchase tokens are kept."""
    return SealedReferences(keys.purchase_keys(), Reference, PURPOSE)


def open_google(settings: Settings, plans: Plans, clock: Clock, keys: Keys) -> Google:
    """The store that these settings name. Raises SettingsError where the service account's file is not one."""
    try:
        account = read_account(settings.google_service_account_file or Path())
    except AccountUnusable as error:
        raise SettingsError([f"{variable('google_service_account_file')}: {error}"]) from None
    # No proxy of the environment: what is sent goes to the address that was set, or nowhere.
    trust = httpx.create_ssl_context()
    http = httpx.AsyncClient(timeout=TIMEOUT, limits=LIMITS, verify=trust, trust_env=False, event_hooks=ONWARD)
    package, push = str(settings.google_package), None
    if adapters.GOOGLE_PUSH.on(settings):
        push = Push(str(settings.google_push_audience), str(settings.google_push_account))
    return Google(
        Play(http, AccessTokens(http, account, SCOPE, clock.now), package=package, base_url=settings.google_base_url),
        SigningKeys(http, settings.google_certs_url, clock.now, read_rsa_keys),
        references(keys),
        http=http,
        package=package,
        push=push,
        plans=plans,
        sandbox=settings.testers_count,
        now=clock.now,
    )
