"""Game rooms in the running program.

`api.py` opens, joins and lists sessions and gives tickets; `live.py` is the room socket,
`conversation.py` what a live phone says, `wire.py` how it is read and answered; `rooms.py` what this process knows of
its rooms and the phones in them; `actions.py` plays a command; `presence.py` who is here; `replay.py` feeds a log to the rules
again. The rules themselves are in `rooms/sessions/`.
"""
