"""The code that opens a bond: 16 characters, shown once and kept as a keyed hash, good until it expires, is revoked, or somebody
comes or goes.

A retry has to show the same code again, and nobody keeps it: where an Idempotency-Key comes with the request the code is derived
from it, with the server's secret.
"""

import re
from base64 import b32encode
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds.commands import Hand
from game_server.bonds.doing import Doing, do
from game_server.bonds.life import Written
from game_server.http.links import qr_svg
from game_server.services import Services
from rooms.bonds import permissions
from rooms.bonds.people import most_members
from rooms.errors import BondFull, WrongState
from storage import bond_invites, bond_settings, bonds

LANDING = "/bonds/join#"
"""The code stands behind the #, which browsers keep to themselves."""

_BYTES = 10  # 16 characters of base32
_CODE = re.compile(r"[A-Z2-7]{16}")


class Invite(msgspec.Struct, frozen=True):
    """A code in every form it is shown in, once."""

    invite_code: str
    link: str
    qr_svg: str
    expires_at: datetime


async def make(what: Doing, days: int | None) -> Invite:
    """A new code; the one before is void. Raises NotPermitted, BondFull, and WrongState for a retry whose code is void since."""
    codes = _codes(what.services, what.user, what.bond_id, what.asked.key or what.services.dice.token())

    async def act(hand: Hand) -> Written:
        permissions.require("invite.create", hand.me)
        agreed = await bond_settings.find(hand.db, what.bond_id)
        if agreed is None or len(hand.people) >= min(agreed.max_members, most_members(hand.bond.bond_type)):
            raise BondFull
        until = hand.at + timedelta(days=days or agreed.invite_expires_after_days)
        await bond_invites.put(hand.db, what.bond_id, hashes(what.services, codes[0])[0], until)
        return what.bond_id, None

    async def read(_: UUID) -> Invite:
        async with what.services.database.as_user(what.user.id) as db:
            standing = [
                code for code in codes if await bond_invites.stands(db, what.bond_id, hashes(what.services, code))
            ]
            bond = await bonds.find(db, what.bond_id)
        if bond is None or bond.invite_expires_at is None or not standing:
            raise WrongState("This code is void already. Make a new one.")
        link = f"{what.services.settings.base_url}{LANDING}{standing[0]}"
        return Invite(standing[0], link, qr_svg(link), bond.invite_expires_at)

    return await do(what, act, read)


async def revoke(what: Doing) -> None:
    """No code opens the bond any more. Raises NotPermitted."""

    async def act(hand: Hand) -> Written:
        permissions.require("invite.revoke", hand.me)
        await bond_invites.put(hand.db, what.bond_id, None, None)
        return what.bond_id, None

    async def read(_: UUID) -> None:
        return None

    await do(what, act, read)


def cleaned(typed: str) -> str | None:
    """A code as somebody typed it, in its one form; None for what can be none."""
    code = re.sub(r"[\s-]+", "", typed).upper()
    return code if _CODE.fullmatch(code) else None


def hashes(services: Services, code: str) -> list[str]:
    """What a code is kept as, under each of the server's secrets."""
    return [one.hex() for one in services.keys.keyed_hashes(b"bond invite", code.encode())]


def _codes(services: Services, user: Caller, bond_id: UUID, seed: str) -> list[str]:
    parts = (user.id.encode(), bond_id.bytes, seed.encode("utf-8", "surrogatepass"))
    made = services.keys.keyed_hashes(b"bond invite code", *parts)
    return [b32encode(one[:_BYTES]).decode() for one in made]
