"""Bringing in what people kept with another program: a dump of fifteen tables in the shape of the second seed.

`dump_files.py` opens what an operator names, whatever form it has, and tells rows; `dump_text.py` reads a dump's text and
`exports.py` tables as JSON or CSV, as far as `bounds.py` says. All rows go into `staging.py`, a database in a file with no name,
so that nothing of them is left behind and memory stays small. `arrivals.py` finds out who is here, `founding.py` makes bonds and
asks people, `placing.py` says where a row belongs, `taking.py` takes rows, each by what `rows.py` and `own_rows.py` say of its
table: by the same functions, with the same rights and limits, as if its owner did it. `left.py` is why one is not. `importing.py`
is all of it. What a file asks its people they answer in `game_server/bonds/imports.py`.

Nothing here executes anything of a file, and fetches nothing that it names.
"""
