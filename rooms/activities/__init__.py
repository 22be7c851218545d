"""The activity bank as the rules see it: what a card is, which words may describe it, and when it may be shown.

`taxonomy` holds the closed lists (ratings, boundary keys, the 53 preference keys, domains, themes, acts) and the mapping
from a preference key to the boundaries it falls under. `card` holds the `Card` itself, its identity and its validation, and
`language` which cards a game in some language has. Whether tags are true to the words is what `lexicon` knows, with its phrases
in `phrases`, `practices`, `talk`, `forbidden`, `prose` and `prose_practices`, in German in `phrases_de`, `practices_de`,
`talk_de`, `forbidden_de`, `prose_de` and `prose_practices_de`, all in the notation of `notation`, and what `direction` knows,
and whether its clock is what they say `lasting`; in words it is `docs/tagging-guide.md`; `opinion` is what all of these have to
say of a card. `shipped` says how the cards that come with the program move on in a bank that has them, `couple_card` what
becomes of a card that two people write for themselves. Which limits a text is about that is no card (a task, a rule, the name
of a limit) says `named`, with `never` beside the lexicon and what `letters` reads signs as; whether somebody in a text may be no
adult says `minors`, with the words in `minors_words`.
What an AI is asked for stands in `order`, what of its answer may be a card in `generated`, with `english` and `blunt` beside the
lexicon. Which card two people see is not decided here but by the draw of the sessions area. Start with `card.Card`.
"""
