"""What people kept with another program comes in: of whom, as what, and what is not taken. docs/import.md has these promises."""

import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from game_server.bonds_import import importing
from game_server.bonds_import.importing import Report
from game_server.bonds_import.staging import Refusal
from rooms.bonds.dump.kinds import TAKEN
from rooms.bonds.dump.reasons import REASONS
from storage import crash
from tests.support import kink_it
from tests.support.house import House, Person, let_in, open_house
from tests.support.kink_it import Tables, id_of, profile, row

STATS = {"dominance": 10, "submission": 10, "charisma": 10, "stamina": 10, "creativity": 10, "control": 10}
SOON = "2040-01-31 20:00:00+00"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60") as opened:
        yield opened


async def come(house: House, *, confirmed: bool = True) -> Person:
    """Somebody with an account, who said that they are an adult."""
    person = await let_in(house)
    await house.database.execute(
        "UPDATE users SET adult_confirmed_at = now(), email_confirmed_at = CASE WHEN $2 THEN now() END WHERE id = $1::uuid",
        *(person.id, confirmed),
    )
    return person


class Two:
    """Ana, who founded their bond there, and Ben; a name that nobody else's rows have."""

    def __init__(self, house: House, ana: Person, ben: Person) -> None:
        self.house, self.ana, self.ben = house, ana, ben
        self.mark = uuid4().hex[:8]

    def name(self, name: str) -> str:
        return f"{self.mark} {name}"

    def row(self, name: str, /, **values: Any) -> dict[str, Any]:
        refers = ("bond_id", "created_by", "assigned_by", "assigned_to", "user_id", "from_user_id", "to_user_id")
        return row(
            self.name(name), **{key: self.name(one) if key in refers and one else one for key, one in values.items()}
        )

    def dump(self, **tables: Any) -> dict[str, Any]:
        """Their people and bond, and these."""
        people = [
            profile(self.name("ana"), self.ana.email.upper(), bond_id=id_of(self.name("us"))),
            profile(self.name("ben"), self.ben.email, bond_id=id_of(self.name("us"))),
        ]
        return {
            "boundaries": [],
            "profiles": [*people, *tables.pop("profiles", ())],
            "bonds": [self.row("us", name="Us two", status="active", created_by="ana"), *tables.pop("bonds", ())],
            **tables,
        }

    async def bond(self) -> str:
        """Their bond here, as Ana sees it."""
        [bond] = (await self.ana.client.get("/api/bonds")).json()["items"]
        return str(bond["id"])

    async def listed(self, who: Person, tool: str) -> list[Any]:
        found = await who.client.get(f"/api/bonds/{await self.bond()}/{tool}")
        assert found.status_code == 200, found.text
        return list(found.json()["items"])

    async def asked(self, who: Person) -> dict[str, Any] | None:
        """What the file asks them."""
        items = (await who.client.get("/api/me/imports")).json()["items"]
        assert len(items) < 2
        return items[0] if items else None

    async def agree(self, who: Person) -> str:
        """Their yes, and what it came to."""
        asked = await self.asked(who)
        assert asked is not None
        return str((await who.client.post(f"/api/me/imports/{asked['id']}/accept")).json()["status"])

    async def together(self, folder: Path, tables: Tables | Path) -> list[Refusal]:
        """It is imported, Ben says yes, Ana lets him in and says yes to what is hers. What the first import left out."""
        _, refused = await bring(self.house, folder, tables)
        assert await self.agree(self.ben) == "accepted"
        bond = await self.bond()
        [request] = (await self.ana.client.get(f"/api/bonds/{bond}/requests")).json()["items"]
        let = await self.ana.client.post(f"/api/bonds/{bond}/requests/{request['id']}/approve")
        assert let.json()["status"] == "approved"
        if await self.asked(self.ana):
            assert await self.agree(self.ana) == "active"
        return refused


@pytest_asyncio.fixture(loop_scope="module")
async def two(house: House) -> Two:
    return Two(house, await come(house), await come(house))


async def bring(
    house: House, folder: Path, tables: Tables | str | bytes | Path, *, dry: bool = False
) -> tuple[Report, list[Refusal]]:
    """Import it, as text of COPY where it is tables."""
    path = tables if isinstance(tables, Path) else folder / "backup.sql"
    if isinstance(tables, bytes):
        path.write_bytes(tables)
    elif not isinstance(tables, Path):
        path.write_text(tables if isinstance(tables, str) else kink_it.copied(tables), "utf-8")
    with importing.staged(path, None, lambda *_: None) as kept:
        report = await importing.bring_in(house.services, kept, dry=dry, progress=lambda *_: None)
        return report, list(kept.refused())


def codes(refused: list[Refusal], *names: str) -> dict[str, str]:
    """Why which of these was not taken."""
    return {name: one.code for name in names for one in refused if one.id == id_of(name)}


@pytest.mark.asyncio(loop_scope="module")
class TestPeople:
    async def test_only_a_confirmed_address_matches_and_everybody_else_is_listed(self, house, two, tmp_path):
        stranger = await come(house, confirmed=False)
        twice = await come(house)
        more = [
            profile(two.name("cleo"), stranger.email),
            profile(two.name("dora"), "nobody@example.net"),
            profile(two.name("eve"), twice.email),
            profile(two.name("eva"), twice.email.title()),
            profile(two.name("fay"), ""),
        ]
        entry = two.row("entry", user_id="cleo", title="Mine", content="Private")
        report, refused = await bring(house, tmp_path, two.dump(profiles=more, journal_entries=[entry]))
        assert report.people == 2
        names = [two.name(one) for one in ("cleo", "dora", "eve", "eva", "fay", "entry")]
        assert codes(refused, *names) == dict(
            zip(
                names,
                ["not_here", "not_here", "same_address", "same_address", "no_address", "owner_not_here"],
                strict=True,
            )
        )
        assert stranger.email not in str(refused)
        assert (await stranger.client.get("/api/journal")).json()["items"] == []

        await house.database.execute("UPDATE users SET email_confirmed_at = now() WHERE id = $1::uuid", stranger.id)
        await bring(house, tmp_path, two.dump(profiles=more, journal_entries=[entry]))
        [found] = (await stranger.client.get("/api/journal")).json()["items"]
        assert (found["title"], found["content"], found["created_at"]) == ("Mine", "Private", "2025-03-01T20:00:00Z")

    async def test_nobody_is_a_member_without_their_own_yes_and_that_of_the_bond(self, house, two, tmp_path):
        task = two.row("task", title="Water the plants", assigned_by="ana", assigned_to="ben", bond_id="us")
        dump = two.dump(tasks=[task], messages=[
            two.row("hello", content="Hello", from_user_id="ana", to_user_id="ben", bond_id="us"),
        ])  # fmt: skip
        report, refused = await bring(house, tmp_path, dump)
        assert (report.bonds, report.asked) == (1, 2)
        assert codes(refused, two.name("task"), two.name("hello")) == {
            two.name("task"): "waits_for_yes", two.name("hello"): "waits_for_yes",
        }  # fmt: skip
        bond = await two.bond()
        assert (await two.ben.client.get("/api/bonds")).json()["items"] == []
        assert (await two.ben.client.get(f"/api/bonds/{bond}")).status_code == 404
        [asked] = (await two.ben.client.get("/api/me/imports")).json()["items"]
        assert (asked["name"], asked["status"], asked["bond_id"]) == ("Us two", "pending", bond)
        assert (asked["member"], asked["messages"]) == (False, 0)
        hers = await two.asked(two.ana)
        assert hers is not None
        assert (hers["name"], hers["member"], hers["ratings"], hers["messages"], hers["points"]) == (
            "Us two",
            True,
            0,
            1,
            0,
        )
        said = f"/api/me/imports/{asked['id']}"
        for stranger in (two.ana, await come(house)):
            assert (await stranger.client.post(f"{said}/accept")).status_code == 404
            assert (await stranger.client.post(f"{said}/refuse")).status_code == 404

        for _ in range(2):
            assert (await two.ben.client.post(f"{said}/refuse")).json()["status"] == "refused"
        assert (await bring(house, tmp_path, dump))[0].asked == 0
        for _ in range(2):
            assert (await two.ben.client.post(f"{said}/accept")).json()["status"] == "accepted"
        assert (await two.ben.client.get(f"/api/bonds/{bond}")).status_code == 404
        [request] = (await two.ana.client.get(f"/api/bonds/{bond}/requests")).json()["items"]
        await two.ana.client.post(f"/api/bonds/{bond}/requests/{request['id']}/approve")
        assert (await two.ben.client.get(f"/api/bonds/{bond}")).status_code == 200
        assert (await two.ben.client.get("/api/me/imports")).json()["items"] == []

        report, refused = await bring(house, tmp_path, dump)
        assert (report.tables["tasks"].taken, codes(refused, two.name("hello"))) == (
            1, {two.name("hello"): "waits_for_own_yes"},
        )  # fmt: skip
        assert await two.listed(two.ben, "messages") == []
        assert await two.agree(two.ana) == "active"
        assert await two.asked(two.ana) is None
        report, refused = await bring(house, tmp_path, dump)
        assert (refused, report.tables["messages"].taken) == ([], 1)
        [found] = await two.listed(two.ben, "tasks")
        assert (found["title"], found["status"], found["assigned_by"]) == ("Water the plants", "pending", two.ana.id)
        [message] = await two.listed(two.ben, "messages")
        assert (message["content"], message["to_user_id"]) == ("2025-03-01 20:00 UTC\nHello", two.ben.id)

    async def test_whoever_has_not_said_that_they_are_an_adult_gets_nothing(self, house, two, tmp_path):
        await house.database.execute("UPDATE users SET adult_confirmed_at = NULL WHERE id = $1::uuid", two.ana.id)
        report, refused = await bring(house, tmp_path, two.dump())
        assert (report.people, report.bonds) == (1, 0)
        assert codes(refused, two.name("ana"), two.name("us")) == {
            two.name("ana"): "not_adult", two.name("us"): "no_founder",
        }  # fmt: skip

    async def test_whose_key_is_gone_of_them_nothing_comes_in(self, house, two, tmp_path):
        assert (await two.ana.client.post("/api/resources", json={"title": "Sealed"})).status_code == 201
        await house.services.person_keys.forget(f"user:{two.ana.id}")
        report, refused = await bring(house, tmp_path, two.dump())
        assert (report.people, report.bonds) == (1, 0)
        assert codes(refused, two.name("ana")) == {two.name("ana"): "keys_away"}


@pytest.mark.asyncio(loop_scope="module")
class TestLimits:
    async def test_a_hard_no_is_a_limit_at_once_of_its_owner_alone_and_other_ratings_only_their_owners(
        self, house, two, tmp_path
    ):
        rows = [
            two.row("rope", activity_name="Rope bondage", category="rope", my_rating="yes", partner_rating="maybe",
                    created_by="ana", bond_id="us"),
            two.row("spank", activity_name="Spanking", category="impact", my_rating="no", is_hard_limit="t",
                    created_by="ben", bond_id="us"),
            two.row("wax", activity_name="Hot wax", category="sensation", my_rating="maybe", partner_rating="hard_no",
                    created_by="ana", bond_id="us"),
            two.row("whose", activity_name="Blindfolds", my_rating="hard_no", bond_id="us"),
            two.row("wrong", activity_name="Tickling", my_rating="perhaps", created_by="ana", bond_id="us"),
        ]  # fmt: skip
        names = ("swats", "plants", "prize", "house")
        aimed: dict[str, Any] = {
            "tasks": [
                two.row("swats", title="A spanking at eight", assigned_by="ana", assigned_to="ben", bond_id="us"),
                two.row("plants", title="Water the plants", assigned_by="ana", assigned_to="ben", bond_id="us"),
            ],
            "rewards": [two.row("prize", title="Hot wax, slowly", reward_type="relational", point_cost=3, assigned_by="ana",
                                assigned_to="ben", status="available", bond_id="us")],
            "rules": [two.row("house", title="A spanking for each of us", rule_type="standing", active="t",
                              created_by="ana", bond_id="us")],
        }  # fmt: skip
        dump = {**two.dump(**aimed), "boundaries": rows}
        before = await two.together(tmp_path, dump)
        assert {(one.id, one.code) for one in before if one.table == "boundaries"} == {
            (id_of(two.name(name)), code)
            for name, code in (
                ("rope", "rating_of_another"), ("rope", "waits_for_own_yes"), ("wax", "waits_for_own_yes"),
                ("wax", "waits_for_yes"), ("spank", "waits_for_yes"), ("whose", "rating_unclear"), ("wrong", "invalid"),
            )
        }  # fmt: skip
        report, refused = await bring(house, tmp_path, dump)
        assert {(one.id, one.code) for one in refused if one.table == "boundaries"} == {
            (id_of(two.name("wrong")), "invalid")
        }
        assert (report.tables["boundaries"].taken, report.tables["boundaries"].there) == (4, 3)
        assert [one.field for one in refused if one.id == id_of(two.name("wrong"))] == ["my_rating"]
        mine = {one["activity_name"]: one["my_rating"] for one in await two.listed(two.ana, "boundaries")}
        theirs = {one["activity_name"]: one["my_rating"] for one in await two.listed(two.ben, "boundaries")}
        assert mine == {"Rope bondage": "yes", "Spanking": None, "Hot wax": "maybe", "Blindfolds": None}
        assert theirs == {"Rope bondage": None, "Spanking": "hard_no", "Hot wax": "hard_no", "Blindfolds": None}
        limits = (await two.ben.client.get("/api/me/limits")).json()
        assert len(limits["items"]) == 2
        assert (await two.ana.client.get("/api/me/limits")).json()["items"] == []

        assert codes(refused, *(two.name(one) for one in names)) == {
            two.name("swats"): "limit", two.name("prize"): "limit", two.name("house"): "limit",
        }  # fmt: skip
        assert [one["title"] for one in await two.listed(two.ben, "tasks")] == ["Water the plants"]
        counted = await house.database.fetchval(
            "SELECT count(*) FROM bond_limit_answers WHERE user_id = $1::uuid AND NOT soft", two.ana.id
        )
        assert counted == 3

    async def test_nobody_looks_for_limits_by_a_file(self, house, two, tmp_path):
        limit = two.row("spank", activity_name="Spanking", my_rating="hard_no", created_by="ben", bond_id="us")
        asked = [
            two.row(f"ask {number:02}", title="A spanking", assigned_by="ana", assigned_to="ben", bond_id="us")
            for number in range(12)
        ]
        harmless = two.row("then", title="Rope bondage", assigned_by="ana", assigned_to="ben", bond_id="us",
                           created_at="2025-04-01T00:00:00Z")  # fmt: skip
        dump = {**two.dump(tasks=[*asked, harmless]), "boundaries": [limit]}
        await two.together(tmp_path, dump)
        _, refused = await bring(house, tmp_path, dump)
        assert codes(refused, two.name("then")) == {two.name("then"): "limit"}


@pytest.mark.asyncio(loop_scope="module")
class TestYeses:
    async def test_nobodys_yes_comes_from_a_file_whoever_founded_the_bond(self, house, two, tmp_path):
        """What was said against something guards at once; yes and maybe come when whose they are said so, here."""
        rows = [
            two.row("rope", activity_name="Rope bondage", my_rating="yes", created_by="ana", bond_id="us"),
            two.row("wax", activity_name="Hot wax", my_rating="maybe", created_by="ana", bond_id="us"),
            two.row("spank", activity_name="Spanking", my_rating="hard_no", created_by="ana", bond_id="us"),
            two.row("tickle", activity_name="Tickling", my_rating="no", created_by="ana", bond_id="us"),
            two.row("ice", activity_name="Ice cubes", my_rating="yes", created_by="ben", bond_id="us"),
        ]
        dump = {**two.dump(), "boundaries": rows}
        _, refused = await bring(house, tmp_path, dump)
        waits = {two.name("rope"): "waits_for_own_yes", two.name("wax"): "waits_for_own_yes"}
        assert codes(refused, *waits) == waits

        async def ratings(who: Person) -> dict[str, str | None]:
            return {one["activity_name"]: one["my_rating"] for one in await two.listed(who, "boundaries")}

        guarded = {"Rope bondage": None, "Hot wax": None, "Spanking": "hard_no", "Tickling": "no"}
        assert await ratings(two.ana) == guarded
        hers, his = await two.asked(two.ana), await two.asked(two.ben)
        assert hers is not None
        assert his is not None
        assert [(one["member"], one["ratings"]) for one in (hers, his)] == [(True, 2), (False, 1)]
        assert (await two.ana.client.post(f"/api/me/imports/{hers['id']}/refuse")).json()["status"] == "refused"
        _, refused = await bring(house, tmp_path, dump)
        assert (codes(refused, *waits), await ratings(two.ana)) == (waits, guarded)

        [wax] = [one for one in await two.listed(two.ana, "boundaries") if one["activity_name"] == "Hot wax"]
        path = f"/api/bonds/{await two.bond()}/boundaries/{wax['id']}/rating"
        assert (await two.ana.client.put(path, json={"rating": "no"})).status_code == 200
        for _ in range(2):
            assert (await two.ana.client.post(f"/api/me/imports/{hers['id']}/accept")).json()["status"] == "active"
        await two.together(tmp_path, dump)
        _, refused = await bring(house, tmp_path, dump)
        assert await ratings(two.ana) == {**guarded, "Rope bondage": "yes", "Hot wax": "no", "Ice cubes": None}
        assert await ratings(two.ben) == {**dict.fromkeys(guarded), "Ice cubes": "yes"}
        assert refused == [Refusal("boundaries", id_of(two.name("wax")), "there")]

    async def test_points_come_when_everybody_in_the_bond_has_said_yes(self, house, two, tmp_path):
        entry = two.row("given", user_id="ben", points=10, reason="Done", source_type="task", bond_id="us")
        dump = two.dump(points_ledger=[entry])
        await bring(house, tmp_path, dump)
        hers = await two.asked(two.ana)
        assert hers is not None
        assert (hers["member"], hers["points"]) == (True, 1)
        await two.ana.client.post(f"/api/me/imports/{hers['id']}/refuse")
        assert await two.agree(two.ben) == "accepted"
        bond = await two.bond()
        [request] = (await two.ana.client.get(f"/api/bonds/{bond}/requests")).json()["items"]
        await two.ana.client.post(f"/api/bonds/{bond}/requests/{request['id']}/approve")
        _, refused = await bring(house, tmp_path, dump)
        assert codes(refused, two.name("given")) == {two.name("given"): "waits_for_all"}
        await two.ana.client.post(f"/api/me/imports/{hers['id']}/accept")
        _, refused = await bring(house, tmp_path, dump)
        assert refused == []
        assert (await two.ana.client.get(f"/api/bonds/{bond}/points")).json()["balances"] == {two.ben.id: 10}

    async def test_into_a_bond_that_people_live_in_no_other_file_brings_anything(self, house, two, tmp_path):
        entry = two.row("one", content="Mine", from_user_id="ben", to_user_id="ana", bond_id="us")
        dump = two.dump(messages=[entry])
        await two.together(tmp_path, dump)
        await bring(house, tmp_path, dump)
        mallory = await come(house)
        more = two.dump(
            profiles=[profile(two.name("mallory"), mallory.email, bond_id=id_of(two.name("us")))],
            messages=[entry, two.row("two", content="I agree", from_user_id="ben", to_user_id="ana", bond_id="us")],
            tasks=[two.row("task", title="More", assigned_by="ana", assigned_to="ben", bond_id="us")],
            journal_entries=[two.row("at home", title="Mine", content="Alone", user_id="ben")],
        ) | {"boundaries": [two.row("rope", activity_name="Rope", my_rating="yes", created_by="ben", bond_id="us")]}
        report, refused = await bring(house, tmp_path, more)
        names = [two.name(one) for one in ("two", "task", "rope")]
        assert codes(refused, *names) == dict.fromkeys(names, "another_file")
        assert (report.asked, report.tables["messages"].there, report.tables["journal_entries"].taken) == (0, 1, 1)
        assert [one["content"].partition("\n")[2] for one in await two.listed(two.ana, "messages")] == ["Mine"]
        assert (await mallory.client.get("/api/me/imports")).json()["items"] == []
        assert (await two.listed(two.ben, "tasks"), await two.listed(two.ben, "boundaries")) == ([], [])

        taken_over = {**more, "bonds": [two.row("us", name="Us two", status="active", created_by="mallory")]}
        await bring(house, tmp_path, taken_over)
        assert (await two.listed(two.ben, "tasks"), len(await two.listed(two.ben, "messages"))) == ([], 1)

    async def test_while_its_founder_is_alone_in_it_and_nobody_said_yes_a_better_file_may_come(
        self, house, two, tmp_path
    ):
        await bring(house, tmp_path, two.dump(messages=[
            two.row("one", content="Mine", from_user_id="ben", to_user_id="ana", bond_id="us"),
        ]))  # fmt: skip
        asked = await two.asked(two.ben)
        assert asked is not None
        await bring(house, tmp_path, two.dump())
        seen = f"/api/me/imports/{asked['id']}/accept"
        assert (await two.ben.client.post(seen)).status_code == 404  # what he saw is not what is asked now
        again = await two.asked(two.ben)
        assert again is not None
        assert (asked["messages"], again["messages"], again["status"]) == (1, 0, "pending")

    async def test_tables_of_yeses_are_listed_row_by_row(self, house, two, tmp_path):
        more = {
            table: [two.row(table, user_id="ben", rating="yes", status="signed")]
            for table in ("boundary_ratings", "rule_acknowledgements", "scene_confirmations", "contract_signatures")
        }
        _, refused = await bring(house, tmp_path, two.dump(**more))
        names = [two.name(table) for table in more]
        assert codes(refused, *names) == dict.fromkeys(names, "a_yes")


@pytest.mark.asyncio(loop_scope="module")
class TestRows:
    async def test_each_table_comes_in_as_what_it_may_be_here_and_nobody_is_notified(self, house, two, tmp_path):
        dump = two.dump(
            tasks=[
                two.row("open", title="Water the plants", description="All\r\nof them", status="in_progress", priority="high",
                        due_date=SOON, point_value=5, assigned_by="ana", assigned_to="ben", bond_id="us"),
                two.row("late", title="Late", due_date="2025-01-01 00:00:00+00", assigned_by="ana", assigned_to="ben",
                        bond_id="us"),
                two.row("done", title="Done", status="approved", point_value=5, assigned_by="ana", assigned_to="ben",
                        bond_id="us"),
            ],
            rules=[
                two.row("rule", title="Say good night", rule_type="standing", active="t", assigned_to="ben", created_by="ana",
                        bond_id="us"),
                two.row("gone", title="Gone", active="f", created_by="ana", bond_id="us"),
            ],
            rewards=[two.row("film", title="A film", reward_type="verbal", point_value=4, assigned_by="ana",
                             assigned_to="ben", status="available", bond_id="us")],
            contracts=[
                two.row("pact", title="Ours", content="We talk.", status="active", version_number=3, created_by="ana",
                        signed_at="2025-01-01 00:00:00+00", bond_id="us"),
                two.row("old", title="Ours", content="We talked.", status="superseded", created_by="ana", bond_id="us"),
            ],
            scenes=[
                two.row("next", title="An evening", scene_date=SOON, activities=["A slow massage", {"name": "Candles"}],
                        created_by="ana", bond_id="us"),
                two.row("last", title="An old evening", scene_date="2025-02-14 20:00:00+00", duration_minutes=90,
                        activities="[]", created_by="ana", bond_id="us"),
            ],
            calendar_events=[
                two.row("date", title="Anniversary", event_type="important_date", start_date=SOON, ical_uid="one@kink-it",
                        created_by="ben", bond_id="us"),
                two.row("due", title="Due", event_type="task_deadline", start_date=SOON, created_by="ben", bond_id="us"),
                two.row("own", title="The dentist", event_type="other", start_date=SOON, created_by="ben"),
            ],
            resources=[two.row("book", title="A book", url="https://example.org/b", resource_type="book", tags=["one", "two"],
                               shared_with_partner="t", user_id="ben"),
                       two.row("bad link", title="A page", url="javascript:alert(1)", user_id="ben")],
            journal_entries=[two.row("entry", title="A day", content="Long", entry_type="shared", tags=["a b", 'c"d'],
                                     is_shared="t", user_id="ben", bond_id="us")],
            check_ins=[two.row("red", status="red", notes="Too much", user_id="ben", bond_id="us"),
                       two.row("pink", status="pink", user_id="ben", bond_id="us")],
            messages=[two.row("second", content="And you?", from_user_id="ben", to_user_id="ana", bond_id="us",
                              created_at="2025-03-02 20:00:00+00"),
                      two.row("first", content="How are you?", from_user_id="ana", to_user_id="ben", bond_id="us")],
            kinksters=[
                two.row("alex", name="Alex", role="dominant", age_range="31-40", stats=STATS, bio="Calm",
                        personality_traits=["kind"], avatar_urls=["https://example.org/a.png"], user_id="ben"),
                two.row("many", name="Max", age_range="31-40", stats={**STATS, "control": 20}, user_id="ben"),
                two.row("young", name="Lena, 17", age_range="31-40", stats=STATS, user_id="ben"),
            ],
        )  # fmt: skip
        first = await two.together(tmp_path, dump)
        before = len((await two.ben.client.get("/api/notifications")).json()["items"])
        assert ("signatures" in {one.code for one in first}, await two.asked(two.ben)) == (False, None)
        _, refused = await bring(house, tmp_path, dump)
        assert sorted((one.code, one.field or "") for one in refused) == sorted([
            ("past", "due_date"), ("over", ""), ("over", ""), ("over", ""), ("signatures", ""), ("of_a_task", ""),
            ("invalid", "url"), ("invalid", "status"), ("invalid", "stats"), ("adults_only", ""),
        ])  # fmt: skip
        assert "pictures" in {one.code for one in first}
        [task] = await two.listed(two.ben, "tasks")
        assert (task["title"], task["description"], task["status"], task["priority"], task["point_value"]) == (
            "Water the plants", "All\nof them", "pending", "high", 5,
        )  # fmt: skip
        [rule] = await two.listed(two.ben, "rules")
        assert (rule["title"], rule["in_force_for"], rule["acknowledged_by"]) == ("Say good night", [], [])
        [reward] = await two.listed(two.ben, "rewards")
        assert (reward["title"], reward["point_value"], reward["point_cost"], reward["status"]) == (
            "A film",
            0,
            4,
            "available",
        )
        [pact] = await two.listed(two.ben, "contracts")
        assert (pact["status"], pact["version_number"], pact["signed_at"], pact["created_by"]) == (
            "draft",
            1,
            None,
            two.ana.id,
        )
        scenes = {one["title"]: one for one in await two.listed(two.ben, "scenes")}
        assert (scenes["An evening"]["status"], scenes["An evening"]["confirmed_by"]) == ("planned", [])
        assert [one["name"] for one in scenes["An evening"]["activities"]] == ["A slow massage", "Candles"]
        assert (scenes["An old evening"]["status"], scenes["An old evening"]["logged_at"]) == (
            "done",
            "2025-02-14T20:00:00Z",
        )
        dates = (await two.ben.client.get(f"/api/bonds/{await two.bond()}/calendar")).json()["items"]
        assert {(one["title"], one["ical_uid"]) for one in dates} >= {("Anniversary", "one@kink-it")}
        own = (await two.ben.client.get("/api/calendar")).json()["items"]
        assert [(one["title"], one["event_type"]) for one in own] == [("The dentist", "important_date")]
        [book] = (await two.ben.client.get("/api/resources")).json()["items"]
        assert (book["title"], book["tags"], book["shared_with_partner"]) == ("A book", ["one", "two"], False)
        assert await two.listed(two.ana, "journal") == []
        [entry] = (await two.ben.client.get("/api/journal")).json()["items"]  # he was not in the bond yet
        assert (entry["content"], entry["tags"], entry["is_shared"], entry["created_at"]) == (
            "Long", ["a b", 'c"d'], False, "2025-03-01T20:00:00Z",
        )  # fmt: skip
        said = await two.listed(two.ana, "messages")
        assert [one["content"].partition("\n")[2] for one in said] == ["And you?", "How are you?"]
        state = (await two.ben.client.get("/api/me/submission-state")).json()
        assert state["state"] == "active"
        red = await house.database.fetchrow(
            "SELECT bond_id, local_date, notes FROM check_ins WHERE user_id = $1::uuid", two.ben.id
        )
        assert (red["bond_id"], red["local_date"].isoformat(), "Too much" in red["notes"]) == (
            None,
            "2025-03-01",
            False,
        )
        [alex] = [
            one for one in (await two.ben.client.get("/api/kinksters")).json()["items"] if one["user_id"] == two.ben.id
        ]
        assert (alex["name"], alex["personality_traits"], alex["avatar_urls"]) == ("Alex", ["kind"], [])
        told = (await two.ben.client.get("/api/notifications")).json()["items"]
        assert len(told) == before

    async def test_the_ledger_is_followed_in_its_order_and_never_below_zero_nor_after_what_was_refused(
        self, house, two, tmp_path
    ):
        def entry(name: str, points: int, day: int) -> dict[str, Any]:
            return two.row(name, user_id="ben", points=points, reason="Done", source_type="task", source_id=None,
                           created_at=f"2025-03-{day:02} 10:00:00+00")  # fmt: skip

        dump = two.dump(points_ledger=[
            entry("spent", -4, 3), entry("too much", -100, 4), entry("after", 7, 5), entry("given", 10, 1), entry("none", 0, 2),
        ])  # fmt: skip
        await two.together(tmp_path, dump)
        _, refused = await bring(house, tmp_path, dump)
        expected = {
            two.name("none"): "invalid", two.name("too much"): "not_enough_points", two.name("after"): "after_refused",
        }  # fmt: skip
        assert codes(refused, *(two.name(one) for one in ("spent", "too much", "after", "given", "none"))) == expected
        found = (await two.ben.client.get(f"/api/bonds/{await two.bond()}/points")).json()
        assert found["balances"] == {two.ben.id: 6}
        assert {(one["points"], one["reason"], one["kind"], one["created_by"]) for one in found["items"]} == {
            (10, "Done (2025-03-01)", "manual", two.ana.id), (-4, "Done (2025-03-03)", "manual", two.ana.id),
        }  # fmt: skip
        more = {"user_id": two.ben.id, "points": 500, "reason": "For the work"}
        assert (await two.ana.client.post(f"/api/bonds/{await two.bond()}/points", json=more)).status_code == 201
        _, refused = await bring(house, tmp_path, dump)
        assert codes(refused, two.name("too much"), two.name("after")) == dict.fromkeys(
            (two.name("too much"), two.name("after")), "refused_before"
        )
        found = (await two.ben.client.get(f"/api/bonds/{await two.bond()}/points")).json()
        assert found["balances"] == {two.ben.id: 506}

    async def test_a_pause_there_or_here_keeps_what_asks_of_somebody_away(self, house, two, tmp_path):
        task = two.row("task", title="Water the plants", assigned_by="ana", assigned_to="ben", bond_id="us")
        await two.together(tmp_path, two.dump(tasks=[task]))
        dump = {**two.dump(tasks=[task])}
        dump["profiles"][1]["submission_state"] = "paused"
        assert codes((await bring(house, tmp_path, dump))[1], two.name("task")) == {two.name("task"): "person_paused"}
        dump = two.dump(tasks=[task])
        dump["bonds"][0]["status"] = "paused"
        assert codes((await bring(house, tmp_path, dump))[1], two.name("task")) == {two.name("task"): "bond_paused"}
        await two.ben.client.post("/api/me/submission-state", json={"state": "paused"})
        _, refused = await bring(house, tmp_path, two.dump(tasks=[task]))
        assert codes(refused, two.name("task")) == {two.name("task"): "person_paused"}
        await two.ben.client.post("/api/me/submission-state", json={"state": "active"})
        assert (await bring(house, tmp_path, two.dump(tasks=[task])))[1] == []

    async def test_whatever_stands_in_a_row_it_is_taken_or_listed_and_the_next_is_looked_at(self, house, two, tmp_path):
        whose = {
            **dict.fromkeys(("created_by", "assigned_by", "from_user_id"), "ana"),
            **dict.fromkeys(("assigned_to", "to_user_id", "user_id"), "ben"),
            "bond_id": "us",
        }
        junk = [
            None,
            "",
            "x" * 70_000,
            "{",
            "[]",
            "{}",
            "\u202e\x00",
            -1,
            10**20,
            1.5,
            True,
            [[1]],
            {"a": {}},
            "9999-12-31",
        ]
        columns = ("title", "content", "status", "points", "stats", "activities", "tags", "name", "scene_date", "due_date",
                   "start_date", "activity_name", "my_rating", "partner_rating", "reason", "url", "event_type", "bio",
                   "avatar_urls", "ical_uid", "point_value", "rule_type", "age_range", "created_at", "all_day")  # fmt: skip
        tables = {
            table: [
                two.row(f"{table} {number}", **whose, **{
                    column: one if place % len(junk) == number or number == 0 else "1"
                    for place, column in enumerate(columns, number)
                })
                for number, one in enumerate(junk)
            ]
            for table in TAKEN
        }  # fmt: skip
        folder = tmp_path / "junk"
        folder.mkdir()
        for table, rows in {**two.dump(), **tables}.items():
            (folder / f"{table}.ndjson").write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
        before = await two.together(tmp_path, folder)
        report, refused = await bring(house, tmp_path, folder)
        listed = {one.id for one in (*before, *refused)}
        for table in TAKEN:
            taken = report.tables[table].taken + report.tables[table].there
            assert taken + sum(id_of(two.name(f"{table} {number}")) in listed for number in range(len(junk))) >= len(
                junk
            ), table
        assert {one.code for one in (*before, *refused)} <= set(REASONS)


@pytest.mark.asyncio(loop_scope="module")
class TestAgain:
    async def test_the_same_file_again_changes_nothing_and_what_was_deleted_stays_so(self, house, two, tmp_path):
        dump = two.dump(
            tasks=[two.row("task", title="One", assigned_by="ana", assigned_to="ben", bond_id="us")],
            resources=[two.row("book", title="A book", user_id="ana")],
            kinksters=[two.row("alex", name="Alex", age_range="31-40", stats=STATS, user_id="ana")],
        )
        await two.together(tmp_path, dump)
        first, refused = await bring(house, tmp_path, dump)
        assert (refused, first.tables["tasks"].taken, first.tables["kinksters"].there) == ([], 1, 1)
        [book] = (await two.ana.client.get("/api/resources")).json()["items"]
        assert (await two.ana.client.delete(f"/api/resources/{book['id']}")).status_code == 204
        state = await everything(house)
        again, refused = await bring(house, tmp_path, dump)
        assert refused == []
        assert {
            name: (one.taken, one.there) for name, one in again.tables.items() if name not in ("profiles", "bonds")
        } == {
            name: (0, one.taken + one.there) for name, one in first.tables.items() if name not in ("profiles", "bonds")
        }
        assert await everything(house) == state

    async def test_whatever_step_it_dies_at_the_next_import_brings_everything_once(
        self, house, two, tmp_path, monkeypatch
    ):
        tasks = [
            two.row(f"t{n}", title=f"Task {n}", assigned_by="ana", assigned_to="ana", bond_id="us") for n in range(120)
        ]
        dump = two.dump(tasks=tasks)
        for dies_at in (1, 2, 3):
            left = [dies_at]

            def die(name: str, left: list[int] = left) -> None:
                left[0] -= name == "before_commit"
                if left[0] == 0:
                    left[0] = -1
                    raise Died

            monkeypatch.setattr(crash, "point", die)
            with pytest.raises(Died):
                await bring(house, tmp_path, dump)
        monkeypatch.undo()
        _, refused = await bring(house, tmp_path, dump)
        assert refused == []
        bond = await two.bond()
        found = await house.database.fetchrow(
            "SELECT count(*) AS tasks, (SELECT count(*) FROM bonds WHERE founder_id = $2::uuid) AS bonds FROM tasks"
            " WHERE bond_id = $1::uuid",
            *(bond, two.ana.id),
        )
        assert dict(found) == {"tasks": 120, "bonds": 1}

    async def test_a_dry_run_changes_nothing(self, house, two, tmp_path):
        state = await everything(house)
        report, _ = await bring(
            house, tmp_path, two.dump(resources=[two.row("book", title="A", user_id="ana")]), dry=True
        )
        assert (report.dry_run, report.bonds, report.tables["resources"].taken) == (True, 1, 1)
        assert await everything(house) == state

    async def test_a_bond_that_ended_here_does_not_come_back(self, house, two, tmp_path):
        await bring(house, tmp_path, two.dump())
        bond = await two.bond()
        assert (await two.ana.client.post(f"/api/bonds/{bond}/dissolve")).status_code < 300
        _, refused = await bring(house, tmp_path, two.dump())
        assert codes(refused, two.name("us")) == {two.name("us"): "bond_over"}
        assert (await two.ben.client.get("/api/me/imports")).json()["items"] == []


class Died(Exception):
    """The process, at this step."""


async def everything(house: House) -> dict[str, int]:
    """How many rows there are of everything."""
    tables = await house.database.fetch(
        "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    return {name: await house.database.fetchval(f"SELECT count(*) FROM {name}") for (name,) in tables}


@pytest.mark.asyncio(loop_scope="module")
class TestForms:
    async def test_every_form_says_the_same(self, house, two, tmp_path):
        tables = two.dump(journal_entries=[
            two.row("one", title="It's a \\ day", content="Line\n\tand 'line' {x} \\N", tags=["a,b", "c"], user_id="ana"),
            two.row("two", title=None, content="ü 🕯", entry_type="gratitude", user_id="ana"),
        ])  # fmt: skip
        folder = tmp_path / "tables"
        kink_it.into_folder(tables, folder)
        archive = tmp_path / "tables.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in folder.iterdir():
                packed.write(file, f"../../{file.name}")
        inserts = tmp_path / "inserts.sql"
        inserts.write_text(kink_it.inserted(tables), "utf-8")
        forms = [folder, archive, inserts]
        for number, form in enumerate(forms):
            report, refused = await bring(house, tmp_path, form)
            assert (refused, report.people) == ([], 2), form
            counts = report.tables["journal_entries"]
            assert (counts.taken, counts.there) == ((2, 0) if number == 0 else (0, 2)), form
        found = (await two.ana.client.get("/api/journal")).json()["items"]
        assert {(one["title"], one["content"], tuple(one["tags"])) for one in found} == {
            ("It's a \\ day", "Line\n\tand 'line' {x} \\N", ("a,b", "c")), (None, "ü 🕯", ()),
        }  # fmt: skip
