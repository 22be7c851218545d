"""Game rooms in the running program.

`api.py` opens, joins and lists sessions (`seats.py` does it) and gives `tickets.py`; `live.py` is the room socket,
`conversation.py` what a live phone says, `halts.py` its pauses and stops, `wire.py` how it is read and answered; `feed.py` is one
room and its phones in this process, `rooms.py` all of them and the bells between processes; `course.py` is what sessions
bring to the engine of live rooms, `actions.py` the way aside and what the server asks by itself;
`attend.py` sees to what nobody pressed a button for, `presence.py` to who is here. For operators: `replay.py` feeds a log to the
rules again, `inspection.py` shows a room's course, `explanation.py` why a card came. The rules are in `rooms/sessions/`.
"""
