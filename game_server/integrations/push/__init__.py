"""Push services: a device and a message in, what became of it out. Whom to tell what is `game_server/notifications`.

- `vendor.py`: what a push service is to us (`Vendor`); `vendors.py`: which are on here, and which tokens they can have
- `fcm.py`, `apns.py`, `web_push.py`: one each
- `deliveries.py`: what a process sends with, a round of each vendor at a time
- `key_file.py`: the key that APNs and browsers know us by
- for browsers: `subscription.py`, whom one names; `sealed.py`, what only it can open; `public_network.py`, which connects to
  addresses that somebody else has named, if `public_address.py` says that they are the internet's own; `base64url.py`
"""
