"""Whoever is erased here is deleted at Supabase too, sooner or later; till then and after it their tokens open nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
import pytest_asyncio

from game_server.accounts import erasure, supabase_erasures
from game_server.accounts.callers import Caller
from game_server.integrations.supabase_token import LONGEST_LIFE
from storage import outboxes, supabase
from tests.support.house import House, let_in, tell
from tests.support.supabase_house import another, code, comes, open_supabase_house, rows
from tests.support.supabase_project import Member, SupabaseProject


@pytest.fixture(scope="module")
def project() -> Iterator[SupabaseProject]:
    opened = SupabaseProject()
    yield opened
    opened.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(project, database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_supabase_house(project, database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def _present(house, project) -> AsyncIterator[None]:
    yield
    house.clock.ahead = timedelta()
    project.calm()
    await house.database.execute("DELETE FROM supabase_erasures")


async def there(house: House, project: SupabaseProject, **fields: object) -> Member:
    """Somebody who is signed in here."""
    member = project.signs_in(**fields)
    path = "/api/profile" if member.anonymous else "/api/me"
    assert (await comes(house, project, member).get(path)).status_code in (200, 403)
    return member


async def waiting(house: House) -> list[str | None]:
    """Who is still to be deleted at Supabase."""
    found = await house.database.fetch("SELECT auth_id::text FROM supabase_erasures")
    return [row["auth_id"] for row in found]


async def due_now(house: House) -> None:
    await house.database.execute("UPDATE supabase_erasures SET due_at = now()")


async def test_who_has_signed_up_since_is_not_erased_by_the_token_of_their_time_as_a_guest(house, project):
    guest = await there(house, project, anonymous=True)
    before = comes(house, project, guest)
    await tell(before, adult=True)
    ann = project.signs_in(guest, anonymous=False, email="up@example.com")
    assert (await comes(house, project, ann).get("/api/me")).status_code == 200
    assert (await before.delete("/api/anonymous-sessions")).status_code == 401
    again = project.signs_in(ann, anonymous=False, email="up@example.com")
    assert (await comes(house, project, again).get("/api/me")).status_code == 200


@pytest.mark.parametrize(("anonymous", "path"), [(False, "/api/me"), (True, "/api/anonymous-sessions")])
async def test_an_erasure_deletes_there_and_keeps_only_a_hash(house, project, anonymous, path):
    ann, ben = await there(house, project, anonymous=anonymous), await there(house, project)
    client = comes(house, project, ann)
    if anonymous:
        await tell(client, adult=True)
    assert (await client.delete(path)).status_code == 204
    assert ann.id not in project.users
    assert ben.id in project.users
    assert (project.asked["delete"], project.refused) == (1, [])
    assert await waiting(house) == [None]
    (kept,) = await house.database.fetch("SELECT * FROM supabase_erasures")
    assert ann.id not in str(dict(kept))
    gone = await house.database.fetch(
        "SELECT 1 FROM users WHERE id::text = $1 UNION ALL SELECT 1 FROM anonymous_sessions WHERE supabase_id::text = $1",
        ann.id,
    )
    assert gone == []
    assert (await comes(house, project, ben).get("/api/me")).status_code == 200


async def test_no_token_brings_somebody_erased_back(house, project):
    ann = await there(house, project)
    devices = [comes(house, project, ann), comes(house, project, project.signs_in(ann))]
    await devices[1].get("/api/me")
    unseen = comes(house, project, project.signs_in(ann))
    assert (await devices[0].delete("/api/me")).status_code == 204
    before = await rows(house)
    as_guest = comes(house, project, ann, is_anonymous=True)
    async with another(house):
        for client in (*devices, unseen, comes(house, project, ann), as_guest):
            assert code(await client.get("/api/profile")) == (401, "unauthorized")
    for client in (*devices, unseen, comes(house, project, ann), as_guest):
        assert code(await client.get("/api/profile")) == (401, "unauthorized")
    assert await rows(house) == before
    house.clock.ahead = LONGEST_LIFE - timedelta(minutes=1)
    await supabase_erasures.forget_old(house.services)
    assert await waiting(house) == [None]
    house.clock.ahead = LONGEST_LIFE + timedelta(minutes=1)
    await supabase_erasures.forget_old(house.services)
    assert await waiting(house) == []


async def test_a_token_on_its_way_while_somebody_is_erased_makes_nobody(house, project):
    for _ in range(3):
        ann = await there(house, project)
        news = [comes(house, project, project.signs_in(ann)) for _ in range(4)]
        await asyncio.gather(comes(house, project, ann).delete("/api/me"), *(client.get("/api/me") for client in news))
        assert await house.database.fetchval("SELECT count(*) FROM users WHERE id = $1", ann.id) == 0
        assert {(await client.get("/api/me")).status_code for client in news} == {401}


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
async def test_what_supabase_does_not_do_is_tried_until_it_does(house, project, status):
    ann = await there(house, project)
    project.always["delete"] = status
    assert (await comes(house, project, ann).delete("/api/me")).status_code == 204
    assert await waiting(house) == [ann.id]
    assert code(await comes(house, project, project.signs_in(ann)).get("/api/me")) == (401, "unauthorized")
    assert await supabase_erasures.send_due(house.services) == 0  # not yet
    assert project.asked["delete"] == 1
    await due_now(house)
    await supabase_erasures.send_due(house.services)
    (row,) = await house.database.fetch(
        "SELECT attempts, failed_reason, due_at - now() AS pause FROM supabase_erasures"
    )
    assert (row["attempts"], row["failed_reason"]) == (2, f"status {status}")
    assert supabase.FIRST_PAUSE < row["pause"] < supabase.LONGEST_PAUSE
    async with house.services.database.reading() as connection:
        depth = (await outboxes.depths(connection))["supabase"]
    assert (depth.waiting, depth.failed, depth.given_up) == (1, 1, 0)
    project.always.clear()
    await due_now(house)
    assert await supabase_erasures.send_due(house.services) == 1
    assert ann.id not in project.users
    assert await waiting(house) == [None]


async def test_whoever_is_gone_there_already_is_done(house, project):
    ann, ben = await there(house, project), await there(house, project)
    project.users.discard(ann.id)
    assert (await comes(house, project, ann).delete("/api/me")).status_code == 204
    assert await waiting(house) == [None]
    project.answer_is_lost, project.failing["delete"] = True, [502]
    assert (await comes(house, project, ben).delete("/api/me")).status_code == 204
    assert sorted(map(str, await waiting(house))) == sorted(["None", ben.id])
    await due_now(house)
    assert await supabase_erasures.send_due(house.services) == 1
    assert await waiting(house) == [None, None]


async def test_a_process_that_dies_in_between_leaves_it_to_the_next(house, project):
    ann = await there(house, project)
    async with house.services.database.as_service() as connection:
        await supabase_erasures.note(house.services, connection, _caller(ann.id))
    async with house.services.database.as_service() as connection:
        assert (await supabase.claim_erasure(connection)) is not None  # and dies
    assert await supabase_erasures.send_due(house.services) == 0
    await due_now(house)
    assert await supabase_erasures.send_due(house.services) == 1


async def test_somebody_whom_supabase_fails_over_holds_up_nobody(house, project):
    project.always["delete"] = 500
    members = [await there(house, project) for _ in range(3)]
    for member in members:
        await comes(house, project, member).delete("/api/me")
    project.calm()
    await due_now(house)
    project.failing["delete"] = [500]
    await supabase_erasures.send_due(house.services)
    assert len(set(await waiting(house)) - {None}) == 1
    project.calm()
    await due_now(house)
    project.always["delete"] = 401
    await supabase_erasures.send_due(house.services)
    assert project.asked["delete"] == 1


async def test_two_sweeps_at_once_delete_each_once(house, project):
    project.always["delete"] = 500
    members = [await there(house, project) for _ in range(4)]
    for member in members:
        await comes(house, project, member).delete("/api/me")
    project.calm()
    await due_now(house)
    done = await asyncio.gather(*(supabase_erasures.send_due(house.services) for _ in range(3)))
    assert sum(done) == project.asked["delete"] == 4
    assert await waiting(house) == [None] * 4


async def test_without_the_services_key_nobody_is_deleted_there_and_who_signs_in_anew_begins_anew(house, project):
    async with another(house, supabase_service_role_key=None):
        ann = await there(house, project)
        before = comes(house, project, ann)
        assert (await before.delete("/api/me")).status_code == 204
        assert (project.asked["delete"], await waiting(house)) == (0, [None])
        house.clock.ahead = timedelta(minutes=5)
        renewed = comes(house, project, ann)  # by a page that was left open: nobody asked for it
        for client in (before, renewed):
            assert code(await client.get("/api/me")) == (401, "unauthorized")
        again = comes(house, project, project.signs_in(ann))
        assert (await again.get("/api/me")).json()["adult_confirmed_at"] is None
        assert code(await before.get("/api/me")) == (401, "unauthorized")
        guest = await there(house, project, anonymous=True)
        played = comes(house, project, guest)
        assert (await played.delete("/api/anonymous-sessions")).status_code == 204
        house.clock.ahead += timedelta(minutes=5)
        assert code(await comes(house, project, project.signs_in(guest)).get("/api/profile")) == (403, "adult_required")
        assert code(await played.get("/api/profile")) == (401, "unauthorized")


async def test_whoever_played_anonymously_before_is_erased_with_it(house, project):
    guest = await there(house, project, anonymous=True)
    await tell(comes(house, project, guest), adult=True)
    ann = project.signs_in(guest, anonymous=False, email="both@example.com")
    client = comes(house, project, ann)
    await tell(client, adult=True)
    assert (await client.delete("/api/me")).status_code == 204
    left = await house.database.fetchval("SELECT count(*) FROM anonymous_sessions WHERE supabase_id = $1", ann.id)
    assert left == 0
    assert ann.id not in project.users


async def test_an_account_of_our_own_is_none_of_supabases_business(house, project):
    ann = await let_in(house)
    await erasure.erase(house.services, _caller(ann.id))
    assert (await waiting(house), project.asked["delete"]) == ([], 0)


async def test_a_clean_up_deletes_nobody_there(house, project):
    """Nobody asked for it, and the project's other applications may know them."""
    guest = await there(house, project, anonymous=True)
    await house.database.execute("UPDATE anonymous_sessions SET last_accessed_at = now() - interval '91 days'")
    await house.database.execute("SELECT cleanup_old_anonymous_sessions(90)")
    assert guest.id in project.users
    assert await waiting(house) == []
    assert code(await comes(house, project, guest).get("/api/profile")) == (403, "adult_required")


def _caller(user_id: str) -> Caller:
    return Caller("user", user_id, None, adult=True, profile_completed=False, display_name=None, profile_id=None)
