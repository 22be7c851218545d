"""Connecting two people: requests by link or e-mail, three words to compare, two yeses, and the partners remembered.

    api.py      the routes under /api/partners and what their bodies look like
    actions.py  one function per thing a person can do here
    views.py    a connection as one of its two sides sees it
    blocking.py keeping somebody from asking again (routes: blocked_api.py)
    watch.py    the long poll: an answer as soon as something changes

A request lives five minutes and its link opens it once. After a claim both phones show the same words, and until both
said yes neither sees more of the other than the display name. Every step is one conditional update in
`storage/partners.py`. The page behind `/j/{token}` is served by `web/` and consumes nothing. Start with actions.py.
"""
