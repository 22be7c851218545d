"""Reaching people who are not looking: the in-app list, and pushes to their phones and browsers.

    api.py      /api/devices and /api/notifications
    actions.py  what is told when something happened, in the transaction of what it is about
    sending.py  the way of a push from the outbox to a vendor; deliveries.py: what a process sends with, a round at a time
    absence.py  whose turn began while they were away
    vendor.py   what a push service is: device and message in, outcome out
    fcm.py, apns.py, web_push.py   one vendor each; off unless its settings are there
    vendors.py   which of them are set up, and which tokens they can have
    upstream.py   a vendor's server: bounded in time, size and number
    subscription.py, sealed.py, public_network.py   a browser's: whom it names, what only it can open, where we may connect to

What is told, in which words, and when a phone stays silent are rules: `rooms/notifications/`. Start with actions.py.
"""
