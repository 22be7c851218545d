"""Who leads whom, who may what, and how many have to agree: pure rules."""

from itertools import product
from typing import get_args

import pytest

from rooms.bonds.people import MOST_MEMBERS, Member, Role, leads, led_by, most_members, votes_needed
from rooms.bonds.permissions import ACTS, FOR_SOMEBODY, Who, may, overview, require
from rooms.errors import NotPermitted

ROLES = get_args(Role)


def member(name: str, role: Role = "switch", **more) -> Member:
    return Member(user_id=name, role=role, **({"state": "active", "can_invite": False, "can_manage": False} | more))


@pytest.mark.parametrize(("one", "other"), list(product(ROLES, ROLES)))
def test_only_who_may_lead_leads_only_who_may_be_led(one, other):
    wanted = one in ("dominant", "switch") and other in ("submissive", "switch")
    assert leads(member("a", one), member("b", other)) == wanted


def test_nobody_leads_themselves_and_nobody_whom_they_are_not_accepted_by():
    ana, ben = member("ana"), member("ben")
    assert not leads(ana, ana)
    for accepted, wanted in ((None, True), (frozenset(), False), (frozenset({"ana"}), True), (frozenset({"x"}), False)):
        assert leads(ana, member("ben", accepts_from=accepted)) == wanted
    assert led_by(ana, [ana, ben, member("dom", "dominant")]) == ("ben",)


@pytest.mark.parametrize(("members", "needed"), [(1, 1), (2, 1), (3, 2), (4, 3), (5, 3), (11, 6), (12, 7)])
def test_the_sole_one_either_of_two_and_more_than_half_of_more_end_a_bond(members, needed):
    assert votes_needed(members) == needed
    assert members <= 2 or needed > members / 2


def test_a_dyad_has_room_for_two():
    assert (most_members("dyad"), most_members("polycule")) == (2, MOST_MEMBERS)


def test_every_act_says_who_in_a_known_word():
    assert set(ACTS.values()) <= set(get_args(Who))


@pytest.mark.parametrize("act", ACTS)
def test_what_is_refused_names_what_is_missing(act):
    nobody = member("nobody", "submissive")
    if may(act, nobody):
        require(act, nobody)
        return
    with pytest.raises(NotPermitted) as refused:
        require(act, nobody)
    assert refused.value.fields == {"permission": ACTS[act]}


@pytest.mark.parametrize("act", ACTS)
def test_the_overview_says_what_the_rules_say(act):
    people = {
        one.user_id: one
        for one in (
            member("dom", "dominant", can_manage=True, is_founder=True),
            member("sub", "submissive", accepts_from=frozenset({"dom"})),
            member("both", can_invite=True),
        )
    }
    for me in people.values():
        seen = overview(me, people).acts[act]
        if ACTS[act] in FOR_SOMEBODY:
            assert seen.people == tuple(name for name, one in people.items() if may(act, me, person=one))
            assert seen.allowed == bool(seen.people)
        else:
            assert (seen.people, seen.allowed) == (None, may(act, me, creator=me.user_id))


def test_whoever_manages_may_invite():
    manages, invites, neither = member("a", can_manage=True), member("b", can_invite=True), member("c")
    assert [may("invite.create", one) for one in (manages, invites, neither)] == [True, True, False]
    assert overview(manages, {"a": manages}).you.can_invite
    assert [may("bond.edit", one) for one in (manages, invites, neither)] == [True, False, False]
