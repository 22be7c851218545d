"""Game rooms in the running program.

`api.py` opens, joins and lists sessions (`seats.py` does it) and gives `tickets.py`; `notes.py` keeps what players write
to themselves; `live.py` is the room socket. What happens
in a live room is the same in every area, and stands in `game_server/live/`; here is what sessions bring to it: `course.py` is
what is done there and the straight way of a command, `actions.py` the way aside and what the server asks by itself. Both decide
on `facts.py`, which the straight way keeps from draw to draw (`kept.py`), and `rechecks.py` looks at rooms again after a change
of limits. What a session's room is says `services.game_rooms`. For operators: `replay.py` feeds a log to the rules again,
`inspection.py` shows a room's course, `explanation.py` why a card came. The rules are in `rooms/sessions/`.
"""
