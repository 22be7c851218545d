"""What purchases entitle to: whatever order, number and loss of what the stores told, it is what they say at the end."""

from datetime import timedelta
from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.subscriptions.entitlement import Entitlement, entitlement
from rooms.subscriptions.plans import Plans
from rooms.subscriptions.purchase import Purchase, newer, newest
from tests.support.paper_store import BEGIN, PERIOD, PaperStore, histories

DAY = timedelta(days=1)


def bought(**changes) -> Purchase:
    """A month, bought at BEGIN."""
    (told,) = PaperStore("somebody").live([("buy", 0, "ios")]).said
    return msgspec.structs.replace(
        told, **({"started_at": BEGIN, "expires_at": BEGIN + PERIOD, "as_of": BEGIN} | changes)
    )


@given(histories, st.data())
def test_shuffled_doubled_and_lost_events_end_at_what_the_store_says(history, data):
    store = PaperStore("somebody").live(history)
    told = data.draw(st.lists(st.sampled_from(store.said), max_size=2 * len(store.said)))
    asked_again = store.stand()  # whatever was lost
    arrived = data.draw(st.permutations([*told, *asked_again]))
    at = BEGIN + data.draw(st.integers(0, 80)) * DAY + timedelta(hours=1)

    found = entitlement(arrived, at)

    assert (found.tier, found.expires_at) == store.gives(at)
    assert found.billing_issue == store.billing_issue(at)
    assert found.platform in {line.platform for line in store.lines} | ({None} if found.tier == "free" else set())


@given(histories, st.randoms(use_true_random=False))
def test_whatever_arrived_the_order_does_not_matter(history, random):
    told = PaperStore("somebody").live(history).said
    shuffled = [*told, *told]
    random.shuffle(shuffled)
    assert entitlement(shuffled, BEGIN + 20 * DAY) == entitlement(told, BEGIN + 20 * DAY)


def test_two_answers_of_one_moment_stand_the_same_in_any_order_and_what_takes_away_wins():
    told = [bought(state=state) for state in ("active", "grace", "refunded", "canceled")]
    assert {newest(order)["ios", told[0].line_id].state for order in permutations(told)} == {"refunded"}
    assert newer(told[0], msgspec.structs.replace(told[0], as_of=BEGIN + DAY)).as_of == BEGIN + DAY


@pytest.mark.parametrize(
    ("changes", "tier", "billing_issue"),
    [
        ({}, "premium", False),
        ({"state": "canceled", "renews": False}, "premium", False),
        ({"state": "grace", "expires_at": BEGIN, "grace_until": BEGIN + 20 * DAY}, "premium", True),
        ({"state": "grace"}, "premium", True),
        ({"state": "grace", "expires_at": BEGIN}, "free", True),
        ({"state": "retry"}, "free", True),
        ({"state": "paused"}, "free", False),
        ({"state": "pending"}, "free", False),
        ({"state": "expired"}, "free", False),
        ({"state": "refunded"}, "free", False),
        ({"state": "revoked", "shared": True, "owner": None}, "free", False),
        ({"state": "retired"}, "free", False),
        ({"shared": True, "owner": None}, "premium", False),
        ({"tier": "free"}, "free", False),
        ({"environment": "sandbox"}, "free", False),
        ({"expires_at": BEGIN + 10 * DAY}, "free", False),
    ],
)
def test_what_a_purchase_gives_after_ten_days(changes, tier, billing_issue):
    found = entitlement([msgspec.structs.replace(bought(), **changes)], BEGIN + 10 * DAY)
    assert (found.tier, found.billing_issue) == (tier, billing_issue)


def test_a_purchase_of_the_sandbox_counts_where_that_is_said():
    assert entitlement([bought(environment="sandbox")], BEGIN, sandbox=True).tier == "premium"


def test_of_several_lines_the_one_that_lasts_longest_counts():
    short, long = bought(line_id="1"), bought(line_id="2", platform="android", expires_at=BEGIN + 365 * DAY)
    assert entitlement([short, long], BEGIN) == Entitlement("premium", long.expires_at, "android", False)
    assert entitlement([short, msgspec.structs.replace(long, state="refunded")], BEGIN).platform == "ios"


def test_a_line_that_another_one_retired_gives_nothing_whatever_its_store_says_of_it_later():
    old, new = bought(line_id="old"), bought(line_id="new", retires="old", state="refunded", as_of=BEGIN + DAY)
    renewed = msgspec.structs.replace(old, expires_at=BEGIN + 400 * DAY, as_of=BEGIN + 2 * DAY)
    assert entitlement([old, new, renewed], BEGIN).tier == "free"
    assert entitlement([renewed], BEGIN, retired={("ios", "old")}).tier == "free"


def test_plans_come_from_a_file_and_each_product_is_named_once():
    plan = {"product_id": "gold", "tier": "premium", "price": 9.5, "currency": "EUR", "period": "year"}
    plans = Plans.read(msgspec.json.encode([plan]))
    assert str(plans.of("gold").price) == "9.5"
    assert plans.of("premium") is None
    assert Plans().of("premium_annual").period == "year"
    for wrong in ([], [plan, plan], [{**plan, "tier": "platinum"}], [{**plan, "prize": 1}], {"gold": plan}):
        with pytest.raises((ValueError, msgspec.DecodeError)):
            Plans.read(msgspec.json.encode(wrong))
