"""Bonds: what two people or more keep together for years. Routes in `api`, what people do with bonds themselves in `actions`,
what they are shown of them in `views`.

A command (`commands.py`) is one transaction with the member's own rights: its key is claimed, the members and the bond are held,
what it depends on is read again, it is decided and written, and its answer is the row as its caller then reads it. The fifteen
tools (`tools.py` has all) share `tools_api.py` (their routes, made from a declaration of `rooms/bonds/tools`; types in
`shapes.py`), `life.py` (what creating, changing and deleting a row is, and what a tool of its own kind does otherwise; `own.py`
for rows without a bond), `search.py` (a page of a list) and `texts.py` (sealing and opening); a tool whose rules span rows or
tables has a file of its own here.

Not here: the rules (`rooms/bonds`), the statements (`storage/bonds`, `storage/bond_rows`), the game.
"""
