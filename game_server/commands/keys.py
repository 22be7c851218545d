"""The keys as an operator handles them: what hangs on which secret, its exchange, another place for people's keys, lost ones."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import asyncpg
import msgspec

from game_server.commands.opening import database_problems, run, services_for, stores
from game_server.integrations import google
from game_server.notion import secrets
from game_server.process.database_logins import wishes
from game_server.process.exits import CannotRunError
from game_server.process.keys import load_keys
from game_server.profiles.person_key import KeysDoNotFit, give_up_lost_keys, why_away
from game_server.services import Services
from game_server.settings import Settings
from storage import login_passwords, migrate, notion_connections, sealed_notion, sealed_purchases, secret_keys, urls
from storage import mail as outbox
from storage.embedded import Step
from storage.key_database import KeyDatabase, NoKeyDatabase
from storage.key_file import KeyFile
from storage.key_rows import KeysAway
from storage.person_keys import OtherSecret

RETRIES_FOR = timedelta(days=1)
ANOTHER = "another secret"

Progress = Callable[[str], None]


class Hanging(msgspec.Struct, frozen=True):
    """What is lost with a secret, at most. `use`: the first of the settings signs and wraps, others open what they made."""

    key_id: str
    use: str
    person_keys: int = 0
    login_passwords: int = 0
    purchase_tokens: int = 0
    waiting_mails: int = 0
    notion_tokens: int = 0
    refresh_tokens: int = 0
    anonymous_tokens: int = 0
    open_rooms: int = 0
    retries: int = 0
    calendar_feeds: int = 0
    bond_codes: int = 0

    @property
    def needed(self) -> dict[str, int]:
        """The counts that are not zero, by what they count."""
        counts = {name.replace("_", " "): getattr(self, name) for name in self.__struct_fields__[2:]}
        return {name: count for name, count in counts.items() if count}


def status(settings: Settings, *, step: Step) -> list[Hanging]:
    """What hangs on each secret, those of the settings first. Raises CannotRunError."""
    with stores(settings, step) as (opened, _own):

        async def look() -> list[Hanging]:
            async with services_for(opened) as services:
                return await _hanging(services)

        return run(look())


def rotate(settings: Settings, *, step: Step, say: Progress) -> list[Hanging]:
    """Wrap and seal with the first secret what others wrapped and sealed; `say` hears how far it is. Raises CannotRunError."""
    with stores(settings, step) as (opened, _own):

        async def rewrap() -> list[Hanging]:
            async with services_for(opened) as services:
                try:
                    async for seen, changed in services.person_keys.rewrap():
                        say(f"{seen} person keys looked at, {changed} wrapped anew")
                except OtherSecret as error:
                    raise CannotRunError(_other_secret(services)) from error
                except KeysAway as error:
                    raise CannotRunError(
                        f"{why_away(services.person_keys)} What was done stays; run it again."
                    ) from error
                await _reseal(opened, services, say)
                await _reseal_purchases(services, say)
                await _reseal_notion(services, say)
                return await _hanging(services)

        return run(rewrap())


def move(settings: Settings, target: str) -> tuple[int, str]:
    """People's keys from the file into a database of their own: how many, and where that is. Raises CannotRunError."""
    path = settings.person_key_file
    if settings.person_key_url is not None or not path.exists():
        raise CannotRunError(f"There is no file of keys to move: {_named(settings, path)}.")
    try:
        url = urls.database_url(target, os.environ)
    except urls.UrlRefused as error:
        raise CannotRunError(f"The address {error}.") from error
    with database_problems(url):
        try:
            return run(_moved(path, url)), urls.place(url)
        except NoKeyDatabase as error:
            raise CannotRunError(str(error)) from error
        except KeysAway as error:
            raise CannotRunError(
                f"{path} has no keys to move: they were moved before, or none was ever made."
            ) from error


def give_up(settings: Settings, *, step: Step) -> int:
    """The person keys of before are lost: go on with the present ones. How many sealed rows that cost. Raises CannotRunError."""
    with stores(settings, step) as (opened, _own):

        async def give_them_up() -> int:
            if opened.database_url:  # passwords that were sealed with a lost secret are made anew
                keys = load_keys(opened)
                with database_problems(opened.database_url):
                    await migrate.ensure_logins(
                        opened.database_url, keys.sealing_keys(), wishes(opened, keys, lost=True)
                    )
            async with services_for(opened) as services:
                try:
                    return await give_up_lost_keys(services)
                except KeysDoNotFit as error:
                    raise CannotRunError(str(error)) from error

        return run(give_them_up())


def lines(found: list[Hanging]) -> list[str]:
    """For people, a line a secret."""
    told = []
    for one in found:
        counts = ", ".join(f"{count} {name}" for name, count in one.needed.items())
        if one.use == "signs and wraps":
            rest = counts or "nothing yet"
        elif one.use == "opens":
            rest = f"still needed for {counts}" if counts else "nothing hangs on it: it may go"
        else:
            rest = f"lost without it: {counts}"
        told.append(f"{one.key_id}  {one.use}: {rest}")
    return told


def free(found: list[Hanging]) -> bool:
    """May every secret but the first go?"""
    return not any(one.needed for one in found if one.use != "signs and wraps")


async def _hanging(services: Services) -> list[Hanging]:
    try:
        wrapped = await services.person_keys.counted()
    except KeysAway as error:
        raise CannotRunError(why_away(services.person_keys)) from error
    sealed = await _sealed_logins(services.settings)
    now, anonymous_for = services.clock.now(), timedelta(seconds=services.settings.anonymous_token_s)
    async with services.database.as_service() as connection:
        purchases = await sealed_purchases.counted(connection)
        noted = {
            one.key_id: one
            for one in await secret_keys.signed(
                connection, now=now, anonymous_for=anonymous_for, retries_for=RETRIES_FOR
            )
        }
        mails = await outbox.sealed_with(connection)
        notion = await sealed_notion.counted(connection)
    first, *others = services.keys.kids
    uses = {first: "signs and wraps", **dict.fromkeys(others, "opens")}
    found = []
    for key_id in [
        *uses,
        *(key_id for key_id in {**noted, **sealed, **purchases, **mails, **notion} if key_id not in uses),
    ]:
        counts = msgspec.structs.asdict(noted[key_id]) if key_id in noted else {}
        counts = {name: count for name, count in counts.items() if name not in ("key_id", "signs_until")}
        found.append(
            Hanging(
                key_id=key_id,
                use=uses.get(key_id, "not set"),
                person_keys=wrapped.get(key_id, 0),
                login_passwords=sealed.get(key_id, 0),
                purchase_tokens=purchases.get(key_id, 0),
                waiting_mails=mails.get(key_id, 0),
                notion_tokens=notion.get(key_id, 0),
                **counts,
            )
        )
    if wrapped.get(None):
        found.append(Hanging(ANOTHER, "not set", person_keys=wrapped[None]))
    return [one for one in found if one.use != "not set" or one.needed]


async def _sealed_logins(settings: Settings) -> dict[str, int]:
    if settings.database_url is None:
        return {}
    connection = await asyncpg.connect(settings.database_url, timeout=5)
    try:
        kept = (await login_passwords.kept(connection)).values()
    finally:
        await connection.close()
    ids = [one.key_id for one in kept if one.key_id is not None]
    return {key_id: ids.count(key_id) for key_id in ids}


async def _reseal(settings: Settings, services: Services, say: Progress) -> None:
    if settings.database_url is None:
        return
    with database_problems(settings.database_url):
        connection = await asyncpg.connect(settings.database_url, timeout=5)
        try:
            changed = await login_passwords.reseal(connection, services.keys.sealing_keys())
        finally:
            await connection.close()
    say(f"{changed} passwords of logins sealed anew")


async def _reseal_purchases(services: Services, say: Progress) -> None:
    references, last, changed = google.references(services.keys), None, 0
    async with services.database.reading() as connection:
        while found := await sealed_purchases.after(connection, last):
            for one in found:
                if (new := references.again(one.reference)) is not None:
                    await sealed_purchases.exchange(connection, one, new)
                    changed += 1
            last = found[-1]
    say(f"{changed} purchase tokens sealed anew")


async def _reseal_notion(services: Services, say: Progress) -> None:
    last, changed = None, 0
    async with services.database.reading() as connection:
        while found := await sealed_notion.after(connection, last):
            for one in found:
                if (new := secrets.sealing(services.keys, one.user_id).again(one.sealed)) is not None:
                    changed += await notion_connections.exchange(connection, one.user_id, one.sealed, new)
            last = found[-1].user_id
    say(f"{changed} tokens of Notion sealed anew")


async def _moved(path: Path, url: str) -> int:
    file, database = KeyFile(path), KeyDatabase(url)
    try:
        return await file.hand_over(database.take)
    finally:
        await file.close()
        await database.close()


def _named(settings: Settings, path: Path) -> str:
    return "ATTUNED_PERSON_KEYS names a database" if settings.person_key_url else f"nothing is at {path}"


def _other_secret(services: Services) -> str:
    return (
        f"The keys in {services.person_keys.store.place} are wrapped with a secret that is not among ours: put it into"
        " ATTUNED_SECRET_KEYS, after the new one."
    )
