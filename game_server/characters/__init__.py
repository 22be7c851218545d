"""Characters that an AI plays or draws: what people and operators make of them, and what guards whoever talks with one.

`characters.py` is what their owner does with them, `creation.py` the wizard, `presets.py` what there is to begin with (of
`presets.json`), with routes in `characters_api.py` and types in `shapes.py`; `system.py` has an operator's, for everybody.
`person.py` reads what a character has to know of whoever it talks with. `api.py` names all routes.

`chat.py` is one turn of a talk: what is looked at before anybody is asked, and what is committed then. `voices.py` says who
answers, `asks.py` what they are asked. `answers.py` writes an answer while it comes, whoever listens; `left.py` begins or ends
what a killed process left; `following.py` tells it to a phone, from wherever that is. `helping.py` has the safety card where
nothing can be kept, `safewords.py` reads whether something else than play is asked for. `conversations.py` reads and deletes
talks, `chat_sweeps.py` is what the timetable does. Their routes are in `chat_api.py`. `budgets.py` is what a day may cost, in
answers and in pictures.

Pictures: `images` is what may be asked for and how, `generations` asks the provider in the background and puts down what came of
it, `images_api` has their routes. `compositions` has the tools of one's own
(`game_server/bonds/life.py`) that say what else is drawn. `offers_api` tells who plays and who draws here.

Not here: the rules (`rooms/characters`), the statements (`storage/kinksters`, `storage/kinkster_drafts`,
`storage/kinkster_presets`, `storage/talks`, `storage/agent_sessions`, `storage/image_generations`, `storage/ai_spending`), who
answers and draws (`game_server/integrations/ai`, `ai_images`).
"""
