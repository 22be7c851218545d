"""A first run through ten thousand rows: in slices, each of which says how far it is, and resumed by whoever comes next."""

import json
import time
from pathlib import Path
from uuid import UUID

import pytest

from tests.support.house import sign_up
from tests.support.notion import Notion
from tests.support.notion_house import connected, notion_house

MANY = 10_000


@pytest.mark.long
async def test_ten_thousand_rows_go_there_once_with_progress_and_over_a_restart(database_url, redis_url, tmp_path):
    folder: Path = tmp_path
    with Notion() as notion:
        async with notion_house(database_url, redis_url, folder, notion) as house:
            notion.now = lambda: house.clock.now()  # noqa: PLW0108 - it moves
            person = await sign_up(house)
            first = await person.client.post("/api/journal", json={"content": "The first"})
            [sealed] = await house.services.person_keys.seal(f"user:{person.id}", "One of many")
            await house.database.execute(
                "INSERT INTO journal_entries (user_id, content, created_at)"
                " SELECT $1, $2::text::jsonb, now() - make_interval(secs => n) FROM generate_series(1, $3) n",
                *(UUID(person.id), json.dumps(sealed), MANY - 1),
            )
            ana = await connected(house, notion, person)
            [run] = await ana.switch_on("journal")
            began, done, slices = time.monotonic(), [0], 0
            while done[-1] < MANY // 3:
                await ana.sync()
                slices += 1
                found = (await ana.client.get(f"/api/notion/runs/{run}")).json()
                assert found["state"] == "running"
                assert found["total"] == MANY
                done.append(found["done"])
            assert done == sorted(done)
        async with notion_house(database_url, redis_url, folder, notion) as house:  # another process, the same secret
            notion.now = lambda: house.clock.now()  # noqa: PLW0108
            house.clock.ahead = ana.house.clock.ahead
            person.client.headers["authorization"] = f"Bearer {person.access}"
            client = house.client(person.access)
            again = type(ana)(
                house, type(person)(person.id, person.email, person.access, person.refresh, client), ana.workspace
            )
            while (found := (await client.get(f"/api/notion/runs/{run}")).json())["state"] != "done":
                await again.sync()
                slices += 1
                assert found["error"] is None
            seconds = time.monotonic() - began
            assert (found["total"], found["done"], found["pushed"]) == (MANY, MANY, MANY)
            assert len(ana.workspace.sheets) == MANY == notion.count("POST pages")
            print(f"\n{MANY} rows in {seconds:.0f} s and {slices} slices: {MANY / seconds:.0f} a second")
            before = len(notion.asked)
            await again.sync()
            assert not any(one.startswith(("POST pages", "PATCH")) for one in notion.asked[before:])
            assert first.status_code == 201
            assert notion.wrong == []
