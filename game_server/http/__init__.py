"""What every request passes, whatever area it is for.

`edge.py` comes before a route is looked for, and `requests.py` notes what was asked; `bodies.py` reads what was sent,
`text.py` types what people write, `paging.py` lists, `links.py` makes secrets that travel in a link. `limits.py` counts use,
`idempotency.py` gives a retry its first answer.
`health.py` and `metrics.py` are the routes that look at the process itself, `docs.py` the one that describes all others, with
what each can answer instead (`refusals.py`) and bodies to try it with (`examples.py`). Areas are above; they may use all of it.
"""
