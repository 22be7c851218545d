"""What is read before the answer begins: the account, and everything that only the person's own key opens.

A key that is away or lost is an error that says so, and it can only be said before the first byte has gone out.
"""

from collections.abc import AsyncIterator
from typing import Any

from game_server.accounts import unasked
from game_server.accounts.actions import counted_by
from game_server.export.reader import Reader
from game_server.profiles.person_key import hold_key
from rooms.errors import Unauthorized
from storage import export, export_games, session_notes, surveys
from storage.export import Item


async def account(reader: Reader) -> Item:
    """The account with what is kept about signing in; of an anonymous player what stands for it. Raises Unauthorized, KeyGone,
    KeysAway.
    """
    caller = reader.caller
    async with reader.own() as connection:
        found = await export.account(connection, caller.kind, caller.id)
    if found is None:  # erased since the request was let in
        raise Unauthorized
    if caller.kind == "anonymous":
        return found
    if found["kink_identity"] is not None:
        found["kink_identity"] = await _opened(reader, found["kink_identity"])
    email = found["email"]
    async with reader.service() as connection:
        addresses = counted_by(reader.services, email)
        found |= await export.sign_in(connection, caller.id, addresses=addresses)
        found["mails_refused_at"] = None
        if found["email_confirmed_at"]:  # else it is not known whose address that is
            found["mails_refused_at"] = await export.mails_refused_at(connection, unasked.address_hash(email))
    return found


async def profile(reader: Reader) -> Item | None:
    """What follows from the answers, and the limits; None before there is a name and an anatomy."""
    async with reader.own() as connection:
        return await export.profile(connection, reader.caller.kind, reader.caller.id)


async def consent(reader: Reader, account: Item, profile: Item | None) -> Item:
    """What somebody has stated of themselves, as it holds now; how it came to that stands in the ledger."""
    async with reader.service() as connection:
        person = await export.person_in_ledger(connection, reader.caller.kind, reader.caller.id)
    boundaries = profile["boundaries"] if profile else {}
    return {
        "adult_confirmed_at": account["adult_confirmed_at"],
        "profile_sharing_setting": account.get("profile_sharing_setting"),
        "asked_about_limits": bool(boundaries.get("asked")),
        "person_in_ledger": person,
    }


async def survey(reader: Reader) -> tuple[list[Item], list[Item]]:
    """What was handed in, and surveys begun, both opened. Raises KeyGone, KeysAway, also where only a note or the words of a
    game's rules could not be opened later.
    """
    caller = reader.caller
    await hold_key(reader.services, caller)
    async with reader.own() as connection:
        begun = await export.progress(connection, caller.kind, caller.id)
        words = await session_notes.some_of_each_key(connection, caller.kind, caller.id)
    async with reader.service() as connection:
        handed_in = await export.submissions(connection, caller.kind, caller.id)
        words += await export_games.sealed_rules(connection, caller.kind, caller.id)
    for one in words:
        await reader.services.person_keys.unseal(caller.actor, one)
    for item in begun:
        item["limits_set_by_hand_since"] = surveys.limits_moved(item["answers"])
        item["answers"] = await _opened(reader, item["answers"])
    for item in handed_in:
        item["payload_json"] = await _opened(reader, item["payload_json"])
    return handed_in, begun


async def notes(reader: Reader) -> AsyncIterator[list[Item]]:
    """What the caller wrote to themselves about their games, opened. Raises KeyGone, KeysAway."""
    async for kept in reader.pages(export.NOTES):
        for item in kept:
            sealed = {**item["words"], "key_id": item.pop("opened_by")}
            item["words"] = await reader.services.person_keys.unseal(reader.caller.actor, sealed)
        yield kept


async def _opened(reader: Reader, kept: dict[str, Any]) -> Any:
    """What an envelope holds; what never was sealed (an empty one) as it is."""
    return await reader.services.person_keys.unseal(reader.caller.actor, kept) if "key_id" in kept else kept
