"""Who people are: sign-up, login and its tokens, anonymous players, the account's own page, and its mails.

Start at `api.py` for the routes and at `actions.py` for what they do. `callers.py` says who is asking, for every
other area too; `tokens.py` signs and verifies. Names and anatomy, which gate play, are in `game_server/profiles`.
"""
