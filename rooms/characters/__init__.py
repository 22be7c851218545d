"""Characters that an AI plays: pure rules.

`prices.py` is what an answer costs, `context.py` what of a talk is told again.
"""
