"""Google Play's Developer API, of it what a subscription needs: read a purchase, acknowledge it.

Shapes and paths are androidpublisher v3's. Purchase tokens are secrets and part of the address of a request, so no address is
logged, nor what the HTTP library says of one.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

import httpx
import msgspec
import structlog
from msgspec import Meta

from game_server.integrations.service_account import AccessTokens, TokenUnavailable
from game_server.integrations.stores import StoreAway

log = structlog.get_logger()

SCOPE = "https://www.googleapis.com/auth/androidpublisher"
LARGEST_ANSWER = 256 * 1024

PurchaseToken = Annotated[str, Meta(max_length=2000, pattern=r"\A(?!\.{1,2}\Z)[\x21-\x7e]+\Z")]
"""Printable ASCII, and no step in a path: it becomes a part of one."""


class NoSuchPurchase(Exception):
    """Google knows no purchase with this token in our app, or does not keep it any more: 60 days after its end."""


class Money(msgspec.Struct, frozen=True, rename="camel"):
    """`units` whole ones, and so many thousand-millionth parts of one."""

    currency_code: str
    units: str | int = 0
    nanos: int = 0


class Plan(msgspec.Struct, frozen=True, rename="camel"):
    """Of a line that renews itself."""

    auto_renew_enabled: bool = False
    recurring_price: Money | None = None


class Line(msgspec.Struct, frozen=True, rename="camel"):
    """One product in a purchase."""

    product_id: str
    expiry_time: datetime | None = None
    auto_renewing_plan: Plan | None = None
    latest_successful_order_id: str | None = None


class Account(msgspec.Struct, frozen=True, rename="camel"):
    """Whose the app said it is."""

    obfuscated_external_account_id: str | None = None


class OutOfApp(msgspec.Struct, frozen=True, rename="camel"):
    """Bought again in the Play app: whose the purchase before was, until this one is acknowledged."""

    expired_external_account_identifiers: Account | None = None


class SubscriptionPurchase(msgspec.Struct, frozen=True, rename="camel"):
    """SubscriptionPurchaseV2, what we read of it."""

    subscription_state: str = "SUBSCRIPTION_STATE_UNSPECIFIED"
    start_time: datetime | None = None
    line_items: tuple[Line, ...] = ()
    linked_purchase_token: str | None = None
    acknowledgement_state: str = "ACKNOWLEDGEMENT_STATE_UNSPECIFIED"
    external_account_identifiers: Account | None = None
    out_of_app_purchase_context: OutOfApp | None = None
    test_purchase: dict[str, Any] | None = None
    latest_order_id: str | None = None


class _Order(msgspec.Struct):
    state: str


class Play:
    """The API for one app."""

    def __init__(self, http: httpx.AsyncClient, tokens: AccessTokens, *, package: str, base_url: str) -> None:
        self._http, self._tokens = http, tokens
        self._app = f"{base_url.rstrip('/')}/androidpublisher/v3/applications/{quote(package, safe='')}"

    async def subscription(self, token: str) -> SubscriptionPurchase:
        """The purchase as it is now. Raises NoSuchPurchase, also where the answer is none; StoreAway."""
        answer = await self._ask("GET", f"/purchases/subscriptionsv2/tokens/{quote(token, safe='')}")
        if answer.status_code == httpx.codes.BAD_REQUEST:  # what a token cannot look like
            raise NoSuchPurchase
        try:
            return msgspec.json.decode(_succeeded(answer), type=SubscriptionPurchase)
        except msgspec.MsgspecError as error:
            log.error("play_answer_unreadable")  # noqa: TRY400 - the trace would show the answer
            raise NoSuchPurchase from error

    async def acknowledge(self, product_id: str, token: str) -> None:
        """Tell Google that the purchase was granted. Raises NoSuchPurchase, StoreAway."""
        product, quoted = quote(product_id, safe=""), quote(token, safe="")
        _succeeded(await self._ask("POST", f"/purchases/subscriptions/{product}/tokens/{quoted}:acknowledge"))

    async def was_refunded(self, order_id: str) -> bool:
        """Did all of an order's money go back? False also where Google does not say: reading orders is a right of its own, and a
        notification tells it as well.
        """
        try:
            answer = await self._with_token("GET", f"/orders/{quote(order_id, safe='')}")
            return msgspec.json.decode(_succeeded(answer), type=_Order).state == "REFUNDED"
        except (StoreAway, msgspec.MsgspecError) as error:
            log.debug("order_not_read", kind=type(error).__name__)
            return False

    async def _ask(self, method: Literal["GET", "POST"], path: str) -> httpx.Response:
        """An answer. A token that Google does not take any more is exchanged once. Raises NoSuchPurchase, StoreAway."""
        answer = await self._with_token(method, path)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            answer = await self._with_token(method, path)
        if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            raise NoSuchPurchase
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            log.error("play_refuses_us", status=answer.status_code)
        return answer

    async def _with_token(self, method: str, path: str) -> httpx.Response:
        try:
            token = await self._tokens.token()
            headers = {"Authorization": f"Bearer {token}"}
            body: dict[str, str] | None = {} if method == "POST" else None
            answer = await self._http.request(method, self._app + path, headers=headers, json=body)
        except TokenUnavailable as error:
            raise StoreAway(f"no access token: {error.reason}") from error
        except httpx.HTTPError as error:
            raise StoreAway(type(error).__name__) from error
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.forget(token)
        return answer


def _succeeded(answer: httpx.Response) -> bytes:
    if not answer.is_success or len(answer.content) > LARGEST_ANSWER:
        raise StoreAway(f"status {answer.status_code}")
    return answer.content
