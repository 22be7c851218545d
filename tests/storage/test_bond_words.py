"""What the tables of bonds' words refuse by themselves, and what becomes of them when a membership ends."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from tests.storage import bonds_world, rows
from tests.storage.bonds_world import ANA, BEN, MOMENT, at, commands, leave, refused, sealed

CLEO = rows.user_id(0xC1E0)
NO_RIGHT = asyncpg.InsufficientPrivilegeError


@pytest.fixture
async def world(database_url):
    async with rows.undone(database_url) as connection:
        yield await bonds_world.build(connection)


class TestWhenARowWasMade:
    """By it lists go, a newcomer sees a row or not, and a message may be changed."""

    async def test_a_command_does_not_say_it_and_the_moment_is_the_commands(self, world):
        now = MOMENT + timedelta(days=3)
        await at(world, now)
        said = {"bond_id": world.bond, "created_at": MOMENT - timedelta(days=9)}
        async with commands(world, ANA) as sql:
            for table, values in {
                "messages": {"from_user_id": ANA, "content": sealed(world)},
                "journal_entries": {"user_id": ANA, "content": sealed(world)},
                "check_ins": {"user_id": ANA, "status": "green", "local_date": now.date()},
                "resources": {"user_id": ANA, "title": sealed(world)},
            }.items():
                made = await rows.insert(sql, table, **said, **values)
                kept = await sql.fetchval(f"SELECT created_at FROM {table} WHERE id = $1", made["id"])
                assert kept == now, table

    async def test_so_it_is_in_every_table_that_commands_write(self, world):
        without = await world.connection.fetch(
            """
            SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'created_at'
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                AND has_column_privilege('bond_writer', c.oid, a.attnum, 'INSERT')
                AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'begin_now')
            """
        )
        assert [row["relname"] for row in without] == []


class TestHowFarSomebodyRead:
    async def test_is_moved_by_themselves_alone_and_never_back(self, world):
        [mine, theirs] = await self._messages(world)
        async with commands(world, BEN) as sql:
            assert await sql.fetchval("SELECT app.read_messages($1, $2)", world.bond, theirs)
            assert await sql.fetchval("SELECT app.read_messages($1, $2)", world.bond, mine)
            read, unread = await sql.fetchrow("SELECT read_through, unread FROM app.my_reading($1)", world.bond)
            assert (read, unread) == (MOMENT + timedelta(minutes=2), 0)
        async with commands(world, ANA) as sql:
            assert (await sql.fetchrow("SELECT * FROM app.my_reading($1)", world.bond))["read_through"] is None
        assert [
            row["read_at"] is not None
            for row in await world.connection.fetch(
                "SELECT read_at FROM messages WHERE id = ANY ($1) ORDER BY created_at", [mine, theirs]
            )
        ] == [True, True]

    async def test_is_nobodys_who_is_not_there(self, world):
        [mine, _] = await self._messages(world)
        await rows.insert(world.connection, "users", id=CLEO, email="cleo@example.org")
        async with commands(world, CLEO) as sql:
            assert not await sql.fetchval("SELECT app.read_messages($1, $2)", world.bond, mine)
            assert (await sql.fetchrow("SELECT * FROM app.my_reading($1)", world.bond))["unread"] is None

    async def _messages(self, world) -> list[UUID]:
        """Two of Ana's to Ben."""
        made = []
        for minutes in (1, 2):
            await at(world, MOMENT + timedelta(minutes=minutes))
            async with commands(world, ANA) as sql:
                row = await rows.insert(
                    sql, "messages", bond_id=world.bond, from_user_id=ANA, to_user_id=BEN, content=sealed(world)
                )
            made.append(UUID(str(row["id"])))
        return made


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

    async def test_a_file_of_ones_own_hangs_on_a_message_of_ones_own_and_stays_a_mark(self, world, message):
        hung = {"message_id": message, "bond_id": world.bond, "content_type": "image/webp", "bytes": 1}
        async with commands(world, ANA) as sql:
            file = await rows.insert(
                sql, "files", user_id=ANA, place="new", key_id="k", content_type="image/webp", bytes=1
            )
            for wrong in ({"user_id": BEN}, {"message_id": world.first["messages", BEN]["id"]}, {"bond_id": None}):
                async with rows.refused(sql, NO_RIGHT):
                    await rows.insert(
                        sql, "ai_message_attachments", **({"user_id": ANA, "file_id": file["id"]} | hung | wrong)
                    )
            await rows.insert(sql, "ai_message_attachments", user_id=ANA, file_id=file["id"], **hung)
        async with refused(world, BEN, NO_RIGHT) as sql:
            await rows.insert(sql, "ai_message_attachments", user_id=BEN, file_id=file["id"], **hung)
        marks = "SELECT array_agg(file_id) FROM ai_message_attachments WHERE message_id = $1"
        async with commands(world, BEN) as sql:
            assert await sql.fetchval("SELECT count(*) FROM files WHERE id = $1", file["id"]) == 0
            assert await sql.fetchval(marks, message) == [file["id"]]
        async with commands(world, ANA) as sql:
            await sql.execute("DELETE FROM files WHERE id = $1", file["id"])
            assert await sql.fetchval(marks, message) == [None]


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

    async def test_an_event_without_a_bond_is_its_creators_and_an_events_creator_is_who_makes_it(self, world):
        own = "SELECT count(*) FROM calendar_events WHERE bond_id IS NULL AND created_by <> app.uid()"
        async with commands(world, BEN) as sql:
            assert await sql.fetchval(own) == 0
            assert await sql.execute("UPDATE calendar_events SET all_day = true WHERE bond_id IS NULL") == "UPDATE 1"
        for bond in (world.bond, None):
            async with refused(world, BEN, NO_RIGHT) as sql:
                await rows.insert(sql, "calendar_events", title={}, start_date=MOMENT, created_by=ANA, bond_id=bond)

    async def test_a_deadline_is_a_tasks(self, world):
        for values in ({"event_type": "task_deadline"}, {"task_id": ANA}):
            async with rows.refused(world.connection, asyncpg.CheckViolationError):
                await rows.insert(
                    world.connection, "calendar_events", title={}, start_date=MOMENT, bond_id=world.bond, **values
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
            await leave(world, BEN)
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
        await leave(world, BEN)
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
