"""Reaching people who are not looking: the in-app list, and pushes to their phones and browsers.

    vendor.py   what a push service is: device and message in, outcome out
    fcm.py, apns.py, web_push.py   one vendor each; off unless its settings are there
    vendors.py   which of them are set up, and which tokens they can have
    upstream.py   a vendor's server: bounded in time, size and number
    subscription.py, sealed.py, public_network.py   a browser's: whom it names, what only it can open, where we may connect to

Start with vendor.py.
"""
