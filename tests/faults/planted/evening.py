"""A whole evening of a couple, with everything that people press by mistake."""

from tests.faults.planted.couple import Couple, meeting
from tests.faults.planted.ground import COOL_DOWN_S, PROPOSAL_S, Ground


async def an_evening(ground: Ground) -> None:
    """A whole game: turns, skips, words about cards, ways up and down, pauses, a stop, the end, and what comes too late."""
    async with meeting(ground, activity_type="random") as game:
        await game.ready()
        await a_turn_with_its_mistakes(game)
        await ways_up(game)
        await pauses(game)
        await a_stop(game)
        await a_way_down(game)
        await a_clock(game)
        await game.play_to_end()
        for t, fields in (("ready", {}), ("propose_level", {"level": "X"}), ("pause", {})):
            await game.a.ask(t, **fields)
        await game.a.ask("feedback", turn=1, feedback="neutral")
        await game.settle()


async def a_turn_with_its_mistakes(game: Couple) -> None:
    first = await game.card("truth")
    await game.b.ask("skip", on=first)
    await game.settle()
    await game.a.ask("complete", on=first)  # it is another card by now
    second = await game.card()
    await game.a.ask("complete", on=second)
    await game.settle()
    await game.b.ask("complete", on=second)  # pressed on both phones
    await game.a.ask("feedback", turn=1, feedback="like", executed=True)
    await game.b.ask("feedback", turn=1, feedback="dislike")
    await game.settle()


async def ways_up(game: Couple) -> None:
    await game.card("dare")
    for answer in ("own", "declined", "late", "while paused", "accepted"):
        await game.a.ask("propose_level", level="X")
        await game.settle()
        if game.a.state["proposal"] is None:
            return
        on = game.a.state["proposal"]["seq"]
        match answer:
            case "own":
                await game.a.ask("accept_level", on=on)
            case "declined":
                await game.b.ask("decline_level", on=on)
            case "late":
                game.pass_time(PROPOSAL_S + 1)
                await game.b.ask("accept_level", on=on)
            case "while paused":
                await game.b.ask("pause")
                await game.b.ask("accept_level", on=on)
                await game.settle()
                await game.resume()
            case _:
                await game.b.ask("accept_level", on=on)
        await game.settle()


async def pauses(game: Couple) -> None:
    """A skip while paused, a pause said again, one who would go on alone, and one who changes their mind."""
    card = await game.card()
    await game.a.ask("pause")
    await game.b.ask("skip", on=card)
    await game.b.ask("pause")
    await game.settle()
    await game.a.ask("resume", on=game.a.state["halt_seq"])
    await game.settle()
    await game.b.ask("pause")
    await game.settle()
    await game.b.ask("resume", on=game.b.state["halt_seq"])
    await game.settle()
    if game.a.state["phase"] == "paused":
        await game.a.ask("resume", on=game.a.state["halt_seq"])
    await game.settle()


async def a_stop(game: Couple) -> None:
    """A pause that becomes a stop, and going on before its time."""
    await game.card()
    await game.b.ask("pause")
    await game.a.ask("stop")
    await game.settle()
    on = game.a.state["halt_seq"]
    for phone in game.both:
        await phone.ask("resume", on=on)
    await game.settle()
    game.pass_time(COOL_DOWN_S + 1)
    for phone in game.both:
        await phone.ask("resume", on=on)
    await game.card()
    await game.b.ask("stop")
    game.pass_time(COOL_DOWN_S + 1)
    await game.settle()
    await game.resume()


async def a_clock(game: Couple) -> None:
    """Started by both, stopped twice, and running when somebody pauses."""
    await game.card("dare")
    await game.timed_card()
    on = game.a.state["card_seq"]
    for phone, action in ((game.a, "start"), (game.b, "start"), (game.b, "stop"), (game.a, "stop"), (game.a, "start")):
        await phone.ask("timer", on=on, action=action)
    await game.b.ask("pause")
    await game.a.ask("timer", on=on, action="stop")
    await game.settle()
    await game.resume()


async def a_way_down(game: Couple) -> None:
    """With a card up that is too much for it."""
    for roll in (0.9, 0.1, 0.7, 0.3, 0.6):
        on = await game.card()
        if game.a.state["card"]["rating"] != "G":
            break
        game.ground.stage.roll(roll)
        await game.b.ask("skip", on=on)
    await game.b.ask("propose_level", level="G")
    await game.settle()
