"""What `game-server …` runs, once the command line has been read; the top floor, so that it may use everything below.

`serving.py`: the server and the worker, until a signal. `migrating.py`: the schema and the starter cards. `operating.py`: what an
operator asks once and is answered, a bank's import, a look into a room, a replay. `keys.py`: what hangs on which secret, its
exchange, where people's keys are. `opening.py` gives all of them their stores.
`settings.py`, `describing.py` and `asyncapi.py` write down for docs/ what settings, errors, messages, metrics and jobs there are.
"""
