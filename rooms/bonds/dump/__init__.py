"""Reading what another program's database was written out as: PostgreSQL's text of rows (`copy_text`), its statements
(`sql_text`), its values (`values`), and which tables are known (`kinds`). Nothing of it is executed, by anybody.
"""
