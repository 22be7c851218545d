"""Bonds: what two people or more keep together for years. Routes in `api`, what people do with bonds themselves in `actions`,
what they are shown of them in `views`.

A command (`commands.py`) is one transaction with the member's own rights: its key is claimed, the members and the bond are
held, what it depends on is read again, it is decided and written, and its answer is the row as its caller then reads it. The
fifteen tools (`tools.py` has all) share `tools_api.py` (their routes, made from a declaration of `rooms/bonds/tools`; types in
`shapes.py`), `life.py` (what creating, changing and deleting a row is, and what a tool of its own kind does otherwise; `own.py`
for rows without a bond), `search.py` (a page of a list, from a place of `places.py`) and `texts.py` (sealing and opening); a
tool whose rules span rows or tables has a file of its own here: `boundaries.py`, with `boundaries_api.py`; `tasks.py` (with
`proof_api.py`), `task_templates.py`, `rules.py`, `rewards.py` and `points.py`, which share `obligations.py`; `contracts.py`
(with `contracts_api.py`) and `scenes.py` (with `debriefs.py`, `scenes_api.py`). `series.py` makes what comes again,
`reminders.py` reminds of it, `aftercare.py` of the day after a scene; `scene_limits.py` looks at scenes again that people
agreed to. `limit_filter.py` reads every text that is aimed at somebody.

Each noun of the bond itself has its actions in one file and its routes beside it: `agreements` and `agreements_api` (what it is
called, its settings), `invites` and `invites_api` (codes), `join_requests` and `requests_api` (who asks to be let in), `members`
and `members_api` (what they say of themselves, rights, leaving, handing on), `halts` and `halts_api` (pausing, ending), `states`
and `states_api` (what state a person declares), `following_api` (permissions, log, feed). `doing.py` is one such thing with its
transaction around it, `sweeps.py` what the timetable does.

Not here: the rules (`rooms/bonds`), the statements (`storage/bonds`, `storage/bond_rows`), the game.
"""
