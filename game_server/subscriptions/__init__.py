"""Subscriptions: what people bought in the stores, and what follows from it.

- `api.py`: what is left of the day, the plans, a purchase brought by a phone, restoring
- `webhooks.py`: what the stores tell, verified on the raw body, kept once, answered at once
- `actions.py`: asking a store and keeping what it says; the only way in which anybody becomes premium
- `sweeps.py`: what the timetable does: events left over, purchases that end, acknowledgements

The rules are in `rooms/subscriptions`, the tables in `storage/subscriptions.py` and `storage/webhooks.py`, the vendors in
`game_server/integrations`. Safety, privacy, export and erasure are never paid.
"""
