"""The game room: two seats, one log, rules without I/O.

`commands.py` what a seat may ask, `events.py` what can have happened, `state.py` where the room stands, `flow.py` how one
leads to the other (start there: `decide`, `evolve`), `views.py` the only place that hides anything, `limits.py` which cards a
pair may see, `draw.py` which of them comes, `dice.py` how rolls become choices.
"""
