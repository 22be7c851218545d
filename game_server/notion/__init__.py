"""Notion: a person's own workspace as a mirror of what they read here, in both directions. PostgreSQL is the truth.

`api` names all routes. `connecting` lets somebody in and out, and `hearing` is told by Notion that something changed (routes
in `connecting_api`); `placing` finds or makes the databases, `flowing` switches a kind on and off, `status` tells how it
stands (`flowing_api`); `conflicts` tells of what differs and settles it, `titles` what rows are called (`pages_api`).
`secrets` is what is kept of a connection.

`sync` is the job: one worker a connection, a slice of time each. For each kind that flows it has `pulling` read what was edited
there, and `pushing` find what changed here. Both bring a row and its page together in `meeting`: compared with what both last
agreed on (`rooms/notion`), what Notion says is asked for by `asking` as its person would, what stands here is written there, and
what is neither is a conflict. `arriving` is for pages that have no row yet, `troubles` for what goes wrong with one row.
`reading` reads rows as their person does, `weeks` counts those that are counted. `work` is what all of them have in hand.

Not here: what the kinds are and how values are compared (`rooms/notion`), the client (`game_server/integrations/notion*.py`),
the statements (`storage/notion_*.py`).
"""
