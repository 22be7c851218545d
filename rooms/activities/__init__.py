"""The activity bank as the rules see it: what a card is, which words may describe it, and when it may be shown.

`taxonomy` holds the closed lists (ratings, boundary keys, the 53 preference keys, domains) and the mapping from a
preference key to the boundaries it falls under. `card` holds the `Card` itself, its identity and its validation.
Which card two people see is not decided here but by the draw of the sessions area. Start with `card.Card`.
"""
