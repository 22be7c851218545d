"""The running program: HTTP, sockets, jobs and the command line around the rules in `rooms/` and the stores in `storage/`.

`app.py` puts the parts together. `settings.py` reads what `environment.py` can understand, and `file_places.py` where pictures
lie; `adapters.py` says which vendors are on with it; `services.py` is what actions may use, `errors.py` how a refusal is
answered, `timetable.py` what is done again and again, `jobs.py` who runs it, `looked.py` how far its sweeps have come,
`failover.py` what another database in the place of the one before means for the rooms, `cli/` the command line. Each area has
`api.py` (HTTP), `live.py` (socket) and `actions.py` (one function per thing a person or job can do). The floors, each using
only those below it: `commands/` what the command line runs, the areas and `web/`, `http/` what every request passes, `live/`
what every live room needs, `integrations/` vendors, `process/`.
"""
