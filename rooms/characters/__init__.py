"""Characters that an AI plays: adults, and guarded by what the person who talks with them said of their limits.

`character` what there is to say of one, `person` what is known of who talks with it, `instructions` what an AI is told before
it plays, `safety` when somebody needs something else than play, by the words in `crisis`, `agreed` when they say a word that
their talk agreed on, as `agreed_words` knows people to do, `guard` what of an answer is let out (what Spanish says that the
lexicon does not read: `spanish`): `sentences` cuts it, `plain_text` takes markup and addresses away, `obligations` knows what
would bind somebody who has paused. `words` are ours, where a character has none. `adults` says whether everybody in a
character is one, by `rooms/activities/minors`. `talk` bounds a talk, `context` is what of it is told again. `pictures` is
what an AI is asked to draw of characters, `compositions` how that is said. `private` is what neither is told.
Values in, values out: no I/O, no clock, no dice.

Not here: who asks an AI and keeps what is said (`game_server/characters`).
"""
