"""Reaching people who are not looking: the in-app list, and pushes to their phones and browsers.

    vendor.py   what a push service is: device and message in, outcome out
    fcm.py, apns.py, web_push.py   one vendor each; off unless its settings are there

Start with vendor.py.
"""
