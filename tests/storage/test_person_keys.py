"""People's keys: made once whoever asks, useless without the installation's, and gone from the file when deleted."""

import asyncio
import sqlite3

import pytest

from storage.person_keys import KeyGone, PersonKeys

WRAPPING = bytes(range(32))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "keys.sqlite"


@pytest.fixture
def keys(path):
    opened = PersonKeys(path, WRAPPING)
    yield opened
    opened.close()


async def test_what_was_sealed_opens_for_the_same_person(keys):
    (envelope,) = await keys.seal("user:1", {"A1": 5, "C1": ["é"]})
    assert set(envelope) == {"key_id", "nonce", "ciphertext"}
    assert await keys.unseal("user:1", envelope) == {"A1": 5, "C1": ["é"]}
    one, other = await keys.seal("user:1", {"A1": 5}, {"A1": 5})
    assert one["ciphertext"] != other["ciphertext"]


async def test_two_processes_share_a_persons_key(keys, path):
    other = PersonKeys(path, WRAPPING)
    sealed = await asyncio.gather(*(one.seal("user:1", 1) for one in (keys, other) * 5))
    envelopes = [envelope for (envelope,) in sealed]
    assert len({envelope["key_id"] for envelope in envelopes}) == 1
    assert {await other.unseal("user:1", envelope) for envelope in envelopes} == {1}
    other.close()


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


async def test_the_file_is_useless_with_another_installations_secret(keys, path):
    (envelope,) = await keys.seal("user:1", 1)
    thief = PersonKeys(path, bytes(32))
    for attempt in (thief.unseal("user:1", envelope), thief.seal("user:1", 1)):
        with pytest.raises(KeyGone):
            await attempt
    thief.close()


async def test_a_deleted_key_is_gone_from_the_file_and_its_log(keys, path):
    (envelope,) = await keys.seal("user:gone-for-good", 1)
    await keys.seal("user:2", 1)
    with sqlite3.connect(path) as reader:
        wrapped = reader.execute("SELECT wrapped FROM person_keys WHERE person = 'user:gone-for-good'").fetchone()[0]
    reader.close()
    await keys.forget("user:gone-for-good", "user:nobody")
    for file in path.parent.iterdir():
        assert b"gone-for-good" not in file.read_bytes()
        assert wrapped not in file.read_bytes()
    with pytest.raises(KeyGone):
        await keys.unseal("user:gone-for-good", envelope)
    assert await keys.people() == ["user:2"]


async def test_nobody_else_on_the_machine_may_read_it(keys, path):
    await keys.seal("user:1", 1)
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
