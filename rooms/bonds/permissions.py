"""Who may do what in a bond: one table, for the API, the socket, the page and the tests."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from rooms.bonds.people import Member, leads, led_by
from rooms.errors import NotPermitted

Who = Literal[
    "leads", "leads_or_self", "leads_or_own", "leads_or_creator", "person", "person_or_leads", "member", "creator",
    "can_manage", "can_invite", "founder",
]  # fmt: skip
"""leads: who leads the person it is for. leads_or_self: they, and everybody for themselves. leads_or_own: they, and whoever made
it for themselves or for all. leads_or_creator: they, and who made it. person: the one it is for. person_or_leads: both. member:
anybody. creator: who made it. can_manage, can_invite (or can_manage), founder: who has that right.
"""

ACTS: Mapping[str, Who] = {
    "tasks.create": "leads_or_self",
    "tasks.edit": "leads_or_own",
    "tasks.remove": "creator",
    "tasks.start": "person",
    "tasks.submit": "person",
    "tasks.approve": "leads",
    "tasks.revise": "leads",
    "tasks.ask-extension": "person",
    "tasks.answer-extension": "leads",
    "tasks.cancel": "person_or_leads",
    "task-templates.create": "member",
    "task-templates.edit": "creator",
    "task-templates.remove": "creator",
    "task-templates.use": "leads_or_self",
    "rules.create": "leads_or_self",
    "rules.create-for-all": "member",
    "rules.edit": "leads_or_own",
    "rules.remove": "leads_or_own",
    "rules.acknowledge": "person",
    "rules.decline": "person",
    "rules.activate": "leads_or_own",
    "rules.deactivate": "leads_or_own",
    "rewards.create": "leads",
    "rewards.edit": "creator",
    "rewards.remove": "creator",
    "rewards.redeem": "person",
    "rewards.fulfil": "leads_or_creator",
    "rewards.withdraw": "person_or_leads",
    "points.create": "leads",
    "points.reverse": "leads",
    "boundaries.create": "member",
    "boundaries.edit": "creator",
    "boundaries.remove": "creator",
    "calendar.create": "member",
    "calendar.edit": "creator",
    "calendar.remove": "creator",
    "resources.create": "member",
    "resources.edit": "creator",
    "resources.remove": "creator",
    "journal.create": "member",
    "journal.edit": "creator",
    "journal.remove": "creator",
    "check-ins.create": "member",
    "check-ins.edit": "creator",
    "messages.create": "member",
    "messages.edit": "creator",
    "messages.remove": "creator",
    "messages.read": "member",
    "requests.approve": "member",
    "requests.reject": "member",
    "bond.edit": "can_manage",
    "settings.edit": "can_manage",
    "members.edit": "founder",
    "members.remove": "can_manage",
    "invite.create": "can_invite",
    "invite.revoke": "can_invite",
    "transfer": "founder",
    "pause": "member",
    "resume": "member",
    "leave": "member",
    "dissolve": "member",
}


def may(act: str, me: Member, *, person: Member | None = None, creator: str | None = None) -> bool:
    """May this member do it? `person` is whom it is for, `creator` who made the row; what has neither is nobody's."""
    is_person = person is not None and person.user_id == me.user_id
    is_led = person is not None and leads(me, person)
    is_made = creator == me.user_id
    return {
        "member": True,
        "leads": is_led,
        "leads_or_self": is_led or is_person,
        "leads_or_own": is_led or (is_made and (person is None or is_person)),
        "leads_or_creator": is_led or (is_made and not is_person),
        "person": is_person,
        "person_or_leads": is_led or is_person,
        "creator": is_made,
        "can_manage": me.can_manage,
        "can_invite": me.can_invite or me.can_manage,
        "founder": me.is_founder,
    }[ACTS[act]]


def require(act: str, me: Member, *, person: Member | None = None, creator: str | None = None) -> None:
    """Raises NotPermitted, which names what is missing."""
    if not may(act, me, person=person, creator=creator):
        raise NotPermitted(fields={"permission": ACTS[act]})


class You(msgspec.Struct, frozen=True):
    """Where a member stands: whom they lead, who leads them, what the founder gave them."""

    leads: tuple[str, ...]
    led_by: tuple[str, ...]
    can_invite: bool
    can_manage: bool
    is_founder: bool


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """An act of the table for one member. `people`: for whom they may do it, where that is asked; what a creator may, they may
    with what they made.
    """

    who: Who
    allowed: bool
    people: tuple[str, ...] | None = None


class Overview(msgspec.Struct, frozen=True):
    """The table as one member has it."""

    you: You
    acts: Mapping[str, Act]


FOR_SOMEBODY = ("leads", "leads_or_self", "leads_or_own", "leads_or_creator", "person", "person_or_leads")


def overview(me: Member, people: Mapping[str, Member]) -> Overview:
    """What this member may do, and for whom."""
    leaders = tuple(one.user_id for one in people.values() if leads(one, me))
    you = You(led_by(me, people.values()), leaders, me.can_invite or me.can_manage, me.can_manage, me.is_founder)
    return Overview(you, {act: _seen(act, me, people) for act in ACTS})


def _seen(act: str, me: Member, people: Mapping[str, Member]) -> Act:
    who = ACTS[act]
    if who in FOR_SOMEBODY:
        found = tuple(one.user_id for one in people.values() if may(act, me, person=one))
        return Act(who, allowed=bool(found), people=found)
    return Act(who, allowed=may(act, me, creator=me.user_id))
