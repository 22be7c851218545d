"""Bugs of the engine's points: told too early, decided on what is old, kept too late. Most cost nothing until a process dies."""

from tests.faults.planted.plant import Change, Plant

DECIDED = "self._area.commit(going.decided, going)"
HANDED = "self._services.commits.hand(decided.append, answer)"
OUTCOME = "match verdict.outcome:"
RUNG = (
    "from game_server.live.bell import Bell\n"
    "        bell = Bell(by=self._services.rooms.name, events=tuple(decided.news))\n"
    "        self._services.rooms.ring(decided.append.session_id, bell)\n"
    "        "
)

POINTS = (
    Plant(
        "acknowledged when decided",
        "a phone shows as done what died with its process",
        "deaths",
        (
            Change(
                "Engine.decided",
                DECIDED,
                "from storage.commits import Verdict\n"
                '            self._area.told(going.ask, going.decided, Verdict("won", None, None, None))\n'
                f"            {DECIDED}",
            ),
        ),
    ),
    Plant(
        "pause told before its commit",
        "both are in a pause that died with its process",
        "deaths",
        (
            Change(
                "_settled",
                "verdict = await services.commits.submit(append)",
                "services.rooms.announce(feed, news)\n    verdict = await services.commits.submit(append)",
            ),
        ),
    ),
    Plant(
        "pause acknowledged on arrival",
        "who paused puts the phone away, and the game goes on",
        "deaths",
        (
            Change(
                "HaltLane._see_through",
                'crash.point("arrived")',
                'self._ack(halt, self._head(), time.monotonic())\n        crash.point("arrived")',
            ),
        ),
    ),
    Plant(
        "written behind",
        "what was acknowledged in the last moments of a process is gone",
        "deaths",
        (
            Change(
                "GroupCommit._commit",
                "verdicts = await append(connection, batch)",
                "if all(item.command_id for item in batch):\n"
                "                import asyncio\n"
                "                later = lambda: asyncio.ensure_future(append(self._pool, batch))\n"
                "                asyncio.get_running_loop().call_later(0.3, later)\n"
                '                return [Verdict("won", None, None, item.head) for item in batch]\n'
                "            verdicts = await append(connection, batch)",
            ),
        ),
    ),
    Plant(
        "refused from memory",
        "what was acknowledged is refused when it is said again elsewhere",
        "deaths",
        (
            Change(
                "Sessions.decide",
                "except Refused:",
                "except Refused as refusal:\n            ask.refuse(refusal)",
            ),
        ),
    ),
    Plant(
        "bell before the commit",
        "the partner sees what a lost commit never kept",
        "a lost commit",
        (Change("Sessions.commit", HANDED, RUNG + HANDED),),
    ),
    Plant(
        "bell of the loser",
        "the partner's server shows what lost the race",
        "at the same time",
        (Change("Sessions.told", OUTCOME, RUNG + OUTCOME),),
    ),
    Plant(
        "retry told as a win",
        "what is said again happens again on both screens, and nowhere else",
        "asked again",
        (Change("Sessions.told", 'case "won":', 'case "won" | "replied":'),),
    ),
    Plant(
        "facts kept from a try before",
        "a card comes that was ruled out between two tries",
        "limits on the way",
        (
            Change(
                "Sessions.facts",
                "found = await self._kept.known_of(rooms)",
                "found = await self._kept.known_of(rooms)\n"
                '        vars(self._services.rooms).setdefault("kept", {}).update(found)',
            ),
            Change(
                "_decided",
                "if known is None:",
                'kept = vars(services.rooms).get("kept", {}).get(state.session_id)\n'
                "        if known and kept and isinstance(asked.command, FromSeat):\n"
                "            facts = msgspec.structs.replace(kept.facts, limits_rev=known.facts.limits_rev)\n"
                "            known = msgspec.structs.replace(kept, facts=facts)\n"
                "        if known is None:",
            ),
        ),
    ),
)
