"""Who has paid, as a pure function of what the stores last said.

- `purchase.py`: one purchase line as a store told it at some moment, and which of two tellings is the newer
- `entitlement.py`: what somebody's purchases give them now
- `plans.py`: what is sold

A *line* is what somebody bought once and what renews: Apple's original transaction, Google's purchase token. A line has one
transaction after the other; which people share it is never the store's business: one purchase covers both players of a room
because the room asks for either seat.

Not here: asking a store, keeping what it said (`game_server/subscriptions`, `storage/subscriptions.py`).
"""
