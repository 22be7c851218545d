"""A bond, live on every phone of its members: what changed comes over `/ws/bonds/{id}` as soon as it is committed.

The truth is the feed that commands write in their own transaction (`bond_changes`). A `Line` (`lines.py`) is one bond in this
process with the phones that follow it, its `Follower`s (`follower.py`): each time somebody rings (`bells.py`), and every
second without, it reads what it has not sent, each member's rows with that member's own rights (`missed.py`); a screen begins
with what `standing.py` says. A phone comes in through `socket.py` and is heard in `conversation.py`; who is here is in
`presences.py`, what happens without anybody pressing a button in `attend.py`, all that is said in `messages.py`.

Phones, close codes, beats, Redis and draining are those of every live room: `game_server/live/`.
"""
