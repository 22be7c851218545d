"""AIs that talk: each a `Talker` (`talker.py`), asked once for each answer and never twice for one that it may have begun.

`responses.py` is OpenAI's Responses API by its own SDK, `flowise.py` a chatflow of Flowise's. Both share the breaker of
`guarded.py`, and `streams.py`: a client that goes nowhere else, bounded in time and size, and when a call may be made again.
`vendors.py` opens those that are set. Their libraries are the extra `ai`.

What is said to them and what is done with what they say, is not here: `game_server/characters`.
"""
