"""PostgreSQL and Redis: rows in, typed values out; one file an area, the SQL inline next to the function that runs it.

`database.py` holds the two pools and the roles, `migrate.py` the schema's versions (`migration_files.py` reads them),
`embedded.py` the stores that come with the install, `commits.py` the group commit of the rooms, `keyspace.py` Redis, one server
or a cluster. No rules here: those are in `rooms/`.
"""
