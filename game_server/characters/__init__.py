"""Characters, and talks with them.

`chat.py` is one turn of a talk: what is looked at before anybody is asked, and what is committed then. `answers.py` writes an
answer while it comes, whoever listens; `following.py` tells it to a phone, from wherever that is. `conversations.py` reads and deletes
talks, `budget.py` is what they may cost, `chat_sweeps.py` what the timetable does. Routes are in `chat_api.py`.
"""
