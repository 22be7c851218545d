"""A contract is frozen while it is signed and ever after, and in force is only what every party signed."""

from uuid import UUID

import asyncpg
import pytest

from tests.storage import bonds_world, rows
from tests.storage.bonds_world import ANA, BEN, MOMENT, World, commands, leave, refused, sealed

NO_RIGHT, FROZEN = asyncpg.InsufficientPrivilegeError, asyncpg.RestrictViolationError
HASH, OTHER_HASH = "a" * 64, "b" * 64
SIGN = "UPDATE contract_signatures SET status = 'signed', content_sha256 = $1, signed_at = app.moment()"


@pytest.fixture
async def world(database_url):
    async with rows.undone(database_url) as connection:
        yield await bonds_world.build(connection)


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
        skip = "UPDATE contracts SET status = 'active', content_sha256 = $1, signed_at = $2 WHERE id = $3"
        async with refused(world, ANA, NO_RIGHT) as sql:
            await sql.execute(skip, HASH, MOMENT, contract)
        async with rows.refused(world.connection, FROZEN):
            await world.connection.execute(skip, HASH, MOMENT, contract)

    @pytest.mark.parametrize(
        ("steps", "said"),
        [
            ("superseded", ["contract_ended"]),
            ("expired", ["contract_ended"]),
            ("withdrawn", ["contract_ended"]),
        ],
        ids=["another in its place", "its time is up", "taken back"],
    )
    async def test_however_it_ends_the_ledger_says_that_it_did(self, world, contract, steps, said):
        await self._given(world, contract)
        for person in (ANA, BEN):
            await self._sign(world, contract, person)
        await self._in_force(world, contract)
        await world.connection.execute(
            "UPDATE contracts SET status = $2::text::contract_status_enum, ended_at = $3 WHERE id = $1",
            *(contract, steps, MOMENT),
        )
        found = await world.connection.fetch(
            "SELECT kind FROM consent_ledger WHERE detail ->> 'contract' = $1 AND kind <> 'contract_signed' ORDER BY number",
            str(contract),
        )
        assert [row["kind"] for row in found] == ["contract_in_force", *said]

    @pytest.mark.parametrize("change", ["line_id = gen_random_uuid()", "version_number = 9"])
    async def test_a_draft_too_stays_in_its_line(self, world, contract, change):
        async with rows.refused(world.connection, FROZEN):
            await world.connection.execute(f"UPDATE contracts SET {change} WHERE id = $1", contract)

    async def test_what_is_over_does_not_come_back_and_when_it_was_signed_stays(self, world, contract):
        await self._given(world, contract)
        for person in (ANA, BEN):
            await self._sign(world, contract, person)
        await self._in_force(world, contract)
        async with rows.refused(world.connection, FROZEN):
            await world.connection.execute(
                "UPDATE contracts SET signed_at = signed_at - interval '1 day' WHERE id = $1", contract
            )
        await world.connection.execute(
            "UPDATE contracts SET status = 'withdrawn', ended_at = $2 WHERE id = $1", contract, MOMENT
        )
        async with rows.refused(world.connection, FROZEN):
            await world.connection.execute(
                "UPDATE contracts SET status = 'active', ended_at = NULL WHERE id = $1", contract
            )

    async def test_its_parties_are_the_members_and_nobody_else(self, world, contract):
        ask = "UPDATE contracts SET status = 'pending_signature', content_sha256 = $1 WHERE id = $2"
        async with refused(world, ANA, NO_RIGHT) as sql:
            await rows.insert(sql, "contract_signatures", contract_id=contract, bond_id=world.bond, user_id=ANA)
            await sql.execute(ask, HASH, contract)
        async with commands(world, ANA) as sql:
            for party in (ANA, BEN):
                await rows.insert(sql, "contract_signatures", contract_id=contract, bond_id=world.bond, user_id=party)
        async with refused(world, BEN, NO_RIGHT) as sql:
            await sql.execute(ask, HASH, contract)

    async def test_it_is_concluded_for_a_party_that_signed_when_all_did_and_for_nobody_else(self, world, contract):
        conclude = "SELECT app.conclude_contract($1)"
        await self._given(world, contract)
        await self._sign(world, contract, ANA)
        for person in (ANA, BEN):
            async with commands(world, person) as sql:
                assert await sql.fetchval(conclude, contract) is False
        await self._sign(world, contract, BEN)
        stranger = await rows.insert(world.connection, "users", id=rows.user_id(0xD0), email="dora@example.org")
        async with commands(world, stranger["id"]) as sql:
            assert await sql.fetchval(conclude, contract) is False
        async with commands(world, BEN) as sql:
            assert await sql.fetchval(conclude, contract) is True
            assert await sql.fetchval(conclude, contract) is False
        assert await world.connection.fetchval("SELECT status FROM contracts WHERE id = $1", contract) == "active"

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
        await leave(world, BEN)
        found = dict(await world.connection.fetch("SELECT status::text, count(*) FROM contracts GROUP BY status"))
        assert found == {"withdrawn": 2, "draft": 1}
        assert (
            await world.connection.fetchval("SELECT count(*) FROM contract_signatures WHERE contract_id = $1", contract)
            == 0
        )

    async def test_who_signed_which_text_stands_in_the_ledger_of_consent_and_that_it_ended_without_a_name(
        self, world, contract
    ):
        await self._given(world, contract)
        for person in (ANA, BEN):
            await self._sign(world, contract, person)
        await self._in_force(world, contract)
        await leave(world, BEN)
        found = await world.connection.fetch(
            "SELECT l.kind, p.user_id, l.detail ->> 'content_sha256' AS text FROM consent_ledger l"
            " LEFT JOIN consent_people p USING (person) WHERE l.detail ->> 'contract' = $1 ORDER BY l.number",
            str(contract),
        )
        told = [tuple(row) for row in found]
        assert told == [
            ("contract_signed", ANA, HASH), ("contract_signed", BEN, HASH), ("contract_in_force", None, HASH),
            ("contract_ended", None, None),
        ]  # fmt: skip
        assert await world.connection.fetch("SELECT * FROM app.broken_consents()") == []
