"""Characters that an AI plays or draws: what people and operators make of them, and what guards whoever talks with one.

`characters.py` is what their owner does with them, `person.py` what a character has to know of whoever it talks with.

Pictures: `images` is what may be asked for and how, `generations` asks the provider in the background and puts down what came of
it, `waiting` lets somebody wait for that, `images_api` has their routes. `compositions` has the tools of one's own
(`game_server/bonds/life.py`) that say what else is drawn.

Not here: the rules (`rooms/characters`), the statements (`storage/kinksters`, `storage/image_generations`), the vendors
(`game_server/integrations`).
"""
