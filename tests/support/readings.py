"""What a signed-in person's app reads most, as the server reads it: with that person's rights, on a connection that is given."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from storage import (
    accounts,
    blocked,
    bond_achievements,
    bond_analytics,
    couple_cards,
    devices,
    notifications,
    openings,
    partners,
    profiles,
    remembered,
)

Reading = Callable[[Any, str], Awaitable[object]]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOND = UUID(int=0)
"""As tests/support/many_bonds.py numbers those of the first person."""
DAYS = [NOW + timedelta(days=n) for n in range(401)]

TYPICAL: Mapping[str, Reading] = {
    "me": accounts.account,
    "sessions": lambda connection, person: openings.list_own(connection, f"user:{person}", None, None, 21),
    "turn log": lambda connection, person: openings.turn_log(connection, f"game {UUID(person).int - 1}", 0, 51),
    "history": lambda connection, person: profiles.history(connection, "user", person, before=None, limit=51),
    "partners": remembered.listed,
    "connections": lambda connection, person: partners.list_own(connection, person, before=None, limit=51),
    "notifications": lambda connection, person: notifications.listed(
        connection, person, now=NOW, before=None, limit=51
    ),
}
"""The turn log is of a game as tests/support/many_rows.py names them."""

OTHERS: Mapping[str, Reading] = {
    "devices": devices.listed,
    "blocked": lambda connection, person: blocked.listed(connection, person, before=None, limit=51),
    "own cards": lambda connection, person: couple_cards.listed(
        connection, person, partner_id=None, before=None, limit=51
    ),
    "a bond by days": lambda connection, _: bond_analytics.counted(connection, BOND, DAYS),
    "check-ins of a bond": lambda connection, _: bond_analytics.said(connection, BOND, DAYS[0].date(), DAYS[-1].date()),
    "what is still open": lambda connection, _: bond_analytics.past_their_date(connection, BOND, NOW, DAYS[-1], 2000),
    "own days": lambda connection, person: bond_analytics.own_check_in_days(connection, BOND, person),
    "own tasks": lambda connection, person: bond_analytics.own_on_time(connection, BOND, person),
    "own pauses": bond_analytics.own_pauses,
    "what somebody reached": lambda connection, person: bond_achievements.totals(connection, BOND, person),
}
