"""Characters that an AI plays: what people and operators make of them, and what somebody who talks with one is guarded by.

`characters.py` is what their owner does with them, `person.py` what a character has to know of whoever it talks with.

Not here: the rules (`rooms/characters`), the statements (`storage/kinksters`).
"""
