"""Who people are: sign-up, login and its tokens, anonymous players, the account's own page, and its mails.

Start at `api.py` for the routes and at `actions.py` for what they do. `callers.py` says who is asking, for every other area
too; `passwords.py` hashes, `tokens.py` signs and verifies, `signing.py` writes down with which secret, `refresh_tokens.py` is
how a login goes on. `anonymous.py` makes players without an account, `me.py` is the account's own page, `password_change.py`
gives it another password, `erasure.py` takes anybody away. `mail.py` sends what `letters.py` says, to the
`development_mailbox.py` where there is no server for it; `supabase.py` is who signs in there, `supabase_erasures.py` has them
deleted there too; `resets.py` and `sign_ups.py` make the letters that requests only ask for, `mail_api.py` are the routes that
go with them, `mail_told.py` what is said at once of a mail, and by `unasked.py` an address gets no more of what others cause.
`tickets.py` carries a caller's word to a socket.
Names and anatomy, which gate play, are in `game_server/profiles`.
"""
