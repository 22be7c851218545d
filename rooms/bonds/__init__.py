"""The rules of a bond: two people or more who live a dynamic keep it in one place.

`people` says who leads whom, `permissions` who may do what, `limits` what guards whoever a text is aimed at, `ratings` what
others learn of a rating, `states` from where a command leads where, in tables that `tasks` and `rewards` have, `rules` for
whom a rule is in force, `recurrence` when something comes again, `messages` until when one is changed, `news` what members
are told of what others do, `contracts` and `scenes` what may be done with those when, `text_diff` what two versions differ
in, `occurrences` when dates are and `rrule` what their rules say, `discreet` what a date is called where nobody shall read
more, `analytics` what one looks back on, `streaks` what follows on from day to day, `achievements` what there is to reach and
who did, `first_steps` what one may do first, `tool` what a tool declares; each is a file of `tools`. `dump` reads what another
program wrote its own bonds out as.
Values in, values out: no I/O, no clock, no dice.

Not here: the game (`rooms/sessions`), which bonds and it share only limits of people with, and what is written where
(`game_server/bonds`, `storage/bonds`, `storage/bond_rows`).
"""
