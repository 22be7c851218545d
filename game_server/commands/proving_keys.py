"""Do people's keys and the rows that are sealed with them agree? And does what is sealed hold what it must, where that matters?

Both sides are read in the order of their owners' names, a batch at a time. Nobody's words are kept or told.
"""

import re
import time
from collections.abc import AsyncIterator

import asyncpg
import msgspec

from game_server.process.keys import load_keys
from game_server.services import open_key_store
from game_server.settings import Settings
from rooms.bonds.contracts import digest
from storage import owners, sealed_rows
from storage.key_file import KeyFile
from storage.key_rows import KeyGone, KeysAway, Wrapped
from storage.person_keys import BATCH, DataKey, OtherSecret, PersonKeys
from storage.proofs import FEW, Proof, Proved, snapshot

AT_ONCE = 500
URL = re.compile(r"https?://[^\s\x00-\x1f\x7f]{1,2000}")


def _proof(name: str, proves: str, mend: str) -> Proof:
    return Proof(name=name, group="keys", proves=proves, sql="", mend=mend)


NEEDED = _proof(
    "keys_of_rows",
    "Whoever has sealed rows has the key that they are sealed with",
    "These are in another key store, or lost: set ATTUNED_PERSON_KEYS to the store that this database was used with, or bring its"
    " copy back. Only where they are gone for good: `game-server keys lost` deletes what they sealed.",
)
STRANGE = _proof(
    "keys_of_nobody",
    "Every key in the store is somebody's who is there",
    "SET ROLE game_owner; INSERT INTO erased_people (person, rooms) VALUES ('…', '{}') ON CONFLICT DO NOTHING; RESET ROLE;"
    "  (the job forget_erased then forgets the key)",
)
SECRETS = _proof(
    "key_secrets",
    "Every key in the store is wrapped with a secret that is set",
    "Put the secret of before into ATTUNED_SECRET_KEYS, after the present one, and run `game-server keys rotate`.",
)
HASHES = _proof(
    "contract_hashes",
    "The text of every contract that was given to be signed is the one whose hash was signed",
    "Its text was changed past the server: bring the row back from a backup, or let its parties sign a new version.",
)
URLS = _proof(
    "resource_urls",
    "The addresses among things to read are of web pages",
    "Whose it is can write it anew; or SET ROLE game_owner; UPDATE resources SET url = NULL WHERE id = '…'; RESET ROLE;",
)
PROOFS = (NEEDED, STRANGE, SECRETS, HASHES, URLS)


class Tally(msgspec.Struct):
    """How many are off, and a few."""

    count: int = 0
    sample: list[str] = []

    def add(self, *names: str) -> None:
        """These too."""
        self.count += len(names)
        self.sample = [*self.sample, *names][:FEW]

    def of(self, proof: Proof, began: float) -> Proved:
        """As what a proof found."""
        seconds = round(time.monotonic() - began, 3)
        return Proved(proof=proof, count=self.count, sample=self.sample, seconds=seconds)


async def prove(settings: Settings, url: str) -> list[Proved]:
    """Everything above, in this order. Raises NotTheOwner, SecretMissing."""
    if settings.person_key_url is None and not settings.person_key_file.exists():
        return await _without_keys(url, f"there is no file of keys at {settings.person_key_file}")
    keys = PersonKeys(open_key_store(settings), load_keys(settings).wrapping_keys())
    try:
        return await _proven(keys, url)
    except KeysAway:
        where = "its keys were moved" if isinstance(keys.store, KeyFile) and keys.store.moved else "it does not answer"
        return [Proved(proof=proof, unproven=f"the key store at {keys.store.place}: {where}") for proof in PROOFS]
    except OtherSecret:
        return [Proved(proof=proof, unproven="the keys are wrapped with a secret that is not set") for proof in PROOFS]
    finally:
        await keys.close()


async def _proven(keys: PersonKeys, url: str) -> list[Proved]:
    now, moment = await asyncpg.connect(url), await asyncpg.connect(url)
    try:
        async with snapshot(moment):
            return [
                await _needed(keys, moment, now),
                await _strange(keys, moment, now),
                await _secrets(keys),
                await _hashes(keys, moment),
                await _urls(keys, moment),
            ]
    finally:
        await moment.close()
        await now.close()


async def _without_keys(url: str, why: str) -> list[Proved]:
    """No key was ever made here: that is well where nothing is sealed."""
    began, missing = time.monotonic(), Tally()
    moment = await asyncpg.connect(url)
    try:
        async with snapshot(moment):
            async for owner, _ in sealed_rows.pairs(moment):
                missing.add(owner)
    finally:
        await moment.close()
    return [missing.of(NEEDED, began), *(Proved(proof=proof, passed_over=why) for proof in PROOFS[1:])]


async def _needed(keys: PersonKeys, moment: asyncpg.Connection, now: asyncpg.Connection) -> Proved:
    """Owners whose key is not there. Who was erased meanwhile needs none."""
    began, missing, looked_for = time.monotonic(), Tally(), list[str]()
    held = _in_order(keys)
    key = await anext(held, None)

    async def settle() -> None:
        there = await owners.known(now, looked_for)
        missing.add(*(owner for owner in looked_for if owner in there))
        looked_for.clear()

    async for owner, key_id in sealed_rows.pairs(moment):
        while key is not None and key.person < owner:
            key = await anext(held, None)
        if (key is None or (key.person, key.key_id) != (owner, key_id)) and owner not in looked_for[-1:]:
            looked_for.append(owner)
        if len(looked_for) >= AT_ONCE:
            await settle()
    await settle()
    return missing.of(NEEDED, began)


async def _strange(keys: PersonKeys, moment: asyncpg.Connection, now: asyncpg.Connection) -> Proved:
    """Keys of nobody. Who came meanwhile is somebody."""
    began, strange, doubted = time.monotonic(), Tally(), list[str]()
    there = sealed_rows.each(moment, sealed_rows.OWNERS)
    row = await anext(there, None)

    async def settle() -> None:
        known = await owners.known(now, doubted, also_erased=True)
        strange.add(*[one for one in doubted if one not in known and await keys.store.find(one) is not None])
        doubted.clear()

    async for key in _in_order(keys):
        while row is not None and row["owner"] < key.person:
            row = await anext(there, None)
        if row is None or row["owner"] != key.person:
            doubted.append(key.person)
        if len(doubted) >= AT_ONCE:
            await settle()
    await settle()
    return strange.of(STRANGE, began)


async def _secrets(keys: PersonKeys) -> Proved:
    began = time.monotonic()
    of_another = (await keys.counted()).get(None, 0)
    return Proved(proof=SECRETS, count=of_another, seconds=round(time.monotonic() - began, 3))


async def _hashes(keys: PersonKeys, moment: asyncpg.Connection) -> Proved:
    """Of a contract whose party was erased, or whose key is gone, nobody can say."""
    began, wrong, opener = time.monotonic(), Tally(), _Opener(keys)
    async for row in sealed_rows.each(moment, _CONTRACTS):
        key = await opener.key(row["owner"])
        if key is not None and None not in row["parties"] and _signed(key, row) not in (None, row["content_sha256"]):
            wrong.add(str(row["id"]))
    return wrong.of(HASHES, began)


async def _urls(keys: PersonKeys, moment: asyncpg.Connection) -> Proved:
    began, wrong, opener = time.monotonic(), Tally(), _Opener(keys)
    async for row in sealed_rows.each(moment, _URLS):
        key = await opener.key(row["owner"])
        address = None if key is None else _opened(key, row["url"])
        if address is not None and not URL.fullmatch(str(address)):
            wrong.add(str(row["id"]))
    return wrong.of(URLS, began)


class _Opener:
    """The key of the owner whose rows are read just now."""

    def __init__(self, keys: PersonKeys) -> None:
        self._keys = keys
        self._last: tuple[str, DataKey | None] | None = None

    async def key(self, owner: str) -> DataKey | None:
        """None where it is gone: that is another proof's."""
        if self._last is None or self._last[0] != owner:
            try:
                self._last = owner, await self._keys.key(owner)
            except KeyGone:
                self._last = owner, None
        return self._last[1]


def _signed(key: DataKey, row: asyncpg.Record) -> str | None:
    """The hash of its text; None where another key seals it."""
    title, content = _opened(key, row["title"]), _opened(key, row["content"])
    if title is None or content is None:
        return None
    return digest(
        title=str(title),
        content=str(content),
        version_number=row["version_number"],
        expires_at=row["expires_at"],
        parties=map(str, row["parties"]),
    )


def _opened(key: DataKey, text: str) -> object:
    """What an envelope holds; None where another key seals it, nothing where it is none or was changed."""
    try:
        envelope = msgspec.json.decode(text)
        return key.unseal(envelope) if envelope["key_id"] == key.id else None
    except (KeyGone, KeyError, TypeError, ValueError):
        return ""


async def _in_order(keys: PersonKeys) -> AsyncIterator[Wrapped]:
    last = ""
    while batch := await keys.store.after(last, BATCH):
        for key in batch:
            yield key
        last = batch[-1].person


_CONTRACTS = """
SELECT c.id, 'bond:' || c.bond_id AS owner, c.title::text AS title, c.content::text AS content, c.version_number, c.expires_at,
    c.content_sha256, array_agg(s.user_id) AS parties
FROM contracts c JOIN contract_signatures s ON s.contract_id = c.id
WHERE c.content_sha256 IS NOT NULL
GROUP BY c.id ORDER BY c.bond_id
"""

_URLS = """
SELECT t.id, 'user:' || t.user_id AS owner, t.url::text AS url FROM resources t WHERE t.url IS NOT NULL ORDER BY t.user_id
"""
