"""The survey and what follows from it: answers become a profile, two profiles a compatibility, a card a pick score.

`questions.py` is the wording as data, `survey.py` its shape and the check of answers, `profile.py` the profile's shape,
`scoring.py` answers → profile, `compatibility.py` (with `overlap.py`) two profiles → how well they fit, `picking.py` how well
a card fits two profiles; the numbers that they share are in `arithmetic.py`. `answered.py` knows what was answered at all,
`display.py` and `archetype.py` show a profile to its owner, `reading.py` is what two are shown of each other. What may be
drawn at all is decided in `sessions/limits.py`.

The numbers are exact to the last digit: every mean is a plain left-to-right addition and one division, formulas are
evaluated as written, and only results are rounded (half to even).
Start with `scoring.score_survey`.
"""
