"""The running program: HTTP, sockets, jobs and the command line around the rules in `rooms/` and the stores in `storage/`.

`app.py` puts the parts together, `settings.py` reads the environment, `services.py` is what actions may use. Each area has
`api.py` (HTTP), `live.py` (socket) and `actions.py` (one function per thing a person or job can do).
"""
