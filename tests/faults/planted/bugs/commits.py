"""Bugs of keeping and answering: what is acknowledged, committed, said again."""

from tests.faults.planted.plant import Change, Plant, SqlChange

BATCH = "app.append_commands"
NEWS = "logged(room.state, decided.decision.events, ask.inputs.now)"
DECIDED = f"return Move(decided.append(room, ask.asked), {NEWS})"

COMMITS = (
    Plant(
        "acknowledge before commit",
        "a phone shows as done what a lost commit never kept",
        "a lost commit",
        (
            Change(
                "Sessions.decide",
                DECIDED,
                f"news = {NEWS}\n        self._services.rooms.announce(feed, news)\n"
                "        ask.ack(decided.decision.after.head)\n        return Move(decided.append(room, ask.asked), news)",
            ),
        ),
    ),
    Plant(
        "publish before commit",
        "both see a card that was never dealt",
        "a lost commit",
        (
            Change(
                "Sessions.decide",
                DECIDED,
                f"news = {NEWS}\n        self._services.rooms.announce(feed, news)\n"
                "        return Move(decided.append(room, ask.asked), news)",
            ),
        ),
    ),
    Plant(
        "unknown outcome refused for good",
        "the card counts, and the phone that did it says that it failed",
        "a slow commit",
        (Change("Sessions.unknown", "ask.refuse(errors.Unavailable())", "ask.refuse(errors.Stale())"),),
    ),
    Plant(
        "loser told as winner",
        "of two who press at once one believes that it counted",
        "at the same time",
        (Change("Sessions.told", 'case "won":', 'case "won" | "head":'),),
    ),
    Plant(
        "busy after a refusal",
        "a button pressed too late, and the phone's next ones do nothing",
        "an evening",
        (
            Change(
                "Conversation._start",
                "self._phone.close(Close.REPLACED)\n            self._free()",
                "self._phone.close(Close.REPLACED)",
            ),
        ),
    ),
    Plant(
        "head not compared",
        "two things happen at one place of the log, and each phone sees another one",
        "at the same time",
        (
            SqlChange(BATCH, "WHEN room.head IS DISTINCT FROM c.expected THEN 'head'", ""),
            SqlChange(
                "app.write_rooms",
                "FROM unnest(events) e WHERE won[e.i];",
                "FROM unnest(events) e WHERE won[e.i] ON CONFLICT DO NOTHING;",
            ),
        ),
    ),
    Plant(
        "dropped id check",
        "what is asked again after a lost answer happens twice",
        "asked again",
        (
            SqlChange(BATCH, "WHEN reply.seq IS NOT NULL THEN 'replied'", ""),
            SqlChange(
                "app.write_rooms",
                "AND c.command_id IS NOT NULL;",
                "AND c.command_id IS NOT NULL ON CONFLICT DO NOTHING;",
            ),
        ),
    ),
    Plant(
        "reply not stored",
        "nobody can tell later that it was answered",
        "asked again",
        (
            SqlChange(
                "app.write_rooms",
                "AND c.command_id IS NOT NULL;",
                "AND false;",
            ),
        ),
    ),
    Plant(
        "body not compared",
        "an id used again for something else is answered as if that had been done",
        "asked again",
        (
            Change(
                "_again",
                "if answer is None or verdict.body_hash not in (answer.body_hash, *answer.or_hash):",
                "if answer is None:",
            ),
        ),
    ),
    Plant(
        "seat not in the hash",
        "one seat is answered with what the other one did",
        "asked again",
        (Change("answer_of", "keyed_hashes(seat.encode(), ", 'keyed_hashes(b"", '),),
    ),
    Plant(
        "answered with the head",
        "a retry is told another place in the log than the first time",
        "asked again",
        (Change("_again", 'seq = cast("int", verdict.seq)', "seq = feed.head"),),
    ),
    Plant(
        "log without causes",
        "the log cannot be replayed: nobody knows what anything came from",
        "an evening",
        (SqlChange("app.write_rooms", "e.cause::jsonb", "NULL"),),
    ),
    Plant(
        "fence not compared",
        "a phone that was replaced plays on",
        "a newer phone",
        (
            SqlChange(
                BATCH,
                "WHEN c.fence IS NOT NULL AND c.fence IS DISTINCT FROM (",
                "WHEN false AND c.fence IS DISTINCT FROM (",
            ),
        ),
    ),
    Plant(
        "older phone stays",
        "two phones of one seat show one game",
        "a phone takes over",
        (Change("Rooms.replace", "seated.phone.close(Close.REPLACED)", "continue"),),
    ),
)
