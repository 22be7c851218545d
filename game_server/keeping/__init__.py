"""Keeping and recovering: backups of the database and the object store, when they are made and how long they live, and what
brings one back.

`making.py` makes one, `shelves.py` is where they lie, `keys.py` what they are sealed with, `schedule.py` the timetable's part
with retention; `reading.py` looks through a file, `checks.py` says what speaks against restoring it, `restoring.py` brings a
whole one into an empty database, `tables.py` rows of some tables into one that is there, `replay.py` keeps out who was erased
since. Formats and SQL are in `storage/backup_*.py` and `storage/restore_*.py`. People's keys are in no backup: they lie
elsewhere, and stay there.
"""
