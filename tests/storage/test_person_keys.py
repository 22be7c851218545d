"""People's keys, in a file or in a database of their own: made once whoever asks, useless without the installation's, and gone
when they are deleted."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from storage.key_database import KeyDatabase, NoKeyDatabase
from storage.key_file import KeyFile
from storage.key_rows import NOTED_FOR_S, KeyGone, KeysAway, KeyStore
from storage.person_keys import BATCH, OtherSecret, PersonKeys
from tests.support import databases

OLD, NEW = {"old": bytes(range(32))}, {"new": bytes(range(1, 33))}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "keys.sqlite"


@pytest.fixture(scope="module")
def keys_url(admin_url):
    url = databases.create(admin_url, prefix="keys")
    yield url
    databases.drop(url, admin_url)


@pytest.fixture(params=["file", "database"])
async def store(request, path, keys_url) -> Callable[[], KeyStore]:
    """Opens the store once more, as another process does."""
    if request.param == "database":
        await _empty(keys_url)
    return lambda: KeyFile(path) if request.param == "file" else KeyDatabase(keys_url)


@pytest.fixture
async def keys(store) -> AsyncIterator[PersonKeys]:
    opened = PersonKeys(store(), OLD)
    yield opened
    await opened.close()


async def _empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("DROP TABLE IF EXISTS person_keys, store, erased, backups")
    await connection.close()


async def test_what_was_sealed_opens_for_the_same_person(keys):
    (envelope,) = await keys.seal("user:1", {"A1": 5, "C1": ["é"]})
    assert set(envelope) == {"key_id", "nonce", "ciphertext"}
    assert await keys.unseal("user:1", envelope) == {"A1": 5, "C1": ["é"]}
    one, other = await keys.seal("user:1", {"A1": 5}, {"A1": 5})
    assert one["ciphertext"] != other["ciphertext"]


async def test_two_processes_share_a_persons_key(keys, store):
    other = PersonKeys(store(), OLD)
    sealed = await asyncio.gather(*(one.seal("user:1", 1) for one in (keys, other) * 5))
    envelopes = [envelope for (envelope,) in sealed]
    assert len({envelope["key_id"] for envelope in envelopes}) == 1
    assert {await other.unseal("user:1", envelope) for envelope in envelopes} == {1}
    assert await other.identity() == await keys.identity()
    await other.close()


@pytest.mark.parametrize("part", ["key_id", "nonce", "ciphertext"])
async def test_a_changed_envelope_does_not_open(keys, part):
    (envelope,) = await keys.seal("user:1", 1)
    for wrong in ({**envelope, part: envelope[part][:-4] + "AAA="}, {**envelope, part: None}, {}):
        with pytest.raises(KeyGone):
            await keys.unseal("user:1", wrong)


async def test_nobody_elses_key_opens_it(keys):
    (envelope,) = await keys.seal("user:1", 1)
    with pytest.raises(KeyGone):
        await keys.unseal("user:2", envelope)
    await keys.seal("user:2", 1)
    with pytest.raises(KeyGone):
        await keys.unseal("user:2", envelope)


async def test_the_store_is_useless_with_another_installations_secret(keys, store):
    (envelope,) = await keys.seal("user:1", 1)
    thief = PersonKeys(store(), NEW)
    for attempt in (thief.unseal("user:1", envelope), thief.seal("user:1", 1), thief.seal("user:2", 1)):
        with pytest.raises(KeyGone):
            await attempt
    with pytest.raises(OtherSecret):
        await thief.identity()
    await thief.close()


async def test_a_deleted_key_is_gone(keys):
    (envelope,) = await keys.seal("user:gone-for-good", 1)
    await keys.seal("user:2", 1)
    await keys.forget("user:gone-for-good", "user:nobody")
    with pytest.raises(KeyGone):
        await keys.unseal("user:gone-for-good", envelope)
    assert await keys.people() == ["user:2"]


async def test_who_was_erased_is_known_for_a_while_by_a_mark_alone_whether_they_had_a_key_or_not(
    keys, store, monkeypatch
):
    await keys.seal("user:1", 1)
    await keys.forget("user:1", "anon:without a key")
    people = ["user:1", "user:2", "anon:without a key"]
    other = PersonKeys(store(), OLD)
    assert await other.erased(people) == {"user:1", "anon:without a key"}
    await keys.seal("user:2", 1)
    assert await other.without_key(people) == {"user:1", "anon:without a key"}
    later = time.time() + NOTED_FOR_S + 60
    monkeypatch.setattr(time, "time", lambda: later)
    await keys.forget("user:3")
    assert await other.erased([*people, "user:3"]) == {"user:3"}
    await other.close()


async def test_a_store_knows_of_the_backups_that_were_taken_while_it_was_there(keys, store):
    await keys.store.note_backup("one")
    await keys.store.note_backup("one")
    other = store()
    assert await other.knows_backup("one")
    assert not await other.knows_backup("another")
    await other.close()


async def test_keys_are_wrapped_anew_while_others_are_made_and_deleted(keys, store):
    sealed = {f"user:{number:04}": (await keys.seal(f"user:{number:04}", number))[0] for number in range(BATCH + 5)}
    between, after = PersonKeys(store(), OLD | NEW), PersonKeys(store(), NEW | OLD)
    told = []
    async for seen, changed in after.rewrap():
        told.append((seen, changed))
        if len(told) == 1:  # in the middle of it: keys of a process that still wraps with the old one, behind and ahead
            await keys.forget("user:0001", "user:0204")
            await between.seal("user:0000a", 1)
            await between.seal("user:9999", 1)
    assert told == [(BATCH, BATCH), (BATCH + 5, BATCH + 5)]
    assert await after.counted() == {"new": BATCH + 4, "old": 1}
    assert [found async for found in after.rewrap()][-1] == (BATCH + 5, 1)  # again, for what came behind it
    assert await after.counted() == {"new": BATCH + 5, "old": 0}
    alone = PersonKeys(store(), NEW)
    assert await alone.identity() == await after.identity() == await between.identity()
    assert await alone.unseal("user:0100", sealed["user:0100"]) == 100
    with pytest.raises(OtherSecret):
        await keys.identity()
    for one in (between, after, alone):
        await one.close()


class TestFile:
    @pytest.fixture
    def file_keys(self, path) -> PersonKeys:
        return PersonKeys(KeyFile(path), OLD)

    async def test_a_deleted_key_is_in_no_file_and_no_log(self, file_keys, path):
        await file_keys.seal("user:gone-for-good", 1)
        with sqlite3.connect(path) as reader:
            query = "SELECT wrapped FROM person_keys WHERE person = 'user:gone-for-good'"
            wrapped = reader.execute(query).fetchone()[0]
        reader.close()
        await file_keys.forget("user:gone-for-good")
        for file in path.parent.iterdir():
            assert b"gone-for-good" not in file.read_bytes()
            assert wrapped not in file.read_bytes()
        await file_keys.close()

    async def test_nobody_else_on_the_machine_may_read_it(self, file_keys, path):
        await file_keys.seal("user:1", 1)
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
        await file_keys.close()

    async def test_it_moves_to_a_database_and_is_away_for_who_still_uses_it(self, file_keys, path, keys_url):
        await _empty(keys_url)
        (envelope,) = await file_keys.seal("user:1", 1)
        await file_keys.forget("user:gone")
        await file_keys.store.note_backup("one")
        identity = await file_keys.identity()
        mover, target = KeyFile(path), KeyDatabase(keys_url)
        with pytest.raises(RuntimeError):
            await mover.hand_over(_interrupted)
        assert await mover.hand_over(target.take) == 1
        moved = PersonKeys(target, OLD)
        assert await moved.unseal("user:1", envelope) == 1
        assert await moved.identity() == identity
        assert await moved.erased(["user:gone", "user:1"]) == {"user:gone"}
        assert await target.knows_backup("one")
        for attempt in (
            file_keys.unseal("user:1", envelope),
            file_keys.seal("user:2", 1),
            file_keys.has("user:1"),
            file_keys.forget("user:1"),
        ):
            with pytest.raises(KeysAway):
                await attempt
        assert not await file_keys.answers()
        again = PersonKeys(KeyFile(path), OLD)
        with pytest.raises(KeysAway):
            await again.has("user:1")
        for one in (moved, file_keys, again):
            await one.close()
        await mover.close()

    async def test_it_does_not_move_over_the_keys_of_another_installation(self, file_keys, keys_url):
        await _empty(keys_url)
        other = PersonKeys(KeyDatabase(keys_url), OLD)
        await other.seal("user:1", 1)
        await file_keys.identity()
        with pytest.raises(NoKeyDatabase, match="another installation"):
            await file_keys.store.hand_over(other.store.take)
        assert await file_keys.answers()
        for one in (other, file_keys):
            await one.close()


class TestDatabase:
    async def test_the_database_of_the_game_is_refused(self, database_url):
        store = KeyDatabase(database_url)
        with pytest.raises(NoKeyDatabase, match="database of their own"):
            await store.identity()

    async def test_one_that_does_not_answer_is_away_and_comes_back_by_itself(self, keys_url, admin_url):
        await _empty(keys_url)
        keys = PersonKeys(KeyDatabase(keys_url), OLD)
        (envelope,) = await keys.seal("user:1", 1)
        await databases.rename(admin_url, keys_url, "elsewhere")
        for attempt in (keys.unseal("user:1", envelope), keys.seal("user:2", 1), keys.forget("user:1")):
            with pytest.raises(KeysAway):
                await attempt
        assert not await keys.answers()
        await databases.rename(admin_url, databases.url_of(admin_url, "elsewhere"), keys_url.rpartition("/")[2])
        keys.store._away_until = 0.0  # a second later
        assert await keys.unseal("user:1", envelope) == 1
        await keys.close()

    async def test_another_store_behind_the_same_name_is_not_asked(self, keys_url):
        await _empty(keys_url)
        store = KeyDatabase(keys_url)
        store.expected = "the one that this database belongs to"
        with pytest.raises(KeysAway):
            await PersonKeys(store, OLD).has("user:1")
        await store.close()


async def _interrupted(*_: object) -> None:
    raise RuntimeError
