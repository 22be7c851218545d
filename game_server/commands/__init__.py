"""What `game-server …` runs, once `cli/` has read the command line; so high that it may use everything else.

`serving.py`: the server and the worker, until a signal. `migrating.py`: the schema and the starter cards. `verifying.py`: is it
what it must be; `proving.py` has the rows proven, `proving_keys.py` people's keys, `proving_files.py` their pictures, and
`checks.py` says what each look found. `health.py`: how the installation is; `health_problems.py`: what of it needs a person,
`health_lines.py`: all of it for people. `bank.py`: cards in, out, looked over and reviewed (`bank_review.py` is that
conversation). `operating.py`: what an operator asks once and is answered, a look into a room, a replay. `timetable.py`: how
every job went, and one run by hand. `mailing.py`: where mails go, and one to try it with. `keys.py`: what hangs on which
secret, its exchange, where people's keys are. `characters.py`: characters that are everybody's. `bonds.py`: what people kept
elsewhere. `notion.py`: connections with Notion. `backing_up.py` and `restoring.py`: all of it kept, and back again. `opening.py`
gives all of them their stores.
`settings.py`, `describing.py` and `asyncapi.py` write down for docs/ what settings, errors, messages, metrics and jobs there
are.
"""
