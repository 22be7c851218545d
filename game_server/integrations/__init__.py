"""Vendors, and nothing but vendors: what each understands and how it is asked, one file each.

- `stores.py`: what a store of apps is to us (`Store`), and which are on here
- `apple.py`, `google.py`: the two
- `smtp.py`: mails to a mail server

An adapter is off unless its settings are there (`adapters.py` says which). Its base URL is a setting, its library is in an extra
and imported where it is used. Nothing here writes to the database or knows what a purchase is good for: that is
`game_server/subscriptions`.
"""
