"""`room`, `replay` and `explain-pick`: what happened in a session."""

import sys

import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent
from game_server.process.exits import NO


@click.command()
@click.argument("session_id")
@as_json
def replay(session_id: str, as_json: bool) -> None:
    """Feed a session's logged inputs to the rules again: `identical`, or the first difference (exit code 1)."""
    from game_server.commands import operating

    difference = operating.replay_session(read_settings(), session_id, step=silent)
    show(
        {"session_id": session_id, "identical": difference is None, "difference": difference},
        as_json,
        lambda: [difference or "identical"],
    )
    sys.exit(0 if difference is None else NO)


@click.command()
@click.argument("session_id")
@as_json
def room(session_id: str, as_json: bool) -> None:
    """Look into a room: state, seats, sockets, presence and the course of its log. Names and texts stay masked."""
    from game_server.commands import operating

    found = operating.inspect_session(read_settings(), session_id, step=silent)
    show(found, as_json, lambda: operating.room_lines(found))


@click.command(name="explain-pick")
@click.argument("session_id")
@click.argument("turn", type=click.IntRange(1, 2**31 - 1))
@as_json
def explain_pick(session_id: str, turn: int, as_json: bool) -> None:
    """Say why the card of a turn was chosen: seats instead of names, sums instead of anybody's answers."""
    from game_server.commands import operating
    from game_server.sessions.explanation import lines

    told = operating.explain_pick(read_settings(), session_id, turn, step=silent)
    show(told, as_json, lambda: lines(told))
