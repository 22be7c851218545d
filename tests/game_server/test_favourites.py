"""A game with the rule `favourites` begins with what its two have liked in games with each other."""

import pytest

from game_server.sessions.facts import known_of
from tests.support.game import Game, generous, playing
from tests.support.phone import Phone


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


async def once_more(game, **settings):
    """The same two in another room."""
    ada, bo = game.a.person, game.b.person
    room = await ada.open_room(**{"activity_type": "truth", "target_activities": 5, **settings})
    await bo.join(room["join"]["token"])
    again = Game(await Phone.in_room(ada, room["session_id"]), await Phone.in_room(bo, room["session_id"]))
    await again.ready()
    return again


async def turn(game, *, a=None, b=None):
    """A card is done, and each says how it was; its id."""
    await game.card()
    number, card = game.a.state["turn"], game.a.state["card"]["activity_id"]
    await game.complete()
    for phone, said in ((game.a, a), (game.b, b)):
        if said:
            await phone.command("feedback", turn=number, feedback=said)
    return card


async def plain_turn(services, game, **said):
    """The next turn with a card that no answer keeps away."""
    while True:
        bank = (await known_of(services, [(await services.rooms.open(game.session_id)).room.state]))[
            game.session_id
        ].bank
        if bank.numbered([game.a.state["card"]["activity_id"]]) & bank.plain:
            return await turn(game, **said)
        await turn(game)


async def favourites_in(services, game):
    """What the draw knows of this room's favourites."""
    room = (await services.rooms.open(game.session_id)).room.state
    return (await known_of(services, [room]))[game.session_id].favourites


async def test_what_both_liked_comes_first_in_the_next_game_and_nothing_else_does(server, services):
    async with playing(server, intimacy_level="G", target_activities=25) as game:
        both = await plain_turn(services, game, a="like", b="like")
        await turn(game, a="like")
        await turn(game, a="like", b="dislike")
        await turn(game, a="like", b="neutral")
        assert await favourites_in(services, game) == frozenset()  # nobody asked for them
        again = await once_more(game, intimacy_level="G", rules={"favourites": True})
        assert await favourites_in(services, again) == {both}
        assert again.a.state["card"]["activity_id"] == both
        assert await turn(again, b="dislike") == both
        assert await favourites_in(services, again) == frozenset()  # what was said last counts
        assert await turn(again) != both
        usual = await once_more(game, intimacy_level="G")
        assert usual.a.state["card"]["activity_id"] != both
        for one in (again, usual):
            await one.close()


async def test_what_was_liked_with_somebody_else_is_nobodys_business(server, services):
    async with playing(server) as game, playing(server) as other:
        await turn(game, a="like", b="like")
        await turn(other, a="like", b="like")
        ada, cleo = game.a.person, other.b.person
        room = await ada.open_room(activity_type="truth", rules={"favourites": True})
        await cleo.join(room["join"]["token"])
        theirs = Game(await Phone.in_room(ada, room["session_id"]), await Phone.in_room(cleo, room["session_id"]))
        assert await favourites_in(services, theirs) == frozenset()
        await theirs.close()


async def test_the_rule_apart_brings_only_cards_that_work_apart(server, sql):
    async with playing(server, activity_type="dare", rules={"apart": True}) as game:
        shown = [await turn(game) for _ in range(4)]
    apart = await sql.fetchval(
        "SELECT count(*) FROM activities WHERE activity_id = ANY ($1) AND (tags ->> 'apart')::boolean", shown
    )
    assert apart == len(set(shown)) == 4
