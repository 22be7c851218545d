"""What a process of ours is made of, whatever it serves: nothing here knows a route, a room or an area.

Start at `server.py` (uvicorn around the application), which has `connections.py` (how many, and who goes), `parser.py`
(HTTP with bounds) and `frames.py` (the straight way of a text frame) under it. `addresses.py` and `origins.py` say whose a
request is and which pages may open a socket.
`clock.py`, `dice.py`, `tasks.py` and `keys.py` are the only places that ask the time, throw dice, start a background task,
or derive a secret; `database_logins.py` says with which logins the stores are opened. `logs.py` and `outlets.py` are what is
written, `gauges.py` what is counted, `traces.py` (on `spans.py`, which needs an extra) what is traced, `asked.py` the
request that all of that is for; `leader.py` holds the locks of who runs the timetable, `schema.py` asks whether the schema
fits this program, `precedence.py` lets commands go before what may wait,
`signals.py` hears the signals that end it, `exits.py` how a command ends, `lan.py` how a second phone
finds this machine, `pictures.py` decodes pictures in a process of their own (`recoder.py`), `forgetting.py` what the
embedded stores still hold of what was deleted.
"""
