"""The App Store, by Apple's own library: what its signatures are checked with, and its server, which is asked what stands.

Every signed thing is checked against the roots that the operator gave: ES256, a chain of three with Apple's marks, the app, the
environment; and, which the library leaves to who asks its revocation servers, that the chain is good now. Without those servers:
what a phone or a notification brings never counts by itself, it only names a purchase that Apple's server is then asked about.
"""

import asyncio
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

import jwt
import msgspec
import structlog
from appstoreserverlibrary.api_client import APIException, AsyncAppStoreServerAPIClient
from appstoreserverlibrary.models.Environment import Environment
from appstoreserverlibrary.models.InAppOwnershipType import InAppOwnershipType
from appstoreserverlibrary.models.JWSRenewalInfoDecodedPayload import JWSRenewalInfoDecodedPayload
from appstoreserverlibrary.models.JWSTransactionDecodedPayload import JWSTransactionDecodedPayload
from appstoreserverlibrary.models.LastTransactionsItem import LastTransactionsItem
from appstoreserverlibrary.models.ResponseBodyV2DecodedPayload import ResponseBodyV2DecodedPayload
from appstoreserverlibrary.models.SubscriptionGroupIdentifierItem import SubscriptionGroupIdentifierItem
from appstoreserverlibrary.signed_data_verifier import SignedDataVerifier, VerificationException, VerificationStatus
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from game_server.integrations.apple_purchase import ID, account_of, moment, purchase_of, reference_of, renews
from game_server.integrations.stores import Brought, Event, Forged, Provider, StoreAway, Submission
from game_server.process.clock import Clock
from game_server.process.traces import ONWARD
from game_server.settings import Settings, SettingsError, variable
from rooms.subscriptions.plans import Plans
from rooms.subscriptions.purchase import Platform, Purchase

log = structlog.get_logger()

ASK_WITHIN_S = 10.0
SKEW = timedelta(minutes=5)
"""Apple's clock may be so far ahead of ours."""
UNKNOWN = (400, 404)
"""What Apple's server answers about a purchase that it does not know, unless it says that it will know it soon."""
SOON = (4040002, 4040004, 4040006)
ELSEWHERE = (VerificationStatus.INVALID_ENVIRONMENT, VerificationStatus.INVALID_APP_IDENTIFIER)

Decoded = TypeVar("Decoded", ResponseBodyV2DecodedPayload, JWSTransactionDecodedPayload, JWSRenewalInfoDecodedPayload)


class Notification(msgspec.Struct, frozen=True):
    """The body of a notification."""

    signedPayload: str  # noqa: N815 - Apple's name


class Elsewhere(Forged):
    """Signed by Apple, and about another app or the other environment."""


class AppStore:
    """Apple's store of apps (`stores.Store`)."""

    name: Provider = "apple"
    platform: Platform = "ios"

    def __init__(
        self, verifier: SignedDataVerifier, client: AsyncAppStoreServerAPIClient, *, plans: Plans, clock: Clock
    ) -> None:
        self._verifier = verifier
        self._client = client
        self._plans = plans
        self._clock = clock

    async def verified(self, headers: Mapping[str, str], body: bytes) -> Event:  # noqa: ARG002 - all of it is in the body
        """An App Store Server Notification, version 2."""
        try:
            signed = msgspec.json.decode(body, type=Notification).signedPayload
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Forged("no notification") from error
        told = await self._checked(self._verifier.verify_and_decode_notification, signed)
        event_id, kind = told.notificationUUID, told.rawNotificationType
        if not event_id or not kind or not ID.fullmatch(event_id):
            raise Forged("a notification without an id or a type")
        return Event(
            provider="apple",
            event_id=event_id,
            kind=f"{kind}.{told.rawSubtype}" if told.rawSubtype else kind,
            reference=await self._about(told),
            occurred_at=moment(told.signedDate),
        )

    async def submitted(self, submission: Submission) -> Brought:
        """A signed transaction. One that somebody bought must say for which account; one that a family shares need not."""
        told = await self._checked(
            self._verifier.verify_and_decode_signed_transaction, submission.signed_transaction or ""
        )
        owner = account_of(told.appAccountToken)
        if owner is None and told.inAppOwnershipType != InAppOwnershipType.FAMILY_SHARED:
            raise Forged("a purchase for nobody")
        if not renews(told) or self._plans.of(told.productId or "") is None:
            raise Forged("not a product of ours")
        return Brought(reference_of(told.originalTransactionId), owner)

    async def read(self, reference: str) -> list[Purchase]:
        """What stands of all that the buyer of this transaction has in the app."""
        answer = await self._asked(reference)
        items = [item for group in answer or () for item in group.lastTransactions or ()]
        found = [await self._purchase(item) for item in items]
        return [one for one in found if one is not None]

    async def acknowledge(self, purchase: Purchase) -> None:
        """Apple does not wait for it."""

    async def close(self) -> None:
        await self._client.http_client.aclose()

    async def _about(self, told: ResponseBodyV2DecodedPayload) -> str | None:
        """What to ask about: the purchase that the notification carries, signed for itself; None where it carries none."""
        data = told.data
        if data is None:
            return None
        original: str | None = None
        if data.signedRenewalInfo:
            renewal = await self._checked(self._verifier.verify_and_decode_renewal_info, data.signedRenewalInfo)
            original = renewal.originalTransactionId
        if data.signedTransactionInfo:
            bought = await self._checked(
                self._verifier.verify_and_decode_signed_transaction, data.signedTransactionInfo
            )
            original = bought.originalTransactionId
        return reference_of(original) if original else None

    async def _checked(self, check: Callable[[str], Decoded], signed: str) -> Decoded:
        """Something signed, read. Raises Forged."""
        try:
            told = await asyncio.to_thread(check, signed)
            self._refuse_another_time(signed, told.signedDate)
        except VerificationException as error:
            if error.status == VerificationStatus.RETRYABLE_VERIFICATION_FAILURE:
                raise StoreAway(error.status.name) from error
            kind = Elsewhere if error.status in ELSEWHERE else Forged
            raise kind(error.status.name) from error
        except Forged:
            raise
        except Exception as error:  # what cannot be read is nothing that Apple sends
            raise Forged(type(error).__name__) from error
        return told

    def _refuse_another_time(self, signed: str, signed_at: int | None) -> None:
        """The library believes the message itself about when it was signed: with a key that has run out one could still sign."""
        now = self._clock.now()
        if moment(signed_at) > now + SKEW:
            raise Forged("signed in the future")
        for encoded in jwt.get_unverified_header(signed)["x5c"][:2]:
            certificate = x509.load_der_x509_certificate(b64decode(encoded))
            if not certificate.not_valid_before_utc <= now + SKEW or not now <= certificate.not_valid_after_utc:
                raise Forged("a certificate that has run out")

    async def _asked(self, reference: str) -> list[SubscriptionGroupIdentifierItem] | None:
        """Apple's answer; None where it knows no such purchase. Raises StoreAway."""
        try:
            async with asyncio.timeout(ASK_WITHIN_S):
                answer = await self._client.get_all_subscription_statuses(reference)
        except APIException as error:
            if error.http_status_code in UNKNOWN and error.raw_api_error not in SOON:
                return None
            raise StoreAway(f"status {error.http_status_code}, error {error.raw_api_error}") from error
        except Exception as error:  # no line, no time, or an answer that cannot be read
            raise StoreAway(type(error).__name__) from error
        if answer.data is None:
            raise StoreAway("an answer without data")
        return answer.data

    async def _purchase(self, item: LastTransactionsItem) -> Purchase | None:
        """One line of Apple's answer; None where it is not ours to keep. Raises StoreAway where it is not Apple's answer."""
        try:
            bought = await self._checked(
                self._verifier.verify_and_decode_signed_transaction, item.signedTransactionInfo or ""
            )
            renewal = (
                await self._checked(self._verifier.verify_and_decode_renewal_info, item.signedRenewalInfo)
                if item.signedRenewalInfo
                else JWSRenewalInfoDecodedPayload()
            )
            found = purchase_of(item.status, bought, renewal, self._plans)
        except Elsewhere:
            return None
        except Forged as why:
            raise StoreAway(f"an answer that is not signed as it should: {why}") from why
        if found is None:
            log.info("purchase_of_no_product", store=self.name)
        return found


def open_apple(settings: Settings, plans: Plans, clock: Clock) -> AppStore:
    """The App Store on these settings. Raises SettingsError where a file of theirs cannot be read."""
    bundle, issuer, key_id = settings.apple_bundle_id, settings.apple_issuer_id, settings.apple_key_id
    key, roots = settings.apple_private_key_file, settings.apple_roots_file
    if not (bundle and issuer and key_id and key and roots):
        raise ValueError("the settings do not switch the App Store on")
    environment = Environment(settings.apple_environment)
    name = "apple_roots_file"
    try:
        verifier = SignedDataVerifier(
            _roots(roots.read_bytes()),
            enable_online_checks=False,
            environment=environment,
            bundle_id=bundle,
            app_apple_id=settings.apple_app_id,
        )
        name = "apple_private_key_file"
        client = _Client(key.read_bytes(), key_id, issuer, bundle, environment)
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError([f"{variable(name)}: {error}"]) from None
    client.http_client.event_hooks = ONWARD
    if settings.apple_base_url:
        client.ask_at(settings.apple_base_url)
    return AppStore(verifier, client, plans=plans, clock=clock)


class _Client(AsyncAppStoreServerAPIClient):
    def ask_at(self, base_url: str) -> None:
        """Somewhere else than where Apple's server is."""
        self._base_url = base_url.rstrip("/")


def _roots(text: bytes) -> list[bytes]:
    """The certificates of a file, PEM (any number) or DER (one), as DER. Raises ValueError."""
    pem = b"-----BEGIN CERTIFICATE-----" in text
    found = x509.load_pem_x509_certificates(text) if pem else [x509.load_der_x509_certificate(text)]
    return [one.public_bytes(Encoding.DER) for one in found]
