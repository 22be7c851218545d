"""PostgreSQL and Redis: rows in, typed values out; one file an area, the SQL inline next to the function that runs it.

`database.py` holds the pools and the roles, `migrate.py` the schema's versions (`migration_files.py` reads them),
`embedded.py` the stores that come with the install, `commits.py` the group commit of the rooms, `keyspace.py` Redis, one server
or a cluster. Of bonds `bonds.py` has the members, `bond_rows.py` the rows of every tool. What must be so of rows
`proofs.py` proves; its statements are in `proofs_of_….py`, `references.py` and `sealed_rows.py`. No rules here: those are in
`rooms/`.
"""
