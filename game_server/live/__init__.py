"""What every live room needs, and no area is known here.

What an area brings is declared in `area.py`, what is known of its rooms in `room.py`. A phone comes in through `coming.py`
(whose subprotocol and ticket are in `protocol.py`), and what it says then is heard in `conversation.py`: commands go the way of
`engine.py`, from the phone that asks to both that hear of it, in their room's turn (`turns.py`); pauses and stops go before all
of them (`halts.py`). `phone.py` is one connection, its queue, its credits, and the close codes; `wire.py` reads and refuses,
`messages.py` is all that is said on either side.

`feed.py` is one room and its phones in this process, `rooms.py` all of them; `bell.py` is what processes tell each other of a
room, `hub.py` how, through Redis. `attend.py` sees to what nobody pressed a button for, `presence.py` to who is here,
`draining.py` to going away.
"""
