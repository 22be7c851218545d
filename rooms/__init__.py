"""The rules: what may happen, decided without I/O, clock, dice or logging.

`sessions/` is the game room, whose two sides `seats.py` names, `activities/` the cards, `profiles/` survey, scoring and
compatibility, `bonds/` what two or more keep together for years, `characters/` whom an AI plays, `notion/` what of it stands in
Notion, `errors.py` everything the rules can refuse, `prices.py` what an AI costs, `words.py` what is read aloud to compare.
Nothing here awaits; time, dice, allowance and limits come in as values. Start with `sessions/flow.py`, of a bond with
`bonds/permissions.py`.
"""
