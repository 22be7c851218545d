"""What of ours stands in Notion, and how the two become one: values in, values out.

`property` says what a property of a database is to us, `kinds` and the files beside it (`of_bonds`, `of_words`, `of_characters`)
have the fifteen kinds, one map each. `canonical` is the one form in which a value of either side is compared, `outgoing` and
`incoming` lead from a row of ours and from a page to it, `outgoing` also writes it as Notion wants it, `taking` makes of it what
a person would have asked for: a PATCH, a command, a new row. `compare` sets both sides against what they last agreed on, field by
field; `pages` says what a page is to us, `schema` what a database has to look like, `marks` from when on to ask again, `pace` how
fast and how often, and what each kind of trouble with Notion means for that.

What lasts is only a hash a field, of what both sides last agreed on (`compare`): what changed on which side, what is in conflict,
and what is left to do follow from it at any time, so that a run can stop between any two steps.

Not here: who is asked and what is kept (`game_server/integrations/notion.py`, `game_server/notion`, `storage/notion_*.py`).
"""
