"""Reaching people who are not looking: the in-app list, and pushes to their phones and browsers.

    api.py      /api/devices and /api/notifications
    actions.py  what is told when something happened, in the transaction of what it is about
    sending.py  the way of a push from the outbox to a vendor
    absence.py  whose turn began while they were away
    told.py     the words of it, in the language of who reads them
    zones.py    time zones by their names, for quiet hours

What is told, in which words, and when a phone stays silent are rules: `rooms/notifications/`; the push services are
`game_server/integrations/push`. Start with actions.py.
"""
