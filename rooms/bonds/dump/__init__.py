"""Reading what another program's database was written out as: PostgreSQL's text of rows (`copy_text`), its statements
(`sql_text`), its values (`values`), which tables are known (`kinds`), and why something is not taken (`reasons`). Nothing of it
is executed, by anybody.
"""
