"""Connections and remembered partners on the real database: every step has one winner, and nothing is left behind."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from storage import partners, remembered
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database, undone_alone
from storage.partners import Connection
from tests.support.databases import login_url

WORDS = ("amber", "otter", "plum")
_numbers = count(1)


@pytest.fixture(scope="module")
async def database(database_url):
    opened = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    yield opened
    await opened.close()


def token_hash(label: object) -> str:
    return sha256(repr(label).encode()).hexdigest()


async def person(database: Database, name: str | None = None, *, confirmed: bool = False) -> str:
    number = next(_numbers)
    user_id = str(UUID(int=number))
    async with database.as_service() as db:
        await db.execute(
            "INSERT INTO users (id, email, display_name, email_confirmed_at)"
            " VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END)",
            user_id,
            f"person{number}@example.org",
            name,
            confirmed,
        )
    return user_id


def address(user_id: str) -> str:
    return f"person{UUID(user_id).int}@example.org"


async def request(database: Database, requester: str, *, to: str = "", lifetime_s: int = 300) -> tuple[Connection, str]:
    """A new request and the hash of its token."""
    hashed = token_hash(next(_numbers))
    async with database.as_service() as db:
        made = await partners.create(
            db, user_id=requester, recipient_email=to, token_hash=hashed, words=WORDS, lifetime_s=lifetime_s
        )
    return made, hashed


async def step(database: Database, function, *args: Any, **kwargs: Any) -> Any:
    """One function of storage.partners in a transaction of its own, as the server runs it."""
    async with database.as_service() as db:
        return await function(db, *args, **kwargs)


async def connected(database: Database, a: str, b: str) -> Connection:
    made, hashed = await request(database, a)
    await step(database, partners.claim, hashed, user_id=b)
    await step(database, partners.accept, made.id, user_id=a)
    accepted = await step(database, partners.accept, made.id, user_id=b)
    assert accepted is not None
    return accepted


async def run_out(database: Database, connection_id: int) -> None:
    async with database.as_service() as db:
        await db.execute("UPDATE partner_connections SET expires_at = now() WHERE id = $1", connection_id)


async def list_of(database: Database, user_id: str) -> list[str]:
    """Whom the user remembers, read under the user's own role."""
    async with database.as_user(user_id) as db:
        return [each.user_id for each in await remembered.listed(db, user_id)]


async def test_a_request_is_open_to_nobody_but_its_maker_until_it_is_claimed(database):
    ann, stranger = await person(database), await person(database)
    made, hashed = await request(database, ann)
    assert (made.status, made.words, made.recipient_email) == ("pending", WORDS, "")
    assert made.expires_at - made.created_at == timedelta(minutes=5)
    assert (await step(database, partners.find, made.id, user_id=ann)) == made
    assert (await step(database, partners.find, made.id, user_id=stranger)) is None
    assert hashed not in repr(made)


async def test_of_twenty_who_open_a_link_at_once_one_gets_it(database):
    ann = await person(database)
    others = [await person(database) for _ in range(20)]
    made, hashed = await request(database, ann)
    answers = await asyncio.gather(*(step(database, partners.claim, hashed, user_id=other) for other in others))
    winners = [other for other, answer in zip(others, answers, strict=True) if answer]
    assert len(winners) == 1
    found = await step(database, partners.find, made.id, user_id=ann)
    assert found.recipient_id == winners[0]


async def test_opening_a_link_again_gives_the_same_person_the_same_answer(database):
    ann, bob, eve = await person(database), await person(database), await person(database)
    made, hashed = await request(database, ann)
    first = await step(database, partners.claim, hashed, user_id=bob)
    second = await step(database, partners.claim, hashed, user_id=bob)
    assert (first.id, first.claimed_at) == (second.id, second.claimed_at)
    assert await step(database, partners.claim, hashed, user_id=eve) is None
    await step(database, partners.accept, made.id, user_id=ann)
    await step(database, partners.accept, made.id, user_id=bob)
    assert (await step(database, partners.claim, hashed, user_id=bob)).status == "accepted"


async def test_nobody_opens_their_own_link(database):
    ann = await person(database)
    _, hashed = await request(database, ann)
    assert await step(database, partners.claim, hashed, user_id=ann) is None
    assert await step(database, partners.is_own_request, hashed, user_id=ann)


async def test_a_link_that_ran_out_opens_nothing_and_shows_so_before_any_job_ran(database):
    ann, bob = await person(database), await person(database)
    made, hashed = await request(database, ann)
    await run_out(database, made.id)
    assert await step(database, partners.claim, hashed, user_id=bob) is None
    assert await step(database, partners.preview, hashed) is None
    assert not await step(database, partners.is_own_request, hashed, user_id=ann)
    assert (await step(database, partners.find, made.id, user_id=ann)).status == "expired"
    assert await step(database, partners.cancel, made.id, user_id=ann) is None


async def test_a_preview_reads_the_name_and_takes_nothing(database):
    ann, bob = await person(database, "Ann"), await person(database)
    made, hashed = await request(database, ann)
    for _ in range(2):
        assert await step(database, partners.preview, hashed) == partners.Preview("Ann", made.expires_at)
    assert await step(database, partners.claim, hashed, user_id=bob)
    assert await step(database, partners.preview, hashed) is None


async def test_the_requester_accepts_only_after_a_claim_and_each_side_once(database):
    ann, bob = await person(database), await person(database)
    made, hashed = await request(database, ann)
    assert await step(database, partners.accept, made.id, user_id=ann) is None
    assert await step(database, partners.accept, made.id, user_id=bob) is None
    await step(database, partners.claim, hashed, user_id=bob)
    assert (await step(database, partners.accept, made.id, user_id=ann)).status == "pending"
    assert await step(database, partners.accept, made.id, user_id=ann) is None
    assert await list_of(database, ann) == []
    assert (await step(database, partners.accept, made.id, user_id=bob)).status == "accepted"
    assert await list_of(database, ann) == [bob]
    assert await list_of(database, bob) == [ann]


async def test_both_accepting_at_once_end_up_accepted(database):
    for _ in range(5):
        ann, bob = await person(database), await person(database)
        made, hashed = await request(database, ann)
        await step(database, partners.claim, hashed, user_id=bob)
        answers = await asyncio.gather(
            step(database, partners.accept, made.id, user_id=ann), step(database, partners.accept, made.id, user_id=bob)
        )
        assert sorted(answer.status for answer in answers) == ["accepted", "pending"]
        assert await list_of(database, ann) == [bob]
        assert await list_of(database, bob) == [ann]


async def test_the_recipient_declines_and_the_requester_cancels(database):
    ann, bob = await person(database), await person(database)
    made, hashed = await request(database, ann)
    await step(database, partners.claim, hashed, user_id=bob)
    assert await step(database, partners.decline, made.id, user_id=ann) is None
    assert await step(database, partners.cancel, made.id, user_id=bob) is None
    assert (await step(database, partners.decline, made.id, user_id=bob)).status == "declined"
    assert await step(database, partners.cancel, made.id, user_id=ann) is None
    again, _ = await request(database, ann)
    assert (await step(database, partners.cancel, again.id, user_id=ann)).status == "cancelled"


async def test_accepting_and_cancelling_at_once_have_one_winner(database):
    ann, bob = await person(database), await person(database)
    made, hashed = await request(database, ann)
    await step(database, partners.claim, hashed, user_id=bob)
    await step(database, partners.accept, made.id, user_id=ann)
    answers = await asyncio.gather(
        step(database, partners.accept, made.id, user_id=bob), step(database, partners.cancel, made.id, user_id=ann)
    )
    assert len([answer for answer in answers if answer]) == 1
    found = await step(database, partners.find, made.id, user_id=ann)
    assert (await list_of(database, ann) == [bob]) == (found.status == "accepted")


async def test_only_the_owner_of_a_confirmed_address_sees_and_accepts_a_request_without_its_token(database):
    ann = await person(database)
    owner, pretender = await person(database, confirmed=True), await person(database)
    to_owner, _ = await request(database, ann, to=address(owner))
    to_pretender, _ = await request(database, ann, to=address(pretender))
    async with database.as_user(owner) as db:
        assert [each.id for each in await partners.list_own(db, owner, before=None, limit=9)] == [to_owner.id]
    async with database.as_user(pretender) as db:
        assert await partners.list_own(db, pretender, before=None, limit=9) == []
    assert await step(database, partners.accept, to_pretender.id, user_id=pretender) is None
    accepted = await step(database, partners.accept, to_owner.id, user_id=owner)
    assert (accepted.status, accepted.recipient_id) == ("pending", owner)
    assert (await step(database, partners.accept, to_owner.id, user_id=ann)).status == "accepted"


async def test_a_request_by_address_that_somebody_else_claimed_is_gone_for_the_owner(database):
    ann, owner, holder = await person(database), await person(database, confirmed=True), await person(database)
    made, hashed = await request(database, ann, to=address(owner))
    assert await step(database, partners.claim, hashed, user_id=holder)
    assert await step(database, partners.accept, made.id, user_id=owner) is None
    async with database.as_user(owner) as db:
        assert await partners.list_own(db, owner, before=None, limit=9) == []


async def test_the_list_is_newest_first_and_paged_and_no_client_role_may_read_the_token(database):
    ann = await person(database)
    made = [(await request(database, ann))[0].id for _ in range(3)]
    async with database.as_user(ann) as db:
        first = await partners.list_own(db, ann, before=None, limit=2)
        rest = await partners.list_own(db, ann, before=first[-1].id, limit=2)
        assert [each.id for each in [*first, *rest]] == made[::-1]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with undone_alone(db):
                await db.fetch("SELECT connection_token FROM partner_connections")


async def test_a_renewed_token_voids_the_one_before_and_is_only_the_makers_to_renew(database):
    ann, bob = await person(database), await person(database)
    made, old = await request(database, ann)
    assert await step(database, partners.renew_token, made.id, user_id=bob, token_hash=token_hash("x")) is None
    new = token_hash(("new", made.id))
    assert (await step(database, partners.renew_token, made.id, user_id=ann, token_hash=new)).id == made.id
    assert await step(database, partners.claim, old, user_id=bob) is None
    assert await step(database, partners.claim, new, user_id=bob)


async def test_a_disconnect_ends_everything_between_the_two_and_nothing_else(database):
    ann, bob, cleo = await person(database), await person(database), await person(database)
    first, second, other = (
        await connected(database, ann, bob),
        await connected(database, bob, ann),
        await connected(database, ann, cleo),
    )
    half, hashed = await request(database, bob)
    await step(database, partners.claim, hashed, user_id=ann)
    await step(database, partners.accept, half.id, user_id=ann)
    assert (await step(database, partners.disconnect, first.id, user_id=bob)).status == "disconnected"
    statuses = [(await step(database, partners.find, each.id, user_id=ann)).status for each in (second, half, other)]
    assert statuses == ["disconnected", "cancelled", "accepted"]
    assert await list_of(database, ann) == [cleo]
    assert await list_of(database, bob) == []
    assert not await step(database, partners.may_play, ann, bob)
    assert await step(database, partners.may_play, ann, cleo)


async def test_both_disconnecting_at_once_is_one_disconnect(database):
    ann, bob, stranger = await person(database), await person(database), await person(database)
    made = await connected(database, ann, bob)
    await connected(database, bob, ann)
    assert await step(database, partners.disconnect, made.id, user_id=stranger) is None
    answers = await asyncio.gather(
        step(database, partners.disconnect, made.id, user_id=ann),
        step(database, partners.disconnect, made.id, user_id=bob),
    )
    assert len([answer for answer in answers if answer]) == 1
    assert await list_of(database, ann) == await list_of(database, bob) == []


async def test_ten_partners_are_remembered_and_the_one_played_with_longest_ago_goes(database):
    ann = await person(database)
    met = [await person(database) for _ in range(11)]
    for other in met:
        await connected(database, ann, other)
    assert await list_of(database, ann) == met[:0:-1]
    assert await list_of(database, met[0]) == [ann]


async def test_eleven_acceptances_at_once_still_leave_ten(database):
    ann = await person(database)
    waiting = []
    for other in [await person(database) for _ in range(11)]:
        made, hashed = await request(database, ann)
        await step(database, partners.claim, hashed, user_id=other)
        await step(database, partners.accept, made.id, user_id=ann)
        waiting.append((made.id, other))
    await asyncio.gather(*(step(database, partners.accept, made, user_id=other) for made, other in waiting))
    assert len(await list_of(database, ann)) == 10


async def test_an_address_is_kept_only_for_whoever_typed_it(database):
    ann, bob = await person(database, "Ann"), await person(database, "Bob", confirmed=True)
    made, _ = await request(database, ann, to=address(bob))
    await step(database, partners.accept, made.id, user_id=bob)
    await step(database, partners.accept, made.id, user_id=ann)
    async with database.as_user(ann) as db:
        (of_ann,) = await remembered.listed(db, ann)
    async with database.as_user(bob) as db:
        (of_bob,) = await remembered.listed(db, bob)
    assert (of_ann.name, of_ann.email, of_ann.connection_id) == ("Bob", address(bob), made.id)
    assert (of_bob.name, of_bob.email) == ("Ann", "")


async def test_forgetting_is_one_sided_and_keeps_the_connection(database):
    ann, bob, cleo = await person(database), await person(database), await person(database)
    await connected(database, ann, bob)
    await connected(database, ann, cleo)
    assert await step(database, remembered.forget, ann, partner_id=bob) == 1
    assert await step(database, remembered.forget, ann, partner_id=bob) == 0
    assert await list_of(database, ann) == [cleo]
    assert await list_of(database, bob) == [ann]
    assert await step(database, partners.may_play, ann, bob)
    assert await step(database, remembered.forget, ann) == 1


async def test_a_connection_opens_one_session_and_only_while_it_is_fresh(database):
    ann, bob, stranger = await person(database), await person(database), await person(database)
    made = await connected(database, ann, bob)
    fresh = await step(database, partners.accepted_connection, made.id, bob, 900)
    assert fresh is not None
    assert fresh.partner_of(bob) == ann
    assert await step(database, partners.accepted_connection, made.id, stranger, 900) is None
    async with database.as_service() as db:
        await db.execute("INSERT INTO sessions (session_id) VALUES ('one'), ('two')")
    answers = await asyncio.gather(*(step(database, partners.use_connection, made.id, each) for each in ("one", "two")))
    assert sorted(answers) == [False, True]
    assert await step(database, partners.accepted_connection, made.id, bob, 900) is None
    old = await connected(database, ann, bob)
    async with database.as_service() as db:
        await db.execute(
            "UPDATE partner_connections SET requester_accepted_at = now() - interval '20 minutes',"
            " recipient_accepted_at = now() - interval '16 minutes' WHERE id = $1",
            old.id,
        )
    assert await step(database, partners.accepted_connection, old.id, bob, 900) is None


async def test_who_was_played_with_last_is_first_on_the_list(database):
    ann, bob, cleo = await person(database), await person(database), await person(database)
    await connected(database, ann, bob)
    await connected(database, ann, cleo)
    assert await list_of(database, ann) == [cleo, bob]
    async with database.as_service() as db:
        await db.execute(
            "UPDATE remembered_partners SET last_played_at = now() + interval '1 hour'"
            " WHERE $1::uuid IN (user_id, partner_user_id) AND $2::uuid IN (user_id, partner_user_id)",
            *(ann, bob),
        )
    assert await list_of(database, ann) == [bob, cleo]
