"""The game room: two seats, one log, rules without I/O.

`commands.py` what a seat may ask, `events.py` what can have happened, `state.py` where the room stands, `flow.py` what a command
leads to (start there: `decide`) with the parts in `move.py`, `fold.py` what an event does (`evolve`), `views.py` the only place
that hides anything, with the shapes that phones get in `seen.py`, `frames.py` the message of one event, `limits.py` which cards a
pair may see, `index.py` the same of a whole bank at once, `weights.py` how much each is wished for, `draw.py` which of them
comes, `neutral.py` what comes where nothing else may, `ordering.py` which an AI is asked for ahead, `dice.py` how rolls become
choices, `coverage.py` for whom a bank runs dry.
"""
