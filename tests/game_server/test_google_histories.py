"""Whatever happens in Google Play, in whatever order and number its notifications come: what is asked last is what counts."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from game_server.integrations.play import SubscriptionPurchase
from game_server.integrations.play_purchase import is_later, purchase_of
from rooms.subscriptions.entitlement import entitlement
from rooms.subscriptions.plans import Plans
from rooms.subscriptions.purchase import Purchase

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
OWNER = "7d1f6f0e-9a53-4c80-8f0a-0c3a4f2b9b11"
PLANS = Plans()
GIVING = ("ACTIVE", "IN_GRACE_PERIOD", "CANCELED")
STEPS = (
    "buy", "order", "pay", "give_up", "renew", "cancel", "grace", "hold", "pause", "expire", "refund", "void",
    "void_earlier", "replace", "order_another",
)  # fmt: skip
histories = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), min_size=1, max_size=20)


class Bought:
    """A purchase as Google has it."""

    def __init__(self, number: int, linked: "Bought | None" = None) -> None:
        self.token, self.linked = f"token-{number}", linked
        self.state, self.expires, self.renewals = "PENDING", BEGIN, -1
        self.replaced = False
        self.refunded: set[str] = set()

    def order(self, renewal: int | None = None) -> str:
        renewal = self.renewals if renewal is None else renewal
        return f"GPA.{self.token}" + (f"..{renewal}" if renewal >= 0 else "")

    def told(self) -> SubscriptionPurchase:
        line = {"productId": "premium", "expiryTime": self.expires, "autoRenewingPlan": {"autoRenewEnabled": True}}
        told: dict[str, Any] = {
            "subscriptionState": f"SUBSCRIPTION_STATE_{self.state}",
            "lineItems": [{**line, "latestSuccessfulOrderId": self.order()}],
            "externalAccountIdentifiers": {"obfuscatedExternalAccountId": OWNER},
        }
        return msgspec.convert(
            told | ({"linkedPurchaseToken": self.linked.token} if self.linked else {}), SubscriptionPurchase
        )

    def until(self) -> datetime | None:
        """The model's own word on what it gives."""
        gives = self.state in GIVING and not self.replaced and self.order() not in self.refunded
        return self.expires if gives else None


class PaperPlay:
    """What happened so far; `heard` is what our server was told when it asked, `waiting` the notifications on their way."""

    def __init__(self, dice: Random, *, orders_readable: bool) -> None:
        self.dice, self.orders_readable = dice, orders_readable
        self.all: list[Bought] = []
        self.now = BEGIN
        self.waiting: list[tuple[Bought, str | None]] = []
        self.heard: list[Purchase] = []

    def live(self, history: list[tuple[str, int]]) -> None:
        """All of this happens; notifications are lost, come twice, late or in another order."""
        for step, which in history:
            self.now += timedelta(days=1)
            standing = [one for one in self.all if not one.replaced]
            if step == "buy" or not standing:
                self._begin(paid=step != "order")
            else:
                getattr(self, f"_{step}")(standing[which % len(standing)])
            self._deliver()
        for event in [*self.waiting, *((one, None) for one in self.all)]:  # what was lost is asked about at last
            self._ask(*event)

    def gives(self, at: datetime) -> tuple[str, datetime | None]:
        until = max((until for one in self.all if (until := one.until()) and until > at), default=None)
        return ("premium" if until else "free"), until

    def _deliver(self) -> None:
        for event in self.dice.choices(self.waiting, k=self.dice.randint(0, 3)) if self.waiting else []:
            self._ask(*event)
        if self.orders_readable and self.dice.random() < 0.5:
            self.waiting.clear()  # lost for good

    def _ask(self, one: Bought, voided: str | None) -> None:
        self.now += timedelta(seconds=1)
        found = purchase_of(one.told(), PLANS, token=one.token, reference="", as_of=self.now, voided=voided)
        assert found is not None
        if found.voids is None and self.orders_readable and found.transaction_id in one.refunded:
            found = msgspec.structs.replace(found, voids=found.transaction_id)
        self.heard.append(found)

    def _tell(self, one: Bought, voided: str | None = None) -> None:
        self.waiting.append((one, voided))

    # --- what happens --------------------------------------------------------------------------------------------------

    def _begin(self, *, paid: bool, linked: Bought | None = None) -> None:
        one = Bought(len(self.all), linked)
        self.all.append(one)
        self._tell(one)
        if paid:
            self._pay(one)

    def _lasts(self, one: Bought, state: str, days: int) -> None:
        one.state, one.expires = state, self.now + timedelta(days=days, seconds=len(one.token))
        self._tell(one)

    def _order(self, _: Bought) -> None:
        self._begin(paid=False)

    def _pay(self, one: Bought) -> None:
        if one.state == "PENDING":
            self._lasts(one, "ACTIVE", self.dice.choice((7, 30, 365)))
            if one.linked:
                one.linked.replaced = True
                if self.dice.random() < 0.5:  # Google says so sooner or later
                    one.linked.state = "EXPIRED"

    def _give_up(self, one: Bought) -> None:
        if one.state == "PENDING":
            self._lasts(one, "PENDING_PURCHASE_CANCELED", 0)

    def _renew(self, one: Bought) -> None:
        if one.state not in ("PENDING", "PENDING_PURCHASE_CANCELED"):
            one.renewals += 1
            self._lasts(one, "ACTIVE", self.dice.choice((7, 30, 365)))

    def _cancel(self, one: Bought) -> None:
        if one.state == "ACTIVE":
            one.state = "CANCELED"
            self._tell(one)

    def _grace(self, one: Bought) -> None:
        self._falls(one, "IN_GRACE_PERIOD", 16)

    def _hold(self, one: Bought) -> None:
        self._falls(one, "ON_HOLD", 0)

    def _pause(self, one: Bought) -> None:
        self._falls(one, "PAUSED", 0)

    def _expire(self, one: Bought) -> None:
        self._falls(one, "EXPIRED", 0)

    def _falls(self, one: Bought, state: str, days: int) -> None:
        if one.state in GIVING:
            self._lasts(one, state, days)

    def _refund(self, one: Bought) -> None:
        self._void(one)
        self._falls(one, "EXPIRED", 0)

    def _void(self, one: Bought) -> None:
        if one.state in GIVING:
            one.refunded.add(one.order())
            self._tell(one, one.order())

    def _void_earlier(self, one: Bought) -> None:
        if one.renewals >= 0:
            one.refunded.add(one.order(one.renewals - 1))
            self._tell(one, one.order(one.renewals - 1))

    def _replace(self, one: Bought) -> None:
        self._begin(paid=True, linked=one)

    def _order_another(self, one: Bought) -> None:
        self._begin(paid=False, linked=one)


@given(histories, st.integers(0, 2**32), st.booleans(), st.integers(0, 60))
def test_what_counts_is_what_google_says_at_the_end(history, seed, orders_readable, after):
    dice = Random(seed)  # noqa: S311 - repeatable on purpose
    play = PaperPlay(dice, orders_readable=orders_readable)
    play.live(history)
    arrived = [*play.heard, *dice.choices(play.heard, k=len(play.heard))]
    dice.shuffle(arrived)
    at = BEGIN + timedelta(days=after, hours=1)
    found = entitlement(arrived, at)
    assert (found.tier, found.expires_at) == play.gives(at)


def test_renewals_follow_the_first_order_and_orders_of_different_purchases_do_not_follow_each_other():
    orders = ["GPA.1", "GPA.1..0", "GPA.1..1", "GPA.1..10"]
    for place, order in enumerate(orders):
        assert [is_later(other, order) for other in orders] == [other > place for other in range(4)]
    assert not is_later("GPA.2..3", "GPA.1")
    assert not is_later("GPA.1", "GPA.refunded")
    assert not is_later("", "GPA.1")
