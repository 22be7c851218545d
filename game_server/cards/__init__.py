"""Cards of a couple's own: written by one, approved by the other, played by these two alone; and the cards that both liked.

    api.py      the routes under /api/cards, and the favourites under /api/partners
    actions.py  one function per thing a person can do here

What may be written is for `rooms/activities/couple_card.py` to say; a card enters a draw beside the bank, through
`storage.sessions.Facts.own_cards`, and passes the same limits. So a card that the partner's limits forbid can be written and
approved like any other and never comes: no answer here depends on what anybody said of their limits. Start with actions.py.
"""
