"""What reaches people who are not looking: which things are told, in which words, and when a phone stays silent.

    kinds.py        what can be told, how long it is worth telling, and its words; no names, no cards, no answers in any of them
    preferences.py  what somebody may choose: discreet, normal or off, single kinds, quiet hours
    quiet.py        when quiet hours end
    delivery.py     the way of one push: now, later or never; how long until the next try
    absence.py      did a player see their turn begin?

No clock and no I/O here: moments and time zones come as values. Sending is in `game_server/notifications/`.
"""
