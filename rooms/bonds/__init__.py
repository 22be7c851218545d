"""The rules of a bond: two people or more who live a dynamic keep it in one place.

`people` says who leads whom, `permissions` who may do what, `limits` what guards whoever a text is aimed at, `ratings` what
others learn of a rating, `states` from where a command leads where, in tables that `tasks`, `rewards`, `contracts` and `scenes`
have, `text_diff` what changed from one text to another, `rules` for whom a rule is in force, `recurrence` when something comes
again, `tool` what one of the fifteen tools declares; each tool is a file of `tools`. Values in, values out: no I/O, no clock,
no dice.

Not here: the game (`rooms/sessions`), which bonds and it share only limits of people with, and what is written where
(`game_server/bonds`, `storage/bonds`, `storage/bond_rows`).
"""
