"""The cards of a day that two rooms of one account share."""

from contextlib import suppress

from tests.faults.judge import judge_account, read_log
from tests.faults.planted.couple import Couple, holding, meeting, waiting
from tests.faults.planted.ground import COOL_DOWN_S, Ground
from tests.support.person import Person

DAILY = 25


async def the_day_s_cards(ground: Ground) -> None:
    """One account, two rooms, two cards left: a stop gives back, the last card is one room's, an upgrade goes on."""
    ada = await Person.registered(ground.servers[0].url, "Ada")
    bo = await Person.anonymous(ground.servers[1].url, "Bo")
    people, before = (ada, bo), DAILY - 2
    async with ada, bo:
        await ground.sql.execute(
            "UPDATE users SET daily_activity_count = $2, daily_activity_reset_at = now() WHERE id::text = $1", ada.id, before
        )  # fmt: skip
        async with meeting(ground, people=people, on=(0, 0)) as one, meeting(ground, people=people, on=(1, 1)) as other:
            await one.ready()
            await one.a.ask("stop")
            one.pass_time(COOL_DOWN_S + 1)
            other.tell("time passed")
            await one.settle()
            await one.resume()
            await judge_rooms(ground, ada, before, one, other)
            await the_last_card(ground, ada, one, other)
            await judge_rooms(ground, ada, before, one, other)
            await upgrade(ground, ada, one, other)


async def the_last_card(ground: Ground, payer: Person, one: Couple, other: Couple) -> None:
    await other.a.ask("ready")
    on = await one.card()
    async with holding(ground, "users", "id", payer.id):
        first = one.says(one.a, "complete", on=on)
        await waiting(ground, 1)
        second = other.says(other.b, "ready")
        await waiting(ground, 2)
    await one.answered(first)
    await other.answered(second)


async def upgrade(ground: Ground, payer: Person, *rooms: Couple) -> None:
    await ground.sql.execute("UPDATE users SET subscription_tier = 'premium' WHERE id::text = $1", payer.id)
    for game in rooms:
        game.tell("premium", seq=await game.head())
    for game in rooms:
        with suppress(TimeoutError, AssertionError):
            await game.a.until(lambda game=game: game.a.state["phase"] == "card", within=5)
        if game.a.state["phase"] == "card":
            await game.a.ask("complete", on=await game.card())
        await game.settle()


async def judge_rooms(ground: Ground, payer: Person, before: int, *rooms: Couple) -> None:
    logs = [await read_log(ground.sql, game.session_id) for game in rooms]
    after = await ground.sql.fetchval("SELECT daily_activity_count FROM users WHERE id::text = $1", payer.id)
    judge_account(DAILY, before, after, logs)
