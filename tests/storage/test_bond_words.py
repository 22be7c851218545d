"""What the tables of bonds' words refuse by themselves, and what becomes of them when a membership ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from tests.storage import bonds_world, rows
from tests.storage.bonds_world import ANA, BEN, MOMENT, World

CLEO = rows.user_id(0xC1E0)
NO_RIGHT, FROZEN = asyncpg.InsufficientPrivilegeError, asyncpg.RestrictViolationError
HASH, OTHER_HASH = "a" * 64, "b" * 64
SIGN = "UPDATE contract_signatures SET status = 'signed', content_sha256 = $1, signed_at = app.moment()"


@pytest.fixture
async def world(database_url):
    async with rows.undone(database_url) as connection:
        yield await bonds_world.build(connection)


@asynccontextmanager
async def commands(world: World, person: UUID) -> AsyncIterator[asyncpg.Connection]:
    """Inside: what a command of this member may do; it stays, as it would once committed."""
    await world.speak_as(person)
    await world.connection.execute("SET LOCAL ROLE bond_writer")
    yield world.connection
    await world.connection.execute("RESET ROLE")
    await world.speak_as(None)


@asynccontextmanager
async def refused(world: World, person: UUID, error: type[Exception]) -> AsyncIterator[asyncpg.Connection]:
    async with rows.refused(world.connection, error):
        await world.speak_as(person)
        await world.connection.execute("SET LOCAL ROLE bond_writer")
        yield world.connection


def sealed(world: World) -> dict[str, str]:
    return {"key_id": f"bond:{world.bond}", "nonce": "AA==", "ciphertext": "AA=="}


async def at(world: World, moment: Any) -> None:
    """From here on it is then."""
    await world.connection.execute("SELECT set_config('app.moment', $1, true)", moment.isoformat())


async def _leave(world: World, person: UUID) -> None:
    await world.speak_as(person)
    await world.connection.execute("DELETE FROM bond_members WHERE user_id = $1", person)
    await world.speak_as(None)


class TestContracts:
    @pytest.fixture
    async def contract(self, world) -> UUID:
        """A draft of Ana's."""
        async with commands(world, ANA) as sql:
            made = await rows.insert(
                sql, "contracts", bond_id=world.bond, created_by=ANA, title=sealed(world), content=sealed(world),
                line_id=rows.user_id(9),
            )  # fmt: skip
        return UUID(str(made["id"]))

    async def _given(self, world: World, contract: UUID) -> None:
        async with commands(world, ANA) as sql:
            for party in (ANA, BEN):
                await rows.insert(sql, "contract_signatures", contract_id=contract, bond_id=world.bond, user_id=party)
            await sql.execute(
                "UPDATE contracts SET status = 'pending_signature', content_sha256 = $1 WHERE id = $2", HASH, contract
            )

    async def _sign(self, world: World, contract: UUID, person: UUID, text: str = HASH) -> None:
        async with commands(world, person) as sql:
            await sql.execute(
                f"{SIGN} WHERE contract_id = $2 AND user_id = $3",
                *(text, contract, person),
            )

    async def _in_force(self, world: World, contract: UUID) -> None:
        async with commands(world, BEN) as sql:
            await sql.execute(
                "UPDATE contracts SET status = 'active', signed_at = app.moment() WHERE id = $1", contract
            )

    async def test_a_draft_is_edited_and_deleted_by_its_creator(self, world, contract):
        async with commands(world, ANA) as sql:
            assert (
                await sql.execute("UPDATE contracts SET expires_at = $1 WHERE id = $2", MOMENT, contract) == "UPDATE 1"
            )
        async with commands(world, BEN) as sql:
            assert await sql.execute("DELETE FROM contracts WHERE id = $1", contract) == "DELETE 0"
        async with commands(world, ANA) as sql:
            assert await sql.execute("DELETE FROM contracts WHERE id = $1", contract) == "DELETE 1"

    @pytest.mark.parametrize(
        "change", ["content = '{}'", "title = '{}'", "expires_at = app.moment()", f"content_sha256 = '{OTHER_HASH}'"]
    )
    async def test_what_was_given_to_be_signed_is_frozen_for_everybody(self, world, contract, change):
        await self._given(world, contract)
        async with refused(world, ANA, FROZEN) as sql:
            await sql.execute(f"UPDATE contracts SET {change} WHERE id = $1", contract)
        async with rows.refused(world.connection, FROZEN):
            await world.connection.execute(f"UPDATE contracts SET {change} WHERE id = $1", contract)

    async def test_declined_it_is_a_draft_again_and_free(self, world, contract):
        await self._given(world, contract)
        async with commands(world, BEN) as sql:
            await sql.execute("UPDATE contracts SET status = 'draft', content_sha256 = NULL WHERE id = $1", contract)
            assert await sql.execute("DELETE FROM contract_signatures WHERE contract_id = $1", contract) == "DELETE 2"
        async with commands(world, ANA) as sql:
            assert await sql.execute("UPDATE contracts SET content = '{}' WHERE id = $1", contract) == "UPDATE 1"

    async def test_nobody_signs_for_somebody_else_or_another_text_or_twice(self, world, contract):
        await self._given(world, contract)
        of_ben = f"{SIGN} WHERE user_id = $2"
        async with refused(world, ANA, NO_RIGHT) as sql:
            await sql.execute(f"{of_ben} AND contract_id = $3", HASH, BEN, contract)
        async with refused(world, BEN, FROZEN) as sql:
            await sql.execute(f"{of_ben} AND contract_id = $3", OTHER_HASH, BEN, contract)
        await self._sign(world, contract, BEN)
        async with refused(world, BEN, FROZEN) as sql:
            await sql.execute(
                "UPDATE contract_signatures SET status = 'declined', content_sha256 = NULL, signed_at = NULL"
                " WHERE contract_id = $1 AND user_id = $2",
                *(contract, BEN),
            )

    async def test_it_is_in_force_when_every_party_signed_and_no_sooner(self, world, contract):
        await self._given(world, contract)
        await self._sign(world, contract, ANA)
        async with rows.refused(world.connection, FROZEN):
            await self._in_force(world, contract)
        await self._sign(world, contract, BEN)
        await self._in_force(world, contract)
        async with commands(world, ANA) as sql:
            assert await sql.execute("DELETE FROM contract_signatures WHERE contract_id = $1", contract) == "DELETE 0"
            assert await sql.execute("DELETE FROM contracts WHERE id = $1", contract) == "DELETE 0"

    async def test_a_contract_begins_as_a_draft_and_nothing_skips_the_signatures(self, world, contract):
        async with refused(world, ANA, NO_RIGHT) as sql:
            await rows.insert(
                sql, "contracts", bond_id=world.bond, created_by=ANA, title={}, content={}, line_id=rows.user_id(8),
                status="active", content_sha256=HASH, signed_at=MOMENT,
            )  # fmt: skip
        async with refused(world, ANA, FROZEN) as sql:
            await sql.execute(
                "UPDATE contracts SET status = 'active', content_sha256 = $1, signed_at = $2 WHERE id = $3",
                HASH,
                MOMENT,
                contract,
            )

    async def test_one_of_a_line_is_in_force(self, world, contract):
        await self._given(world, contract)
        for person in (ANA, BEN):
            await self._sign(world, contract, person)
        await self._in_force(world, contract)
        async with rows.refused(world.connection, asyncpg.UniqueViolationError):
            await world.connection.execute(
                "INSERT INTO contracts (bond_id, title, content, line_id, version_number, status, content_sha256, signed_at)"
                " SELECT bond_id, title, content, line_id, 2, status, content_sha256, signed_at FROM contracts WHERE id = $1",
                contract,
            )

    async def test_who_leaves_ends_what_they_are_party_of(self, world, contract):
        await self._given(world, contract)
        await _leave(world, BEN)
        found = dict(await world.connection.fetch("SELECT status::text, count(*) FROM contracts GROUP BY status"))
        assert found == {"withdrawn": 2, "draft": 1}
        assert (
            await world.connection.fetchval("SELECT count(*) FROM contract_signatures WHERE contract_id = $1", contract)
            == 0
        )


class TestMessages:
    @pytest.fixture
    async def message(self, world) -> UUID:
        """Ana's, to Ben."""
        await at(world, MOMENT + timedelta(minutes=1))
        async with commands(world, ANA) as sql:
            made = await rows.insert(
                sql, "messages", bond_id=world.bond, from_user_id=ANA, to_user_id=BEN, content=sealed(world)
            )
        return UUID(str(made["id"]))

    async def test_its_sender_changes_and_takes_it_back_for_a_quarter_of_an_hour(self, world, message):
        change = "UPDATE messages SET content = '{}', edited_at = app.moment() WHERE id = $1"
        async with commands(world, ANA) as sql:
            assert await sql.execute(change, message) == "UPDATE 1"
        async with refused(world, BEN, NO_RIGHT) as sql:
            await sql.execute("UPDATE messages SET content = '[]' WHERE id = $1", message)
        async with refused(world, ANA, NO_RIGHT) as sql:
            await sql.execute("UPDATE messages SET content = '{}', edited_at = NULL WHERE id = $1", message)
        await at(world, MOMENT + timedelta(minutes=17))
        for late in (change, "UPDATE messages SET content = NULL, unsent_at = app.moment() WHERE id = $1"):
            async with refused(world, ANA, NO_RIGHT) as sql:
                await sql.execute(late, message)

    async def test_it_is_read_by_whom_it_is_for_and_once(self, world, message):
        read = "UPDATE messages SET read_at = app.moment() WHERE id = $1"
        async with refused(world, ANA, NO_RIGHT) as sql:
            await sql.execute(read, message)
        async with commands(world, BEN) as sql:
            assert await sql.execute(read, message) == "UPDATE 1"
        await at(world, MOMENT + timedelta(minutes=2))
        async with refused(world, BEN, NO_RIGHT) as sql:
            await sql.execute(read, message)

    async def test_nobody_writes_as_somebody_else_and_nobody_deletes_a_bonds_message(self, world, message):
        async with refused(world, BEN, NO_RIGHT) as sql:
            await rows.insert(sql, "messages", bond_id=world.bond, from_user_id=ANA, content=sealed(world))
        async with commands(world, ANA) as sql:
            assert await sql.execute("DELETE FROM messages WHERE id = $1", message) == "DELETE 0"

    @pytest.mark.parametrize("of", [{}, {"bond_id": "the bond", "conversation_id": "a talk"}], ids=["neither", "both"])
    async def test_it_is_of_a_bond_or_of_a_conversation(self, world, of):
        values: dict[str, Any] = {"bond_id": None, "conversation_id": None, "user_id": None, "role": None}
        if of:
            talk = world.first["conversations", ANA]["id"]
            values = {"bond_id": world.bond, "conversation_id": talk, "user_id": ANA, "role": "user"}
        async with rows.refused(world.connection, asyncpg.CheckViolationError):
            await rows.insert(world.connection, "messages", from_user_id=ANA, content=sealed(world), **values)

    async def test_what_is_said_to_a_character_is_its_owners_alone(self, world):
        talks = "SELECT count(*) FROM messages WHERE conversation_id IS NOT NULL AND user_id <> app.uid()"
        async with commands(world, BEN) as sql:
            assert await sql.fetchval(talks) == 0
            assert await sql.fetchval("SELECT count(*) FROM messages WHERE conversation_id IS NOT NULL") == 1


class TestWhatIsOnesOwn:
    async def test_a_check_in_is_its_persons_to_say(self, world):
        async with refused(world, BEN, NO_RIGHT) as sql:
            await rows.insert(sql, "check_ins", user_id=ANA, bond_id=world.bond, status="red", local_date=MOMENT.date())
        async with rows.refused(world.connection, NO_RIGHT):
            await world.connection.execute("UPDATE check_ins SET status = 'red' WHERE user_id = $1", ANA)
        async with rows.refused(world.connection, asyncpg.UniqueViolationError):
            await world.speak_as(ANA)
            await rows.insert(
                world.connection, "check_ins", user_id=ANA, bond_id=world.bond, status="red", local_date=MOMENT.date()
            )

    async def test_a_journal_is_read_by_others_while_it_is_shared(self, world):
        seen = "SELECT count(*) FROM journal_entries WHERE user_id = $1"
        for shared in (False, True, False):
            async with commands(world, ANA) as sql:
                await sql.execute("UPDATE journal_entries SET is_shared = $1", shared)
            async with commands(world, BEN) as sql:
                assert await sql.fetchval(seen, ANA) == int(shared)

    async def test_there_is_one_primary_character(self, world):
        await world.connection.execute("UPDATE kinksters SET is_primary = true WHERE user_id = $1", ANA)
        async with rows.refused(world.connection, asyncpg.UniqueViolationError):
            await rows.insert(
                world.connection,
                "kinksters",
                user_id=ANA,
                name={},
                age_range="31-40",
                stats=bonds_world.STATS,
                is_primary=True,
            )

    async def test_no_character_is_young(self, world):
        ages = await world.connection.fetchval("SELECT enum_range(NULL::age_range_enum)::text[]")
        assert min(int(age[:2]) for age in ages) >= 21

    async def test_an_event_comes_once_by_its_uid(self, world):
        again = {"title": {}, "start_date": MOMENT, "created_by": ANA, "ical_uid": "once@example.org"}
        for bond in (world.bond, None):
            await rows.insert(world.connection, "calendar_events", **again, bond_id=bond)
            async with rows.refused(world.connection, asyncpg.UniqueViolationError):
                await rows.insert(world.connection, "calendar_events", **again, bond_id=bond)
            await rows.insert(
                world.connection, "calendar_events", **again, bond_id=bond, recurrence_id="20261130T200000Z"
            )

    @pytest.mark.parametrize(
        "activities",
        ["{}", '["a kiss"]', '[{"name": "a kiss", "keys": [], "with": []}]', '[{"name": {}, "keys": []}]',
         '[{"name": {}, "keys": ["A kiss!"], "with": []}]', '[{"name": {}, "keys": [], "with": ["Ana"]}]',
         '[{"name": {}, "keys": [], "with": [], "notes": "long ago"}]'],
    )  # fmt: skip
    async def test_the_activities_of_a_scene_have_their_shape(self, world, activities):
        async with rows.refused(world.connection, asyncpg.CheckViolationError):
            await rows.insert(world.connection, "scenes", bond_id=world.bond, title={}, activities=activities)


HOME = ("journal_entries", "check_ins", "scene_debriefs", "user_achievements", "resources")


class TestLeaving:
    @pytest.mark.parametrize("how", ["leaves", "the bond is dissolved"])
    async def test_ones_own_words_go_home_unshared(self, world, how):
        for person in (ANA, BEN):
            async with commands(world, person) as sql:
                await sql.execute("UPDATE journal_entries SET is_shared = true")
                await sql.execute("UPDATE scene_debriefs SET is_shared = true")
                await sql.execute("UPDATE resources SET shared_with_partner = true")
        if how == "leaves":
            await _leave(world, BEN)
        else:
            await world.connection.execute("UPDATE bonds SET status = 'dissolved', dissolved_at = app.moment()")
        shared = {"resources": "shared_with_partner"}
        for table in HOME:
            found = await world.connection.fetch(
                f"SELECT bond_id, {shared.get(table, 'is_shared')} AS shared FROM {table} WHERE user_id = $1", BEN
            )
            assert {tuple(row) for row in found} == {(None, False)}, table
            kept = await world.connection.fetchval(f"SELECT count(bond_id) FROM {table} WHERE user_id = $1", ANA)
            assert kept == (1 if how == "leaves" else 0), table
        async with commands(world, ANA) as sql:
            for table in HOME:
                assert await sql.fetchval(f"SELECT count(*) FROM {table} WHERE user_id = $1", BEN) == 0, table
        assert await world.connection.fetchval("SELECT count(*) FROM calendar_feeds WHERE bond_id IS NOT NULL") == (
            1 if how == "leaves" else 0
        )

    async def test_a_scene_that_is_to_come_is_without_who_left_and_agreed_by_nobody(self, world):
        connection = world.connection
        activities = [{"name": sealed(world), "keys": [], "with": [str(ANA), str(BEN)]}]
        scene = await rows.insert(
            connection, "scenes", bond_id=world.bond, created_by=ANA, title={}, status="agreed",
            activities=msgspec.json.encode(activities).decode(),
        )  # fmt: skip
        for person in (ANA, BEN):
            await rows.insert(
                connection, "scene_confirmations", scene_id=scene["id"], bond_id=world.bond, user_id=person, version=1
            )
        await _leave(world, BEN)
        found = await connection.fetchrow(
            "SELECT status::text, activities::text FROM scenes WHERE id = $1", scene["id"]
        )
        assert found["status"] == "planned"
        assert str(ANA) in found["activities"]
        assert str(BEN) not in found["activities"]
        assert (
            await connection.fetchval("SELECT count(*) FROM scene_confirmations WHERE scene_id = $1", scene["id"]) == 0
        )
        assert await connection.fetchval("SELECT count(*) FROM scenes WHERE status = 'done'") == 2


class TestKeys:
    """What the service asks before it makes a key, and does when the store of keys is lost."""

    async def test_who_wrote_anything_of_their_own_has_something_sealed(self, world):
        await rows.insert(world.connection, "users", id=CLEO, email="cleo@example.org")
        async with rows.acting(world.connection, "game_service"):
            asked = [await world.connection.fetchval("SELECT app.has_sealed($1, NULL)", who) for who in (ANA, CLEO)]
        assert asked == [True, False]

    async def test_what_no_key_opens_any_more_goes_and_the_rest_stays(self, world):
        files = dict(await world.connection.fetch("SELECT user_id, key_id FROM files"))
        keys = {row[0] for row in await world.connection.fetch("SELECT app.some_keys_of_words()")}
        assert keys == {f"user:{ANA}", f"user:{BEN}", f"bond:{world.bond}", *files.values()}
        held = [f"user:{ANA}", f"bond:{world.bond}", files[ANA]]
        async with rows.acting(world.connection, "game_service"):
            assert await world.connection.fetchval("SELECT app.give_up_words($1)", held) > 10
            await world.connection.execute("RESET ROLE")
            for table in ("journal_entries", "scene_debriefs", "files", "kinksters"):
                assert {row[0] for row in await world.connection.fetch(f"SELECT user_id FROM {table}")} == {ANA}, table
            assert await world.connection.fetchval("SELECT count(*) FROM check_ins WHERE notes IS NULL") == 1
            assert await world.connection.fetchval("SELECT count(*) FROM contracts") == 2
