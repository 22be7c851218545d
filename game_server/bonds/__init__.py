"""Bonds: what two people or more keep together for years. All routes are named in `api`; `actions` founds, reads and lists bonds,
`views` is what members are shown of them.

A command (`commands.py`) is one transaction with the member's own rights: its key is claimed, the members and the bond are
held, what it depends on is read again, it is decided and written, and its answer is the row as its caller then reads it. The
tools (`tools.py` has all) share `tools_api.py` (routes made from a declaration of `rooms/bonds/tools`; types in `shapes.py`,
what is answered in `answers.py`), `life.py` (what creating, changing and deleting a row is; `own.py` for rows without a
bond), `search.py` (a page of a list, from a place of `places.py`, by what `tool_filters.py` makes of its address) and
`texts.py` (sealing and opening). A tool whose rules span rows or tables has a file of its own: `boundaries.py`, with
`boundaries_api.py`; `tasks.py` (what shows that one is done: `task_proofs.py` with `task_proofs_api.py`),
`task_templates.py`, `rules.py`, `rewards.py` and `points.py`, which share `obligations.py`; `journal.py`, `check_ins.py` and
`messages.py`, whose `send` and `read_through` are for the socket, too. `series.py` makes tasks that come again,
`task_reminders.py` reminds of tasks. `limit_filter.py` reads every text that is aimed at somebody. Pictures that hang on
rows: `attachments.py`. `news.py` is how a command tells the others, in their lists and by pushes.

`calendar.py` has dates (`event_times.py`: when one is), `calendar_files.py` takes them in and out as iCalendar (`ical_lines.py`,
`ical_reading.py`, `ical_writing.py`), `calendar_feeds.py` gives them to other programs, all with routes in `calendar_api.py`;
`event_reminders.py` reminds of them. A task's deadline among them is the database's own doing.

Each noun of the bond itself has its actions in one file and its routes beside it: `imports` and `imports_api` (what a file of
another program asks its people; how it comes in is `game_server/bonds_import`), `agreements` and `agreements_api` (what it is
called, its settings), `invites` and `invites_api` (codes), `join_requests` and `requests_api` (who asks to be let in), `members`
and `members_api` (what they say of themselves, rights, leaving, handing on), `halts` and `halts_api` (pausing, ending), `states`
and `states_api` (what state a person declares), `following_api` (permissions, log, feed). `doing.py` is one such thing with its
transaction around it, `sweeps.py` what the timetable does, `one_by_one.py` how one that cannot be done keeps no other waiting.

`contracts.py` (with `contracts_api.py`, and `text_diff` of the rules) and `scenes.py` (with `safety_cards.py`, `debriefs.py`
and `scenes_api.py`) are what members agree on; `scene_limits.py` takes an agreed scene back where a new limit touches it,
`aftercare.py` asks afterwards. `analytics.py` is what members look back on, `spreadsheet.py` and `report.py` (with its
drawings in `report_charts.py` and both their words in `looking_back_words.py`) the same as files, `achievements.py` what was
reached; their routes are in `looking_back_api.py`. `declared.py` tells the page what tools declare. `waiting.py` lets
somebody wait for what becomes of something of their own.

`live/` is the bond on its members' phones, over a socket. Not here: the rules (`rooms/bonds`), the statements
(`storage/bonds`, `storage/bond_rows`), the game.
"""
