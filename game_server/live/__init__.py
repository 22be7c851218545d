"""What every live room needs, and no area is known here.

`phone.py`: one connection, its queue, its credits, and the close codes. `hub.py`: wake-ups between processes through Redis.
What is said in a room, and what a room is, stands in its area; start at `game_server/sessions/live.py`.
"""
