"""What every live room needs, and no area is known here.

Start at `engine.py`: the way of a command, from the phone that asks to both that hear of it; whose `turns.py` it is. `phone.py`:
one connection, its queue, its credits, and the close codes. `protocol.py`: the subprotocol and the ticket. `hub.py`: wake-ups
between processes through Redis. What is said in a room, and what a room is, stands in its area: `game_server/sessions/`.
"""
