"""What people say about themselves: name and anatomy, which gate play, their limits, and the history of their cards.

Start at `actions.py`. The survey and what is derived from it join this area later; here a profile is neutral: it
holds anatomy and limits, and nothing about what somebody likes.
"""
